"""Exercises of chapter 23, on plain lists: a dense layer's gradients, a convolution there and back, an LSTM's step."""

import math

import numpy as np

from modules.exercises.exercise import Exercise


def dense_backward(dy, y, x, weights):
    """Gradients of y = sigmoid(W x + b) by inputs, weights and biases, for one sample; all lists, W a list of rows."""
    dz = [slope * output * (1 - output) for slope, output in zip(dy, y, strict=True)]
    dx = [sum(weight * dz_j for weight, dz_j in zip(column, dz, strict=True)) for column in zip(*weights, strict=True)]
    dweights = [[dz_j * x_i for x_i in x] for dz_j in dz]
    return dx, dweights, dz


def dense_cases(rng):
    def draw(inputs, neurons):
        return (rng.normal(size=neurons).tolist(), rng.uniform(0.1, 0.9, neurons).tolist(),
                rng.normal(size=inputs).tolist(), rng.normal(size=(neurons, inputs)).tolist())

    return {
        "three inputs and two neurons": draw(3, 2),
        "more neurons than inputs": draw(2, 5),
        "as many neurons as inputs": draw(3, 3),
        "a single neuron": draw(4, 1),
    }


def wrong_dense(slope=lambda y: y * (1 - y), **wrong):
    """The right function with another slope of the activation, or with another dx, dW or db, each of (dy, dz, x, W)."""
    parts = {"dx": lambda dy, dz, x, W: dz @ W, "dW": lambda dy, dz, x, W: np.outer(dz, x),
             "db": lambda dy, dz, x, W: dz} | wrong

    def backward(dy, y, x, weights):
        dz = np.multiply(dy, [slope(output) for output in y])
        return tuple(part(np.array(dy), dz, np.array(x), np.array(weights)).tolist() for part in parts.values())

    return backward


dense_backward = Exercise(
    dense_backward,
    dense_cases,
    hint="First dz, how the loss changes with what enters the sigmoid. Then: which numbers does each z_j contain?",
    returns=("dx", "dW", "db"),
    mistakes={
        "The slope of the sigmoid is missing: dz is dy times y (1 - y).": wrong_dense(slope=lambda y: 1.0),
        "The sigmoid is applied once more: its slope y (1 - y) takes the output y as it is.":
            wrong_dense(slope=lambda y: (1 / (1 + np.exp(-y))) * (1 - 1 / (1 + np.exp(-y)))),
        "The slope 1 - y² is that of tanh: the sigmoid has y (1 - y).": wrong_dense(slope=lambda y: 1 - y * y),
        "The slope of the sigmoid has two factors, y and 1 - y: here it is y alone.": wrong_dense(slope=lambda y: y),
        "The slope of the sigmoid has two factors, y and 1 - y: here it is 1 - y alone.":
            wrong_dense(slope=lambda y: 1 - y),
        "`dx` is made from dy: on its way to the inputs, too, the gradient passes through the sigmoid first.":
            wrong_dense(dx=lambda dy, dz, x, W: dy @ W),
        "`dW` is made from dy: the weights stand in front of the sigmoid, so it is dz_j times x_i.":
            wrong_dense(dW=lambda dy, dz, x, W: np.outer(dy, x)),
        "`db` is made from dy: the bias is added in front of the sigmoid, so its slope is dz.":
            wrong_dense(db=lambda dy, dz, x, W: dy),
        "`dx` adds up the rows of the weights, whatever dz is: each row counts as much as its neuron's dz.":
            wrong_dense(dx=lambda dy, dz, x, W: W.sum(axis=0)),
        "`dx` walks along the rows of the weights: what belongs to one input stands in a column.":
            wrong_dense(dx=lambda dy, dz, x, W: W[:, :len(dz)] @ dz[:W.shape[1]]),
        "`dW` is transposed: like W, it has a row for each neuron and in it a number for each input.":
            wrong_dense(dW=lambda dy, dz, x, W: np.outer(x, dz)),
        "`dW` repeats dz: the weight from input i to neuron j has the slope dz_j times x_i.":
            wrong_dense(dW=lambda dy, dz, x, W: np.outer(dz, np.ones(len(x)))),
    },
)


def convolve(image, filter_, stride):
    """Sum of the products of filter and window, at every place; image and filter are lists of rows, stride a number."""
    rows = (len(image) - len(filter_)) // stride + 1
    columns = (len(image[0]) - len(filter_[0])) // stride + 1
    output = [[0.0] * columns for _ in range(rows)]
    for r in range(rows):
        for s in range(columns):
            for i in range(len(filter_)):
                for j in range(len(filter_[0])):
                    output[r][s] += filter_[i][j] * image[stride * r + i][stride * s + j]
    return output


