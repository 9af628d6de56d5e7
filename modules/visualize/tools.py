"""What all pictures share: colours and marks that everybody can tell apart, axes, and checks at the door."""

import matplotlib.pyplot as plt
import numpy as np

#: Okabe and Ito's palette, told apart in every common kind of colour blindness.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
#: The palette's vermilion, dark enough for small text.
RED_TEXT = "#A84A00"
#: Colour never speaks alone: series number k has its own marker, line and hatch as well.
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "|||")
#: Colour maps that grow steadily in brightness; the diverging one is for numbers around zero.
SEQUENTIAL, DIVERGING, GREY = "cividis", "PuOr", "gray"


def colour(number):
    """Colour of series or class `number`, 0, 1, 2, ...; after the eighth they come round again."""
    return COLOURS[number % len(COLOURS)]


def marker(number):
    """Marker of series or class `number`. Seven markers and eight colours: 56 pairs before one repeats."""
    return MARKERS[number % len(MARKERS)]


def line(number):
    """Line style of series `number`."""
    return LINES[number % len(LINES)]


def hatch(number):
    """Hatch of series or class `number`."""
    return HATCHES[number % len(HATCHES)]


def axes_or_new(axes, width, height):
    """The axes given, or those of a new figure of `width` by `height` inches."""
    return plt.subplots(figsize=(width, height), layout="constrained")[1] if axes is None else axes


def check_same_length(first, first_name, second, second_name):
    """Raises ValueError unless both hold the same number of samples."""
    if len(first) != len(second):
        raise ValueError(f"{first_name} holds {len(first)} samples, but {second_name} holds {len(second)}: "
                         f"they must belong to the same samples.")


def class_labels(y, name="y"):
    """The labels as integers of shape (samples,); (samples, 1) will do. Raises ValueError for anything else."""
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise ValueError(f"{name} has shape {y.shape}, but class labels have shape (samples,): one whole number for "
                         f"each sample. If each row holds a number for every class, write np.argmax({name}, axis=1).")
    if y.size == 0:
        raise ValueError(f"{name} is empty: there is nothing to draw.")
    if y.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {y.dtype} values, but classes are the whole numbers 0, 1, 2, ...: give their "
                         f"names as class_names.")
    if not np.all(y == np.floor(y)) or y.min() < 0:
        raise ValueError(f"{name} must hold classes, the whole numbers 0, 1, 2, ...: it holds values from "
                         f"{y.min():g} to {y.max():g}, of type {y.dtype}.")
    return y.astype(int)


def check_classes(y, name, n_classes):
    """Raises ValueError when a label is not among the classes 0 to n_classes - 1."""
    if y.max() >= n_classes:
        raise ValueError(f"{name} holds class {y.max()}, but there are {n_classes} classes, 0 to {n_classes - 1}. "
                         f"Check the labels and the number of classes, names or outputs.")


def check_scores(scores, name):
    """Raises ValueError when one of the scores is NaN, which no class can be read from."""
    if np.isnan(scores).any():
        raise ValueError(f"{name} NaN instead of numbers, so no class can be read from it: the network has diverged. "
                         f"Train it anew, with a smaller learning rate.")


def names_of_classes(class_names, n_classes):
    """One name for each class, its number where no names were given. Raises ValueError when names are missing."""
    if class_names is None:
        return [str(number) for number in range(n_classes)]
    if len(class_names) < n_classes:
        raise ValueError(f"There are {n_classes} classes, but class_names holds {len(class_names)} names: "
                         f"give one name for each class, in the order of their numbers.")
    return list(class_names[:n_classes])


def check_plane(X, name="X"):
    """The points as an array of shape (points, 2). Raises ValueError for other shapes, no points, and infinite ones."""
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] != 2 or len(X) == 0:
        raise ValueError(f"{name} has shape {X.shape}, but this picture has two directions and needs (points, 2). "
                         f"Choose two columns, such as {name}[:, :2].")
    if not np.isfinite(X).all():
        row = int(np.argmin(np.isfinite(X).all(axis=1)))
        raise ValueError(f"{name} holds {X[row]} in row {row}, which has no place in a picture. Leave such rows out; "
                         f"if training led there, it diverged: try a smaller learning rate.")
    return X.astype(float) if X.dtype == bool else X
