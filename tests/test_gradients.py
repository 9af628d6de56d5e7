"""Every backward of the framework against finite differences, as one table; and the check itself against errors."""

import copy

import numpy as np
import pytest

import modules
from modules import (
    Activation_Linear,
    Activation_ReLU,
    Activation_Sigmoid,
    Activation_Sigmoid_Loss_BinaryCrossentropy,
    Activation_Softmax,
    Activation_Softmax_Loss_CategoricalCrossentropy,
    Layer_BatchNormalization,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Dropout,
    Layer_Flatten,
    Layer_Input,
    Layer_LSTM,
    Layer_MaxPool2D,
    Loss,
    Loss_BinaryCrossentropy,
    Loss_CategoricalCrossentropy,
    Loss_MeanAbsoluteError,
    Loss_MeanSquaredError,
    Model,
    Optimizer_SGD,
)
from modules.accuracy import Accuracy_Categorical
from modules.gradient_check import check_gradient, check_layer, check_loss, check_model, numerical_gradient

LAYERS = {
    "input": lambda: Layer_Input(),
    "dense": lambda: Layer_Dense(4, 3, initial_scale=1),
    "dense with l1": lambda: Layer_Dense(4, 3, weight_regularizer_l1=0.1, bias_regularizer_l1=0.2, initial_scale=1),
    "dense with l2": lambda: Layer_Dense(4, 3, weight_regularizer_l2=0.1, bias_regularizer_l2=0.2, initial_scale=1),
    "dense with all": lambda: Layer_Dense(4, 3, 0.1, 0.2, 0.3, 0.4, initial_scale="he"),
    "dropout": lambda: Layer_Dropout(0.4),
    "relu": lambda: Activation_ReLU(),
    "softmax": lambda: Activation_Softmax(),
    "sigmoid": lambda: Activation_Sigmoid(),
    "linear": lambda: Activation_Linear(),
    "batch normalization": lambda: Layer_BatchNormalization(4),
    "pictures: batch normalization": lambda: Layer_BatchNormalization(2),
    "pictures: convolution": lambda: Layer_Conv2D(2, 3, 3),
    "pictures: convolution, stride": lambda: Layer_Conv2D(2, 3, 3, stride=2),
    "pictures: convolution, padding": lambda: Layer_Conv2D(2, 3, 3, padding=1),
    "pictures: convolution, rectangular": lambda: Layer_Conv2D(2, 3, (2, 4), stride=(1, 3), padding=(2, 1)),
    "pictures: convolution, stride past the window": lambda: Layer_Conv2D(2, 3, 1, stride=3, padding=1),
    "pictures: convolution, rows left over": lambda: Layer_Conv2D(2, 3, (3, 2), stride=(5, 4)),
    "pictures: pooling": lambda: Layer_MaxPool2D(2),
    "pictures: pooling, rectangular": lambda: Layer_MaxPool2D((3, 2)),
    "pictures: pooling, overlapping": lambda: Layer_MaxPool2D(3, stride=(1, 2)),
    "pictures: pooling, stride past the window": lambda: Layer_MaxPool2D(2, stride=3),
    "pictures: flatten": lambda: Layer_Flatten(),
    "sequences: lstm": lambda: Layer_LSTM(4, 3),
    "sequences: lstm, all steps": lambda: Layer_LSTM(4, 3, return_sequences=True),
    "sequences: lstm, peephole": lambda: Layer_LSTM(4, 3, peephole=True),
    "sequences: lstm, peephole, all steps": lambda: Layer_LSTM(4, 3, peephole=True, return_sequences=True),
}
#: Inputs of the rows whose names begin so; all others take a table (samples, features).
SHAPES = {"pictures": (2, 2, 7, 6), "sequences": (3, 5, 4)}


def inputs_of(name, rng):
    return rng.normal(size=SHAPES.get(name.split(":")[0], (5, 4)))


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name, rng):
    layer = LAYERS[name]()
    for _, parameter, _ in layer.parameters():
        parameter += rng.normal(size=parameter.shape)
    check_layer(layer, inputs_of(name, rng))


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "input"])
def test_backward_before_forward_says_what_to_call_first(name):
    with pytest.raises(RuntimeError, match="has no output to go back from: call its forward first"):
        LAYERS[name]().backward(np.ones((2, 3)))


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "input"])
def test_backward_refuses_a_gradient_of_another_shape(name, rng):
    """Some were broadcast without a word, others refused in terms of NumPy's matmul."""
    layer = LAYERS[name]()
    output = layer.forward(inputs_of(name, rng))
    for dvalues in (1.0, output[:1], output[..., :1], output[..., 0]):
        with pytest.raises(ValueError, match=r"gradient of that shape, but was given \("):
            layer.backward(dvalues)