def image_and_filter_cases(rng):
    def draw(rows, columns, height, width, stride):
        return rng.normal(size=(rows, columns)).tolist(), rng.normal(size=(height, width)).tolist(), stride

    return {
        "stride 1": draw(5, 4, 2, 3, 1),
        "stride 2": draw(5, 7, 3, 3, 2),
        "a stride that leaves pixels unseen": draw(6, 8, 2, 2, 3),
        "a filter as large as the image": draw(3, 2, 3, 2, 1),
        "a filter of one number": draw(3, 4, 1, 1, 2),
    }


def windows(image, filter_, stride=1):
    """Every window of the image, shape (rows, columns, filter rows, filter columns)."""
    every = np.lib.stride_tricks.sliding_window_view(np.array(image), np.shape(filter_))
    return every[::stride, ::stride]


def sums(image, filter_, stride):
    return np.einsum("rsij,ij->rs", windows(image, filter_, stride), filter_)


def turned(filter_):
    return np.array(filter_)[::-1, ::-1]


convolve = Exercise(
    convolve,
    image_and_filter_cases,
    hint="Place (r, s) has its corner at row stride·r and column stride·s: which pixel meets filter number (i, j)?",
    mistakes={
        "The stride is ignored: neighbouring places are `stride` pixels apart.":
            lambda image, filter_, stride: sums(image, filter_, 1),
        "The number of places is right, but all of them look at neighbouring pixels: place r begins at stride·r.":
            lambda image, filter_, stride:
                sums(image, filter_, 1)[:len(sums(image, filter_, stride)), :len(sums(image, filter_, stride)[0])],
        "The filter is flipped: number (i, j) meets the pixel i rows below and j columns right of the corner.":
            lambda image, filter_, stride: sums(image, turned(filter_), stride),
        "Only the last product is left: each place adds up the products of its whole window.":
            lambda image, filter_, stride: windows(image, filter_, stride)[..., -1, -1] * filter_[-1][-1],
        "The filter is not used: this is the sum of the pixels under the window.":
            lambda image, filter_, stride: windows(image, filter_, stride).sum(axis=(2, 3)),
        "The last place is missing in both directions: n rows have (n - H) // stride + 1, with H filter rows.":
            lambda image, filter_, stride: sums(image, filter_, 1)[:-1:stride, :-1:stride].tolist(),
        "The output is one row and one column too small: to (n - H) // stride belongs a + 1, for the first place.":
            lambda image, filter_, stride: sums(image, filter_, stride)[:-1, :-1].tolist(),
        "The stride is used downwards only: use it across as well.":
            lambda image, filter_, stride: np.einsum("rsij,ij->rs", windows(image, filter_)[::stride], filter_),
    },
)


def convolve_backward(dz, image, filter_):
    """Gradients of a convolution with stride 1 by filter and image, from that by its output; all lists of rows."""
    dfilter = [[0.0 for _ in row] for row in filter_]
    dimage = [[0.0 for _ in row] for row in image]
    for r in range(len(dz)):
        for s in range(len(dz[0])):
            for i in range(len(filter_)):
                for j in range(len(filter_[0])):
                    dfilter[i][j] += dz[r][s] * image[r + i][s + j]
                    dimage[r + i][s + j] += dz[r][s] * filter_[i][j]
    return dfilter, dimage


def backward_cases(rng):
    def draw(rows, columns, height, width):
        return (rng.normal(size=(rows - height + 1, columns - width + 1)).tolist(),
                rng.normal(size=(rows, columns)).tolist(), rng.normal(size=(height, width)).tolist())

    return {
        "a square filter": draw(4, 5, 2, 2),
        "a wide filter": draw(4, 6, 2, 3),
        "a filter as large as the image": draw(2, 3, 2, 3),
        "a filter of one number": draw(3, 4, 1, 1),
        "a filter of one row": draw(2, 5, 1, 3),
    }


def filter_gradient(dz, image, filter_):
    return np.einsum("rsij,rs->ij", windows(image, filter_), dz)


def image_gradient(dz, image, filter_):
    dimage = np.zeros(np.shape(image))
    for (r, s), slope in np.ndenumerate(np.array(dz)):
        dimage[r:r + len(filter_), s:s + len(filter_[0])] += slope * np.array(filter_)
    return dimage


def overwritten(dz, image, filter_):
    dimage = np.zeros(np.shape(image))
    for (r, s), slope in np.ndenumerate(np.array(dz)):
        dimage[r:r + len(filter_), s:s + len(filter_[0])] = slope * np.array(filter_)
    return dimage


