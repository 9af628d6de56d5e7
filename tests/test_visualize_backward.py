"""The picture of a neuron's backward pass: all values and gradients are in it, and they are the right ones."""

import matplotlib.pyplot as plt
import pytest

from modules.visualize import draw_neuron_backward

pytestmark = pytest.mark.filterwarnings("error")


def texts(axes):
    return {text.get_text() for text in axes.texts}


def test_neuron_of_the_book_with_its_gradients():
    axes = draw_neuron_backward([1, -2, 3], [-3, -1, 2], 1)
    assert texts(axes) >= {"x0 = 1", "dx0 = -3", "x1 = -2", "dx1 = -1", "x2 = 3", "dx2 = 2", "w0 = -3", "dw0 = 1",
                           "w1 = -1", "dw1 = -2", "w2 = 2", "dw2 = 3", "b = 1", "db = 1", "z = 6", "dz = 1", "y = 6",
                           "dy = 1", "p0 = -3", "p1 = 2", "p2 = 6", "dp0 = 1"}


def test_gradient_from_above_is_multiplied_in():
    assert texts(draw_neuron_backward([2], [3], 1, dvalue=-0.5)) >= {"dy = -0.5", "dz = -0.5", "dx0 = -1.5", "dw0 = -1"}


def test_silent_neuron_passes_nothing_back():
    drawn = texts(draw_neuron_backward([1, 2], [-3, 0.5], 1))
    assert drawn >= {"z = -1", "y = 0", "dy = 1", "dz = 0", "dx0 = 0", "dw1 = 0", "db = 0"}


@pytest.mark.parametrize("inputs, weights", [([1, 2], [3]), ([], []), ([[1]], [[2]])])
def test_every_input_needs_its_weight(inputs, weights):
    with pytest.raises(ValueError, match="as many inputs as it has weights"):
        draw_neuron_backward(inputs, weights, 0)


def test_draws_into_given_axes():
    _, axes = plt.subplots()
    assert draw_neuron_backward([1], [2], 3, title="Mine", axes=axes) is axes and axes.get_title() == "Mine"


def test_every_gradient_stands_below_its_own_value_and_each_product_beside_its_factors():
    axes = draw_neuron_backward([1, -2, 3], [-3, -1, 2], 1)
    at = {text.get_text().split(" = ")[0]: text.get_position() for text in axes.texts if " = " in text.get_text()}
    for name in ("x0", "w0", "x1", "w2", "p0", "p2", "b", "z", "y"):
        assert at["d" + name][0] == at[name][0] and 0 < at[name][1] - at["d" + name][1] < 0.3
    heights = [at[name][1] for name in ("x0", "p0", "w0", "x1", "p1", "w1", "x2", "p2", "w2", "b")]
    assert heights == sorted(heights, reverse=True)
    assert at["x0"][0] == at["w2"][0] < at["p0"][0] == at["b"][0] < at["z"][0] < at["y"][0]


def test_a_small_negative_number_is_not_drawn_as_minus_zero():
    assert "dx0 = 0" in texts(draw_neuron_backward([2], [-0.0004], 1))
