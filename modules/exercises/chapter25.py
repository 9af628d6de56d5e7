"""Exercises of chapter 25, tensor autograd: the way back through broadcasting, maximum, stacked product, centring."""

import numpy as np

from modules.exercises.exercise import Exercise


def sum_to(gradient, shape):
    """The gradient of what was broadcast from `shape`: summed over the axes that were added or stretched."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    return gradient.sum(axis=tuple(axis for axis, length in enumerate(shape) if length == 1), keepdims=True)


def mean_to(gradient, shape):
    return sum_to(gradient, shape) * (np.prod(shape) / gradient.size)


def multiply_backward(gradient, a, b):
    """Gradients of a * b by a and b, each in its operand's own shape, whatever was broadcast."""
    shares = []
    for share, operand in ((gradient * b, a), (gradient * a, b)):
        while share.ndim > operand.ndim:
            share = share.sum(axis=0)
        stretched = tuple(axis for axis, length in enumerate(operand.shape) if length == 1)
        shares.append(share.sum(axis=stretched, keepdims=True))
    return tuple(shares)


def multiply_cases(rng):
    shapes = {
        "two tables of one shape": ((3, 4), (3, 4)),
        "a table and a row": ((3, 4), (4,)),
        "a table and a row of shape (1, 4)": ((3, 4), (1, 4)),
        "a column and a row": ((3, 1), (4,)),
        "a single number and a table": ((), (2, 3)),
        "three axes and two, both stretched": ((2, 1, 4), (3, 1)),
    }
    return {
        label: (rng.normal(size=np.broadcast_shapes(*pair)), rng.normal(size=pair[0]), rng.normal(size=pair[1]))
        for label, pair in shapes.items()
    }


multiply_backward = Exercise(
    multiply_backward,
    multiply_cases,
    hint="First the gradient as if nothing had been broadcast. Then sum over the axes the operand did not have, or had "
         "with length 1.",
    returns=("da", "db"),
    mistakes={
        "The factors have changed places: the derivative by one factor is the other factor.":
            lambda gradient, a, b: (sum_to(gradient * a, a.shape), sum_to(gradient * b, b.shape)),
        "Nothing is summed back: an operand that was broadcast gets the sum, in its own shape.":
            lambda gradient, a, b: (gradient * b, gradient * a),
        "This is the mean over the copies: each use of an element adds its share, so it is the sum.":
            lambda gradient, a, b: (mean_to(gradient * b, a.shape), mean_to(gradient * a, b.shape)),
        "The gradient is summed before it meets the other factor: multiply first, sum afterwards.":
            lambda gradient, a, b: (sum_to(gradient, a.shape) * sum_to(b + 0 * gradient, a.shape),
                                    sum_to(gradient, b.shape) * sum_to(a + 0 * gradient, b.shape)),
        "The gradient from above is missing: these are the partial derivatives alone, summed.":
            lambda gradient, a, b: (sum_to(b + 0 * gradient, a.shape), sum_to(a + 0 * gradient, b.shape)),
    },
)


def max_backward(gradient, x):
    """Gradient of x.max(axis=1) by x: each row's goes to its largest element; those that tie share equally."""
    largest = x == x.max(axis=1, keepdims=True)
    return largest / largest.sum(axis=1, keepdims=True) * gradient[:, None]


def max_cases(rng):
    ties = np.array([[1.0, 4.0, 4.0], [2.0, 2.0, 2.0], [-1.0, -3.0, -1.0], [0.0, 5.0, 1.0]])
    return {
        "five samples": (rng.normal(size=5), rng.normal(size=(5, 3))),
        "a single sample": (rng.normal(size=1), rng.normal(size=(1, 4))),
        "as many samples as features": (rng.normal(size=3), rng.normal(size=(3, 3))),
        "a single feature": (rng.normal(size=4), rng.normal(size=(4, 1))),
        "elements that tie": (rng.normal(size=4), ties),
        "nothing but negative numbers": (rng.normal(size=2), -1.0 - rng.random((2, 3))),
    }


def first_maximum(x):
    return np.eye(x.shape[1])[x.argmax(axis=1)]


