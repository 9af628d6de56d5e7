"""Exercises of chapter 26: average pooling there and back, and batch normalization of pictures."""

import numpy as np

from modules.exercises.exercise import Exercise


def average_pool(inputs):
    """The mean of every 2 by 2 window, side by side; inputs (samples, channels, rows, columns), both even."""
    samples, channels, rows, columns = inputs.shape
    windows = inputs.reshape(samples, channels, rows // 2, 2, columns // 2, 2)
    return windows.mean(axis=(3, 5))


SHAPES = {
    "two samples of three channels": (2, 3, 4, 6),
    "a single picture": (1, 1, 6, 4),
    "a picture of one window": (3, 2, 2, 2),
    "a wide picture": (2, 1, 2, 8),
}


def picture_cases(rng):
    return {label: (rng.normal(size=shape),) for label, shape in SHAPES.items()}


def corners(inputs):
    """The four numbers of all windows, along the first axis."""
    return np.stack([inputs[:, :, i::2, j::2] for i in range(2) for j in range(2)])


average_pool = Exercise(
    average_pool,
    picture_cases,
    hint="Cut rows into pairs and columns into pairs with one reshape: which two of the six axes are the window?",
    mistakes={
        "Each window is added up: for its mean, divide by 4.": lambda inputs: corners(inputs).sum(axis=0),
        "This is max pooling: return the mean of each window.": lambda inputs: corners(inputs).max(axis=0),
        "Only the rows are pooled: a window is two rows high and two columns wide.":
            lambda inputs: (inputs[:, :, ::2] + inputs[:, :, 1::2]) / 2,
        "Only the columns are pooled: a window is two rows high and two columns wide.":
            lambda inputs: (inputs[..., ::2] + inputs[..., 1::2]) / 2,
        "Every second number is picked, and nothing is averaged: all four of a window count.":
            lambda inputs: inputs[:, :, ::2, ::2],
        "The mean is taken over the whole picture: every window has its own.":
            lambda inputs: inputs.mean(axis=(2, 3)),
    },
)


def average_pool_backward(dvalues):
    """Gradient by the inputs: each of the four numbers of a window gets a quarter of the window's gradient."""
    quarter = dvalues / 4
    return quarter.repeat(2, axis=2).repeat(2, axis=3)


def spread(dvalues, factors):
    """Each gradient times a factor for each of the four places in its window."""
    samples, channels, rows, columns = dvalues.shape
    dinputs = np.zeros((samples, channels, 2 * rows, 2 * columns))
    for place, factor in enumerate(factors):
        dinputs[:, :, place // 2::2, place % 2::2] = factor * dvalues
    return dinputs


average_pool_backward = Exercise(
    average_pool_backward,
    picture_cases,
    hint="How does the mean of four numbers change when one of them grows? And all four stand in the window.",
    mistakes={
        "Each number has the whole gradient of its window: a mean changes by a quarter of what one number does.":
            lambda dvalues: spread(dvalues, (1, 1, 1, 1)),
        "The gradient is halved: a window has four numbers, two in each direction.":
            lambda dvalues: spread(dvalues, (0.5, 0.5, 0.5, 0.5)),
        "One number takes it all: that is max pooling, a mean depends on all four.":
            lambda dvalues: spread(dvalues, (1, 0, 0, 0)),
        "The pictures lie beside each other: both numbers of a pair have the same gradient, so repeat each one.":
            lambda dvalues: np.tile(dvalues / 4, (1, 1, 2, 2)),
        "`dinputs` should have the shape of the inputs, twice as many rows and columns as dvalues.":
            lambda dvalues: dvalues / 4,
    },
)


def normalize_channels(inputs, gamma, beta, epsilon):
    """Batch normalization in training: a channel is a feature, over all samples and places; one gamma and beta each."""
    mean = inputs.mean(axis=(0, 2, 3), keepdims=True)
    variance = inputs.var(axis=(0, 2, 3), keepdims=True)
    normalized = (inputs - mean) / np.sqrt(variance + epsilon)
    return gamma.reshape(1, -1, 1, 1) * normalized + beta.reshape(1, -1, 1, 1)


def channel_cases(rng):
    def draw(samples, channels, rows, columns, epsilon):
        return (2 + 3 * rng.normal(size=(samples, channels, rows, columns)),
                rng.normal(size=channels), rng.normal(size=channels), epsilon)

    return {
        "three samples of two channels": draw(3, 2, 4, 5, 1e-5),
        "as many samples as channels and rows": draw(3, 3, 3, 3, 1e-3),
        "a single sample": draw(1, 4, 3, 2, 1e-5),
        "a large epsilon": draw(4, 2, 2, 3, 0.5),
    }


def normalized_over(axis=(0, 2, 3), deviation=lambda variance, epsilon: np.sqrt(variance + epsilon), ddof=0):
    """The right normalization, but over other axes, or with another deviation."""
    def normalize(inputs, gamma, beta, epsilon):
        centred = inputs - inputs.mean(axis=axis, keepdims=True)
        variance = inputs.var(axis=axis, keepdims=True, ddof=ddof)
        return gamma.reshape(1, -1, 1, 1) * centred / deviation(variance, epsilon) + beta.reshape(1, -1, 1, 1)

    return normalize


normalize_channels = Exercise(
    normalize_channels,
    channel_cases,
    hint="Which three of the four axes does the mean of a channel run over? Keep them, with length 1.",
    mistakes={
        "Every place has a mean of its own: a channel has one mean, over samples, rows and columns.":
            normalized_over(axis=0),
        "Every sample has a mean of its own: that of a channel runs over all samples of the batch.":
            normalized_over(axis=(2, 3)),
        "The mean runs over the channels too: each of them is a feature of its own.":
            normalized_over(axis=(0, 1, 2, 3)),
        "The channels of a sample share a mean: the means run over the batch, for each channel.":
            normalized_over(axis=(1, 2, 3)),
        "The root is missing: divide by the deviation, not by the variance.":
            normalized_over(deviation=lambda variance, epsilon: variance + epsilon),
        "epsilon stands outside the root: add it to the variance.":
            normalized_over(deviation=lambda variance, epsilon: np.sqrt(variance) + epsilon),
        "epsilon is missing under the root.": normalized_over(deviation=lambda variance, epsilon: np.sqrt(variance)),
        "The variance divides by n - 1: in the batch it divides by n.": normalized_over(ddof=1),
        "gamma and beta are missing: the scale and shift that are learned.":
            lambda inputs, gamma, beta, epsilon: normalized_over()(inputs, np.ones_like(gamma), 0 * beta, epsilon),
        "beta is missing: the learned shift is added at the end.":
            lambda inputs, gamma, beta, epsilon: normalized_over()(inputs, gamma, 0 * beta, epsilon),
        "gamma is missing: the learned scale, one number for each channel.":
            lambda inputs, gamma, beta, epsilon: normalized_over()(inputs, np.ones_like(gamma), beta, epsilon),
        "The mean is not subtracted: only the deviation has been brought to 1.":
            lambda inputs, gamma, beta, epsilon:
                gamma.reshape(1, -1, 1, 1) * inputs / np.sqrt(inputs.var(axis=(0, 2, 3), keepdims=True) + epsilon)
                + beta.reshape(1, -1, 1, 1),
    },
)
