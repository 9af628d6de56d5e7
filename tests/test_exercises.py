"""The exercises of all chapters, found automatically: reference, stubs, mistakes and mutants of each."""

import importlib
import inspect
import math
import pkgutil

import numpy as np
import pytest
from mutants import mutants

from modules import exercises
from modules.exercises.calling import equal
from modules.exercises.chapter24 import depth_first
from modules.exercises.exercise import Exercise

CHAPTERS = {
    module.name: importlib.import_module(f"modules.exercises.{module.name}")
    for module in pkgutil.iter_modules(exercises.__path__) if module.name.startswith("chapter")
}
EXERCISES = {
    f"{chapter}.{name}": value
    for chapter, module in CHAPTERS.items() for name, value in vars(module).items() if type(value) is Exercise
}
every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


def is_one_line(message: str) -> bool:
    return message == message.strip() and "\n" not in message and "0x" not in message and message[-1] in ".?"


def stub(exercise: Exercise, body: str):
    """What the lesson hands out: the right arguments, and nothing done with them."""
    namespace = {}
    exec(f"def stub{inspect.signature(exercise.reference)}:\n    {body}", namespace)
    return namespace["stub"]


# --- every exercise of every chapter ---


def test_chapters_are_found():
    assert "chapter09.relu_backward" in EXERCISES


@every_exercise
def test_reference_passes(exercise):
    verdict = exercise.verdict(exercise.reference)
    assert verdict.passed and verdict.message.startswith("Right: ") and is_one_line(verdict.message)


@every_exercise
@pytest.mark.parametrize("body", ["pass", "...", "return None", "return ...", "raise NotImplementedError"])
def test_untouched_stub_says_not_yet(exercise, body):
    verdict = exercise.verdict(stub(exercise, body))
    assert not verdict.passed and verdict.message.startswith("Not yet: ") and is_one_line(verdict.message)


@every_exercise
def test_every_mistake_gets_its_own_message(exercise):
    assert len(exercise.mistakes) >= 3
    for message, wrong_function in exercise.mistakes.items():
        verdict = exercise.verdict(lambda *arguments, wrong=wrong_function: wrong(*arguments))
        assert not verdict.passed and verdict.message == message and is_one_line(message)


@every_exercise
def test_name_hint_and_solution(exercise, capsys):
    chapter = CHAPTERS[exercise.reference.__module__.split(".")[-1]]
    assert vars(chapter)[exercise.name] is exercise
    fresh = Exercise(exercise.reference, exercise.cases, exercise.hint_text, exercise.mistakes)
    fresh.hint()
    assert is_one_line(capsys.readouterr().out.rstrip("\n"))
    fresh.solution()
    assert f"def {exercise.name}" not in capsys.readouterr().out
    fresh.solution()
    assert capsys.readouterr().out.startswith(f"def {exercise.name}(")


@every_exercise
def test_cases_fit_and_come_out_the_same_again(exercise):
    arguments = [case.arguments for case in exercise.draw_cases()]
    assert len(arguments) >= 4
    assert equal(arguments, [case.arguments for case in exercise.draw_cases()])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_mutants_of_the_references_are_rejected(chapter):
    verdicts = {
        f"{name}: {edit}": exercise.verdict(mutant)
        for name, exercise in EXERCISES.items() if name.startswith(f"{chapter}.")
        for edit, mutant in mutants(exercise.reference)
    }
    survivors = [edit for edit, verdict in verdicts.items() if verdict.passed]
    assert len(verdicts) >= 3
    assert len(survivors) <= 0.05 * len(verdicts), survivors
    assert [verdict.message for verdict in verdicts.values() if not is_one_line(verdict.message)] == []


# --- the mutants themselves ---


