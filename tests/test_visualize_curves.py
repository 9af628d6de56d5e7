"""Pictures of training: titles and labels are there, the numbers are right, wrong input is explained."""

import importlib
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from modules import Loss_MeanSquaredError, visualize
from modules.visualize import (
    COLOURS,
    confusion_matrix,
    plot_band,
    plot_confidences,
    plot_confusion_matrix,
    plot_history,
    surfaces,
)
from modules.visualize import grids as picture_grids
from modules.visualize import tools as picture_tools

pytestmark = pytest.mark.filterwarnings("error")
LONG_NAMES = ["T-shirt/top", "Ankle boot", "Trouser"]


def a_history(epochs=3, validation=True):
    series = np.linspace(1, 0.5, epochs)
    none = np.full(epochs, np.nan)
    return SimpleNamespace(loss=series, accuracy=1 - series, validation_loss=series + 0.1 if validation else none,
                           validation_accuracy=0.9 - series if validation else none)


def test_all_pictures_can_be_imported_from_one_place():
    assert all(callable(getattr(visualize, name)) for name in visualize.__all__ if name != "COLOURS")
    assert len(set(COLOURS)) == 8


def test_validation_now_and_then_is_drawn_where_it_was():
    history = a_history(epochs=40)
    history.validation_loss[np.arange(40) % 10 != 9] = np.nan
    line = plot_history(history).axes[0].lines[1]
    assert line.get_xdata().tolist() == [10, 20, 30, 40] and line.get_markevery() == 1


def test_the_single_output_of_a_yes_or_no_network_is_no_confidence_in_the_first_class():
    with pytest.raises(ValueError, match=r"np.hstack\(\[1 - p, p\]\)"):
        plot_confidences([[0.97]], ["cat", "dog"])


def test_importing_leaves_matplotlib_settings_alone():
    before = matplotlib.rcParams.copy()
    for module in (picture_tools, picture_grids, surfaces, visualize):
        importlib.reload(module)
    assert matplotlib.rcParams == before


