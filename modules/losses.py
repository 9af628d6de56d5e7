"""Losses: how wrong the network's output is, and in which direction it would be less wrong."""

import numpy as np

from modules.activation_functions import Activation_Sigmoid, Activation_Softmax
from modules.checks import (
    as_floats,
    check_distributions,
    check_labels,
    check_probabilities,
    check_same_length,
    check_targets,
)

#: Probabilities are kept this far from 0 and 1, forward and backward alike: ln 0 is minus infinity. (Chapter 5.)
CLIP = 1e-7


class Loss:
    """What every loss promises. (Book, chapters 5, 14 and 19.)

    `forward(y_pred, y_true)` gives one loss per sample, `(samples,)`; `backward(dvalues, y_true)` takes the
    network's output and gives the gradient of the mean loss with respect to it, kept as `dinputs`.
    """

    def __init__(self):
        self.trainable_layers = []
        self.new_pass()

    def new_pass(self):
        """Forgets the batches so far: the next `calculate_accumulated` starts from zero."""
        self.accumulated_sum = 0.0
        self.accumulated_count = 0

    def check(self, outputs, y):
        """Raises ValueError when targets `y` cannot be compared with outputs like these."""
        check_targets(outputs, y)

    def calculate(self, output, y, *, include_regularization=False):
        """Mean loss of a batch, added to the running pass; with the regularization loss as a second number if asked.

        Raises ValueError when output and targets do not fit each other.
        """
        output, y = np.asarray(output), np.asarray(y)
        if not output.size or not output.ndim or not y.ndim:
            raise ValueError(f"A loss compares rows of outputs with their targets, at least one of each: the output "
                             f"has shape {output.shape}, y has shape {y.shape}.")
        check_same_length(output, y, "The output")
        self.check(output, y)
        data_loss = self.accumulate(output, y)
        return (data_loss, self.regularization_loss()) if include_regularization else data_loss

    def accumulate(self, output, y):
        """The mean loss of a batch that has been checked before, added to the running pass."""
        losses = np.asarray(self.forward(output, y))
        if losses.shape != (len(output),):
            raise ValueError(f"{type(self).__name__}.forward must return one loss for each sample, shape "
                             f"({len(output)},), but it returned shape {losses.shape}: take the mean over a sample's "
                             f"outputs.")
        total = float(losses.sum())
        self.accumulated_sum += total
        self.accumulated_count += len(output)
        return total / len(output)

    def calculate_accumulated(self, *, include_regularization=False):
        """Mean loss over all samples since `new_pass`, whatever the sizes of their batches.

        Raises ValueError when there has been no batch.
        """
        if not self.accumulated_count:
            raise ValueError("No batch has been through this loss since new_pass: call calculate first.")
        data_loss = self.accumulated_sum / self.accumulated_count
        return (data_loss, self.regularization_loss()) if include_regularization else data_loss

    def remember_trainable_layers(self, trainable_layers):
        """Tells the loss whose regularization to add up."""
        self.trainable_layers = trainable_layers

    def regularization_loss(self, layer=None):
        """The penalty of one layer (chapter 14), or of all remembered layers together (chapter 18)."""
        layers = self.trainable_layers if layer is None else [layer]
        return sum((layer.regularization_loss() for layer in layers), 0.0)

    def fused_with(self, activation):
        """The object that takes both backward steps at once, for this activation, or None if there is none."""
        return None