max_backward = Exercise(
    max_backward,
    max_cases,
    hint="Which elements equal their row's maximum? Such a mask, divided by how many there are in the row, "
         "says who gets what.",
    mistakes={
        "Where elements tie, the first one takes all: they should share the gradient equally.":
            lambda gradient, x: first_maximum(x) * gradient[:, None],
        "Where elements tie, each gets the whole gradient: together they may not get more than came in.":
            lambda gradient, x: (x == x.max(axis=1, keepdims=True)) * gradient[:, None],
        "Every element gets the gradient: only the largest of a row can change its maximum.":
            lambda gradient, x: np.ones_like(x) * gradient[:, None],
        "The value of the maximum is multiplied in: the slope of the maximum by its largest element is 1.":
            lambda gradient, x: max_backward.reference(gradient, x) * x,
        "The gradient from above is missing: this mask is only the partial derivative.":
            lambda gradient, x: max_backward.reference(np.ones_like(gradient), x),
        "The maximum is taken over the whole table: each row has its own.":
            lambda gradient, x: (x == x.max()) * gradient[:, None],
    },
)


def matmul_stack_backward(gradient, stack, matrix):
    """Gradients of stack @ matrix: one for every matrix of the stack, and the sum over the stack for the shared one."""
    dstack = gradient @ matrix.T
    dmatrix = (stack.swapaxes(-1, -2) @ gradient).sum(axis=0)
    return dstack, dmatrix


def matmul_cases(rng):
    sizes = {"three pictures": (3, 4, 5, 2), "a single picture": (1, 2, 3, 4), "pictures of one row": (5, 1, 3, 2),
             "a square matrix": (2, 4, 3, 3), "nothing but squares": (3, 3, 3, 3)}
    return {
        label: (rng.normal(size=(pictures, rows, columns)), rng.normal(size=(pictures, rows, inner)),
                rng.normal(size=(inner, columns)))
        for label, (pictures, rows, inner, columns) in sizes.items()
    }


def per_picture(gradient, stack):
    return stack.swapaxes(-1, -2) @ gradient


matmul_stack_backward = Exercise(
    matmul_stack_backward,
    matmul_cases,
    hint="For one picture it is chapter 9: G B.T and A.T G. The matrix is used for every picture; "
         "what follows from that?",
    returns=("dstack", "dmatrix"),
    mistakes={
        "`dmatrix` still has an axis for the pictures: one matrix serves them all, so their shares are added.":
            lambda gradient, stack, matrix: (gradient @ matrix.T, per_picture(gradient, stack)),
        "`dmatrix` is a mean over the pictures: shares along several paths are added, not averaged.":
            lambda gradient, stack, matrix: (gradient @ matrix.T, per_picture(gradient, stack).mean(axis=0)),
        "`dmatrix` holds the last picture only: all pictures have a share in it.":
            lambda gradient, stack, matrix: (gradient @ matrix.T, per_picture(gradient, stack)[-1]),
        "`dmatrix` is transposed: it has the matrix's own shape, (inner, columns).":
            lambda gradient, stack, matrix: (gradient @ matrix.T, per_picture(gradient, stack).sum(axis=0).T),
    },
)


def centre_backward(gradient):
    """Gradient of x - x.mean(axis=0) by x: each element's own gradient, less the mean of its column."""
    return gradient - gradient.mean(axis=0, keepdims=True)


def centre_cases(rng):
    shapes = {"five samples": (5, 3), "two samples": (2, 4), "as many samples as features": (3, 3),
              "a single feature": (6, 1), "a single sample": (1, 4)}
    return {label: (rng.normal(size=shape),) for label, shape in shapes.items()}


centre_backward = Exercise(
    centre_backward,
    centre_cases,
    hint="An element acts by itself with slope 1, and through the mean of its column on every row, "
         "each time with slope -1/N.",
    mistakes={
        "The mean is forgotten: each element also moves the mean of its column, and with it every row.":
            lambda gradient: gradient,
        "The mean goes along the wrong axis: it is taken over the samples, feature by feature.":
            lambda gradient: gradient - gradient.mean(axis=1, keepdims=True),
        "This is a sum where a mean belongs: through the mean an element acts with slope 1/N.":
            lambda gradient: gradient - gradient.sum(axis=0, keepdims=True),
        "The share through the mean has the wrong sign: the mean is subtracted.":
            lambda gradient: gradient + gradient.mean(axis=0, keepdims=True),
        "Only the element's own row is counted: it moves the mean for all rows of its column.":
            lambda gradient: gradient * (1 - 1 / len(gradient)),
    },
)
