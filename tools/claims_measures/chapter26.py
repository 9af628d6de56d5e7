"""Chapter 26: a small convolutional network compared with the dense one of chapter 19, on four thousand pictures."""

from functools import cache

import numpy as np

from modules import (
    Activation_ReLU,
    Activation_Softmax,
    Layer_BatchNormalization,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Flatten,
    Layer_MaxPool2D,
    Optimizer_Adam,
)
from modules.datasets import load_fashion_mnist, scale_pictures
from modules.train_fashion_mnist import assemble
from modules.train_fashion_mnist import build_model as build_dense

FEW, UNSEEN, EPOCHS = 4_000, 2_000, 5


@cache
def _data():
    data = load_fashion_mnist()
    X, X_test = (scale_pictures(pictures).reshape(-1, 1, 28, 28)
                 for pictures in (data.X[:FEW], data.X_test[:UNSEEN]))
    return X, data.y[:FEW], X_test, data.y_test[:UNSEEN]


def _build_convolutional(normalized=False):
    def normalization(channels):
        return [Layer_BatchNormalization(channels)] * normalized

    return assemble([
        Layer_Conv2D(1, 8, 3), Layer_MaxPool2D(2), *normalization(8), Activation_ReLU(),
        Layer_Conv2D(8, 16, 3), Layer_MaxPool2D(2), *normalization(16), Activation_ReLU(), Layer_Flatten(),
        Layer_Dense(400, 64, initial_scale="he"), Activation_ReLU(),
        Layer_Dense(64, 10, initial_scale="he"), Activation_Softmax()], Optimizer_Adam(decay=1e-3))


def _mixed(pictures):
    """All pixels of every picture in one and the same random order."""
    order = np.random.default_rng(0).permutation(784)
    return pictures.reshape(len(pictures), 784)[:, order].reshape(pictures.shape)


def _unscaled(pictures):
    """The pixels as they were, 0 to 255."""
    return 127.5 * (pictures + 1)


@cache
def _trained(seed, kind):
    """The trained model, as a function from pictures to the share that it names correctly."""
    X, y, _, y_test = _data()
    prepare = {"dense": lambda pictures: pictures.reshape(len(pictures), 784), "mixed": _mixed,
               "convolutional": lambda pictures: pictures, "raw": _unscaled, "raw, normalized": _unscaled}[kind]
    np.random.seed(seed)
    model = build_dense() if kind == "dense" else _build_convolutional(kind == "raw, normalized")
    model.train(prepare(X), y, epochs=EPOCHS, batch_size=32, shuffle=True, print_every=None)
    return lambda pictures: np.mean(model.predict(prepare(pictures)).argmax(axis=1) == y_test)


def learns_from_few(seed):
    """Test accuracy of the convolutional network after five epochs of 4,000 pictures."""
    return _trained(seed, "convolutional")(_data()[2])


def neighbours_matter(seed):
    """Test accuracy of the convolutional network, minus that of the same network on pictures with mixed pixels."""
    return learns_from_few(seed) - _trained(seed, "mixed")(_data()[2])


def shifts_cost_less(seed):
    """Accuracy of the convolutional network on pictures shifted by two pixels, minus that of the dense network."""
    shifted = np.roll(_data()[2], 2, axis=3)
    return _trained(seed, "convolutional")(shifted) - _trained(seed, "dense")(shifted)


def normalization_takes_raw_pixels(seed):
    """Test accuracy from unscaled pixels with batch normalization before each ReLU, minus that without."""
    return _trained(seed, "raw, normalized")(_data()[2]) - _trained(seed, "raw")(_data()[2])