def test_a_layer_derived_from_ours_may_hand_our_backward_another_shape_than_its_own_output(rng):
    class DenseAtEachStep(Layer_Dense):
        def forward(self, inputs, training=True):
            rows = super().forward(inputs.reshape(-1, self.n_inputs), training)
            self.output = rows.reshape(*inputs.shape[:2], self.n_neurons)
            return self.output

        def backward(self, dvalues):
            rows = super().backward(dvalues.reshape(-1, self.n_neurons))
            self.dinputs = rows.reshape(*dvalues.shape[:2], self.n_inputs)
            return self.dinputs

    check_layer(DenseAtEachStep(4, 3, initial_scale=1), rng.normal(size=(3, 5, 4)))


def test_every_layer_has_a_row():
    kinds = {getattr(modules, name) for name in modules.__all__ if name.startswith(("Layer_", "Activation_"))}
    missing = kinds - {type(make()) for make in LAYERS.values()} - {kind for kind, _ in PAIRS.values()}
    assert not missing, "add a row for it to LAYERS in this file"


def probabilities(rng, samples, classes):
    return rng.dirichlet(np.ones(classes), samples)


LABELS = np.array([0, 2, 1, 2])
LOSSES = {
    "crossentropy, labels": lambda rng: (Loss_CategoricalCrossentropy(), probabilities(rng, 4, 3), LABELS),
    "crossentropy, one-hot": lambda rng: (Loss_CategoricalCrossentropy(), probabilities(rng, 4, 3), np.eye(3)[LABELS]),
    "crossentropy, soft": lambda rng: (Loss_CategoricalCrossentropy(), probabilities(rng, 4, 3),
                                       probabilities(rng, 4, 3)),
    "binary": lambda rng: (Loss_BinaryCrossentropy(), rng.uniform(0.1, 0.9, (4, 2)), rng.integers(0, 2, (4, 2))),
    "squared": lambda rng: (Loss_MeanSquaredError(), rng.normal(size=(4, 2)), rng.normal(size=(4, 2))),
    "absolute": lambda rng: (Loss_MeanAbsoluteError(), rng.normal(size=(4, 2)), rng.normal(size=(4, 2))),
}


@pytest.mark.parametrize("name", LOSSES)
def test_loss(name, rng):
    check_loss(*LOSSES[name](rng))


def test_every_loss_has_a_row(rng):
    kinds = {getattr(modules, name) for name in modules.__all__ if name.startswith("Loss_")}
    assert not kinds - {type(make(rng)[0]) for make in LOSSES.values()}, "add a row for it to LOSSES in this file"


PAIRS = {
    "softmax, labels": (Activation_Softmax_Loss_CategoricalCrossentropy, np.array([0, 1, 2, 1, 0])),
    "softmax, one-hot": (Activation_Softmax_Loss_CategoricalCrossentropy, np.eye(3)[[0, 1, 2, 1, 0]]),
    "sigmoid": (Activation_Sigmoid_Loss_BinaryCrossentropy, np.array([[0, 1, 1], [1, 0, 0]] * 2 + [[1, 1, 1]])),
}


@pytest.mark.parametrize("kind, y", PAIRS.values(), ids=PAIRS)
def test_fused_pair(kind, y, rng):
    pair, scores = kind(), rng.normal(size=(5, 3))
    pair.forward(scores, y)
    returned = pair.backward(pair.output, y)
    np.testing.assert_array_equal(returned, pair.dinputs)
    check_gradient("fused", pair.dinputs, numerical_gradient(lambda values: pair.forward(values, y), scores))


@pytest.mark.parametrize("kind, y", PAIRS.values(), ids=PAIRS)
def test_fused_pair_equals_the_two_steps(kind, y, rng):
    pair, scores = kind(), rng.normal(size=(5, 3))
    activation, loss = type(pair.activation)(), type(pair.loss)()
    pair.forward(scores, y)
    pair.backward(pair.output, y)
    activation.backward(loss.backward(activation.forward(scores), y))
    np.testing.assert_allclose(pair.dinputs, activation.dinputs, atol=1e-15)


