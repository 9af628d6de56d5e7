"""Exercises of chapter 27: a step of a gated recurrent unit, and gradients that are clipped."""

import numpy as np

from modules.exercises.exercise import Exercise


def gated_step(x, h, Wx, Wh, b):
    """The next h of a gated recurrent unit; the columns of Wx, Wh and b hold z, r and g side by side."""
    neurons = h.shape[1]
    gates = x @ Wx[:, :2 * neurons] + h @ Wh[:, :2 * neurons] + b[:, :2 * neurons]
    z, r = np.split(1 / (1 + np.exp(-gates)), 2, axis=1)
    g = np.tanh(x @ Wx[:, 2 * neurons:] + (r * h) @ Wh[:, 2 * neurons:] + b[:, 2 * neurons:])
    return (1 - z) * h + z * g


def step_cases(rng):
    def draw(samples, inputs, neurons):
        return tuple(rng.normal(size=shape) for shape in
                     ((samples, inputs), (samples, neurons), (inputs, 3 * neurons), (neurons, 3 * neurons),
                      (1, 3 * neurons)))

    first = draw(2, 3, 4)
    return {
        "three samples": draw(3, 2, 4),
        "a single sample": draw(1, 4, 3),
        "a single neuron": draw(4, 2, 1),
        "as many inputs as neurons": draw(2, 3, 3),
        "the first step, with h = 0": (first[0], 0 * first[1], *first[2:]),
    }


def sigmoid(numbers):
    return 1 / (1 + np.exp(-numbers))


def wrong_step(order=(0, 1, 2), gate=sigmoid, new=np.tanh, reset=lambda r, h: r * h,
               mix=lambda z, g, h: (1 - z) * h + z * g):
    """The right step, except for the part that is given."""
    def step(x, h, Wx, Wh, b):
        (Wx_z, Wx_r, Wx_g), (Wh_z, Wh_r, Wh_g), (b_z, b_r, b_g) = (
            [np.split(part, 3, axis=1)[k] for k in order] for part in (Wx, Wh, b))
        z, r = gate(x @ Wx_z + h @ Wh_z + b_z), gate(x @ Wx_r + h @ Wh_r + b_r)
        return mix(z, new(x @ Wx_g + reset(r, h) @ Wh_g + b_g), h)

    return step


def reset_behind(x, h, Wx, Wh, b):
    """The variant that multiplies by r after the matrix."""
    x_z, x_r, x_g = np.split(x @ Wx + b, 3, axis=1)
    h_z, h_r, h_g = np.split(h @ Wh, 3, axis=1)
    z, g = sigmoid(x_z + h_z), np.tanh(x_g + sigmoid(x_r + h_r) * h_g)
    return (1 - z) * h + z * g


gated_step = Exercise(
    gated_step,
    step_cases,
    hint="z and r are a dense layer of x and h with a sigmoid. Only then can g be computed: it looks at r times h.",
    mistakes={
        "z and 1 - z are exchanged: where z is 1, g takes the place of h.":
            wrong_step(mix=lambda z, g, h: z * h + (1 - z) * g),
        "r is not used: g looks at r times h.": wrong_step(reset=lambda r, h: h),
        "r is multiplied after the matrix: here r times h comes first, and then the weights.": reset_behind,
        "The columns are in the wrong order: z comes first, then r, then g.": wrong_step(order=(1, 0, 2)),
        "The gates need a sigmoid: they lie between 0 and 1, tanh goes below 0.": wrong_step(gate=np.tanh),
        "g needs tanh: it lies between -1 and 1.": wrong_step(new=sigmoid),
        "The old state is missing: h' is a mixture of h and g.": wrong_step(mix=lambda z, g, h: z * g),
        "The old state is kept whole: what z lets in, 1 - z takes from the old.":
            wrong_step(mix=lambda z, g, h: h + z * g),
    },
)


def clip_gradients(dweights, dbiases, largest):
    """Both gradients, shrunk by one factor if their common norm is above `largest`."""
    norm = np.sqrt(np.sum(dweights ** 2) + np.sum(dbiases ** 2))
    factor = min(1.0, largest / norm) if norm > 0 else 1.0
    return factor * dweights, factor * dbiases


def gradient_cases(rng):
    def draw(inputs, neurons, size, largest):
        return size * rng.normal(size=(inputs, neurons)), size * rng.normal(size=(1, neurons)), largest

    return {
        "gradients that are too large": draw(3, 4, 10.0, 5.0),
        "gradients that are small enough": draw(3, 2, 0.1, 5.0),
        "a norm far above the bound": draw(4, 4, 1000.0, 1.0),
        "weights below the bound, both together above": (np.full((2, 2), 2.0), np.full((1, 2), 3.0), 4.5),
        "gradients of zero": (np.zeros((2, 3)), np.zeros((1, 3)), 1.0),
    }


def clipped(factor):
    """Both gradients times a function of (norm, largest)."""
    def clip(dweights, dbiases, largest):
        norm = np.sqrt(np.sum(dweights ** 2) + np.sum(dbiases ** 2))
        return factor(norm, largest) * dweights, factor(norm, largest) * dbiases

    return clip


def one_by_one(dweights, dbiases, largest):
    return tuple(part * min(1.0, largest / max(np.linalg.norm(part), 1e-30)) for part in (dweights, dbiases))


clip_gradients = Exercise(
    clip_gradients,
    gradient_cases,
    hint="One norm over the numbers of both arrays, one factor for both, and the factor is never above 1.",
    returns=("dweights", "dbiases"),
    mistakes={
        "Each array is clipped by its own norm, which turns the direction: one norm and one factor for both.":
            one_by_one,
        "Each number is cut off by itself, which turns the direction: shrink all of them by the same factor.":
            lambda dweights, dbiases, largest: (np.clip(dweights, -largest, largest),
                                                np.clip(dbiases, -largest, largest)),
        "Small gradients are made larger: a norm below the bound is left as it is.":
            clipped(lambda norm, largest: largest / norm if norm > 0 else 1.0),
        "The sum of the squares is compared, not its root: the norm is the root.":
            clipped(lambda norm, largest: min(1.0, largest / norm ** 2) if norm > 0 else 1.0),
        "Nothing is clipped: above the bound both arrays shrink.": clipped(lambda norm, largest: 1.0),
        "Gradients of zero have become NaN: their norm is 0, and there is nothing to divide by.":
            clipped(lambda norm, largest: min(1.0, largest / norm) if norm > 0 else np.nan),
    },
)
