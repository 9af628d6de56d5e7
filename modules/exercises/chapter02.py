"""Exercises of chapter 2, neurons: the transpose and the product of matrices that are plain lists of rows."""

import numpy as np

from modules.exercises.exercise import Exercise

LESSON_WEIGHTS = [[0.2, 0.8, -0.5, 1.0], [0.5, -0.91, 0.26, -0.5], [-0.26, -0.27, 0.17, 0.87]]


def transpose(matrix):
    """The matrix with rows and columns exchanged: row j of the result is column j of the matrix."""
    transposed = []
    for j in range(len(matrix[0])):
        transposed.append([row[j] for row in matrix])
    return transposed


def draw(rng, rows, columns):
    return rng.normal(size=(rows, columns)).round(2).tolist()


def transpose_cases(rng):
    return {
        "the weights of the lesson": (LESSON_WEIGHTS,),
        "more rows than columns": (draw(rng, 5, 2),),
        "a square matrix": (draw(rng, 3, 3),),
        "a single row": (draw(rng, 1, 4),),
        "a single column": (draw(rng, 4, 1),),
    }


def turned(change):
    """A function that makes the mistake `change`, an operation on arrays, and returns lists."""
    return lambda *matrices: change(*map(np.array, matrices)).tolist()


transpose = Exercise(
    transpose,
    transpose_cases,
    hint="Row j of the result is made of entry j of every row. How many such j are there?",
    mistakes={
        "This is the matrix as it was: row j of the result must hold entry j of every row.":
            turned(lambda matrix: matrix),
        "Only one row is there: is the `return` inside the loop, or the `append` after it?":
            turned(lambda matrix: matrix.T[:1]),
        "Only the last row is there: is the `append` after the loop?":
            turned(lambda matrix: matrix.T[-1:]),
        "This is a single row: return a list with one row for each column of the matrix.":
            turned(lambda matrix: matrix[:, -1]),
        "The order of the rows is reversed, but they are still rows: turn each of them into a column.":
            turned(lambda matrix: matrix[::-1]),
        "This is the matrix turned by a right angle: one of the directions runs backwards.":
            turned(np.rot90),
        "This is the matrix turned by a right angle, clockwise: one of the directions runs backwards.":
            turned(lambda matrix: np.rot90(matrix, -1)),
        "The numbers fill the new shape in their old order: each has to go from [i][j] to [j][i].":
            turned(lambda matrix: matrix.reshape(matrix.shape[::-1])),
        "All rows of the result are one and the same list: make a new one for each, not `[[0] * n] * m`.":
            turned(lambda matrix: np.tile(matrix[:, -1], (matrix.shape[1], 1))),
    },
)


def matrix_product(left, right):
    """The matrix product: entry (s, j) is the dot product of row s of `left` with column j of `right`."""
    product = []
    for row in left:
        entries = []
        for j in range(len(right[0])):
            entries.append(sum(row[i] * right[i][j] for i in range(len(right))))
        product.append(entries)
    return product


def product_cases(rng):
    return {
        "three samples and two neurons": (draw(rng, 3, 4), draw(rng, 4, 2)),
        "two samples and five neurons": (draw(rng, 2, 3), draw(rng, 3, 5)),
        "square matrices": (draw(rng, 3, 3), draw(rng, 3, 3)),
        "a single sample": (draw(rng, 1, 4), draw(rng, 4, 3)),
        "a single neuron": (draw(rng, 4, 3), draw(rng, 3, 1)),
        "a single input": (draw(rng, 2, 1), draw(rng, 1, 3)),
    }


def rows_with_rows(left, right):
    return [[sum(a * b for a, b in zip(row, other, strict=False)) for other in right] for row in left]


matrix_product = Exercise(
    matrix_product,
    product_cases,
    hint="Three loops: over the rows of left, over the columns of right, and over the numbers to multiply.",
    mistakes={
        "Rows are multiplied with rows: the dot product takes a row of `left` and a column of `right`.":
            rows_with_rows,
        "Only the last product is left in each entry: add the products up instead of overwriting.":
            turned(lambda left, right: np.outer(left[:, -1], right[-1])),
        "Only the first product is in each entry: is a `return` or an `append` one loop too deep?":
            turned(lambda left, right: np.outer(left[:, 0], right[0])),
        "All rows of the result are one and the same list: make a new one for each, not `[[0] * n] * m`.":
            turned(lambda left, right: np.tile((left @ right).sum(axis=0), (len(left), 1))),
        "All rows of the result are one list, so each holds what the last should: make a new list for each.":
            turned(lambda left, right: np.tile((left @ right)[-1], (len(left), 1))),
        "Each sum goes on from the one before it in the row: set it back to 0 for every entry.":
            turned(lambda left, right: np.cumsum(left @ right, axis=1)),
        "The sum is never set back to 0: it goes on from entry to entry and from row to row.":
            turned(lambda left, right: np.cumsum(left @ right).reshape(len(left), -1)),
    },
)
