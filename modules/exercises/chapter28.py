"""Exercises of chapter 28, one network: parameters for PyTorch and back, gates in ONNX's order, a small runtime."""

import numpy as np

from modules.exercises.exercise import Exercise


def to_pytorch(weights, biases):
    """Weights (inputs, neurons) and biases (1, neurons) in the shapes of PyTorch's Linear."""
    return weights.T, biases[0]


def dense_cases(rng):
    sizes = {"four inputs, three neurons": (4, 3), "a single input": (1, 5), "a single neuron": (3, 1),
             "as many neurons as inputs": (3, 3)}
    return {label: (rng.normal(size=(inputs, neurons)), rng.normal(size=(1, neurons)))
            for label, (inputs, neurons) in sizes.items()}


to_pytorch = Exercise(
    to_pytorch,
    dense_cases,
    hint="PyTorch's weight has a row for each neuron, and its bias is a plain row of numbers with one axis.",
    returns=("weight", "bias"),
    mistakes={
        "`weight` is not transposed: PyTorch has a row for each neuron, the book a column.":
            lambda weights, biases: (weights, biases[0]),
        "`weight` is reshaped where it should be transposed: the numbers are there, but in other places.":
            lambda weights, biases: (weights.reshape(weights.shape[::-1]), biases[0]),
        "`bias` still has its axis for the samples: PyTorch's has the shape (neurons,).":
            lambda weights, biases: (weights.T, biases),
        "`bias` has become a column: PyTorch's has one axis, (neurons,).":
            lambda weights, biases: (weights.T, biases.T),
    },
)


def from_pytorch(weight, bias):
    """A Linear's weight (neurons, inputs) and bias (neurons,) in the shapes of the book's dense layer."""
    return weight.T, bias.reshape(1, -1)


def linear_cases(rng):
    return {label: (weights.T.copy(), biases[0]) for label, (weights, biases) in dense_cases(rng).items()}


from_pytorch = Exercise(
    from_pytorch,
    linear_cases,
    hint="The same turn as before; and the biases of the book are a matrix of one row.",
    returns=("weights", "biases"),
    mistakes={
        "`weights` is not transposed: the book has a column for each neuron, PyTorch a row.":
            lambda weight, bias: (weight, bias.reshape(1, -1)),
        "`weights` is reshaped where it should be transposed: the numbers are there, but in other places.":
            lambda weight, bias: (weight.reshape(weight.shape[::-1]), bias.reshape(1, -1)),
        "`biases` lacks its axis for the samples: the book's have the shape (1, neurons).":
            lambda weight, bias: (weight.T, bias),
        "`biases` has become a column: the book's are one row, (1, neurons).":
            lambda weight, bias: (weight.T, bias.reshape(-1, 1)),
    },
)


def reorder_gates(weights):
    """The columns of the gates i, f, g, o, a quarter each, in the order i, o, f, g."""
    i, f, g, o = np.split(weights, 4, axis=1)
    return np.concatenate([i, o, f, g], axis=1)


def gate_cases(rng):
    sizes = {"three rows, two neurons": (3, 2), "one neuron": (2, 1), "a row of biases": (1, 3),
             "as many rows as columns": (8, 2), "more rows than columns": (9, 1)}
    return {label: (rng.normal(size=(rows, 4 * neurons)),) for label, (rows, neurons) in sizes.items()}


def by_block(order):
    def reorder(weights):
        return np.concatenate([np.split(weights, 4, axis=1)[block] for block in order], axis=1)

    return reorder


