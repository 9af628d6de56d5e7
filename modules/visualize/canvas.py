"""What all drawings share: a canvas whose unit is about an inch, texts, boxes, arrows, and numbers as text."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from modules.visualize.tools import axes_or_new


def new_canvas(axes, width, height, title):
    """Axes without a frame whose unit is about an inch, so that text and shapes keep their proportions."""
    axes = axes_or_new(axes, width, height + 0.35)
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal", title=title)
    axes.axis("off")
    return axes


def write(axes, x, y, text, **options):
    axes.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 9, **options})


def draw_box(axes, x, y, text, width, shade, height=0.36):
    axes.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, facecolor=(shade, 0.3),
                                  edgecolor="black", boxstyle="round,pad=0,rounding_size=0.08"))
    write(axes, x, y, text)


def draw_arrow(axes, start, end, text="", part=0.5, linestyle="-"):
    """An arrow, with a text at the point that lies `part` of the way from its start."""
    axes.annotate("", xy=end, xytext=start, zorder=1, arrowprops={
        "arrowstyle": "-|>", "color": "0.3", "shrinkA": 0, "shrinkB": 0, "linestyle": linestyle})
    x, y = np.add(start, part * np.subtract(end, start))
    if text:
        write(axes, x, y, text, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})


def number_text(value):
    """At most three decimals and no trailing zeros, as in 4.8; a zero has no sign."""
    return np.format_float_positional(np.round(value, 3) + 0.0, precision=3, trim="-")
