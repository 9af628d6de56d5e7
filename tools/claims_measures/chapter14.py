"""Chapter 14: a network 2-64-3 on 30 points of each arm of the spiral, with a penalty on all its parameters."""

from functools import cache

import numpy as np

from modules import Activation_ReLU, Layer_Dense, Optimizer_Adam
from modules.datasets import spiral_data
from tools.claims_measures.common import train_classifier

L1, L2 = 3e-4, 3e-4


def l2_lowers_validation_loss(seed):
    """Loss on new points without a penalty, minus that with L2, each the median of the last 200 epochs."""
    return _last(_model(seed).history.validation_loss) - _last(_model(seed, l2=L2).history.validation_loss)


def accuracy_moves_either_way(seed):
    """Accuracy on new points with L2, minus that without a penalty."""
    return _last(_model(seed, l2=L2).history.validation_accuracy) - _last(_model(seed).history.validation_accuracy)


def l2_is_less_sure_when_wrong(seed):
    """Mean confidence of the wrong answers about new points without a penalty, minus that with L2."""
    return _confidence_when_wrong(_model(seed), seed) - _confidence_when_wrong(_model(seed, l2=L2), seed)


def l2_keeps_weights_small(seed):
    """The largest weight without a penalty, divided by the largest with L2."""
    return np.abs(_weights(_model(seed))).max() / np.abs(_weights(_model(seed, l2=L2))).max()


def l1_empties_weights(seed):
    """Share of the weights that are below 0.01 with L1, minus that share without a penalty."""
    return np.mean(np.abs(_weights(_model(seed, l1=L1))) < 0.01) - np.mean(np.abs(_weights(_model(seed))) < 0.01)


@cache
def _model(seed, l1=0, l2=0):
    X, y, X_val, y_val = _data(seed)
    layers = [Layer_Dense(2, 64, l1, l2, l1, l2), Activation_ReLU(), Layer_Dense(64, 3, l1, l2, l1, l2)]
    return train_classifier(layers, X, y, Optimizer_Adam(learning_rate=0.05), 2_000, (X_val, y_val))


def _data(seed):
    np.random.seed(seed)
    return *spiral_data(30, 3), *spiral_data(100, 3)


def _last(series):
    return np.median(series[-200:])


def _weights(model):
    return np.concatenate([layer.weights.ravel() for layer in model.trainable_layers])


def _confidence_when_wrong(model, seed):
    _, _, X_val, y_val = _data(seed)
    confidences = model.predict(X_val)
    return confidences.max(axis=1)[confidences.argmax(axis=1) != y_val].mean()
