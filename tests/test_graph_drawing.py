"""Pictures of computation graphs: what they show, and that they are the same on every run."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from modules import graph_drawing
from modules.graph_drawing import draw_graph
from modules.scalar_autograd import MLP, Value, weighted_sum
from modules.tensor_autograd import Tensor

REPOSITORY = Path(__file__).resolve().parent.parent
needs_graphviz = pytest.mark.skipif(graph_drawing.missing_graphviz() is not None, reason="Graphviz cannot be loaded")


class Node:
    """A node of any engine: the least that `draw_graph` asks for."""

    def __init__(self, data, label="", operation="", parents=(), partials=(), grad=None):
        self.data, self.label, self.operation, self.grad = data, label, operation, grad
        self.parents, self.derivatives = parents, partials

    def partials(self):
        return self.derivatives


def neuron():
    """The neuron of chapter 9, whose output is 6."""
    weights = [Value(-3, "w0"), Value(-1, "w1"), Value(2, "w2")]
    inputs = [Value(1, "x0"), Value(-2, "x1"), Value(3, "x2")]
    result = weighted_sum(weights, inputs, Value(1, "b"))
    result.label = "z"
    return result


def layer_of_arrays():
    inputs = Node(np.ones((20, 30)), "inputs")
    weights = Node(np.ones((30, 3)), "weights", grad=np.ones((30, 3)))
    product = Node(np.ones((20, 3)), "", "@", (inputs, weights), ("weights.T", "inputs.T"))
    return Node(np.float32(2.5), "loss", "mean", (product,), (np.full((20, 3), 1 / 60),), np.float64(1))


def texts(picture):
    """The words of an SVG picture, text by text."""
    return [element.text for element in ElementTree.fromstring(picture.svg()).iter() if element.tag.endswith("text")]


# What a picture shows


def test_dot_text_holds_values_gradients_labels_and_partial_derivatives():
    result = Value(2.0, "x") * Value(-3.0, "y")
    result.label = "z"
    result.backward()
    assert draw_graph(result).dot == """digraph computation {
  rankdir=LR
  node [shape=box fontname=monospace fontsize=12]
  edge [fontname=monospace fontsize=12]
  n0 [label="x\\nvalue 2\\ngradient -3" style="filled" fillcolor="#E3F0F8" color="#0072B2"]
  n1 [label="y\\nvalue -3\\ngradient 2" style="filled" fillcolor="#E3F0F8" color="#0072B2"]
  n2 [label="z = *\\nvalue -6\\ngradient 1" style="rounded,filled" fillcolor="#FDF3DC" color="#E69F00"]
  n0 -> n2 [label="-3"]
  n1 -> n2 [label="2"]
}
"""


def test_a_node_used_twice_by_another_has_two_edges():
    x = Value(3.0, "x")
    assert draw_graph(x * x).dot.count('n0 -> n1 [label="3"]') == 2


def test_before_and_after_backward():
    x = Value(3.0, "x")
    result = x * x
    before = draw_graph(result)
    result.backward()
    after = draw_graph(result)
    assert "gradient 0" in before.dot and "gradient 6" not in before.dot
    assert "gradient 6" in after.dot and 'label="3"' in before.dot
    assert "gradient" not in draw_graph(Node(1.0)).dot


def test_large_arrays_are_shapes_small_ones_numbers_and_formulas_stay():
    dot = draw_graph(layer_of_arrays()).dot
    assert r'label="inputs\nvalue shape (20, 30)"' in dot
    assert r'label="weights\nvalue shape (30, 3)\ngradient shape (30, 3)"' in dot
    assert '[label="weights.T"]' in dot and '[label="shape (20, 3)"]' in dot
    assert r'label="loss = mean\nvalue 2.5\ngradient 1"' in dot
    small = Node(np.array([[1, -0.0], [0.12345, 3e-9]]), "small")
    assert r'value [[1 0] [0.1235 3e-09]]"' in draw_graph(small).dot
    assert "value shape (2, 2)" in draw_graph(small, largest_array=3).dot
    assert "value [[1 0] [0.12 3e-09]]" in draw_graph(small, digits=2).dot


def test_quotes_and_brackets_in_labels():
    node = Node(1.0, 'say "a\\b" <c> & d')
    assert r'say \"a\\b\" <c> & d' in draw_graph(node).dot


def test_a_drawing_in_the_home_folder_is_found_by_its_short_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    draw_graph(Value(1.0)).save("~/graph.dot")
    assert (tmp_path / "graph.dot").exists()


def test_control_characters_in_labels_become_spaces_on_edges_too():
    weights = Tensor(np.ones((2, 2)), requires_grad=True, label="\x1b[1mW\x1b[0m")
    dot = draw_graph((Tensor(np.ones((2, 2)), requires_grad=True) @ weights).sum()).dot
    assert dot.count("[1mW [0m.T") == 1 and "\x1b" not in dot


def test_a_long_chain_is_walked_without_recursion():
    result = Value(1.0)
    for _ in range(5000):
        result = -result
    assert draw_graph(result, most_nodes=5001).dot.count("->") == 5000


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(TypeError, match="needs a node.*3.5.*float"):
        draw_graph(3.5)
    with pytest.raises(ValueError, match="more than 300 nodes.*most_nodes"):
        draw_graph(MLP(2, [16, 16, 1])([1, 2])[0])
    with pytest.raises(ValueError, match="LR.*TB.*'up'"):
        draw_graph(Value(1), direction="up")
    with pytest.raises(ValueError, match="graph.jpg.*\\.svg"):
        draw_graph(Value(1)).save(tmp_path / "graph.jpg")


# The picture itself


@needs_graphviz
def test_svg_shows_every_text_once():
    result = neuron()
    result.backward()
    shown = texts(draw_graph(result))
    assert [shown.count(text) for text in ("z = weighted sum", "value 6", "w0", "gradient -2", "x1")] == [1] * 5
    assert sorted(shown[-7:]) == sorted(["1", "-2", "3", "-3", "-1", "2", "1"])
    assert 'say "<c>" & d' in texts(draw_graph(Node(1.0, 'say "<c>" & d')))


@needs_graphviz
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_an_edge_without_a_text_is_one_unbroken_line(direction):
    x = Node(1.0, "x")
    picture = draw_graph(Node(1.0, "", "*", (x, x), ("", "2")), direction=direction)
    *_, curves = picture.layout()
    assert sorted(head for head, _ in curves) == ["e1", "n1", "n1"]
    assert None not in texts(picture)


@needs_graphviz
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_nothing_overlaps_and_nothing_is_cut_off(direction):
    picture = draw_graph(MLP(2, [3, 2, 1])([1, 2])[0], direction=direction)
    width, height, centres, curves = picture.layout()
    boxes = {f"n{index}": lines for index, (lines, _) in enumerate(picture.boxes)}
    boxes |= {f"e{index}": [text] for index, (_, _, text) in enumerate(picture.edges)}
    places = []
    for name, lines in boxes.items():
        half_width, half_height = (size / 2 for size in graph_drawing.text_size(lines, 0))
        x, y = centres[name]
        places.append((x - half_width, x + half_width, y - half_height, y + half_height))
    for position, (left, right, top, bottom) in enumerate(places):
        assert 0 <= left and right <= width and 0 <= top and bottom <= height
        for other_left, other_right, other_top, other_bottom in places[:position]:
            assert (right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top)
    assert len(curves) == 2 * len(picture.edges)


@needs_graphviz
def test_same_bytes_in_every_process_and_without_a_dot_program(tmp_path):
    program = """
