"""Convolution: the same numbers as on lists and in PyTorch; and all layers for pictures, alone and in a model."""

import contextlib
import copy
import pickle
import subprocess
import sys
from random import Random

import numpy as np
import pytest

from modules import (
    Accuracy_Categorical,
    Activation_ReLU,
    Activation_Softmax,
    Layer_BatchNormalization,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Flatten,
    Layer_LSTM,
    Layer_MaxPool2D,
    Loss_CategoricalCrossentropy,
    Model,
    Optimizer_Adam,
    train_convolution,
)
from modules.pure_python import convolution as on_lists
from modules.pure_python.activations import identity

CONVOLUTIONS = {
    "plain": (2, 3, 3),
    "stride": (2, 3, 3, 2),
    "padding": (2, 3, 3, 1, 1),
    "rectangular": (2, 3, (2, 4), (1, 3), (2, 1)),
    "single pixel": (2, 3, 1, 3, 1),
    "rows left over": (2, 3, (3, 2), (5, 4)),
    "wider than the picture": (2, 3, (9, 8), 1, 2),
}


def network():
    """Pictures 1x9x8 to three classes, with every layer for pictures."""
    model = Model()
    for layer in (Layer_Conv2D(1, 4, (3, 2), padding=(1, 0)), Layer_BatchNormalization(4), Layer_MaxPool2D(2, 1),
                  Activation_ReLU(), Layer_Flatten(), Layer_Dense(4 * 8 * 6, 3, initial_scale="he"),
                  Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(0.01), accuracy=Accuracy_Categorical())
    model.finalize()
    return model


def stripes(rng, samples=60, dtype=np.float64):
    """Upright, level and no stripes in noise."""
    X, y = rng.normal(0, 0.3, (samples, 1, 9, 8)), np.arange(samples) % 3
    X[y == 0, :, ::2] += 1
    X[y == 1, :, :, ::2] += 1
    return X.astype(dtype), y


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution_equals_the_one_on_lists(name, rng):
    layer, inputs = Layer_Conv2D(*CONVOLUTIONS[name]), rng.normal(size=(2, 2, 7, 6))
    layer.biases += rng.normal(size=(1, 3))
    on_list = on_lists.Convolution((2, 7, 6), 3, layer.kernel_size, identity, Random(0), layer.stride, layer.padding)
    on_list.filters[:] = layer.weights.reshape(3, -1).tolist()
    on_list.biases[:] = layer.biases[0].tolist()
    dvalues = rng.normal(size=layer.forward(inputs).shape)
    layer.backward(dvalues)
    for sample in range(2):
        np.testing.assert_allclose(on_list.forward(inputs[sample].tolist()), layer.output[sample], atol=1e-12)
        on_list.backward(dvalues[sample].tolist())
        np.testing.assert_allclose(on_list.input_gradient(), layer.dinputs[sample], atol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-11), (np.float32, 1e-3)])
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution_equals_pytorch(name, dtype, tolerance, rng):
    torch = pytest.importorskip("torch")
    layer = Layer_Conv2D(16, 32, *CONVOLUTIONS[name][2:], dtype=dtype)
    layer.biases += rng.normal(size=(1, 32)).astype(dtype)
    inputs = rng.normal(size=(20, 16, 14, 13)).astype(dtype)
    x, weights, biases = (torch.tensor(array, requires_grad=True) for array in (inputs, layer.weights, layer.biases[0]))
    output = torch.nn.functional.conv2d(x, weights, biases, layer.stride, layer.padding)
    dvalues = rng.normal(size=output.shape).astype(dtype)
    output.backward(torch.tensor(dvalues))
    np.testing.assert_allclose(layer.forward(inputs), output.detach(), rtol=tolerance, atol=tolerance)
    layer.backward(dvalues)
    for ours, theirs in ((layer.dinputs, x), (layer.dweights, weights), (layer.dbiases[0], biases)):
        np.testing.assert_allclose(ours, theirs.grad, rtol=tolerance, atol=tolerance)


