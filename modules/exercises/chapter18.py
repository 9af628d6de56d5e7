"""Exercises of chapter 18, the model: dropout with its flag, the backward loop of a chain."""

import numpy as np

from modules.exercises.exercise import Exercise


def dropout_forward(inputs, mask, rate, training):
    """Inverted dropout: while training, masked and divided by the share that stays; otherwise the inputs unchanged."""
    if training:
        return inputs * mask / (1 - rate)
    return inputs


def dropout_cases(rng):
    def draw(samples, neurons, rate, training):
        mask = (rng.random((samples, neurons)) >= rate).astype(float)
        return rng.normal(size=(samples, neurons)), mask, rate, training

    return {
        "training with a rate of 0.2": draw(5, 4, 0.2, True),
        "training with a rate of 0.7": draw(6, 3, 0.7, True),
        "an answer, with the flag down": draw(5, 3, 0.3, False),
        "an answer to a single sample": draw(1, 4, 0.6, False),
        "training with a rate of 0": (rng.normal(size=(2, 3)), np.ones((2, 3)), 0.0, True),
        "training with all neurons off": (rng.normal(size=(2, 3)), np.zeros((2, 3)), 0.9, True),
    }


dropout_forward = Exercise(
    dropout_forward,
    dropout_cases,
    hint="In one case the mask acts, and what remains grows so that the mean stays. In the other nothing happens.",
    mistakes={
        "The flag is ignored: an answer is given with all neurons, and not scaled.":
            lambda inputs, mask, rate, training: inputs * mask / (1 - rate),
        "The flag is used the wrong way round: neurons are switched off while training, not for an answer.":
            lambda inputs, mask, rate, training: inputs if training else inputs * mask / (1 - rate),
        "What remains is not scaled up: divide it by the share that stays, to keep the mean.":
            lambda inputs, mask, rate, training: inputs * mask if training else inputs,
        "The scale is the share that is switched off: divide by the share that stays.":
            lambda inputs, mask, rate, training:
                inputs * mask / (rate if rate else 1) if training else inputs,
        "The answer is scaled as well: inverted dropout scales while training, so that the answer needs nothing.":
            lambda inputs, mask, rate, training: inputs * mask / (1 - rate) if training else inputs * (1 - rate),
        "The answer is scaled instead of the training: here dropout is inverted, and divides while training.":
            lambda inputs, mask, rate, training: inputs * mask if training else inputs * (1 - rate),
        "The mask is the wrong way round: 1 stands for a neuron that stays.":
            lambda inputs, mask, rate, training: inputs * (1 - mask) / (1 - rate) if training else inputs,
        "What remains is multiplied by the share that stays: it should grow, so divide.":
            lambda inputs, mask, rate, training: inputs * mask * (1 - rate) if training else inputs,
        "The answer still goes through the mask: with the flag down, the inputs pass as they are.":
            lambda inputs, mask, rate, training: inputs * mask / (1 - rate) if training else inputs * mask,
        "The inputs come back unchanged while training, too: is the result of that branch thrown away?":
            lambda inputs, mask, rate, training: inputs,
        "1 - rate needs parentheses: `/` comes before `-`.":
            lambda inputs, mask, rate, training: inputs * mask / 1 - rate if training else inputs,
        "The mask is missing while training: only the scale is there.":
            lambda inputs, mask, rate, training: inputs / (1 - rate) if training else inputs,
    },
)


def chain_backward(dvalues, X, weights, outputs):
    """Gradients by the weights of a chain of dense layers, each followed by ReLU; first layer first."""
    inputs = [X, *outputs[:-1]]
    gradients = []
    for layer in reversed(range(len(weights))):
        dvalues = dvalues * (outputs[layer] > 0)
        gradients.append(inputs[layer].T @ dvalues)
        dvalues = dvalues @ weights[layer].T
    return tuple(reversed(gradients))


def chain_cases(rng):
    def draw(samples, *sizes):
        X, weights, outputs = rng.normal(size=(samples, sizes[0])), [], []
        for n_inputs, neurons in zip(sizes[:-1], sizes[1:], strict=True):
            weights.append(rng.normal(size=(n_inputs, neurons)))
            outputs.append(np.maximum(0, (outputs[-1] if outputs else X) @ weights[-1] + 0.3))
        return rng.normal(size=outputs[-1].shape), X, weights, outputs

    return {
        "two layers": draw(7, 3, 5, 2),
        "three layers": draw(6, 2, 4, 5, 3),
        "a single layer": draw(5, 3, 2),
        "a single sample": draw(1, 4, 6, 3),
        "layers of one width": draw(5, 3, 3, 3),
    }


def chain_with(mask=lambda dvalues, output: dvalues * (output > 0), scale=lambda X: 1, backwards=False):
    """The right loop with one thing changed: the mask, a scale, the order."""
    def backward(dvalues, X, weights, outputs):
        inputs, gradients = [X, *outputs[:-1]], []
        for layer in reversed(range(len(weights))):
            dvalues = mask(dvalues, outputs[layer])
            gradients.append(inputs[layer].T @ dvalues * scale(X))
            dvalues = dvalues @ weights[layer].T
        return tuple(gradients if backwards else gradients[::-1])

    return backward


def half_masked(own, passed):
    """The mask of each ReLU used for the layer's own gradient, or for what is passed on, or for both."""
    def backward(dvalues, X, weights, outputs):
        inputs, gradients = [X, *outputs[:-1]], []
        for layer in reversed(range(len(weights))):
            masked = dvalues * (outputs[layer] > 0)
            gradients.append(inputs[layer].T @ (masked if own else dvalues))
            dvalues = (masked if passed else dvalues) @ weights[layer].T
        return tuple(gradients[::-1])

    return backward


def transposed_chain(dvalues, X, weights, outputs):
    return tuple(gradient.T for gradient in chain_backward.reference(dvalues, X, weights, outputs))


chain_backward = Exercise(
    chain_backward,
    chain_cases,
    hint="From the last layer to the first, each time: the mask, the gradient by the weights, then on to the inputs.",
    mistakes={
        "The gradients come last layer first: reverse the list at the end.": chain_with(backwards=True),
        "The mask of ReLU is missing: where an output is 0, no gradient passes.":
            chain_with(mask=lambda dvalues, output: dvalues),
        "The outputs themselves are multiplied in: the slope of ReLU is 1 or 0.":
            chain_with(mask=lambda dvalues, output: dvalues * output),
        "Each gradient is divided by the number of samples: the loss has done this already.":
            chain_with(scale=lambda X: 1 / len(X)),
        "Each gradient is transposed: it has the shape of the weights, a row for each input.": transposed_chain,
        "The mask of the last ReLU is missing: every layer has one, the last as well.":
            lambda dvalues, X, weights, outputs:
                chain_backward.reference(dvalues, X, weights, [*outputs[:-1], np.ones_like(outputs[-1])]),
        "The mask is used for the weights, but lost on the way to the layer before.":
            half_masked(own=True, passed=False),
        "The mask is used on the way to the layer before, but not for the weights.":
            half_masked(own=False, passed=True),
        "The sign of the gradient decides here: ReLU's slope depends on its output.":
            chain_with(mask=lambda dvalues, output: dvalues * (dvalues > 0)),
    },
)
