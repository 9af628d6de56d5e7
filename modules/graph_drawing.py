"""A computation graph as a picture: values and gradients in the nodes, partial derivatives on the edges.

It draws any node that has `data`, `grad` (None before there is one), `label`, `operation` ("" for a leaf),
`parents`, and a method `partials()` with the derivative of the node with respect to each parent: a number, an
array or a formula as a string ("" for none). Both autograd packages have such nodes; this module knows neither.

Graphviz, which comes with `pip install pygraphviz`, works out the layout. The SVG is then written here, with
sizes that follow from the number of letters, not from the fonts of a machine, so that it is the same everywhere.
"""

import math
import re
from html import escape
from pathlib import Path

import numpy as np

INSTALL = "To see it as a picture, run: pip install pygraphviz (its wheels include Graphviz)."
LIBRARIES = "Debian and Ubuntu have what it needs after: apt install libexpat1 libglib2.0-0 libxext6 libxrender1"

# All lengths in points. 7.5 is a little more than a letter of any monospaced font takes at size 12.
FONT_SIZE, LETTER_WIDTH, LINE_HEIGHT, MARGIN = 12, 7.5, 16, 8
# Light and full blue for leaves, orange for results: a pair that colour-blind readers can tell apart.
LEAF = {"fill": "#E3F0F8", "stroke": "#0072B2", "corner": 0}
RESULT = {"fill": "#FDF3DC", "stroke": "#E69F00", "corner": 8}
LINE = "#555555"


def draw_graph(node, digits=4, largest_array=6, direction="LR", most_nodes=300):
    """The graph that ends in `node`, as it is now: call it before and after `backward` to see the difference.
    Draw before the optimizer's step or compute the formula anew: a step changes parameters, not what was made of them.

    Numbers are shown to `digits` significant digits, arrays of more than `largest_array` numbers as their
    shape. `direction` is "LR" (from left to right) or "TB" (from top to bottom). A node that is used twice by
    another, as in x * x, has two edges to it. A notebook shows the picture that is returned; `save` writes it
    to a file. Raises ValueError for more than `most_nodes` nodes, which nobody could read.
    """
    if direction not in ("LR", "TB"):
        raise ValueError(f'direction is "LR" (left to right) or "TB" (top to bottom), not {direction!r}.')
    nodes = parents_first(node, most_nodes)
    position = {id(one): index for index, one in enumerate(nodes)}
    boxes = [(box_lines(one, digits, largest_array), RESULT if one.parents else LEAF) for one in nodes]
    edges = [(position[id(parent)], position[id(one)], quantity_text(partial, digits, largest_array))
             for one in nodes for parent, partial in zip(one.parents, one.partials(), strict=True)]
    return GraphPicture(boxes, edges, direction)


