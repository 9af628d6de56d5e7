"""Exercises of chapter 5, the loss: one-hot labels, mean cross-entropy, accuracy."""

import numpy as np

from modules.exercises.exercise import Exercise


def one_hot(y_true, n_classes):
    """Each class number as a row of zeros with a one in its column, `(samples, n_classes)`."""
    rows = np.zeros((len(y_true), n_classes))
    rows[np.arange(len(y_true)), y_true] = 1
    return rows


def one_hot_cases(rng):
    return {
        "five samples of three classes": (rng.integers(3, size=5), 3),
        "a single sample": (np.array([2]), 4),
        "as many samples as classes": (np.array([1, 2, 0]), 3),
        "a last class that does not occur": (np.array([0, 1, 1, 0]), 3),
        "samples that share one class": (np.array([1, 1, 1, 1]), 2),
    }


def whole_columns(y_true, n_classes):
    rows = np.zeros((len(y_true), n_classes))
    rows[:, y_true] = 1
    return rows


def counted_from_one(y_true, n_classes):
    return np.eye(n_classes + 1)[y_true + 1][:, :n_classes]


one_hot = Exercise(
    one_hot,
    one_hot_cases,
    hint="Start from zeros. Row 0 gets its one in column y_true[0], row 1 in column y_true[1]: pair them.",
    mistakes={
        "Ones fill whole columns: pair row and column, and make a new list for each row, not `[[0] * n] * m`.":
            whole_columns,
        "The number of columns comes from the labels: a class that does not occur needs its column too.":
            lambda y_true, n_classes: np.eye(y_true.max() + 1)[y_true],
        "The classes are counted from 1: class 0 has its one in the first column.":
            counted_from_one,
        "Zeros and ones have changed places: the one stands at the true class.":
            lambda y_true, n_classes: 1 - np.eye(n_classes)[y_true],
        "The ones lie on the diagonal: it is the label, not the number of the row, that says where.":
            lambda y_true, n_classes: np.eye(len(y_true), n_classes),
    },
)


def mean_loss(probabilities, y_true):
    """Mean over the samples of -log(probability of the true class); y_true: class numbers.

    The probabilities are clipped to [1e-7, 1 - 1e-7].
    """
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return np.mean(-np.log(clipped[np.arange(len(probabilities)), y_true]))


def loss_cases(rng):
    def draw(samples, classes):
        return rng.dirichlet(np.ones(classes), size=samples), rng.integers(classes, size=samples)

    return {
        "the three samples of the lesson": (np.array([[0.7, 0.1, 0.2], [0.1, 0.5, 0.4], [0.02, 0.9, 0.08]]),
                                            np.array([0, 1, 1])),
        "five samples": draw(5, 3),
        "a single sample": draw(1, 4),
        "more classes than samples": draw(2, 6),
        "as many samples as classes": (draw(3, 3)[0], np.array([1, 2, 0])),
        "a probability of 0": (np.array([[0.0, 1.0], [0.4, 0.6]]), np.array([0, 1])),
        "nothing but certainty": (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1])),
    }


def of_true_class(probabilities, y_true):
    return probabilities[np.arange(len(y_true)), y_true]


def clip(probabilities):
    return np.clip(probabilities, 1e-7, 1 - 1e-7)


mean_loss = Exercise(
    mean_loss,
    loss_cases,
    hint="Clip; pick the probability of the true class from each row; logarithm; sign; and then, for the batch?",
    mistakes={
        "The clipping is missing: a probability of 0 makes the loss of the whole batch infinite.":
            lambda probabilities, y_true: -np.mean(np.log(of_true_class(probabilities, y_true))),
        "Only 0 is avoided, not 1: clip on both sides, to at most 1 - 1e-7.":
            lambda probabilities, y_true:
                -np.mean(np.log(np.maximum(of_true_class(probabilities, y_true), 1e-7))),
        "A small number is added instead of clipping: then a perfect answer has a loss below zero.":
            lambda probabilities, y_true: -np.mean(np.log(of_true_class(probabilities, y_true) + 1e-7)),
        "The logarithm of a probability is negative: the loss is its negative.":
            lambda probabilities, y_true: np.mean(np.log(clip(of_true_class(probabilities, y_true)))),
        "This is the sum over the samples: the loss of a batch is their mean.":
            lambda probabilities, y_true: -np.sum(np.log(clip(of_true_class(probabilities, y_true)))),
        "These are the losses of the samples: the loss of a batch is their mean, one number.":
            lambda probabilities, y_true: -np.log(clip(of_true_class(probabilities, y_true))),
        "Whole columns are picked: each row has its own true class, so pair row and column.":
            lambda probabilities, y_true: -np.mean(np.log(clip(probabilities[:, y_true]))),
        "The highest probability is taken: the loss looks at that of the true class, however low it is.":
            lambda probabilities, y_true: -np.mean(np.log(clip(probabilities.max(axis=1)))),
        "This is the logarithm of the mean probability: take each logarithm first, then the mean.":
            lambda probabilities, y_true: -np.log(np.mean(clip(of_true_class(probabilities, y_true)))),
        "The logarithm has the wrong base: the loss takes the natural one.":
            lambda probabilities, y_true: -np.mean(np.log2(clip(of_true_class(probabilities, y_true)))),
        "The logarithm has base 10: the loss takes the natural one, np.log.":
            lambda probabilities, y_true: -np.mean(np.log10(clip(of_true_class(probabilities, y_true)))),
        "All classes are counted: only the probability of the true class counts.":
            lambda probabilities, y_true: -np.mean(np.log(clip(probabilities))),
        "This is the mean probability of the true class: the loss of a sample is -log of it.":
            lambda probabilities, y_true: np.mean(clip(of_true_class(probabilities, y_true))),
        "The clipping cuts off too little: the limits are 1e-7 and 1 - 1e-7.":
            lambda probabilities, y_true:
                -np.mean(np.log(np.clip(of_true_class(probabilities, y_true), 1e-12, 1 - 1e-12))),
    },
)


