"""Loss, gradient descent and the training loop: one sample at a time, for every network of this package."""

from random import Random

from modules.pure_python import matrix, vector
from modules.pure_python.matrix import Matrix
from modules.pure_python.vector import Vector

# Row i of a gradient is factor · vector. In a dense layer every row is the same vector x times a number, so keeping the
# two apart saves writing out 2,900 products, a quarter of a training step; `written_out` gives the matrix.
Gradient = list[tuple[float, Vector]]


def mean_squared_error(output: Vector, targets: Vector) -> tuple[float, Vector]:
    """L = 1/n · sum of (y_k - t_k)², and its derivative dL/dy_k = 2/n · (y_k - t_k).

    ArithmeticError if the loss is infinite or NaN.
    """
    difference = vector.subtract(output, targets)
    loss = vector.dot(difference, difference) / len(difference)
    vector.require_finite([loss], "The loss and the outputs behind it")
    return loss, vector.scale(2 / len(difference), difference)


def whole_rows(matrix_of_slopes: Matrix) -> Gradient:
    """A gradient that already is a matrix: every factor is 1."""
    return [(1.0, row) for row in matrix_of_slopes]


def written_out(gradients: dict[str, Gradient]) -> dict[str, Matrix]:
    """The same gradients as matrices, to look at and to compare."""
    return {name: [vector.scale(factor, row) for factor, row in gradient] for name, gradient in gradients.items()}


def descend(parameters: dict[str, Matrix], gradients: dict[str, Gradient], learning_rate: float) -> None:
    """Stochastic gradient descent, in place: w -= learning_rate · dL/dw for every number of every parameter."""
    for name, weights in parameters.items():
        gradient = gradients[name]
        if list(map(len, weights)) != [len(slopes) for _, slopes in gradient]:
            matrix.require_same_shape(weights, [slopes for _, slopes in gradient])
        for row, (factor, slopes) in zip(weights, gradient, strict=True):
            step = learning_rate * factor
            # A neuron whose ReLU is off has factor 0 and nothing to learn from this sample.
            if step:
                row[:] = [weight - step * slope for weight, slope in zip(row, slopes)]  # noqa: B905 (lengths known)


def train_step(network, inputs, targets, learning_rate: float) -> float:
    """One step downhill for one sample; returns the loss before the step."""
    loss, gradients = network.loss_and_gradients(inputs, targets)
    descend(network.parameters(), gradients, learning_rate)
    return loss


def train_epoch(network, samples: list[tuple], learning_rate: float, generator: Random) -> float:
    """One step for each (inputs, targets) pair, in random order; returns the mean loss along the way."""
    order = generator.sample(samples, len(samples))
    return sum(train_step(network, inputs, targets, learning_rate) for inputs, targets in order) / len(order)


def accuracy(network, samples: list[tuple]) -> float:
    """The share, 0 to 1, of samples whose largest output is in the same place as the largest target."""
    hits = 0
    for inputs, targets in samples:
        answer = vector.position_of_largest(network.forward(inputs))
        hits += answer == vector.position_of_largest(targets)
    return hits / len(samples)


def mean_loss(network, samples: list[tuple]) -> float:
    """The mean loss over these samples, without a step downhill."""
    return sum(network.loss_and_gradients(inputs, targets)[0] for inputs, targets in samples) / len(samples)