class GraphPicture:
    """What `draw_graph` returns: `svg()`, `dot` (Graphviz's language), and `save(path)`."""

    def __init__(self, boxes, edges, direction):
        self.boxes = boxes
        self.edges = edges
        self.direction = direction

    def __repr__(self):
        summary = f"Computation graph of {len(self.boxes)} nodes and {len(self.edges)} edges."
        missing = missing_graphviz()
        return f"{summary} {missing}\n\n{self.dot}" if missing else summary

    def _repr_svg_(self):
        # Without Graphviz a notebook falls back on the text above.
        return None if missing_graphviz() else self.svg()

    @property
    def dot(self):
        """The graph in Graphviz's language, the same on every run and every machine."""
        lines = [f"digraph computation {{\n  rankdir={self.direction}",
                 f"  node [shape=box fontname=monospace fontsize={FONT_SIZE}]",
                 f"  edge [fontname=monospace fontsize={FONT_SIZE}]"]
        for index, (texts, style) in enumerate(self.boxes):
            corners = "rounded,filled" if style["corner"] else "filled"
            lines.append(f'  n{index} [label="{dot_escape(texts)}" style="{corners}" '
                         f'fillcolor="{style["fill"]}" color="{style["stroke"]}"]')
        for tail, head, text in self.edges:
            lines.append(f'  n{tail} -> n{head} [label="{dot_escape([text])}"]')
        return "\n".join([*lines, "}\n"])

    def svg(self):
        """The picture as SVG text. Raises ImportError where pygraphviz is missing."""
        width, height, centres, curves = self.layout()
        parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                 f'viewBox="0 0 {width} {height}" font-family="monospace" font-size="{FONT_SIZE}" '
                 f'text-anchor="middle" role="img">',
                 f"<title>Computation graph of {len(self.boxes)} nodes and {len(self.edges)} edges</title>",
                 f'<rect width="{width}" height="{height}" fill="white"/>']
        parts += [svg_curve(points, has_arrow=head.startswith("n")) for head, points in curves]
        for index, (texts, style) in enumerate(self.boxes):
            parts += [svg_box(centres[f"n{index}"], texts, style), svg_text(centres[f"n{index}"], texts)]
        parts += [svg_text(centres[f"e{index}"], [text]) for index, (_, _, text) in enumerate(self.edges) if text]
        return "\n".join([*parts, "</svg>\n"])

    def save(self, path):
        """Write the picture to `path`, .svg or .png, or its DOT text, .dot."""
        path = Path(path).expanduser()
        contents = {".svg": lambda: self.svg().encode(), ".dot": lambda: self.dot.encode(),
                    ".png": lambda: graphviz(self.dot, "png")}
        if path.suffix not in contents:
            raise ValueError(f"A graph cannot be saved as {path.name!r}: "
                             f"the name must end in one of {', '.join(contents)}.")
        path.write_bytes(contents[path.suffix]())

    def layout(self):
        """Width and height, the centre of each box and each edge's text, and the curves between them.

        The text on an edge is a node of its own here, so that Graphviz keeps a place free for it.
        """
        lines = [f"digraph {{ rankdir={self.direction} ranksep=0.3 nodesep=0.15",
                 'node [shape=box fixedsize=true label=""] edge [arrowhead=none]']
        lines += [layout_node(f"n{index}", texts, MARGIN) for index, (texts, _) in enumerate(self.boxes)]
        for index, (tail, head, text) in enumerate(self.edges):
            if text:
                lines += [layout_node(f"e{index}", [text], 2), f"n{tail} -> e{index} -> n{head};"]
            else:
                lines.append(f"n{tail} -> n{head};")
        return read_plain(graphviz("\n".join([*lines, "}"]), "plain").decode())


def parents_first(result, most_nodes):
    """All nodes that `result` depends on, each after its parents, in an order fixed by the graph alone."""
    order, visited, path = [], {id(result)}, [(result, iter(parents_of(result)))]
    while path:
        node, remaining = path[-1]
        fresh = next((parent for parent in remaining if id(parent) not in visited), None)
        if fresh is None:
            order.append(node)
            path.pop()
        else:
            visited.add(id(fresh))
            path.append((fresh, iter(parents_of(fresh))))
        if len(visited) > most_nodes:
            raise ValueError(f"The graph has more than {most_nodes} nodes, too many to read. "
                             "Draw a smaller network or one sample, or raise most_nodes.")
    return order


def parents_of(node):
    try:
        return node.parents
    except AttributeError:
        raise TypeError(f"draw_graph needs a node of a computation graph, such as a loss, "
                        f"but it was given {node!r} ({type(node).__name__}).") from None


def box_lines(node, digits, largest_array):
    """What is written in a node: its name and operation, its value, and its gradient once there is one."""
    heading = " = ".join(part for part in (without_controls(node.label), node.operation) if part)
    lines = [heading] if heading else []
    lines.append(f"value {quantity_text(node.data, digits, largest_array)}")
    if node.grad is not None:
        lines.append(f"gradient {quantity_text(node.grad, digits, largest_array)}")
    return lines


def quantity_text(quantity, digits, largest_array):
    """A number or a small array in digits, a large array as its shape, a formula as it is."""
    array = np.asarray(quantity)
    if array.dtype.kind == "U":
        return without_controls(quantity)
    if array.size > largest_array:
        return f"shape {array.shape}"
    return array_text(array, digits)


