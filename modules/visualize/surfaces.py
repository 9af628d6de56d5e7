"""Pictures over a plane: points, decision regions, loss surfaces with the path of an optimizer, and motion."""

import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke
from PIL import Image

from modules.visualize.tools import (
    SEQUENTIAL,
    axes_or_new,
    check_classes,
    check_plane,
    check_same_length,
    check_scores,
    class_labels,
    colour,
    hatch,
    line,
    marker,
    names_of_classes,
)

FILM_LIMIT = 180_000  # bytes, a third more as text in a notebook; a notebook with a film must stay below 400 KB


def plot_points(X, y, class_names=None, title="Data", axes=None):
    """Draws points X, shape (samples, 2), with a colour and a marker for each class in y, shape (samples,).

    Returns the axes. Raises ValueError when shapes, lengths or the number of names do not fit.
    """
    X, y = check_plane(X), class_labels(y)
    check_same_length(X, "X", y, "y")
    names = names_of_classes(class_names, y.max() + 1)
    axes = axes_or_new(axes, 5, 4)
    for number in np.unique(y):
        chosen = X[y == number]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=18, color=colour(number), marker=marker(number),
                     edgecolors="black", linewidths=0.4, label=names[number], zorder=2)
    axes.set(xlabel="first feature", ylabel="second feature", title=title)
    axes.legend(title="class", fontsize="small")
    return axes


def plot_decision_boundary(predict, X, y, class_names=None, title="Decision regions", threshold=0.5,
                           resolution=200, axes=None):
    """Draws which class is predicted where, and the points X, shape (samples, 2), of the classes y on top.

    `predict` is a model, or a function from points (n, 2) to scores: (n, classes), where the largest wins, or
    (n, 1), where a score above `threshold` means class 1. It is evaluated at `resolution` squared points.
    Returns the axes. Raises ValueError when shapes do not fit, and for scores that are NaN.
    """
    X, y = check_plane(X), class_labels(y)
    check_same_length(X, "X", y, "y")
    margin = 0.08 * np.ptp(X, axis=0) + 1e-9
    xs, ys = np.linspace(X.min(axis=0) - margin, X.max(axis=0) + margin, resolution).T
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    classes, n_classes = _classes(getattr(predict, "predict", predict)(grid), len(grid), threshold)
    check_classes(y, "y", n_classes)
    axes = axes_or_new(axes, 5, 4)
    _fill_regions(axes, xs, ys, classes.reshape(resolution, resolution))
    return plot_points(X, y, class_names, title, axes)


def _classes(scores, n_points, threshold):
    scores = np.asarray(scores)
    if scores.ndim != 2 or len(scores) != n_points:
        raise ValueError(f"predict was given {n_points} points and returned shape {scores.shape}; expected "
                         f"({n_points}, classes), or ({n_points}, 1) for a yes or no.")
    check_scores(scores, "predict returned")
    if scores.shape[1] == 1:
        return (scores[:, 0] > threshold).astype(int), 2
    return scores.argmax(axis=1), scores.shape[1]


def _fill_regions(axes, xs, ys, classes):
    # Each class is drawn from its own mask: contours of the class numbers would put a strip of 1 between 0 and 2.
    for number in np.unique(classes):
        mask = (classes == number).astype(float)
        region = axes.contourf(xs, ys, mask, levels=[0.5, 1.5], colors=[colour(number)], alpha=0.25,
                               hatches=[hatch(number)])
        region.set(edgecolor="white", linewidth=0)
        if not mask.all():
            axes.contour(xs, ys, mask, levels=[0.5], colors="black", linewidths=0.8)


def plot_loss_surface(loss, xs, ys, path=None, label="path", title="Loss surface", levels=20, axes=None):
    """Draws a loss over two parameters as contours, bright where it is high, and a path on it.

    `xs` and `ys` are the values of the two parameters, `loss` a function of two numbers or its values as an array
    of shape (len(ys), len(xs)). `path`, shape (steps, 2), is drawn by `plot_path`; call it for further paths.
    Infinite and NaN losses stay white. Returns the axes. Raises ValueError when shapes do not fit.
    """
    values = np.array([[loss(x, y) for x in xs] for y in ys]) if callable(loss) else np.asarray(loss)
    if values.shape != (len(ys), len(xs)):
        raise ValueError(f"The losses have shape {values.shape}; with {len(xs)} xs and {len(ys)} ys they need "
                         f"({len(ys)}, {len(xs)}): a row for each of ys, a column for each of xs.")
    values = np.ma.masked_invalid(values)
    axes = axes_or_new(axes, 5.5, 4.2)
    filled = axes.contourf(xs, ys, values, levels=levels, cmap=SEQUENTIAL)
    axes.contour(xs, ys, values, levels=filled.levels, colors="white", linewidths=0.3)
    axes.figure.colorbar(filled, ax=axes, label="loss")
    axes.set(xlabel="first parameter", ylabel="second parameter", title=title)
    return axes if path is None else plot_path(path, label, axes)


