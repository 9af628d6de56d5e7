"""Exercises of chapter 3, layers: counting parameters, the forward pass, two layers merged into one."""

import numpy as np

from modules.exercises.exercise import Exercise


def count_parameters(sizes):
    """How many weights and biases a network has; sizes are the inputs, then the neurons of each layer."""
    total = 0
    for layer in range(1, len(sizes)):
        total += (sizes[layer - 1] + 1) * sizes[layer]
    return total


def count_cases(rng):
    return {
        "the network (2, 64, 3)": ((2, 64, 3),),
        "a single layer": ((4, 3),),
        "a single neuron with one input": ((1, 1),),
        "four layers": (tuple(rng.integers(2, 9, size=5).tolist()),),
        "the network of chapter 19": ((784, 128, 128, 10),),
    }


def weights_of(sizes):
    return sum(before * after for before, after in zip(sizes[:-1], sizes[1:], strict=True))


count_parameters = Exercise(
    count_parameters,
    count_cases,
    hint="A neuron has a weight for each number that comes in, and one bias. What comes into each layer?",
    mistakes={
        "The biases are missing: besides its weights, each neuron has one.":
            weights_of,
        "The inputs got biases too: they are numbers that come in, and only neurons have a bias.":
            lambda sizes: weights_of(sizes) + sum(sizes),
        "Each layer got a single bias, but each of its neurons has its own.":
            lambda sizes: weights_of(sizes) + len(sizes) - 1,
        "There is one bias for each number that comes in: count one for each neuron of the layer.":
            lambda sizes: weights_of(sizes) + sum(sizes[:-1]),
        "These are the neurons: count the weights and biases that they hold.":
            lambda sizes: sum(sizes[1:]),
        "Every layer is joined to all layers before it: a dense layer sees only the one just before.":
            lambda sizes: sum((sum(sizes[:i]) + 1) * sizes[i] for i in range(1, len(sizes))),
        "Only the last layer is counted: add up over all layers instead of overwriting.":
            lambda sizes: (sizes[-2] + 1) * sizes[-1],
        "Only the first layer is counted: is the `return` inside the loop?":
            lambda sizes: (sizes[0] + 1) * sizes[1],
        "The last layer is missing: does the loop stop too early?":
            lambda sizes: count_parameters.reference(sizes[:-1]),
        "The inputs are counted as a layer: the first weights stand between the inputs and the first neurons.":
            lambda sizes: count_parameters.reference((sizes[-1], *sizes)),
    },
)


def network_forward(inputs, parameters):
    """The output of a chain of dense layers; parameters holds a pair (weights, biases) for each, in order."""
    output = inputs
    for weights, biases in parameters:
        output = output @ weights + biases
    return output


def network(rng, *sizes):
    """Random (weights, biases) for each layer of a network of these sizes."""
    return [(rng.normal(size=(before, after)), rng.normal(size=(1, after)))
            for before, after in zip(sizes[:-1], sizes[1:], strict=True)]


def forward_cases(rng):
    return {
        "two layers": (rng.normal(size=(5, 2)), network(rng, 2, 4, 3)),
        "a single sample": (rng.normal(size=(1, 3)), network(rng, 3, 2, 4)),
        "three square layers": (rng.normal(size=(4, 3)), network(rng, 3, 3, 3, 3)),
        "four layers": (rng.normal(size=(6, 2)), network(rng, 2, 5, 4, 3, 1)),
    }


def without_biases(inputs, parameters):
    for weights, _ in parameters:
        inputs = inputs @ weights
    return inputs


def with_each(step):
    """A forward pass that does `step(output, weights, biases)` in every layer."""
    def forward(inputs, parameters):
        for weights, biases in parameters:
            inputs = step(inputs, weights, biases)
        return inputs

    return forward


network_forward = Exercise(
    network_forward,
    forward_cases,
    hint="Keep one variable for what flows: it begins as the inputs, and every layer replaces it.",
    mistakes={
        "The biases are missing: each layer adds its own to its product.":
            without_biases,
        "The biases are subtracted: a layer adds them.":
            with_each(lambda output, weights, biases: output @ weights - biases),
        "Only the first layer is computed: is the `return` inside the loop?":
            lambda inputs, parameters: inputs @ parameters[0][0] + parameters[0][1],
        "The biases of the last layer are missing: every layer adds its own, the last one too.":
            lambda inputs, parameters: network_forward.reference(inputs, parameters) - parameters[-1][1],
        "Only the last layer adds its biases: each layer adds its own.":
            lambda inputs, parameters: without_biases(inputs, parameters) + parameters[-1][1],
        "Each layer gives one number for the whole batch: keep a row for each sample.":
            lambda inputs, parameters:
                network_forward.reference(inputs, parameters).sum(axis=0, keepdims=True),
        "The last layer is missing: every pair in `parameters` is a layer.":
            lambda inputs, parameters: network_forward.reference(inputs, parameters[:-1]),
        "Only the first two layers are computed: go on through `parameters`, there may be any number of them.":
            lambda inputs, parameters: network_forward.reference(inputs, parameters[:2]),
    },
)


def merge_layers(weights1, biases1, weights2, biases2):
    """The weights and biases of the one layer that computes what two dense layers do, one after the other."""
    weights = weights1 @ weights2
    biases = biases1 @ weights2 + biases2
    return weights, biases


def merge_cases(rng):
    def draw(*sizes):
        (weights1, biases1), (weights2, biases2) = network(rng, *sizes)
        return weights1, biases1, weights2, biases2

    return {
        "a hidden layer of four": draw(2, 4, 3),
        "a hidden layer of one": draw(3, 1, 2),
        "a single output": draw(4, 3, 1),
        "square layers": draw(3, 3, 3),
    }


def wrong_biases(change):
    """Merged layers with the right weights and the biases that `change` makes of the four arguments."""
    def merge(weights1, biases1, weights2, biases2):
        return weights1 @ weights2, change(weights1, biases1, weights2, biases2)

    return merge


merge_layers = Exercise(
    merge_layers,
    merge_cases,
    hint="Write (X W1 + b1) W2 + b2 and multiply out. What is X multiplied by, and what stands alone?",
    returns=("weights", "biases"),
    mistakes={
        "The first biases are missing: they reach the output as well, by way of the second weights.":
            wrong_biases(lambda weights1, biases1, weights2, biases2: biases2),
        "The second biases are missing: they are added at the end.":
            wrong_biases(lambda weights1, biases1, weights2, biases2: biases1 @ weights2),
        "The second biases went through the second weights as well: add them afterwards.":
            wrong_biases(lambda weights1, biases1, weights2, biases2:
                         biases1 @ weights2 + biases2 * weights2.sum(axis=0)),
        "The biases have lost their row: their shape should be (1, neurons).":
            wrong_biases(lambda weights1, biases1, weights2, biases2: (biases1 @ weights2 + biases2)[0]),
        "The first biases are added up too early: each goes through its own row of weights2.":
            wrong_biases(lambda weights1, biases1, weights2, biases2:
                         biases1.sum() * np.ones_like(biases1) @ weights2 + biases2),
        "The second biases are subtracted: a layer adds them.":
            wrong_biases(lambda weights1, biases1, weights2, biases2: biases1 @ weights2 - biases2),
    },
)
