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
    require_samples(samples)
    order = generator.sample(samples, len(samples))
    return sum(train_step(network, inputs, targets, learning_rate) for inputs, targets in order) / len(order)


def accuracy(network, samples: list[tuple]) -> float:
    """The share, 0 to 1, of samples whose largest output is in the same place as the largest target.

    ValueError for a single output, since the largest of one is always in the same place, and for sequences.
    """
    require_samples(samples)
    hits = 0
    for inputs, targets in samples:
        outputs = network.forward(inputs)
        require_choice(outputs)
        hits += vector.position_of_largest(outputs) == vector.position_of_largest(targets)
    return hits / len(samples)


def mean_loss(network, samples: list[tuple]) -> float:
    """The mean loss over these samples, without a step downhill."""
    require_samples(samples)
    return sum(network.loss_and_gradients(inputs, targets)[0] for inputs, targets in samples) / len(samples)


def require_samples(samples: list[tuple]) -> None:
    """Raise ValueError unless there is a sample: a mean over none is no number."""
    if len(samples) == 0:
        raise ValueError("at least one sample is needed, a pair (inputs, targets), but the list of samples is empty")


def require_choice(outputs: Vector) -> None:
    """Raise ValueError unless these are several numbers, among which the largest is the network's choice."""
    if isinstance(outputs[0], (list, tuple)):
        raise ValueError(
            "accuracy compares one vector of outputs for each sample, but this network gives one for each step of a "
            "sequence: count the steps that are right by hand, or measure mean_loss"
        )
    if len(outputs) < 2:
        raise ValueError(
            "accuracy asks which output is the largest, but this network has a single one: count by hand how often "
            "outputs[0] > 0.5 agrees with the target, or give the network two outputs and the targets [1, 0] and [0, 1]"
        )
