"""What stands behind each claim: `chapterNN.name(seed)` measures the value of the claim `chapterNN.name`."""
