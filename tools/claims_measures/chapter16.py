"""Chapter 16: what networks of one and two yes-or-no outputs make of points they have not seen."""

import numpy as np

from modules import Activation_ReLU, Activation_Sigmoid, Layer_Dense, Loss_BinaryCrossentropy, Optimizer_Adam
from modules.datasets import spiral_data
from tools.claims_measures.common import forward, train_layers


def unseen_points_of_two_arms(seed):
    """Accuracy on new points of two arms of the spiral, after half the book's epochs."""
    return _two_arms(seed, epochs=5_001)


def twice_the_epochs(seed):
    """The same after the book's 10,001 epochs."""
    return _two_arms(seed, epochs=10_001)


def two_questions_at_once(seed):
    """Share of right answers to two questions about new points in a square, each answer counted."""
    np.random.seed(seed)
    X, y = _questions(300)
    network = [Layer_Dense(2, 32, initial_scale="he"), Activation_ReLU(),
               Layer_Dense(32, 2, initial_scale="he"), Activation_Sigmoid()]
    train_layers(network, Loss_BinaryCrossentropy(), X, y, Optimizer_Adam(learning_rate=0.01), 500)
    return _accuracy(network, *_questions(300))


def _two_arms(seed, epochs):
    np.random.seed(seed)
    X, y = spiral_data(100, 2)
    network = [Layer_Dense(2, 64, weight_regularizer_l2=5e-4, bias_regularizer_l2=5e-4), Activation_ReLU(),
               Layer_Dense(64, 1), Activation_Sigmoid()]
    train_layers(network, Loss_BinaryCrossentropy(), X, y.reshape(-1, 1), Optimizer_Adam(decay=5e-7), epochs)
    X_new, y_new = spiral_data(100, 2)
    return _accuracy(network, X_new, y_new.reshape(-1, 1))


def _questions(samples):
    X = np.random.uniform(-1, 1, (samples, 2))
    return X, np.column_stack([np.hypot(X[:, 0], X[:, 1]) < 0.7, X[:, 0] > 0]).astype(int)


def _accuracy(network, X, y):
    return float(np.mean((forward(network, X) > 0.5) == y))
