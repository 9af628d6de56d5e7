"""Pictures of an LSTM: every quantity and every derivative of its formulas is on them, and arrows turn round."""

import matplotlib.pyplot as plt
import pytest

from modules.visualize import draw_lstm_step, draw_through_time
from modules.visualize.lstm import ARROWS, BOXES, PEEPHOLES


def written(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def arrows(axes):
    """(from, to) of every arrow, rounded."""
    return {(tuple(round(part, 6) for part in text.xyann), tuple(round(part, 6) for part in text.xy))
            for text in axes.texts if getattr(text, "arrow_patch", None)}


def test_forward_shows_quantities_and_backward_derivatives():
    forward, backward = written(draw_lstm_step()), written(draw_lstm_step(backward=True))
    for name in BOXES:
        assert BOXES[name][0] in forward and BOXES[name][1] in backward
    for derivative in ("$p_i$", "$p_f$", "$p_o$", "$f$", "$g$", "$i$", "$s$", "$o$", "$W_o^\\top$"):
        assert derivative in backward and derivative not in forward


def test_every_arrow_turns_round():
    forward, backward = arrows(draw_lstm_step()), arrows(draw_lstm_step(backward=True))
    assert len(forward) == len(ARROWS) + len(PEEPHOLES)
    assert backward == {(end, start) for start, end in forward}


def test_unrolled_has_a_box_for_each_step():
    texts = written(draw_through_time(4))
    assert [text for text in texts if text.startswith("$x")] == ["$x_0$", "$x_1$", "$x_2$", "$x_3$"]
    assert texts.count("$h, c$") == texts.count("$dh, dc$") == 3


def test_no_steps_is_said():
    with pytest.raises(ValueError, match="steps is 0"):
        draw_through_time(0)


def test_given_axes_are_used():
    axes = plt.subplots()[1]
    assert draw_lstm_step(axes=axes) is axes and draw_through_time(axes=axes) is axes


def test_the_derivative_along_an_arrow_into_a_product_is_the_other_factor():
    for sign in ("keep", "new", "show"):
        (one, along_one), (other, along_other) = [(start, slope) for start, end, slope, _ in ARROWS if end == sign]
        assert (along_one, along_other) == (f"${other}$", f"${one}$")
    assert all(slope == f"$W_{end}^\\top$" for start, end, slope, _ in ARROWS if start == "v")
    assert all(slope == f"$p_{end}$" for _, end, slope, _ in PEEPHOLES)


def test_every_derivative_stands_on_its_own_arrow():
    axes = draw_lstm_step(backward=True)
    at = {text.get_text(): text.get_position() for text in axes.texts if text.get_text()}
    ways = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    for (start, end, slope, part), way in zip((*ARROWS, *PEEPHOLES), ways, strict=True):
        if slope not in ("", "1"):
            expected = [(1 - part) * tail + part * head for tail, head in zip(way.xy, way.xyann, strict=True)]
            assert at[slope] == pytest.approx(expected), (start, end)
        assert way.arrowprops["linestyle"] == ("--" if (start, end, slope, part) in PEEPHOLES else "-")


def test_time_runs_to_the_right_and_upward_and_gradients_run_back():
    ways = [text for text in draw_through_time(3).texts if getattr(text, "arrow_patch", None)]
    for way in ways:
        (x0, y0), (x1, y1) = way.xyann, way.xy
        assert (x1 - x0 + y1 - y0 > 0) == (way.arrowprops["linestyle"] == "-")
    assert len(ways) == 2 * (3 * 2 + 2)
