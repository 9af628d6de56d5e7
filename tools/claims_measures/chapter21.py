"""Chapter 21: what is lost without the best epoch, and without an optimizer's memory."""

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Layer_Dropout, Optimizer_Adam
from modules.datasets import spiral_data, vertical_data
from modules.train_fashion_mnist import assemble


def validation_loss_climbs(seed):
    """Validation loss after 500 epochs on 60 points in columns, less the lowest along the way."""
    np.random.seed(seed)
    X, y = vertical_data(20, 3)
    validation = vertical_data(100, 3)
    history = _build().train(X, y, epochs=500, print_every=None, validation_data=validation)
    return history.validation_loss[-1] - history.validation_loss.min()


def forgotten_memory_costs(seed):
    """Loss of the next epoch with a new optimizer and new generators, minus that of the uninterrupted training."""
    np.random.seed(seed)
    X, y = spiral_data(100, 3)
    model = _build(dropout=0.1, decay=5e-3)
    _train(model, X, y, 100)
    other = _build(dropout=0.1, decay=5e-3)
    other.set_parameters(model.get_parameters())
    for continued in (model, other):
        _train(continued, X, y, 1)
    return other.history.loss[-1] - model.history.loss[-1]


def _build(dropout=0.0, decay=0.0):
    return assemble([Layer_Dense(2, 64, initial_scale="he"), Activation_ReLU(), Layer_Dropout(dropout),
                     Layer_Dense(64, 3, initial_scale="he"), Activation_Softmax()],
                    Optimizer_Adam(learning_rate=0.05, decay=decay))


def _train(model, X, y, epochs):
    model.train(X, y, epochs=epochs, batch_size=64, shuffle=True, print_every=None)
