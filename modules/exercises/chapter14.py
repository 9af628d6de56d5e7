"""Exercises of chapter 14, regularization: the penalty of a layer, its gradient, a step of weight decay."""

import numpy as np

from modules.exercises.exercise import Exercise


def regularization_loss(weights, biases, l1, l2):
    """The penalty on weights and biases: l1 times their absolute values plus l2 times their squares, summed."""
    return sum(l1 * np.sum(np.abs(parameter)) + l2 * np.sum(parameter**2) for parameter in (weights, biases))


def loss_cases(rng):
    def draw(n_inputs, n_neurons, l1, l2):
        return rng.normal(size=(n_inputs, n_neurons)), rng.normal(size=(1, n_neurons)), l1, l2

    return {
        "L1 and L2 together": draw(3, 4, 0.1, 0.05),
        "L1 alone": draw(2, 5, 0.2, 0.0),
        "L2 alone": draw(4, 2, 0.0, 0.3),
        "a single neuron": draw(3, 1, 0.02, 0.5),
        "biases of 0": (rng.normal(size=(2, 3)), np.zeros((1, 3)), 0.3, 0.1),
        "no penalty": draw(3, 3, 0.0, 0.0),
    }


def penalties(of_l1, of_l2):
    """A loss whose two parts are computed differently, each from one parameter."""
    return lambda weights, biases, l1, l2: sum(l1 * of_l1(parameter) + l2 * of_l2(parameter)
                                               for parameter in (weights, biases))


def absolute(parameter):
    return np.sum(np.abs(parameter))


def squared(parameter):
    return np.sum(parameter**2)


regularization_loss = Exercise(
    regularization_loss,
    loss_cases,
    hint="Four sums: absolute values and squares, of the weights and of the biases. Which factor belongs to which?",
    mistakes={
        "The biases are missing: here they are penalised like the weights.":
            lambda weights, biases, l1, l2: l1 * absolute(weights) + l2 * squared(weights),
        "For L1 the weights are summed with their signs, so that they cancel: take absolute values first.":
            penalties(np.sum, squared),
        "For L1 the sum comes first and the absolute value last: signs have cancelled by then.":
            penalties(lambda parameter: abs(np.sum(parameter)), squared),
        "For L2 the sum comes first and the square last: square each entry, then add up.":
            penalties(absolute, lambda parameter: np.sum(parameter) ** 2),
        "These are means: a penalty is the sum, so that a larger layer pays more.":
            penalties(lambda parameter: np.mean(np.abs(parameter)), lambda parameter: np.mean(parameter**2)),
        "The L2 part takes the root of the sum, the length of the vector: use its square.":
            penalties(absolute, lambda parameter: np.sqrt(np.sum(parameter**2))),
        "The L2 part is halved, as some write it: here it is the plain sum of squares.":
            penalties(absolute, lambda parameter: np.sum(parameter**2) / 2),
        "l1 and l2 have changed places: l1 belongs to the absolute values.":
            lambda weights, biases, l1, l2: penalties(absolute, squared)(weights, biases, l2, l1),
        "Only one part counts where both factors are set: does a `return` after L1 come before L2?":
            lambda weights, biases, l1, l2: (l1 * (absolute(weights) + absolute(biases)) if l1 > 0
                                             else l2 * (squared(weights) + squared(biases))),
        "The L1 part is overwritten where both factors are set: add the L2 part with +=.":
            lambda weights, biases, l1, l2: (l2 * (squared(weights) + squared(biases)) if l2 > 0
                                             else l1 * (absolute(weights) + absolute(biases))),
        "The biases are missing from the L1 part.":
            lambda weights, biases, l1, l2: l1 * absolute(weights) + l2 * (squared(weights) + squared(biases)),
        "The biases are missing from the L2 part.":
            lambda weights, biases, l1, l2: l1 * (absolute(weights) + absolute(biases)) + l2 * squared(weights),
        "L1 takes the weights and L2 the biases here: each array pays both.":
            lambda weights, biases, l1, l2: l1 * absolute(weights) + l2 * squared(biases),
        "l2 is squared along with the entries: square first, then multiply.":
            lambda weights, biases, l1, l2: penalties(absolute, squared)(weights, biases, l1, l2**2),
    },
)


def regularized_gradient(gradient, parameter, l1, l2):
    """The gradient of data loss plus penalty by one parameter, from the gradient of the data loss."""
    return gradient + l1 * np.sign(parameter) + 2 * l2 * parameter


def gradient_cases(rng):
    def draw(shape, l1, l2):
        return *rng.normal(size=(2, *shape)), l1, l2

    zeros = rng.normal(size=(3, 4))
    zeros[1:] = 0.0
    return {
        "L1 and L2 together": draw((3, 4), 0.1, 0.05),
        "L1 alone": draw((2, 5), 0.2, 0.0),
        "L2 alone": draw((4, 2), 0.0, 0.3),
        "biases that are still 0": (rng.normal(size=(1, 5)), np.zeros((1, 5)), 0.3, 0.1),
        "weights, some of them exactly 0": (rng.normal(size=(3, 4)), zeros, 0.3, 0.1),
        "no penalty": draw((1, 3), 0.0, 0.0),
    }


def with_part(part):
    """The gradient with another penalty, from (parameter, l1, l2)."""
    return lambda gradient, parameter, l1, l2: gradient + part(parameter, l1, l2)


