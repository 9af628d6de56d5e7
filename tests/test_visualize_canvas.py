"""Every drawing on a canvas: nothing is cut off, no text lies on another, boxes hold their texts."""

import numpy as np
import pytest
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from modules.visualize import (
    draw_links,
    draw_lstm_step,
    draw_matrix_product,
    draw_network,
    draw_neuron,
    draw_neuron_backward,
    draw_number_grids,
    draw_through_time,
)

DRAWINGS = {
    "network": lambda: draw_network((4, 3, 2)),
    "large network": lambda: draw_network((784, 128, 10), ["pixels", "hidden", "classes"]),
    "neuron": lambda: draw_neuron([1, -2, 3], [-3, -1, 2], 1),
    "product": lambda: draw_matrix_product(np.ones((2, 4)), np.ones((4, 3)), np.ones((1, 3))),
    "vectors": lambda: draw_matrix_product(np.ones((3, 4)), np.ones(4), np.ones(3)),
    "large product": lambda: draw_matrix_product(np.zeros((128, 784)), np.zeros((784, 10)), np.zeros(10)),
    "links": lambda: draw_links(["Layer_Input", "Layer_Dense", "Activation_Softmax_Loss_CategoricalCrossentropy"]),
    "backward": lambda: draw_neuron_backward([1, -2, 3], [-3, -1, 2], 1),
    "grids": lambda: draw_number_grids([np.ones((4, 5)), [[1, 2], [3, 4]], [["F[0]"]]],
                                       ["picture", "a filter of ones", "output"],
                                       marks=[{(0, 1): 0}, {}, {(0, 0): 1}], signs=["*", "="]),
    "step of an LSTM": draw_lstm_step,
    "step of an LSTM, backward": lambda: draw_lstm_step(backward=True),
    "LSTM through time": draw_through_time,
}


@pytest.fixture(params=DRAWINGS.values(), ids=DRAWINGS)
def axes(request):
    axes = request.param()
    axes.figure.canvas.draw()
    return axes


def texts(axes):
    return [text for text in axes.texts if text.get_text()]


def test_nothing_is_cut_off(axes):
    frame = axes.get_window_extent()
    assert axes.get_xlim()[0] == axes.get_ylim()[0] == 0 and axes.get_aspect() == 1
    for shape in [*texts(axes), *axes.patches]:
        place = shape.get_window_extent()
        assert frame.x0 - 1 < place.x0 and place.x1 < frame.x1 + 1, shape
        assert frame.y0 - 1 < place.y0 and place.y1 < frame.y1 + 1, shape
    for arrow in (text for text in axes.texts if getattr(text, "arrow_patch", None)):
        for x, y in (arrow.xy, arrow.xyann):
            assert 0 <= x <= axes.get_xlim()[1] and 0 <= y <= axes.get_ylim()[1], (x, y)


def test_no_text_lies_on_another(axes):
    places = [(text.get_window_extent(), text.get_text()) for text in texts(axes)]
    for number, (place, words) in enumerate(places):
        for other, other_words in places[:number]:
            apart = place.x1 <= other.x0 + 1 or other.x1 <= place.x0 + 1 or place.y1 <= other.y0 + 1 \
                or other.y1 <= place.y0 + 1
            assert apart, f"{words!r} lies on {other_words!r}"


def test_a_text_that_stands_in_a_box_stays_in_it(axes):
    boxes = [patch for patch in axes.patches if isinstance(patch, (Rectangle, Circle, FancyBboxPatch))]
    for text in texts(axes):
        place = text.get_window_extent()
        middle = (place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2
        around = [box for box in (patch.get_window_extent() for patch in boxes) if box.contains(*middle)]
        if around:
            inner = min(around, key=lambda box: box.width * box.height)
            assert inner.x0 - 1 < place.x0 and place.x1 < inner.x1 + 1, text.get_text()
            assert inner.y0 - 1 < place.y0 and place.y1 < inner.y1 + 1, text.get_text()
