"""Gradients measured instead of derived: the judge of every backward pass in this package."""

import math
from collections.abc import Callable

from modules.pure_python import matrix
from modules.pure_python.matrix import Matrix
from modules.pure_python.training import written_out


def numerical_gradient(loss: Callable[[], float], numbers: Matrix, step: float = 1e-5) -> Matrix:
    """(L(w + h) - L(w - h)) / 2h for every number w, h being the step.

    The numbers are shifted in place, since the loss reads them there, and put back exactly as they were.
    """
    slopes = []
    for row in numbers:
        slopes.append([])
        for k, number in enumerate(row):
            row[k] = number + step
            above = loss()
            row[k] = number - step
            below = loss()
            row[k] = number
            slopes[-1].append((above - below) / (2 * step))
    return slopes


def relative_difference(first: Matrix, second: Matrix) -> float:
    """The largest |A_ij - B_ij|, relative to the largest |A_ij| or |B_ij|; 0 if both are all zeros.

    Infinite if a number in either is infinite or NaN: `max` would overlook a NaN, and no tolerance may let it pass.
    """
    differences = matrix.apply(abs, matrix.subtract(first, second))
    if not all(math.isfinite(difference) for row in differences for difference in row):
        return math.inf
    size = max(abs(number) for row in first + second for number in row)
    return max(map(max, differences)) / (size or 1.0)


def check_gradients(network, inputs, targets) -> dict[str, float]:
    """The relative difference between the derived and the measured gradient of every parameter, by name."""
    derived = written_out(network.loss_and_gradients(inputs, targets)[1])
    return {
        name: relative_difference(
            derived[name], numerical_gradient(lambda: network.loss_and_gradients(inputs, targets)[0], numbers)
        )
        for name, numbers in network.parameters().items()
    }
