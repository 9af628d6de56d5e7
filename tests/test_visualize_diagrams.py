"""Drawings: every number and name that belongs there is written, and what cannot be drawn is explained."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from modules.visualize.diagrams import draw_links, draw_matrix_product, draw_network, draw_neuron

pytestmark = pytest.mark.filterwarnings("error")
INPUTS = np.array([[1, 2, 3, 2.5], [2, 5, -1, 2]])
WEIGHTS = np.array([[0.2, 0.8, -0.5, 1], [0.5, -0.91, 0.26, -0.5], [-0.26, -0.27, 0.17, 0.87]]).T
BIASES = np.array([[2, 3, 0.5]])


def texts(axes):
    return [text.get_text() for text in axes.texts]


def count(axes, kind):
    return sum(type(patch) is kind for patch in axes.patches)


def test_network_has_squares_circles_and_all_connections():
    axes = draw_network((4, 3, 2))
    assert count(axes, Rectangle) == 4 and count(axes, Circle) == 5
    assert sum(len(lines.get_segments()) for lines in axes.collections) == 4 * 3 + 3 * 2
    assert texts(axes) == ["inputs\n4", "layer 1\n3", "layer 2\n2"] and axes.get_title() == "Network"


def test_long_columns_are_shortened_with_dots():
    axes = draw_network((784, 8, 10), ["pixels", "hidden", "classes"])
    assert count(axes, Rectangle) == 7 and count(axes, Circle) == 8 + 7
    assert texts(axes).count("\u22ee") == 2 and "pixels\n784" in texts(axes)


@pytest.mark.parametrize("sizes, labels, message", [
    ((4, 0), None, r"sizes = \(4, 0\)"), ((), [], "sizes"), ((4, 3), ["inputs"], "2 columns, .*, but 1 labels")])
def test_network_explains_what_cannot_be_drawn(sizes, labels, message):
    with pytest.raises(ValueError, match=message):
        draw_network(sizes, labels)


def test_neuron_shows_the_numbers_of_chapter_nine():
    written = texts(draw_neuron([1, -2, 3], [-3, -1, 2], 1))
    for text in ("x0 = 1", "x1 = -2", "w0 = -3", "w2 = 2", "b = 1", "sum\n6", "output\n6"):
        assert text in written


@pytest.mark.parametrize("inputs, weights", [([1, 2], [1]), ([], [])])
def test_neuron_explains_missing_weights(inputs, weights):
    with pytest.raises(ValueError, match="each input needs its own"):
        draw_neuron(inputs, weights, 0)


def test_product_writes_names_shapes_signs_and_all_numbers():
    given = [INPUTS.copy(), WEIGHTS.copy(), BIASES.copy()]
    written = texts(draw_matrix_product(INPUTS, WEIGHTS, BIASES))
    for text in ("inputs", "weights", "biases", "outputs", "(2, 4)", "(4, 3)", "(1, 3)", "(2, 3)", "@", "+", "="):
        assert text in written
    assert {"4.8", "1.21", "2.385", "8.9", "-1.81", "0.2"} <= set(written)  # anchors of chapter 2
    assert np.size(INPUTS) + np.size(WEIGHTS) + 3 + 6 + 2 * 4 + 4 == len(written)
    for array, copy in zip((INPUTS, WEIGHTS, BIASES), given, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_product_with_vectors_and_without_biases():
    written = texts(draw_matrix_product(WEIGHTS.T, INPUTS[0], names=["weights", "inputs", "sums"]))
    assert {"(3, 4)", "(4,)", "(3,)", "sums", "2.8"} <= set(written) and "+" not in written
    assert "2.8" in texts(draw_matrix_product(INPUTS[0], WEIGHTS[:, 0]))


def test_large_product_shows_shapes_only():
    written = texts(draw_matrix_product(np.zeros((128, 784)), np.zeros((784, 10)), np.zeros(10)))
    assert {"(128, 784)", "(784, 10)", "(10,)", "(128, 10)"} <= set(written) and "0" not in written


@pytest.mark.parametrize("arguments, message", [
    ((INPUTS, WEIGHTS.T), r"\(2, 4\) @ \(3, 4\).*transposed: weights.T"),
    ((INPUTS, WEIGHTS, np.zeros((2, 3))), r"biases has shape \(2, 3\), expected \(1, 3\) or \(3,\)"),
    ((np.zeros((2, 2, 2)), np.zeros((2, 2))), "not a matrix product"),
    ((INPUTS, WEIGHTS, None, ["a", "b"]), "3 boxes are drawn, but 2 names"),
])
def test_product_explains_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw_matrix_product(*arguments)


def test_links_run_both_ways_between_neighbours():
    axes = draw_links(["Layer_Input", "Layer_Dense", "Loss_CategoricalCrossentropy"], title="A model")
    written = texts(axes)
    assert written.count("next") == written.count("prev") == 2 and axes.get_title() == "A model"
    heights = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert heights["Layer_Input"] > heights["Layer_Dense"] > heights["Loss_CategoricalCrossentropy"]


def test_links_of_nothing_are_explained():
    with pytest.raises(ValueError, match="no names"):
        draw_links([])


@pytest.mark.parametrize("draw", [lambda axes: draw_network((2, 1), axes=axes),
                                  lambda axes: draw_neuron([1], [2], 3, axes=axes),
                                  lambda axes: draw_matrix_product(INPUTS, WEIGHTS, axes=axes),
                                  lambda axes: draw_links(["Layer_Dense"], axes=axes)])
def test_drawings_use_the_axes_given(draw):
    axes = plt.subplots()[1]
    assert draw(axes) is axes


def places(axes):
    return {text.get_text(): text.get_position() for text in axes.texts}


def arrows(axes):
    """(from, to, line style) of every arrow."""
    return [(np.array(text.xyann), np.array(text.xy), text.arrowprops["linestyle"])
            for text in axes.texts if getattr(text, "arrow_patch", None)]


def test_numbers_of_a_product_stand_in_their_rows_and_columns():
    at = places(draw_matrix_product([[1, 2, 3], [4, 5, 6]], [[7, 8], [9, 10], [11, 12]]))
    for (one, right, below) in (("1", "2", "4"), ("2", "3", "5"), ("7", "8", "9"), ("9", "10", "11"),
                                ("58", "64", "139")):
        assert at[one][0] < at[right][0] and at[one][1] == at[right][1]
        assert at[one][1] > at[below][1] and at[one][0] == pytest.approx(at[below][0])
    assert at["3"][0] < at["@"][0] < at["7"][0] and at["8"][0] < at["="][0] < at["58"][0]


def test_inputs_and_weights_of_a_neuron_stand_in_their_order():
    axes = draw_neuron([1, -2, 3], [-3, -1, 2], 1)
    at = places(axes)
    assert at["x0 = 1"][1] > at["x1 = -2"][1] > at["x2 = 3"][1]
    assert at["w0 = -3"][1] > at["w1 = -1"][1] > at["w2 = 2"][1]
    for number, (start, end, _) in enumerate(arrows(axes)[:3]):
        x, y = at[f"w{number} = {(-3, -1, 2)[number]}"]
        assert start[1] == at[f"x{number} = {(1, -2, 3)[number]}"][1] and start[0] < x < end[0]
        assert np.cross([*(end - start), 0], [x - start[0], y - start[1], 0])[2] == pytest.approx(0)


def test_next_leads_down_and_prev_leads_up_beside_their_words():
    axes = draw_links(["first", "second"])
    down, up = sorted(arrows(axes), key=lambda arrow: arrow[1][1] - arrow[0][1])
    at = places(axes)
    assert down[2] == "-" and up[2] == "--"
    assert up[0][0] < at["first"][0] < down[0][0] and at["prev"][0] < at["first"][0] < at["next"][0]
    assert at["second"][1] < down[1][1] < down[0][1] < at["first"][1]
    assert at["second"][1] < up[0][1] < up[1][1] < at["first"][1]


def test_every_neuron_is_joined_to_all_of_the_next_column_only():
    axes = draw_network((2, 1, 2))
    lines = [segment for group in axes.collections for segment in group.get_segments()]
    centres = [patch.center if isinstance(patch, Circle) else
               (patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2)
               for patch in axes.patches]
    wanted = {(0, 2), (1, 2), (2, 3), (2, 4)}
    found = {tuple(int(np.argmin(np.linalg.norm(np.subtract(centres, end), axis=1))) for end in line) for line in lines}
    assert found == wanted
    for line in lines:
        assert all(np.linalg.norm(np.subtract(centres, end), axis=1).min() < 1e-9 for end in line)