regularized_gradient = Exercise(
    regularized_gradient,
    gradient_cases,
    hint="Three parts are added: what the data say, the slope of l1 * abs(w), the slope of l2 * w**2.",
    mistakes={
        "A parameter of exactly 0 gets the slope 1 from L1: we take 0 there, as np.sign does.":
            with_part(lambda parameter, l1, l2: l1 * np.where(parameter >= 0, 1, -1) + 2 * l2 * parameter),
        "A parameter of exactly 0 gets the slope -1 from L1: we take 0 there, as np.sign does.":
            with_part(lambda parameter, l1, l2: l1 * np.where(parameter > 0, 1, -1) + 2 * l2 * parameter),
        "The factor 2 is missing: the derivative of w**2 is 2 * w.":
            with_part(lambda parameter, l1, l2: l1 * np.sign(parameter) + l2 * parameter),
        "The L2 part is the penalty itself, squares and all: use its slope.":
            with_part(lambda parameter, l1, l2: l1 * np.sign(parameter) + l2 * parameter**2),
        "The L1 part is the penalty itself, absolute values: use its slope, which depends only on the sign.":
            with_part(lambda parameter, l1, l2: l1 * np.abs(parameter) + 2 * l2 * parameter),
        "The L1 part is 1 for all: a negative weight gets larger in size when it falls, so its slope is -1.":
            with_part(lambda parameter, l1, l2: l1 + 2 * l2 * parameter),
        "The penalty is subtracted from the gradient: it is part of the loss, so the slopes add.":
            with_part(lambda parameter, l1, l2: -l1 * np.sign(parameter) - 2 * l2 * parameter),
        "What the data say is missing: the penalty is added to that gradient, it does not replace it.":
            lambda gradient, parameter, l1, l2: l1 * np.sign(parameter) + 2 * l2 * parameter,
        "l1 and l2 have changed places: l1 belongs to the sign.":
            with_part(lambda parameter, l1, l2: l2 * np.sign(parameter) + 2 * l1 * parameter),
        "w / |w| is 0 / 0 at 0: np.sign knows the answer there.":
            with_part(lambda parameter, l1, l2: l1 * parameter / np.abs(parameter) + 2 * l2 * parameter),
        "The L1 part has the wrong sign: a positive weight that grows costs more, so its slope is +l1.":
            with_part(lambda parameter, l1, l2: -l1 * np.sign(parameter) + 2 * l2 * parameter),
        "The L2 part has the wrong sign: the slope of l2 * w**2 is 2 * l2 * w.":
            with_part(lambda parameter, l1, l2: l1 * np.sign(parameter) - 2 * l2 * parameter),
        "The L2 part is missing: its slope is 2 * l2 * w.":
            with_part(lambda parameter, l1, l2: l1 * np.sign(parameter)),
        "The L1 part is missing: its slope is l1 times the sign.":
            with_part(lambda parameter, l1, l2: 2 * l2 * parameter),
        "The sign is the gradient's: the penalty needs the parameter's.":
            lambda gradient, parameter, l1, l2: gradient + l1 * np.sign(gradient) + 2 * l2 * parameter,
    },
)


def decay_step(parameter, gradient, learning_rate, l2):
    """A step of gradient descent on data loss plus l2 * sum(parameter**2), written as weight decay."""
    return (1 - 2 * learning_rate * l2) * parameter - learning_rate * gradient


def decay_cases(rng):
    def draw(shape, learning_rate, l2):
        return *rng.normal(size=(2, *shape)), learning_rate, l2

    return {
        "the weights of a layer": draw((3, 4), 0.1, 0.5),
        "no penalty": draw((2, 3), 0.2, 0.0),
        "a single row of biases": draw((1, 5), 0.5, 0.05),
        "no gradient from the data": (rng.normal(size=(2, 2)), np.zeros((2, 2)), 0.1, 0.3),
        "a strong penalty": draw((2, 3), 0.4, 1.5),
    }


decay_step = Exercise(
    decay_step,
    decay_cases,
    hint="Write the plain step with gradient + 2 * l2 * w, and collect everything that multiplies w.",
    mistakes={
        "The factor 2 is missing: the slope of l2 * w**2 is 2 * l2 * w.":
            lambda parameter, gradient, learning_rate, l2:
                (1 - learning_rate * l2) * parameter - learning_rate * gradient,
        "The learning rate is missing from the decay: the penalty's slope is part of the gradient.":
            lambda parameter, gradient, learning_rate, l2: (1 - 2 * l2) * parameter - learning_rate * gradient,
        "The learning rate is missing in front of the data's gradient.":
            lambda parameter, gradient, learning_rate, l2: (1 - 2 * learning_rate * l2) * parameter - gradient,
        "The parameter climbs the data's gradient: subtract it.":
            lambda parameter, gradient, learning_rate, l2:
                (1 - 2 * learning_rate * l2) * parameter + learning_rate * gradient,
        "The weight grows by its share: the penalty makes it smaller.":
            lambda parameter, gradient, learning_rate, l2:
                (1 + 2 * learning_rate * l2) * parameter - learning_rate * gradient,
        "The step from the data is decayed as well: only the old parameter shrinks.":
            lambda parameter, gradient, learning_rate, l2:
                (1 - 2 * learning_rate * l2) * (parameter - learning_rate * gradient),
        "A fixed amount is taken off, as L1 does: L2 takes a fixed share.":
            lambda parameter, gradient, learning_rate, l2:
                parameter - 2 * learning_rate * l2 * np.sign(parameter) - learning_rate * gradient,
        "Nothing decays here: what multiplies the old parameter is 1, less a share.":
            lambda parameter, gradient, learning_rate, l2: parameter - learning_rate * gradient,
        "This is the step alone: add the old parameter.":
            lambda parameter, gradient, learning_rate, l2: -learning_rate * (gradient + 2 * l2 * parameter),
        "Both the 2 and the learning rate are missing from the decay.":
            lambda parameter, gradient, learning_rate, l2: (1 - l2) * parameter - learning_rate * gradient,
    },
)