@pytest.mark.parametrize("l1, l2", [(0, 0), (0.01, 0.02)])
def test_whole_model(l1, l2, rng):
    model = Model()
    for layer in (Layer_Dense(4, 6, l1, l2, initial_scale=1), Activation_ReLU(), Layer_Dropout(0.2),
                  Layer_Dense(6, 5, initial_scale=1), Activation_Sigmoid(), Layer_Dense(5, 3), Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_SGD(), accuracy=Accuracy_Categorical())
    model.finalize()
    check_model(model, rng.normal(size=(7, 4)), rng.integers(0, 3, 7))


def test_check_names_array_index_and_both_numbers():
    with pytest.raises(AssertionError, match=r"dweights: at index \(1, 0\) backward gives -3, but .* slope is 3 "):
        check_gradient("dweights", np.array([[1.0], [-3.0]]), np.array([[1.0], [3.0]]))


def test_of_equally_wrong_elements_the_first_is_named_whatever_the_rounding():
    with pytest.raises(AssertionError, match=r"at index \(0,\)"):
        check_gradient("f", -np.ones(4), np.array([1 + 1e-6, 1, 1, 1]))


def test_check_sees_nan_and_wrong_shape():
    with pytest.raises(AssertionError, match="nan"):
        check_gradient("x", np.array([np.nan]), np.array([1.0]))
    with pytest.raises(AssertionError, match=r"\(2,\)"):
        check_gradient("x", np.ones(2), np.ones((1, 2)))


def test_check_finds_the_reversed_sign_of_the_absolute_error(rng):
    class Published(Loss_MeanAbsoluteError):
        def backward(self, dvalues, y_true):
            self.dinputs = -super().backward(dvalues, y_true)
            return self.dinputs

    with pytest.raises(AssertionError, match="Published dinputs"):
        check_loss(Published(), rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))


def test_check_sees_what_a_model_uses_not_only_what_is_kept(rng):
    class Reversed(Loss_MeanSquaredError):
        def backward(self, dvalues, y_true):
            return -super().backward(dvalues, y_true)

    class Unbent(Activation_ReLU):
        def backward(self, dvalues):
            super().backward(dvalues)
            return dvalues

    for check in (lambda: check_loss(Reversed(), rng.normal(size=(4, 2)), rng.normal(size=(4, 2))),
                  lambda: check_layer(Unbent(), rng.normal(size=(4, 2)))):
        with pytest.raises(AssertionError, match="returns one array and keeps another"):
            check()


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_check_tells_of_a_layer_that_returns_nothing_as_in_the_book(method, rng):
    layer = Activation_ReLU()
    setattr(layer, method, lambda *arguments: None)
    with pytest.raises(ValueError, match=f"{method} returned nothing"):
        check_layer(layer, rng.normal(size=(4, 2)))


def test_check_leaves_parameters_and_inputs_as_they_were(rng):
    layer, inputs = Layer_Dense(4, 3), rng.normal(size=(5, 4))
    weights, before = layer.weights.copy(), inputs.copy()
    check_layer(layer, inputs)
    assert (layer.weights == weights).all() and (inputs == before).all()


class Biased_BatchNormalization(Layer_BatchNormalization):
    """With a mistake in its backward, which the checks find."""

    def backward(self, dvalues):
        super().backward(dvalues)
        self.dinputs = 2 * self.dinputs
        self.dgamma = 2 * self.dgamma
        return self.dinputs


def normalizing_model(layer):
    model = Model()
    for each in (Layer_Dense(4, 3, initial_scale=1), layer, Activation_Softmax()):
        model.add(each)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_SGD(), accuracy=Accuracy_Categorical())
    model.finalize()
    return model


@pytest.mark.parametrize("kind", [Layer_BatchNormalization, Biased_BatchNormalization])
def test_checks_leave_what_training_leaves_in_a_layer_as_it_was_whether_they_pass_or_not(kind, rng):
    right = kind is Layer_BatchNormalization
    for check in (lambda layer: check_layer(layer, rng.normal(size=(5, 3))),
                  lambda layer: check_model(normalizing_model(layer), rng.normal(size=(7, 4)), rng.integers(0, 3, 7))):
        layer = kind(3)
        before = layer.get_state()
        if right:
            check(layer)
        else:
            with pytest.raises(AssertionError, match="backward gives"):
                check(layer)
        for name, array in layer.get_state().items():
            np.testing.assert_array_equal(array, before[name])


