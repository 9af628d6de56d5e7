"""Imported by Python as it starts, in the surroundings `rounding-1` to `rounding-3` (`tools.surroundings`).

Changes the last binary digit of about half of the numbers that NumPy draws, another half for each value of
ROUNDING. This is what another processor does to a sum. Most training runs end where they would have ended; one that
stands at a fork takes the other way, and a lesson must not rest on it. Equal draws stay equal. Only float64 networks
feel it: in float32 the digit is lost.
"""

import os

import numpy as np


def nudged(draw):
    """The function `draw` with other last digits."""
    def draw_and_nudge(*arguments, **options):
        values = draw(*arguments, **options)
        if np.isscalar(values):
            return values
        return np.where(np.sin(1000 * ROUNDING * values) > 0, np.nextafter(values, np.inf), values)
    return draw_and_nudge


ROUNDING = int(os.environ["ROUNDING"])
for name in ("randn", "normal", "standard_normal"):
    setattr(np.random, name, nudged(getattr(np.random, name)))
