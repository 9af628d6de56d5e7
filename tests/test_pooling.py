"""Pooling and flattening: ties, what is left over, and the same numbers as on lists and in PyTorch."""

import numpy as np
import pytest

from modules import Layer_Flatten, Layer_MaxPool2D
from modules.pure_python import convolution as on_lists

POOLINGS = {"side by side": (2,), "rectangular": ((3, 2),), "overlapping": (3, (1, 2)), "apart": (2, 3), "one": (1,)}


@pytest.mark.parametrize("name", POOLINGS)
def test_pooling_equals_the_one_on_lists_ties_included(name, rng):
    layer, inputs = Layer_MaxPool2D(*POOLINGS[name]), rng.integers(0, 3, (2, 2, 7, 6)).astype(float)
    on_list = on_lists.MaxPooling((2, 7, 6), layer.pool_size, layer.stride)
    dvalues = rng.normal(size=layer.forward(inputs).shape)
    layer.backward(dvalues)
    for sample in range(2):
        assert on_list.forward(inputs[sample].tolist()) == layer.output[sample].tolist()
        on_list.backward(dvalues[sample].tolist())
        np.testing.assert_allclose(on_list.input_gradient(), layer.dinputs[sample], atol=1e-15)


@pytest.mark.parametrize("name", POOLINGS)
def test_pooling_equals_pytorch(name, rng):
    torch = pytest.importorskip("torch")
    layer, inputs = Layer_MaxPool2D(*POOLINGS[name]), rng.integers(0, 9, (20, 16, 14, 13)).astype(float)
    x = torch.tensor(inputs, requires_grad=True)
    output = torch.nn.functional.max_pool2d(x, layer.pool_size, layer.stride)
    dvalues = rng.normal(size=output.shape)
    output.backward(torch.tensor(dvalues))
    np.testing.assert_array_equal(layer.forward(inputs), output.detach())
    np.testing.assert_allclose(layer.backward(dvalues), x.grad, atol=1e-15)


def test_what_pooling_leaves_over_is_not_seen():
    layer, inputs = Layer_MaxPool2D(2), np.arange(30.0).reshape(1, 1, 5, 6)[..., :5]
    np.testing.assert_array_equal(layer.forward(inputs), [[[[7, 9], [19, 21]]]])
    dinputs = layer.backward(np.ones((1, 1, 2, 2)))
    assert dinputs.sum() == 4 and not dinputs[..., 4].any() and not dinputs[:, :, 4].any()


def test_nan_is_not_lost_in_pooling():
    inputs = np.zeros((1, 1, 2, 2))
    inputs[0, 0, 1, 1] = np.nan
    assert np.isnan(Layer_MaxPool2D(2).forward(inputs)).all()


def test_flatten_keeps_the_order_of_the_numbers(rng):
    inputs = rng.normal(size=(3, 2, 4, 5))
    layer = Layer_Flatten()
    np.testing.assert_array_equal(layer.forward(inputs), inputs.reshape(3, -1))
    samples_last = np.asfortranarray(inputs)
    np.testing.assert_array_equal(layer.forward(samples_last), inputs.reshape(3, -1))
    np.testing.assert_array_equal(layer.backward(inputs.reshape(3, -1)), inputs)