reorder_gates = Exercise(
    reorder_gates,
    gate_cases,
    hint="Cut the columns into four blocks, which np.split does, and put the blocks together again in the new order.",
    mistakes={
        "Nothing has moved: the gates are still in the order i, f, g, o.":
            by_block([0, 1, 2, 3]),
        "The order is that of the way back: this turns i, o, f, g into i, f, g, o.":
            by_block([0, 2, 3, 1]),
        "Only f and o have changed places: then the order is i, o, g, f.":
            by_block([0, 3, 2, 1]),
        "The last gate comes first: i stays where it is, and o goes after it.":
            by_block([3, 0, 1, 2]),
        "Single columns are moved, as if each gate had one neuron: a gate is a block of neighbouring columns.":
            lambda weights: weights.reshape(len(weights), -1, 4)[:, :, [0, 3, 1, 2]].reshape(weights.shape),
    },
)


def run_nodes(nodes, X):
    """The output of a chain of nodes ("Gemm", weights, biases), ("Relu",) and ("Softmax",) for a batch X."""
    for operator, *constants in nodes:
        if operator == "Gemm":
            weights, biases = constants
            X = X @ weights + biases
        elif operator == "Relu":
            X = np.maximum(X, 0)
        else:
            exponentials = np.exp(X - np.max(X, axis=1, keepdims=True))
            X = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    return X


def node_cases(rng):
    def gemm(inputs, neurons, scale=1.0):
        return "Gemm", scale * rng.normal(size=(inputs, neurons)), rng.normal(size=(1, neurons))

    relu, softmax = ("Relu",), ("Softmax",)
    return {
        "a single product": ([gemm(3, 2)], rng.normal(size=(5, 3))),
        "a classifier": ([gemm(4, 5), relu, gemm(5, 3), softmax], rng.normal(size=(6, 4))),
        "a single sample": ([gemm(2, 4), relu, gemm(4, 3), softmax], rng.normal(size=(1, 2))),
        "as many samples as classes": ([gemm(3, 3), softmax], rng.normal(size=(3, 3))),
        "scores far above 700": ([gemm(3, 4, 1000.0), softmax], rng.normal(size=(4, 3))),
        "ReLU at the end": ([gemm(3, 4), relu], rng.normal(size=(5, 3))),
        "ReLU at the beginning": ([relu, gemm(3, 2)], rng.normal(size=(5, 3))),
        "softmax alone": ([softmax], rng.normal(size=(4, 3))),
        "no node at all": ([], rng.normal(size=(2, 3))),
    }


def product_and_sum(X, weights, biases):
    return X @ weights + biases


def softmax_along(axis, shift=True):
    def softmax(X):
        exponentials = np.exp(X - shift * X.max(axis=axis, keepdims=True))
        return exponentials / exponentials.sum(axis=axis, keepdims=True)

    return softmax


def wrong_runtime(**wrong):
    """A runtime that computes with what is given here for the operators Gemm, Relu and Softmax, otherwise correctly."""
    operators = {"Gemm": product_and_sum, "Relu": lambda X: np.maximum(X, 0), "Softmax": softmax_along(1)} | wrong

    def run(nodes, X):
        for operator, *constants in nodes:
            X = operators[operator](X, *constants)
        return X

    return run


run_nodes = Exercise(
    run_nodes,
    node_cases,
    hint="Walk through the nodes with one variable that holds what the last node gave: X at first, the result "
         "at the end.",
    mistakes={
        "The biases are missing: Gemm is a matrix product with something added.":
            wrong_runtime(Gemm=lambda X, weights, biases: X @ weights),
        "Relu does nothing here: negative numbers become 0.":
            wrong_runtime(Relu=lambda X: X),
        "Relu lets the wrong side pass: it is the positive numbers that stay.":
            wrong_runtime(Relu=lambda X: np.minimum(X, 0)),
        "Softmax goes down the columns: each sample, a row, must sum to 1.":
            wrong_runtime(Softmax=softmax_along(0)),
        "Softmax overflows for large scores: subtract the largest of each row first.":
            wrong_runtime(Softmax=softmax_along(1, shift=False)),
        "Softmax is left out: the result holds scores, not probabilities.":
            wrong_runtime(Softmax=lambda X: X),
    },
)
