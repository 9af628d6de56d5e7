"""Exercises of chapter 17, regression: the gradient of the Huber loss, accuracy within a precision."""

import numpy as np

from modules.exercises.exercise import Exercise


def huber_backward(y_pred, y_true, delta):
    """Gradient of the mean Huber loss: the error, at most delta in size, divided by outputs and samples."""
    samples, outputs = y_pred.shape
    return np.clip(y_pred - y_true, -delta, delta) / outputs / samples


def huber_cases(rng):
    def draw(samples, outputs, delta):
        return rng.normal(size=(samples, outputs)), rng.normal(size=(samples, outputs)), delta

    targets = rng.normal(size=(3, 2))
    return {
        "five samples of three outputs": draw(5, 3, 0.8),
        "a single output": draw(6, 1, 0.5),
        "a single sample": draw(1, 4, 1.5),
        "small errors only": (targets + rng.uniform(-0.1, 0.1, (3, 2)), targets, 1.0),
        "large errors only": (targets + np.array([[5.0, -7.0]]), targets, 0.25),
        "errors of exactly delta, and of 0": (np.array([[0.5, -0.5, 0.0]]), np.zeros((1, 3)), 0.5),
    }


def sizes(y_pred):
    return y_pred.shape[0] * y_pred.shape[1]


huber_backward = Exercise(
    huber_backward,
    huber_cases,
    hint="The slope of half a square is the error itself. Beyond delta the loss is a line: its slope is constant.",
    mistakes={
        "The sign is reversed: a prediction that is too large has to come down, so its gradient is positive.":
            lambda y_pred, y_true, delta: np.clip(y_true - y_pred, -delta, delta) / sizes(y_pred),
        "The division by the number of samples is missing: the loss is a mean over them.":
            lambda y_pred, y_true, delta: np.clip(y_pred - y_true, -delta, delta) / y_pred.shape[1],
        "The division by the number of outputs is missing: the loss of a sample is the mean over its outputs.":
            lambda y_pred, y_true, delta: np.clip(y_pred - y_true, -delta, delta) / len(y_pred),
        "Large errors have the slope 1 here: the line is delta times the error, so its slope is delta.":
            lambda y_pred, y_true, delta:
                np.where(np.abs(y_pred - y_true) <= delta, y_pred - y_true, np.sign(y_pred - y_true)) / sizes(y_pred),
        "Small errors count twice: the loss has half a square, and the 2 of its derivative cancels with it.":
            lambda y_pred, y_true, delta:
                np.where(np.abs(y_pred - y_true) <= delta, 2 * (y_pred - y_true),
                         delta * np.sign(y_pred - y_true)) / sizes(y_pred),
        "Large errors lose their sign: below the target the slope is -delta.":
            lambda y_pred, y_true, delta: np.minimum(np.abs(y_pred - y_true), delta) / sizes(y_pred)
            if np.all(y_pred >= y_true) else np.where(np.abs(y_pred - y_true) <= delta, y_pred - y_true, delta)
            / sizes(y_pred),
        "The size of an error decides, not its sign: without abs, large negative errors count as small ones.":
            lambda y_pred, y_true, delta:
                np.where(y_pred - y_true <= delta, y_pred - y_true, delta * np.sign(y_pred - y_true)) / sizes(y_pred),
        "This is the gradient of the squared error: beyond delta it must not grow any further.":
            lambda y_pred, y_true, delta: 2 * (y_pred - y_true) / sizes(y_pred),
        "The error is not limited: beyond delta its gradient must not grow any further.":
            lambda y_pred, y_true, delta: (y_pred - y_true) / sizes(y_pred),
        "This is the gradient of the absolute error: within delta the slope is the error itself.":
            lambda y_pred, y_true, delta: np.sign(y_pred - y_true) / sizes(y_pred),
    },
)


def regression_accuracy(predictions, y_new, y_training):
    """Share of predictions closer to the new targets than a 250th of the training targets' standard deviation."""
    precision = np.std(y_training) / 250
    return np.mean(np.abs(predictions - y_new) < precision)


def accuracy_cases(rng):
    def draw(samples, outputs, spread):
        targets, training = rng.normal(size=(samples, outputs)), spread * rng.normal(size=(50, outputs))
        return targets + rng.uniform(-0.01, 0.01, (samples, outputs)) * spread, targets, training

    training = np.array([[-250.0], [250.0]])
    return {
        "forty predictions": draw(40, 1, 1.0),
        "targets of large spread": draw(30, 1, 20.0),
        "two outputs": draw(25, 2, 0.5),
        "an error of exactly the precision": (np.array([[1.0], [0.5], [-1.0], [-0.5], [0.0]]), np.zeros((5, 1)),
                                              training),
        "predictions of large spread": (np.array([[500.0], [1.2], [-500.0], [0.5]]), np.zeros((4, 1)), training),
        "new targets that are all equal": (np.array([[5.5], [4.5], [9.0]]), np.full((3, 1), 5.0), training),
        "training targets far from 0": (np.array([[0.5], [1.2], [3.0]]), np.zeros((3, 1)),
                                        np.array([[750.0], [1250.0]])),
        "predictions that are too small": (np.array([[-3.0], [-0.25], [-8.0], [0.5]]), np.zeros((4, 1)), training),
    }


def share_within(errors, precision):
    return np.mean(errors < precision)


regression_accuracy = Exercise(
    regression_accuracy,
    accuracy_cases,
    hint="First the precision, from one of the three arrays. Then: which predictions are nearer than that?",
    mistakes={
        "The precision comes from the new targets: the training targets fix it, once for all data.":
            lambda predictions, y_new, y_training:
                share_within(np.abs(predictions - y_new), np.std(y_new) / 250),
        "The precision comes from the predictions: it belongs to the training targets.":
            lambda predictions, y_new, y_training:
                share_within(np.abs(predictions - y_new), np.std(predictions) / 250),
        "The absolute value is missing: any prediction that is too small counts as right.":
            lambda predictions, y_new, y_training: share_within(predictions - y_new, np.std(y_training) / 250),
        "The standard deviation is not divided by 250: nearly everything counts as right.":
            lambda predictions, y_new, y_training: share_within(np.abs(predictions - y_new), np.std(y_training)),
        "Being equal is too much to ask of decimals: count the predictions that are closer than the precision.":
            lambda predictions, y_new, y_training: np.mean(predictions == y_new),
        "This is the variance: the precision takes its root, the standard deviation.":
            lambda predictions, y_new, y_training:
                share_within(np.abs(predictions - y_new), np.var(y_training) / 250),
        "This is the root of the mean square: the standard deviation measures from the mean of the targets.":
            lambda predictions, y_new, y_training:
                share_within(np.abs(predictions - y_new), np.sqrt(np.mean(np.square(y_training))) / 250),
        "This is the share of wrong predictions.":
            lambda predictions, y_new, y_training:
                1 - share_within(np.abs(predictions - y_new), np.std(y_training) / 250),
        "These are counts: divide by the number of predictions.":
            lambda predictions, y_new, y_training:
                np.sum(np.abs(predictions - y_new) < np.std(y_training) / 250).astype(float),
        "This is True or False for each prediction: the accuracy is their mean.":
            lambda predictions, y_new, y_training: np.abs(predictions - y_new) < np.std(y_training) / 250,
    },
)
