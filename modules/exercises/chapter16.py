"""Exercises of chapter 16, binary classification: sigmoid and loss in one backward step, false alarms and misses."""

import numpy as np

from modules.exercises.exercise import Exercise


def sigmoid_crossentropy_backward(probabilities, y_true):
    """Gradient of the mean binary cross-entropy by the scores, from the sigmoid's output and the targets."""
    samples, outputs = probabilities.shape
    return (probabilities - y_true) / outputs / samples


def fused_cases(rng):
    def draw(samples, outputs):
        return rng.uniform(0.05, 0.95, (samples, outputs)), rng.integers(0, 2, (samples, outputs))

    return {
        "five samples of three outputs": draw(5, 3),
        "a single output": draw(6, 1),
        "a single sample": draw(1, 4),
        "certain mistakes": (np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.5]]), np.array([[1, 0], [0, 1], [1, 1]])),
        "certain and right": (np.array([[0.0, 1.0]]), np.array([[0, 1]])),
    }


def of_the_loss(probabilities, y_true):
    p = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return -(y_true / p - (1 - y_true) / (1 - p)) / probabilities.size


sigmoid_crossentropy_backward = Exercise(
    sigmoid_crossentropy_backward,
    fused_cases,
    hint="Multiply the gradient of the loss by the slope p (1 - p) on paper: all fractions cancel.",
    mistakes={
        "The division by the number of samples is missing: the loss is a mean over them.":
            lambda probabilities, y_true: (probabilities - y_true) / probabilities.shape[1],
        "The division by the number of outputs is missing: the loss of a sample is the mean over its outputs.":
            lambda probabilities, y_true: (probabilities - y_true) / len(probabilities),
        "Both means are missing: divide by the numbers of samples and outputs.":
            lambda probabilities, y_true: probabilities - y_true,
        "The sign is reversed: where the truth is yes a higher score means less loss, so the gradient is negative.":
            lambda probabilities, y_true: (y_true - probabilities) / probabilities.size,
        "This is the gradient by the probabilities: the slope of the sigmoid is still missing.": of_the_loss,
        "These are the two steps: where the network is certain, the slope is 0 and a mistake leaves no gradient.":
            lambda probabilities, y_true:
                of_the_loss(probabilities, y_true) * probabilities * (1 - probabilities),
        "The slope of the sigmoid is multiplied in once more: on paper it has cancelled with the division by p.":
            lambda probabilities, y_true:
                (probabilities - y_true) * probabilities * (1 - probabilities) / probabilities.size,
        "The probabilities are clipped: in one step nothing is divided by them, so nothing needs a clip.":
            lambda probabilities, y_true: (np.clip(probabilities, 1e-7, 1 - 1e-7) - y_true) / probabilities.size,
        "Only y is divided, since `/` comes before `-`: put the difference in parentheses.":
            lambda probabilities, y_true: probabilities - y_true / probabilities.size,
        "The sign is reversed, and both means are missing.": lambda probabilities, y_true: y_true - probabilities,
        "The sign is lost: where the truth is yes the gradient is negative.":
            lambda probabilities, y_true: np.abs(probabilities - y_true) / probabilities.size,
    },
)


def errors_at_threshold(probabilities, y_true, threshold):
    """Shares of false alarms among the true no, and of misses among the true yes; yes means above the threshold."""
    answers, truth = probabilities > threshold, y_true == 1
    false_alarms = np.sum(answers & ~truth) / max(np.sum(~truth), 1)
    misses = np.sum(~answers & truth) / max(np.sum(truth), 1)
    return false_alarms, misses


