"""History: what a model has reached, epoch by epoch."""

import numpy as np


class History:
    """One value for every finished epoch of training, oldest first.

    `loss` (with regularization), `accuracy`, `validation_loss`, `validation_accuracy` (NaN where there were no
    validation data) and `learning_rate` (of the epoch's last step), each an array; `len(history)` is the
    number of epochs. Further training appends to it.
    """

    SERIES = ("loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate")

    def __init__(self):
        self._epochs = []  # of each, its values in the order of SERIES

    def append(self, *, loss, accuracy, learning_rate, validation_loss=np.nan, validation_accuracy=np.nan):
        """Adds one epoch."""
        # In one go: Ctrl-C must not leave series of different lengths.
        self._epochs.append(tuple(map(float, (loss, accuracy, validation_loss, validation_accuracy, learning_rate))))

    loss = property(lambda self: self._series("loss"))
    accuracy = property(lambda self: self._series("accuracy"))
    validation_loss = property(lambda self: self._series("validation_loss"))
    validation_accuracy = property(lambda self: self._series("validation_accuracy"))
    learning_rate = property(lambda self: self._series("learning_rate"))

    def _series(self, name):
        return np.array([epoch[self.SERIES.index(name)] for epoch in self._epochs])

    def __len__(self):
        return len(self._epochs)

    def plot(self, title=""):
        """Draws loss and accuracy over the epochs."""
        from modules.visualize import plot_history
        return plot_history(self, title=title)

    def to_dict(self):
        """The series as plain lists, None for NaN, as a model file keeps them."""
        return {name: [value if value == value else None for value in self._series(name).tolist()]
                for name in self.SERIES}

    @classmethod
    def from_dict(cls, series):
        """The history that `to_dict` wrote."""
        history = cls()
        if len({len(series[name]) for name in cls.SERIES}) > 1:
            raise ValueError("its series do not have the same number of epochs.")
        for epoch in zip(*(series[name] for name in cls.SERIES), strict=True):
            history._epochs.append(tuple(np.nan if value is None else float(value) for value in epoch))
        return history

    def __repr__(self):
        return f"History({len(self)} epochs)"