convolve_backward = Exercise(
    convolve_backward,
    backward_cases,
    hint="Each forward product has two factors. Walk the loops of the forward pass, and give each factor its share.",
    returns=("dF", "dX"),
    mistakes={
        "A pixel lies under several windows, and each adds its share to `dX`: here the last one overwrites the others.":
            lambda dz, image, filter_: (filter_gradient(dz, image, filter_), overwritten(dz, image, filter_)),
        "`dF` holds the share of the last place only: a filter number is used at every place.":
            lambda dz, image, filter_: (dz[-1][-1] * windows(image, filter_)[-1, -1],
                                        image_gradient(dz, image, filter_)),
        "`dF` does not contain dz: each product counts as much as the loss changes with its output.":
            lambda dz, image, filter_: (windows(image, filter_).sum(axis=(0, 1)), image_gradient(dz, image, filter_)),
        "`dF` is the mean over the places: a filter number has a path to the loss through each, and they add up.":
            lambda dz, image, filter_: (filter_gradient(dz, image, filter_) / np.size(dz),
                                        image_gradient(dz, image, filter_)),
        "In `dX` the filter is flipped: number (i, j) met the pixel i rows below and j columns right of the corner.":
            lambda dz, image, filter_: (filter_gradient(dz, image, filter_),
                                        image_gradient(dz, image, turned(filter_))),
    },
)


def memory_backward(dh, dc_later, f, o, c, peephole):
    """How the loss changes with an LSTM's memory c of this step, and with c' by way of c = f c' + i g alone.

    h = o tanh(c), and o = sigmoid(... + peephole * c); all are lists with a number for each cell.
    """
    dc, dc_before = [], []
    for k in range(len(c)):
        s = math.tanh(c[k])
        before_gate = dh[k] * s * o[k] * (1 - o[k])
        dc.append(dc_later[k] + dh[k] * o[k] * (1 - s ** 2) + before_gate * peephole[k])
        dc_before.append(dc[k] * f[k])
    return dc, dc_before


def memory_cases(rng):
    def draw(cells):
        normal, gate = rng.normal(size=(4, cells)), rng.uniform(0.1, 0.9, size=(2, cells))
        return tuple(part.tolist() for part in (normal[0], normal[1], gate[0], gate[1], normal[2], normal[3]))

    last, closed = draw(3), draw(3)
    return {
        "four cells": draw(4),
        "a single cell": draw(1),
        "the last step of a sequence": (last[0], [0.0] * 3, *last[2:]),
        "a memory that nobody sees": ([0.0] * 3, *closed[1:]),
    }


def wrong_memory(later=1.0, shown=None, peeped=None, kept=None):
    def backward(dh, dc_later, f, o, c, peephole):
        dh, dc_later, f, o, c, peephole = map(np.array, (dh, dc_later, f, o, c, peephole))
        s = np.tanh(c)
        dc = later * dc_later + (shown(dh, o, s, c) if shown else dh * o * (1 - s ** 2))
        dc = dc + (peeped(dh, o, s, peephole) if peeped else dh * s * o * (1 - o) * peephole)
        return dc.tolist(), (kept(dc, f, dc_later) if kept else dc * f).tolist()

    return backward


memory_backward = Exercise(
    memory_backward,
    memory_cases,
    hint="Three paths lead away from c: to the step after it, through tanh into h, and through the peephole into o.",
    returns=("dc", "dc_before"),
    mistakes={
        "`dc_before` and `dc` have changed places: dc comes first.":
            lambda *arguments: wrong_memory()(*arguments)[::-1],
        "The path through the peephole is missing: the output gate looks at c, and what it decides depends on c.":
            wrong_memory(peeped=lambda dh, o, s, peephole: 0 * dh),
        "The gradient from the later step is missing: the paths add up.": wrong_memory(later=0.0),
        "The path through h is missing: h = o tanh(c) changes with c.":
            wrong_memory(shown=lambda dh, o, s, c: 0 * dh),
        "The slope of tanh is missing: h = o tanh(c), so its change with c is o (1 - tanh(c)²).":
            wrong_memory(shown=lambda dh, o, s, c: dh * o),
        "The slope of tanh takes its output: 1 - s² with s = tanh(c), not 1 - c².":
            wrong_memory(shown=lambda dh, o, s, c: dh * o * (1 - c ** 2)),
        "The peephole leads into the gate's sigmoid: its slope o (1 - o) is missing on that path.":
            wrong_memory(peeped=lambda dh, o, s, peephole: dh * s * peephole),
        "`dc_before` passes on only what came from later: all of dc goes back, times f.":
            wrong_memory(kept=lambda dc, f, dc_later: f * dc_later),
        "`dc_before` is not multiplied by the forget gate: c' enters c as f times c'.":
            wrong_memory(kept=lambda dc, f, dc_later: dc),
    },
)
