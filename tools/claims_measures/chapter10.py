"""Chapter 10: what the optimizers reach on the spiral."""

from functools import cache

import numpy as np

from modules import Optimizer_Adam, Optimizer_SGD
from tools.claims_measures.common import train_on_spiral


@cache
def _sgd(seed, decay):
    return train_on_spiral(seed, Optimizer_SGD(learning_rate=1.0, decay=decay))


def decay_stalls_sgd(seed):
    """Accuracy of SGD whose learning rate falls to a hundredth of itself by step 9,900."""
    return _sgd(seed, decay=1e-2).accuracy[-1]


def adam_beats_sgd(seed):
    """The loss of SGD with a decay of 1e-3, minus that of Adam, each the median of the last 100 epochs.

    Not the last epoch alone: at this learning rate the loss of Adam jumps up now and then, for a few epochs.
    """
    adam = train_on_spiral(seed, Optimizer_Adam(learning_rate=0.05, decay=5e-7))
    return np.median(_sgd(seed, decay=1e-3).loss[-100:]) - np.median(adam.loss[-100:])


def momentum_passes_plain_sgd(seed):
    """The loss of SGD minus that with momentum, both with a decay of 1e-3, each the median of the last 100 epochs."""
    with_momentum = train_on_spiral(seed, Optimizer_SGD(learning_rate=1.0, decay=1e-3, momentum=0.9))
    return np.median(_sgd(seed, decay=1e-3).loss[-100:]) - np.median(with_momentum.loss[-100:])
