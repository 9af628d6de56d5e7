"""What a training run needs besides the network: batches, checks, log lines, a progress bar."""

import math
import sys

import numpy as np


def batches(X, y, batch_size, dtype, order=None):
    """Yields (samples as `dtype`, targets) batch by batch, in the given order of sample numbers."""
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size) if order is None else order[start:start + batch_size]
        yield X[rows].astype(dtype, copy=False), y[rows]


def check_loss(loss, X, y, optimizer, epoch, step):
    """Raises FloatingPointError when the loss of a step is NaN or infinite."""
    if math.isfinite(loss):
        return
    rate = optimizer.current_learning_rate
    largest = f"{np.abs(X).max():g}" + (f", of the targets {np.abs(y).max():g}" if y.dtype.kind == "f" else "")
    after = ("Make a new model: the weights of this one are spoilt." if optimizer.iterations else
             "Nothing has been learned yet, so the weights are as they were; if earlier training has spoilt them, "
             "make a new model.")
    raise FloatingPointError(
        f"The loss is {loss} at epoch {epoch}, step {step}. The usual causes: a learning rate that is too high "
        f"(it is {rate:g}; try a tenth of it) or data that are not scaled (the largest value here is "
        f"{largest}; bring them to about -1 to 1). {after}")


def check_weights(layers):
    """Raises FloatingPointError for weights that the last step has made NaN or infinite: no loss will show them."""
    for index, layer in enumerate(layers):
        if not all(np.isfinite(array).all() for _, array, _ in layer.parameters()):
            raise FloatingPointError(f"After the last step, layer {index} ({layer}) holds numbers that are NaN or "
                                     f"infinite. The usual causes: a learning rate that is too high or data that are "
                                     f"not scaled. Make a new model: the weights of this one are spoilt.")


def check_shuffle(shuffle):
    """Raises ValueError for anything but True, False and a NumPy generator."""
    if not isinstance(shuffle, (bool, np.bool_, np.random.Generator)):
        raise ValueError(f"shuffle is True, False or a generator such as np.random.default_rng(42): given {shuffle!r}.")


def check_pair(validation_data):
    """Returns the validation data, or None. Raises ValueError unless they are X and y."""
    if validation_data is None:
        return None
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
        raise ValueError("validation_data is a pair (X, y): the samples to evaluate on, and their targets.")
    return validation_data


class TrainingLog:
    """Prints the book's lines and moves the progress bar; used as a context manager, it closes the bar at the end."""

    def __init__(self, optimizer, epochs, steps, print_every, progress):
        self.optimizer = optimizer
        self.epochs = epochs
        self.steps = steps
        self.epoch = 1
        self.print_every = print_every
        self.bar = None
        if progress or (progress is None and sys.stderr and sys.stderr.isatty()):  # programs without a console: None
            from tqdm import tqdm
            self.bar = tqdm(total=epochs * steps, unit="step", leave=False)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.bar is not None:
            self.bar.close()

    def begin_epoch(self, epoch):
        self.epoch = epoch
        if self.bar is not None:
            self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
        if self.print_every and self.steps > 1:
            self._print(f"epoch: {epoch}")

    def end_step(self, step, accuracy, data_loss, regularization_loss):
        if self.bar is not None:
            self.bar.update()
        if self.wants(step):
            head = f"epoch: {self.epoch}" if self.steps == 1 else f"step: {step}"
            self._print(self._line(head, accuracy, data_loss, regularization_loss))

    def end_epoch(self, accuracy, data_loss, regularization_loss, validation):
        if self.print_every and self.steps > 1:
            self._print(self._line("training", accuracy, data_loss, regularization_loss))
        if validation and self.wants(0):
            self._print(validation_line(*validation))

    def _print(self, line):
        """A line above the bar, where there is one."""
        write = print if self.bar is None else self.bar.write
        write(line)

    def wants(self, step):
        """Whether a line is due: every `print_every` steps and after the last; or epochs, if an epoch is one step."""
        if not self.print_every:
            return False
        if self.steps == 1:
            return self.epoch % self.print_every == 0 or self.epoch == self.epochs
        return step % self.print_every == 0 or step == self.steps - 1

    def _line(self, head, accuracy, data_loss, regularization_loss):
        return (f"{head}, acc: {accuracy:.3f}, loss: {data_loss + regularization_loss:.3f} "
                f"(data_loss: {data_loss:.3f}, reg_loss: {regularization_loss:.3f}), "
                f"lr: {self.optimizer.current_learning_rate}")


def validation_line(loss, accuracy):
    return f"validation, acc: {accuracy:.3f}, loss: {loss:.3f}"
