"""Batch normalization: what it does to a batch, what it remembers, and the same numbers as in PyTorch."""

import numpy as np
import pytest

from modules import Layer, Layer_BatchNormalization
from modules.gradient_check import check_layer

SHAPES = {"rows": (30, 4), "pictures": (6, 4, 3, 5)}


def axes(shape):
    return (0, *range(2, len(shape)))


@pytest.mark.parametrize("name", SHAPES)
def test_training_gives_mean_0_and_variance_1(name, rng):
    layer = Layer_BatchNormalization(4, epsilon=1e-12)
    output = layer.forward(rng.normal(5, 3, SHAPES[name]))
    np.testing.assert_allclose(output.mean(axis=axes(output.shape)), 0, atol=1e-12)
    np.testing.assert_allclose(output.std(axis=axes(output.shape)), 1, atol=1e-9)


@pytest.mark.parametrize("name", SHAPES)
def test_running_statistics_approach_those_of_the_data(name, rng):
    layer = Layer_BatchNormalization(4, momentum=0.5)
    inputs = rng.normal(5, 3, SHAPES[name])
    for _ in range(60):
        layer.forward(inputs)
    np.testing.assert_allclose(layer.running_mean[0], inputs.mean(axis=axes(inputs.shape)))
    np.testing.assert_allclose(layer.running_variance[0], inputs.var(axis=axes(inputs.shape), ddof=1))


def test_without_training_a_sample_does_not_depend_on_its_neighbours(rng):
    layer, inputs = Layer_BatchNormalization(4), rng.normal(size=(8, 4))
    layer.forward(inputs)
    state = layer.get_state()
    alone, together = layer.forward(inputs[:1], training=False), layer.forward(inputs, training=False)
    np.testing.assert_array_equal(alone, together[:1])
    for name, array in layer.get_state().items():
        np.testing.assert_array_equal(array, state[name])


@pytest.mark.parametrize("name", SHAPES)
def test_gradient_without_training(name, rng):
    class Settled(Layer):
        """The layer as it is used for prediction."""

        def __init__(self):
            self.inner = Layer_BatchNormalization(4)
            mean, variance = rng.normal(size=(1, 4)), rng.uniform(1, 2, (1, 4))
            self.inner.set_state({"running_mean": mean, "running_variance": variance})
            self.parameters = self.inner.parameters

        def forward(self, inputs, training=True):
            return self.inner.forward(inputs, training=False)

        def backward(self, dvalues):
            self.dinputs = self.inner.backward(dvalues)
            return self.dinputs

    check_layer(Settled(), rng.normal(size=SHAPES[name]))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", SHAPES)
