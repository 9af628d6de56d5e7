"""Grids of small pictures: samples, the worst mistakes, and what the first layer of a network looks for."""

import math

import matplotlib.pyplot as plt
import numpy as np

from modules.data.photos import photo_steps
from modules.visualize.tools import (
    DIVERGING,
    GREY,
    axes_or_new,
    check_classes,
    check_same_length,
    check_scores,
    class_labels,
    names_of_classes,
)

MOST_PICTURES = 200
LEAST_WIDTH = 3.4  # inches: room for a title, however few the pictures
LINE_HEIGHT = 0.16  # inches for one line of text above a picture


def plot_pictures(pictures, labels=None, class_names=None, columns=10, title="Samples", axes=None):
    """Draws pictures in a grid, with the name of its class above each.

    `pictures` has the shape (n, height, width), or (n, side * side) for flattened square ones, n at most 200;
    brightness from 0 to 255, or scaled to -1 to 1 or to 0 to 1. Returns the axes. Raises ValueError otherwise.
    """
    pictures, texts = _as_pictures(pictures), None
    if labels is not None:
        labels = class_labels(labels, "labels")
        check_same_length(pictures, "pictures", labels, "labels")
        names = names_of_classes(class_names, labels.max() + 1)
        texts = [names[label] for label in labels]
    return _draw_grid(pictures, texts, columns, 0.85, title, axes, cmap=GREY, **_brightness(pictures))[0]


def plot_mistakes(pictures, y_true, confidences, class_names=None, count=12, columns=4, title="", axes=None):
    """Draws the mistakes made with the highest confidence, the worst first: what the network says, and what it is.

    `pictures` as for `plot_pictures`, but any number of them; `confidences`, shape (n, classes), is the output of
    the network. Returns the axes, empty when there was no mistake. Raises ValueError when shapes do not fit, and for
    confidences that are NaN.
    """
    y_true, confidences = class_labels(y_true, "y_true"), np.asarray(confidences)
    if confidences.ndim != 2 or confidences.shape[1] < 2:
        raise ValueError(f"confidences has shape {confidences.shape}, expected (samples, classes), with two classes or "
                         f"more. From the single output p of a yes-or-no network make np.hstack([1 - p, p]).")
    check_same_length(pictures, "pictures", y_true, "y_true")
    check_same_length(confidences, "confidences", y_true, "y_true")
    check_classes(y_true, "y_true", confidences.shape[1])
    names = names_of_classes(class_names, confidences.shape[1])
    worst, n_mistakes = worst_mistakes(y_true, confidences, count)
    title = title or f"The surest {len(worst)} of {n_mistakes} mistakes in {len(y_true)} samples"
    if n_mistakes == 0:
        return _empty_axes(axes_or_new(axes, 5, 1), f"No mistake in {len(y_true)} samples")
    said = confidences[worst].argmax(axis=1)
    texts = [f"says {names[guess]} {100 * confidences[sample, guess]:.0f} %,\nis {names[y_true[sample]]}"
             for sample, guess in zip(worst, said, strict=True)]
    pictures = _as_pictures(np.asarray(pictures)[worst])
    return _draw_grid(pictures, texts, columns, 1.6, title, axes, cmap=GREY, **_brightness(pictures))[0]


def worst_mistakes(y_true, confidences, count):
    """Indices of at most `count` wrong predictions, the most confident first, and how many are wrong in all."""
    y_true, confidences = class_labels(y_true, "y_true"), np.asarray(confidences)
    check_scores(confidences, "confidences holds")
    wrong = np.flatnonzero(confidences.argmax(axis=1) != y_true)
    order = np.argsort(-confidences[wrong].max(axis=1), kind="stable")
    return wrong[order[:count]], len(wrong)


