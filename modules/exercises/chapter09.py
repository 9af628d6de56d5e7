"""Exercises of chapter 9, backpropagation: a neuron, a layer, ReLU, cross-entropy, softmax, both together."""

import numpy as np

from modules.exercises.exercise import Exercise


def neuron_gradients(x, w, b):
    """Gradients of y = max(0, w . x + b) by the inputs x, the weights w and the bias b, for one neuron."""
    z = np.sum(w * x) + b
    dz = 1.0 if z > 0 else 0.0
    return dz * w, dz * x, dz


def neuron_cases(rng):
    x, w = rng.normal(size=4), rng.normal(size=4)
    z = np.sum(w * x)
    return {
        "the neuron of the book": (np.array([1.0, -2.0, 3.0]), np.array([-3.0, -1.0, 2.0]), 1.0),
        "a neuron that fires": (x, w, 1.0 - z),
        "a silent neuron": (x, w, -0.5 - z),
        "a neuron that fires by its bias alone": (-x, w, 0.5 + z),
        "a neuron silenced by its bias": (np.array([1.0, 2.0]), np.array([2.0, 1.0]), -5.0),
        "a neuron exactly at 0": (np.array([1.0, 2.0]), np.array([3.0, -2.0]), 1.0),
        "a neuron just above 0": (np.array([3.0, 2.0]), np.array([1.0, 1.0]), -4.0),
        "a bias larger than the rest": (np.array([1.0, 2.0]), np.array([2.0, 1.0]), 5.0),
    }


def fires(z):
    return float(z > 0)


neuron_gradients = Exercise(
    neuron_gradients,
    neuron_cases,
    hint="Go backwards: how does y change with z, and how does z change with an input, a weight, the bias?",
    returns=("dx", "dw", "db"),
    mistakes={
        "`dx` and `dw` have changed places: a product's derivative by one factor is the other factor.":
            lambda x, w, b: (fires(w @ x + b) * x, fires(w @ x + b) * w, fires(w @ x + b)),
        "The ReLU is missing: where z is not positive the neuron is silent, and no gradient flows back.":
            lambda x, w, b: (w, x, 1.0),
        "The bias is missing from z: it takes part in the decision whether the neuron fires.":
            lambda x, w, b: (fires(w @ x) * w, fires(w @ x) * x, fires(w @ x)),
        "The bias is subtracted: z is w . x + b.":
            lambda x, w, b: (fires(w @ x - b) * w, fires(w @ x - b) * x, fires(w @ x - b)),
        "The slope of ReLU is 1 or 0, but here its output is multiplied in.":
            lambda x, w, b: (max(0.0, w @ x + b) * w, max(0.0, w @ x + b) * x, max(0.0, w @ x + b)),
        "ReLU looks at z, one number for the whole neuron, not at each input by itself.":
            lambda x, w, b: (w * (x > 0), x * (x > 0), fires(w @ x + b)),
        "`db` is not the bias: z contains b once, so ask how much z grows when b grows by 1.":
            lambda x, w, b: (fires(w @ x + b) * w, fires(w @ x + b) * x, fires(w @ x + b) * b),
        "A z of exactly 0 lets the gradient pass: the book, and we, take the slope there to be 0.":
            lambda x, w, b: (float(x @ w + b >= 0) * w, float(x @ w + b >= 0) * x, float(x @ w + b >= 0)),
        "`db` is always 1: where the neuron is silent, nothing reaches the bias either.":
            lambda x, w, b: (fires(w @ x + b) * w, fires(w @ x + b) * x, 1.0),
        "A silent neuron has gradients too: zeros, as many in `dx` and `dw` as there are inputs.":
            lambda x, w, b: (w, x, 1.0) if x @ w + b > 0 else (0.0, 0.0, 0.0),
    },
)


def dense_backward(dvalues, inputs, weights):
    """Gradients of inputs @ weights + biases by all three, each in the shape of what it belongs to."""
    dinputs = dvalues @ weights.T
    dweights = inputs.T @ dvalues
    dbiases = np.sum(dvalues, axis=0, keepdims=True)
    return dinputs, dweights, dbiases


