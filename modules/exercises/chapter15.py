"""Exercises of chapter 15, dropout: the binomial distribution, inverted dropout forward and backward."""

from math import comb

import numpy as np

from modules.exercises.exercise import Exercise


def binomial_probabilities(n, p):
    """The probabilities of 0, 1, ..., n ones among n coins that each show a one with probability p."""
    return np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])


def binomial_cases(rng):
    return {
        "five coins": (5, rng.uniform(0.1, 0.4)),
        "a single coin": (1, rng.uniform(0.1, 0.4)),
        "twenty-one coins, whose factorial no longer fits into 64 bits": (21, rng.uniform(0.6, 0.9)),
        "fair coins": (6, 0.5),
        "coins that always show a one": (4, 1.0),
        "coins that never show a one": (3, 0.0),
    }


def binomial_with(term):
    """The distribution with another term, from (n, k, p)."""
    return lambda n, p: np.array([term(n, k, p) for k in range(n + 1)])


binomial_probabilities = Exercise(
    binomial_probabilities,
    binomial_cases,
    hint="Three factors for each k: the ways to choose, `math.comb`, p for the ones, 1 - p for the rest.",
    mistakes={
        "The number of ways is missing: many rows of coins have k ones, and `comb(n, k)` counts them.":
            binomial_with(lambda n, k, p: p**k * (1 - p) ** (n - k)),
        "The zeros are missing: the other n - k coins have to show a 0, each with probability 1 - p.":
            binomial_with(lambda n, k, p: comb(n, k) * p**k),
        "Ones and zeros have changed places: p belongs to the k ones.":
            binomial_with(lambda n, k, p: comb(n, k) * (1 - p) ** k * p ** (n - k)),
        "The last probability is missing: with n coins there are n + 1 counts, 0 and n included.":
            lambda n, p: binomial_probabilities.reference(n, p)[:-1],
        "The first probability is missing: it is also possible that no coin shows a one.":
            lambda n, p: binomial_probabilities.reference(n, p)[1:],
        "These are the probabilities of k ones or fewer: return those of exactly k.":
            lambda n, p: np.cumsum(binomial_probabilities.reference(n, p)),
        "This is the mean number of ones: return a probability for each number.":
            lambda n, p: n * p,
    },
)


def dropout_forward(inputs, uniform, rate):
    """Output and mask of inverted dropout: an input stays where its uniform number is below 1 - rate."""
    mask = (uniform < 1 - rate) / (1 - rate)
    return inputs * mask, mask


def forward_cases(rng):
    def draw(samples, neurons, rate):
        return rng.normal(size=(samples, neurons)), rng.random((samples, neurons)), rate

    inputs, uniform, _ = draw(3, 4, 0)
    uniform[0] = [0.75, 0.25, 0.0, 0.5]
    return {
        "few switched off": draw(6, 5, 0.2),
        "most switched off": draw(8, 4, 0.7),
        "a single sample": draw(1, 12, 0.4),
        "a rate of 0": draw(3, 3, 0.0),
        "a number of exactly 1 - rate": (inputs, uniform, 0.25),
    }


def with_mask(mask_of):
    """A forward with another mask, from (inputs, uniform, rate)."""
    def forward(inputs, uniform, rate):
        mask = mask_of(inputs, uniform, rate)
        return inputs * mask, mask

    return forward


