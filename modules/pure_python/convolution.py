"""The layers of a convolutional network. An image is a list of channels, each of them a matrix of pixels.

All sizes are (rows, columns) pairs, so that images, filters, strides and padding may all be rectangular.
"""

import math
from random import Random

from modules.pure_python import matrix, vector
from modules.pure_python.activations import Activation, require_activation
from modules.pure_python.matrix import Matrix
from modules.pure_python.training import Gradient, whole_rows
from modules.pure_python.vector import Vector

Image = list[Matrix]
Pair = tuple[int, int]


def image_shape(image: Image) -> tuple[int, int, int]:
    """(channels, rows, columns); ValueError if the channels have different shapes."""
    try:
        shapes = sorted(set(map(matrix.shape, image)))
    except TypeError:
        raise TypeError("an image is a list of channels, each a list of rows; "
                        "a single drawing d is the image [d]") from None
    if len(shapes) != 1:
        raise ValueError(f"the channels of an image must all have the same shape, but these have {shapes}")
    return len(image), *shapes[0]


def require_image(image: Image, expected: tuple[int, int, int]) -> None:
    """Raise ValueError, naming both shapes, unless the image has the expected one."""
    if image_shape(image) != tuple(expected):
        raise ValueError(
            f"this layer takes images of shape {tuple(expected)} (channels, rows, columns), not {image_shape(image)}"
        )


def blank(channels: int, rows: int, columns: int) -> Image:
    return [matrix.zeros(rows, columns) for _ in range(channels)]


def require_pair(value: Pair, name: str) -> None:
    """Raise ValueError unless the value is (rows, columns)."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError(f"{name} must be a pair (rows, columns), such as (2, 2), not {value}")


class Windows:
    """Every place at which a window fits into an image, row by row.

    (rows - window rows) // stride + 1 places down, and likewise across; what is left over at the edge is not seen.
    """

    def __init__(self, image: Pair, window: Pair, stride: Pair):
        require_pair(window, "window")
        require_pair(stride, "stride")
        if min(*window, *stride) < 1:
            raise ValueError(f"window and stride must be positive, but they are {window} and {stride}")
        if window[0] > image[0] or window[1] > image[1]:
            raise ValueError(f"a window of {window[0]}x{window[1]} does not fit into an image of {image[0]}x{image[1]}")
        self.window = window
        self.shape = ((image[0] - window[0]) // stride[0] + 1, (image[1] - window[1]) // stride[1] + 1)
        self.corners = [(i * stride[0], j * stride[1]) for i in range(self.shape[0]) for j in range(self.shape[1])]

    def patch(self, image: Image, top: int, left: int) -> Vector:
        """The numbers under the window: channel after channel, row after row."""
        bottom, right = top + self.window[0], left + self.window[1]
        return [pixel for channel in image for row in channel[top:bottom] for pixel in row[left:right]]

    def add_patch(self, image: Image, top: int, left: int, patch: Vector) -> None:
        """Add these numbers to the pixels under the window: the reverse of `patch`."""
        numbers = iter(patch)
        for channel in image:
            for row in channel[top : top + self.window[0]]:
                for column in range(left, left + self.window[1]):
                    row[column] += next(numbers)

    def as_image(self, rows: Matrix) -> Image:
        """One number for every place, in rows as wide as there are places across."""
        width = self.shape[1]
        return [[row[start : start + width] for start in range(0, len(row), width)] for row in rows]


def as_rows(image: Image) -> Matrix:
    """Every channel as one long row: the reverse of `Windows.as_image`."""
    return [[pixel for row in channel for pixel in row] for channel in image]


class Convolution:
    """y_n(p) = f(F_n · patch(p) + b_n): filter n at place p, over all channels at once.

    A filter is written as one row of `filters`, channel after channel and row after row, just as a patch is; so the
    whole layer is the matrix product F Pᵀ. `padding` adds that many rows and columns of zeros on either side.
    """

    def __init__(self, image: tuple[int, int, int], filters: int, window: Pair, activation: Activation,
                 generator: Random, stride: Pair = (1, 1), padding: Pair = (0, 0)):
        require_pair(padding, "padding")
        require_activation(activation)
        self.image, self.padding, self.activation = tuple(image), tuple(padding), activation
        if min(padding) < 0:
            raise ValueError(f"padding must not be negative, but it is {padding}")
        channels, rows, columns = image
        self.padded = (channels, rows + 2 * padding[0], columns + 2 * padding[1])
        self.windows = Windows(self.padded[1:], window, stride)
        self.output_shape = (filters, *self.windows.shape)
        inputs = channels * window[0] * window[1]
        self.filters = matrix.random(filters, inputs, 1 / math.sqrt(inputs), generator)
        self.biases = vector.zeros(filters)
        self.patches = self.output = self.dz = None

    def forward(self, image: Image) -> Image:
        require_image(image, self.image)
        padded = self.pad(image)
        self.patches = [self.windows.patch(padded, top, left) for top, left in self.windows.corners]
        z = matrix.product(self.filters, matrix.transpose(self.patches))
        z = [[number + bias for number in row] for row, bias in zip(z, self.biases, strict=True)]
        self.output = self.windows.as_image(matrix.apply(self.activation.function, z))
        return self.output

    def backward(self, doutputs: Image) -> dict[str, Gradient]:
        """dz = dy f'(z), then dF = dz P, which adds up over all places, and db_n = sum of dz_n(p)."""
        slopes = matrix.apply(self.activation.derivative, as_rows(self.output))
        self.dz = matrix.multiply(as_rows(doutputs), slopes)
        biases = [sum(row) for row in self.dz]
        return {"filters": whole_rows(matrix.product(self.dz, self.patches)), "biases": whole_rows([biases])}

    def input_gradient(self) -> Image:
        """dP = dzᵀ F; a pixel gets the sum over all the patches it was part of. Call `backward` first."""
        dpatches = matrix.product(matrix.transpose(self.dz), self.filters)
        dpadded = blank(*self.padded)
        for (top, left), dpatch in zip(self.windows.corners, dpatches, strict=True):
            self.windows.add_patch(dpadded, top, left, dpatch)
        return self.crop(dpadded)

    def pad(self, image: Image) -> Image:
        padded = blank(*self.padded)
        down, across = self.padding
        for wide, channel in zip(padded, image, strict=True):
            for wide_row, row in zip(wide[down:], channel, strict=False):
                wide_row[across : across + len(row)] = row
        return padded

    def crop(self, padded: Image) -> Image:
        _, rows, columns = self.image
        down, across = self.padding
        return [[row[across : across + columns] for row in channel[down : down + rows]] for channel in padded]

    def parameters(self) -> dict[str, Matrix]:
        """The lists themselves, not copies; the biases as a matrix of one row."""
        return {"filters": self.filters, "biases": [self.biases]}