def test_mutants_cover_the_usual_slips():
    def sample(inputs, weights, count):
        total = np.zeros(3)
        for i in range(count):
            total += -np.dot(inputs.T, weights) * (inputs > 0).sum(axis=0, keepdims=True) / i
        return total @ weights

    edits = [edit for edit, _ in mutants(sample)]
    for expected in ("-> np.dot(weights, inputs.T)", "-> inputs >= 0", "-> inputs < 0", "axis=1)", "-> total = ",
                     "-> total -= ", "-> range(count - 1)", "-> 4", "-> weights @ total", "-> inputs", "-> np.ones",
                     ".mean", "-> np.dot(inputs.T, weights)", ".sum(axis=0)"):
        assert any(expected in edit.replace("  ->  ", "-> ") for edit in edits), expected


# --- chapter 9: the values of the book, and the typical mistakes by name ---


def test_neuron_of_the_book():
    gradients = EXERCISES["chapter09.neuron_gradients"].reference
    dx, dw, db = gradients(np.array([1.0, -2.0, 3.0]), np.array([-3.0, -1.0, 2.0]), 1.0)
    assert dx.tolist() == [-3, -1, 2] and dw.tolist() == [1, -2, 3] and db == 1


def test_softmax_jacobian_of_the_book():
    backward = EXERCISES["chapter09.softmax_backward"].reference
    jacobian = backward(np.eye(3), np.array([[0.7, 0.1, 0.2]] * 3))
    assert np.allclose(jacobian, [[0.21, -0.07, -0.14], [-0.07, 0.09, -0.02], [-0.14, -0.02, 0.16]])


def test_fused_gradient_is_the_two_steps():
    probabilities, y_true = np.array([[0.7, 0.1, 0.2], [0.1, 0.5, 0.4]]), np.array([0, 2])
    steps = [EXERCISES[f"chapter09.{name}"].reference for name in
             ("fused_backward", "crossentropy_backward", "softmax_backward")]
    together, loss, softmax = steps
    assert np.allclose(together(probabilities, y_true), softmax(loss(probabilities, y_true), probabilities))


def test_crossentropy_backward_clips_as_forward():
    backward = EXERCISES["chapter09.crossentropy_backward"].reference
    assert np.isfinite(backward(np.array([[0.0, 1.0]]), np.array([0]))).all()


# --- answers that were once judged wrongly ---


