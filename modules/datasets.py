"""The data of the book: points in spirals and columns, a sine wave, Fashion-MNIST and folders of pictures.

The points are drawn from NumPy's global generator, so after `np.random.seed(n)` they are those of the `nnfs`
package on PyPI (without its `nnfs.init()`, which changes NumPy itself): float64, labels as integers.
"""

import numpy as np

from modules.checks import check_positive
from modules.data.fashion_mnist import CLASS_NAMES, FashionMNIST, load_fashion_mnist
from modules.data.garments import draw_garments
from modules.data.photos import photo_steps, prepare_photo
from modules.data.pictures import load_picture_folder, load_picture_folders, save_picture_folder, scale_pictures

__all__ = ["spiral_data", "vertical_data", "sine_data", "load_fashion_mnist", "FashionMNIST", "CLASS_NAMES",
           "draw_garments", "load_picture_folder", "load_picture_folders", "save_picture_folder", "scale_pictures",
           "photo_steps", "prepare_photo"]


def spiral_data(samples, classes):
    """Arms of one spiral, `samples` points in each: X `(samples * classes, 2)` and labels y `(samples * classes,)`.

    Along arm k the radius r grows from 0 to 1 and the angle t from 4k to 4k + 4, with normal noise of 0.2; the
    point is `(r sin 2.5 t, r cos 2.5 t)`. No straight line separates the arms. (Chapter 3; the idea is from the
    Stanford course CS231n.) Raises ValueError unless both are whole numbers of at least 1.
    """
    _check_sizes(samples, classes)
    radius = np.linspace(0, 1, samples)
    arms = []
    for label in range(classes):
        angle = np.linspace(4 * label, 4 * (label + 1), samples) + 0.2 * np.random.randn(samples)
        arms.append(np.column_stack([radius * np.sin(2.5 * angle), radius * np.cos(2.5 * angle)]))
    return np.concatenate(arms), np.repeat(np.arange(classes), samples)


def vertical_data(samples, classes):
    """Round clouds side by side, 1/3 apart: X `(samples * classes, 2)` and labels y `(samples * classes,)`.

    The cloud of class k is normal around `(k / 3, 0.5)` with a standard deviation of 0.1 (chapter 6). Raises
    ValueError unless both are whole numbers of at least 1.
    """
    _check_sizes(samples, classes)
    clouds = [np.column_stack([0.1 * np.random.randn(samples) + label / 3, 0.1 * np.random.randn(samples) + 0.5])
              for label in range(classes)]
    return np.concatenate(clouds), np.repeat(np.arange(classes), samples)


def sine_data(samples=1000):
    """One period of a sine: X `(samples, 1)` from 0 up to, not including, 1, and `y = sin(2 pi X)` (chapter 17).

    Raises ValueError unless `samples` is a whole number of at least 1.
    """
    check_positive(samples, "samples", "the number of points")
    X = np.arange(samples).reshape(-1, 1) / samples
    return X, np.sin(2 * np.pi * X)


def _check_sizes(samples, classes):
    check_positive(samples, "samples", "the number of points in each class")
    check_positive(classes, "classes", "the number of classes")