class Loss_CategoricalCrossentropy(Loss):
    """Categorical cross-entropy: minus the logarithm of the probability given to the true class. (Book, chapter 5.)

        loss = -ln(y_pred[true class])            dinputs = -y_true / y_pred / samples

    y_pred `(samples, classes)`, rows of probabilities; y_true `(samples,)` integer labels or one-hot
    `(samples, classes)`. Probabilities are clipped to [1e-7, 1 - 1e-7], backward as well.
    """

    def check(self, outputs, y):
        check_distributions(outputs)
        check_labels(y, outputs.shape[1])

    def forward(self, y_pred, y_true):
        y_pred, y_true = _rows_and_labels(y_pred, y_true)
        if y_true.ndim == 1:
            confidences = y_pred[np.arange(len(y_pred)), y_true]
            return -np.log(np.minimum(np.maximum(confidences, CLIP), 1 - CLIP))
        return -np.sum(y_true.astype(y_pred.dtype) * np.log(np.clip(y_pred, CLIP, 1 - CLIP)), axis=1)

    def backward(self, dvalues, y_true):
        dvalues, y_true = _rows_and_labels(dvalues, y_true)
        if y_true.ndim == 1:
            y_true = np.eye(dvalues.shape[1], dtype=dvalues.dtype)[y_true]
        self.dinputs = -y_true.astype(dvalues.dtype) / np.clip(dvalues, CLIP, 1 - CLIP) / len(dvalues)
        return self.dinputs

    def fused_with(self, activation):
        """The fused pair, after our softmax."""
        return _pair(Activation_Softmax_Loss_CategoricalCrossentropy(), activation, self)


def _rows_and_labels(y_pred, y_true):
    """Both as arrays. Raises ValueError for labels that would be broadcast: over classes, or over samples."""
    y_pred, y_true = as_floats(y_pred), np.asarray(y_true)
    if y_true.ndim != 1 and y_true.shape != y_pred.shape:
        check_labels(y_true, y_pred.shape[-1])
    check_same_length(y_pred, y_true, "The output")
    return y_pred, y_true


class FusedPair:
    """An activation and a loss whose gradients, multiplied, are a subtraction: what was predicted minus what is true.

    No probability is divided by, so nothing needs clipping, and a confident mistake keeps its full gradient.
    """

    def forward(self, inputs, y_true):
        """The mean loss of the scores `inputs`; the probabilities are kept as `output`."""
        self.output = self.activation.forward(inputs)
        return self.loss.calculate(self.output, y_true)


def _pair(pair, activation, loss):
    """The pair, if it is of this activation and this loss; one with a gradient of its own has no pair."""
    parts = (loss, pair.loss), (activation, pair.activation)
    unchanged = all(_origin(part, step) == _origin(ours, step)
                    for part, ours in parts for step in ("forward", "backward"))
    return pair if unchanged else None


def _origin(part, method):
    """The class that this method comes from; None for one that belongs to the object itself."""
    if method in vars(part):
        return None
    return _name(next((kind for kind in type(part).__mro__ if method in vars(kind)), object))


def _name(kind):
    """A class by its file and name: whoever puts modules/ itself on the path has a second copy of each."""
    return kind.__module__.removeprefix("modules."), kind.__name__


class Activation_Softmax_Loss_CategoricalCrossentropy(FusedPair):
    """Softmax and categorical cross-entropy in one. (Book, chapter 9.)

        dinputs = (probabilities - y_true) / samples, with y_true one-hot
    """

    def __init__(self):
        self.activation = Activation_Softmax()
        self.loss = Loss_CategoricalCrossentropy()

    def backward(self, dvalues, y_true):
        """Gradient with respect to the scores; `dvalues` are the probabilities."""
        dvalues, y_true = _rows_and_labels(dvalues, y_true)
        self.dinputs = dvalues.copy()
        if y_true.ndim == 1:
            self.dinputs[np.arange(len(dvalues)), y_true] -= 1
        else:
            self.dinputs -= y_true
        self.dinputs /= len(dvalues)
        return self.dinputs