def plot_weights(layer, shape=(28, 28), count=16, columns=4, title="Weights of the first layer", axes=None):
    """Draws the weights of the first `count` neurons as pictures, all on one scale: what each neuron looks for.

    `layer` is a dense layer or its weights, shape (inputs, neurons), where inputs = height * width of `shape`.
    Returns the axes. Raises ValueError when there are no such weights, or their shape does not fit.
    """
    weights = np.asarray(getattr(layer, "weights", layer))
    if weights.ndim != 2:
        raise ValueError("plot_weights draws a dense layer, such as model.layers[0], or an array of weights, "
                         f"(inputs, neurons), but was given {layer!r:.60}.")
    if len(weights) != math.prod(shape):
        raise ValueError(f"The weights have shape {weights.shape}, but pictures of shape {tuple(shape)} need "
                         f"({math.prod(shape)}, neurons). Give the shape of your pictures as shape=(height, width).")
    pictures = weights.T[:count].reshape(-1, *shape)
    texts = [f"neuron {number}" for number in range(len(pictures))]
    limit = np.abs(pictures).max() or 1.0
    axes, image = _draw_grid(pictures, texts, columns, 1.4, title, axes, cmap=DIVERGING, vmin=-limit, vmax=limit)
    axes.figure.colorbar(image, ax=axes, label="weight", shrink=0.8)
    return axes


def _as_pictures(pictures):
    pictures = np.asarray(pictures)
    side = math.isqrt(pictures.shape[1]) if pictures.ndim == 2 else 0
    if pictures.ndim != 3 and (pictures.ndim != 2 or side * side != pictures.shape[1]):
        raise ValueError(f"The pictures have shape {pictures.shape}, expected (n, height, width) or (n, side * side). "
                         f"A single picture is a batch of one: np.expand_dims(picture, 0).")
    if not 1 <= len(pictures) <= MOST_PICTURES:
        raise ValueError(f"{len(pictures)} pictures were given; this draws 1 to {MOST_PICTURES} of them. "
                         f"Choose some, such as pictures[:50].")
    return pictures.reshape(-1, side, side) if pictures.ndim == 2 else pictures


def _brightness(pictures):
    """What is black and what is white: told from the values, since scaled pictures have several conventions."""
    if pictures.min() < 0:
        return {"vmin": -1, "vmax": 1}
    return {"vmin": 0, "vmax": 255 if pictures.max() > 1 else 1}


def _draw_grid(pictures, texts, columns, inches, title, axes, **image_options):
    """Lays all pictures out in one image, each `inches` wide, with texts above; returns the axes and the image."""
    n, height, width = pictures.shape
    columns = min(columns, n)
    rows, lines = math.ceil(n / columns), 1 + texts[0].count("\n") if texts else 0
    pixels = 1.1 * width / inches
    head = math.ceil((lines * LINE_HEIGHT + 0.08) * pixels)
    cell_height, cell_width = head + height, math.ceil(1.1 * width)
    canvas = np.full((rows * cell_height, columns * cell_width), np.nan)
    axes = axes_or_new(axes, max(LEAST_WIDTH, columns * inches), 0.4 + rows * cell_height / pixels)
    for number, picture in enumerate(pictures):
        top, left = number // columns * cell_height + head, number % columns * cell_width
        canvas[top:top + height, left:left + width] = picture
        if texts:
            # Pixel k reaches from k - 0.5 to k + 0.5.
            axes.text(left + width / 2 - 0.5, top - 0.5 - 0.04 * pixels, texts[number], ha="center", va="bottom",
                      fontsize=8)
    return _empty_axes(axes, title), axes.imshow(canvas, interpolation="nearest", **image_options)


def _empty_axes(axes, title):
    axes.set_title(title)
    axes.axis("off")
    return axes


def plot_photo_steps(photo):
    """Draws what becomes of a photo on its way to the network, side by side; returns the figure.

    `photo` as for `modules.data.photos.photo_steps`.
    """
    steps = photo_steps(photo)
    figure, axes = plt.subplots(1, len(steps), figsize=(1.7 * len(steps), 2.2), layout="constrained")
    for axis, (name, picture) in zip(axes, steps.items(), strict=True):
        axis.imshow(picture, cmap=GREY, vmin=0, vmax=255)
        axis.set_title(name, fontsize=8)
        axis.set_axis_off()
    return figure
