"""Chapter 13: what scaling, mirroring, repeating rare samples and more data do."""

from functools import cache

import numpy as np

from modules import Activation_ReLU, Layer_Dense, Optimizer_Adam
from modules.datasets import draw_garments, spiral_data, vertical_data
from tools.claims_measures.common import as_rows, train_classifier


def scaling_helps_adam(seed):
    """Loss on the spiral with the second feature times 0.01, minus that with both alike, over the last 50 steps."""
    return _spiral_loss(seed, 0.01) - _spiral_loss(seed, 1)


def _spiral_loss(seed, unit):
    np.random.seed(seed)
    X, y = spiral_data(100, 3)
    layers = [Layer_Dense(2, 64), Activation_ReLU(), Layer_Dense(64, 3)]
    model = train_classifier(layers, X * [1, unit], y, Optimizer_Adam(learning_rate=0.05), epochs=1000)
    return np.median(model.history.loss[-50:])


def mirroring_helps_mirrored(seed):
    """What mirrored copies in the training data add to the accuracy on mirrored garments."""
    plain, augmented = _garment_models(seed)
    return _test_accuracy(augmented, seed, mirrored=True) - _test_accuracy(plain, seed, mirrored=True)


def mirroring_costs_little(seed):
    """What mirrored copies in the training data take from the accuracy on garments as they are."""
    plain, augmented = _garment_models(seed)
    return _test_accuracy(plain, seed) - _test_accuracy(augmented, seed)


@cache
def _garment_models(seed):
    pictures, labels = draw_garments(300, seed=2 * seed)
    both = np.concatenate([pictures, pictures[:, :, ::-1]])
    return _garment_model(pictures, labels, seed), _garment_model(both, np.tile(labels, 2), seed)


def _garment_model(pictures, labels, seed, neurons=64, epochs=150):
    np.random.seed(seed)
    layers = [Layer_Dense(784, neurons), Activation_ReLU(), Layer_Dense(neurons, 10)]
    return train_classifier(layers, as_rows(pictures), labels, Optimizer_Adam(learning_rate=0.002), epochs)


def _test_accuracy(model, seed, mirrored=False):
    pictures, labels = draw_garments(1000, seed=2 * seed + 1)
    return _accuracy(model, as_rows(pictures[:, :, ::-1] if mirrored else pictures), labels)


def _accuracy(model, X, y):
    return np.mean(model.predict(X).argmax(axis=1) == y)


def accuracy_hides_the_rare(seed):
    """Recall of the rare class after training on the samples as they come."""
    return _recall_of_rare(seed, repeat=False)


def balance_finds_the_rare(seed):
    """Recall of the rare class after training with its samples repeated until both classes are equal."""
    return _recall_of_rare(seed, repeat=True)


def _recall_of_rare(seed, repeat):
    np.random.seed(seed)
    X, y = _rare_data(980, 20)
    X_test, y_test = _rare_data(9800, 200)
    if repeat:
        rows = np.concatenate([np.arange(980), np.resize(np.arange(980, 1000), 980)])
        X, y = X[rows], y[rows]
    np.random.seed(seed)
    model = train_classifier([Layer_Dense(2, 2)], X, y, Optimizer_Adam(learning_rate=0.05), epochs=300)
    return _accuracy(model, X_test[y_test == 1], 1)


def _rare_data(common, rare):
    X, y = vertical_data(common, 2)
    return X[:common + rare], y[:common + rare]


def more_data_help(seed):
    """Test accuracy after training on 800 garments, minus that after training on 100 of them."""
    pictures, labels = draw_garments(800, seed=seed)
    test_pictures, test_labels = draw_garments(1000, seed=1000 + seed)
    many, few = (_garment_model(pictures[:size], labels[:size], seed, neurons=32, epochs=100) for size in (800, 100))
    X_test = as_rows(test_pictures)
    return _accuracy(many, X_test, test_labels) - _accuracy(few, X_test, test_labels)