def test_history_has_two_labelled_axes_and_starts_at_epoch_one():
    figure = plot_history(a_history(), title="Fashion-MNIST")
    loss, accuracy = figure.axes
    assert loss.get_title() == "Fashion-MNIST: loss" and accuracy.get_title() == "Fashion-MNIST: accuracy"
    assert loss.get_xlabel() == "epoch" and loss.get_ylabel() == "loss" and accuracy.get_ylabel() == "accuracy"
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "validation"]
    np.testing.assert_array_equal(loss.lines[0].get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(accuracy.lines[1].get_ydata(), a_history().validation_accuracy)


def test_history_lines_differ_in_more_than_colour():
    training, validation = plot_history(a_history()).axes[0].lines
    assert training.get_linestyle() != validation.get_linestyle()
    assert training.get_marker() != validation.get_marker()


def test_history_without_validation_draws_one_line():
    assert [len(axes.lines) for axes in plot_history(a_history(validation=False)).axes] == [1, 1]


def test_history_draws_into_the_axes_given():
    figure, axes = plt.subplots(1, 2)
    assert plot_history(a_history(epochs=1), axes=axes) is figure
    assert axes[0].lines[0].get_marker() == "o"  # a single epoch is a point, which a line alone would not show


def test_a_model_is_drawn_by_its_history():
    model = SimpleNamespace(history=a_history(), loss=Loss_MeanSquaredError())
    assert plot_history(model).axes[0].lines[0].get_ydata().tolist() == [1, 0.75, 0.5]


def test_history_of_no_epochs_says_train_first():
    with pytest.raises(ValueError, match="train the model"):
        plot_history(a_history(epochs=0))


def test_confusion_matrix_counts_true_rows_and_predicted_columns():
    counts = confusion_matrix([0, 0, 1, 2, 2], [0, 1, 1, 0, 0], 4)
    np.testing.assert_array_equal(counts, [[1, 1, 0, 0], [0, 1, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]])
    assert counts.dtype.kind == "i"


def test_confusion_matrix_of_small_integers_does_not_overflow():
    y = np.full(1000, 250, np.uint8)
    assert confusion_matrix(y, y, 251)[250, 250] == 1000


@pytest.mark.parametrize("y_true, y_predicted, message", [
    ([0, 1, 2], [0, 1], "y_true holds 3 samples, but y_predicted holds 2"),
    ([0, 1], [0, 3], "y_predicted holds class 3, but there are 3 classes, 0 to 2"),
    ([0, -1], [0, 1], "whole numbers 0, 1, 2"),
    ([0, 0.5], [0, 1], "whole numbers 0, 1, 2"),
    (["coat", "bag"], [0, 1], "y_true holds <U4 values.*names as class_names"),
    (np.eye(3), [0, 1, 2], r"np\.argmax\(y_true, axis=1\)"),
    ([], [], "y_true is empty"),
])
def test_confusion_matrix_explains_wrong_labels(y_true, y_predicted, message):
    with pytest.raises(ValueError, match=message):
        confusion_matrix(y_true, y_predicted, 3)


@pytest.mark.parametrize("percent, expected", [(False, ["2", "1", "0", "0", "0", "1", "0", "0", "0"]),
                                               (True, ["67", "33", "0", "0", "0", "100", "0", "0", "0"])])
def test_confusion_picture_writes_every_cell(percent, expected):
    axes = plot_confusion_matrix([0, 0, 0, 1], [0, 0, 1, 2], LONG_NAMES, percent)  # class 2 has no sample at all
    assert [text.get_text() for text in axes.texts] == expected
    assert axes.texts[0].get_color() == "black" and axes.texts[2].get_color() == "white"
    assert [label.get_text() for label in axes.get_xticklabels()] == LONG_NAMES
    assert axes.get_xlabel() == "predicted class" and axes.get_ylabel() == "true class" and axes.get_title()


@pytest.mark.parametrize("confidences", [[0.1, 0.7, 0.2], np.array([[0.1, 0.7, 0.2]])])
def test_confidences_mark_the_highest(confidences):
    axes = plot_confidences(confidences, LONG_NAMES)
    assert [bar.get_hatch() for bar in axes.patches] == [None, "///", None]
    assert [text.get_text() for text in axes.texts] == ["10.0 %", "70.0 %", "20.0 %"]
    assert [label.get_text() for label in axes.get_yticklabels()] == LONG_NAMES
    assert axes.get_xlabel() and axes.get_ylabel() and axes.get_title()


def test_confidences_explain_several_samples_missing_names_and_nan():
    with pytest.raises(ValueError, match=r"choose one, such as confidences\[0\]"):
        plot_confidences(np.ones((2, 3)))
    with pytest.raises(ValueError, match="3 classes, but class_names holds 2 names"):
        plot_confidences(np.ones(3), ["yes", "no"])
    with pytest.raises(ValueError, match="confidences holds NaN .* the network has diverged"):
        plot_confidences([0.1, np.nan])


def test_band_shows_median_and_range_over_seeds():
    runs = np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 9.0]])
    before = runs.copy()
    axes = plot_band([1, 2], runs, "Adam")
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [2, 2])
    corners = axes.collections[0].get_paths()[0].vertices
    assert {(1, 1), (1, 3), (2, 1), (2, 9)} <= {tuple(corner) for corner in corners.tolist()}
    np.testing.assert_array_equal(runs, before)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss") and axes.get_title()


def test_bands_on_the_same_axes_differ():
    axes = plot_band([1, 2], np.ones((3, 2)), "Adam")
    plot_band([1, 2], np.zeros((3, 2)), "SGD", axes=axes)
    first, second = axes.lines
    assert first.get_color() != second.get_color() and first.get_linestyle() != second.get_linestyle()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Adam", "SGD"]


def test_band_explains_wrong_shape():
    with pytest.raises(ValueError, match=r"\(3, 2\), expected \(seeds, 3\)"):
        plot_band([1, 2, 3], np.ones((3, 2)), "Adam")


def test_confusion_picture_puts_every_count_and_shade_into_its_cell():
    axes = plot_confusion_matrix([0, 0, 0, 1], [0, 0, 1, 2], LONG_NAMES)
    written = {text.get_position(): text.get_text() for text in axes.texts}  # (x, y) is (column, row)
    assert (written[0, 0], written[1, 0], written[0, 1], written[2, 1]) == ("2", "1", "0", "1")
    np.testing.assert_allclose(axes.images[0].get_array(), [[2 / 3, 1 / 3, 0], [0, 0, 1], [0, 0, 0]])
    assert [label.get_text() for label in axes.get_yticklabels()] == LONG_NAMES
    assert axes.yaxis_inverted(), "row 0 is on top"


def test_bars_are_as_long_as_the_confidences_and_class_0_is_on_top():
    axes = plot_confidences([0.1, 0.7, 0.2], LONG_NAMES)
    np.testing.assert_allclose([bar.get_width() for bar in axes.patches], [10, 70, 20])
    np.testing.assert_allclose([bar.get_y() + bar.get_height() / 2 for bar in axes.patches], [0, 1, 2])
    assert axes.yaxis_inverted()


def test_a_single_epoch_is_marked_as_one():
    figure = visualize.plot_history(a_history(epochs=1))
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert [mark for mark in axes.get_xticks() if low <= mark <= high] == [1]
