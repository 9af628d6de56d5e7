"""Drawings of what is computed: a network, one neuron, a matrix product, the links between layers."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Rectangle

from modules.visualize.canvas import draw_arrow, draw_box, new_canvas, number_text, write
from modules.visualize.tools import COLOURS

BLUE, ORANGE, GREEN = COLOURS[:3]
MOST_NEURONS = 8  # circles drawn in one column
MOST_NUMBERS = 6  # rows or columns of a matrix whose numbers are written out


def draw_network(sizes, labels=None, title="Network", axes=None):
    """Draws a network: squares for the inputs, circles for neurons, lines from each to all of the next column.

    `sizes` counts each column, inputs first, such as (4, 3, 2); more than eight in a column are hinted at by dots.
    `labels` names the columns. Returns the axes. Raises ValueError for an empty column or missing labels.
    """
    if labels is None:
        labels = ["inputs"] + [f"layer {number}" for number in range(1, len(sizes))]
    if len(labels) != len(sizes):
        raise ValueError(f"There are {len(sizes)} columns, {tuple(sizes)}, but {len(labels)} labels: give each one.")
    if min(sizes, default=0) < 1:
        raise ValueError(f"sizes = {tuple(sizes)}: give the number of inputs and of neurons in each layer, 1 or more.")
    height = 0.5 * min(max(sizes), MOST_NEURONS)
    axes = new_canvas(axes, 1.7 * len(sizes), height + 0.7, title)
    columns = [_places(0.85 + 1.7 * number, size, 0.65 + height / 2) for number, size in enumerate(sizes)]
    for number, (places, size, label) in enumerate(zip(columns, sizes, labels, strict=True)):
        for x, y in places:
            axes.add_patch(Circle((x, y), 0.17, facecolor=BLUE, edgecolor="black", zorder=2) if number else
                           Rectangle((x - 0.14, y - 0.14), 0.28, 0.28, facecolor=ORANGE, edgecolor="black", zorder=2))
        if size > MOST_NEURONS:
            write(axes, places[0][0], 0.4 + height / 2, "\u22ee", fontsize=14)
        write(axes, places[0][0], 0.25, f"{label}\n{size}")
        pairs = [(start, end) for start in columns[number - 1] for end in places] if number else []
        axes.add_collection(LineCollection(pairs, colors="0.6", linewidths=0.6, zorder=1))
    return axes


def _places(x, size, middle):
    """Centres of the neurons of one column, the first on top; a long column has a gap in its fifth place."""
    slots = min(size, MOST_NEURONS)
    places = [(x, middle + 0.5 * ((slots - 1) / 2 - slot)) for slot in range(slots)]
    return places if size <= MOST_NEURONS else places[:4] + places[5:]


def draw_neuron(inputs, weights, bias, title="One neuron", axes=None):
    """Draws a neuron with its numbers: inputs, a weight on each arrow, the bias, and their sum, which is the output.

    The sum is inputs[0] * weights[0] + inputs[1] * weights[1] + ... + bias. Returns the axes. Raises ValueError unless
    each input has its weight.
    """
    if len(inputs) != len(weights) or len(inputs) == 0:
        raise ValueError(f"There are {len(inputs)} inputs, but {len(weights)} weights: each input needs its own.")
    total = float(np.dot(inputs, weights) + bias)
    height = max(0.75 * len(inputs), 1.5) + 0.6
    middle = (height + 0.6) / 2
    axes = new_canvas(axes, 6.6, height, title)
    for number, (value, weight) in enumerate(zip(inputs, weights, strict=True)):
        y = middle + 0.75 * ((len(inputs) - 1) / 2 - number)
        draw_box(axes, 0.8, y, f"x{number} = {number_text(value)}", 1.2, ORANGE)
        draw_arrow(axes, (1.4, y), (3.7, middle), f"w{number} = {number_text(weight)}", part=0.35)
    draw_box(axes, 4.2, 0.25, f"b = {number_text(bias)}", 1.2, GREEN)
    draw_arrow(axes, (4.2, 0.43), (4.2, middle - 0.5))
    axes.add_patch(Circle((4.2, middle), 0.5, facecolor="white", edgecolor="black"))
    write(axes, 4.2, middle, f"sum\n{number_text(total)}")
    draw_arrow(axes, (4.7, middle), (5.2, middle))
    draw_box(axes, 5.8, middle, f"output\n{number_text(total)}", 1.2, BLUE, 0.5)
    return axes


def draw_matrix_product(inputs, weights, biases=None, names=None, title="Matrix product", axes=None):
    """Draws inputs @ weights + biases = outputs: each as a box with its numbers, name and shape.

    Shapes: (samples, features) @ (features, neurons) + (1, neurons) = (samples, neurons). Vectors work as in NumPy:
    a row on the left of @, a column on its right. A matrix with more than six rows or columns leaves all boxes
    without numbers; then `np.zeros(shape)` will do. `names` replaces the names, that of the outputs included.
    Returns the axes. Raises ValueError when the shapes or the number of names do not fit.
    """
    given = [np.asarray(array) for array in (inputs, weights, biases) if array is not None]
    _check_product(*given)
    arrays = [*given, sum(given[2:], given[0] @ given[1])]
    names = names or ["inputs", "weights", "biases"][:len(given)] + ["outputs"]
    if len(names) != len(arrays):
        raise ValueError(f"{len(arrays)} boxes are drawn, but {len(names)} names were given: {', '.join(names)}.")
    upright = given[1].ndim == 1
    boxes = [array.reshape(-1, 1) if upright and place > 0 else np.atleast_2d(array)
             for place, array in enumerate(arrays)]
    captions = [(name, str(array.shape)) for name, array in zip(names, arrays, strict=True)]
    return _draw_boxes(axes, boxes, captions, ["@", "+", "="] if len(given) == 3 else ["@", "="], title)


def _check_product(inputs, weights, biases=None):
    if not 1 <= inputs.ndim <= 2 or not 1 <= weights.ndim <= 2 or inputs.shape[-1] != weights.shape[0]:
        raise ValueError(f"{inputs.shape} @ {weights.shape} is not a matrix product: the last number of the first "
                         f"shape must equal the first of the second. Perhaps one has to be transposed: weights.T.")
    fitting = (inputs @ weights).shape[-1:]
    if biases is not None and biases.shape not in (fitting, (1, *fitting)):
        raise ValueError(f"biases has shape {biases.shape}, expected {(1, *fitting)} or {fitting}: one for each "
                         f"column of the product.")


def _draw_boxes(axes, boxes, captions, signs, title):
    with_numbers = max(max(box.shape) for box in boxes) <= MOST_NUMBERS
    sizes = [_box_size(box, with_numbers) for box in boxes]
    middle = max(height for _, height in sizes) / 2 + 0.5
    axes = new_canvas(axes, sum(width + 0.5 for width, _ in sizes), 2 * middle, title)
    left = 0.25
    for number, (box, (name, shape), (width, height)) in enumerate(zip(boxes, captions, sizes, strict=True)):
        axes.add_patch(Rectangle((left, middle - height / 2), width, height, facecolor=(COLOURS[number], 0.3),
                                 edgecolor="black"))
        if with_numbers:
            _draw_cells(axes, box, left, middle + height / 2, width, height)
        write(axes, left + width / 2, middle + height / 2 + 0.2, name, fontweight="bold")
        write(axes, left + width / 2, middle - height / 2 - 0.2, shape)
        write(axes, left + width + 0.25, middle, signs[number] if number < len(signs) else "", fontsize=14)
        left += width + 0.5
    return axes


def draw_links(names, title="Links between layers", axes=None):
    """Draws layers, named from first to last, as a chain of boxes: `next` leads down, `prev` leads up.

    Returns the axes. Raises ValueError for an empty chain.
    """
    if len(names) == 0:
        raise ValueError("There are no names to draw: list the layers from first to last.")
    width = max(2.0, 0.3 + 0.085 * max(len(name) for name in names))
    axes = new_canvas(axes, width + 0.4, 0.8 * len(names), title)
    middle = width / 2 + 0.2
    for number, name in enumerate(reversed(names)):
        y = 0.4 + 0.8 * number
        draw_box(axes, middle, y, name, width, BLUE)
        if number > 0:
            draw_arrow(axes, (middle + 0.5, y - 0.18), (middle + 0.5, y - 0.62))
            draw_arrow(axes, (middle - 0.5, y - 0.62), (middle - 0.5, y - 0.18), linestyle="--")
            write(axes, middle + 0.75, y - 0.4, "next")
            write(axes, middle - 0.75, y - 0.4, "prev")
    return axes


def _draw_cells(axes, numbers, left, top, width, height):
    """Divides a box of `width` by `height` into a cell for every number."""
    rows, columns = numbers.shape
    for (row, column), number in np.ndenumerate(numbers):
        x, y = left + column * width / columns, top - (row + 1) * height / rows
        axes.add_patch(Rectangle((x, y), width / columns, height / rows, facecolor="none", edgecolor="black"))
        write(axes, x + width / columns / 2, y + height / rows / 2, number_text(number))


def _box_size(matrix, with_numbers):
    """Width and height of a box; without numbers it grows with the logarithm, so that 784 still fits beside 10."""
    rows, columns = matrix.shape
    return (0.62 * columns, 0.34 * rows) if with_numbers else tuple(0.7 + 0.5 * np.log10([columns, rows]))
