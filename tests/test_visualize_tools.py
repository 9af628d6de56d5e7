"""What all pictures share."""

import numpy as np
import pytest

from modules.visualize.tools import (
    axes_or_new,
    check_plane,
    class_labels,
    colour,
    hatch,
    line,
    marker,
    names_of_classes,
)


def test_many_series_differ_and_neighbours_differ_without_colour():
    pairs = [(colour(number), marker(number)) for number in range(56)]
    assert len(set(pairs)) == 56
    for style in (marker, line, hatch):
        assert all(style(number) != style(number + 1) for number in range(20))


def test_labels_in_a_column_or_as_booleans_are_labels():
    np.testing.assert_array_equal(class_labels(np.array([[1], [0]])), [1, 0])
    assert class_labels(np.array([True, False])).dtype.kind == "i"


def test_new_axes_have_the_size_asked_for_and_given_ones_are_kept():
    axes = axes_or_new(None, 3, 2)
    assert axes.figure.get_size_inches().tolist() == [3, 2]
    assert axes_or_new(axes, 5, 5) is axes


def test_no_points_are_refused_and_surplus_names_left_out():
    with pytest.raises(ValueError, match=r"X has shape \(0, 2\)"):
        check_plane(np.zeros((0, 2)))
    assert names_of_classes(("a", "b", "c"), 2) == ["a", "b"]
