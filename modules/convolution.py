"""Layers for pictures: convolution, max pooling, and the step from pictures to rows of features."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from modules.layers import Layer
from modules.picture_windows import check_picture, pair, places, samples_first, samples_last, short, whole_number


class Layer_Conv2D(Layer):
    """A convolution: every filter looks at every place of a picture through the same small window.

        output[s, f, i, j] = sum over c, a, b of weights[f, c, a, b] * padded[s, c, i * stride + a, j * stride + b]
                             + biases[f]

    inputs `(samples, in_channels, rows, columns)`, weights `(n_filters, in_channels, window rows, window columns)`
    as in PyTorch, biases `(1, n_filters)`, output `(samples, n_filters, output rows, output columns)` where

        output rows = (rows + 2 * padding - window rows) // stride + 1, and likewise the columns.

    kernel_size, stride, padding: one number, or a pair (rows, columns). Padding adds zeros on all four sides. What
    the stride leaves over at the lower and right edge is not seen. As in every library the window is not flipped,
    so strictly this is a cross-correlation (LeCun et al. 1989; Dumoulin and Visin 2016 for the sizes).
    initial_scale, dtype: as in `Layer_Dense`, but "he" by default, sqrt(2 / (in_channels * window size)).

    Raises ValueError for sizes that make no layer, and for inputs that do not fit it.
    """

    parameter_names = ("weights", "biases")

    def __init__(self, in_channels, n_filters, kernel_size, stride=1, padding=0, *, initial_scale="he",
                 dtype=np.float64):
        self.in_channels = whole_number(in_channels, 1, "in_channels")
        self.n_filters = whole_number(n_filters, 1, "n_filters")
        self.kernel_size = pair(kernel_size, 1, "kernel_size")
        self.stride = pair(stride, 1, "stride")
        self.padding = pair(padding, 0, "padding")
        self.initial_scale = initial_scale
        self.dtype = np.dtype(dtype).name
        shape = (self.n_filters, self.in_channels, *self.kernel_size)
        scale = math.sqrt(2 / math.prod(shape[1:])) if initial_scale == "he" else initial_scale
        self.weights = (scale * np.random.randn(*shape)).astype(dtype)
        self.biases = np.zeros((1, self.n_filters), dtype)
        self._reserved_for = None

    def forward(self, inputs, training=True):
        """One matrix product for each row of the output: filters times windows."""
        inputs = np.asarray(inputs)
        self.inputs_shape = inputs.shape
        _, rows, places = self.output_shape(inputs.shape[1:])
        self._cut_strips(samples_last(inputs), places)
        output = self._filters() @ self._windows
        self.output = samples_first(output.reshape(rows, self.n_filters, places, len(inputs)))
        return self.output

    def backward(self, dvalues):
        """dweights = windows times dvalues, summed over all rows; dbiases = sum of dvalues over samples and places."""
        dvalues = samples_last(dvalues)
        drows = dvalues.reshape(*dvalues.shape[:2], -1)
        dfilters = (self._windows @ drows.transpose(0, 2, 1)).sum(axis=0)
        dfilters = dfilters.reshape(self.kernel_size[0], -1, self.n_filters)
        dweights = dfilters[:, :-1].reshape(*self.kernel_size, self.in_channels, self.n_filters)
        self.dweights = np.ascontiguousarray(dweights.transpose(3, 2, 0, 1))
        self.dbiases = dfilters[:1, -1].copy()
        self.dinputs = self._input_gradient(dvalues) if self.needs_dinputs else None
        return self.dinputs

    def _cut_strips(self, pictures, places):
        """Fills the strips with what windows at each place see of each row, the zeros of the padding apart."""
        rows, channels, columns, samples = pictures.shape
        window_columns, down = self.kernel_size[1], self.padding[0]
        self._reserve((rows + 2 * down, window_columns * channels + 1, places, samples), columns, pictures.dtype)
        for b in range(window_columns):
            inside, seen = self._columns_seen(b, places, columns)
            self._strips[down:down + rows, b * channels:(b + 1) * channels, inside] = pictures[:, :, seen]

    def _reserve(self, shape, columns, dtype):
        """Strips (padded rows, window columns * channels + 1, places, samples), and the windows as a view of them.

        The last number of every strip is 1. Its weight is the bias, which so takes part in the matrix products and
        needs no walk of its own through the large arrays. Strips of the last batch serve again if its pictures had
        this size: their ones and zeros are in place, and new memory costs more than what is written into it.
        """
        if self._reserved_for != (shape, columns, dtype):
            self._reserved_for = shape, columns, dtype
            self._strips = np.zeros(shape, dtype)
            self._strips[:, -1] = 1
            self._windows = self._see(self._strips.reshape(*shape[:2], -1))

    def _columns_seen(self, b, places, columns):
        """Through its column b, a window looks from which places at which columns, not counting zeros? Two slices."""
        step, across = self.stride[1], self.padding[1]
        first = max(0, math.ceil((across - b) / step))
        stop = max(first, min(places, (columns - 1 + across - b) // step + 1))
        return slice(first, stop), slice(first * step + b - across, max(0, (stop - 1) * step + b - across + 1), step)

    def _see(self, strips):
        """(output rows, window rows * strip, places * samples): one below the other, what a row of windows sees.

        They lie in memory in one piece, and those of the next row overlap with them, so this is a view: no copy.
        """
        view = sliding_window_view(strips, self.kernel_size[0], axis=0)[::self.stride[0]]
        return np.moveaxis(view, -1, 1).reshape(len(view), -1, strips.shape[2])

    def _filters(self):
        """(n_filters, window rows * strip): every filter as one row, in the order of the strips."""
        window_rows, window_columns = self.kernel_size
        filters = np.zeros((self.n_filters, window_rows, window_columns * self.in_channels + 1), self.weights.dtype)
        filters[:, :, :-1] = self.weights.transpose(0, 2, 3, 1).reshape(self.n_filters, window_rows, -1)
        filters[:, 0, -1] = self.biases
        return filters.reshape(self.n_filters, -1)

    def _input_gradient(self, dvalues):
        """Every pixel gets the sum over all windows that saw it, one row of the padded picture after the other.

        Row r was seen by the output rows i with i * stride <= r < i * stride + window rows, through row
        r - i * stride of the filters. One product adds up over those output rows and all filters.
        """
        output_rows, n_filters, places, samples = dvalues.shape
        _, channels, rows, columns = self.inputs_shape
        window_rows, window_columns = self.kernel_size
        step = self.stride[0]
        # Rows of the filters from last to first: as i grows, r - i * stride falls.
        filters = np.ascontiguousarray(self.weights.transpose(3, 1, 2, 0)[:, :, ::-1])
        columns_seen = [self._columns_seen(b, places, columns) for b in range(window_columns)]
        dinputs = np.zeros((rows, channels, columns, samples), dvalues.dtype)
        for r, drow in enumerate(dinputs, start=self.padding[0]):
            first, stop = max(0, math.ceil((r - window_rows + 1) / step)), min(r // step + 1, output_rows)
            start = window_rows - 1 - r + first * step
            seen_through = filters[:, :, start:start + max(0, stop - first) * step:step]
            drows = dvalues[first:stop].reshape(-1, places * samples)
            dstrips = seen_through.reshape(window_columns * channels, -1) @ drows
            dstrips = dstrips.reshape(window_columns, channels, places, samples)
            for dstrip, (inside, seen) in zip(dstrips, columns_seen, strict=True):
                drow[:, seen] += dstrip[:, inside]
        return samples_first(dinputs)

    def output_shape(self, input_shape):
        if input_shape is None:
            return None
        check_picture(self, input_shape, self.in_channels)
        return (self.n_filters, *places(self, input_shape, self.kernel_size, self.stride, self.padding))

    def input_shape(self):
        return (self.in_channels, None, None)

    def to_onnx(self, graph, inputs):
        return graph.add("Conv", inputs, graph.constant(self.weights), graph.constant(self.biases[0]),
                         kernel_shape=self.kernel_size, strides=self.stride, pads=self.padding * 2)

    def state_dict(self):
        """As PyTorch's Conv2d: weight in our shape, bias (n_filters,)."""
        return {"weight": self.weights, "bias": self.biases[0]}

    def load_state_dict(self, state):
        self.set_parameters(state["weight"], state["bias"].reshape(1, -1))

    def cast(self, dtype):
        super().cast(dtype)
        self.dtype = np.dtype(dtype).name

    def __repr__(self):
        return (f"Layer_Conv2D({self.in_channels}, {self.n_filters}, {short(self.kernel_size)}"
                + (f", stride={short(self.stride)}" if self.stride != (1, 1) else "")
                + (f", padding={short(self.padding)}" if self.padding != (0, 0) else "") + ")")


