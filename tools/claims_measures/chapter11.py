"""Chapter 11: a network 2-64-3 on 20 points of each arm of the spiral, tested on 100 new ones of each."""

from functools import cache

import numpy as np

from modules import Activation_ReLU, Layer_Dense, Optimizer_Adam
from modules.datasets import spiral_data
from tools.claims_measures.common import train_classifier


def gap_is_wide(seed):
    """Accuracy on the training points minus that on the test points, after 600 epochs."""
    history = _history(seed)
    return np.median(history.accuracy[-20:]) - np.median(history.validation_accuracy[-20:])


def test_loss_turns(seed):
    """How far above its lowest value the test loss ends."""
    history = _history(seed)
    return np.median(history.validation_loss[-20:]) - history.validation_loss.min()


def learns_noise(seed):
    """Accuracy on training points whose labels were shuffled, after 1,000 epochs."""
    return np.median(_history(seed, shuffled=True, epochs=1000).accuracy[-20:])


def noise_teaches_nothing(seed):
    """Accuracy on test points with their true labels, after training with shuffled ones."""
    return np.median(_history(seed, shuffled=True, epochs=1000).validation_accuracy[-20:])


@cache
def _history(seed, shuffled=False, epochs=600):
    np.random.seed(seed)
    X, y = spiral_data(20, 3)
    test = spiral_data(100, 3)
    if shuffled:
        y = np.random.permutation(y)
    layers = [Layer_Dense(2, 64), Activation_ReLU(), Layer_Dense(64, 3)]
    return train_classifier(layers, X, y, Optimizer_Adam(learning_rate=0.05, decay=1e-3), epochs, test).history