def accuracy(probabilities, y_true):
    """Share of the samples whose highest probability is that of the true class.

    y_true: class numbers or one-hot.
    """
    if y_true.ndim == 2:
        y_true = np.argmax(y_true, axis=1)
    return np.mean(np.argmax(probabilities, axis=1) == y_true)


def accuracy_cases(rng):
    def draw(samples, classes):
        return rng.dirichlet(np.ones(classes), size=samples), rng.integers(classes, size=samples)

    probabilities, labels = draw(8, 3)
    return {
        "the three samples of the lesson": (np.array([[0.7, 0.2, 0.1], [0.5, 0.1, 0.4], [0.02, 0.9, 0.08]]),
                                            np.array([0, 1, 1])),
        "eight samples": (probabilities, labels),
        "eight samples with one-hot labels": (probabilities, np.eye(3)[labels]),
        "six samples that are all right": (np.eye(3)[[0, 1, 2, 2, 1, 0]], np.array([0, 1, 2, 2, 1, 0])),
        "a single sample": (np.array([[0.2, 0.3, 0.1, 0.4]]), np.array([3])),
        "a single sample with a one-hot label": (np.array([[0.2, 0.3, 0.1, 0.4]]), np.eye(4)[[1]]),
        "confidence that is low but right": (np.array([[0.4, 0.3, 0.3], [0.3, 0.3, 0.4]]), np.array([0, 2])),
    }


def as_numbers(y_true):
    return y_true.argmax(axis=1) if y_true.ndim == 2 else y_true


def equal_entries(probabilities, y_true):
    rows = np.eye(probabilities.shape[1])
    return np.mean(rows[probabilities.argmax(axis=1)] == rows[as_numbers(y_true)])


accuracy = Exercise(
    accuracy,
    accuracy_cases,
    hint="In which column is the highest number of a row? Ask this of probabilities and of one-hot labels.",
    mistakes={
        "One-hot labels are compared as they are: turn each row into its class number first.":
            lambda probabilities, y_true: np.mean(probabilities.argmax(axis=1) == y_true)
            if y_true.ndim == 1 else np.mean(probabilities.argmax(axis=1)[:, None] == y_true),
        "The highest number is looked for in each column: a sample is a row, so search along axis 1.":
            lambda probabilities, y_true: np.mean(probabilities.argmax(axis=0)[as_numbers(y_true)]
                                                  == np.arange(len(y_true))),
        "Right answers are counted, but not divided by the number of samples.":
            lambda probabilities, y_true: np.sum(probabilities.argmax(axis=1) == as_numbers(y_true)),
        "This is the share of wrong answers.":
            lambda probabilities, y_true: np.mean(probabilities.argmax(axis=1) != as_numbers(y_true)),
        "A probability above one half is required here: being the highest of its row is enough.":
            lambda probabilities, y_true: np.mean(of_true_class(probabilities, as_numbers(y_true)) > 0.5),
        "This is the mean probability of the true class: accuracy counts each answer as right or wrong.":
            lambda probabilities, y_true: np.mean(of_true_class(probabilities, as_numbers(y_true))),
        "One place is looked for in the whole array: each sample has its own answer, so say axis=1.":
            lambda probabilities, y_true:
                np.mean(probabilities.argmax() == (y_true.argmax() if y_true.ndim == 2 else y_true)),
        "Entries are compared, even the zeros: a sample is right or wrong as a whole, so compare class numbers.":
            equal_entries,
        "The lowest probability is taken for the answer: a network answers with the class of the highest.":
            lambda probabilities, y_true: np.mean(probabilities.argmin(axis=1) == as_numbers(y_true)),
    },
)