class Activation_Sigmoid_Loss_BinaryCrossentropy(FusedPair):
    """Sigmoid and binary cross-entropy in one. (Chapter 16, exercise 3.)

        dinputs = (probabilities - y_true) / outputs / samples
    """

    def __init__(self):
        self.activation = Activation_Sigmoid()
        self.loss = Loss_BinaryCrossentropy()

    def backward(self, dvalues, y_true):
        """Gradient with respect to the scores; `dvalues` are the probabilities."""
        dvalues, y_true = _alike(dvalues, y_true)
        self.dinputs = (dvalues - y_true) / dvalues.size
        return self.dinputs


class Loss_BinaryCrossentropy(Loss):
    """Binary cross-entropy, the mean over independent yes-or-no outputs. (Book, chapter 16.)

        loss = -mean(y_true * ln(y_pred) + (1 - y_true) * ln(1 - y_pred))
        dinputs = -(y_true / y_pred - (1 - y_true) / (1 - y_pred)) / outputs / samples

    y_pred and y_true `(samples, outputs)`, y_true 0 or 1. Probabilities are clipped to [1e-7, 1 - 1e-7].
    """

    def check(self, outputs, y):
        check_targets(outputs, y)
        check_probabilities(outputs, "Binary cross-entropy")
        if y.size and (y.min() < 0 or y.max() > 1):
            wrong = y.min() if y.min() < 0 else y.max()
            raise ValueError(f"A yes-or-no target is 0 or 1, but there is a {wrong:g}.")

    def forward(self, y_pred, y_true):
        y_pred, y_true = _alike(y_pred, y_true)
        y_pred = np.clip(y_pred, CLIP, 1 - CLIP)
        return -_sample_means(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))

    def backward(self, dvalues, y_true):
        dvalues, y_true = _alike(dvalues, y_true)
        dvalues = np.clip(dvalues, CLIP, 1 - CLIP)
        self.dinputs = -(y_true / dvalues - (1 - y_true) / (1 - dvalues)) / dvalues.size
        return self.dinputs

    def fused_with(self, activation):
        """The fused pair, after our sigmoid."""
        return _pair(Activation_Sigmoid_Loss_BinaryCrossentropy(), activation, self)


class Loss_MeanSquaredError(Loss):
    """Mean squared error over the outputs of a sample. (Book, chapter 17.)

        loss = mean((y_true - y_pred)**2)        dinputs = -2 * (y_true - y_pred) / outputs / samples

    y_pred and y_true `(samples, outputs)`.
    """

    def forward(self, y_pred, y_true):
        y_pred, y_true = _alike(y_pred, y_true)
        return _sample_means((y_true - y_pred) ** 2)

    def backward(self, dvalues, y_true):
        dvalues, y_true = _alike(dvalues, y_true)
        self.dinputs = -2 * (y_true - dvalues) / dvalues.size
        return self.dinputs


class Loss_MeanAbsoluteError(Loss):
    """Mean absolute error over the outputs of a sample: an outlier counts once, not squared. (Book, chapter 17.)

        loss = mean(abs(y_true - y_pred))        dinputs = sign(y_pred - y_true) / outputs / samples

    y_pred and y_true `(samples, outputs)`. The published code has sign(y_true - y_pred), which climbs instead of
    falling.
    """

    def forward(self, y_pred, y_true):
        y_pred, y_true = _alike(y_pred, y_true)
        return _sample_means(np.abs(y_true - y_pred))

    def backward(self, dvalues, y_true):
        dvalues, y_true = _alike(dvalues, y_true)
        self.dinputs = np.sign(dvalues - y_true) / dvalues.size
        return self.dinputs


def _sample_means(values):
    """The mean over all outputs of each sample, `(samples,)`; they may form a row, a picture, a sequence."""
    return values.reshape(len(values), -1).mean(axis=1)


def _alike(y_pred, y_true):
    """Both as arrays, in the precision of the prediction. Raises ValueError where one would be broadcast."""
    y_pred = as_floats(y_pred)
    y_true = np.asarray(y_true, y_pred.dtype)
    check_targets(y_pred, y_true)
    check_same_length(y_pred, y_true, "The output")
    return y_pred, y_true