def threshold_cases(rng):
    def draw(samples, threshold):
        y_true = rng.integers(0, 2, (samples, 1))
        return np.clip(0.3 * y_true + rng.uniform(0, 0.7, (samples, 1)), 0, 1), y_true, threshold

    return {
        "forty samples, threshold 0.5": draw(40, 0.5),
        "a low threshold": draw(31, 0.2),
        "a high threshold": draw(26, 0.75),
        "a threshold of 0": draw(20, 0.0),
        "a threshold of 1": draw(20, 1.0),
        "a probability exactly at the threshold": (np.array([[0.3], [0.3], [0.8], [0.1], [0.2]]),
                                                   np.array([[1], [0], [1], [0], [0]]), 0.3),
        "no true yes": (np.array([[0.9], [0.2], [0.7]]), np.array([[0], [0], [0]]), 0.5),
        "no true no": (np.array([[0.9], [0.2], [0.7], [0.1]]), np.array([[1], [1], [1], [1]]), 0.5),
        "a single true yes": (np.array([[0.4], [0.2], [0.7], [0.1]]), np.array([[1], [0], [0], [0]]), 0.5),
        "a single true no": (np.array([[0.6], [0.2], [0.7], [0.1]]), np.array([[0], [1], [1], [1]]), 0.5),
    }


def shares(wrong_yes, wrong_no, no, yes):
    return np.sum(wrong_yes) / max(np.sum(no), 1), np.sum(wrong_no) / max(np.sum(yes), 1)


errors_at_threshold = Exercise(
    errors_at_threshold,
    threshold_cases,
    hint="Two masks, answers and truth. Count where they differ, each way. To which samples can each error happen?",
    returns=("false_alarms", "misses"),
    mistakes={
        "The two shares have changed places: a false alarm is a yes that should have been a no.":
            lambda probabilities, y_true, threshold:
                errors_at_threshold.reference(probabilities, y_true, threshold)[::-1],
        "Both are divided by all samples: a false alarm can only happen to a true no, a miss to a true yes.":
            lambda probabilities, y_true, threshold:
                (np.mean((probabilities > threshold) & (y_true == 0)),
                 np.mean((probabilities <= threshold) & (y_true == 1))),
        "The shares are taken among the answers: divide by the true no and the true yes.":
            lambda probabilities, y_true, threshold:
                shares((probabilities > threshold) & (y_true == 0), (probabilities <= threshold) & (y_true == 1),
                       probabilities > threshold, probabilities <= threshold),
        "These are counts: divide each by the number of samples it can happen to.":
            lambda probabilities, y_true, threshold:
                (np.sum((probabilities > threshold) & (y_true == 0)).astype(float),
                 np.sum((probabilities <= threshold) & (y_true == 1)).astype(float)),
        "The threshold stays at one half: use `threshold`.":
            lambda probabilities, y_true, threshold: errors_at_threshold.reference(probabilities, y_true, 0.5),
        "A probability exactly at the threshold counts as yes: only what lies above does.":
            lambda probabilities, y_true, threshold:
                shares((probabilities >= threshold) & (y_true == 0), (probabilities < threshold) & (y_true == 1),
                       y_true == 0, y_true == 1),
        "These are the shares of right answers: count where answer and truth differ.":
            lambda probabilities, y_true, threshold:
                shares((probabilities <= threshold) & (y_true == 0), (probabilities > threshold) & (y_true == 1),
                       y_true == 0, y_true == 1),
        "Where there is no true no, or no true yes, this is 0 / 0: the share should be 0.":
            lambda probabilities, y_true, threshold: (np.mean(probabilities[y_true == 0] > threshold),
                                                      np.mean(probabilities[y_true == 1] <= threshold)),
        "A column combined with a flat array makes a table of all pairs: keep both as columns.":
            lambda probabilities, y_true, threshold:
                shares((probabilities > threshold) & (y_true.ravel() == 0),
                       (probabilities <= threshold) & (y_true.ravel() == 1), y_true == 0, y_true == 1),
        "The denominators have changed places: divide the false alarms by the number of true no.":
            lambda probabilities, y_true, threshold:
                shares((probabilities > threshold) & (y_true == 0), (probabilities <= threshold) & (y_true == 1),
                       y_true == 1, y_true == 0),
        "The second share is that of the hits: a miss is a true yes that is answered no.":
            lambda probabilities, y_true, threshold:
                shares((probabilities > threshold) & (y_true == 0), (probabilities > threshold) & (y_true == 1),
                       y_true == 0, y_true == 1),
    },
)
