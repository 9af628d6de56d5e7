"""Chapter 6: how far guesses get, and random tweaks of all weights, each kept if it lowers the loss."""

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Loss_CategoricalCrossentropy
from modules.datasets import spiral_data, vertical_data
from tools.claims_measures.common import forward

TRIES = 10_000
SIZE = 0.05


def small_guesses_learn_nothing(seed):
    """Lowest loss of 2,000 networks with parameters drawn anew as 0.05 * randn, on three columns of points."""
    return _lowest_loss_of_guesses(seed, SIZE)


def large_guesses_fall_short(seed):
    """Lowest loss of 2,000 networks with parameters drawn anew as randn, on three columns of points."""
    return _lowest_loss_of_guesses(seed, 1.0)


def tweaks_solve_vertical_data(seed):
    """Accuracy on three columns of points."""
    return _accuracy_of_tweaks(vertical_data, seed)


def tweaks_fail_on_spiral(seed):
    """Accuracy on three arms of the spiral."""
    return _accuracy_of_tweaks(spiral_data, seed)


def more_neurons_do_not_help(seed):
    """Accuracy on three arms of the spiral with 64 hidden neurons in place of three."""
    return _accuracy_of_tweaks(spiral_data, seed, neurons=64)


def finer_tweaks_crawl(seed):
    """What 10,000 tweaks of 0.005 take off the loss on the spiral, after 10,000 of 0.05, with 64 hidden neurons."""
    (X, y), network, parameters = _build(spiral_data, seed, neurons=64)
    return _tweak(network, parameters, X, y, SIZE) - _tweak(network, parameters, X, y, SIZE / 10)


def _build(make_data, seed, neurons=3):
    """The data, the network 2-neurons-3, and its four arrays of parameters."""
    np.random.seed(seed)
    data = make_data(100, 3)
    network = [Layer_Dense(2, neurons), Activation_ReLU(), Layer_Dense(neurons, 3), Activation_Softmax()]
    return data, network, [network[0].weights, network[0].biases, network[2].weights, network[2].biases]


def _measure(network, X, y):
    outputs = forward(network, X)
    return Loss_CategoricalCrossentropy().calculate(outputs, y), np.mean(outputs.argmax(axis=1) == y)


def _lowest_loss_of_guesses(seed, size, tries=2_000):
    (X, y), network, parameters = _build(vertical_data, seed)
    lowest = np.inf
    for _ in range(tries):
        for parameter in parameters:
            parameter[...] = size * np.random.randn(*parameter.shape)
        lowest = min(lowest, _measure(network, X, y)[0])
    return lowest


def _accuracy_of_tweaks(make_data, seed, neurons=3):
    (X, y), network, parameters = _build(make_data, seed, neurons)
    _tweak(network, parameters, X, y, SIZE)
    return float(_measure(network, X, y)[1])


def _tweak(network, parameters, X, y, size):
    """Moves all weights and biases by size * randn, `TRIES` times, and keeps what helps. Returns the loss."""
    lowest, _ = _measure(network, X, y)
    for _ in range(TRIES):
        kept = [parameter.copy() for parameter in parameters]
        for parameter in parameters:
            parameter += size * np.random.randn(*parameter.shape)
        loss, _ = _measure(network, X, y)
        if loss < lowest:
            lowest = loss
        else:
            for parameter, before in zip(parameters, kept, strict=True):
                parameter[...] = before
    return lowest