def test_accuracy_without_its_decimals_is_told_from_one_that_is_only_initialised():
    exercise = EXERCISES["chapter19.accumulated_accuracy"]
    assert "divide with `/`" in exercise.verdict(lambda rights, sizes: sum(rights) // sum(sizes)).message
    assert "only initialised" in exercise.verdict(lambda rights, sizes: 0.0).message


def test_accuracy_that_is_always_zero_is_not_taken_for_a_comparison_for_equality():
    verdict = EXERCISES["chapter17.regression_accuracy"].verdict(lambda predictions, y_new, y_training: 0.0)
    assert not verdict.passed and "equal" not in verdict.message


def test_an_early_return_from_a_loop_over_rows_is_named():
    verdict = EXERCISES["chapter02.matrix_product"].verdict(lambda left, right: (np.array(left) @ right)[:1].tolist())
    assert not verdict.passed and "`return` inside a loop" in verdict.message


def test_a_list_in_which_nothing_is_kept_is_named():
    verdict = EXERCISES["chapter02.matrix_product"].verdict(lambda left, right: [])
    assert not verdict.passed and "Is an `append` missing" in verdict.message


def test_a_refused_answer_is_never_told_that_it_is_right():
    for exercise in EXERCISES.values():
        assert not [message for message in exercise.mistakes if message.startswith(("Right,", "Right:"))]


def factorial(n):
    return np.prod(np.arange(1, n + 1))


@pytest.mark.parametrize("ways", [
    lambda n, k: factorial(n) / (factorial(k) * factorial(n - k)),
    lambda n, k: factorial(n) // factorial(k) // factorial(n - k)], ids=["a quotient", "whole numbers"])
def test_a_factorial_that_does_not_fit_into_64_bits_is_noticed(ways):
    verdict = EXERCISES["chapter15.binomial_probabilities"].verdict(
        lambda n, p: [ways(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
    assert not verdict.passed and "whose factorial no longer fits into 64 bits" in verdict.message


@pytest.mark.parametrize("scaled, words", [
    (lambda others, low, span: 2 * (others - low) / span - 1, "uint8 wrap round"),
    (lambda others, low, span: 2 * ((others - low) / span) - 1, "for pixels of type uint8, in which 3 - 5 is 254"),
])
def test_pixels_that_wrap_round_are_noticed(scaled, words):
    def scale_like(training, others):
        low, span = training.min(axis=0), np.ptp(training, axis=0)
        return np.where(span == 0, 0, scaled(others, low, np.where(span == 0, 1, span)))

    verdict = EXERCISES["chapter13.scale_like"].verdict(scale_like)
    assert not verdict.passed and words in verdict.message


def test_an_array_like_pixels_that_cuts_decimals_off_is_noticed():
    def scale_like(training, others):
        scaled, low, span = np.zeros_like(others), training.min(axis=0), np.ptp(training, axis=0)
        for j in np.flatnonzero(span):
            scaled[:, j] = 2 * (others[:, j] - float(low[j])) / span[j] - 1
        return scaled

    verdict = EXERCISES["chapter13.scale_like"].verdict(scale_like)
    assert not verdict.passed and verdict.message.startswith("np.zeros_like takes on the type of its argument")


def in_decimals(value):
    return tuple(map(in_decimals, value)) if isinstance(value, tuple) else value * 1.0


@pytest.mark.parametrize("name", [
    "chapter11.split_data", "chapter11.stopping_epoch", "chapter12.fold_rows", "chapter20.batch_sizes",
    "chapter22.top_labels", "chapter22.labels_or_refusal"])
def test_what_picks_rows_or_counts_samples_is_whole(name):
    verdict = EXERCISES[name].verdict(lambda *arguments: in_decimals(EXERCISES[name].reference(*arguments)))
    assert not verdict.passed and "must stay whole numbers" in verdict.message


def test_a_wrong_truth_value_is_not_called_a_number():
    verdict = EXERCISES["chapter21.same_bits"].verdict(lambda first, second: True)
    assert not verdict.passed and "the result is True, expected False, for one number" in verdict.message


def test_a_sigmoid_that_is_cut_off_is_noticed():
    """Cut off at 5 to avoid the overflow at 1000, which is all that the numbers asked for had been."""
    def sigmoid_node(x):
        value = 0.0 if x < -5 else 1.0 if x > 5 else 1 / (1 + math.exp(-x))
        return value, value * (1 - value)

    assert not EXERCISES["chapter24.sigmoid_node"].verdict(sigmoid_node).passed


def test_gradients_that_are_written_over_are_named_in_the_order_of_the_lesson():
    def gradients(edges, nodes, result):
        slopes = [0.0] * nodes
        slopes[result] = 1.0
        for node in depth_first(edges, nodes, result):
            for child, parent, derivative in edges:
                if child == node:
                    slopes[parent] = derivative * slopes[node]
        return slopes

    assert "add it up" in EXERCISES["chapter24.gradients"].verdict(gradients).message


def test_an_output_without_its_last_place_is_named_for_lists():
    def convolve(image, filter_, stride):
        rows, columns = (len(image) - len(filter_)) // stride, (len(image[0]) - len(filter_[0])) // stride
        return [[sum(filter_[i][j] * image[stride * r + i][stride * s + j] for i in range(len(filter_))
                     for j in range(len(filter_[0]))) for s in range(columns)] for r in range(rows)]

    assert "belongs a + 1" in EXERCISES["chapter23.convolve"].verdict(convolve).message


def test_labels_in_any_order_are_not_the_highest_first():
    verdict = EXERCISES["chapter22.top_labels"].verdict(
        lambda confidences, count: np.argpartition(-confidences, count - 1, axis=1)[:, :count])
    assert not verdict.passed
