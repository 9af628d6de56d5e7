"""Where the pictures come from: files, the network, folders, photos, and drawn garments in their stead."""
