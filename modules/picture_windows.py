"""What layers that slide a window over pictures share: sizes, and the order of the numbers in memory.

Pictures go in and out of layers as (samples, channels, rows, columns). In memory the samples come last: that way a
row of pixels of the whole batch lies in one piece, and a layer works on long stretches instead of single pixels. A
transposed view gives the same numbers the shape that everybody expects, and costs nothing.
"""

import numpy as np

from modules.checks import batch_shape, whole_number


def samples_last(pictures):
    """(samples, channels, rows, columns) -> (rows, channels, columns, samples); copied unless already in that order."""
    return np.ascontiguousarray(np.asarray(pictures).transpose(2, 1, 3, 0))


def samples_first(pictures):
    """(rows, channels, columns, samples) -> (samples, channels, rows, columns): a view."""
    return pictures.transpose(3, 1, 0, 2)


def pair(value, smallest, name):
    """Returns (rows, columns), where one number stands for both. Raises ValueError as `whole_number` does."""
    values = tuple(value) if np.ndim(value) else (value, value)
    if len(values) != 2:
        raise ValueError(f"{name} is one number or a pair (rows, columns): given {value!r}.")
    return tuple(whole_number(number, smallest, name) for number in values)


def short(values):
    """A pair as a person would write it: 3 for (3, 3)."""
    return str(values[0] if values[0] == values[1] else values)


def check_picture(layer, sample_shape, channels=None):
    """Raises ValueError unless one sample is a picture (channels, rows, columns), with `channels` if given."""
    if len(sample_shape) == 3 and (channels == sample_shape[0] or None in (channels, sample_shape[0])):
        return
    if len(sample_shape) == 3:
        last = "; if the channels come last, write np.transpose(X, (0, 3, 1, 2))" if sample_shape[2] == channels else ""
        hint = f"Make the layer with in_channels={sample_shape[0]}{last}."
    elif len(sample_shape) == 2:
        hint = ("For pictures of one channel, write np.expand_dims(X, 1)." if channels in (None, 1) else
                "A single picture becomes a batch by np.expand_dims(X, 0).")
    else:
        hint = "Give flat rows of numbers their shape back: np.reshape(X, (len(X), channels, rows, columns))."
    raise ValueError(f"{layer} expects pictures of shape (samples, {channels or 'channels'}, rows, columns), but was "
                     f"given {batch_shape(sample_shape)}. {hint}")


def count_places(layer, sample_shape, window, stride, padding=(0, 0)):
    """How many windows there are below and beside each other: (rows, columns).

        (rows + 2 * padding - window rows) // stride + 1, and likewise the columns

    Raises ValueError where not even one window fits. Of pictures whose size is not known yet, (None, None).
    """
    if None in sample_shape[1:]:
        return None, None
    sizes = [size + 2 * zeros for size, zeros in zip(sample_shape[1:], padding, strict=True)]
    if sizes[0] < window[0] or sizes[1] < window[1]:
        around = f", {sizes[0]}x{sizes[1]} with padding" if any(padding) else ""
        raise ValueError(f"{layer} slides a window of {window[0]}x{window[1]}, which does not fit into pictures of "
                         f"shape {batch_shape(sample_shape)}{around}. Make the window smaller or the pictures larger.")
    return tuple((size - seen) // step + 1 for size, seen, step in zip(sizes, window, stride, strict=True))