import sys
from modules.graph_drawing import draw_graph
from modules.scalar_autograd import MLP
result = MLP(2, [3, 1])([1, 2])[0]
result.backward()
for ending in ("svg", "dot", "png"):
    draw_graph(result).save(f"{sys.argv[1]}.{ending}")
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    for name in ("first", "second"):
        answer = subprocess.run([sys.executable, "-c", program, str(tmp_path / name)], cwd=REPOSITORY,
                                env=environment | {"PATH": str(tmp_path)}, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    for ending, start in (("svg", b"<svg"), ("dot", b"digraph"), ("png", b"\x89PNG")):
        first = (tmp_path / f"first.{ending}").read_bytes()
        assert first.startswith(start)
        assert first == (tmp_path / f"second.{ending}").read_bytes()


@needs_graphviz
def test_svg_holds_nothing_of_the_machine():
    picture = draw_graph(neuron())
    assert picture._repr_svg_() == picture.svg()
    assert "Generated" not in picture.svg() and "<!--" not in picture.svg()
    assert repr(picture) == "Computation graph of 8 nodes and 7 edges."


def test_without_graphviz_there_is_a_message_and_the_dot_text(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    picture = draw_graph(neuron())
    assert picture._repr_svg_() is None
    assert "pip install pygraphviz" in repr(picture) and picture.dot in repr(picture)
    picture.save(tmp_path / "graph.dot")
    assert (tmp_path / "graph.dot").read_text() == picture.dot
    for ending in ("svg", "png"):
        with pytest.raises(ImportError, match="pip install pygraphviz"):
            picture.save(tmp_path / f"graph.{ending}")
        assert not (tmp_path / f"graph.{ending}").exists()


def test_a_small_linux_is_told_which_libraries_graphviz_wants(monkeypatch, tmp_path):
    """pygraphviz is there, and "pip install pygraphviz" would lead round in a circle."""
    (tmp_path / "pygraphviz.py").write_text("raise ImportError('libglib-2.0.so.0: cannot open shared object file')")
    monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    text = repr(draw_graph(neuron()))
    assert "libglib-2.0.so.0" in text and "apt install" in text and "pip install" not in text
    with pytest.raises(ImportError, match="apt install"):
        draw_graph(neuron()).save(tmp_path / "graph.svg")


@needs_graphviz
@pytest.mark.parametrize("label", ["\x1b[0m", "\x00", 7, "<&>\"'"])
def test_any_label_gives_a_picture_that_can_be_read(label):
    x = Value(1.0)
    x.label = label
    ElementTree.fromstring(draw_graph(x + 1).svg())


@needs_graphviz
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_every_edge_ends_in_one_arrow_that_touches_the_box_of_its_result(direction):
    x = Value(3.0, "x")
    picture = draw_graph((x * 2.0 + 1.0) * Value(-1.0, "y"), direction=direction)
    drawing = picture.svg()
    arrows = [tuple(map(int, arrow)) for arrow in re.findall(r"translate\((\d+) (\d+)\) rotate\((-?\d+)\)", drawing)]
    assert len(arrows) == len(picture.edges)
    _, _, centres, _ = picture.layout()
    results = [(centres[f"n{head}"], graph_drawing.text_size(picture.boxes[head][0], graph_drawing.MARGIN))
               for _, head, _ in picture.edges]
    for x, y, degrees in arrows:
        distances = [max(abs(x - centre[0]) - size[0] / 2, abs(y - centre[1]) - size[1] / 2)
                     for centre, size in results]
        assert min(map(abs, distances)) <= 2, "the tip is on the border of a box"
        assert abs(degrees - (0 if direction == "LR" else 90)) < 80, "it points onward"


@needs_graphviz
def test_boxes_are_wide_enough_for_their_texts_and_stand_where_the_texts_are():
    picture = draw_graph(neuron())
    elements = list(ElementTree.fromstring(picture.svg()).iter())
    boxes = [element for element in elements if element.tag.endswith("rect") and element.get("rx")]
    written = [element for element in elements if element.tag.endswith("text")]
    for (lines, _), box in zip(picture.boxes, boxes, strict=True):
        left, top, width, height = (int(box.get(name)) for name in ("x", "y", "width", "height"))
        assert width >= 7 * max(map(len, lines))
        for line in lines:
            x, y = next((int(text.get("x")), int(text.get("y"))) for text in written
                        if text.text == line and left < int(text.get("x")) < left + width
                        and top < int(text.get("y")) <= top + height)
            assert x == left + width // 2 and top + 10 <= y <= top + height - 4, line
