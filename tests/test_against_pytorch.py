"""Forward and backward against PyTorch, as one table; optimizers step for step. Skipped where it is not installed."""

import numpy as np
import pytest

from modules import (
    Activation_Linear,
    Activation_ReLU,
    Activation_Sigmoid,
    Activation_Softmax,
    Activation_Softmax_Loss_CategoricalCrossentropy,
    Layer_Dense,
    Loss_BinaryCrossentropy,
    Loss_CategoricalCrossentropy,
    Loss_MeanAbsoluteError,
    Loss_MeanSquaredError,
    Optimizer_Adagrad,
    Optimizer_Adam,
    Optimizer_RMSprop,
    Optimizer_SGD,
)

torch = pytest.importorskip("torch")
functional = torch.nn.functional


def tensor(array):
    return torch.tensor(array, requires_grad=array.dtype.kind == "f")


LAYERS = {
    "relu": (Activation_ReLU, torch.relu),
    "softmax": (Activation_Softmax, lambda x: torch.softmax(x, 1)),
    "sigmoid": (Activation_Sigmoid, torch.sigmoid),
    "linear": (Activation_Linear, lambda x: 1 * x),
}


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("name", LAYERS)
def test_activation(name, dtype, tolerance, rng):
    make, theirs = LAYERS[name]
    ours, inputs, dvalues = make(), rng.normal(size=(6, 5)).astype(dtype), rng.normal(size=(6, 5)).astype(dtype)
    x = tensor(inputs)
    output = theirs(x)
    output.backward(torch.tensor(dvalues))
    np.testing.assert_allclose(ours.forward(inputs), output.detach(), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(ours.backward(dvalues), x.grad, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-4)])
@pytest.mark.parametrize("l1, l2", [(0, 0), (0.1, 0.2)])
def test_dense_with_and_without_regularization(l1, l2, dtype, tolerance, rng):
    layer = Layer_Dense(5, 3, l1, l2, l1, l2, initial_scale=1, dtype=dtype)
    layer.biases += rng.normal(size=(1, 3)).astype(dtype)
    inputs, dvalues = rng.normal(size=(6, 5)).astype(dtype), rng.normal(size=(6, 3)).astype(dtype)
    x, weights, biases = tensor(inputs), tensor(layer.weights), tensor(layer.biases)
    penalty = sum(l1 * p.abs().sum() + l2 * (p**2).sum() for p in (weights, biases))
    ((x @ weights + biases) * torch.tensor(dvalues)).sum().add(penalty).backward()
    layer.forward(inputs)
    layer.backward(dvalues)
    assert layer.regularization_loss() == pytest.approx(float(torch.as_tensor(penalty).detach()), rel=tolerance)
    for ours, theirs in ((layer.dinputs, x), (layer.dweights, weights), (layer.dbiases, biases)):
        np.testing.assert_allclose(ours, theirs.grad, rtol=tolerance, atol=tolerance)


LABELS = np.array([0, 2, 1, 2, 0, 1])
LOSSES = {
    "crossentropy": (Loss_CategoricalCrossentropy, LABELS, lambda p, y: functional.nll_loss(p.log(), y)),
    "binary": (Loss_BinaryCrossentropy, np.eye(3)[LABELS], functional.binary_cross_entropy),
    "squared": (Loss_MeanSquaredError, np.eye(3)[LABELS], functional.mse_loss),
    "absolute": (Loss_MeanAbsoluteError, np.eye(3)[LABELS], functional.l1_loss),
}


@pytest.mark.parametrize("name", LOSSES)
def test_loss(name, rng):
    make, y, theirs = LOSSES[name]
    outputs = rng.dirichlet(np.ones(3), 6)
    x = tensor(outputs)
    loss = theirs(x, torch.tensor(y))
    loss.backward()
    assert make().calculate(outputs, y) == pytest.approx(float(loss.detach()), rel=1e-12)
    np.testing.assert_allclose(make().backward(outputs, y), x.grad, rtol=1e-12)


def test_fused_pair(rng):
    scores, pair = rng.normal(size=(6, 3)), Activation_Softmax_Loss_CategoricalCrossentropy()
    x = tensor(scores)
    loss = functional.cross_entropy(x, torch.tensor(LABELS))
    loss.backward()
    assert pair.forward(scores, LABELS) == pytest.approx(float(loss.detach()), rel=1e-12)
    np.testing.assert_allclose(pair.backward(pair.output, LABELS), x.grad, atol=1e-15)


OPTIMIZERS = {
    "sgd": (lambda: Optimizer_SGD(0.1), lambda p: torch.optim.SGD(p, 0.1)),
    "momentum": (lambda: Optimizer_SGD(0.1, momentum=0.9), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
    "adagrad": (lambda: Optimizer_Adagrad(0.1), lambda p: torch.optim.Adagrad(p, 0.1, eps=1e-7)),
    "rmsprop": (lambda: Optimizer_RMSprop(0.01), lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9, eps=1e-7)),
    "adam": (lambda: Optimizer_Adam(0.01), lambda p: torch.optim.Adam(p, 0.01, eps=1e-7)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_of_an_optimizer(name, rng):
    make, theirs = OPTIMIZERS[name]
    layer, ours = Layer_Dense(4, 3, initial_scale=1), make()
    weights = tensor(layer.weights)
    their_optimizer = theirs([weights])
    layer.dbiases = np.zeros((1, 3))
    for gradient in rng.normal(size=(20, 4, 3)):
        layer.dweights, weights.grad = gradient, torch.tensor(gradient)
        ours.pre_update_params()
        ours.update_params(layer)
        ours.post_update_params()
        their_optimizer.step()
        np.testing.assert_allclose(layer.weights, weights.detach(), rtol=1e-9, atol=1e-12)
