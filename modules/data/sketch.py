"""A canvas for outlines in units of the picture's side, each sketch a little turned, slanted and stretched.

Coordinates: x runs from -0.5 (left) to 0.5 (right), y from 0 (top) to 1 (bottom). A shade is a fraction of
the garment's own brightness: 1 is its cloth, 0 the background, more than 1 brighter than the cloth.
"""

from functools import lru_cache

import numpy as np

from modules.data.pictures import fill_square

SIDE = 84  # three times the 28 pixels of a finished picture, so that shrinking smooths the edges


class Sketch:
    """A canvas of SIDE x SIDE pixels; `rng` decides how bright, turned, slanted and stretched its outlines are.

    `pick(a, b)` draws a number between a and b.
    """

    def __init__(self, rng):
        self.rng = rng
        self.pick = rng.uniform
        self.canvas = np.zeros((SIDE, SIDE), np.uint8)
        self.brightness = 255 * rng.uniform(0.3, 1.0)
        slant, turn = rng.normal(0, (0.08, 0.1))
        self.placement = np.array([[1, turn], [slant - turn, 1]]) * rng.uniform(0.63, 0.9, 2)

    def fill(self, outline, shade=1.0):
        """Fills an outline, its corners rounded and its points moved a little."""
        import cv2
        points = self._wobbly(outline)
        pixels = self._pixels(_corner_cutting(len(points)) @ points)
        cv2.fillPoly(self.canvas, [pixels], self._grey(shade))

    def fill_symmetric(self, half, shade=1.0):
        """Fills the outline whose right half runs from the top to the bottom."""
        self.fill([*half, *((-x, y) for x, y in reversed(half))], shade)

    def fill_pair(self, outline, shade=1.0):
        """Fills an outline and its mirror image: two sleeves, two legs."""
        self.fill(outline, shade)
        self.fill([(-x, y) for x, y in outline], shade)

    def line(self, points, shade, width):
        """Draws a line of the given width through the points."""
        import cv2
        pixels = self._pixels(self._wobbly(points))
        cv2.polylines(self.canvas, [pixels], False, self._grey(shade), max(1, round(width * SIDE)))

    def picture(self):
        """The sketch as a picture of 28 x 28 pixels, from edge to edge on its longer side as in Fashion-MNIST."""
        import cv2
        x, y, width, height = cv2.boundingRect(self.canvas)
        return fill_square(self.canvas[y:y + height, x:x + width])

    def _grey(self, shade):
        return min(255.0, float(self.brightness * shade))

    def _wobbly(self, points):
        points = np.array(points, dtype=float)
        points += self.rng.normal(0, 0.01, points.shape)
        return points

    def _pixels(self, points):
        centred = points - (0, 0.5)  # turned and stretched around the middle of the picture
        return np.rint((centred @ self.placement + 0.5) * SIDE).astype(np.int32)


@lru_cache
def _corner_cutting(corners):
    """The matrix that rounds a polygon of so many corners: each new point is a mixture of two old neighbours.

    This is Chaikin's algorithm (1974), twice, with 0.15 of each edge cut off where he cuts a quarter.
    """
    rounding = np.eye(corners)
    for _ in range(2):
        following = np.roll(rounding, -1, axis=0)
        pairs = [0.85 * rounding + 0.15 * following, 0.15 * rounding + 0.85 * following]
        rounding = np.stack(pairs, axis=1).reshape(-1, corners)
    return rounding