class MaxPooling:
    """The largest number under each window, channel by channel; in a tie, the first. No parameters.

    Without a `stride` the windows stand side by side.
    """

    def __init__(self, image: tuple[int, int, int], window: Pair, stride: Pair | None = None):
        self.image = tuple(image)
        self.windows = Windows(self.image[1:], window, stride or window)
        self.output_shape = (self.image[0], *self.windows.shape)
        self.winners = self.output = self.doutputs = None

    def forward(self, image: Image) -> Image:
        require_image(image, self.image)
        self.winners = [[self.winner(channel, *corner) for corner in self.windows.corners] for channel in image]
        largest = [
            [channel[row][column] for row, column in winners]
            for channel, winners in zip(image, self.winners, strict=True)
        ]
        self.output = self.windows.as_image(largest)
        return self.output

    def winner(self, channel: Matrix, top: int, left: int) -> Pair:
        """Row and column of the largest pixel under the window at this corner."""
        place = vector.position_of_largest(self.windows.patch([channel], top, left))
        down, across = divmod(place, self.windows.window[1])
        return top + down, left + across

    def backward(self, doutputs: Image) -> dict[str, Gradient]:
        self.doutputs = doutputs
        return {}

    def input_gradient(self) -> Image:
        """The winner of a window takes its whole gradient, all other pixels none; a pixel may win more than once."""
        dimage = blank(*self.image)
        for dchannel, winners, slopes in zip(dimage, self.winners, as_rows(self.doutputs), strict=True):
            for (row, column), slope in zip(winners, slopes, strict=True):
                dchannel[row][column] += slope
        return dimage

    def parameters(self) -> dict[str, Matrix]:
        return {}


class Flatten:
    """All pixels of all channels as one vector, for the dense layers that follow."""

    def __init__(self, image: tuple[int, int, int]):
        self.channels, self.rows, self.columns = image
        self.output = self.doutputs = None

    def forward(self, image: Image) -> Vector:
        require_image(image, (self.channels, self.rows, self.columns))
        self.output = [pixel for row in as_rows(image) for pixel in row]
        return self.output

    def backward(self, doutputs: Vector) -> dict[str, Gradient]:
        self.doutputs = doutputs
        return {}

    def input_gradient(self) -> Image:
        """The same numbers, folded back into an image."""
        numbers = iter(self.doutputs)
        return [[[next(numbers) for _ in range(self.columns)] for _ in range(self.rows)] for _ in range(self.channels)]

    def parameters(self) -> dict[str, Matrix]:
        return {}
