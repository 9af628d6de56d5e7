"""Vectors and matrices on lists: values worked out by hand, and errors that name both shapes."""

import math
from random import Random

import pytest

from modules.pure_python import matrix, vector

A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
B = [[1.0, 0.0], [2.0, -1.0], [0.5, 4.0]]


def test_values_by_hand():
    assert matrix.shape(A) == (2, 3)
    assert matrix.shape([]) == (0, 0)
    assert matrix.zeros(2, 3) == [[0.0] * 3, [0.0] * 3]
    assert matrix.transpose(A) == [[1, 4], [2, 5], [3, 6]]
    assert matrix.product(A, B) == [[6.5, 10], [17, 19]]
    assert matrix.product_with_vector(A, [1.0, 0.0, -1.0]) == [-2, -2]
    assert matrix.transposed_product_with_vector(A, [1.0, -1.0]) == [-3, -3, -3]
    assert matrix.outer_product([1.0, 2.0], [3.0, 4.0, 5.0]) == [[3, 4, 5], [6, 8, 10]]
    assert matrix.add(A, A) == matrix.scale(2, A) == [[2, 4, 6], [8, 10, 12]]
    assert matrix.subtract(A, A) == matrix.zeros(2, 3)
    assert matrix.multiply(A, A) == matrix.apply(lambda number: number**2, A) == [[1, 4, 9], [16, 25, 36]]
    assert matrix.sum(A) == 21
    assert matrix.sum_of_rows(A) == [5, 7, 9]


def test_vectors_by_hand():
    assert vector.dot([1.0, 2.0], [3.0, 4.0]) == 11
    assert vector.add([1.0, 2.0], [3.0, 4.0]) == [4, 6]
    assert vector.subtract([1.0, 2.0], [3.0, 5.0]) == [-2, -3]
    assert vector.multiply([1.0, 2.0], [3.0, 4.0], [5.0, 6.0]) == [15, 48]
    assert vector.scale(3, [1.0, 2.0]) == [3, 6]
    assert vector.apply(abs, [-1.0, 2.0]) == [1, 2]
    assert vector.position_of_largest([1.0, 3.0, 3.0]) == 1


def test_the_fallback_for_sumprod_adds_the_products():
    assert vector.plain_sum_of_products([1.0, 2.0, 3.0], (4.0, 5.0, 6.0)) == 32
    assert vector.sum_of_products is getattr(math, "sumprod", vector.plain_sum_of_products)


def test_rows_of_zeros_are_not_one_row_shared():
    zeros = matrix.zeros(2, 2)
    zeros[0][0] = 1.0
    assert zeros[1][0] == 0


def test_random_has_the_deviation_asked_for_and_follows_its_generator():
    numbers = [number for row in matrix.random(100, 100, 0.5, Random(3)) for number in row]
    assert abs(sum(numbers) / 10000) < 0.02
    assert abs(math.sqrt(sum(number**2 for number in numbers) / 10000) - 0.5) < 0.02
    assert matrix.random(2, 3, 1.0, Random(7)) == matrix.random(2, 3, 1.0, Random(7))
    assert matrix.random(2, 3, 1.0, Random(7)) != matrix.random(2, 3, 1.0, Random(8))


@pytest.mark.parametrize("function", [matrix.add, matrix.subtract, matrix.multiply])
def test_mismatched_shapes_are_both_named(function):
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(3, 2\)"):
        function(A, B)


@pytest.mark.parametrize("function", [matrix.add, matrix.subtract, matrix.multiply, matrix.product])
def test_a_vector_in_the_place_of_a_matrix_is_explained(function):
    with pytest.raises(TypeError, match=r"one row is \[v\]"):
        function(A, [1.0, 2.0, 3.0])


def test_products_that_do_not_fit_name_both_shapes():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 3\)"):
        matrix.product(A, A)
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(2,\)"):
        matrix.product_with_vector(A, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(3,\)"):
        matrix.transposed_product_with_vector(A, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("function", [vector.dot, vector.add, vector.subtract, vector.multiply])
def test_vectors_of_different_lengths_name_both(function):
    with pytest.raises(ValueError, match="2 and 1"):
        function([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    "function",
    [
        matrix.shape,
        matrix.transpose,
        matrix.sum,
        matrix.sum_of_rows,
        lambda ragged: matrix.scale(2, ragged),
        lambda ragged: matrix.apply(abs, ragged),
        lambda ragged: matrix.add(ragged, ragged),
        lambda ragged: matrix.product(ragged, B),
        lambda ragged: matrix.product(B, ragged),
        lambda ragged: matrix.product_with_vector(ragged, [1.0, 2.0]),
    ],
)
def test_ragged_rows_are_refused_with_their_lengths(function):
    with pytest.raises(ValueError, match="row 0 has 2 numbers and row 1 has 1"):
        function([[1.0, 2.0], [3.0]])


def test_no_function_writes_into_its_arguments():
    before = [list(row) for row in A]
    matrix.transpose(A)[0][0] = 9.0
    matrix.add(A, A)[0][0] = 9.0
    matrix.scale(2, A), matrix.multiply(A, A), matrix.product(A, B), matrix.sum_of_rows(A)
    numbers = [1.0]
    assert vector.multiply(numbers) is not numbers
    assert before == A