def test_whole_numbers_as_gradient_give_the_same_as_decimals(rng):
    layer = Layer_Conv2D(2, 3, 3, padding=1)
    ones = np.ones(layer.forward(rng.normal(size=(2, 2, 5, 5))).shape, int)
    np.testing.assert_array_equal(layer.backward(ones), layer.backward(ones.astype(float)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays_and_callers_arrays_stay_as_they_were(dtype, rng):
    inputs = rng.normal(size=(3, 2, 7, 6)).astype(dtype)
    for layer in (Layer_Conv2D(2, 3, 3, padding=1, dtype=dtype), Layer_MaxPool2D(2), Layer_MaxPool2D(3, 1),
                  Layer_Flatten()):
        kept = inputs.copy()
        output = layer.forward(inputs)
        dvalues = rng.normal(size=output.shape).astype(dtype)
        kept_dvalues = dvalues.copy()
        dinputs = layer.backward(dvalues)
        assert output.dtype == dinputs.dtype == dtype
        assert all(gradient.dtype == dtype for _, _, gradient in layer.parameters())
        np.testing.assert_array_equal(inputs, kept)
        np.testing.assert_array_equal(dvalues, kept_dvalues)


def test_an_output_survives_the_next_batch(rng):
    for layer in (Layer_Conv2D(2, 3, 3), Layer_MaxPool2D(2), Layer_Flatten()):
        first = layer.forward(rng.normal(size=(3, 2, 7, 6)))
        kept = first.copy()
        layer.forward(rng.normal(size=(3, 2, 7, 6)))
        np.testing.assert_array_equal(first, kept)


def test_padding_stays_zero_when_a_smaller_picture_follows(rng):
    # With stride 2, pictures 7 and 8 wide have equally many places: the wider one's buffers must not be used again.
    layer, small = Layer_Conv2D(1, 1, 3, stride=2, padding=1), rng.normal(size=(2, 1, 7, 7))
    expected = layer.forward(small).copy()
    layer.forward(rng.normal(size=(2, 1, 8, 8)))
    np.testing.assert_array_equal(layer.forward(small), expected)


def test_first_layer_skips_the_input_gradient():
    layer = Layer_Conv2D(1, 2, 3)
    layer.needs_dinputs = False
    assert layer.backward(np.ones(layer.forward(np.ones((2, 1, 5, 5))).shape)) is None
    assert layer.dweights.shape == layer.weights.shape


def test_he_scale():
    assert Layer_Conv2D(20, 90, 3).weights.std() == pytest.approx(np.sqrt(2 / 180), rel=0.03)
    assert Layer_Conv2D(20, 90, 3, initial_scale=0.01).weights.std() == pytest.approx(0.01, rel=0.03)


@pytest.mark.parametrize("layer, shape, message", [
    (Layer_Conv2D(3, 4, 3), (2, 1, 9, 9),
     r"Layer_Conv2D\(3, 4, 3\).*\(samples, 3, rows, columns\).*\(samples, 1, 9, 9\)"),
    (Layer_Conv2D(3, 4, 3), (2, 9, 9, 3), r"np\.transpose\(X, \(0, 3, 1, 2\)\)"),
    (Layer_Conv2D(1, 4, 3), (2, 9, 9), r"np\.expand_dims\(X, 1\)"),
    (Layer_Conv2D(3, 4, 3), (3, 9, 9), r"np\.expand_dims\(X, 0\)"),
    (Layer_Conv2D(1, 4, 3), (2, 81), "reshape"),
    (Layer_Conv2D(1, 4, (2, 5)), (2, 1, 9, 4), r"2x5.*\(samples, 1, 9, 4\)"),
    (Layer_MaxPool2D(4), (2, 1, 3, 9), r"Layer_MaxPool2D\(4\).*4x4.*\(samples, 1, 3, 9\)"),
])
def test_wrong_inputs_are_named_with_both_shapes(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.forward(np.ones(shape))
    with pytest.raises(ValueError, match=message):
        layer.output_shape(shape[1:])


@pytest.mark.parametrize("make", [
    lambda: Layer_Conv2D(0, 1, 3), lambda: Layer_Conv2D(1, 1.5, 3), lambda: Layer_Conv2D(1, 1, (3, 3, 3)),
    lambda: Layer_Conv2D(1, 1, 3, 0), lambda: Layer_Conv2D(1, 1, 3, 1, -1), lambda: Layer_MaxPool2D(0),
    lambda: Layer_MaxPool2D(2, (1, 0)),
])
def test_impossible_layers_are_refused(make):
    with pytest.raises(ValueError, match="given"):
        make()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_learns_and_goes_on_from_its_file_bit_for_bit(dtype, rng, tmp_path):
    X, y = stripes(rng, dtype=dtype)
    model = network()
    model.train(X, y, epochs=3, batch_size=16, shuffle=True, print_every=None)
    model.save(tmp_path / "stripes.model")
    loaded = Model.load(tmp_path / "stripes.model")
    for one in (model, loaded):
        one.train(X, y, epochs=3, batch_size=16, shuffle=True, print_every=None)
    assert model.history.accuracy[-1] > 0.9 and model.dtype == dtype
    np.testing.assert_array_equal(model.predict(X), loaded.predict(X))
    assert [repr(layer) for layer in model.layers] == [repr(layer) for layer in loaded.layers]
    model.save_parameters(tmp_path / "stripes.parameters")
    other = network()
    other.load_parameters(tmp_path / "stripes.parameters")
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


def test_a_model_file_brings_its_layers_along(rng, tmp_path):
    X, y = stripes(rng)
    model = network()
    model.train(X, y, print_every=None)
    model.save(tmp_path / "stripes.model")
    code = f"from modules import Model; Model.load({str(tmp_path / 'stripes.model')!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_programs_network(capsys, rng):
    model = train_convolution.build_model()
    model.train(rng.normal(size=(6, 1, 28, 28)), np.arange(6), print_every=None)
    model.summary()
    assert "108,618" in capsys.readouterr().out


def test_a_copied_layer_answers_the_batch_it_is_given(rng):
    """A view of the strips, when kept, showed a copied layer those of the original."""
    layer = Layer_Conv2D(1, 2, 3)
    layer.forward(rng.normal(size=(2, 1, 5, 5)))
    batch, dvalues = rng.normal(size=(2, 1, 5, 5)), rng.normal(size=(2, 2, 3, 3))
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(twin.forward(batch), layer.forward(batch))
        twin.backward(dvalues)
        layer.backward(dvalues)
        np.testing.assert_array_equal(twin.dweights, layer.dweights)


@pytest.mark.parametrize("allocation", range(4))
def test_ctrl_c_while_memory_is_reserved_leaves_a_usable_layer(rng, monkeypatch, allocation):
    zeros, empty = np.zeros, np.empty
    for layer, shape in ((Layer_Conv2D(1, 2, 3), (2, 1, 5, 5)), (Layer_LSTM(3, 4), (2, 5, 3))):
        first, second = rng.normal(size=shape), rng.normal(size=(shape[0] + 1, *shape[1:]))
        layer.forward(first)
        left = [allocation]

        def counted(allocate, left=left):
            def interrupted(*arguments):
                left[0] -= 1
                if left[0] < 0:
                    raise KeyboardInterrupt
                return allocate(*arguments)
            return interrupted

        with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
            patched.setattr(np, "zeros", counted(zeros))
            patched.setattr(np, "empty", counted(empty))
            layer.forward(second)
        layer.forward(first)
        layer.forward(second)


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_no_pictures_give_no_pictures(stride, padding):
    layer = Layer_Conv2D(2, 3, 3, stride=stride, padding=padding)
    one = layer.forward(np.ones((1, 2, 7, 6)))
    output = layer.forward(np.ones((0, 2, 7, 6)))
    assert output.shape == (0, *one.shape[1:])
    assert layer.backward(output).shape == (0, 2, 7, 6) and not layer.dweights.any()
