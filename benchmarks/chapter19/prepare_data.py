"""Writes the data of the chapter-19 benchmarks into a folder as plain arrays, ready for training.

Everybody starts from the same float32 arrays, so that neither reading nor scaling pictures is measured.
Where Fashion-MNIST is not available, as many drawn garments take its place.
"""

import json
import sys
from pathlib import Path

import common

from modules.datasets import draw_garments, load_fashion_mnist, scale_pictures

SAMPLES = {"train": 60000, "test": 10000}


def main(folder):
    data = load_fashion_mnist()
    parts = {"train": (data.X, data.y), "test": (data.X_test, data.y_test)}
    if data.is_stand_in:
        parts = {part: draw_garments(samples, seed=samples) for part, samples in SAMPLES.items()}
    for part, (pictures, y) in parts.items():
        common.save(folder, part, scale_pictures(pictures), y)
    print(json.dumps({"data": data.source}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
