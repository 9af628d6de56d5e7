"""An LSTM as pictures: one step with its peepholes, forward or backward, and the steps side by side."""

from matplotlib.patches import Circle

from modules.visualize.canvas import draw_arrow, draw_box, new_canvas, write
from modules.visualize.tools import COLOURS, RED_TEXT

BLUE, ORANGE, GREEN = COLOURS[:3]
SIGN_RADIUS, HALF_WIDTH = 0.17, 0.42
#: Where each quantity stands: text, text on the way back, x, y, colour. c' and h' belong to the step before.
BOXES = {
    "c'": ("$c'$", "$dc'$", 0.49, 4.2, BLUE), "c": ("$c$", "$dc$", 5.17, 4.2, BLUE),
    "f": ("$f = \\sigma$", "$f(1 - f)$", 1.89, 1.9, ORANGE), "i": ("$i = \\sigma$", "$i(1 - i)$", 3.03, 1.9, ORANGE),
    "g": ("$g = \\tanh$", "$1 - g^2$", 4.1, 1.9, GREEN), "o": ("$o = \\sigma$", "$o(1 - o)$", 5.49, 1.9, ORANGE),
    "s": ("$s = \\tanh$", "$1 - s^2$", 6.56, 3.2, GREEN), "h": ("$h$", "$dh$", 7.71, 2.5, BLUE),
    "x": ("$x$", "$dx$", 0.49, 0.3, BLUE), "h'": ("$h'$", "$dh'$", 0.49, 1.2, BLUE),
    "v": ("$v$", "$dv$", 1.39, 0.75, BLUE),
}
#: Products and the sum: sign, x, y.
SIGNS = {"keep": ("×", 1.89, 4.2), "new": ("×", 3.57, 3.1), "sum": ("+", 3.57, 4.2), "show": ("×", 6.56, 2.5)}
#: Arrows of the forward pass: from, to, the derivative along it, its place on the arrow.
ARROWS = (
    ("c'", "keep", "$f$", 0.45), ("f", "keep", "$c'$", 0.6), ("keep", "sum", "1", 0.5), ("new", "sum", "1", 0.5),
    ("i", "new", "$g$", 0.5), ("g", "new", "$i$", 0.5), ("sum", "c", "1", 0.5), ("c", "s", "", 0.5),
    ("s", "show", "$o$", 0.5), ("o", "show", "$s$", 0.5), ("show", "h", "1", 0.5), ("x", "v", "", 0.5),
    ("h'", "v", "", 0.5), ("v", "f", "$W_f^\\top$", 0.5), ("v", "i", "$W_i^\\top$", 0.5),
    ("v", "g", "$W_g^\\top$", 0.5), ("v", "o", "$W_o^\\top$", 0.5),
)
PEEPHOLES = (("c'", "f", "$p_f$", 0.5), ("c'", "i", "$p_i$", 0.75), ("c", "o", "$p_o$", 0.5))


def draw_lstm_step(backward=False, title=None, axes=None):
    """Draws one step of an LSTM with peepholes, which are dashed: arrows from what is used to what is computed.

    With `backward` the arrows point the other way and show the derivatives by which gradients are multiplied; a box
    with sigmoid or tanh shows that of its function. Letters as in `modules.pure_python.lstm`. Returns the axes.
    """
    if title is None:
        title = "One step of an LSTM, " + ("backward" if backward else "forward")
    axes = new_canvas(axes, 8.2, 4.6, title)
    for style, arrows in (("-", ARROWS), ("--", PEEPHOLES)):
        for start, end, slope, part in arrows:
            ends = _ends(start, end)
            if backward:
                draw_arrow(axes, *ends[::-1], slope, 1 - part, style)
            else:
                draw_arrow(axes, *ends, linestyle=style)
    for forward_text, backward_text, x, y, shade in BOXES.values():
        draw_box(axes, x, y, backward_text if backward else forward_text, 2 * HALF_WIDTH, shade, 0.4)
    for sign, x, y in SIGNS.values():
        axes.add_patch(Circle((x, y), SIGN_RADIUS, facecolor="white", edgecolor="black"))
        write(axes, x, y, sign, fontsize=12)
    return axes


def _ends(start, end):
    """From the border of one shape to the border of the other, along the line between their centres."""
    places = [(*BOXES[name][2:4], HALF_WIDTH, 0.2) if name in BOXES else
              (*SIGNS[name][1:], SIGN_RADIUS, SIGN_RADIUS) for name in (start, end)]
    (x0, y0, *size0), (x1, y1, *size1) = places
    return _border(x0, y0, *size0, x1 - x0, y1 - y0), _border(x1, y1, *size1, x0 - x1, y0 - y1)


def _border(x, y, half_width, half_height, dx, dy):
    """Where a line from the centre in this direction leaves the rectangle around it."""
    part = min(half_width / abs(dx) if dx else 9.0, half_height / abs(dy) if dy else 9.0)
    return x + part * dx, y + part * dy


def draw_through_time(steps=3, title="The same network at every step", axes=None):
    """Draws an LSTM unrolled: inputs below, outputs above, memory handed on; dashed, the gradient's way back.

    Returns the axes. Raises ValueError for fewer than one step.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}: a sequence has 1 or more.")
    axes = new_canvas(axes, 2.3 * steps + 1.0, 2.7, title)
    for step in range(steps):
        x = 1.4 + 2.3 * step
        draw_box(axes, x, 1.35, "LSTM, $V$", 1.1, ORANGE, 0.7)
        draw_box(axes, x, 0.25, f"$x_{step}$", 0.6, BLUE)
        draw_box(axes, x, 2.45, f"$y_{step}$", 0.6, BLUE)
        _there_and_back(axes, (x, 0.43), (x, 1.0))
        _there_and_back(axes, (x, 1.7), (x, 2.27))
        if step < steps - 1:
            _there_and_back(axes, (x + 0.55, 1.35), (x + 1.75, 1.35))
            write(axes, x + 1.15, 1.68, "$h, c$")
            write(axes, x + 1.15, 1.02, "$dh, dc$", color=RED_TEXT)
    return axes


def _there_and_back(axes, start, end):
    """Two arrows beside each other: the numbers there, the gradients back."""
    sideways = (0.08, 0.0) if start[0] == end[0] else (0.0, 0.08)
    draw_arrow(axes, *[(x - sideways[0], y + sideways[1]) for x, y in (start, end)])
    draw_arrow(axes, *[(x + sideways[0], y - sideways[1]) for x, y in (end, start)], linestyle="--")