def plot_path(path, label="path", axes=None):
    """Draws the steps of an optimizer, shape (steps, 2): a line with arrows from a circle (start) to a star (end).

    Every path on the same axes looks different; the limits of a surface that is there already stay. Returns the axes.
    """
    path = check_plane(path, "path")
    if axes is None:
        axes = axes_or_new(axes, 5, 4)
        axes.set(xlabel="first parameter", ylabel="second parameter", title="Path")
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()} if axes.has_data() else {}
    number = len(axes.lines)
    shade = colour(number + 3)
    # The white rim keeps the line visible on the dark and on the bright end of the surface.
    axes.plot(*path.T, linestyle=line(number), color=shade, linewidth=1.6, label=label, zorder=3,
              path_effects=[withStroke(linewidth=3.5, foreground="white")])
    axes.scatter(*path[0], s=45, marker="o", color=shade, edgecolors="white", zorder=4)
    axes.scatter(*path[-1], s=140, marker="*", color=shade, edgecolors="white", zorder=5)
    for step in _steps_with_arrows(path):
        axes.annotate("", xy=path[step + 1], xytext=path[step], annotation_clip=True,
                      arrowprops={"arrowstyle": "-|>", "color": shade, "shrinkA": 0, "shrinkB": 0,
                                  "mutation_scale": 13}, zorder=4)
    axes.set(**limits)
    axes.legend(fontsize="small")
    return axes


def _steps_with_arrows(path, count=7):
    """About `count` steps, evenly spread over the length of the path; none that stands still."""
    lengths = np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))
    if len(lengths) == 0 or lengths[-1] == 0:
        return []
    return np.unique(np.searchsorted(lengths, np.arange(count) / count * lengths[-1], side="right"))


def animate(update, frames, figure, interval=200, dpi=72):
    """A film that plays wherever a picture is shown: in Jupyter, on a static page. Make it the last value of a cell.

    `update(frame)` draws all that frame number 0, 1, ..., frames - 1 shows into `figure`; usually it clears the axes
    first. `interval` is the milliseconds between two frames; the last one stays five times as long, then it starts
    again. The figure is closed, so that it does not appear a second time below the film.

    The film is an animated PNG, which, like any picture, nbval does not compare: print or assert a number beside it.
    Raises ValueError when a film would take more than `FILM_LIMIT` bytes, or has no frame.
    """
    from IPython.display import Image as Film  # only notebooks show films, so only they wait for this import

    if frames < 1:
        raise ValueError(f"frames is the number of pictures in the film, at least 1: given {frames}.")
    first, *others = _with_one_palette([_photograph(update, frame, figure, dpi) for frame in range(frames)])
    film = io.BytesIO()
    first.save(film, "PNG", save_all=True, append_images=others, loop=0, optimize=True,
               duration=[interval] * (frames - 1) + [5 * interval])
    plt.close(figure)
    if film.tell() > FILM_LIMIT:
        raise ValueError(f"The film takes {film.tell():,} bytes, more than {FILM_LIMIT:,}. Use fewer frames than "
                         f"{frames}, a smaller figure, or a lower dpi than {dpi}.")
    return Film(data=film.getvalue(), format="png")


def _photograph(update, frame, figure, dpi):
    update(frame)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=dpi)
    return np.asarray(Image.open(picture).convert("RGB"))


def _with_one_palette(pictures):
    """The pictures in 128 colours, the same for all: a third of the bytes."""
    height, width, _ = pictures[0].shape
    strip = Image.fromarray(np.concatenate(pictures)).quantize(128)
    return [strip.crop((0, top, width, top + height)) for top in range(0, strip.height, height)]
