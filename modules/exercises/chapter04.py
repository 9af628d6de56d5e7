"""Exercises of chapter 4, activations: a leaky ReLU, a bump with unequal flanks, softmax with a temperature."""

import numpy as np

from modules.exercises.exercise import Exercise


def leaky_relu(inputs, slope):
    """The inputs where they are positive, slope * inputs elsewhere."""
    return np.maximum(inputs, 0) + slope * np.minimum(inputs, 0)


def leaky_cases(rng):
    return {
        "five samples": (rng.normal(size=(5, 3)), 0.1),
        "a single sample": (rng.normal(size=(1, 4)), 0.01),
        "a slope of 0": (rng.normal(size=(3, 3)), 0.0),
        "a slope above 1": (rng.normal(size=(3, 2)), 2.0),
        "nothing but negative inputs": (-1 - rng.random((2, 3)), 0.2),
        "inputs of exactly 0": (np.array([[0.0, 1.0], [-1.0, 0.0]]), 0.3),
    }


leaky_relu = Exercise(
    leaky_relu,
    leaky_cases,
    hint="Split the inputs into their positive and their negative part, or choose with np.where.",
    mistakes={
        "This is the plain ReLU: negative inputs should pass too, multiplied by `slope`.":
            lambda inputs, slope: np.maximum(inputs, 0),
        "Every input is multiplied by `slope`: the positive ones should pass as they are.":
            lambda inputs, slope: slope * inputs,
        "Negative inputs become `slope` itself: multiply them by it.":
            lambda inputs, slope: np.where(inputs > 0, inputs, slope),
        "The slope is on the wrong side: it belongs to the negative inputs.":
            lambda inputs, slope: np.where(inputs > 0, slope * inputs, inputs),
        "`np.maximum(inputs, slope * inputs)` goes wrong for slopes above 1: look at the sign of the inputs.":
            lambda inputs, slope: np.maximum(inputs, slope * inputs),
        "Negative inputs come out positive: a slope keeps their sign.":
            lambda inputs, slope: np.where(inputs > 0, inputs, -slope * inputs),
    },
)


def hat(x, left, peak, right):
    """A bump made of ReLUs: 0 up to left, straight up to 1 at peak, straight down to 0 at right, then 0."""
    up, down = 1 / (peak - left), 1 / (right - peak)
    rising = up * np.maximum(x - left, 0)
    bending = (up + down) * np.maximum(x - peak, 0)
    return np.maximum(rising - bending, 0)


def hat_cases(rng):
    x = np.linspace(-2, 8, 41)
    start, rise, fall = rng.uniform(-1, 1), rng.uniform(0.5, 1.5), rng.uniform(2, 4)
    return {
        "the bump of the lesson": (x, 1.0, 2.0, 3.0),
        "a steep rise and a slow fall": (x, start, start + rise, start + rise + fall),
        "a slow rise and a steep fall": (x, start, start + fall, start + fall + rise),
        "a wide bump": (x, 0.0, 3.0, 6.0),
        "a narrow bump": (np.linspace(0, 1, 21), 0.2, 0.25, 0.35),
    }


def bump(x, left, peak, up, bend):
    return np.maximum(up * np.maximum(x - left, 0) - bend * np.maximum(x - peak, 0), 0)


hat = Exercise(
    hat,
    hat_cases,
    hint="What slope leads up to 1, and what slope down again? At the peak one becomes the other.",
    mistakes={
        "Both flanks are alike: at the peak the slope changes by rise plus fall, not by twice the rise.":
            lambda x, left, peak, right: bump(x, left, peak, 1 / (peak - left), 2 / (peak - left)),
        "To the right of the bump the curve goes on falling: the neuron that adds up has a ReLU too.":
            lambda x, left, peak, right: np.maximum(x - left, 0) / (peak - left)
                - (1 / (peak - left) + 1 / (right - peak)) * np.maximum(x - peak, 0),
        "The peak is not 1 high: from left to peak the slope is 1 / (peak - left).":
            lambda x, left, peak, right: bump(x, left, peak, 1, 1 + (peak - left) / (right - peak)),
        "The slope after the peak is off: the second neuron first has to cancel the rise, then make the fall.":
            lambda x, left, peak, right: bump(x, left, peak, 1 / (peak - left), 1 / (right - peak)),
        "A bend of -2 at the peak fits slopes of 1 and -1 only: it has to undo the rise and then make the fall.":
            lambda x, left, peak, right: bump(x, left, peak, 1 / (peak - left), 2),
        "The flank after the peak is missing: a second neuron, from the peak on, has to bend the curve down.":
            lambda x, left, peak, right: bump(x, left, peak, 1 / (peak - left), 0),
        "After the peak the curve stays level: cancelling the rise is not enough, it has to fall.":
            lambda x, left, peak, right: bump(x, left, peak, 1 / (peak - left), 1 / (peak - left)),
        "The slopes of the two flanks have changed places: each is 1 divided by the width of its own side.":
            lambda x, left, peak, right:
                bump(x, left, peak, 1 / (right - peak), 1 / (right - peak) + 1 / (peak - left)),
    },
)


def softmax_with_temperature(scores, temperature):
    """Probabilities for each row of scores, which are divided by the temperature first; no score overflows."""
    scaled = scores / temperature
    exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def temperature_cases(rng):
    return {
        "five samples": (rng.normal(size=(5, 3)), 2.0),
        "a single sample": (rng.normal(size=(1, 4)), 0.5),
        "as many samples as classes": (rng.normal(size=(3, 3)), 1.5),
        "a temperature of 1": (np.array([[1.0, 2.0, 3.0]]), 1.0),
        "scores in the thousands": (np.array([[1000.0, 3000.0, 3001.0], [5000.0, 4999.0, 2000.0]]), 2.0),
        "one score far above the others": (np.array([[0.0, 0.0, 9000.0]]), 2.0),
        "rows of very different size": (np.array([[3.0, 1.0, 2.0], [-4000.0, -4001.0, -4003.0]]), 2.0),
    }


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def summed_down(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=0)


def shifted_by(change):
    """Softmax that subtracts `change(scores)`, which is not the largest score of each row."""
    def wrong(scores, temperature):
        exponentials = np.exp(scores / temperature - change(scores / temperature))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    return wrong


softmax_with_temperature = Exercise(
    softmax_with_temperature,
    temperature_cases,
    hint="Divide first, then do what version 2 of the class does: shift, exp, divide by the sum.",
    mistakes={
        "Large scores overflow: subtract the largest score of each row before `exp`.":
            shifted_by(lambda scores: 0),
        "The largest score of the whole batch is subtracted: a row far below it becomes 0 / 0.":
            shifted_by(np.max),
        "The mean of each row is subtracted, or its median: a score far above it still overflows. Take the largest.":
            shifted_by(lambda scores: scores.mean(axis=1, keepdims=True)),
        "The temperature is ignored: divide the scores by it before `exp`.":
            lambda scores, temperature: softmax(scores),
        "The scores are multiplied by the temperature: divide, so that a high temperature evens them out.":
            lambda scores, temperature: softmax(scores * temperature),
        "The temperature divides the probabilities: they no longer sum to 1; divide the scores instead.":
            lambda scores, temperature: softmax(scores) / temperature,
        "The sum runs over the samples: each row must sum to 1, along axis 1.":
            lambda scores, temperature: summed_down(scores / temperature),
        "Columns sum to 1, but a sample is a row: sum and maximum run along axis 1.":
            lambda scores, temperature: softmax(scores.T / temperature).T,
        "The exponentials are not divided by their sum: each row has to sum to 1.":
            lambda scores, temperature: np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature),
    },
)
