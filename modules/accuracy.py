"""Accuracies: the share of predictions that are right, over a batch or over all batches of a pass."""

import numpy as np

from modules.checks import as_floats, real_number


class Accuracy:
    """What every accuracy promises: `compare(predictions, y)` gives True or False for every prediction.
    (Book, chapters 18 and 19.)

    The predictions are what the output layer's `predictions` makes of its outputs. Give every model an accuracy of its
    own: it may remember the targets it was made ready for.
    """

    def __init__(self):
        self.new_pass()

    def init(self, y):
        """Prepares for targets like `y`, once before training."""

    def new_pass(self):
        """Forgets the batches so far."""
        self.accumulated_sum = 0
        self.accumulated_count = 0

    def compare(self, predictions, y):
        raise NotImplementedError(f"{type(self).__name__} needs a compare(predictions, y).")

    def calculate(self, predictions, y):
        """Share of right predictions in this batch, 0 to 1, added to the running pass.

        Raises ValueError for an empty batch, and for a `compare` that gives something else than True and False.
        """
        comparisons = np.asarray(self.compare(np.asarray(predictions), np.asarray(y)))
        if comparisons.dtype.kind != "b" or comparisons.shape[:1] != np.shape(y)[:1]:
            raise ValueError(f"{type(self).__name__}.compare must return an array of True or False, one for each "
                             f"prediction; the share of True is counted here.")
        if not comparisons.size:
            raise ValueError("There is no prediction to compare: the batch is empty.")
        right = int(np.count_nonzero(comparisons))
        self.accumulated_sum += right
        self.accumulated_count += comparisons.size
        return right / comparisons.size

    def calculate_accumulated(self):
        """Share of right predictions since `new_pass`, every prediction counted once.

        Raises ValueError when there has been no batch.
        """
        if not self.accumulated_count:
            raise ValueError("No batch has been through this accuracy since new_pass: call calculate first.")
        return self.accumulated_sum / self.accumulated_count

    def get_state(self):
        """What `init` has found out, as plain values for a model file."""
        return {}

    def set_state(self, state):
        """Takes back what `get_state` gave."""


class Accuracy_Categorical(Accuracy):
    """Predicted class against true class. (Book, chapters 18 and 19.)

    predictions `(samples,)` of class numbers, or scores `(samples, classes)`, of which the largest counts;
    y `(samples,)` or one-hot. With `binary=True`, predictions and y are 0 or 1 of shape `(samples, outputs)`,
    and every output counts as a prediction of its own. Raises ValueError for decimals where class numbers belong, and
    for other shapes.
    """

    def __init__(self, *, binary=False):
        super().__init__()
        self.binary = binary

    def compare(self, predictions, y):
        if not self.binary:
            if predictions.ndim == 2 and predictions.shape[1] > 1 and predictions.dtype.kind != "f":
                raise ValueError(f"Predictions of shape {predictions.shape} that are 0 or 1 answer yes or no for each "
                                 f"of several outputs: that needs Accuracy_Categorical(binary=True). To choose one "
                                 f"class out of many, end the network with Activation_Softmax.")
            predictions, y = _classes(predictions), _classes(y)
        if predictions.dtype.kind == "f" and (decimals := predictions[_is_decimal(predictions)]).size:
            raise ValueError(f"A prediction is a class number, 0, 1, 2, ..., but there is a {decimals[0]:g}: the last "
                             f"layer's `predictions` has to turn its outputs into such numbers, as that of "
                             f"Activation_Sigmoid does.")
        if predictions.shape != y.shape:
            hint = ("binary=True is for independent yes-or-no outputs; one class out of many is compared without it."
                    if self.binary else "Independent yes-or-no outputs need Accuracy_Categorical(binary=True).")
            raise ValueError(f"Predictions of shape {predictions.shape} cannot be compared one by one with targets "
                             f"of shape {y.shape}. {hint}")
        return predictions == y


class Accuracy_Regression(Accuracy):
    """A prediction is right when it is at most `precision` away from the target. (Book, chapters 17 and 18.)

        precision = standard deviation of the targets / 250

    for each output. An output that never changes takes that of all targets together. The first `init` with targets that
    differ fixes the precision; `init(y, reinit=True)` measures it anew.

    predictions and y `(samples, outputs)`. Raises ValueError for unequal shapes, and before `init`.
    """

    def __init__(self):
        super().__init__()
        self.precision = None

    def init(self, y, reinit=False):
        y = np.atleast_1d(y)
        axes = tuple(range(max(1, y.ndim - 1)))
        # The standard deviation of equal numbers may be a rounding error instead of 0.
        differ = y.min(axis=axes) != y.max(axis=axes)
        together = np.std(y, dtype=np.float64) if y.min() != y.max() else 0.0
        precision = np.where(differ, np.std(y, axis=axes, dtype=np.float64), together) / 250
        precision = precision.item() if precision.size == 1 else precision
        if reinit or not np.any(self.precision) or np.shape(self.precision) != np.shape(precision):
            self.precision = precision

    def compare(self, predictions, y):
        if self.precision is None:
            raise ValueError("The precision is not known yet: call init(y) with the training targets first.")
        if predictions.shape != y.shape:
            raise ValueError(f"Predictions of shape {predictions.shape} cannot be compared one by one with targets "
                             f"of shape {y.shape}.")
        return np.abs(as_floats(predictions) - y) <= self.precision

    def get_state(self):
        return {"precision": self.precision.tolist() if np.ndim(self.precision) else self.precision}

    def set_state(self, state):
        precision = state["precision"]
        if precision is not None:
            several = np.ndim(precision) > 0
            checked = [real_number(one, lambda one: one >= 0, "The precision is 0 or above")
                       for one in (precision if several else [precision])]
            precision = np.array(checked) if several else checked[0]
        self.precision = precision


def _is_decimal(values):
    return (values != np.rint(values)) & np.isfinite(values)


def _classes(values):
    return values.argmax(axis=1) if values.ndim == 2 and values.shape[1] > 1 else values
