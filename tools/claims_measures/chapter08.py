"""Chapter 8: a step against the gradient compared with random steps of the same length."""

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Loss_CategoricalCrossentropy
from modules.datasets import vertical_data
from modules.gradient_check import numerical_gradient
from tools.claims_measures.common import forward

LENGTH = 0.05


def gradient_beats_tweaks(seed):
    """How much a step against the gradient takes off the loss, divided by what the best of 1,000 random ones does."""
    loss_of = _loss_of_21_parameters(seed)
    theta = 0.5 * np.random.randn(21)
    gradient = numerical_gradient(loss_of, theta)
    against = theta - LENGTH * gradient / np.linalg.norm(gradient)
    tweaks = np.random.randn(1000, 21)
    tweaks *= LENGTH / np.linalg.norm(tweaks, axis=1, keepdims=True)
    best = min(loss_of(theta + tweak) for tweak in tweaks)
    return (loss_of(theta) - loss_of(against)) / (loss_of(theta) - best)


def _loss_of_21_parameters(seed):
    """The loss of a network 2-3-3 on the vertical data, as a function of all its parameters in one row."""
    np.random.seed(seed)
    X, y = vertical_data(100, 3)
    network = [Layer_Dense(2, 3), Activation_ReLU(), Layer_Dense(3, 3), Activation_Softmax()]
    parameters = [network[0].weights, network[0].biases, network[2].weights, network[2].biases]
    ends = np.cumsum([parameter.size for parameter in parameters])

    def loss_of(theta):
        for parameter, values in zip(parameters, np.split(theta, ends[:-1]), strict=True):
            parameter[...] = values.reshape(parameter.shape)
        return Loss_CategoricalCrossentropy().calculate(forward(network, X), y)

    return loss_of
