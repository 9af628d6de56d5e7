"""The matrix products of a training step and nothing else: what no implementation on NumPy can do without.

For three dense layers there are eight: three outputs, three weight gradients, and two input gradients, for
nobody needs the gradient of the pictures. Results go into arrays that exist already.
"""

import common
import numpy as np


def products_of_a_step(X, weights, hidden, outputs, dweights):
    """The eight products for one batch; the values in `hidden` and `outputs` stand for gradients as well."""
    for layer, inputs in enumerate((X, *hidden)):
        np.matmul(inputs, weights[layer], out=outputs[layer])
    for layer, inputs in reversed(list(enumerate((X, *hidden)))):
        np.matmul(inputs.T, outputs[layer], out=dweights[layer])
        if layer:
            np.matmul(outputs[layer], weights[layer].T, out=hidden[layer - 1])


def main():
    arguments = common.parse_arguments()
    X, _ = common.load(arguments)
    weights = [weights for weights, _ in common.first_parameters()]
    dweights = [np.empty_like(matrix) for matrix in weights]
    buffers = {}
    for rows in {common.BATCH, len(X) % common.BATCH or common.BATCH}:
        outputs = [np.zeros((rows, matrix.shape[1]), np.float32) for matrix in weights]
        buffers[rows] = [np.zeros_like(output) for output in outputs[:-1]], outputs

    def train(epochs):
        for _ in range(epochs):
            for start in range(0, len(X), common.BATCH):
                batch = X[start:start + common.BATCH]
                products_of_a_step(batch, weights, *buffers[len(batch)], dweights)

    common.measure_training(arguments, train)


if __name__ == "__main__":
    main()