def test_a_right_gradient_of_float32_is_not_called_wrong():
    layer = Layer_Dense(3, 2)
    layer.cast(np.float32)
    with pytest.raises(ValueError, match="float64"):
        check_layer(layer, np.ones((2, 3)))


@pytest.mark.parametrize("factor, is_right", [(1 + 1e-8, True), (1 + 1e-5, False)])
def test_a_gradient_that_is_off_by_a_hundred_thousandth_is_wrong_by_default(factor, is_right):
    class Near(Loss_MeanSquaredError):
        def backward(self, dvalues, y_true):
            self.dinputs = factor * super().backward(dvalues, y_true)
            return self.dinputs

    for check in (lambda: check_gradient("x", np.array([factor]), np.ones(1)),
                  lambda: check_loss(Near(), np.ones((2, 1)), np.zeros((2, 1)))):
        if is_right:
            check()
        else:
            with pytest.raises(AssertionError, match="measured slope"):
                check()


def test_small_probabilities_are_moved_in_proportion(rng):
    """By steps of 1e-5, the bend of the logarithm near 0.001 looked like a wrong gradient."""
    scores = rng.normal(size=(100, 5))
    scores[:, 0] -= 3
    probabilities = Activation_Softmax().forward(scores)
    assert 6e-4 < probabilities.min() < 2e-3
    assert check_loss(Loss_CategoricalCrossentropy(), probabilities, np.zeros(100, int)) < 1e-6


def test_small_outputs_among_large_ones_are_moved_by_little(rng):
    class Loss_Poisson(Loss):
        def forward(self, y_pred, y_true):
            return np.mean(y_pred - y_true * np.log(y_pred), axis=1)

        def backward(self, dvalues, y_true):
            self.dinputs = (1 - y_true / dvalues) / dvalues.size
            return self.dinputs

    y_pred = np.geomspace(0.02, 1000, 60).reshape(20, 3)
    assert check_loss(Loss_Poisson(), y_pred, rng.poisson(5, (20, 3))) < 1e-6


def test_inputs_from_the_first_seed_are_not_the_weights_of_the_check():
    """Weighted with themselves, normalized outputs have no gradient, and rounding was called one."""
    layer = Layer_BatchNormalization(6)
    assert check_layer(layer, np.random.default_rng(0).normal(size=(60, 6))) < 1e-6


@pytest.mark.parametrize("scale", [1e5, 1e8])
def test_large_outputs_are_moved_in_proportion(scale, rng):
    """By steps of 1e-5, rounding looked like a wrong gradient: prices of houses failed a loss that is right."""
    y_pred, y_true = scale * rng.normal(size=(2, 20, 3))
    assert check_loss(Loss_MeanSquaredError(), y_pred, y_true) < 1e-6
    assert check_loss(Loss_MeanAbsoluteError(), y_pred, y_true) < 1e-6


@pytest.mark.parametrize("name", LAYERS)
def test_no_layer_reads_memory_that_nobody_has_written(name, rng, monkeypatch):
    def rubbish(shape, dtype=float, *arguments, **options):
        return np.full(shape, np.nan if np.dtype(dtype).kind == "f" else 1, dtype)

    layer, inputs = LAYERS[name](), inputs_of(name, rng)
    twin = copy.deepcopy(layer)
    dvalues = rng.normal(size=layer.forward(inputs).shape)
    layer.backward(dvalues)
    monkeypatch.setattr(np, "empty", rubbish)
    np.testing.assert_array_equal(twin.forward(inputs), layer.output)
    np.testing.assert_array_equal(twin.backward(dvalues), layer.dinputs)
    for (_, _, gradient), (_, _, expected) in zip(twin.parameters(), layer.parameters(), strict=True):
        np.testing.assert_array_equal(gradient, expected)


def test_a_layer_that_a_model_has_used_is_checked_with_its_input_gradient(rng):
    layer = modules.Layer_Dense(4, 3)
    layer.needs_dinputs = False
    assert check_layer(layer, rng.normal(size=(5, 4))) < 1e-6
    assert layer.needs_dinputs is False


@pytest.mark.parametrize("size", [0.01, 1, 100])
def test_the_error_is_relative_to_the_size_of_the_numbers(size):
    error = check_gradient("x", size * np.array([1 + 1e-7]), size * np.ones(1))
    assert error == pytest.approx(1e-7, rel=1e-3)
