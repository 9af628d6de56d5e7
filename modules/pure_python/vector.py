"""Arithmetic on vectors: plain lists of numbers. Every function returns a new list and leaves its arguments alone."""

import math
from collections.abc import Callable, Sequence
from operator import add as plus
from operator import mul as times
from operator import sub as minus

Vector = list[float]


def plain_sum_of_products(first: Sequence[float], second: Sequence[float]) -> float:
    """Sum of a_k b_k, unchecked: `map` stops silently at the shorter one, so callers compare lengths first."""
    return sum(map(times, first, second))


# Python 3.12 brought the same in C: three times faster than `map`, and rounded only once.
sum_of_products = getattr(math, "sumprod", plain_sum_of_products)


def require_same_length(first: Vector, second: Vector) -> None:
    """Raise ValueError, naming both lengths, unless the vectors are equally long."""
    if len(first) != len(second):
        raise ValueError(f"these vectors must be equally long, not {len(first)} and {len(second)} numbers")


def require_finite(numbers: Sequence[float], what: str) -> None:
    """Raise ArithmeticError if one of the numbers is infinite or not a number (NaN).

    A NaN spoils every sum it enters, so adding up is all it takes to find one.
    """
    if not math.isfinite(sum(numbers)):
        raise ArithmeticError(
            f"{what} contain a value that is infinite, or not a number at all (NaN). Usually the learning rate is "
            "too large, so that the weights grew without bound: try a tenth of it. "
            "Otherwise look for a NaN or a huge value in the data."
        )


def require_finite_inputs(numbers: Sequence[float], what: str) -> None:
    """The same check for what a network is given: here no learning rate is to blame.

    Checked at the door, since a sigmoid turns an infinite number into an ordinary 1, and max pooling can hide a NaN.
    TypeError for what cannot be added up, such as a list of samples.
    """
    try:
        total = sum(numbers)
    except TypeError:
        raise TypeError(f"{what} must be plain numbers, one sample at a time, but they are {numbers!r:.60}") from None
    if not math.isfinite(total):
        raise ArithmeticError(
            f"{what} contain a value that is infinite, far too large, or not a number at all (NaN): "
            "repair this sample of the data, or leave it out."
        )


def zeros(length: int) -> Vector:
    return [0.0] * length


def dot(first: Vector, second: Vector) -> float:
    """a · b, the sum of a_k b_k."""
    require_same_length(first, second)
    return sum_of_products(first, second)


def add(first: Vector, second: Vector) -> Vector:
    """a_k + b_k"""
    require_same_length(first, second)
    return list(map(plus, first, second))


def subtract(first: Vector, second: Vector) -> Vector:
    """a_k - b_k"""
    require_same_length(first, second)
    return list(map(minus, first, second))


def multiply(first: Vector, *others: Vector) -> Vector:
    """a_k b_k, or a_k b_k c_k ... for more than two vectors: element by element, not the dot product."""
    result = list(first)
    for other in others:
        require_same_length(result, other)
        result = list(map(times, result, other))
    return result


def scale(factor: float, vector: Vector) -> Vector:
    """factor · a_k"""
    return [factor * number for number in vector]


def apply(function: Callable[[float], float], vector: Vector) -> Vector:
    """function(a_k)"""
    return list(map(function, vector))


def position_of_largest(vector: Vector) -> int:
    """The index of the largest number; in a tie, the first."""
    return vector.index(max(vector))
