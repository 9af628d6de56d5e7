"""Neurons, layers and multilayer perceptrons made of Values."""

import math
import random

from modules.scalar_autograd.engine import Value, as_value, weighted_sum


def linear(value):
    """The activation that changes nothing, for the last layer of regression and of max-margin."""
    return value


class Neuron:
    """activation(w1·x1 + ... + wn·xn + b), one weight for each input.

    Weights are drawn uniformly between -limit and limit with limit = sqrt(6 / n_inputs), which keeps the size
    of the signal through ReLU layers (He et al. 2015); the bias starts at 0.
    """

    def __init__(self, n_inputs, activation, generator):
        if not callable(activation):
            raise TypeError(f"An activation is a function from a Value to a Value, such as Value.tanh, "
                            f"not {activation!r}.")
        limit = math.sqrt(6 / n_inputs)
        self.weights = [Value(generator.uniform(-limit, limit)) for _ in range(n_inputs)]
        self.bias = Value(0.0)
        self.activation = activation

    def __call__(self, inputs):
        """The neuron's output, one Value, for a list of n_inputs Values."""
        return self.activation(weighted_sum(self.weights, inputs, self.bias))

    def parameters(self):
        return [*self.weights, self.bias]


class Layer:
    """`n_neurons` neurons that all see the same inputs."""

    def __init__(self, n_inputs, n_neurons, activation, generator):
        self.neurons = [Neuron(n_inputs, activation, generator) for _ in range(n_neurons)]

    def __call__(self, inputs):
        """The list of the neurons' outputs for a list of Values or plain numbers."""
        values = [as_value(number) for number in inputs]
        return [neuron(values) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


class MLP:
    """Layers one after another: `MLP(2, [16, 16, 1])` has two inputs, two hidden layers and one output.

    `activation` and `last_activation` are functions from a Value to a Value: `Value.relu`, `Value.tanh`,
    `Value.sigmoid`, `linear` or your own. The same `seed` gives the same weights on every machine.
    Raises ValueError for sizes below 1, and TypeError for an activation that cannot be called.
    """

    def __init__(self, n_inputs, layer_sizes, activation=Value.relu, last_activation=linear, seed=0):
        generator = random.Random(seed)
        if not isinstance(layer_sizes, list | tuple) or not layer_sizes or min(n_inputs, *layer_sizes) < 1:
            raise ValueError(f"An MLP needs at least one input and one layer, in a list such as [16, 1], and a neuron "
                             f"or more in each layer, but it was given {n_inputs} inputs and the layers {layer_sizes}.")
        sizes = [n_inputs, *layer_sizes]
        activations = [activation] * (len(layer_sizes) - 1) + [last_activation]
        self.layers = [Layer(n_before, n_neurons, function, generator) for n_before, n_neurons, function
                       in zip(sizes[:-1], layer_sizes, activations, strict=True)]

    def __call__(self, inputs):
        """The outputs for one sample: a list with one Value for each neuron of the last layer."""
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]