dropout_forward = Exercise(
    dropout_forward,
    forward_cases,
    hint="Compare each number with the probability of staying; True counts as 1. What keeps the mean where it was?",
    returns=("output", "mask"),
    mistakes={
        "The division is missing: what stays is divided by 1 - rate, so that the mean stays the same.":
            with_mask(lambda inputs, uniform, rate: (uniform < 1 - rate).astype(float)),
        "Divided by the rate: the sum has shrunk to the share that stays, so divide by 1 - rate.":
            with_mask(lambda inputs, uniform, rate: (uniform < 1 - rate) / (rate or 1)),
        "Multiplied by 1 - rate instead of divided: what stays has to become larger.":
            with_mask(lambda inputs, uniform, rate: (uniform < 1 - rate) * (1 - rate)),
        "The mask is the wrong way round: an input stays where its number is below 1 - rate.":
            with_mask(lambda inputs, uniform, rate: (uniform >= 1 - rate) / (1 - rate)),
        "The rate is the share to switch off: here it is the share that stays.":
            with_mask(lambda inputs, uniform, rate: (uniform < rate) / (rate or 1)),
        "A number equal to 1 - rate is not below it: there the input is switched off.":
            with_mask(lambda inputs, uniform, rate: (uniform <= 1 - rate) / (1 - rate)),
        "The output is right, but the mask still lacks the division: backward needs it as well.":
            lambda inputs, uniform, rate: (inputs * (uniform < 1 - rate) / (1 - rate),
                                           (uniform < 1 - rate).astype(float)),
        "All samples share the first one's coins: each sample has a mask of its own.":
            with_mask(lambda inputs, uniform, rate: (np.ones_like(uniform) * uniform[:1] < 1 - rate) / (1 - rate)),
        "An input stays if its number is below 1 - rate, not below the rate.":
            with_mask(lambda inputs, uniform, rate: (uniform < rate) / (1 - rate)),
        "The right share stays, but not the right inputs: keep those with a number below 1 - rate.":
            with_mask(lambda inputs, uniform, rate: (uniform >= rate) / (1 - rate)),
        "The right share stays, but not the right inputs: keep those with a number below 1 - rate, not above the rate.":
            with_mask(lambda inputs, uniform, rate: (uniform > rate) / (1 - rate)),
        "The mask is divided, but the output was made without it.":
            lambda inputs, uniform, rate: (inputs * (uniform < 1 - rate), (uniform < 1 - rate) / (1 - rate)),
    },
)


def dropout_backward(dvalues, output, rate):
    """Gradient by the inputs of inverted dropout, where an input stayed if its output is not 0."""
    return dvalues * (output != 0) / (1 - rate)


def backward_cases(rng):
    def draw(samples, neurons, rate):
        inputs = rng.uniform(0.1, 2, (samples, neurons)) * rng.choice([-1, 1], (samples, neurons))
        kept = rng.random((samples, neurons)) < 1 - rate
        return rng.normal(size=(samples, neurons)), inputs * kept / (1 - rate), rate

    return {
        "few switched off": draw(6, 5, 0.2),
        "most switched off": draw(8, 4, 0.7),
        "a single sample": draw(1, 12, 0.4),
        "a rate of 0": draw(3, 3, 0.0),
        "half switched off": draw(5, 6, 0.5),
    }


dropout_backward = Exercise(
    dropout_backward,
    backward_cases,
    hint="Forward an input was multiplied by 0 or by 1 / (1 - rate). Its gradient gets the same factor.",
    mistakes={
        "The mask is lost: what was switched off had no part in the loss, so its gradient is 0.":
            lambda dvalues, output, rate: dvalues / (1 - rate),
        "The factor is lost: what stayed was divided by 1 - rate, and so is its gradient.":
            lambda dvalues, output, rate: dvalues * (output != 0),
        "Nothing of the dropout is left: the gradient gets the mask that the inputs got.":
            lambda dvalues, output, rate: dvalues.copy(),
        "Negative outputs are taken for switched off: this is dropout, not ReLU, and only 0 means off.":
            lambda dvalues, output, rate: dvalues * (output > 0) / (1 - rate),
        "Here the output is multiplied in: the slope of x * m is the mask m.":
            lambda dvalues, output, rate: dvalues * output,
        "Multiplied by 1 - rate: divide by it, as in the forward pass.":
            lambda dvalues, output, rate: dvalues * (output != 0) * (1 - rate),
        "The mask is the wrong way round: no gradient passes where the output is 0.":
            lambda dvalues, output, rate: dvalues * (output == 0) / (1 - rate),
        "The output is multiplied in, and the factor as well: the slope is the mask alone.":
            lambda dvalues, output, rate: dvalues * output / (1 - rate),
        "This is the way back through ReLU: dropout lets negative numbers pass, and divides by 1 - rate.":
            lambda dvalues, output, rate: dvalues * (output > 0),
    },
)
