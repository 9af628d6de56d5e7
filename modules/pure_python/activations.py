"""Activation functions, each with its derivative written in terms of the OUTPUT, which the layer has at hand.

They use 1.0, not 1: with two floats, Python takes a fifth to a third less time for a derivative than with a float and
an integer.
"""

import math
from collections.abc import Callable
from typing import NamedTuple


class Activation(NamedTuple):
    """y = function(x) and dy/dx = derivative(y). The name goes into the header of saved networks.

    Called like a function, it gives y: `sigmoid(-1000)` is 0.
    Your own: `Activation("softsign", lambda x: x / (1 + abs(x)), lambda y: (1 - abs(y)) ** 2)`.
    """

    name: str
    function: Callable[[float], float]
    derivative: Callable[[float], float]

    def __call__(self, x: float) -> float:
        return self.function(x)


def require_activation(activation: Activation) -> None:
    """Raise TypeError for anything else: a name, or a function of `math`, comes without its derivative."""
    if not callable(getattr(activation, "derivative", None)):
        raise TypeError(
            "an activation is one of modules.pure_python.activations, such as relu, or an Activation of your own "
            f"with its derivative, but it is {activation!r}"
        )


def sigmoid_of(x: float) -> float:
    """1 / (1 + e⁻ˣ), in (0, 1). Neither branch calls `exp` with a positive number: no overflow at x = -1000."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    power = math.exp(x)
    return power / (1.0 + power)


def sigmoid_derivative(y: float) -> float:
    return y * (1.0 - y)


def tanh_derivative(y: float) -> float:
    return 1.0 - y * y


def relu_of(x: float) -> float:
    """max(0, x), compared this way round so that a NaN stays NaN and is noticed."""
    return 0.0 if x < 0.0 else x


def relu_derivative(y: float) -> float:
    return 1.0 if y > 0.0 else 0.0


def identity_of(x: float) -> float:
    return x


def identity_derivative(y: float) -> float:
    return 1.0


sigmoid = Activation("sigmoid", sigmoid_of, sigmoid_derivative)
tanh = Activation("tanh", math.tanh, tanh_derivative)
relu = Activation("relu", relu_of, relu_derivative)
identity = Activation("identity", identity_of, identity_derivative)

ACTIVATIONS = {activation.name: activation for activation in (sigmoid, tanh, relu, identity)}
