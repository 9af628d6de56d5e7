"""The chapter-19 work in the style in which such networks are usually published.

Each habit is natural and costs something: weights in float64 that meet float32 pictures, a new array for every
intermediate result, an input gradient for the pictures, one-hot labels made for the gradient, loss and accuracy
of every step, and Adam as its formula is printed. The arithmetic is the same as in all the others. The book's own
scripts share most of these habits, but not the first: `nnfs.init()` makes their arrays float32, and lets `np.dot`
convert them to float64 and back.
"""

import common
import numpy as np


class Dense:
    """A dense layer that keeps copies of what it needs and its own memory for Adam."""

    def __init__(self, weights, biases):
        self.weights = weights.astype(np.float64)
        self.biases = biases.reshape(1, -1).astype(np.float64)
        self.memory = {name: (np.zeros_like(array), np.zeros_like(array))
                       for name, array in (("weights", self.weights), ("biases", self.biases))}

    def forward(self, inputs):
        self.inputs = inputs
        return np.dot(inputs, self.weights) + self.biases

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        return np.dot(dvalues, self.weights.T)

    def update(self, step):
        for name in ("weights", "biases"):
            gradient = getattr(self, "d" + name)
            momentum, cache = self.memory[name]
            momentum = common.BETA_1 * momentum + (1 - common.BETA_1) * gradient
            cache = common.BETA_2 * cache + (1 - common.BETA_2) * gradient ** 2
            self.memory[name] = momentum, cache
            corrected_momentum = momentum / (1 - common.BETA_1 ** (step + 1))
            corrected_cache = cache / (1 - common.BETA_2 ** (step + 1))
            change = common.learning_rate(step) * corrected_momentum / (np.sqrt(corrected_cache) + common.EPSILON)
            setattr(self, name, getattr(self, name) - change)


def relu_backward(outputs, dvalues):
    dinputs = dvalues.copy()
    dinputs[outputs <= 0] = 0
    return dinputs


def softmax(scores):
    exponentials = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=1, keepdims=True)


def loss_and_accuracy(probabilities, y):
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    loss = np.mean(-np.log(clipped[range(len(y)), y]))
    return loss, np.mean(np.argmax(probabilities, axis=1) == y)


def train_step(layers, X, y, step):
    outputs = [X]
    for layer in layers[:-1]:
        outputs.append(np.maximum(0, layer.forward(outputs[-1])))
    probabilities = softmax(layers[-1].forward(outputs[-1]))
    result = loss_and_accuracy(probabilities, y)
    dvalues = (probabilities - np.eye(probabilities.shape[1])[y]) / len(y)
    dvalues = layers[-1].backward(dvalues)
    for layer, output in zip(layers[-2::-1], outputs[:0:-1], strict=True):
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
