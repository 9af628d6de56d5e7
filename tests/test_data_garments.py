"""The drawn garments: what they share with Fashion-MNIST, and that they are neither trivial nor hopeless."""

import cv2
import numpy as np
import pytest

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Loss_CategoricalCrossentropy, Model
from modules.accuracy import Accuracy_Categorical
from modules.data.fashion_mnist import CLASS_NAMES
from modules.data.garment_outlines import DRAWERS
from modules.data.garments import CHUNK, draw_garments
from modules.data.pictures import scale_pictures
from modules.optimizers import Optimizer_Adam


@pytest.fixture(scope="module")
def garments():
    return draw_garments(5000, seed=1)


def test_shapes_types_and_range(garments):
    pictures, labels = garments
    assert pictures.shape == (5000, 28, 28) and pictures.dtype == labels.dtype == np.uint8
    np.testing.assert_array_equal(np.bincount(labels), [500] * 10)
    assert pictures.max() == 255 and np.median(pictures) == 0


def test_background_is_black_and_every_garment_fills_the_picture(garments):
    cloth = garments[0] > 0
    covered = cloth.mean(axis=(1, 2))
    assert 0.05 < covered.min() and covered.max() < 0.99
    extent = np.maximum(cloth.any(axis=1).sum(axis=1), cloth.any(axis=2).sum(axis=1))
    assert (extent >= 24).mean() > 0.99


def test_same_seed_same_pictures():
    first, again, other = (draw_garments(30, seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_opencv_draws_a_line_that_leaves_the_canvas_as_it_does_since_4_13():
    """Older versions leave out three pixels; so they draw other garments, and chapter 20 prints other numbers."""
    canvas = np.zeros((84, 84), np.uint8)
    cv2.polylines(canvas, [np.array([[65, 59], [73, 38], [86, 55]], np.int32)], False, 255, 2)
    assert np.count_nonzero(canvas) == 121


def test_no_two_garments_are_alike(garments):
    assert len(np.unique(garments[0].reshape(5000, -1), axis=0)) == 5000


@pytest.mark.parametrize("samples", [1, CHUNK, CHUNK + 1])
def test_any_number_of_samples(samples):
    assert len(draw_garments(samples)[0]) == samples


@pytest.mark.parametrize("samples", [0, -1, 2.5])
def test_impossible_number_of_samples(samples):
    with pytest.raises(ValueError, match="samples is the number of pictures to draw"):
        draw_garments(samples)


def test_a_linear_classifier_stays_below_the_network(garments):
    X_test, y_test = draw_garments(1500, seed=2)
    linear, network = (trained(sizes, scale_pictures(garments[0]), garments[1])
                       .evaluate(scale_pictures(X_test), y_test, batch_size=500)[1]
                       for sizes in ((784, 10), (784, 128, 128, 10)))
    assert 0.6 < linear < network - 0.03
    assert network > 0.8


def trained(sizes, X, y):
    np.random.seed(0)
    model = Model()
    for n_inputs, n_neurons in zip(sizes, sizes[1:], strict=False):
        model.add(Layer_Dense(n_inputs, n_neurons, initial_scale="he"))
        model.add(Activation_ReLU() if n_neurons != 10 else Activation_Softmax())
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(), accuracy=Accuracy_Categorical())
    model.finalize()
    model.train(X, y, epochs=8, batch_size=128, print_every=None)
    return model


def test_labels_name_the_kinds_that_are_drawn():
    drawn = [drawer.__name__ for drawer in DRAWERS]
    assert drawn == [name.lower().replace("/top", "").replace("-", "_").replace(" ", "_") for name in CLASS_NAMES]
    pictures, labels = draw_garments(400, seed=1)
    cloth = pictures > 0
    wide = cloth.any(axis=1).sum(axis=1) > cloth.any(axis=2).sum(axis=1)
    shares = [round(float(wide[labels == kind].mean()), 2) for kind in range(10)]
    assert shares[1] == shares[3] == 0 and min(shares[5], shares[7]) > 0.9, "trousers and dresses tall, shoes wide"
