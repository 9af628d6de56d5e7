"""What several measures share: the book's spiral network, trained in float64."""

import numpy as np

from modules import (
    Accuracy_Categorical,
    Activation_ReLU,
    Activation_Softmax,
    Layer_Dense,
    Loss_CategoricalCrossentropy,
    Model,
)
from modules.datasets import spiral_data


def train_on_spiral(seed, optimizer, epochs=10_001):
    """The history of the book's network 2-64-3, trained on all 100 points of each of three arms at once."""
    np.random.seed(seed)
    X, y = spiral_data(100, 3)
    layers = [Layer_Dense(2, 64), Activation_ReLU(), Layer_Dense(64, 3)]
    return train_classifier(layers, X, y, optimizer, epochs).history


def train_classifier(layers, X, y, optimizer, epochs, validation_data=None):
    """The model of these layers and a softmax, trained on all samples at once; its history is that of the training."""
    model = Model()
    for layer in (*layers, Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=optimizer, accuracy=Accuracy_Categorical())
    model.finalize()
    model.train(X, y, epochs=epochs, print_every=None, validation_data=validation_data, progress=False)
    return model
