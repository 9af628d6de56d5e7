"""The convolution: a layer that looks at every place of a picture through the same small window."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from modules.checks import check_dvalues, float_dtype, initial_deviation, whole_number
from modules.layers import Layer
from modules.picture_windows import check_picture, count_places, pair, samples_first, samples_last, short


class Layer_Conv2D(Layer):
    """A convolution: every filter looks at every place of a picture through the same small window.

        output[s, f, i, j] = sum over c, a, b of weights[f, c, a, b] * padded[s, c, i * stride + a, j * stride + b]
                             + biases[0, f]

    inputs `(samples, in_channels, rows, columns)`, weights `(n_filters, in_channels, window rows, window columns)`
    as in PyTorch, biases `(1, n_filters)`, output `(samples, n_filters, output rows, output columns)` where

        output rows = (rows + 2 * padding - window rows) // stride + 1, and likewise the columns.

    kernel_size (that of the window), stride, padding: one number, or a pair (rows, columns). Padding adds zeros on all
    four sides. What the stride leaves over at the lower and right edge is not seen. As in PyTorch and most libraries
    for networks the window is not flipped, so strictly this is a cross-correlation (LeCun et al. 1989; for the sizes,
    Dumoulin and Visin 2016).
    initial_scale, dtype: as in `Layer_Dense`, but "he" by default, sqrt(2 / (in_channels * window size)).

    Raises ValueError for impossible sizes, and for inputs that do not fit it.
    """

    parameter_names = ("weights", "biases")
    dtype = property(lambda self: self.weights.dtype.name)

    def __init__(self, in_channels, n_filters, kernel_size, stride=1, padding=0, *, initial_scale="he",
                 dtype=np.float64):
        self.in_channels = whole_number(in_channels, 1, "in_channels")
        self.n_filters = whole_number(n_filters, 1, "n_filters")
        self.kernel_size = pair(kernel_size, 1, "kernel_size")
        self.stride = pair(stride, 1, "stride")
        self.padding = pair(padding, 0, "padding")
        self.initial_scale = initial_scale
        dtype = float_dtype(dtype)
        shape = (self.n_filters, self.in_channels, *self.kernel_size)
        scale = initial_deviation(initial_scale, math.prod(shape[1:]))
        self.weights = (scale * np.random.randn(*shape)).astype(dtype)
        self.biases = np.zeros((1, self.n_filters), dtype)
        self._reserved_for = None

    def forward(self, inputs, training=True):
        """One matrix product for each row of the output: filters times windows."""
        inputs = np.asarray(inputs)
        self.inputs_shape = inputs.shape
        _, rows, places = self.output_shape(inputs.shape[1:])
        self._cut_strips(samples_last(inputs), places)
        output = self._filters() @ self._windows()
        self.output = samples_first(output.reshape(rows, self.n_filters, places, len(inputs)))
        return self.output

    def backward(self, dvalues):
        """dweights = windows times dvalues, summed over all rows; dbiases = sum of dvalues over samples and places."""
        dvalues = samples_last(check_dvalues(self, dvalues))
        rows, _, places, samples = dvalues.shape
        drows = dvalues.reshape(rows, self.n_filters, places * samples)
        dfilters = (self._windows() @ drows.transpose(0, 2, 1)).sum(axis=0)
        dfilters = dfilters.reshape(self.kernel_size[0], -1, self.n_filters)
        dweights = dfilters[:, :-1].reshape(*self.kernel_size, self.in_channels, self.n_filters)
        self.dweights = np.ascontiguousarray(dweights.transpose(3, 2, 0, 1))
        self.dbiases = dfilters[:1, -1].copy()
        self.dinputs = self._input_gradient(dvalues) if self.needs_dinputs else None
        return self.dinputs

    def _cut_strips(self, pictures, places):
        """Fills the strips with what windows at each place see of each row, except for the zeros of the padding."""
        rows, channels, columns, samples = pictures.shape
        window_columns, down = self.kernel_size[1], self.padding[0]
        self._reserve((rows + 2 * down, window_columns * channels + 1, places, samples), columns, pictures.dtype)
        for b in range(window_columns):
            inside, seen = self._columns_seen(b, places, columns)
            self._strips[down:down + rows, b * channels:(b + 1) * channels, inside] = pictures[:, :, seen]

    def _reserve(self, shape, columns, dtype):
        """Strips of shape (padded rows, window columns * channels + 1, places, samples).

        The last number of every strip is 1. Its weight is the bias, which thus takes part in the matrix products and
        needs no pass of its own over the large arrays. The strips of the last batch are used again if its pictures had
        this size: their ones and zeros are in place, and new memory costs more than writing into it.
        """
        if self._reserved_for != (shape, columns, dtype):
            self._reserved_for = None  # Ctrl-C may come in between: then the next batch begins anew.
            self._strips = np.zeros(shape, dtype)
            self._strips[:, -1] = 1
            self._reserved_for = shape, columns, dtype

    def _columns_seen(self, b, places, columns):
        """Two slices: the places from which a window's column b sees a column that is no padding, and these columns."""
        step, across = self.stride[1], self.padding[1]
        first = max(0, math.ceil((across - b) / step))
        stop = max(first, min(places, (columns - 1 + across - b) // step + 1))
        return slice(first, stop), slice(first * step + b - across, max(0, (stop - 1) * step + b - across + 1), step)

    def _windows(self):
        """(output rows, window rows * strip, places * samples): what each row of windows sees, strip below strip.

        The strips of a row lie in one piece of memory, overlapping with those of the next row, so this is a view: no
        copy. It is made anew each time: if kept, it would be an array of its own in a copied layer, with old strips.
        """
        rows, strip, places, samples = self._strips.shape
        strips, window_rows = self._strips.reshape(rows, strip, places * samples), self.kernel_size[0]
        view = sliding_window_view(strips, window_rows, axis=0)[::self.stride[0]]
        return np.moveaxis(view, -1, 1).reshape(len(view), window_rows * strip, places * samples)

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
        dtype = np.result_type(dvalues, filters)
        dinputs = np.empty((rows, channels, columns, samples), dtype)
        dstrips = np.empty((window_columns, channels, places, samples), dtype)
        for r, drow in enumerate(dinputs, start=self.padding[0]):
            first, stop = max(0, math.ceil((r - window_rows + 1) / step)), min(r // step + 1, output_rows)
            start, count = window_rows - 1 - r + first * step, max(0, stop - first)
            seen_through = filters[:, :, start:start + count * step:step]
            drows = dvalues[first:stop].reshape(count * n_filters, places * samples)
            np.matmul(seen_through.reshape(window_columns * channels, -1), drows,
                      out=dstrips.reshape(window_columns * channels, places * samples))
            drow[...] = 0
            for dstrip, (inside, seen) in zip(dstrips, columns_seen, strict=True):
                drow[:, seen] += dstrip[:, inside]
        return samples_first(dinputs)

    def output_shape(self, input_shape):
        if input_shape is None:
            return None
        check_picture(self, input_shape, self.in_channels)
        return (self.n_filters, *count_places(self, input_shape, self.kernel_size, self.stride, self.padding))

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

    def __repr__(self):
        return (f"{type(self).__name__}({self.in_channels}, {self.n_filters}, {short(self.kernel_size)}"
                + (f", stride={short(self.stride)}" if self.stride != (1, 1) else "")
                + (f", padding={short(self.padding)}" if self.padding != (0, 0) else "") + ")")
