"""Exercises of chapter 11, testing: splitting data for training and test, stopping early."""

import numpy as np

from modules.exercises.exercise import Exercise


def split_data(X, y, order, n_test):
    """The rows of X and y in the given order, the first n_test for the test: X_train, y_train, X_test, y_test."""
    test_rows, train_rows = order[:n_test], order[n_test:]
    return X[train_rows], y[train_rows], X[test_rows], y[test_rows]


def split_cases(rng):
    def draw(samples, features, n_test):
        X, y = rng.normal(size=(samples, features)), np.sort(rng.integers(0, 3, samples))
        return X, y, rng.permutation(samples), n_test

    return {
        "twelve samples, three for the test": draw(12, 2, 3),
        "half for the test": draw(10, 3, 5),
        "a single test sample": draw(7, 2, 1),
        "most for the test": draw(9, 1, 7),
    }


split_data = Exercise(
    split_data,
    split_cases,
    hint="Take row numbers from `order`, first the beginning, then the rest; the same numbers pick from X and from y.",
    returns=("X_train", "y_train", "X_test", "y_test"),
    whole=True,
    mistakes={
        "The order is not used: sorted data would leave whole classes out of the training.":
            lambda X, y, order, n_test: (X[n_test:], y[n_test:], X[:n_test], y[:n_test]),
        "X follows the order, y does not: every sample has to keep its own label.":
            lambda X, y, order, n_test: (X[order[n_test:]], y[n_test:], X[order[:n_test]], y[:n_test]),
        "The training data still hold the test points: what is tested must not be trained on.":
            lambda X, y, order, n_test: (X[order], y[order], X[order[:n_test]], y[order[:n_test]]),
        "The test takes the last rows of the order: take the first.":
            lambda X, y, order, n_test:
                (X[order[:-n_test]], y[order[:-n_test]], X[order[-n_test:]], y[order[-n_test:]]),
        "The two sets have changed places: n_test rows belong to the test.":
            lambda X, y, order, n_test: (X[order[:n_test]], y[order[:n_test]], X[order[n_test:]], y[order[n_test:]]),
        "A sample is lost between the two sets: the training begins with row n_test of the order.":
            lambda X, y, order, n_test:
                (X[order[n_test + 1:]], y[order[n_test + 1:]], X[order[:n_test]], y[order[:n_test]]),
        "The training data keep the order they had: take them, like the test data, in the order of `order`.":
            lambda X, y, order, n_test:
                (X[np.sort(order[n_test:])], y[np.sort(order[n_test:])], X[order[:n_test]], y[order[:n_test]]),
    },
)


def stopping_epoch(losses, patience):
    """The epoch with the lowest loss, looking no further than `patience` epochs without improvement."""
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


def stopping_cases(rng):
    def draw(*losses, patience):
        return np.array(losses), patience

    noisy = 1 / np.arange(1, 31) + 0.02 * np.arange(30) + 0.05 * rng.random(30)
    return {
        "a loss that turns": draw(1.1, 0.9, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, patience=3),
        "a short bump within the patience": draw(1.0, 0.8, 0.9, 0.85, 0.6, 0.7, 0.5, patience=3),
        "a lower loss after the patience ran out": draw(1.0, 0.8, 0.9, 0.95, 0.9, 0.2, 0.1, patience=3),
        "an improvement in the last epoch of patience": draw(1.0, 0.8, 0.9, 0.9, 0.7, 0.8, 0.9, patience=3),
        "no patience beyond one epoch": draw(1.0, 0.9, 0.95, 0.5, 0.4, patience=1),
        "a loss that falls to the end": draw(1.0, 0.9, 0.8, 0.7, patience=2),
        "a loss that rises from the start": draw(0.5, 0.6, 0.7, 0.8, 0.1, patience=2),
        "a spike soon after an improvement": draw(1.0, 0.8, 0.7, 1.1, 0.6, 0.65, patience=3),
        "equal losses": draw(1.0, 0.7, 0.7, 0.7, 0.7, 0.6, patience=3),
        "a noisy curve": (noisy, 5),
        "one epoch": draw(0.9, patience=4),
    }


def walk_with(is_better=np.less, late=0, starts_anew=True):
    """Early stopping with one thing changed: what counts as better, when it ends, what the patience counts."""
    def stop(losses, patience):
        best = waited = 0
        for epoch in range(1, len(losses)):
            if is_better(losses[epoch], losses[best]):
                best, waited = epoch, 0 if starts_anew else waited
            else:
                waited += 1
                if waited >= patience + late:
                    break
        return best

    return stop


def last_epoch_seen(losses, patience):
    best = stopping_epoch.reference(losses, patience)
    return min(best + patience, len(losses) - 1)


def compared_with(loss_before):
    """Early stopping in which each loss is compared with another one, a function of (losses, epoch)."""
    def stop(losses, patience):
        best = 0
        for epoch in range(1, len(losses)):
            if losses[epoch] < loss_before(losses, epoch):
                best = epoch
            elif epoch - best >= patience:
                break
        return best

    return stop


def compared_across_the_patience(losses, patience):
    """Ends once a loss is no lower than the one `patience` epochs before it."""
    for epoch in range(patience, len(losses)):
        if losses[epoch] >= losses[epoch - patience]:
            return int(np.argmin(losses[:epoch + 1]))
    return int(np.argmin(losses))


def end_if_early(losses, patience):
    best = stopping_epoch.reference(losses, patience)
    return best + patience if best + patience < len(losses) else best


stopping_epoch = Exercise(
    stopping_epoch,
    stopping_cases,
    hint="Remember the best epoch so far. In each epoch: a new best, or has it been `patience` epochs since the last?",
    whole=True,
    mistakes={
        "This is the lowest loss of all: after the patience has run out, later epochs are never seen.":
            lambda losses, patience: int(np.argmin(losses)),
        "This is the epoch in which the training ends: return the best one before it.":
            last_epoch_seen,
        "This waits one epoch too long.":
            walk_with(late=1),
        "This gives up one epoch too early.":
            walk_with(late=-1),
        "An equal loss counts as an improvement here: only a lower one should.":
            walk_with(is_better=np.less_equal),
        "The waiting does not start again after an improvement: count the epochs since the last best one.":
            walk_with(starts_anew=False),
        "This is the lowest loss: return the number of its epoch.":
            lambda losses, patience: losses[stopping_epoch.reference(losses, patience)],
        "This looks for the highest loss.":
            walk_with(is_better=np.greater),
        "Epochs are counted from 0.":
            lambda losses, patience: stopping_epoch.reference(losses, patience) + 1,
        "Each loss is compared with the one just before it: compare with the lowest so far.":
            compared_with(lambda losses, epoch: losses[epoch - 1]),
        "Each loss is compared with the first one: remember the new lowest loss as well as its epoch.":
            compared_with(lambda losses, epoch: losses[0]),
        "Each loss is compared with the one `patience` epochs before: count the epochs since the last best one.":
            compared_across_the_patience,
        "When the training ends early, its last epoch comes back: return the best one before it.":
            end_if_early,
    },
)
