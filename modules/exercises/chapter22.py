"""Exercises of chapter 22, prediction: the best few labels of each row, and a label or a refusal."""

import numpy as np

from modules.exercises.exercise import Exercise


def draw_confidences(rng, samples, classes):
    exponentials = np.exp(2 * rng.normal(size=(samples, classes)))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def top_labels(confidences, count):
    """Labels of the `count` highest confidences of each row, the highest first; shape (samples, count)."""
    return np.argsort(-confidences, axis=1)[:, :count]


def top_cases(rng):
    return {
        "seven samples of ten classes": (draw_confidences(rng, 7, 10), 3),
        "a single sample": (draw_confidences(rng, 1, 6), 2),
        "more samples than classes": (draw_confidences(rng, 9, 4), 2),
        "as many samples as classes": (draw_confidences(rng, 5, 5), 3),
        "the highest alone": (draw_confidences(rng, 6, 5), 1),
        "all classes": (draw_confidences(rng, 4, 3), 3),
        "two hundred of three hundred classes": (draw_confidences(rng, 3, 300), 200),
    }


def by_columns(confidences, count):
    order = np.argsort(-confidences, axis=0)
    return order[:, :count]


top_labels = Exercise(
    top_labels,
    top_cases,
    hint="`np.argsort` gives the places from the smallest entry to the largest. Along which axis, and from which end?",
    whole=True,
    mistakes={
        "These are the lowest: argsort sorts from small to large, so reverse the order.":
            lambda confidences, count: np.argsort(confidences, axis=1)[:, :count],
        "The right labels, but the highest comes last: reverse their order.":
            lambda confidences, count: np.argsort(confidences, axis=1)[:, -count:],
        "These are the confidences: return where they stand.":
            lambda confidences, count: -np.sort(-confidences, axis=1)[:, :count],
        "Sorted along the wrong axis: each row is a sample, and its classes compete with each other.":
            by_columns,
        "These are the first rows: take the first columns, so that every sample keeps its best labels.":
            lambda confidences, count: np.argsort(-confidences, axis=1)[:count],
        "The highest is missing: places are counted from 0.":
            lambda confidences, count: np.argsort(-confidences, axis=1)[:, 1:count + 1],
        "This is the best label alone: return as many as `count` says.":
            lambda confidences, count: np.argmax(confidences, axis=1),
        "The rows are reversed, not the columns: reverse the order of each sample's classes.":
            lambda confidences, count: np.argsort(confidences, axis=1)[::-1, :count],
        "These are the ranks of the classes: argsort once gives the classes in their order.":
            lambda confidences, count: np.argsort(np.argsort(-confidences, axis=1), axis=1)[:, :count],
    },
)


def labels_or_refusal(confidences, threshold):
    """The label of each row's highest confidence, or -1 where that is below the threshold; shape (samples,)."""
    return np.where(confidences.max(axis=1) < threshold, -1, confidences.argmax(axis=1))


def refusal_cases(rng):
    half = np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.4, 0.3, 0.3]])
    return {
        "twelve samples of ten classes": (draw_confidences(rng, 12, 10), 0.5),
        "a high threshold": (draw_confidences(rng, 9, 4), 0.8),
        "a single sample": (np.array([[0.1, 0.7, 0.2]]), 0.6),
        "a confidence that equals the threshold": (half, 0.5),
        "a threshold that nothing reaches": (draw_confidences(rng, 4, 5), 1.1),
        "a threshold below one in five": (draw_confidences(rng, 4, 5), 0.15),
        "no threshold": (draw_confidences(rng, 5, 5), 0.0),
    }


def refuse(confidences, refused, refusal=-1):
    return np.where(refused, refusal, confidences.argmax(axis=1))


labels_or_refusal = Exercise(
    labels_or_refusal,
    refusal_cases,
    hint="Two things about each row: how high its highest confidence is, and where it stands. `np.where` chooses.",
    whole=True,
    mistakes={
        "The threshold is never used: where the highest confidence is below it, the answer is -1.":
            lambda confidences, threshold: confidences.argmax(axis=1),
        "The comparison is the wrong way round: a sure answer is refused, and an unsure one is given.":
            lambda confidences, threshold: refuse(confidences, confidences.max(axis=1) >= threshold),
        "A confidence that equals the threshold is not below it: such a row gets its label.":
            lambda confidences, threshold: refuse(confidences, confidences.max(axis=1) <= threshold),
        "Refused rows get 0, but 0 is a class: say -1.":
            lambda confidences, threshold: refuse(confidences, confidences.max(axis=1) < threshold, 0),
        "The label is compared with the threshold: compare the confidence.":
            lambda confidences, threshold: refuse(confidences, confidences.argmax(axis=1) < threshold),
        "Refused rows are left out: every sample needs an answer, or nobody knows which answer is whose.":
            lambda confidences, threshold: confidences.argmax(axis=1)[confidences.max(axis=1) >= threshold],
        "A row is refused if its lowest confidence is below the threshold: what counts is the highest.":
            lambda confidences, threshold: refuse(confidences, confidences.min(axis=1) < threshold),
        "Refused rows get NaN: say -1.":
            lambda confidences, threshold: refuse(confidences, confidences.max(axis=1) < threshold, np.nan),
        "The mean of a row is compared: it is always 1 / classes. Compare the highest.":
            lambda confidences, threshold: refuse(confidences, confidences.mean(axis=1) < threshold),
        "The highest of all rows decides for every row: take the maximum along axis 1.":
            lambda confidences, threshold:
                refuse(confidences, np.full(len(confidences), confidences.max() < threshold)),
        "This is the first class above the threshold, not the highest; and where there is none, argmax says 0.":
            lambda confidences, threshold: np.argmax(confidences >= threshold, axis=1),
        "The answer is the confidence itself: give its place.":
            lambda confidences, threshold:
                np.where(confidences.max(axis=1) < threshold, -1, confidences.max(axis=1)),
    },
)
