"""Exercises of chapter 21, saving: a vector cut into arrays, and equality bit for bit."""

import math

import numpy as np

from modules.exercises.exercise import Exercise


def unflatten(vector, shapes):
    """The vector's numbers as arrays of these shapes, in order and row by row."""
    arrays, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        arrays.append(vector[start:start + size].reshape(shape))
        start += size
    return tuple(arrays)


def unflatten_cases(rng):
    def draw(*shapes):
        return rng.normal(size=sum(math.prod(shape) for shape in shapes)), list(shapes)

    return {
        "weights and biases of two layers": draw((2, 4), (1, 4), (4, 3), (1, 3)),
        "three arrays": draw((3, 5), (1, 5), (5, 2)),
        "a single array": draw((3, 2)),
        "a vector among matrices": draw((2, 3), (4,), (3, 2)),
        "arrays of one shape": draw((2, 3), (2, 3), (2, 3)),
        "three axes": draw((2, 3, 4), (1, 3)),
    }


def cut(vector, shapes, begin, order="C"):
    """Arrays of these shapes, the one with number i from `begin(sizes, i)` on."""
    sizes = [math.prod(shape) for shape in shapes]
    return tuple(np.resize(vector[begin(sizes, i):], sizes[i]).reshape(shape, order=order)
                 for i, shape in enumerate(shapes))


def in_order(sizes, i):
    return sum(sizes[:i])


unflatten = Exercise(
    unflatten,
    unflatten_cases,
    hint="How many numbers does a shape hold, and where in the vector does the next array begin?",
    mistakes={
        "Every array is taken from the beginning of the vector: each begins where the one before has ended.":
            lambda vector, shapes: cut(vector, shapes, lambda sizes, i: 0),
        "The start is overwritten instead of moved on: add up the sizes of all earlier arrays.":
            lambda vector, shapes: cut(vector, shapes, lambda sizes, i: sizes[i - 1] if i else 0),
        "The arrays are filled column by column: NumPy's own order, and that of ravel(), is row by row.":
            lambda vector, shapes: cut(vector, shapes, in_order, order="F"),
        "The pieces are right, but still flat: each needs its shape.":
            lambda vector, shapes: tuple(array.ravel() for array in cut(vector, shapes, in_order)),
        "The shapes are reversed: rows come first, then columns.":
            lambda vector, shapes: cut(vector, [shape[::-1] for shape in shapes], in_order),
        "The arrays are taken from the end of the vector: the first shape belongs to its beginning.":
            lambda vector, shapes: cut(vector, shapes, lambda sizes, i: sum(sizes[i + 1:])),
    },
)


def same_bits(first, second):
    """Whether two arrays have the same shape, the same type and the same bytes."""
    return (first.shape == second.shape and first.dtype == second.dtype
            and first.tobytes() == second.tobytes())


def bits_cases(rng):
    values = rng.normal(size=(2, 3))
    last_bit, one_other, with_nan, zeros = values.copy(), values.copy(), values.copy(), np.zeros((1, 4))
    last_bit[1, 2] = np.nextafter(last_bit[1, 2], 9.0)
    one_other[0, 1] += 1.0
    with_nan[1, 1] = np.nan
    other_nan = with_nan.copy()
    other_nan.view(np.uint64)[1, 1] ^= 1
    halves = np.array([[0.5, -1.5, 2.0]])
    return {
        "an array and its copy": (values, values.copy()),
        "one number that differs": (values, one_other),
        "one number that differs in its last bit": (values, last_bit),
        "NaN in the same place": (with_nan, with_nan.copy()),
        "two NaNs with different bits": (with_nan, other_nan),
        "0 and -0": (zeros, -zeros),
        "float32 and float64": (halves.astype(np.float32), halves),
        "zeros of float64 and of int64": (zeros, zeros.astype(np.int64)),
        "a row and a vector": (halves, halves[0]),
        "whole numbers": (np.arange(4), np.arange(4)),
        "a row and a column": (halves, halves.T),
        "a matrix, and the same with one more axis": (values[:, :2].copy(), values[:, :2].copy().reshape(2, 1, 2)),
    }


same_bits = Exercise(
    same_bits,
    bits_cases,
    hint="`tobytes()` gives the bytes of an array. Which two things about an array do its bytes not tell?",
    mistakes={
        "This asks whether the numbers are close: 'bit for bit' must not overlook rounding differences.":
            lambda first, second: np.allclose(first, second),
        "This compares values: NaN differs from itself, 0 equals -0, and the type is ignored.":
            lambda first, second: np.array_equal(first, second),
        "This compares values with NaN allowed: 0 still equals -0, and the type is ignored.":
            lambda first, second: np.array_equal(first, second, equal_nan=True),
        "Values and signs are compared: two NaNs, which are no values, may still differ in their bits.":
            lambda first, second: (first.shape == second.shape and first.dtype == second.dtype
                                   and np.array_equal(first, second, equal_nan=True)
                                   and np.array_equal(np.signbit(first), np.signbit(second))),
        "Entries are compared after broadcasting: a row and a vector pass, though their shapes differ.":
            lambda first, second: np.all(first == second),
        "Bytes alone do not tell the shape, nor the type: zeros look the same in every type of one size.":
            lambda first, second: first.tobytes() == second.tobytes(),
        "The type is ignored: zeros of float64 and of int64 have the same bytes.":
            lambda first, second: first.shape == second.shape and first.tobytes() == second.tobytes(),
        "The shape is ignored: a row and a vector can have the same bytes.":
            lambda first, second: first.dtype == second.dtype and first.tobytes() == second.tobytes(),
        "This asks whether both are the same object (or the parentheses of `tobytes()` are missing): a copy is not.":
            lambda first, second: first is second,
        "The answer is reversed: True means that they are the same.":
            lambda first, second: not same_bits.reference(first, second),
    },
)
