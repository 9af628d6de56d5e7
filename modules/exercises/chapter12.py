"""Exercises of chapter 12, validation: the rows of one fold, scaling without a leak."""

import numpy as np

from modules.exercises.exercise import Exercise


def fold_rows(order, k, i):
    """The training rows and the validation rows of fold number i of k, counted from 0."""
    pieces = np.array_split(order, k)
    others = [piece for number, piece in enumerate(pieces) if number != i]
    return np.concatenate(others), pieces[i]


def fold_cases(rng):
    return {
        "twenty rows, the second of five folds": (rng.permutation(20), 5, 1),
        "the first fold": (rng.permutation(12), 4, 0),
        "the last fold": (rng.permutation(12), 4, 3),
        "rows that cannot be divided evenly": (rng.permutation(23), 5, 2),
        "the last of five uneven folds": (rng.permutation(23), 5, 4),
        "a shorter last fold": (rng.permutation(11), 3, 2),
        "two folds": (rng.permutation(9), 2, 1),
        "as many folds as rows": (rng.permutation(6), 6, 4),
    }


def fold_between(bounds_of, order_of=lambda order: order):
    """A fold from other bounds, a function of (samples, k, i), or from another order."""
    def fold(order, k, i):
        begin, end = bounds_of(len(order), k, i)
        rows = order_of(order)
        return np.concatenate([rows[:begin], rows[end:]]), rows[begin:end]

    return fold


def right_bounds(samples, k, i):
    size, more = divmod(samples, k)
    begin = i * size + min(i, more)
    return begin, begin + size + (i < more)


