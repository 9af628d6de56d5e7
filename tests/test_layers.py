"""Layers: shapes, dtypes, parameters, dropout."""

import numpy as np
import pytest

from modules import (
    Activation_Linear,
    Activation_ReLU,
    Activation_Sigmoid,
    Activation_Softmax,
    Layer,
    Layer_BatchNormalization,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Dropout,
    Layer_Flatten,
    Layer_LSTM,
)


def test_dense_computes_inputs_at_weights_plus_biases():
    layer = Layer_Dense(3, 2)
    layer.set_parameters([[1, 2], [3, 4], [5, 6]], [[10, 20]])
    np.testing.assert_array_equal(layer.forward([[1, 0, 2], [0, 1, 0]]), [[21, 34], [13, 24]])


def test_dense_takes_weights_of_whole_numbers_written_by_hand():
    layer = Layer_Dense(2, 2)
    layer.weights = np.array([[1, 2], [3, 4]])
    np.testing.assert_array_equal(layer.forward([[1, 1]]), [[4, 6]])


def test_a_matrix_of_numpy_is_taken_as_an_array():
    output = Layer_Dense(4, 4).forward(np.eye(4).view(np.matrix))
    assert type(output) is np.ndarray


def test_same_seed_gives_the_books_weights():
    np.random.seed(0)
    expected = 0.01 * np.random.randn(2, 3)
    np.random.seed(0)
    np.testing.assert_array_equal(Layer_Dense(2, 3).weights, expected)


def test_he_scale():
    weights = Layer_Dense(400, 300, initial_scale="he").weights
    assert weights.std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays_forward_and_backward(dtype):
    layer = Layer_Dense(3, 2, 0.1, 0.1, 0.1, 0.1, dtype=dtype)
    assert layer.forward(np.ones((4, 3), dtype)).dtype == dtype
    layer.backward(np.ones((4, 2), dtype))
    assert {layer.dweights.dtype, layer.dbiases.dtype, layer.dinputs.dtype} == {np.dtype(dtype)}


def test_first_layer_skips_the_input_gradient():
    layer = Layer_Dense(3, 2)
    layer.needs_dinputs = False
    layer.forward(np.ones((4, 3)))
    assert layer.backward(np.ones((4, 2))) is None
    assert layer.dweights.shape == (3, 2)


def test_get_parameters_are_copies():
    layer = Layer_Dense(3, 2)
    weights, _ = layer.get_parameters()
    weights += 1
    assert not np.array_equal(weights, layer.weights)


def test_set_parameters_of_a_wrong_shape_changes_nothing():
    layer = Layer_Dense(3, 2)
    before = layer.weights.copy()
    with pytest.raises(ValueError, match=r"\(3, 2\).*\(2, 3\)"):
        layer.set_parameters(np.ones((2, 3)), np.ones((1, 2)))
    np.testing.assert_array_equal(layer.weights, before)


@pytest.mark.parametrize("shape, message", [
    ((5, 4), "Either give it 3 features, or make the layer with n_inputs=4"),
    ((3,), "a batch of one row"),
    ((5, 1, 3), "Flatten"),
])
def test_wrong_inputs_are_named_with_both_shapes(shape, message):
    with pytest.raises(ValueError, match=rf"Layer_Dense\(3, 2\).*\(samples, 3\).*{message}"):
        Layer_Dense(3, 2).forward(np.ones(shape))


@pytest.mark.parametrize("arguments", [(0, 1), (1, 0), (2, 2, -0.1), (2, 2, 0, 0, 0, -1)])
def test_impossible_layers_are_refused(arguments):
    with pytest.raises(ValueError):
        Layer_Dense(*arguments)


def test_caller_arrays_are_never_changed(rng):
    layer = Layer_Dense(3, 2, 0.1, 0.1, 0.1, 0.1)
    inputs, dvalues = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    kept = inputs.copy(), dvalues.copy()
    layer.forward(inputs)
    layer.backward(dvalues)
    np.testing.assert_array_equal(inputs, kept[0])
    np.testing.assert_array_equal(dvalues, kept[1])


def test_dropout_rate_is_the_rate_given():
    layer = Layer_Dropout(0.3, seed=0)
    assert layer.rate == 0.3
    output = layer.forward(np.ones((400, 400)))
    assert np.mean(output == 0) == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(output[output > 0], 1 / 0.7)


