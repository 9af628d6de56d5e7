"""Losses: the book's numbers, clipping, accumulation, targets that do not fit."""

import numpy as np
import pytest

from modules import (
    Activation_Linear,
    Activation_Sigmoid,
    Activation_Sigmoid_Loss_BinaryCrossentropy,
    Activation_Softmax,
    Activation_Softmax_Loss_CategoricalCrossentropy,
    Layer,
    Layer_Dense,
    Loss,
    Loss_BinaryCrossentropy,
    Loss_CategoricalCrossentropy,
    Loss_MeanAbsoluteError,
    Loss_MeanSquaredError,
)

THREE = np.array([[0.7, 0.1, 0.2], [0.1, 0.5, 0.4], [0.02, 0.9, 0.08]])


def test_crossentropy_of_the_book_for_labels_and_one_hot():
    loss = Loss_CategoricalCrossentropy()
    assert loss.calculate(THREE, [0, 1, 1]) == pytest.approx(0.385061, abs=5e-7)
    assert loss.calculate(THREE, np.eye(3, dtype=int)[[0, 1, 1]]) == pytest.approx(0.385061, abs=5e-7)


def test_crossentropy_clips_a_zero():
    assert Loss_CategoricalCrossentropy().calculate([[1.0, 0.0]], [1]) == pytest.approx(16.118096, abs=5e-7)


@pytest.mark.parametrize("loss", [Loss_CategoricalCrossentropy, Loss_BinaryCrossentropy])
def test_crossentropy_clips_backward_as_it_clips_forward(loss):
    """Published code divides by an unclipped prediction: a zero probability gives an infinite gradient."""
    gradient = loss().backward(np.array([[1.0, 0.0]]), np.array([[0, 1]]))
    assert np.isfinite(gradient).all() and gradient[0, 1] < -1e6


def test_absolute_error_falls_along_its_gradient():
    """Published code has the sign reversed: a step against the gradient must lower the loss."""
    loss, y_pred, y = Loss_MeanAbsoluteError(), np.array([[3.0], [-2.0]]), np.array([[1.0], [1.0]])
    better = y_pred - 0.1 * loss.backward(y_pred, y)
    assert loss.calculate(better, y) < loss.calculate(y_pred, y)


@pytest.mark.parametrize("loss", [Loss_CategoricalCrossentropy, Loss_BinaryCrossentropy, Loss_MeanSquaredError,
                                  Loss_MeanAbsoluteError])
def test_float32_stays_float32_whatever_the_targets(loss):
    outputs = np.full((2, 2), 0.5, np.float32)
    for targets in (np.eye(2), np.eye(2, dtype=int), np.eye(2, dtype=np.uint8)):
        assert loss().backward(outputs, targets).dtype == np.float32
        assert loss().forward(outputs, targets).dtype == np.float32


@pytest.mark.parametrize("loss", [Loss_CategoricalCrossentropy, Loss_BinaryCrossentropy, Loss_MeanSquaredError,
                                  Loss_MeanAbsoluteError])
def test_forward_takes_lists(loss):
    outputs, targets = [[0.25, 0.75], [0.5, 0.5]], [[0, 1], [1, 0]]
    np.testing.assert_array_equal(loss().forward(outputs, targets),
                                  loss().forward(np.array(outputs), np.array(targets)))


def test_calculate_before_new_pass_works():
    loss = Loss_MeanSquaredError()
    loss.calculate([[1.0]], [[0.0]])
    assert loss.calculate_accumulated() == 1


def test_accumulated_counts_samples_not_batches():
    loss = Loss_MeanSquaredError()
    loss.new_pass()
    loss.calculate(np.zeros((3, 1)), np.zeros((3, 1)))
    loss.calculate(np.full((1, 1), 2.0), np.zeros((1, 1)))
    assert loss.calculate_accumulated() == pytest.approx(1)


def test_accumulated_without_a_batch_says_so():
    with pytest.raises(ValueError, match="calculate first"):
        Loss_MeanSquaredError().calculate_accumulated()


def test_regularization_of_a_layer_and_of_all():
    layer, loss = Layer_Dense(2, 1, 0.1, 0.01, 1, 0), Loss_MeanSquaredError()
    layer.set_parameters([[3], [-1]], [[2]])
    penalty = 0.1 * 4 + 0.01 * 10 + 1 * 2
    assert loss.regularization_loss() == 0
    assert loss.regularization_loss(layer) == pytest.approx(penalty)
    loss.remember_trainable_layers([layer, layer])
    assert loss.calculate([[1.0]], [[1.0]], include_regularization=True) == (0, pytest.approx(2 * penalty))


