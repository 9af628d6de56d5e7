"""Grids of pictures: the right picture stands in the right place, under the right words."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from modules import Activation_ReLU, Model
from modules.visualize.grids import plot_mistakes, plot_pictures, plot_weights, worst_mistakes

pytestmark = pytest.mark.filterwarnings("error")
NAMES = ["T-shirt/top", "Ankle boot", "Trouser"]
PICTURES = np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2) * 10
Y_TRUE = np.array([0, 1, 2, 0, 1, 2])
CONFIDENCES = np.array([[0.9, 0.1, 0.0], [0.6, 0.3, 0.1], [0.0, 0.97, 0.03], [0.1, 0.1, 0.8], [0.2, 0.7, 0.1],
                        [0.6, 0.2, 0.2]])


def drawn(axes):
    """The pictures that were drawn, in reading order, without the gaps between them."""
    canvas = np.ma.filled(axes.images[0].get_array(), np.nan)
    rows = canvas[~np.isnan(canvas).all(axis=1)]
    return rows[:, ~np.isnan(rows).all(axis=0)]


def test_pictures_are_laid_out_in_rows():
    axes = plot_pictures(PICTURES, Y_TRUE, NAMES, columns=3)
    expected = np.concatenate([np.concatenate(PICTURES[:3], axis=1), np.concatenate(PICTURES[3:], axis=1)])
    np.testing.assert_array_equal(drawn(axes), expected)
    assert [text.get_text() for text in axes.texts] == NAMES + NAMES
    assert axes.get_title() == "Samples"


def test_flattened_pictures_are_drawn_alike():
    np.testing.assert_array_equal(drawn(plot_pictures(PICTURES.reshape(6, 4))), drawn(plot_pictures(PICTURES)))


@pytest.mark.parametrize("pictures, limits", [
    (PICTURES, (0, 255)), (PICTURES.astype(float), (0, 255)), (PICTURES / 127.5 - 1, (-1, 1)), (PICTURES / 255, (0, 1))
])
def test_brightness_follows_the_scaling(pictures, limits):
    assert plot_pictures(pictures).images[0].get_clim() == limits


def test_pictures_draw_into_the_axes_given():
    _, axes = plt.subplots()
    assert plot_pictures(PICTURES[:1], [2], title="One", axes=axes) is axes
    assert axes.texts[0].get_text() == "2" and axes.get_title() == "One"


@pytest.mark.parametrize("pictures, labels, names, message", [
    (np.zeros((28, 28)), None, None, r"A single picture is a batch of one"),
    (np.zeros((2, 4, 4, 3)), None, None, r"\(2, 4, 4, 3\), expected \(n, height, width\)"),
    (np.zeros((60000, 4)), None, None, r"60000 pictures .* pictures\[:50\]"),
    (np.zeros((0, 4)), None, None, "0 pictures"),
    (PICTURES, [0, 1], None, "pictures holds 6 samples, but labels holds 2"),
    (PICTURES, Y_TRUE, NAMES[:2], "3 classes, but class_names holds 2 names"),
])
def test_pictures_explain_what_does_not_fit(pictures, labels, names, message):
    with pytest.raises(ValueError, match=message):
        plot_pictures(pictures, labels, names)


def test_worst_mistakes_are_ordered_by_confidence_and_ties_by_place():
    worst, n_mistakes = worst_mistakes(Y_TRUE, CONFIDENCES, 12)
    assert worst.tolist() == [2, 3, 1, 5] and n_mistakes == 4
    assert worst_mistakes(Y_TRUE, CONFIDENCES, 2)[0].tolist() == [2, 3]


def test_mistakes_say_what_the_network_says_and_what_it_is():
    axes = plot_mistakes(PICTURES, Y_TRUE, CONFIDENCES, NAMES, count=2)
    assert [text.get_text() for text in axes.texts] == ["says Ankle boot 97 %,\nis Trouser",
                                                        "says Trouser 80 %,\nis T-shirt/top"]
    np.testing.assert_array_equal(drawn(axes), np.concatenate([PICTURES[2], PICTURES[3]], axis=1))
    assert axes.get_title() == "The surest 2 of 4 mistakes in 6 samples"


def test_no_mistakes_is_said_and_no_error():
    axes = plot_mistakes(PICTURES[:3], [0, 1, 2], np.eye(3), NAMES)
    assert axes.get_title() == "No mistake in 3 samples" and not axes.images


@pytest.mark.parametrize("confidences, message", [
    (CONFIDENCES[:4], "confidences holds 4 samples, but y_true holds 6"),
    (CONFIDENCES[:, :2], "y_true holds class 2, but there are 2 classes"),
    (CONFIDENCES[:, :1], r"np.hstack\(\[1 - p, p\]\)"),
    (Y_TRUE, r"expected \(samples, classes\)"),
    (np.where(CONFIDENCES == 0.97, np.nan, CONFIDENCES), "confidences holds NaN .* the network has diverged"),
])
def test_mistakes_explain_wrong_confidences(confidences, message):
    with pytest.raises(ValueError, match=message):
        plot_mistakes(PICTURES, Y_TRUE, confidences, NAMES)


def test_arguments_stay_as_they_are():
    arrays = [PICTURES, Y_TRUE, CONFIDENCES]
    before = [array.copy() for array in arrays]
    plot_mistakes(*arrays, NAMES)
    plot_pictures(PICTURES, Y_TRUE)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_weights_of_each_neuron_become_a_picture_on_one_symmetric_scale():
    weights = np.arange(12.0).reshape(4, 3) - 2
    axes = plot_weights(SimpleNamespace(weights=weights), shape=(2, 2), count=2)
    np.testing.assert_array_equal(drawn(axes), [[-2, 1, -1, 2], [4, 7, 5, 8]])
    assert axes.images[0].get_clim() == (-8, 8)
    assert [text.get_text() for text in axes.texts] == ["neuron 0", "neuron 1"] and axes.get_title()
    assert axes.figure.axes[1].get_ylabel() == "weight"
    np.testing.assert_array_equal(drawn(plot_weights(weights, (2, 2), 2)), drawn(axes))


def test_weights_that_are_all_zero_can_be_drawn():
    assert plot_weights(np.zeros((4, 2)), shape=(2, 2)).images[0].get_clim() == (-1, 1)


def test_weights_explain_the_shape():
    with pytest.raises(ValueError, match=r"\(12, 3\), but pictures of shape \(28, 28\) need \(784, neurons\)"):
        plot_weights(np.zeros((12, 3)))


@pytest.mark.parametrize("given", [Model(), Activation_ReLU(), np.zeros((2, 1, 3, 3))])
def test_weights_of_what_is_no_dense_layer_are_refused_by_name(given):
    with pytest.raises(ValueError, match=r"draws a dense layer, such as model\.layers\[0\]"):
        plot_weights(given)


def test_every_label_stands_above_its_own_picture():
    axes = plot_pictures(PICTURES, np.arange(6), columns=4)
    canvas = np.ma.filled(axes.images[0].get_array(), np.nan)
    for number, text in enumerate(axes.texts):
        x, y = text.get_position()
        below = canvas[int(np.ceil(y)):, :]
        assert x % 1 == 0.5, "in the middle of two pixels, the first of which reaches from -0.5 to 0.5"
        picture = below[:, int(x):int(x) + 2]
        first = picture[~np.isnan(picture).any(axis=1)][:2]
        assert text.get_text() == str(number)
        np.testing.assert_array_equal(first, PICTURES[number])


@pytest.mark.parametrize("shape", [(784,), (300, 300), (28, 28)])
def test_a_single_picture_is_told_how_to_become_a_batch(shape):
    with pytest.raises(ValueError, match=r"A single picture is a batch of one: np\.expand_dims\(picture, 0\)"):
        plot_pictures(np.zeros(shape))
    plot_pictures(np.expand_dims(np.zeros(shape).tolist(), 0))


def test_worst_mistakes_of_lists():
    worst, n_mistakes = worst_mistakes([0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]], 5)
    assert list(worst) == [1] and n_mistakes == 1
