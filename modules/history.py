"""History: what a model has reached, epoch by epoch."""

import numpy as np


class History:
    """One value for every finished epoch of training, oldest first.

    `loss` (with regularization), `accuracy`, `validation_loss`, `validation_accuracy` (NaN where there were no
    validation data) and `learning_rate` (of the epoch's last step), each an array; `len(history)` is the
    number of epochs. Training that goes on appends to it.
    """

    SERIES = ("loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate")

    def __init__(self):
        self._values = {name: [] for name in self.SERIES}

    def append(self, *, loss, accuracy, learning_rate, validation_loss=np.nan, validation_accuracy=np.nan):
        """Adds one epoch."""
        values = {"loss": loss, "accuracy": accuracy, "learning_rate": learning_rate,
                  "validation_loss": validation_loss, "validation_accuracy": validation_accuracy}
        for name in self.SERIES:
            self._values[name].append(float(values[name]))

    loss = property(lambda self: np.array(self._values["loss"]))
    accuracy = property(lambda self: np.array(self._values["accuracy"]))
    validation_loss = property(lambda self: np.array(self._values["validation_loss"]))
    validation_accuracy = property(lambda self: np.array(self._values["validation_accuracy"]))
    learning_rate = property(lambda self: np.array(self._values["learning_rate"]))

    def __len__(self):
        return len(self._values["loss"])

    def plot(self, title=""):
        """Draws loss and accuracy over the epochs."""
        from modules.visualize import plot_history
        return plot_history(self, title=title)

    def to_dict(self):
        """The series as plain lists, None for NaN, as a model file keeps them."""
        return {name: [value if value == value else None for value in values] for name, values in self._values.items()}

    @classmethod
    def from_dict(cls, series):
        """The history that `to_dict` wrote."""
        history = cls()
        for name in cls.SERIES:
            history._values[name] = [np.nan if value is None else float(value) for value in series[name]]
        if len({len(values) for values in history._values.values()}) > 1:
            raise ValueError("its series do not have the same number of epochs.")
        return history

    def __repr__(self):
        return f"History({len(self)} epochs)"
