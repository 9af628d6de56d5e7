"""Chapter 25: how well the tensor autograd learns a curve in small batches, and Fashion-MNIST (or its stand-in)."""

from functools import cache
from itertools import pairwise

import numpy as np

from modules.datasets import load_fashion_mnist, scale_pictures
from modules.tensor_autograd import Adam, CrossEntropyLoss, Linear, MSELoss, ReLU, Sequential, Tensor, no_grad


def _network(sizes, generator, dtype):
    layers = []
    for size in pairwise(sizes):
        layers += [Linear(*size, dtype=dtype, generator=generator), ReLU()]
    return Sequential(layers[:-1])


def _train_epoch(model, loss_function, optimizer, X, y, order, batch_size):
    losses = []
    for start in range(0, len(order), batch_size):
        rows = order[start:start + batch_size]
        optimizer.zero_grad()
        loss = loss_function(model(Tensor(X[rows])), y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.mean(losses)


def curve_is_learned(seed):
    """Median loss of the last ten of 60 epochs over 200 points of sin x + 0.3 exp x, batches of 20."""
    generator = np.random.default_rng(seed)
    X = np.linspace(-3, 3, 200).reshape(-1, 1)
    y = np.sin(X) + 0.3 * np.exp(X)
    model = _network((1, 30, 30, 1), generator, np.float64)
    optimizer = Adam(model.parameters(), lr=0.01)
    losses = [_train_epoch(model, MSELoss(), optimizer, X, y, generator.permutation(200), 20) for _ in range(60)]
    return np.median(losses[-10:])


@cache
def _garments():
    data = load_fashion_mnist()
    return scale_pictures(data.X), data.y, scale_pictures(data.X_test), data.y_test


def garments_are_named(seed):
    """Test accuracy of 784-128-128-10 after five epochs of batches of 128 with a falling learning rate."""
    X, y, X_test, y_test = _garments()
    generator = np.random.default_rng(seed)
    model = _network((784, 128, 128, 10), generator, np.float32)
    optimizer = Adam(model.parameters())
    for epoch in range(5):
        optimizer.lr = 0.002 * (1 - epoch / 5)
        _train_epoch(model, CrossEntropyLoss(), optimizer, X, y, generator.permutation(len(X)), 128)
    with no_grad():
        return np.mean(model(Tensor(X_test)).numpy().argmax(axis=1) == y_test)
