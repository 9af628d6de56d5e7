"""Activations: values, stability, dtypes, predictions."""

import warnings

import numpy as np
import pytest

from modules import Activation_Linear, Activation_ReLU, Activation_Sigmoid, Activation_Softmax

ALL = [Activation_ReLU, Activation_Softmax, Activation_Sigmoid, Activation_Linear]


def test_softmax_of_the_book():
    output = Activation_Softmax().forward([[4.8, 1.21, 2.385], [1, 2, 3]])
    np.testing.assert_allclose(output, [[.895283, .024708, .080009], [.090031, .244728, .665241]], atol=5e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_and_softmax_at_a_thousand_without_a_warning(dtype):
    extremes = np.array([[-1000, 0, 1000]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(Activation_Sigmoid().forward(extremes), [[0, 0.5, 1]])
        np.testing.assert_array_equal(Activation_Softmax().forward(extremes), [[0, 0, 1]])


def test_softmax_backward_is_the_jacobian_of_the_book():
    softmax = Activation_Softmax()
    softmax.output = np.array([[0.7, 0.1, 0.2]] * 3)
    np.testing.assert_allclose(softmax.backward(np.eye(3)), [[.21, -.07, -.14], [-.07, .09, -.02], [-.14, -.02, .16]])


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(kind, dtype, rng):
    activation, inputs = kind(), rng.normal(size=(4, 3)).astype(dtype)
    assert activation.forward(inputs).dtype == dtype
    assert activation.backward(inputs).dtype == dtype


@pytest.mark.parametrize("kind", ALL)
def test_caller_arrays_are_never_changed(kind, rng):
    activation, inputs, dvalues = kind(), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    kept = inputs.copy(), dvalues.copy()
    activation.forward(inputs)
    activation.backward(dvalues)
    np.testing.assert_array_equal(inputs, kept[0])
    np.testing.assert_array_equal(dvalues, kept[1])


def test_linear_backward_is_an_array_not_a_method():
    """Published code stores `dvalues.copy` without calling it."""
    linear = Activation_Linear()
    linear.forward(np.ones((2, 1)))
    dvalues = np.ones((2, 1))
    assert isinstance(linear.backward(dvalues), np.ndarray)
    assert linear.dinputs is not dvalues


def test_relu_gradient_is_zero_where_the_input_was_not_positive():
    relu = Activation_ReLU()
    relu.forward([[-1.0, 0.0, 2.0]])
    np.testing.assert_array_equal(relu.backward(np.ones((1, 3))), [[0, 0, 1]])


def test_predictions():
    scores = np.array([[0.2, 0.8], [0.6, 0.4]])
    np.testing.assert_array_equal(Activation_Softmax().predictions(scores), [1, 0])
    np.testing.assert_array_equal(Activation_Sigmoid().predictions(scores), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(Activation_Linear().predictions(scores), scores)
    np.testing.assert_array_equal(Activation_ReLU().predictions(scores), scores)


def test_a_sigmoid_of_a_half_says_no():
    np.testing.assert_array_equal(Activation_Sigmoid().predictions(np.array([[0.5], [0.51]])), [[0], [1]])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.int8, bool])
@pytest.mark.parametrize("activation", [Activation_Softmax(), Activation_Sigmoid()], ids=repr)
def test_whole_numbers_do_not_wrap_around(activation, dtype):
    """Of eight bits without a sign, -5 is 251."""
    inputs = np.array([[0, 1, 1]]) if dtype is bool else np.array([[0, 1, 5]])
    np.testing.assert_allclose(activation.forward(inputs.astype(dtype)), activation.forward(inputs), rtol=1e-6)