fold_rows = Exercise(
    fold_rows,
    fold_cases,
    hint="Cut the order into k pieces with np.array_split: piece i is validated, the others are joined for training.",
    returns=("train_rows", "validation_rows"),
    whole=True,
    mistakes={
        "The training rows still hold the validation rows: that is a leak.":
            lambda order, k, i: (order, fold_rows.reference(order, k, i)[1]),
        "The order is not used: without shuffling a fold may hold a single class.":
            fold_between(right_bounds, np.sort),
        "The rows left over by the division go to no fold: the first folds get one more each.":
            fold_between(lambda samples, k, i: (i * (samples // k), (i + 1) * (samples // k))),
        "The rows left over by the division all go to the last fold: the first folds get one more each.":
            fold_between(lambda samples, k, i:
                         (i * (samples // k), samples if i == k - 1 else (i + 1) * (samples // k))),
        "Folds are counted from 0: the next fold is taken.":
            lambda order, k, i: fold_rows.reference(order, k, (i + 1) % k),
        "Folds are counted from 0: the fold before is taken.":
            lambda order, k, i: fold_rows.reference(order, k, (i - 1) % k),
        "Only the pieces before fold i are trained on: those after it belong to the training too.":
            lambda order, k, i: (order[:right_bounds(len(order), k, i)[0]], fold_rows.reference(order, k, i)[1]),
        "Every k-th row is taken: a fold is one unbroken piece of the order.":
            lambda order, k, i: (order[np.arange(len(order)) % k != i], order[i::k]),
        "Every fold but the last is as large as the first: only as many get one more as there are rows left over.":
            fold_between(lambda samples, k, i: (i * -(-samples // k), (i + 1) * -(-samples // k))),
        "`k` is taken for the size of a fold: it is the number of folds.":
            fold_between(lambda samples, k, i: (i * k, (i + 1) * k)),
        "The training rows are sorted: keep them in the order of `order`.":
            lambda order, k, i: (np.sort(fold_rows.reference(order, k, i)[0]), fold_rows.reference(order, k, i)[1]),
    },
)


def scale_both(X_train, X_validation):
    """Both sets minus the means of the training set, divided by its standard deviations."""
    mean, deviation = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    return (X_train - mean) / deviation, (X_validation - mean) / deviation


def scale_cases(rng):
    def draw(samples, validation, features):
        size, place = rng.uniform(0.5, 20, features), rng.normal(size=features) * 10
        return tuple(place + size * rng.normal(size=(count, features)) for count in (samples, validation))

    X_train, X_validation = draw(9, 4, 3)
    return {
        "twelve and five samples": draw(12, 5, 3),
        "a single sample to validate": draw(8, 1, 2),
        "one feature": draw(6, 3, 1),
        "as many samples as features": draw(4, 4, 4),
        "a validation set that lies elsewhere": (X_train, X_validation + 100),
    }


def scaled(X, like, axis=0):
    return (X - np.mean(like, axis=axis)) / np.std(like, axis=axis)


scale_both = Exercise(
    scale_both,
    scale_cases,
    hint="Compute mean and deviation once, over the samples of X_train; then use the same numbers for both sets.",
    returns=("X_train", "X_validation"),
    mistakes={
        "Mean and deviation come from the validation set: take those of the training set.":
            lambda X_train, X_validation: (scaled(X_train, X_validation), scaled(X_validation, X_validation)),
        "The validation set is scaled by its own mean and deviation: it must take those of the training set.":
            lambda X_train, X_validation: (scaled(X_train, X_train), scaled(X_validation, X_validation)),
        "Mean and deviation come from both sets together: that is the leak, the validation points take part.":
            lambda X_train, X_validation: (
                scaled(X_train, np.concatenate([X_train, X_validation])),
                scaled(X_validation, np.concatenate([X_train, X_validation]))),
        "One mean and one deviation for all features: each feature has its own, so say axis=0.":
            lambda X_train, X_validation: (scaled(X_train, X_train, None), scaled(X_validation, X_train, None)),
        "The mean is not subtracted.":
            lambda X_train, X_validation:
                (X_train / np.std(X_train, axis=0), X_validation / np.std(X_train, axis=0)),
        "The division by the standard deviation is missing.":
            lambda X_train, X_validation:
                (X_train - np.mean(X_train, axis=0), X_validation - np.mean(X_train, axis=0)),
        "Divided by the variance: divide by its root, the standard deviation.":
            lambda X_train, X_validation: ((X_train - np.mean(X_train, axis=0)) / np.var(X_train, axis=0),
                                           (X_validation - np.mean(X_train, axis=0)) / np.var(X_train, axis=0)),
        "The validation set comes out as it was: is it left alone, or scaled by numbers of the scaled X_train?":
            lambda X_train, X_validation: (scaled(X_train, X_train), X_validation),
        "The mean is not subtracted from the validation set: was X_train overwritten before its mean was taken again?":
            lambda X_train, X_validation: (scaled(X_train, X_train), X_validation / np.std(X_train, axis=0)),
        "np.std has been given ddof=1: leave that out, so that it divides by the number of samples.":
            lambda X_train, X_validation:
                ((X_train - np.mean(X_train, axis=0)) / np.std(X_train, axis=0, ddof=1),
                 (X_validation - np.mean(X_train, axis=0)) / np.std(X_train, axis=0, ddof=1)),
        "Only the mean is divided: put the difference in parentheses.":
            lambda X_train, X_validation: (X_train - np.mean(X_train, axis=0) / np.std(X_train, axis=0),
                                           X_validation - np.mean(X_train, axis=0) / np.std(X_train, axis=0)),
        "This scales from 0 to 1, by the smallest and the largest value: use mean and standard deviation.":
            lambda X_train, X_validation: ((X_train - X_train.min(axis=0)) / np.ptp(X_train, axis=0),
                                           (X_validation - X_train.min(axis=0)) / np.ptp(X_train, axis=0)),
        "Each sample is scaled by its own numbers: mean and deviation belong to a feature, so say axis=0.":
            lambda X_train, X_validation: (scaled(X_train.T, X_train.T).T, scaled(X_validation.T, X_validation.T).T),
        "X_train is left as it is: scale both sets.":
            lambda X_train, X_validation: (X_train, scaled(X_validation, X_train)),
    },
)
