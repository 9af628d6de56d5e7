"""Exercises of chapter 19, Fashion-MNIST: recall of each class, accuracy over batches of different size."""

import numpy as np

from modules.exercises.exercise import Exercise


def recall_per_class(y_true, y_predicted, n_classes):
    """Of the samples of each class, the share that was predicted as that class; 0 for a class without samples."""
    recall = np.zeros(n_classes)
    for label in range(n_classes):
        members = y_true == label
        if members.any():
            recall[label] = np.mean(y_predicted[members] == label)
    return recall


def recall_cases(rng):
    def draw(samples, n_classes):
        y_true = rng.integers(0, n_classes, samples)
        keep = rng.random(samples) < 0.6
        return y_true, np.where(keep, y_true, rng.integers(0, n_classes, samples)), n_classes

    return {
        "sixty samples of four classes": draw(60, 4),
        "two classes": draw(31, 2),
        "a single sample": (np.array([2]), np.array([2]), 3),
        "a class that does not occur": (np.array([0, 2, 2, 0, 2]), np.array([1, 2, 0, 0, 2]), 4),
        "a class that is predicted but does not occur": (np.array([0, 0, 1]), np.array([2, 0, 1]), 3),
        "no right answer": (np.array([0, 1, 2, 2]), np.array([1, 2, 0, 1]), 3),
    }


def shares(numerator, denominator):
    return numerator / np.maximum(denominator, 1)


def count(labels, n_classes):
    return np.bincount(labels, minlength=n_classes)


def right(y_true, y_predicted, n_classes):
    return count(y_true[y_true == y_predicted], n_classes)


recall_per_class = Exercise(
    recall_per_class,
    recall_cases,
    hint="Pick the samples whose true label is the class; among these, how many carry the same predicted label?",
    mistakes={
        "This is the precision: divide the right answers by the number of true members, not of predictions.":
            lambda y_true, y_predicted, n_classes:
                shares(right(y_true, y_predicted, n_classes), count(y_predicted, n_classes)),
        "Divided by the number of all samples: each class is measured against its own members.":
            lambda y_true, y_predicted, n_classes: right(y_true, y_predicted, n_classes) / len(y_true),
        "These are counts of right answers: divide each by the number of samples of its class.":
            lambda y_true, y_predicted, n_classes: right(y_true, y_predicted, n_classes).astype(float),
        "This is the share of wrong answers: the recall counts the right ones.":
            lambda y_true, y_predicted, n_classes:
                shares(count(y_true, n_classes) - right(y_true, y_predicted, n_classes), count(y_true, n_classes)),
        "This is the accuracy of all classes together: give one number for each class.":
            lambda y_true, y_predicted, n_classes: np.full(n_classes, np.mean(y_true == y_predicted)),
        "This is how often each class was predicted, right or wrong: compare with the true labels.":
            lambda y_true, y_predicted, n_classes: shares(count(y_predicted, n_classes), count(y_true, n_classes)),
        "A class without samples gives 0 / 0: its recall should be 0.":
            lambda y_true, y_predicted, n_classes:
                right(y_true, y_predicted, n_classes) / count(y_true, n_classes),
    },
)


def accumulated_accuracy(rights, sizes):
    """Share of right answers over all batches: all right answers divided by all samples."""
    return np.sum(rights) / np.sum(sizes)


def batch_cases(rng):
    def draw(batches, size, last):
        sizes = np.full(batches, size)
        sizes[-1] = last
        return rng.integers(0, sizes + 1), sizes

    return {
        "a smaller last batch": draw(5, 32, 7),
        "a last batch of one sample": draw(4, 10, 1),
        "a single batch, all right": (np.array([9]), np.array([9])),
        "batches of one size": draw(6, 16, 16),
        "a last batch that is all wrong": (np.array([30, 31, 0]), np.array([32, 32, 4])),
    }


accumulated_accuracy = Exercise(
    accumulated_accuracy,
    batch_cases,
    hint="A mean over samples counts every sample once. How many samples are there, and how many are right?",
    mistakes={
        "This is the mean of the batches' accuracies: it counts a sample of the small last batch more than others.":
            lambda rights, sizes: np.mean(rights / sizes),
        "Divided by the number of batches: an accuracy is a share of the samples.":
            lambda rights, sizes: np.sum(rights) / len(sizes),
        "Every batch is taken to be as large as the first: the last one may be smaller.":
            lambda rights, sizes: np.sum(rights) / (len(sizes) * sizes[0]),
        "This is the accuracy of the last batch alone: all batches count.":
            lambda rights, sizes: rights[-1] / sizes[-1],
        "This gives the accuracy of each batch: return one number for the epoch.":
            lambda rights, sizes: rights / sizes,
        "This is the share of wrong answers.":
            lambda rights, sizes: 1 - np.sum(rights) / np.sum(sizes),
        "The decimals are cut off, and only 0 or 1 is left: divide with `/`, not with `//`.":
            lambda rights, sizes: np.sum(rights) // np.sum(sizes),
    },
)
