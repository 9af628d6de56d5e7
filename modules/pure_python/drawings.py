"""Six kinds of line drawings on 15x15 pixels, made at random: the task of the convolutional network."""

from random import Random

from modules.pure_python import matrix
from modules.pure_python.matrix import Matrix

SIZE = 15
KINDS = ("horizontal", "vertical", "falling", "rising", "cross", "square")


def strokes(kind: str, reach: int) -> set[tuple[int, int]]:
    """The inked pixels as (down, across) from the centre, none farther off than `reach`."""
    line = range(-reach, reach + 1)
    points = {
        "horizontal": [(0, k) for k in line],
        "vertical": [(k, 0) for k in line],
        "falling": [(k, k) for k in line],
        "rising": [(-k, k) for k in line],
        "cross": [(0, k) for k in line] + [(k, 0) for k in line],
        "square": [(i, j) for i in line for j in line if max(abs(i), abs(j)) == reach],
    }
    return set(points[kind])


def drawing(kind: str, generator: Random, noise: float = 0.2) -> Matrix:
    """One drawing of random size, 5 to 11 pixels, at a random place: ink 1, paper 0, plus normal noise."""
    image = matrix.random(SIZE, SIZE, noise, generator)
    reach = generator.randint(2, 5)
    row, column = (generator.randint(reach, SIZE - 1 - reach) for _ in range(2))
    for down, across in strokes(kind, reach):
        image[row + down][column + across] += 1
    return image


def drawings(count: int, generator: Random) -> list[tuple[list[Matrix], list[float]]]:
    """Pairs of an image with one channel and its kind: 1 at the kind's place in KINDS, 0 elsewhere."""
    samples = []
    for _ in range(count):
        kind = generator.choice(KINDS)
        samples.append(([drawing(kind, generator)], [float(kind == name) for name in KINDS]))
    return samples