def test_equals_pytorch(name, training, rng):
    torch = pytest.importorskip("torch")
    ours, shape = Layer_BatchNormalization(4, momentum=0.8), SHAPES[name]
    theirs = (torch.nn.BatchNorm1d if name == "rows" else torch.nn.BatchNorm2d)(4, momentum=0.2).double()
    gamma, beta = rng.normal(size=(2, 4))
    ours.set_parameters(gamma[np.newaxis], beta[np.newaxis])
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(gamma))
        theirs.bias.copy_(torch.tensor(beta))
    for _ in range(3):
        batch = rng.normal(2, 3, shape)
        ours.forward(batch)
        theirs(torch.tensor(batch))
    theirs.train(training)
    inputs, dvalues = rng.normal(2, 3, shape), rng.normal(size=shape)
    x = torch.tensor(inputs, requires_grad=True)
    output = theirs(x)
    output.backward(torch.tensor(dvalues))
    np.testing.assert_allclose(ours.forward(inputs, training), output.detach(), atol=1e-12)
    np.testing.assert_allclose(ours.backward(dvalues), x.grad, atol=1e-12)
    for mine, its in ((ours.dgamma, theirs.weight.grad), (ours.dbeta, theirs.bias.grad),
                      (ours.running_mean, theirs.running_mean), (ours.running_variance, theirs.running_var)):
        np.testing.assert_allclose(mine[0], its, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays_and_callers_arrays_stay_as_they_were(dtype, rng):
    layer = Layer_BatchNormalization(4, dtype=dtype)
    inputs, dvalues = rng.normal(size=(2, 6, 4)).astype(dtype)
    kept = inputs.copy(), dvalues.copy()
    assert layer.forward(inputs).dtype == layer.backward(dvalues).dtype == dtype
    assert layer.forward(inputs, training=False).dtype == layer.backward(dvalues).dtype == dtype
    assert layer.dgamma.dtype == layer.dbeta.dtype == dtype
    np.testing.assert_array_equal(inputs, kept[0])
    np.testing.assert_array_equal(dvalues, kept[1])


@pytest.mark.parametrize("dates", [2_460_000 + 365 * np.random.default_rng(0).normal(size=(20_000, 2)),
                                   np.tile([1013.3, 101325.3], (128, 1))])
def test_large_features_that_hardly_vary_get_their_mean_in_float32_as_well(dates):
    """A mean of many rows added up in float32 was wrong by more than the features varied."""
    dates = dates.astype(np.float32)
    layer, exact = Layer_BatchNormalization(2, dtype=np.float32), Layer_BatchNormalization(2)
    for training in (*[True] * 400, False):
        output, expected = layer.forward(dates, training), exact.forward(dates.astype(np.float64), training)
        np.testing.assert_allclose(output, expected, atol=1e-3)
    assert output.dtype == np.float32
    assert {array.dtype for array in layer.state_dict().values() if array.ndim} == {np.dtype(np.float32)}


def test_the_state_keeps_all_digits_of_float32_layers():
    layer = Layer_BatchNormalization(1, dtype=np.float32)
    layer.set_state({"running_mean": [[1 / 3]], "running_variance": [[2 / 3]]})
    layer.state_dict(), layer.cast(np.float32)
    assert layer.get_state() == {"running_mean": 1 / 3, "running_variance": 2 / 3}


def test_state_is_a_copy(rng):
    layer = Layer_BatchNormalization(4)
    before = layer.get_state()
    layer.forward(rng.normal(size=(8, 4)))
    assert not before["running_mean"].any()
    layer.set_state(before)
    layer.forward(rng.normal(size=(8, 4)))
    assert not before["running_mean"].any()


def test_a_batch_of_one_has_no_variance():
    with pytest.raises(ValueError, match=r"\(1, 4\) in training.*batch_size"):
        Layer_BatchNormalization(4).forward(np.ones((1, 4)))


@pytest.mark.parametrize("shape, message", [
    ((2, 5), r"Layer_BatchNormalization\(4\).*\(samples, 4\).*\(samples, 5\).*n_features=5"),
    ((2, 5, 3, 3), "n_features=5"),
    ((2, 4, 3), "reshape"),
    ((4,), r"np\.reshape\(X, \(1, -1\)\)"),
])
def test_wrong_inputs_are_named_with_both_shapes(shape, message):
    with pytest.raises(ValueError, match=message):
        Layer_BatchNormalization(4).forward(np.ones(shape))


@pytest.mark.parametrize("arguments, message", [
    ((0,), "n_features is a whole number of at least 1: given 0"),
    ((4, 1.1), "momentum .* from 0 to 1: given 1.1"),
    ((4, -0.1), "momentum .* from 0 to 1: given -0.1"),
    ((4, 0.9, 0), "epsilon is above 0: given 0"),
])
def test_impossible_layers_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Layer_BatchNormalization(*arguments)


def test_prediction_takes_the_running_mean_off(rng):
    layer = Layer_BatchNormalization(4, momentum=0)
    inputs = rng.normal(5, 3, (50, 4))
    layer.forward(inputs)
    output = layer.forward(inputs, training=False)
    np.testing.assert_allclose(output.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(output.std(axis=0), np.sqrt(49 / 50), rtol=1e-5)


def test_two_samples_have_a_variance():
    np.testing.assert_allclose(Layer_BatchNormalization(1).forward(np.array([[1.0], [3.0]])), [[-1], [1]], rtol=1e-4)


@pytest.mark.parametrize("name", ["running_mean", "running_variance"])
def test_a_state_of_another_shape_is_refused_and_changes_nothing(name):
    layer = Layer_BatchNormalization(3)
    state = {**layer.get_state(), "running_mean": np.ones((1, 3)), name: np.ones((1, 2))}
    with pytest.raises(ValueError, match=r"of shape \(1, 3\), but was given"):
        layer.set_state(state)
    assert not layer.running_mean.any() and (layer.running_variance == 1).all()
