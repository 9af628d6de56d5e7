"""Grids of numbers side by side: what is written, what is marked, and the words for what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from modules.visualize import COLOURS, draw_number_grids


def written(axes):
    return [text.get_text() for text in axes.texts]


def test_numbers_texts_names_and_signs_are_written():
    axes = draw_number_grids([[[1, -2.5]], np.array([[0.12345], [-0.0]]), [["F[0]"]]], ["image", "filter", "output"],
                             signs=["*", "="], title="A window")
    for text in ("1", "-2.5", "0.123", "0", "F[0]", "image", "filter", "output", "*", "="):
        assert text in written(axes)
    assert axes.get_title() == "A window"


def test_marked_cells_and_no_others_are_coloured():
    axes = draw_number_grids([[[1, 2], [3, 4]]], ["image"], marks=[{(0, 1): 0, (1, 1): 3}])
    coloured = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_linewidth() > 1]
    assert [patch.get_edgecolor()[:3] for patch in coloured] == [to_rgb(COLOURS[0]), to_rgb(COLOURS[3])]
    upper, lower = coloured
    assert upper.get_x() == lower.get_x() and upper.get_y() > lower.get_y()


@pytest.mark.parametrize("options", [
    {"names": ["one"]}, {"names": ["one", "two"], "marks": [{}]}, {"names": ["one", "two"], "signs": ["+", "="]}])
def test_what_does_not_fit_is_said(options):
    with pytest.raises(ValueError, match="There are 2 grids"):
        draw_number_grids([[[1]], [[2]]], **options)


def test_given_axes_are_used():
    axes = plt.subplots()[1]
    assert draw_number_grids([[[1]]], ["one"], axes=axes) is axes


def test_every_entry_stands_in_its_own_cell():
    axes = draw_number_grids([[[1, 2, 3], [4, 5, 6]]], ["image"], marks=[{(0, 2): 1, (1, 0): 1}])
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places["1"][0] == places["4"][0] < places["2"][0] == places["5"][0] < places["3"][0]
    assert places["1"][1] == places["2"][1] == places["3"][1] > places["4"][1] == places["6"][1]
    marked = [patch for patch in axes.patches if patch.get_linewidth() > 1]
    centres = [(patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2) for patch in marked]
    np.testing.assert_allclose(centres, [places["3"], places["4"]])
