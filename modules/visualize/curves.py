"""Curves, confusion matrices and bars: how training went, and what the network says."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import MaxNLocator

from modules.visualize.tools import (
    SEQUENTIAL,
    axes_or_new,
    check_classes,
    check_same_length,
    check_scores,
    class_labels,
    colour,
    hatch,
    line,
    marker,
    names_of_classes,
)


def plot_history(history, title="", axes=None):
    """Draws loss and accuracy over the epochs, each for training and, where there was any, for validation.

    `history` has the arrays `loss`, `accuracy`, `validation_loss` and `validation_accuracy`, one value an epoch;
    a model is drawn by its own. `axes` is a pair of axes. Returns the figure. Raises ValueError when no epoch has been
    trained.
    """
    history = getattr(history, "history", history)
    if len(history.loss) == 0:
        raise ValueError("The history holds no epochs yet: train the model before drawing how it went.")
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    for place, name in zip(axes, ("loss", "accuracy"), strict=True):
        _plot_curve(place, getattr(history, name), "training", 0)
        _plot_curve(place, getattr(history, "validation_" + name), "validation", 1)
        place.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        place.set(xlabel="epoch", ylabel=name, title=f"{title}: {name}" if title else name.capitalize())
        place.grid(alpha=0.3)
        place.legend()
    return axes[0].figure


def _plot_curve(axes, values, label, number):
    epochs = np.flatnonzero(~np.isnan(values))
    if len(epochs):
        axes.plot(epochs + 1, np.asarray(values)[epochs], label=label, color=colour(number), linestyle=line(number),
                  marker=marker(number), markevery=max(1, len(epochs) // 20), markersize=5)


def confusion_matrix(y_true, y_predicted, n_classes):
    """Counts how often each class was taken for which: an integer array, shape (n_classes, n_classes).

    Row i, column j counts the samples of class i that were predicted to be class j, so the diagonal is what went
    right. Raises ValueError when lengths differ or a class is out of range.
    """
    y_true, y_predicted = class_labels(y_true, "y_true"), class_labels(y_predicted, "y_predicted")
    check_same_length(y_true, "y_true", y_predicted, "y_predicted")
    for name, y in (("y_true", y_true), ("y_predicted", y_predicted)):
        check_classes(y, name, n_classes)
    counts = np.zeros((n_classes, n_classes), int)
    np.add.at(counts, (y_true, y_predicted), 1)
    return counts


def plot_confusion_matrix(y_true, y_predicted, class_names, percent=False, title="Confusion matrix", axes=None):
    """Draws true classes as rows and predicted ones as columns, with counts, or percentages of the row, in the cells.

    Brightness follows the square root of the share of the row. Returns the axes. Raises as `confusion_matrix` does.
    """
    n_classes = len(class_names)
    counts = confusion_matrix(y_true, y_predicted, n_classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes = axes_or_new(axes, 2.6 + 0.5 * n_classes, 1.6 + 0.45 * n_classes)
    # The square root lifts the rare mistakes, which are what one looks for, out of the dark.
    image = axes.imshow(shares, cmap=SEQUENTIAL, norm=PowerNorm(0.5, vmin=0, vmax=1))
    for (row, column), share in np.ndenumerate(shares):
        text = f"{100 * share:.0f}" if percent else str(counts[row, column])
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color="black" if share > 0.25 else "white")
    axes.set_xticks(range(n_classes), class_names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(n_classes), class_names)
    axes.set(xlabel="predicted class", ylabel="true class", title=title + (", % of each row" if percent else ""))
    axes.figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    return axes


def plot_confidences(confidences, class_names=None, title="Confidences", axes=None):
    """Draws the outputs for one sample, shape (classes,) or (1, classes), as bars in percent; the highest is hatched.

    Returns the axes. Raises ValueError for several samples at once, a single output, NaN, and too few names.
    """
    values = np.asarray(confidences)
    values = values[0] if values.ndim == 2 and len(values) == 1 else values
    if values.size == 1:
        raise ValueError("confidences has a single number. From the single output p of a yes-or-no network make "
                         "np.hstack([1 - p, p]).")
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"confidences has shape {values.shape}, but this picture shows one sample, (classes,): "
                         f"choose one, such as confidences[0].")
    check_scores(values, "confidences holds")
    names, winner = names_of_classes(class_names, len(values)), values.argmax()
    axes = axes_or_new(axes, 5, 0.9 + 0.28 * len(values))
    bars = axes.barh(range(len(values)), 100 * values, color=colour(0), edgecolor="white")
    bars[winner].set(facecolor=colour(1), hatch="///")
    axes.bar_label(bars, [f"{100 * value:.1f} %" for value in values], padding=3, fontsize=8)
    axes.set_yticks(range(len(values)), names)
    axes.invert_yaxis()
    axes.set(xlabel="confidence in percent", ylabel="class", title=title, xlim=(0, max(115, 115 * values.max())))
    return axes


def plot_band(x, runs, label, xlabel="epoch", ylabel="loss", title="Median and range over seeds", axes=None):
    """Draws what several seeds gave: the median as a line, the range from smallest to largest as a band.

    `runs` has the shape (seeds, steps), `x` the shape (steps,). Call it again on the same axes for the next setting.
    Returns the axes. Raises ValueError when the shapes do not fit.
    """
    runs = np.asarray(runs)
    if runs.ndim != 2 or len(runs) == 0 or runs.shape[1] != len(x):
        raise ValueError(f"runs has shape {runs.shape}, expected (seeds, {len(x)}): a row for each seed, and a column "
                         f"for each of the {len(x)} values of x.")
    axes = axes_or_new(axes, 6, 4)
    number = len(axes.lines)
    axes.fill_between(x, runs.min(axis=0), runs.max(axis=0), facecolor=colour(number), edgecolor=colour(number),
                      alpha=0.25, hatch=hatch(number), linewidth=0)
    axes.plot(x, np.median(runs, axis=0), color=colour(number), linestyle=line(number), linewidth=2, label=label)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    axes.legend()
    return axes