class Layer_MaxPool2D(Layer):
    """Max pooling: of every window, in every channel, only the largest number is passed on. No parameters.

        output[s, c, i, j] = max over a, b of inputs[s, c, i * stride + a, j * stride + b]

    inputs `(samples, channels, rows, columns)`, output `(samples, channels, output rows, output columns)` with the
    sizes of `Layer_Conv2D` without padding: where the windows do not divide the picture evenly, what is left over
    at the lower and right edge is not seen and has gradient 0. Of equal numbers the first wins, row by row.

    pool_size, stride: one number, or a pair (rows, columns); without a stride the windows stand side by side.
    Raises ValueError for sizes that make no layer, and for inputs that do not fit it.
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
        # Row by row, since what is compared next is then still in the processor's cache.
        for best, row_larger, (first, *others) in zip(largest, self._larger, self._numbers(inputs), strict=True):
            largest_yet = first
            for larger, numbers in zip(row_larger, others, strict=True):
                np.greater(numbers, largest_yet, out=larger)
                largest_yet = np.maximum(numbers, largest_yet, out=best)
            if not others:
                best[...] = first
        self.output = samples_first(largest)
        return self.output

    def backward(self, dvalues):
        """The winner of a window takes its whole gradient; where windows overlap, a number may win more than once."""
        dvalues = samples_last(dvalues)
        samples, channels, rows, columns = self.inputs_shape
        dinputs = np.empty((rows, channels, columns, samples), dvalues.dtype)
        # Windows side by side write each number once; only what they leave over at the edge has to be zero.
        side_by_side = self.stride == self.pool_size
        give = _write if side_by_side else _add
        (down, across), (seen_rows, seen_columns) = self.stride, self._places if side_by_side else (0, 0)
        dinputs[down * seen_rows:] = 0
        dinputs[:, :, across * seen_columns:] = 0
        for left, row_larger, window_numbers in zip(dvalues, self._larger, self._numbers(dinputs), strict=True):
            # The last number that was larger than all before it has won, so from the last back to the first.
            for larger, dnumbers in zip(row_larger[::-1], window_numbers[:0:-1], strict=True):
                won = left * larger
                give(dnumbers, won)
                left = left - won
            give(window_numbers[0], left)
        self.dinputs = samples_first(dinputs)
        return self.dinputs

    def _numbers(self, pictures):
        """For each row of windows a list of views: for each place in a window, the numbers there, one for a window."""
        (rows, columns), (down, across) = self._places, self.stride
        window_rows, window_columns = self.pool_size
        for i in range(rows):
            yield [pictures[i * down + a, :, b:b + across * columns:across]
                   for a in range(window_rows) for b in range(window_columns)]

    def output_shape(self, input_shape):
        if input_shape is None:
            return None
        check_picture(self, input_shape)
        return (input_shape[0], *places(self, input_shape, self.pool_size, self.stride))

    def input_shape(self):
        return (None, None, None)

    def to_onnx(self, graph, inputs):
        return graph.add("MaxPool", inputs, kernel_shape=self.pool_size, strides=self.stride)

    def __repr__(self):
        stride = "" if self.stride == self.pool_size else f", stride={short(self.stride)}"
        return f"Layer_MaxPool2D({short(self.pool_size)}{stride})"


def _write(target, values):
    target[...] = values


def _add(target, values):
    target += values


class Layer_Flatten(Layer):
    """All numbers of a sample as one row, for the dense layers that follow.

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
        self.dinputs = np.empty_like(self.inputs, dtype=dvalues.dtype)
        self.dinputs[...] = dvalues.reshape(self.inputs.shape)
        return self.dinputs

    def output_shape(self, input_shape):
        return None if input_shape is None else (math.prod(input_shape),)

    def input_shape(self):
        """A picture; where something else is flattened, tell `export_onnx` its sample_shape."""
        return (None, None, None)

    def to_onnx(self, graph, inputs):
        return graph.add("Flatten", inputs, axis=1)

