"""Exercises of chapter 10, optimizers: one step with momentum, of RMSprop and of Adam."""

import numpy as np

from modules.exercises.exercise import Exercise


def momentum_step(parameter, gradient, momentums, learning_rate, momentum):
    """One step of SGD with momentum: the new parameter and the new momentums."""
    momentums = momentum * momentums - learning_rate * gradient
    return parameter + momentums, momentums


def momentum_cases(rng):
    def draw(shape, learning_rate, momentum):
        return *rng.normal(size=(3, *shape)), learning_rate, momentum

    start = draw((2, 3), 0.5, 0.9)
    return {
        "the weights of a layer": draw((4, 3), 0.1, 0.9),
        "the first step, where the momentums are 0": (start[0], start[1], np.zeros((2, 3)), 0.5, 0.9),
        "a single row of biases": draw((1, 5), 1.0, 0.5),
        "a momentum of 0": draw((2, 2), 0.3, 0.0),
    }


momentum_step = Exercise(
    momentum_step,
    momentum_cases,
    hint="First what is remembered: a part of the old momentums, less the plain step. Then add it to the parameter.",
    returns=("parameter", "momentums"),
    mistakes={
        "The momentums are right, but they are subtracted: they point downhill already, so add them.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter - (momentum * momentums - learning_rate * gradient),
                 momentum * momentums - learning_rate * gradient),
        "The momentums point uphill and are subtracted: here they carry the minus themselves, and are added.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter - (momentum * momentums + learning_rate * gradient),
                 momentum * momentums + learning_rate * gradient),
        "The learning rate multiplies the momentums as a whole: here it belongs to the gradient alone.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter - learning_rate * (momentum * momentums + gradient), momentum * momentums + gradient),
        "The gradient is added to the momentums: it points uphill, so subtract it.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter + momentum * momentums + learning_rate * gradient,
                 momentum * momentums + learning_rate * gradient),
        "The old momentums are kept whole: keep only the fraction `momentum` of them.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter + momentums - learning_rate * gradient, momentums - learning_rate * gradient),
        "The parameter moves by the old momentums: compute the new ones first.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter + momentums, momentum * momentums - learning_rate * gradient),
        "This is the plain step: the momentums of earlier steps are missing.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter - learning_rate * gradient, -learning_rate * gradient),
        "The learning rate is missing in front of the gradient.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter + momentum * momentums - gradient, momentum * momentums - gradient),
        "The gradient is weighted by 1 - momentum, as in Adam: here it counts in full.":
            lambda parameter, gradient, momentums, learning_rate, momentum:
                (parameter + momentum * momentums - learning_rate * (1 - momentum) * gradient,
                 momentum * momentums - learning_rate * (1 - momentum) * gradient),
    },
)


def rmsprop_step(parameter, gradient, cache, learning_rate, rho, epsilon):
    """One step of RMSprop: the new parameter and the new cache."""
    cache = rho * cache + (1 - rho) * gradient**2
    return parameter - learning_rate * gradient / (np.sqrt(cache) + epsilon), cache


def rmsprop_cases(rng):
    def draw(shape, learning_rate=0.1, rho=0.9, epsilon=1e-7):
        parameter, gradient, cache = rng.normal(size=(3, *shape))
        return parameter, gradient, cache**2, learning_rate, rho, epsilon

    parameter, gradient, cache, *others = draw((2, 3))
    return {
        "the weights of a layer": draw((4, 3)),
        "the first step, where the cache is 0": (parameter, gradient, 0 * cache, *others),
        "a gradient of 0 at the first step": (parameter, 0 * gradient, 0 * cache, *others),
        "gradients as small as epsilon": (parameter, 1e-7 * gradient, 1e-14 * cache, *others),
        "a longer memory": draw((1, 5), 0.02, 0.999, 1e-3),
    }


def rmsprop_with(cache_of, step_of=None):
    """A step with another cache, from (gradient, cache, rho), or another change, from (gradient, cache, epsilon)."""
    def step(parameter, gradient, cache, learning_rate, rho, epsilon):
        cache = cache_of(gradient, cache, rho)
        part = step_of(gradient, cache, epsilon) if step_of else gradient / (np.sqrt(cache) + epsilon)
        return parameter - learning_rate * part, cache

    return step


