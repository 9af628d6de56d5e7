"""One training step of the 6-50-50-2 network on lists: index loops against the package, interleaved, medians.

Run with `python benchmarks/pure_python_step.py` from the repository. It needs nothing but the standard library, so any
Python from 3.11 on will do; from 3.12 on `math.sumprod` makes the difference larger.
"""

import math
import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from modules.pure_python.activations import Activation, relu, sigmoid, tanh  # noqa: E402
from modules.pure_python.mlp import MLP, halves  # noqa: E402
from modules.pure_python.training import train_step  # noqa: E402

SIZES = (6, 50, 50, 2)
LEARNING_RATE = 0.1
ROUNDS = 40
STEPS_IN_A_ROUND = 10
OURS = "modules.pure_python"


class IndexLoops:
    """The same formulas and matrix functions, each written the way one first would: an index for every number.

    Vectors are matrices of one column, as they are in most libraries of this kind.
    """

    def __init__(self, network: MLP):
        self.weights = [[list(row) for row in layer.weights] for layer in network.layers]
        self.biases = [[[bias] for bias in layer.biases] for layer in network.layers]
        self.activations = [layer.activation for layer in network.layers]

    def train_step(self, inputs, targets):
        """One step downhill; returns the loss before it."""
        outputs = [[[number] for number in inputs]]
        for weights, biases, activation in zip(self.weights, self.biases, self.activations, strict=True):
            outputs.append(apply(activation.function, add(product(weights, outputs[-1]), biases)))
        difference = subtract(outputs[-1], [[target] for target in targets])
        doutput = scale(2 / len(targets), difference)
        for k in range(len(self.weights) - 1, -1, -1):
            dz = multiply(doutput, apply(self.activations[k].derivative, outputs[k + 1]))
            dweights = product(dz, transpose(outputs[k]))
            doutput = product(transpose(self.weights[k]), dz)
            self.weights[k] = subtract(self.weights[k], scale(LEARNING_RATE, dweights))
            self.biases[k] = subtract(self.biases[k], scale(LEARNING_RATE, dz))
        return product(transpose(difference), difference)[0][0] / len(targets)


def zeros(rows, columns):
    return [[0.0] * columns for _ in range(rows)]


def transpose(a):
    result = zeros(len(a[0]), len(a))
    for i in range(len(a)):
        for j in range(len(a[0])):
            result[j][i] = a[i][j]
    return result


def product(a, b):
    result = zeros(len(a), len(b[0]))
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                result[i][j] += a[i][k] * b[k][j]
    return result


def add(a, b):
    result = zeros(len(a), len(a[0]))
    for i in range(len(a)):
        for j in range(len(a[0])):
            result[i][j] = a[i][j] + b[i][j]
    return result


def subtract(a, b):
    result = zeros(len(a), len(a[0]))
    for i in range(len(a)):
        for j in range(len(a[0])):
            result[i][j] = a[i][j] - b[i][j]
    return result


def multiply(a, b):
    result = zeros(len(a), len(a[0]))
    for i in range(len(a)):
        for j in range(len(a[0])):
            result[i][j] = a[i][j] * b[i][j]
    return result


def scale(factor, a):
    result = zeros(len(a), len(a[0]))
    for i in range(len(a)):
        for j in range(len(a[0])):
            result[i][j] = factor * a[i][j]
    return result


def apply(function, a):
    result = zeros(len(a), len(a[0]))
    for i in range(len(a)):
        for j in range(len(a[0])):
            result[i][j] = function(a[i][j])
    return result


class FusedLoops:
    """Index loops fused by hand into as few passes as possible: fast for loops, but no matrix is left to read."""

    def __init__(self, network: MLP):
        self.weights = [[list(row) for row in layer.weights] for layer in network.layers]
        self.biases = [list(layer.biases) for layer in network.layers]
        self.activations = [layer.activation for layer in network.layers]

    def forward(self, inputs):
        """The outputs of every layer, the inputs first."""
        outputs = [inputs]
        for k in range(len(self.weights)):
            output = []
            for i in range(len(self.weights[k])):
                total = self.biases[k][i]
                for j in range(len(self.weights[k][i])):
                    total += self.weights[k][i][j] * outputs[k][j]
                output.append(self.activations[k].function(total))
            outputs.append(output)
        return outputs

    def gradients(self, outputs, targets):
        """dW and db of every layer for the mean squared error."""
        doutputs = [2 / len(targets) * (outputs[-1][i] - targets[i]) for i in range(len(targets))]
        all_dweights, all_dbiases = [], []
        for k in range(len(self.weights) - 1, -1, -1):
            dz = [doutputs[i] * self.activations[k].derivative(outputs[k + 1][i]) for i in range(len(doutputs))]
            dweights, dinputs = [], [0.0] * len(outputs[k])
            for i in range(len(dz)):
                row = []
                for j in range(len(outputs[k])):
                    row.append(dz[i] * outputs[k][j])
                    dinputs[j] += dz[i] * self.weights[k][i][j]
                dweights.append(row)
            all_dweights.insert(0, dweights)
            all_dbiases.insert(0, dz)
            doutputs = dinputs
        return all_dweights, all_dbiases

    def train_step(self, inputs, targets):
        """One step downhill; returns the loss before it."""
        outputs = self.forward(inputs)
        dweights, dbiases = self.gradients(outputs, targets)
        for k in range(len(self.weights)):
            for i in range(len(self.weights[k])):
                for j in range(len(self.weights[k][i])):
                    self.weights[k][i][j] -= LEARNING_RATE * dweights[k][i][j]
                self.biases[k][i] -= LEARNING_RATE * dbiases[k][i]
        return sum((outputs[-1][i] - targets[i]) ** 2 for i in range(len(targets))) / len(targets)


def seconds_a_step(step, samples) -> tuple[float, list[float]]:
    """Mean time of one step over the samples, and the losses."""
    begin = time.perf_counter()
    losses = [step(inputs, targets) for inputs, targets in samples]
    return (time.perf_counter() - begin) / len(samples), losses


def measure(activation: Activation) -> dict[str, list[float]]:
    """Times of all implementations, the rounds interleaved, after checking that they compute the same."""
    generator = random.Random(1)
    network = MLP(SIZES, activation, generator, output_activation=sigmoid)
    steps = {
        "index loops": IndexLoops(network).train_step,
        "index loops, fused": FusedLoops(network).train_step,
        OURS: lambda inputs, targets: train_step(network, inputs, targets, LEARNING_RATE),
    }
    times, losses = {name: [] for name in steps}, {}
    for _ in range(ROUNDS):
        samples = halves(STEPS_IN_A_ROUND, generator)
        for name, step in steps.items():
            seconds, losses[name] = seconds_a_step(step, samples)
            times[name].append(seconds)
    for name in steps:
        assert all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(losses[name], losses[OURS], strict=True))
    return times


def main() -> None:
    print(f"one training step of {'-'.join(map(str, SIZES))}, Python {sys.version.split()[0]}, "
          f"{'with' if hasattr(math, 'sumprod') else 'without'} math.sumprod")
    print(f"{'activation':12}{'':22}{'median':>10}{'times faster with ours':>24}")
    for activation in (relu, tanh):
        times = measure(activation)
        for name in times:
            ratio = statistics.median(a / b for a, b in zip(times[name], times[OURS], strict=True))
            print(f"{activation.name:12}{name:22}{statistics.median(times[name]) * 1e6:7.0f} µs{ratio:22.2f}")


if __name__ == "__main__":
    main()
