"""Chapter 17: how regression depends on the start, on a sign, and on one wrong point."""

import numpy as np

from modules import (
    Activation_Linear,
    Activation_ReLU,
    Layer_Dense,
    Loss_MeanAbsoluteError,
    Loss_MeanSquaredError,
    Optimizer_Adam,
    Optimizer_SGD,
)
from modules.datasets import sine_data
from tools.claims_measures.common import train_layers


def slow_start(seed):
    """Loss of SGD at 0.1 after 300 steps on the sine, from weights of 0.01."""
    return _fit_sine(seed, 0.01, Optimizer_SGD(0.1), steps=300)


def good_start(seed):
    """The same from weights of 0.1."""
    return _fit_sine(seed, 0.1, Optimizer_SGD(0.1), steps=300)


def larger_start_fits(seed):
    """Loss of Adam at 0.01 after 500 steps on the sine, from weights of 0.1."""
    return _fit_sine(seed, 0.1, Optimizer_Adam(0.01, decay=1e-3), steps=500)


def wrong_sign_climbs(seed):
    """Change of the mean absolute error in 30 steps with the sign of its gradient reversed."""
    return _change_of_absolute_error(seed, sign=-1)


def right_sign_falls(seed):
    """Change of the mean absolute error in 30 steps."""
    return _change_of_absolute_error(seed, sign=1)


def outlier_pulls_mse(seed):
    """Slope of the line through twenty points of slope 2, one of them wrong, by the squared error."""
    return _fit_line(seed, Loss_MeanSquaredError())


def outlier_spares_mae(seed):
    """The same by the absolute error."""
    return _fit_line(seed, Loss_MeanAbsoluteError())


def _network(seed, scale):
    np.random.seed(seed)
    return [Layer_Dense(1, 64, initial_scale=scale), Activation_ReLU(), Layer_Dense(64, 64, initial_scale=scale),
            Activation_ReLU(), Layer_Dense(64, 1, initial_scale=scale), Activation_Linear()]


def _fit_sine(seed, scale, optimizer, steps):
    return train_layers(_network(seed, scale), Loss_MeanSquaredError(), *sine_data(100), optimizer, steps)


def _change_of_absolute_error(seed, sign):
    loss, data, optimizer = Loss_MeanAbsoluteError(), sine_data(100), Optimizer_Adam(0.01)
    before = train_layers(_network(seed, 0.1), loss, *data, optimizer, steps=0)
    return train_layers(_network(seed, 0.1), loss, *data, optimizer, steps=30, sign=sign) - before


def _fit_line(seed, loss):
    np.random.seed(seed)
    x = np.linspace(0, 1, 20).reshape(-1, 1)
    measured = 2 * x + 0.05 * np.random.randn(20, 1)
    measured[-1] -= 5
    dense = Layer_Dense(1, 1)
    train_layers([dense, Activation_Linear()], loss, x, measured, Optimizer_Adam(0.1, decay=1e-2), steps=1001)
    return float(dense.weights[0, 0])