def dense_cases(rng):
    shapes = {"five samples": (5, 3, 2), "a single sample": (1, 4, 3), "a square layer": (4, 3, 3)}
    return {
        label: (rng.normal(size=(samples, neurons)), rng.normal(size=(samples, n_inputs)),
                rng.normal(size=(n_inputs, neurons)))
        for label, (samples, n_inputs, neurons) in shapes.items()
    }


def wrong_dense(dinputs=None, dweights=None, dbiases=None):
    """The right three gradients, except those for which a function of (dvalues, inputs, weights) is given."""
    def backward(*arguments):
        wrong, right = (dinputs, dweights, dbiases), dense_backward.reference(*arguments)
        return tuple(other(*arguments) if other else value for other, value in zip(wrong, right, strict=True))

    return backward


dense_backward = Exercise(
    dense_backward,
    dense_cases,
    hint="Each gradient has the shape of what it belongs to: which order and which transpose make it so?",
    returns=("dinputs", "dweights", "dbiases"),
    mistakes={
        "Only the last sample is left in `dweights` and `dbiases`: what the samples give is added up.":
            wrong_dense(dweights=lambda dvalues, inputs, weights: np.outer(inputs[-1], dvalues[-1]),
                        dbiases=lambda dvalues, inputs, weights: dvalues[-1:]),
        "The layer averages over the samples: the loss has already divided by their number, so add here.":
            wrong_dense(dweights=lambda dvalues, inputs, weights: inputs.T @ dvalues / len(inputs),
                        dbiases=lambda dvalues, inputs, weights: dvalues.mean(axis=0, keepdims=True)),
        "`dweights` is transposed: like the weights, it has a row for each input, a column for each neuron.":
            wrong_dense(dweights=lambda dvalues, inputs, weights: dvalues.T @ inputs),
        "`dbiases` is summed along the wrong axis: a neuron has one bias, so the samples have to disappear.":
            wrong_dense(dbiases=lambda dvalues, inputs, weights: dvalues.sum(axis=1, keepdims=True)),
        "`dbiases` has lost its row: the biases have shape (1, neurons), and so has their gradient.":
            wrong_dense(dbiases=lambda dvalues, inputs, weights: dvalues.sum(axis=0)),
        "`dinputs` is not the inputs: it says how the loss changes with them, by way of the weights.":
            wrong_dense(dinputs=lambda dvalues, inputs, weights: inputs),
    },
)


def relu_backward(dvalues, inputs):
    """Gradient of max(0, inputs) by the inputs: what comes from above, where the input was positive."""
    return dvalues * (inputs > 0)


def relu_cases(rng):
    zeros = rng.normal(size=(4, 3))
    zeros[1:3] = 0.0
    return {
        "five samples": (rng.normal(size=(5, 3)), rng.normal(size=(5, 3))),
        "a single sample": (rng.normal(size=(1, 4)), rng.normal(size=(1, 4))),
        "inputs of exactly 0": (rng.normal(size=(4, 3)), zeros),
        "nothing but negative inputs": (rng.normal(size=(2, 3)), -1.0 - rng.random((2, 3))),
    }


relu_backward = Exercise(
    relu_backward,
    relu_cases,
    hint="The slope of ReLU is 1 for a positive input and 0 otherwise. Which array holds the inputs?",
    mistakes={
        "The mask is lost: where the input was not positive, ReLU is flat, and nothing may pass.":
            lambda dvalues, inputs: dvalues,
        "An input of exactly 0 lets the gradient pass: the book, and we, take the slope there to be 0.":
            lambda dvalues, inputs: dvalues * (inputs >= 0),
        "The mask uses the sign of the gradient: it is the sign of the inputs that decides.":
            lambda dvalues, inputs: np.maximum(0, dvalues),
        "The mask is the wrong way round: it is the positive inputs that let the gradient pass.":
            lambda dvalues, inputs: dvalues * (inputs <= 0),
        "The slope of ReLU is 1 or 0, but here its output is multiplied in.":
            lambda dvalues, inputs: dvalues * np.maximum(0, inputs),
        "This is the slope of ReLU alone: the chain rule multiplies it by what comes from above.":
            lambda dvalues, inputs: inputs > 0,
        "This is the output of ReLU: return the gradient, dvalues where the input was positive.":
            lambda dvalues, inputs: np.maximum(0, inputs),
        "The negative entries of dvalues are lost as well: only the inputs decide.":
            lambda dvalues, inputs: np.maximum(0, dvalues) * (inputs > 0),
    },
)


