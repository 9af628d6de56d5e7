"""Chapter 12: what a choice does to a score, and what leakage makes of pure noise."""

from functools import cache

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Optimizer_Adam
from modules import Activation_Softmax_Loss_CategoricalCrossentropy as SoftmaxLoss
from modules.datasets import spiral_data
from tools.claims_measures.common import forward

FOLDS = 5


def best_guesser_shines(seed):
    """Accuracy of the best of 100 who guess the answers to 30 questions with three answers each."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, 30)
    return np.mean(generator.integers(0, 3, (100, 30)) == truth, axis=1).max()


def folds_reject_two_neurons(seed):
    """Cross-validated accuracy of 64 hidden neurons on 60 points of each arm, minus that of two."""
    np.random.seed(seed)
    X, y = spiral_data(60, 3)
    folds = _folds(len(y))
    return _cross_validate(X, y, folds, neurons=64) - _cross_validate(X, y, folds, neurons=2)


def folds_come_near(seed):
    """Accuracy on 600 new points after training on all 180, less the cross-validated one, with 64 hidden neurons."""
    np.random.seed(seed)
    X, y = spiral_data(60, 3)
    promised = _cross_validate(X, y, _folds(len(y)), neurons=64)
    X_new, y_new = spiral_data(200, 3)
    both = np.concatenate([X, X_new]), np.concatenate([y, y_new])
    return _score(*both, np.arange(180), np.arange(180, 780), neurons=64) - promised


def leak_looks_good(seed):
    """Cross-validated accuracy on noise, with the 50 best of 2,000 features chosen from all samples."""
    return _on_noise(seed)[0]


def honest_sees_noise(seed):
    """The same, with the features chosen anew in each fold from its training rows."""
    return _on_noise(seed)[1]


@cache
def _on_noise(seed):
    np.random.seed(seed)
    X, y = np.random.randn(100, 2000), np.random.permutation(np.arange(100) % 2)
    folds = _folds(100)
    leaking = _cross_validate(X[:, _useful(X, y)], y, folds)
    honest = [_score(X[:, _useful(X[known], y[known])], y, known, new) for known, new in folds]
    return leaking, np.mean(honest)


def _useful(X, y):
    return np.argsort(np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)))[-50:]


def _folds(samples):
    pieces = np.array_split(np.random.permutation(samples), FOLDS)
    return [(np.concatenate(pieces[:i] + pieces[i + 1:]), pieces[i]) for i in range(FOLDS)]


def _cross_validate(X, y, folds, neurons=None):
    return np.mean([_score(X, y, known, new, neurons) for known, new in folds])


def _score(X, y, known, new, neurons=None):
    """Accuracy on the rows `new` after training on `known`, 300 epochs with hidden neurons, 100 without."""
    classes, widths = y.max() + 1, [X.shape[1], *([neurons] if neurons else [])]
    network = [layer for pair in zip(widths[:-1], widths[1:], strict=True)
               for layer in (Layer_Dense(*pair), Activation_ReLU())]
    network += [Layer_Dense(widths[-1], classes), Activation_Softmax()]
    optimizer, fused = Optimizer_Adam(learning_rate=0.05, decay=1e-3), SoftmaxLoss()
    for _ in range(300 if neurons else 100):
        dvalues = fused.backward(forward(network, X[known]), y[known])
        for layer in network[-2::-1]:
            dvalues = layer.backward(dvalues)
        optimizer.pre_update_params()
        for layer in network[::2]:
            optimizer.update_params(layer)
        optimizer.post_update_params()
    return np.mean(forward(network, X[new]).argmax(axis=1) == y[new])