def right_cache(gradient, cache, rho):
    return rho * cache + (1 - rho) * gradient**2


rmsprop_step = Exercise(
    rmsprop_step,
    rmsprop_cases,
    hint="The cache is a moving mean of the squared gradients; the step is divided by its root, plus epsilon.",
    returns=("parameter", "cache"),
    mistakes={
        "This cache only grows, as in Adagrad: here the old one counts with rho, the new square with 1 - rho.":
            rmsprop_with(lambda gradient, cache, rho: cache + gradient**2),
        "The new square counts in full: weight it by 1 - rho, so that the two parts make a mean.":
            rmsprop_with(lambda gradient, cache, rho: rho * cache + gradient**2),
        "The two weights have changed places: rho belongs to the old cache.":
            rmsprop_with(lambda gradient, cache, rho: (1 - rho) * cache + rho * gradient**2),
        "The cache takes the gradient as it is: square it, so that no sign is left.":
            rmsprop_with(lambda gradient, cache, rho: rho * cache + (1 - rho) * gradient),
        "The root is missing: divided by the cache itself, a step has the wrong unit.":
            rmsprop_with(right_cache, lambda gradient, cache, epsilon: gradient / (cache + epsilon)),
        "epsilon stands inside the root: add it to the root.":
            rmsprop_with(right_cache, lambda gradient, cache, epsilon: gradient / np.sqrt(cache + epsilon)),
        "epsilon is missing: where gradient and cache are 0, this divides 0 by 0.":
            rmsprop_with(right_cache, lambda gradient, cache, epsilon: gradient / np.sqrt(cache)),
        "The step is divided by the root of the old cache: take the new square in first.":
            lambda parameter, gradient, cache, learning_rate, rho, epsilon: (
                parameter - learning_rate * gradient / (np.sqrt(cache) + epsilon), right_cache(gradient, cache, rho)),
        "The parameter climbs: subtract the step.":
            rmsprop_with(right_cache, lambda gradient, cache, epsilon: -gradient / (np.sqrt(cache) + epsilon)),
    },
)


def adam_step(parameter, gradient, momentums, cache, step, learning_rate, epsilon, beta_1, beta_2):
    """Step number `step`, counted from 1, of Adam: the new parameter, momentums and cache."""
    momentums = beta_1 * momentums + (1 - beta_1) * gradient
    cache = beta_2 * cache + (1 - beta_2) * gradient**2
    corrected_momentums = momentums / (1 - beta_1**step)
    corrected_cache = cache / (1 - beta_2**step)
    change = learning_rate * corrected_momentums / (np.sqrt(corrected_cache) + epsilon)
    return parameter - change, momentums, cache


def adam_cases(rng):
    def draw(shape, step, learning_rate=0.05, epsilon=1e-7, beta_1=0.9, beta_2=0.999):
        parameter, gradient, momentums, cache = rng.normal(size=(4, *shape))
        return parameter, gradient, momentums, cache**2, step, learning_rate, epsilon, beta_1, beta_2

    parameter, gradient, momentums, cache, _, *others = draw((2, 3), 1)
    return {
        "the weights of a layer": draw((4, 3), 7),
        "the first step": (parameter, gradient, 0 * momentums, 0 * cache, 1, *others),
        "a gradient of 0 at the first step": (parameter, 0 * gradient, 0 * momentums, 0 * cache, 1, *others),
        "gradients as small as epsilon": (parameter, 1e-7 * gradient, 1e-7 * momentums, 1e-14 * cache, 3, *others),
        "a large epsilon": draw((3, 2), 2, 0.02, 1e-2),
        "other betas": draw((1, 5), 40, 0.02, 1e-7, 0.8, 0.99),
    }


