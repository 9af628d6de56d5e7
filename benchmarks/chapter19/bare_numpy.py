"""The chapter-19 work as one bare NumPy script: what the classes, checks and records of `modules` are measured against.

Nothing here can be read off while it learns: no loss, no accuracy, activations overwritten in place, one network only.
Adam's two memories are sums without their factors (1 - beta), as in `modules.optimizers`.
"""

import common
import numpy as np

#: Every so many steps, numbers too small to matter are set to zero, as in `modules.optimizers`.
CLEANING = 100


def gradients(X, y, parameters):
    """The gradient of the mean cross-entropy for [weights, biases, weights, biases, ...], in the same order."""
    hidden = [X]
    for weights, biases in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        output = X @ weights
        output += biases
        X = np.maximum(output, 0, out=output)
        hidden.append(X)
    dvalues = X @ parameters[-2]
    dvalues += parameters[-1]
    dvalues -= dvalues.max(axis=1, keepdims=True)
    np.exp(dvalues, out=dvalues)
    dvalues /= dvalues.sum(axis=1, keepdims=True)
    dvalues[np.arange(len(y)), y] -= 1
    dvalues /= len(y)
    result = []
    for layer in reversed(range(len(hidden))):
        result += [dvalues.sum(axis=0), hidden[layer].T @ dvalues]
        if layer:
            dvalues = dvalues @ parameters[2 * layer].T
            dvalues *= hidden[layer] > 0
    return result[::-1]


def update(parameter, gradient, momentums, cache, scratch, step):
    momentums *= common.BETA_1
    momentums += gradient
    cache *= common.BETA_2
    cache += np.multiply(gradient, gradient, out=scratch)
    correction = ((1 - common.BETA_2 ** (step + 1)) / (1 - common.BETA_2)) ** 0.5
    np.sqrt(cache, out=scratch)
    scratch += common.EPSILON * correction
    np.divide(momentums, scratch, out=scratch)
    scratch *= common.learning_rate(step) * correction * (1 - common.BETA_1) / (1 - common.BETA_1 ** (step + 1))
    parameter -= scratch
    if step % CLEANING == 0:
        for array in (parameter, momentums, cache):
            array[np.abs(array, out=scratch) < 1e-31] = 0


def main():
    arguments = common.parse_arguments()
    X, y = common.load(arguments)
    parameters = [array for pair in common.first_parameters() for array in pair]
    momentums, caches, scratch = ([np.zeros_like(array) for array in parameters] for _ in range(3))
    steps = 0

    def train(epochs):
        nonlocal steps
        for _ in range(epochs):
            for start in range(0, len(X), common.BATCH):
                batch = slice(start, start + common.BATCH)
                for arrays in zip(parameters, gradients(X[batch], y[batch], parameters), momentums, caches, scratch,
                                  strict=True):
                    update(*arrays, steps)
                steps += 1

    common.measure_training(arguments, train, lambda: list(zip(parameters[::2], parameters[1::2], strict=True)))


if __name__ == "__main__":
    main()