def label_cases(rng):
    """Probabilities and class numbers: shared and distinct classes, samples surely right or surely wrong."""
    def draw(samples, classes):
        return rng.dirichlet(np.ones(classes), size=samples), rng.integers(classes, size=samples)

    return {
        "five samples": draw(5, 3),
        "a single sample": draw(1, 4),
        "more classes than samples": draw(2, 6),
        "as many samples as classes": (draw(3, 3)[0], np.array([1, 2, 0])),
        "a network that is certain": (np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]]), np.array([1, 1, 0])),
    }


def one_hot(y_true, probabilities):
    return np.eye(probabilities.shape[1])[y_true]


def slope_of_logarithm(probabilities, y_true):
    return -one_hot(y_true, probabilities) / np.clip(probabilities, 1e-7, 1 - 1e-7)


def crossentropy_backward(probabilities, y_true):
    """Gradient of the mean of -log(probability of the true class) by the probabilities; y_true: class numbers.

    The probabilities are clipped to [1e-7, 1 - 1e-7], as in the forward pass.
    """
    samples, classes = probabilities.shape
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return -np.eye(classes)[y_true] / clipped / samples


crossentropy_backward = Exercise(
    crossentropy_backward,
    label_cases,
    hint="The derivative of -log(p) is -1 / p, for the true class only. And what does the mean contribute?",
    mistakes={
        "The division by the number of samples is missing: the loss is a mean over them.":
            slope_of_logarithm,
        "Divided by the number of classes: the loss is a mean over the samples.":
            lambda probabilities, y_true: slope_of_logarithm(probabilities, y_true) / probabilities.shape[1],
        "The sign is reversed: a larger probability of the true class makes the loss smaller.":
            lambda probabilities, y_true: -slope_of_logarithm(probabilities, y_true) / len(y_true),
        "Every class gets a gradient, but the loss contains the probability of the true class only.":
            lambda probabilities, y_true: -1 / np.clip(probabilities, 1e-7, 1 - 1e-7) / len(y_true),
        "A probability of 0 makes the gradient infinite: clip backward as the loss clips forward.":
            lambda probabilities, y_true: -one_hot(y_true, probabilities) / probabilities / len(y_true),
        "This is the gradient of softmax and loss together: return that of the loss alone.":
            lambda probabilities, y_true: (probabilities - one_hot(y_true, probabilities)) / len(y_true),
        "These are the entries of the true classes alone: the gradient has the probabilities' shape, 0 elsewhere.":
            lambda probabilities, y_true:
                slope_of_logarithm(probabilities, y_true)[np.arange(len(y_true)), y_true] / len(y_true),
        "Whole columns are filled: each sample has its own true class, so pair row and column.":
            lambda probabilities, y_true: one_hot(y_true, probabilities).max(axis=0)
            * -1 / np.clip(probabilities, 1e-7, 1 - 1e-7) / len(y_true),
        "A probability of 0 makes the gradient of its true class infinite: clip backward as the loss clips forward.":
            lambda probabilities, y_true:
                np.where(one_hot(y_true, probabilities) == 1, -1 / probabilities / len(y_true), 0),
    },
)


def softmax_backward(dvalues, output):
    """Gradient of softmax by its inputs, from its output: its Jacobian times dvalues, sample by sample."""
    weighted = np.sum(dvalues * output, axis=1, keepdims=True)
    return output * (dvalues - weighted)


def softmax_cases(rng):
    def draw(samples, classes):
        return rng.normal(size=(samples, classes)), rng.dirichlet(np.ones(classes), size=samples)

    return {
        "five samples": draw(5, 3),
        "a single sample": draw(1, 4),
        "as many samples as classes": draw(3, 3),
        "the probabilities .7, .1, .2": (np.array([[1.0, 0.0, -2.0]]), np.array([[0.7, 0.1, 0.2]])),
    }


