"""The chapter-19 work in the style in which the book publishes it.

Each habit is natural and costs something: `nnfs.init()` makes the arrays float32 and lets `np.dot` convert them to
float64 and back; every intermediate result is a new array; the pictures get an input gradient; ReLU's gradient is a
copy with zeros written into it; loss and accuracy are there after every step; and Adam goes through its formulas one
by one, for weights and biases together, so that what each has made lives until the update is done. The arithmetic is
the same as in all the others, except for the precision of the products.
"""

import common
import numpy as np


def dot(left, right):
    """The product as `nnfs.init()` makes NumPy compute it, so that it comes out alike on every machine."""
    return np.dot(left.astype(np.float64), right.astype(np.float64)).astype(np.float32)


class Dense:
    """A dense layer that keeps what it needs, all that it has computed, and its own memory for Adam."""

    def __init__(self, weights, biases):
        self.parameters = self.weights, self.biases = weights, biases.reshape(1, -1)
        self.momentums, self.caches = ([np.zeros_like(array) for array in self.parameters] for _ in range(2))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = dot(inputs, self.weights) + self.biases
        return self.output

    def backward(self, dvalues):
        self.dweights = dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = dot(dvalues, self.weights.T)
        return self.dinputs

    def update(self, step):
        gradients = self.dweights, self.dbiases
        self.momentums = [common.BETA_1 * momentum + (1 - common.BETA_1) * gradient
                          for momentum, gradient in zip(self.momentums, gradients, strict=True)]
        corrected_momentums = [momentum / (1 - common.BETA_1 ** (step + 1)) for momentum in self.momentums]
        self.caches = [common.BETA_2 * cache + (1 - common.BETA_2) * gradient ** 2
                       for cache, gradient in zip(self.caches, gradients, strict=True)]
        corrected_caches = [cache / (1 - common.BETA_2 ** (step + 1)) for cache in self.caches]
        for parameter, momentum, cache in zip(self.parameters, corrected_momentums, corrected_caches, strict=True):
            parameter += -common.learning_rate(step) * momentum / (np.sqrt(cache) + common.EPSILON)


def relu_backward(inputs, dvalues):
    dinputs = dvalues.copy()
    dinputs[inputs <= 0] = 0
    return dinputs


def softmax(scores):
    exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=1, keepdims=True)


def loss_and_accuracy(probabilities, y):
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    loss = np.mean(-np.log(clipped[range(len(y)), y]))
    return loss, np.mean(np.argmax(probabilities, axis=1) == y)


def softmax_loss_backward(probabilities, y):
    dvalues = probabilities.copy()
    dvalues[range(len(y)), y] -= 1
    return dvalues / len(y)


def train_step(layers, X, y, step):
    outputs = [layers[0].forward(X)]
    for layer in layers[1:]:
        outputs.append(layer.forward(np.maximum(0, outputs[-1])))
    probabilities = softmax(outputs.pop())
    result = loss_and_accuracy(probabilities, y)
    dvalues = layers[-1].backward(softmax_loss_backward(probabilities, y))
    for layer, output in zip(layers[-2::-1], outputs[::-1], strict=True):
        dvalues = layer.backward(relu_backward(output, dvalues))
    for layer in layers:
        layer.update(step)
    return result


def main():
    arguments = common.parse_arguments()
    X, y = common.load(arguments)
    layers = [Dense(weights, biases) for weights, biases in common.first_parameters()]
    steps = 0

    def train(epochs):
        nonlocal steps
        for _ in range(epochs):
            for start in range(0, len(X), common.BATCH):
                train_step(layers, X[start:start + common.BATCH], y[start:start + common.BATCH], steps)
                steps += 1

    common.measure_training(arguments, train, lambda: [(layer.weights, layer.biases.ravel()) for layer in layers])


if __name__ == "__main__":
    main()