def without_controls(text):
    """Line ends, tabs and other control characters as spaces: an SVG with most of them would not be valid."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", str(text))


def array_text(array, digits):
    if array.ndim:
        return "[" + " ".join(array_text(part, digits) for part in array) + "]"
    text = f"{float(array):.{digits}g}"
    return "0" if text == "-0" else text


def dot_escape(lines):
    return r"\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)


def text_size(lines, margin):
    """Width and height in whole even points, so that centres and corners are whole as well."""
    width = max(len(line) for line in lines) * LETTER_WIDTH + 2 * margin
    return 2 * round(width / 2), LINE_HEIGHT * len(lines) + 2 * (margin // 2)


def layout_node(name, lines, margin):
    width, height = text_size(lines, margin)
    return f"{name} [width={width / 72:.5f} height={height / 72:.5f}];"


def missing_graphviz():
    """What to install before Graphviz can draw, or None if nothing is missing."""
    try:
        import pygraphviz  # noqa: F401
    except ModuleNotFoundError:
        return INSTALL
    except ImportError as error:  # a small Linux lacks libraries that the wheels leave to the system
        return f"To see it as a picture, a library of the system is missing ({error}). {LIBRARIES}."
    return None


def graphviz(dot_text, file_format):
    """What Graphviz makes of a DOT text, as bytes; it runs inside this process, without a `dot` program."""
    missing = missing_graphviz()
    if missing:
        raise ImportError(f"Graphviz cannot draw the graph. {missing} Its `dot` holds the graph as text, for any "
                          "Graphviz viewer.")
    from pygraphviz import AGraph
    return AGraph(string=dot_text).draw(format=file_format, prog="dot")


def read_plain(text):
    """Graphviz's `plain` format, in inches from the lower left, as whole points from the upper left."""
    centres, curves = {}, []
    for words in (line.split() for line in text.splitlines()):
        if words[0] == "graph":
            inches_high = float(words[3])
            width, height = (round(72 * float(word)) + 2 * MARGIN for word in words[2:4])
        elif words[0] == "node":
            centres[words[1]] = to_points(words[2:4], inches_high)
        elif words[0] == "edge":
            numbers = words[4:4 + 2 * int(words[3])]
            curves.append((words[2], [to_points(numbers[at:at + 2], inches_high)
                                      for at in range(0, len(numbers), 2)]))
    return width, height, centres, curves


def to_points(pair, inches_high):
    x, y = map(float, pair)
    return round(72 * x) + MARGIN, round(72 * (inches_high - y)) + MARGIN


def svg_box(centre, lines, style):
    width, height = text_size(lines, MARGIN)
    return (f'<rect x="{centre[0] - width // 2}" y="{centre[1] - height // 2}" width="{width}" '
            f'height="{height}" rx="{style["corner"]}" fill="{style["fill"]}" stroke="{style["stroke"]}"/>')


def svg_text(centre, lines):
    """The lines one below the other; a letter's baseline is a third of its size below the middle of its line."""
    first = centre[1] - LINE_HEIGHT * (len(lines) - 1) // 2 + FONT_SIZE // 3
    return "\n".join(f'<text x="{centre[0]}" y="{first + LINE_HEIGHT * index}">{escape(line)}</text>'
                     for index, line in enumerate(lines))


def svg_curve(points, has_arrow):
    """A Bézier curve through Graphviz's points, with an arrow at its end that points the same way."""
    start, *others = (f"{x},{y}" for x, y in points)
    curve = f'<path d="M{start} C{" ".join(others)}" fill="none" stroke="{LINE}"/>'
    if not has_arrow:
        return curve
    (before_x, before_y), (x, y) = points[-2:]
    degrees = round(math.degrees(math.atan2(y - before_y, x - before_x)))
    return (f'{curve}\n<polygon points="0,0 -8,-3 -8,3" fill="{LINE}" '
            f'transform="translate({x} {y}) rotate({degrees})"/>')