def test_dropout_is_silent_outside_training():
    inputs = np.ones((4, 4))
    np.testing.assert_array_equal(Layer_Dropout(0.5).forward(inputs, training=False), inputs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_keeps_the_dtype(dtype):
    layer = Layer_Dropout(0.5)
    assert layer.forward(np.ones((4, 4), dtype)).dtype == dtype
    assert layer.backward(np.ones((4, 4), dtype)).dtype == dtype


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan"), "0.5"])
def test_dropout_rate_outside_its_range(rate):
    with pytest.raises(ValueError, match=f"switch off.*given {rate!r}"):
        Layer_Dropout(rate)


def test_seed_of_numpy_fixes_the_masks():
    masks = []
    for _ in range(2):
        np.random.seed(3)
        masks.append(Layer_Dropout(0.5).forward(np.ones((5, 5))))
    np.testing.assert_array_equal(*masks)


def test_a_layer_without_forward_says_so():
    class Layer_Half(Layer):
        pass
    with pytest.raises(NotImplementedError, match="Layer_Half needs a forward"):
        Layer_Half().forward(np.ones((1, 1)))


@pytest.mark.parametrize("make", [
    lambda: Layer_Dense(2, 3, dtype=int), lambda: Layer_Dense(2, 3, dtype=np.float16),
    lambda: Layer_Conv2D(1, 2, 3, dtype=int), lambda: Layer_LSTM(2, 3, dtype=int),
    lambda: Layer_BatchNormalization(2, dtype=int)])
def test_a_dtype_that_loses_digits_is_refused(make):
    with pytest.raises(ValueError, match="dtype is np.float32 or np.float64"):
        make()


@pytest.mark.parametrize("scale", ["He", "xavier", None, np.nan])
def test_an_unknown_initial_scale_is_refused_in_words(scale):
    for make in (lambda: Layer_Dense(2, 3, initial_scale=scale), lambda: Layer_Conv2D(1, 2, 3, initial_scale=scale)):
        with pytest.raises(ValueError, match='initial_scale is a number or "he"'):
            make()


def test_an_activation_in_the_place_of_a_regularizer_is_refused_in_words():
    with pytest.raises(ValueError, match="an activation is a layer of its own: given 'relu'"):
        Layer_Dense(784, 128, "relu")


def test_a_dropout_of_nothing_hands_everything_on():
    inputs = np.ones((2, 3))
    np.testing.assert_array_equal(Layer_Dropout(0).forward(inputs), inputs)


def test_layers_without_regularizers_have_no_penalty():
    for layer in (Layer_Conv2D(1, 2, 3), Layer_LSTM(2, 3), Layer_BatchNormalization(2), Layer_Dropout(0.1)):
        assert layer.regularization_loss() == 0


@pytest.mark.parametrize("make", [
    lambda: Layer_Dense(3, 2), lambda: Layer_Dropout(0), lambda: Layer_Dropout(0.5, seed=1), Activation_Linear,
    Activation_ReLU, Activation_Sigmoid, Activation_Softmax, Layer_Flatten, lambda: Layer_BatchNormalization(3)])
def test_layers_take_lists(make):
    layer, inputs = make(), [[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]]
    dvalues = np.ones_like(layer.forward(inputs)).tolist()
    assert isinstance(layer.backward(dvalues), np.ndarray)
    np.testing.assert_array_equal(layer.backward(dvalues), layer.backward(np.array(dvalues)))


def test_an_lstm_and_predictions_take_lists():
    layer = Layer_LSTM(3, 2)
    layer.forward([[[1.0, 2.0, 3.0]] * 4])
    np.testing.assert_array_equal(layer.backward([[1.0, 2.0]]), layer.backward(np.array([[1.0, 2.0]])))
    np.testing.assert_array_equal(Activation_Sigmoid().predictions([[0.2, 0.7]]), [[0, 1]])


@pytest.mark.parametrize("make", [lambda: Layer_Dense(3, 2), lambda: Layer_Conv2D(1, 2, 2), lambda: Layer_LSTM(3, 2),
                                  lambda: Layer_BatchNormalization(3)])
def test_a_cast_layer_knows_its_dtype(make):
    layer = make()
    layer.cast(np.float32)
    assert layer.dtype == "float32" and {array.dtype.name for _, array, _ in layer.parameters()} == {"float32"}
