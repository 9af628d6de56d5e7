"""What every operation computes and, beside it, how a gradient flows back through it.

An operation takes plain arrays and returns its result followed by one derivative for each operand. It knows
nothing of tensors and need not consider broadcasting: `tensor.py` calls it, `graph.py` adds up what was broadcast.
"""

from copy import deepcopy

import numpy as np

SYMBOLS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "negate": "-",
           "matmul": "@", "sum_over": "sum", "mean_over": "mean", "max_over": "max", "absolute": "abs",
           "permute": "transpose", "take": "[]"}


class Factor:
    """Derivative of an element-wise operation: the gradient times the partial derivative, element by element.

    `partial` is a function: the partial derivative is only computed when a backward pass asks for it. The
    `Factor` of lesson 25 takes the array itself.
    """

    __slots__ = ("_partial",)

    def __init__(self, partial):
        if not callable(partial):
            raise TypeError(f"a Factor takes a function of no arguments, as in Factor(lambda: np.cos(x)), "
                            f"not {partial!r:.60}.")
        self._partial = partial

    def backward(self, gradient):
        return gradient * self._partial()

    def partial(self, names):
        """The partial derivative as an array or a number; the operands' names are not needed."""
        return self._partial()


class Rule:
    """Derivative of an operation that moves, adds or mixes elements.

    `backward` turns the result's gradient into the operand's; `text` is how a drawing writes it, where {0}, {1}
    stand for the names of the operands.
    """

    __slots__ = ("_text", "backward")

    def __init__(self, text, backward):
        self._text = text
        self.backward = backward

    def partial(self, names):
        """The partial derivative in words, such as "weights.T"."""
        return self._text.format(*names)


ONE = Rule("1", lambda gradient: gradient)


# Element by element, two operands

def add(a, b):
    return a + b, ONE, ONE


def subtract(a, b):
    return a - b, ONE, Factor(lambda: -1)


def multiply(a, b):
    return a * b, Factor(lambda: b), Factor(lambda: a)


def divide(a, b):
    return a / b, Factor(lambda: 1 / b), Factor(lambda: -a / b / b)


def power(a, b):
    """a ** b, with the partial derivatives b * a ** (b - 1) and a ** b * ln a.

    Where a is 0, the latter is 0, but -infinity for a negative b, as in PyTorch.
    """
    result = a ** b
    return (result,
            # The exponent 0 is replaced so that 0 ** 0 has the gradient 0 and not 0 * infinity.
            Factor(lambda: b * a ** np.where(b == 0, 1, b - 1)),
            Factor(lambda: result * np.log(np.where((a == 0) & (b >= 0), 1, a))))


# Element by element, one operand

def negate(x):
    return -x, Factor(lambda: -1)


def exp(x):
    result = np.exp(x)
    return result, Factor(lambda: result)


def log(x):
    return np.log(x), Factor(lambda: 1 / x)


def sqrt(x):
    result = np.sqrt(x)
    return result, Factor(lambda: 0.5 / result)


def square(x):
    return x * x, Factor(lambda: 2 * x)


def absolute(x):
    return np.abs(x), Factor(lambda: np.sign(x))


def tanh(x):
    result = np.tanh(x)
    return result, Factor(lambda: 1 - result * result)


def sigmoid(x):
    """1 / (1 + exp(-x)) as exp(-ln(1 + exp(-x))): `logaddexp` keeps it from overflowing at any x."""
    result = np.exp(-np.logaddexp(0, -x))
    return result, Factor(lambda: result * (1 - result))


def relu(x):
    """max(0, x), with slope 0 at 0."""
    return np.maximum(x, 0), Factor(lambda: x > 0)


# Over axes: `axis` is None (all), a number or a tuple

def _restore(reduced, axis, keepdims):
    """Puts the axes that a reduction removed back as axes of length 1."""
    return reduced if keepdims or axis is None else np.expand_dims(reduced, axis)


def sum_over(x, axis=None, keepdims=False):
    return (np.sum(x, axis=axis, keepdims=keepdims),
            Rule("1", lambda gradient: np.broadcast_to(_restore(gradient, axis, keepdims), x.shape)))


def mean_over(x, axis=None, keepdims=False):
    result = np.mean(x, axis=axis, keepdims=keepdims)
    count = x.size // max(np.size(result), 1)
    return result, Rule(
        f"1/{count}", lambda gradient: np.broadcast_to(_restore(gradient, axis, keepdims) / count, x.shape))


def max_over(x, axis=None, keepdims=False):
    """The largest element; elements that tie share the gradient equally, as in PyTorch's `amax`."""
    result = np.max(x, axis=axis, keepdims=keepdims)

    def backward(gradient):
        at_maximum = x == _restore(result, axis, keepdims)
        ties = at_maximum.sum(axis=axis, keepdims=True, dtype=x.dtype)
        return at_maximum * (_restore(gradient, axis, keepdims) / ties)

    return result, Rule("1 at the maximum", backward)


# Moving elements

def reshape(x, shape):
    return x.reshape(shape), Rule("1", lambda gradient: gradient.reshape(x.shape))


def permute(x, axes):
    """Reorders the axes; the inverse order carries the gradient back."""
    result = x.transpose(axes)
    inverse = np.argsort([axis % x.ndim for axis in axes])
    return result, Rule("1", lambda gradient: gradient.transpose(inverse))


def take(x, key):
    """x[key] for any NumPy index; an element taken twice receives both gradients.

    The key is copied: an index array may have changed by the time `backward` is called.
    """
    result = x[key]
    key = deepcopy(key)

    def backward(gradient):
        spread = np.zeros_like(x)
        np.add.at(spread, key, gradient)
        return spread

    return result, Rule("1 where taken", backward)


# Products of matrices

def matmul(a, b):
    """a @ b for vectors, matrices and stacks of matrices: da = gradient @ b.T, db = a.T @ gradient.

    A vector on the left counts as one row, on the right as one column, as in NumPy.
    """
    if not (a.ndim and b.ndim):
        raise ValueError("a single number has neither rows nor columns; multiply by it with *.")
    rows = a if a.ndim > 1 else a[None, :]
    columns = b if b.ndim > 1 else b[:, None]
    if rows.shape[-1] != columns.shape[-2]:
        raise ValueError(f"a row on the left has {rows.shape[-1]} elements, a column on the right "
                         f"{columns.shape[-2]}; they must be equally long.")

    def as_matrix(gradient):
        gradient = gradient if b.ndim > 1 else gradient[..., None]
        return gradient if a.ndim > 1 else gradient[..., None, :]

    def backward_b(gradient):
        dcolumns = rows.swapaxes(-1, -2) @ as_matrix(gradient)
        return dcolumns if b.ndim > 1 else dcolumns[..., 0]

    return (a @ b,
            Rule("{1}.T", lambda gradient: as_matrix(gradient) @ columns.swapaxes(-1, -2)),
            Rule("{0}.T", backward_b))
