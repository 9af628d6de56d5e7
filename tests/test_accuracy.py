"""Accuracies: single and several outputs, accumulation, precision."""

import numpy as np
import pytest

from modules import Accuracy, Accuracy_Categorical, Accuracy_Regression, Model


def test_categorical_of_the_book():
    probabilities = [[0.7, 0.2, 0.1], [0.5, 0.1, 0.4], [0.02, 0.9, 0.08]]
    assert Accuracy_Categorical().calculate(probabilities, [0, 1, 1]) == pytest.approx(2 / 3)
    assert Accuracy_Categorical().calculate([0, 0, 1], np.eye(3)[[0, 1, 1]]) == pytest.approx(2 / 3)


def test_binary_counts_every_output():
    """Published code divides the right outputs by the number of samples: accuracies above 1."""
    accuracy = Accuracy_Categorical(binary=True)
    assert accuracy.calculate([[1, 0], [1, 1]], [[1, 0], [0, 1]]) == 0.75
    assert accuracy.calculate_accumulated() == 0.75


def test_labels_in_a_column_are_refused_not_compared_with_everything():
    """Published code reports an accuracy of 1.0 for labels of shape (n, 1)."""
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
        Accuracy_Categorical().calculate([0, 1, 2], [[0], [1], [2]])


def test_accumulated_counts_predictions_not_batches():
    accuracy = Accuracy_Categorical()
    accuracy.calculate([0, 0, 0], [0, 0, 0])
    accuracy.calculate([1], [0])
    assert accuracy.calculate_accumulated() == 0.75
    accuracy.new_pass()
    with pytest.raises(ValueError, match="calculate first"):
        accuracy.calculate_accumulated()


def test_regression_within_a_250th_of_the_deviation():
    y = np.array([[0.0], [2.0]])
    accuracy = Accuracy_Regression()
    accuracy.init(y)
    assert accuracy.precision == 1 / 250
    assert accuracy.calculate(y + [[0.003], [0.005]], y) == 0.5


def test_regression_precision_is_fixed_until_reinit():
    accuracy = Accuracy_Regression()
    accuracy.init(np.array([0.0, 2.0]))
    accuracy.init(np.array([0.0, 20.0]))
    assert accuracy.precision == 1 / 250
    accuracy.init(np.array([0.0, 20.0]), reinit=True)
    assert accuracy.precision == 10 / 250


def test_regression_before_init_says_so():
    with pytest.raises(ValueError, match="init"):
        Accuracy_Regression().calculate([[1.0]], [[1.0]])


def test_regression_refuses_shapes_that_would_broadcast():
    accuracy = Accuracy_Regression()
    accuracy.init(np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match=r"\(2, 1\).*\(2,\)"):
        accuracy.calculate(np.zeros((2, 1)), np.zeros(2))


def test_several_yes_or_no_outputs_without_binary_are_refused_not_run_through_argmax():
    """A first output that is always 1 gave an accuracy of 1.0, whatever the second one said."""
    predictions = np.array([[1, 0], [1, 1]])
    with pytest.raises(ValueError, match=r"Accuracy_Categorical\(binary=True\)"):
        Accuracy_Categorical().calculate(predictions, [[1, 1], [1, 0]])


def test_binary_for_one_class_out_of_many_says_what_binary_is_for():
    with pytest.raises(ValueError, match="compared without it"):
        Accuracy_Categorical(binary=True).calculate([0, 2], np.eye(3)[[0, 1]])


def test_a_comparison_that_is_a_share_already_is_refused_not_counted_as_right():
    class Accuracy_OfAReader(Accuracy):
        def compare(self, predictions, y):
            return np.mean(predictions == y)

    with pytest.raises(ValueError, match="Accuracy_OfAReader.compare must return .* True or False, one for each"):
        Accuracy_OfAReader().calculate([0, 1], [0, 2])


def test_an_accuracy_of_a_reader_may_count_without_compare_and_one_that_forgets_it_is_told_so():
    class F1(Accuracy):
        def calculate(self, predictions, y):
            return 1.0

    Model().set(accuracy=F1())

    class Forgetful(Accuracy):
        pass

    with pytest.raises(NotImplementedError, match=r"Forgetful needs a compare\(predictions, y\)"):
        Forgetful().calculate([0, 1], [0, 2])


# NumPy's deviation of the second is 5.6e-17, and it refuses to subtract those of the third.
@pytest.mark.parametrize("alike", [[[3.0]], np.full((10, 1), 0.3), [[True]]])
def test_targets_that_are_all_alike_do_not_fix_the_precision(alike):
    accuracy = Accuracy_Regression()
    accuracy.init(alike)
    assert accuracy.calculate(alike, alike) == 1
    accuracy.init([[0.0], [500.0]])
    assert accuracy.precision == 1


def test_outputs_in_different_units_have_a_precision_each():
    """One precision for prices and rooms called every number of rooms right."""
    y = np.array([[200_000.0, 2], [500_000, 4], [350_000, 3]])
    accuracy, restored = Accuracy_Regression(), Accuracy_Regression()
    accuracy.init(y)
    np.testing.assert_allclose(accuracy.precision, y.std(axis=0) / 250)
    assert accuracy.calculate(y + [0, 1], y) == 0.5
    restored.set_state(accuracy.get_state())
    np.testing.assert_array_equal(restored.precision, accuracy.precision)
    accuracy.init(y[:, :1])  # another network
    assert accuracy.precision == pytest.approx(y[:, 0].std() / 250)
    accuracy.init(y * [1, 0])
    assert accuracy.precision[1] == pytest.approx((y * [1, 0]).std() / 250)  # need not be met exactly
    with pytest.raises(ValueError, match="precision is 0 or above"):
        restored.set_state({"precision": [0.1, -1]})


@pytest.mark.parametrize("accuracy", [Accuracy_Categorical(binary=True), Accuracy_Categorical()])
def test_decimals_are_not_compared_with_classes(accuracy):
    """A network that ends with Activation_Linear, say, was told an accuracy of 0 whatever it had learned."""
    predictions, y = [[0.97], [0.2]], [[1], [0]]
    with pytest.raises(ValueError, match="there is a 0.97: the last layer's `predictions` has to"):
        accuracy.calculate(predictions, y)
    assert accuracy.calculate(np.rint(predictions), y) == 1
    assert accuracy.calculate([[np.nan], [np.inf]], y) == 0  # what has diverged is for the loss to tell


def test_one_yes_or_no_output_needs_no_binary():
    assert Accuracy_Categorical().calculate([[1], [0]], [[1], [1]]) == 0.5


def test_the_accuracy_of_no_samples_says_that_there_are_none():
    with pytest.raises(ValueError, match="no prediction to compare"):
        Accuracy_Categorical().calculate(np.empty(0, int), np.empty(0, int))


def test_the_precision_is_right_for_numbers_whose_squares_overflow():
    """In float16 the deviation of these targets is infinite, and every prediction would be right."""
    accuracy, y = Accuracy_Regression(), np.arange(1000).reshape(-1, 1)
    precisions = []
    for dtype in (np.float16, np.float64):
        accuracy.init(y.astype(dtype), reinit=True)
        precisions.append(accuracy.precision)
    assert precisions[0] == precisions[1]


def test_targets_of_unsigned_numbers_are_subtracted_as_they_are():
    """As numbers of 16 bits without a sign, 10 - 20 is 65526."""
    y = np.array([[0], [65535]] * 5, np.uint16)
    predictions = y.copy()
    predictions[1] -= 10
    accuracy = Accuracy_Regression()
    accuracy.init(y)
    assert accuracy.calculate(predictions, y) == 1