def adam_with(correct_momentums=True, correct_cache=True, shift=0, second=None, change_of=None):
    """Adam with one thing changed: corrections left out, steps counted differently, another cache or change."""
    def step(parameter, gradient, momentums, cache, step, learning_rate, epsilon, beta_1, beta_2):
        momentums = beta_1 * momentums + (1 - beta_1) * gradient
        cache = beta_2 * cache + (1 - beta_2) * (second(gradient, momentums) if second else gradient**2)
        first = momentums / (1 - beta_1 ** (step + shift)) if correct_momentums else momentums
        root = np.sqrt(cache / (1 - beta_2 ** (step + shift)) if correct_cache else cache)
        change = change_of(first, root, epsilon, gradient) if change_of else first / (root + epsilon)
        return parameter - learning_rate * change, momentums, cache

    return step


def moving(first, second):
    """Adam with other moving means: first(gradient, momentums, beta_1) and second(gradient, cache, beta_2)."""
    def step(parameter, gradient, momentums, cache, step, learning_rate, epsilon, beta_1, beta_2):
        momentums, cache = first(gradient, momentums, beta_1), second(gradient, cache, beta_2)
        root = np.sqrt(cache / (1 - beta_2**step))
        change = learning_rate * momentums / (1 - beta_1**step) / (root + epsilon)
        return parameter - change, momentums, cache

    return step


def kept_corrected(parameter, gradient, momentums, cache, step, learning_rate, epsilon, beta_1, beta_2):
    changed, momentums, cache = adam_step.reference(parameter, gradient, momentums, cache, step, learning_rate,
                                                    epsilon, beta_1, beta_2)
    return changed, momentums / (1 - beta_1**step), cache / (1 - beta_2**step)


adam_step = Exercise(
    adam_step,
    adam_cases,
    hint="Two moving means, each divided by 1 - beta**step; then the step of RMSprop, with these two in it.",
    returns=("parameter", "momentums", "cache"),
    mistakes={
        "Neither mean is corrected: both start at 0 and are too small at first, so divide by 1 - beta**step.":
            adam_with(correct_momentums=False, correct_cache=False),
        "The momentums are not corrected: divide them by 1 - beta_1**step.":
            adam_with(correct_momentums=False),
        "The cache is not corrected: divide it by 1 - beta_2**step.":
            adam_with(correct_cache=False),
        "The corrections are one step ahead: `step` is 1 at the first step already.":
            adam_with(shift=1),
        "The corrected values are returned: they serve this step only, what is remembered stays uncorrected.":
            kept_corrected,
        "The gradient enters the cache as it is: square it first, or the root meets negative numbers.":
            adam_with(second=lambda gradient, momentums: gradient),
        "The cache squares the momentums: it is a mean of the squared gradients.":
            adam_with(second=lambda gradient, momentums: momentums**2),
        "The step uses the gradient itself: the corrected momentums take its place.":
            adam_with(change_of=lambda first, root, epsilon, gradient: gradient / (root + epsilon)),
        "The root is missing: divide by the root of the corrected cache.":
            adam_with(change_of=lambda first, root, epsilon, gradient: first / (root**2 + epsilon)),
        "epsilon stands inside the root: add it to the root.":
            adam_with(change_of=lambda first, root, epsilon, gradient: first / np.sqrt(root**2 + epsilon)),
        "The parameter climbs: subtract the step.":
            adam_with(change_of=lambda first, root, epsilon, gradient: -first / (root + epsilon)),
        "The new gradient counts in full in both means: weight it, and its square, by 1 - beta.":
            moving(lambda gradient, momentums, beta: beta * momentums + gradient,
                   lambda gradient, cache, beta: beta * cache + gradient**2),
        "The two weights have changed places in both means: beta belongs to the old mean.":
            moving(lambda gradient, momentums, beta: (1 - beta) * momentums + beta * gradient,
                   lambda gradient, cache, beta: (1 - beta) * cache + beta * gradient**2),
        "The betas have changed places: beta_1 belongs to the momentums, beta_2 to the cache.":
            lambda parameter, gradient, momentums, cache, step, learning_rate, epsilon, beta_1, beta_2:
                adam_step.reference(parameter, gradient, momentums, cache, step, learning_rate, epsilon,
                                    beta_2, beta_1),
    },
)
