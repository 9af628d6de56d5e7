"""The backward pass of one neuron as a picture: every number on its way forward, its gradient on the way back."""

import numpy as np
from matplotlib.patches import Rectangle

from modules.visualize.canvas import draw_arrow, new_canvas, number_text, write
from modules.visualize.tools import COLOURS, RED_TEXT

WIDTH, HEIGHT, STEP = 1.15, 0.46, 0.58


def draw_neuron_backward(inputs, weights, bias, dvalue=1.0, title="One neuron, forward and back", axes=None):
    """Draws y = max(0, x0 * w0 + x1 * w1 + ... + b) as a graph: in each box a number and, in italics, its gradient.

    p0, p1, ... are the products x0 * w0, x1 * w1, ..., and z is their sum with the bias b.
    `dvalue` is the gradient with respect to y that comes from above; the others follow by the chain rule. (Chapter 9.)
    Returns the axes. Raises ValueError unless each input has its weight.
    """
    x, w = np.asarray(inputs, float), np.asarray(weights, float)
    if x.shape != w.shape or x.ndim != 1 or x.size == 0:
        raise ValueError(f"The inputs have shape {x.shape} and the weights {w.shape}, but one neuron takes as many "
                         f"inputs as it has weights, both of shape (inputs,).")
    z = float(x @ w + bias)
    dz = dvalue * (z > 0)
    height = (2 * x.size + 1) * STEP
    axes = new_canvas(axes, 7.2, height + 0.2, title)
    middle = _draw_sum(axes, bias, z, dz, height)
    for i, (input_, weight) in enumerate(zip(x, w, strict=True)):
        _draw_product(axes, i, input_, weight, dz, height - (2 * i + 0.5) * STEP, middle)
    _draw_value(axes, 6.4, middle, "y", max(0.0, z), dvalue)
    draw_arrow(axes, (5.225, middle), (5.825, middle), "ReLU")
    return axes


def _draw_sum(axes, bias, z, dz, height):
    """The bias below all products, and the sum z beside their middle, whose height is returned."""
    middle = height / 2 + 0.1
    _draw_value(axes, 2.775, STEP / 2 + 0.1, "b", bias, dz)
    _draw_value(axes, 4.65, middle, "z", z, dz)
    draw_arrow(axes, (3.35, STEP / 2 + 0.1), (4.075, middle), "+", 0.45)
    return middle


def _draw_product(axes, i, input_, weight, dz, top, middle):
    """Input and weight, their product, and the arrow from it to the sum."""
    y = top - STEP / 2 + 0.1
    for letter, factor, other, place in (("x", input_, weight, top + 0.1), ("w", weight, input_, top + 0.1 - STEP)):
        _draw_value(axes, 0.8, place, f"{letter}{i}", factor, dz * other)
        draw_arrow(axes, (1.375, place), (2.2, y))
    _draw_value(axes, 2.775, y, f"p{i}", input_ * weight, dz)
    draw_arrow(axes, (3.35, y), (4.075, middle), "+", 0.45)


def _draw_value(axes, x, y, name, value, gradient):
    axes.add_patch(Rectangle((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, facecolor=(COLOURS[0], 0.1),
                             edgecolor="black"))
    write(axes, x, y + 0.1, f"{name} = {number_text(value)}")
    write(axes, x, y - 0.11, f"d{name} = {number_text(gradient)}", color=RED_TEXT, style="italic")
