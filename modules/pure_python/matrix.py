"""Arithmetic on matrices: lists of rows, all of one length. Every function returns new lists.

Read the names with the module in front: `matrix.product(weights, inputs)`, `matrix.sum(errors)`.
Two ideas make lists fast: `zip(*rows)` hands over columns, and one call of C code walks a whole row.
"""

import math
from collections.abc import Callable
from itertools import repeat
from random import Random

from modules.pure_python import vector
from modules.pure_python.vector import Vector, sum_of_products

Matrix = list[Vector]


def shape(matrix: Matrix) -> tuple[int, int]:
    """(rows, columns); ValueError for rows of different lengths. An empty list has shape (0, 0)."""
    try:
        lengths = set(map(len, matrix))
    except TypeError:
        raise TypeError("a matrix is a list of rows, such as [[1, 2], [3, 4]], but this is no list, or a row "
                        "of it is none; a vector v as a matrix of one row is [v]") from None
    if len(lengths) > 1:
        width = len(matrix[0])
        odd = next(k for k, row in enumerate(matrix) if len(row) != width)
        raise ValueError(
            f"the rows of a matrix must be equally long, but row 0 has {width} numbers and row {odd} has "
            f"{len(matrix[odd])}"
        )
    return len(matrix), max(lengths, default=0)


def require_same_shape(first: Matrix, second: Matrix) -> None:
    """Raise ValueError, naming both shapes, unless the matrices have the same one."""
    if shape(first) != shape(second):
        raise ValueError(f"these matrices must have the same shape, but they have {shape(first)} and {shape(second)}")


def zeros(rows: int, columns: int) -> Matrix:
    return [[0.0] * columns for _ in range(rows)]


def random(rows: int, columns: int, deviation: float, generator: Random) -> Matrix:
    """Normally distributed numbers around 0 with this standard deviation; TypeError unless a generator draws them."""
    if not isinstance(generator, Random):
        raise TypeError(f"random numbers come from a generator, such as random.Random(0), not from {generator!r:.40}")
    return [[generator.gauss(0.0, deviation) for _ in range(columns)] for _ in range(rows)]


def transpose(matrix: Matrix) -> Matrix:
    """Aᵀ: the columns of A become the rows, (rows, columns) becomes (columns, rows)."""
    shape(matrix)
    return list(map(list, zip(*matrix, strict=True)))


def product(first: Matrix, second: Matrix) -> Matrix:
    """A B: element (i, j) is row i of A times column j of B; (n, m) times (m, k) gives (n, k)."""
    if shape(first)[1] != shape(second)[0]:
        raise ValueError(
            f"in a matrix product the first matrix needs as many columns as the second has rows, "
            f"but their shapes are {shape(first)} and {shape(second)}"
        )
    columns = list(zip(*second, strict=True))
    return [[sum_of_products(row, column) for column in columns] for row in first]


def product_with_vector(matrix: Matrix, column: Vector) -> Vector:
    """A v: element i is row i of A times v; (n, m) times m numbers gives n numbers."""
    if shape(matrix)[1] != len(column):
        raise ValueError(
            f"a matrix of shape {shape(matrix)} takes a vector of {shape(matrix)[1]} numbers, "
            f"but this one has shape ({len(column)},)"
        )
    return [sum_of_products(row, column) for row in matrix]


def transposed_product_with_vector(matrix: Matrix, column: Vector) -> Vector:
    """Aᵀ v, without writing Aᵀ down: element j is column j of A times v; (n, m) and n numbers give m numbers."""
    if shape(matrix)[0] != len(column):
        raise ValueError(
            f"the transpose of a matrix of shape {shape(matrix)} takes a vector of {len(matrix)} numbers, "
            f"but this one has shape ({len(column)},)"
        )
    return list(map(sum_of_products, zip(*matrix, strict=True), repeat(column)))


def outer_product(first: Vector, second: Vector) -> Matrix:
    """a bᵀ: element (i, j) is a_i b_j; n and m numbers give an (n, m) matrix."""
    return [[a * b for b in second] for a in first]


def add(first: Matrix, second: Matrix) -> Matrix:
    """A_ij + B_ij"""
    require_same_shape(first, second)
    return list(map(vector.add, first, second))


def subtract(first: Matrix, second: Matrix) -> Matrix:
    """A_ij - B_ij"""
    require_same_shape(first, second)
    return list(map(vector.subtract, first, second))


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """A_ij B_ij: element by element, not the matrix product."""
    require_same_shape(first, second)
    return list(map(vector.multiply, first, second))


def scale(factor: float, matrix: Matrix) -> Matrix:
    """factor · A_ij"""
    shape(matrix)
    return [vector.scale(factor, row) for row in matrix]


def apply(function: Callable[[float], float], matrix: Matrix) -> Matrix:
    """function(A_ij)"""
    shape(matrix)
    return [vector.apply(function, row) for row in matrix]


def sum(matrix: Matrix) -> float:
    """The sum of all A_ij, rounded only once, at the end."""
    shape(matrix)
    return math.fsum(number for row in matrix for number in row)


def sum_of_rows(matrix: Matrix) -> Vector:
    """All rows added up: element j is the sum of column j."""
    total = vector.zeros(shape(matrix)[1])
    for row in matrix:
        total = vector.add(total, row)
    return total
