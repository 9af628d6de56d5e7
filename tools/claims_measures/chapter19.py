"""Chapter 19: what the network of `make train` reaches on Fashion-MNIST, or on the drawn garments in its place."""

from functools import cache

import numpy as np

from modules.datasets import load_fashion_mnist, scale_pictures
from modules.train_fashion_mnist import build_model

FEW = 12_000


@cache
def _data():
    data = load_fashion_mnist()
    return scale_pictures(data.X), data.y, scale_pictures(data.X_test), data.y_test


@cache
def _confidences(seed):
    X, y, X_test, _ = _data()
    np.random.seed(seed)
    model = build_model()
    model.train(X, y, epochs=10, batch_size=128, shuffle=True, print_every=None)
    return model.predict(X_test)


def test_accuracy(seed):
    """Test accuracy after ten epochs of shuffled batches of 128."""
    return np.mean(_confidences(seed).argmax(axis=1) == _data()[3])


def sure_answers_are_right(seed):
    """Of the test pictures with a confidence above 0.9, the share that the network names correctly."""
    confidences = _confidences(seed)
    sure = confidences.max(axis=1) > 0.9
    return np.mean(confidences[sure].argmax(axis=1) == _data()[3][sure])


def tops_are_harder(seed):
    """Mean recall of the other six kinds, minus that of T-shirt, Pullover, Coat and Shirt."""
    answers, y_test = _confidences(seed).argmax(axis=1), _data()[3]
    recall = [np.mean(answers[y_test == label] == label) for label in range(10)]
    return np.mean([recall[label] for label in (1, 3, 5, 7, 8, 9)]) - np.mean([recall[label] for label in (0, 2, 4, 6)])


def sorted_data_are_forgotten(seed):
    """Test accuracy after two epochs on data in the order they come in, minus that on data sorted by label."""
    X, y, X_test, y_test = _data()
    accuracies = []
    for order in (np.arange(FEW), np.argsort(y[:FEW], kind="stable")):
        np.random.seed(seed)
        model = build_model()
        model.train(X[order], y[order], epochs=2, batch_size=128, print_every=None)
        accuracies.append(np.mean(model.predict(X_test).argmax(axis=1) == y_test))
    return accuracies[0] - accuracies[1]


def scaling_helps(seed):
    """Loss of the last ten of 94 batches on pixels from 0 to 255, divided by that on pixels from -1 to 1."""
    X, y, _, _ = _data()
    losses = []
    for pixels in (X[:FEW] * np.float32(127.5) + np.float32(127.5), X[:FEW]):
        np.random.seed(seed)
        model = build_model()
        for batches in (slice(84 * 128), slice(84 * 128, FEW)):
            model.train(pixels[batches], y[:FEW][batches], batch_size=128, print_every=None)
        losses.append(model.history.loss[-1])
    return losses[0] / losses[1]
