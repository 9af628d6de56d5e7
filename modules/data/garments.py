"""Ten kinds of garments drawn by a program: the stand-in for Fashion-MNIST where it is not available."""

import numpy as np

from modules.checks import check_positive
from modules.data.garment_outlines import DRAWERS
from modules.data.sketch import Sketch

CHUNK = 1000  # pictures finished together: enough to be fast, few enough to need only some megabytes


def draw_garments(samples, seed=0):
    """Draws `samples` garments of ten kinds in random order, equally many of each kind, give or take one.

    Returns pictures `(samples, 28, 28)` and labels `(samples,)`, both uint8. As in Fashion-MNIST the background
    is 0, cloth is bright, and the labels 0 to 9 name the same ten kinds. The same seed gives the same pictures.

    An outline is cut from a pattern with random measures, slightly turned and stretched; then come cloth (stripes,
    checks, blotches), light from one side and noise. What tells a coat from a pullover is darker or brighter
    than its cloth, so that a linear classifier stays well below a network with hidden layers.

    Raises ValueError if `samples` is not a whole number of at least 1.
    """
    check_positive(samples, "samples", "the number of pictures to draw")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(int(samples)) % len(DRAWERS)).astype(np.uint8)
    pictures = np.empty((len(labels), 28, 28), np.uint8)
    for start in range(0, len(labels), CHUNK):
        part = slice(start, start + CHUNK)
        pictures[part] = _finish(np.stack([_shape(label, rng) for label in labels[part]]), rng)
    return pictures, labels


def _shape(label, rng):
    sketch = Sketch(rng)
    DRAWERS[label](sketch)
    return sketch.picture()


def _finish(shapes, rng):
    """Lays cloth, light and noise over plain shapes `(samples, 28, 28)`."""
    samples = len(shapes)
    pictures = shapes.astype(np.float32)
    pictures *= _cloth(samples, rng)
    pictures *= _light(samples, rng)
    noise = rng.standard_normal(pictures.shape, dtype=np.float32)
    noise *= rng.uniform(2, 14, (samples, 1, 1)).astype(np.float32)
    pictures += noise
    pictures[shapes == 0] = 0
    return np.clip(pictures, 0, 255, out=pictures).astype(np.uint8)


def _cloth(samples, rng):
    """Factors around 1: two thirds of the garments are plain, the others striped, checked or blotched."""
    across = np.arange(28, dtype=np.float32)
    stripes = _waves(across, samples, rng)[:, None, :]
    rings = _waves(across, samples, rng)[:, :, None]
    blotches = rng.standard_normal((samples, 28, 28), dtype=np.float32)
    kind = rng.integers(4, size=(samples, 1, 1))
    pattern = np.select([kind == 0, kind == 1, kind == 2], [stripes, rings, stripes * rings], blotches)
    strength = rng.uniform(0.1, 0.35, (samples, 1, 1)) * (rng.random((samples, 1, 1)) < 0.35)
    return 1 + strength.astype(np.float32) * pattern


def _waves(positions, samples, rng):
    """One sine wave for each sample, of a length between 3 and 10 pixels; shape `(samples, positions)`."""
    frequency = rng.uniform(0.6, 2.2, (samples, 1)).astype(np.float32)  # radians a pixel
    start = rng.uniform(0, 2 * np.pi, (samples, 1)).astype(np.float32)
    return np.sin(frequency * positions + start)


def _light(samples, rng):
    """Factors around 1 that fall or rise evenly across the picture."""
    across = np.linspace(-1, 1, 28, dtype=np.float32)
    slope_x, slope_y = rng.normal(0, 0.12, (2, samples, 1, 1)).astype(np.float32)
    return 1 + slope_x * across + slope_y * across[:, None]
