"""Where the pictures come from: files, the network, folders, photos, and drawn garments as a stand-in."""
