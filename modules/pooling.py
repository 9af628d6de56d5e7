"""Layers that make pictures smaller or flat: max pooling, and the step from pictures to rows of features."""

import math
import operator

import numpy as np

from modules.checks import check_dvalues
from modules.layers import Layer
from modules.picture_windows import check_picture, count_places, pair, samples_first, samples_last, short


class Layer_MaxPool2D(Layer):
    """Max pooling: of every window, in every channel, only the largest number is passed on. (Chapter 26.)

        output[s, c, i, j] = max over a, b of inputs[s, c, i * stride + a, j * stride + b]

    inputs `(samples, channels, rows, columns)`, output `(samples, channels, output rows, output columns)` with the
    sizes of `Layer_Conv2D` without padding: where the windows do not divide the picture evenly, what is left over
    at the lower and right edge is not seen and has gradient 0. Of equal numbers the first wins, row by row.

    pool_size, stride: one number, or a pair (rows, columns); without a stride the windows lie side by side.
    Raises ValueError for impossible sizes, and for inputs that do not fit it.
    """

    def __init__(self, pool_size=2, stride=None):
        self.pool_size = pair(pool_size, 1, "pool_size")
        self.stride = self.pool_size if stride is None else pair(stride, 1, "stride")
        self._larger = np.empty(0, bool)

    def forward(self, inputs, training=True):
        """Compares whole pictures: all first numbers of the windows with all second ones, and so on."""
        inputs = np.asarray(inputs)
        self.inputs_shape = inputs.shape
        self._places = self.output_shape(inputs.shape[1:])[1:]
        inputs = samples_last(inputs)
        rows, columns = self._places
        largest = np.empty((rows, inputs.shape[1], columns, inputs.shape[3]), inputs.dtype)
        shape = (rows, math.prod(self.pool_size) - 1, *largest.shape[1:])
        self._larger = self._larger if self._larger.shape == shape else np.empty(shape, bool)
        copied = np.empty(largest.shape[1:], inputs.dtype)
        # Row by row, since what is compared next is then still in the processor's cache; and copied into one piece
        # first, since numbers that lie in many short ones cost more to compare than to copy.
        for best, row_larger, (first, *others) in zip(largest, self._larger, self._numbers(inputs), strict=True):
            best[...] = first
            for larger, numbers in zip(row_larger, others, strict=True):
                copied[...] = numbers
                np.greater(copied, best, out=larger)
                np.maximum(copied, best, out=best)
        self.output = samples_first(largest)
        return self.output

    def backward(self, dvalues):
        """The winner of a window takes its whole gradient; where windows overlap, a number may win more than once."""
        dvalues = samples_last(check_dvalues(self, dvalues))
        samples, channels, rows, columns = self.inputs_shape
        dinputs = np.empty((rows, channels, columns, samples), dvalues.dtype)
        # Windows side by side write each number once; only what they leave over at the edge has to be zero.
        side_by_side = self.stride == self.pool_size
        give = np.copyto if side_by_side else operator.iadd
        (down, across), (seen_rows, seen_columns) = self.stride, self._places if side_by_side else (0, 0)
        dinputs[down * seen_rows:] = 0
        dinputs[:, :, across * seen_columns:] = 0
        won, rest = np.empty((2, *dvalues.shape[1:]), dvalues.dtype)
        for left, row_larger, window_numbers in zip(dvalues, self._larger, self._numbers(dinputs), strict=True):
            # The last number that was larger than all before it has won, so from the last back to the first.
            for larger, dnumbers in zip(row_larger[::-1], window_numbers[:0:-1], strict=True):
                won[...] = larger  # 1 or 0, of the gradient's type: a product of two types would take longer
                won *= left
                give(dnumbers, won)
                left = np.subtract(left, won, out=rest)
            give(window_numbers[0], left)
        self.dinputs = samples_first(dinputs)
        return self.dinputs

    def _numbers(self, pictures):
        """For each row of windows a list of views: for each place in a window, the numbers there, one per window."""
        (rows, columns), (down, across) = self._places, self.stride
        window_rows, window_columns = self.pool_size
        for i in range(rows):
            yield [pictures[i * down + a, :, b:b + across * columns:across]
                   for a in range(window_rows) for b in range(window_columns)]

    def output_shape(self, input_shape):
        if input_shape is None:
            return None
        check_picture(self, input_shape)
        return (input_shape[0], *count_places(self, input_shape, self.pool_size, self.stride))

    def input_shape(self):
        return (None, None, None)

    def to_onnx(self, graph, inputs):
        return graph.add("MaxPool", inputs, kernel_shape=self.pool_size, strides=self.stride)

    def __repr__(self):
        stride = "" if self.stride == self.pool_size else f", stride={short(self.stride)}"
        return f"{type(self).__name__}({short(self.pool_size)}{stride})"


class Layer_Flatten(Layer):
    """All numbers of a sample as one row, for the dense layers that follow. (Chapter 26.)

        (samples, channels, rows, columns) -> (samples, channels * rows * columns)
    """

    def forward(self, inputs, training=True):
        self.inputs = np.asarray(inputs)
        # Moved to the end first, the samples stay neighbours in memory: long pieces are copied, or nothing at all.
        last = np.moveaxis(self.inputs, 0, -1)
        self.output = last.reshape(math.prod(last.shape[:-1]), len(self.inputs)).T
        return self.output

    def backward(self, dvalues):
        """The same numbers in the shape of the inputs, and in their order in memory."""
        dvalues = check_dvalues(self, dvalues)
        self.dinputs = np.empty_like(self.inputs, dtype=dvalues.dtype)
        self.dinputs[...] = dvalues.reshape(self.inputs.shape)
        return self.dinputs

    def output_shape(self, input_shape):
        return None if input_shape is None or None in input_shape else (math.prod(input_shape),)

    def input_shape(self):
        """A picture; where something else is flattened, tell `export_onnx` its sample_shape."""
        return (None, None, None)

    def to_onnx(self, graph, inputs):
        return graph.add("Flatten", inputs, axis=1)
