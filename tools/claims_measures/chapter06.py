"""Chapter 6: how far 10,000 random tweaks of all weights come, each kept if it lowers the loss."""

import numpy as np

from modules import Accuracy_Categorical, Activation_ReLU, Activation_Softmax, Layer_Dense, Loss_CategoricalCrossentropy
from modules.datasets import spiral_data, vertical_data

TRIES = 10_000


def tweaks_solve_vertical_data(seed):
    """Accuracy on three columns of points."""
    return _accuracy_of_tweaks(vertical_data, seed)


def tweaks_fail_on_spiral(seed):
    """Accuracy on three arms of the spiral."""
    return _accuracy_of_tweaks(spiral_data, seed)


def _accuracy_of_tweaks(make_data, seed):
    """Accuracy of a network 2-3-3 whose weights and biases were moved by 0.05 * randn, `TRIES` times."""
    np.random.seed(seed)
    X, y = make_data(100, 3)
    hidden, relu, output, softmax = Layer_Dense(2, 3), Activation_ReLU(), Layer_Dense(3, 3), Activation_Softmax()
    parameters = [hidden.weights, hidden.biases, output.weights, output.biases]
    loss, accuracy = Loss_CategoricalCrossentropy(), Accuracy_Categorical()
    lowest, best = np.inf, 0.0
    for _ in range(TRIES):
        kept = [parameter.copy() for parameter in parameters]
        for parameter in parameters:
            parameter += 0.05 * np.random.randn(*parameter.shape)
        probabilities = softmax.forward(output.forward(relu.forward(hidden.forward(X))))
        if (now := loss.calculate(probabilities, y)) < lowest:
            lowest, best = now, accuracy.calculate(probabilities.argmax(axis=1), y)
        else:
            for parameter, before in zip(parameters, kept, strict=True):
                parameter[...] = before
    return float(best)
