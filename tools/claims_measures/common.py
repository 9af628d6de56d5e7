"""What several measures share: the book's spiral network, trained in float64."""

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense
from modules.datasets import spiral_data
from modules.train_fashion_mnist import assemble


def train_on_spiral(seed, optimizer, epochs=10_001):
    """The history of the book's network 2-64-3, trained on all 100 points of each of three arms at once."""
    np.random.seed(seed)
    X, y = spiral_data(100, 3)
    layers = [Layer_Dense(2, 64), Activation_ReLU(), Layer_Dense(64, 3)]
    return train_classifier(layers, X, y, optimizer, epochs).history


def train_classifier(layers, X, y, optimizer, epochs, validation_data=None):
    """The model of these layers and a softmax, trained on all samples at once; its history is that of the training."""
    model = assemble([*layers, Activation_Softmax()], optimizer)
    model.train(X, y, epochs=epochs, print_every=None, validation_data=validation_data, progress=False)
    return model


def forward(network, outputs):
    """What a list of layers makes of its inputs."""
    for layer in network:
        outputs = layer.forward(outputs)
    return outputs


def train_layers(network, loss, X, y, optimizer, steps, sign=1):
    """Trains a list of layers, on all samples at once, and returns the loss it ends with."""
    for _ in range(steps):
        dvalues = sign * loss.backward(forward(network, X), y)
        for layer in reversed(network):
            dvalues = layer.backward(dvalues)
        optimizer.pre_update_params()
        for layer in network:
            optimizer.update_params(layer)
        optimizer.post_update_params()
    return loss.calculate(forward(network, X), y)


def as_rows(pictures):
    """Pictures as rows of numbers from -1 to 1, in float64."""
    return pictures.reshape(len(pictures), -1) / 127.5 - 1