softmax_backward = Exercise(
    softmax_backward,
    softmax_cases,
    hint="Write entry i of the Jacobian times dvalues as a sum: what do all its terms share, and what is left?",
    mistakes={
        "Only the diagonal of the Jacobian is used: each output depends on every input, not only on its own.":
            lambda dvalues, output: dvalues * output * (1 - output),
        "The part off the diagonal is missing: raising one input takes probability from all others.":
            lambda dvalues, output: dvalues * output,
        "The two parts of the Jacobian are added: subtract the outer product of the output.":
            lambda dvalues, output: output * (dvalues + np.sum(dvalues * output, axis=1, keepdims=True)),
        "The sum runs over the samples: each sample has its own Jacobian, so sum over its classes.":
            lambda dvalues, output: output * (dvalues - np.sum(dvalues * output, axis=0, keepdims=True)),
        "The sum takes dvalues as they are: each belongs to an output, and counts as much as that output.":
            lambda dvalues, output: output * (dvalues - np.sum(dvalues, axis=1, keepdims=True)),
        "A factor is lost: both parts of row i of the Jacobian contain output i.":
            lambda dvalues, output: dvalues - np.sum(dvalues * output, axis=1, keepdims=True),
        "The output multiplies dvalues alone: it belongs to both parts, so put the difference in parentheses.":
            lambda dvalues, output: output * dvalues - np.sum(dvalues * output, axis=1, keepdims=True),
        "One sum is taken over the whole batch: each sample has its own, so sum along axis 1.":
            lambda dvalues, output: output * (dvalues - np.sum(dvalues * output)),
        "The mean over the classes is taken: a Jacobian times dvalues sums over them.":
            lambda dvalues, output: output * (dvalues - np.mean(dvalues * output, axis=1, keepdims=True)),
        "The diagonal is missing: where i = j, add S_i to `-S_i S_j`.":
            lambda dvalues, output: -output * np.sum(dvalues * output, axis=1, keepdims=True),
        "These are the Jacobians: multiply each by its row of dvalues.":
            lambda dvalues, output: np.array([np.diag(row) - np.outer(row, row) for row in output]),
    },
)


def fused_backward(probabilities, y_true):
    """Gradient of softmax and mean cross-entropy together by the inputs of softmax; y_true: class numbers."""
    samples = len(probabilities)
    dinputs = probabilities.copy()
    dinputs[np.arange(samples), y_true] -= 1
    return dinputs / samples


def whole_columns(probabilities, y_true):
    dinputs = probabilities.copy()
    dinputs[:, y_true] -= 1
    return dinputs / len(y_true)


def in_two_steps(probabilities, y_true):
    return softmax_backward.reference(crossentropy_backward.reference(probabilities, y_true), probabilities)


fused_backward = Exercise(
    fused_backward,
    label_cases,
    hint="Multiply the Jacobian of softmax by -1 / p of the true class: nearly everything cancels.",
    mistakes={
        "The division by the number of samples is missing: the loss is a mean over them.":
            lambda probabilities, y_true: probabilities - one_hot(y_true, probabilities),
        "Divided by the number of classes: the loss is a mean over the samples.":
            lambda probabilities, y_true:
                (probabilities - one_hot(y_true, probabilities)) / probabilities.shape[1],
        "The sign is reversed: the true class should be pushed up, so its gradient is negative.":
            lambda probabilities, y_true: (one_hot(y_true, probabilities) - probabilities) / len(y_true),
        "The 1 is subtracted from whole columns: each sample has its own true class, so pair row and column.":
            whole_columns,
        "The labels are missing: the gradient is what was predicted minus what is true.":
            lambda probabilities, y_true: probabilities / len(y_true),
        "This is the gradient of the loss alone: it still has to go through softmax.":
            lambda probabilities, y_true: slope_of_logarithm(probabilities, y_true) / len(y_true),
        "In two steps a true class of probability 0 gets no gradient: write down what is left after cancelling.":
            in_two_steps,
        "The 1 is subtracted after the division, and so counts in full: divide the whole difference.":
            lambda probabilities, y_true: probabilities / len(y_true) - one_hot(y_true, probabilities),
        "Only the 1 is divided by the number of samples: divide the whole difference.":
            lambda probabilities, y_true: probabilities - one_hot(y_true, probabilities) / len(y_true),
        "The true class is set to -1: subtract 1 from what is there.":
            lambda probabilities, y_true:
                np.where(one_hot(y_true, probabilities) == 1, -1, probabilities) / len(y_true),
        "Only the true class gets a gradient: the scores of the others lower its probability too.":
            lambda probabilities, y_true: (probabilities - 1) * one_hot(y_true, probabilities) / len(y_true),
    },
)