@pytest.mark.parametrize("loss", [Loss_CategoricalCrossentropy, Loss_BinaryCrossentropy, Loss_MeanSquaredError])
@pytest.mark.parametrize("activation", [Activation_Softmax, Activation_Sigmoid, Activation_Linear])
def test_two_pairs_are_fused_and_no_others(loss, activation):
    pair = loss().fused_with(activation())
    if (loss, activation) in ((Loss_CategoricalCrossentropy, Activation_Softmax),
                              (Loss_BinaryCrossentropy, Activation_Sigmoid)):
        assert (type(pair.loss), type(pair.activation)) == (loss, activation)
    else:
        assert pair is None


@pytest.mark.parametrize("score, truth", [(40, 0), (17, 0), (-17, 1), (-40, 1)])
def test_a_confident_mistake_keeps_its_gradient_in_float32(score, truth):
    """In two steps, sigmoid and binary cross-entropy left 0 from a score of 17 on, and little below -16."""
    pair = Activation_Sigmoid_Loss_BinaryCrossentropy()
    pair.forward(np.array([[score]], np.float32), [[truth]])
    assert pair.backward(pair.output, [[truth]]) == pytest.approx(1 - 2 * truth)


MISFITS = {
    "labels in a column": (Loss_CategoricalCrossentropy, THREE, np.zeros((3, 1), int), r"np\.ravel\(y\)"),
    "label too high": (Loss_CategoricalCrossentropy, THREE, [0, 1, 3], "label 3"),
    "label negative": (Loss_CategoricalCrossentropy, THREE, [0, -1, 2], "label -1"),
    "label float": (Loss_CategoricalCrossentropy, THREE, [0.0, 1.0, 2.0], r"np\.array\(y, dtype=int\)"),
    "one-hot too wide": (Loss_CategoricalCrossentropy, THREE, np.eye(4)[[0, 1, 2]], "4 wide"),
    "rows not one": (Loss_CategoricalCrossentropy, THREE, np.ones((3, 3)), "sums to 3"),
    "another length": (Loss_CategoricalCrossentropy, THREE, [0, 1], "3 samples, but y has 2"),
    "one-hot below zero": (Loss_CategoricalCrossentropy, THREE, [[2, -1, 0], [0, 1, 0], [0, 0, 1]], "hold -1"),
    "no distribution": (Loss_CategoricalCrossentropy, [[0.9, 0.9, 0.1]], [0], "sums to 1.9"),
    "a distribution for each step": (Loss_CategoricalCrossentropy, [[[0.5, 0.5]]], [0], r"\(samples, 1, 2\)"),
    "no probabilities": (Loss_CategoricalCrossentropy, THREE * 2, [0, 1, 2], "End the network with Activation_Softmax"),
    "scores for yes and no": (Loss_BinaryCrossentropy, [[-1.0]], [[1]], "End the network"),
    "target 2": (Loss_BinaryCrossentropy, [[0.5]], [[2]], "there is a 2"),
    "flat targets": (Loss_MeanSquaredError, [[0.5], [0.2]], [1, 2], r"np\.reshape\(y, \(-1, 1\)\)"),
    "two targets": (Loss_MeanAbsoluteError, [[0.5], [0.2]], [[1, 2], [3, 4]], r"\(2, 2\).*\(samples, 1\)"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_targets_that_do_not_fit(name):
    loss, outputs, y, message = MISFITS[name]
    with pytest.raises(ValueError, match=message):
        loss().calculate(outputs, y)


PAIR, CROSSENTROPY = Activation_Softmax_Loss_CategoricalCrossentropy, Loss_CategoricalCrossentropy
BROADCAST = {
    "labels in a column": ((PAIR, CROSSENTROPY), THREE, [[0], [1], [1]], r"np\.ravel\(y\)"),
    "a single label": ((PAIR, CROSSENTROPY), THREE, 1, r"labels have shape \(\)"),
    "one label for all": ((PAIR, CROSSENTROPY), THREE, [1], "3 samples, but y has 1"),
    "one row for all": ((PAIR, CROSSENTROPY), THREE, [[0, 1, 0]], "3 samples, but y has 1"),
    "flat targets": ((Loss_MeanSquaredError, Loss_MeanAbsoluteError, Loss_BinaryCrossentropy), [[0.5], [0.2]], [0, 1],
                     r"np\.reshape\(y, \(-1, 1\)\)"),
    "one target for all": ((Loss_MeanSquaredError, Loss_MeanAbsoluteError, Loss_BinaryCrossentropy), [[0.5], [0.2]],
                           [[1]], "2 samples, but y has 1"),
}


@pytest.mark.parametrize("name", BROADCAST)
def test_nothing_is_broadcast_in_backward_either(name):
    """As in chapter 9, where backward is called by itself: labels in a column gave every class the same gradient."""
    losses, outputs, y, message = BROADCAST[name]
    for loss in losses:
        with pytest.raises(ValueError, match=message):
            loss().backward(outputs, y)


@pytest.mark.parametrize("loss", [Loss_MeanSquaredError, Loss_MeanAbsoluteError, Loss_BinaryCrossentropy])
@pytest.mark.parametrize("shape", [(5, 3), (5, 2, 4), (5, 2, 3, 3)])
def test_all_outputs_of_a_sample_count_alike_whatever_their_shape(loss, shape, rng):
    outputs, y = rng.uniform(0.1, 0.9, shape), rng.integers(0, 2, shape).astype(float)
    flat, whole = loss(), loss()
    assert whole.forward(outputs, y).shape == (5,)
    assert whole.calculate(outputs, y) == pytest.approx(flat.calculate(outputs.reshape(5, -1), y.reshape(5, -1)))
    whole.backward(outputs, y)
    flat.backward(outputs.reshape(5, -1), y.reshape(5, -1))
    np.testing.assert_allclose(whole.dinputs.reshape(5, -1), flat.dinputs, rtol=1e-12)


def test_targets_beside_whole_numbers_are_not_cut_off():
    predicted, targets = np.array([[1, 2]]), np.array([[1.5, 2.25]])
    np.testing.assert_array_equal(Loss_MeanSquaredError().backward(predicted, targets), [[-0.5, -0.25]])
    np.testing.assert_array_equal(Loss_MeanAbsoluteError().backward(predicted, targets), [[-0.5, -0.5]])


@pytest.mark.parametrize("mean", [lambda errors: errors.mean(), lambda errors: errors])
def test_a_loss_that_does_not_give_one_number_for_each_sample_is_refused(mean):
    class Loss_OfAReader(Loss):
        def forward(self, y_pred, y_true):
            return mean(np.abs(y_true - y_pred))

    with pytest.raises(ValueError, match=r"shape \(2,\), but it returned"):
        Loss_OfAReader().calculate([[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]])


def test_small_whole_numbers_do_not_wrap_around():
    predicted, targets = np.uint8([[2], [200]]), np.uint8([[3], [0]])
    assert Loss_MeanSquaredError().calculate(predicted, targets) == 20000.5
    assert Loss_MeanAbsoluteError().calculate(predicted, targets) == 100.5


def test_a_loss_derived_from_the_crossentropy_is_asked_for_its_own_gradient():
    class Loss_Weighted(Loss_CategoricalCrossentropy):
        def backward(self, dvalues, y_true):
            self.dinputs = 2 * super().backward(dvalues, y_true)
            return self.dinputs

    class Loss_Renamed(Loss_CategoricalCrossentropy):
        pass

    assert Loss_Weighted().fused_with(Activation_Softmax()) is None
    assert Loss_Renamed().fused_with(Activation_Softmax()) is not None


def test_a_softmax_with_other_predictions_keeps_the_fused_gradient():
    """Without it, a confident mistake loses its gradient in float32."""
    class Softmax_WithDoubts(Activation_Softmax):
        def predictions(self, outputs):
            return np.where(outputs.max(axis=1) < 0.5, -1, outputs.argmax(axis=1))

    class Softmax_Tempered(Activation_Softmax):
        def forward(self, inputs, training=True):
            return super().forward(inputs / 2, training)

    replaced = Activation_Softmax()
    replaced.forward = Softmax_Tempered().forward
    assert Loss_CategoricalCrossentropy().fused_with(Softmax_WithDoubts()) is not None
    assert Loss_CategoricalCrossentropy().fused_with(replaced) is None
    assert Loss_CategoricalCrossentropy().fused_with(Softmax_Tempered()) is None


def test_a_readers_own_softmax_is_asked_for_its_own_gradient():
    own = type("Activation_Softmax", (Layer,), {"__module__": "__main__"})
    assert Loss_CategoricalCrossentropy().fused_with(own()) is None


@pytest.mark.parametrize("targets", [[0], [[1.0, 0.0]]])
def test_crossentropy_of_a_sure_and_right_answer_is_that_of_the_clipped_one(targets):
    assert Loss_CategoricalCrossentropy().calculate([[1.0, 0.0]], targets) == pytest.approx(1e-7, rel=1e-3)


def test_binary_crossentropy_of_a_sure_and_right_answer_is_that_of_the_clipped_one():
    assert Loss_BinaryCrossentropy().calculate([[1.0]], [[1]]) == pytest.approx(1e-7, rel=1e-3)


@pytest.mark.parametrize("output, y", [(np.empty((0, 3)), np.empty(0, int)), ([[0.5, 0.5]], 0), (0.5, [1])])
def test_an_empty_batch_and_a_single_number_are_told_what_a_loss_compares(output, y):
    with pytest.raises(ValueError, match="rows of outputs with their targets"):
        Loss_CategoricalCrossentropy().calculate(output, y)


def test_the_fused_pair_takes_lists_of_whole_numbers():
    pair = Activation_Softmax_Loss_CategoricalCrossentropy()
    np.testing.assert_allclose(pair.backward([[1, 0], [0, 1]], [0, 0]), [[0, 0], [-0.5, 0.5]])
