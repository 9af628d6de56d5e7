"""The engine that judges what a reader wrote: each diagnosis, on exercises small enough to see through."""

import itertools
import math
import sys

import numpy as np
import pytest

from modules.exercises.comparing import Part
from modules.exercises.exercise import Exercise

# --- a small exercise without listed mistakes, so that each diagnosis speaks for itself ---


def layer_slopes(inputs, dvalues, rate):
    """The mean over samples of inputs.T @ dvalues, times the rate."""
    return rate * inputs.T @ dvalues / len(inputs)


def layer_cases(rng):
    return {
        "five samples": (rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), 0.5),
        "a single sample": (rng.normal(size=(1, 3)), rng.normal(size=(1, 2)), 0.1),
        "a square result": (rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), 0.2),
    }


layer = Exercise(layer_slopes, layer_cases, hint="None needed.", mistakes={})


def message(function, exercise=layer):
    """The one line that rejects the function."""
    verdict = exercise.verdict(function)
    assert not verdict.passed and "\n" not in verdict.message and "0x" not in verdict.message
    assert verdict.message[-1] in ".?"
    return verdict.message


def spoiled(change):
    """A right function whose result is changed afterwards."""
    return lambda inputs, dvalues, rate: change(layer_slopes(inputs, dvalues, rate))


@pytest.mark.parametrize("function, words", [
    (lambda i, d, r: -r * i.T @ d / len(i), "opposite sign"),
    (lambda i, d, r: r * i.T @ d, "division by the number of samples (the length of `inputs`) is missing"),
    (lambda i, d, r: r * i.T @ d / len(i) ** 2, "leave out a division by it"),
    (lambda i, d, r: i.T @ d / len(i), "multiply by `rate`"),
    (spoiled(lambda x: 2 * x), "is 2 times what it should be"),
    (spoiled(lambda x: x / 2), "is 0.5 times what it should be"),
    (spoiled(lambda x: x / (1 + 1e-7)), "close"),
    (lambda i, d, r: layer_slopes(i, d, r) if len(i) > 1 else None, "For a single sample the function returns nothing"),
    (spoiled(lambda x: 0 * x), "0 everywhere"),
    (spoiled(np.transpose), "has shape (2, 3), expected (3, 2) for five samples: the values are right, but transp"),
    (lambda i, d, r: d.T @ (r * i) * 3, "is it transposed?"),
    (spoiled(lambda x: np.hstack([x, x])), "4 columns in place of 2"),
    (spoiled(lambda x: {0: x}.values()), "dict_values"),
    (spoiled(lambda x: x[:, :0]), "it is empty. Is an `append` missing"),
    (spoiled(lambda x: x[:, :1]), "follow the shapes line by line. Which axis is summed"),
    (spoiled(np.abs), "right size but the wrong sign in places"),
    (spoiled(lambda x: x + 1), "too large by 1 everywhere"),
    (spoiled(lambda x: x - 1), "too small by 1 everywhere: what is left out?"),
    (spoiled(lambda x: np.log(x - x)), "is -inf for five samples: look for"),
    (spoiled(lambda x: x * np.nan), "is nan for five samples: look for"),
    (spoiled(lambda x: x[None]), "is an axis of length 1 lost or added (keepdims)?"),
    (spoiled(lambda x: x.ravel()), "has shape (6,), expected (3, 2): the values are right, but laid out in another"),
    (spoiled(lambda x: x[:-1]), "2 rows or entries in place of 3. Does a loop skip some, or go on too long?"),
    (spoiled(lambda x: np.append(x, x, axis=0)), "6 rows or entries in place of 3"),
    (spoiled(lambda x: x.sum(axis=0, keepdims=True)), "which axis is summed, which one stays?"),
    (spoiled(lambda x: x.sum(axis=0)), "an axis is gone"),
    (spoiled(lambda x: x[0] if x.shape == (2, 2) else x), "expected (2, 2) for a square result"),
    (spoiled(lambda x: x.astype(np.float32)), "close, but off by up to"),
    (lambda i, d, r: r * i.T @ d / 5, "is right for five samples, but not for every case: entry [0, 0]"),
    (spoiled(lambda x: x ** 2), "Entry [0, 0] of the result is "),
    (spoiled(lambda x: "right"), "made of numbers, but is a str"),
    (spoiled(lambda x: (-row for row in x)), "opposite sign"),
    (spoiled(lambda x: [[1.0], [1.0, 2.0]]), "entries of unequal shape"),
    (spoiled(lambda x: -abs(x)), "right size but the wrong sign in places"),
    (spoiled(lambda x: x * np.where(np.arange(len(x)) == len(x) - 1, 3, 1)[:, None]), "right except at the end"),
    (spoiled(lambda x: x * np.where(np.arange(len(x)) == 0, 3, 1)[:, None]), "right except at the beginning"),
])
def test_diagnosis(function, words):
    def answer(inputs, dvalues, rate):
        return function(inputs, dvalues, rate)

    assert words in message(answer)


@pytest.mark.parametrize("function, words", [
    (3, "Hand over the function itself"),
    (np.zeros(3), "Hand over the function itself"),
    (lambda inputs: inputs, "takes (inputs), but is called with 3: (inputs, dvalues, rate)"),
    (lambda dvalues, inputs, rate: inputs, "come in the order (inputs, dvalues, rate)"),
    (lambda inputs, dvalues, rate: inputs @ dvalues, "is a transpose missing or misplaced?"),
    (lambda inputs, dvalues, rate: np.dot(inputs, dvalues), "is a transpose missing or misplaced?"),
    (lambda inputs, dvalues, rate: inputs + dvalues, "need equal shapes"),
    (lambda inputs, dvalues, rate: unknown, "NameError in line 1"),  # noqa: F821
    (lambda inputs, dvalues, rate: math.exp(inputs), "take a single number; NumPy's take arrays"),
    (lambda inputs, dvalues, rate: math.log(inputs[0]), "take a single number; NumPy's take arrays"),
    (lambda inputs, dvalues, rate: np.max(0, inputs), "np.maximum compares arrays"),
    (lambda inputs, dvalues, rate: np.zeros(inputs.shape[1], dvalues.shape[1]), "The shape is one argument"),
    (lambda inputs, dvalues, rate: inputs^2, "A power is written `**`"),
    (lambda inputs, dvalues, rate: rate^2, "A power is written `**`"),
    (lambda inputs, dvalues, rate: inputs.T() @ dvalues, "`.T` and `.shape` take no parentheses"),
    (lambda inputs, dvalues, rate: np.zeros(inputs.shape()), "`.T` and `.shape` take no parentheses"),
])
def test_calls_that_fail(function, words):
    assert words in message(function)


def test_exception_names_the_line_of_the_readers_function():
    def answer(inputs, dvalues, rate):
        half = 0
        return rate / half

    place = "line 3 of answer (`return rate / half`): "
    assert message(answer).startswith(f"For five samples: ZeroDivisionError in {place}")


def test_exception_of_many_lines_becomes_one():
    def answer(inputs, dvalues, rate):
        raise ValueError(f"first\nsecond {object()} " + "long " * 100)

    assert len(message(answer)) < 350


def test_system_exit_becomes_a_sentence():
    def answer(inputs, dvalues, rate):
        sys.exit()

    assert "SystemExit in line 2 of answer" in message(answer) and "end the function with `return`" in message(answer)


def test_what_was_printed_before_an_exception_is_shown():
    def answer(inputs, dvalues, rate):
        print(inputs.shape, object)
        print(dvalues.shape)
        return inputs + dvalues

    assert message(answer).endswith("print both shapes. Printed before: (5, 3) <class 'object'> (5, 2).")


def test_exception_without_a_word_becomes_a_sentence():
    def answer(inputs, dvalues, rate):
        raise ValueError

    assert "ValueError in line 2 of answer (`raise ValueError`): no message." in message(answer)


def test_exception_that_cannot_say_what_it_is_becomes_a_sentence():
    class Silent(Exception):
        def __str__(self):
            raise ValueError

    def answer(inputs, dvalues, rate):
        raise Silent

    assert "Silent in line 2 of answer (`raise Silent`): no message." in message(answer)


@pytest.mark.parametrize("kind", [list, dict])
def test_a_result_that_holds_itself_becomes_a_sentence(kind):
    def answer(inputs, dvalues, rate):
        result = [0] if kind is list else {}
        result[0] = result
        return result

    assert "RecursionError" in message(answer) and "does a list contain itself?" in message(answer)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("change", [lambda x: ((-1.0) ** 0.5 * x).tolist(), lambda x: x + 1j, lambda x: x[0] * 1j])
def test_complex_numbers_become_a_sentence_without_a_warning(change):
    assert "made of complex numbers for five samples" in message(spoiled(change))


def test_written_argument_is_named():
    def answer(inputs, dvalues, rate):
        dvalues *= rate
        return inputs.T @ dvalues / len(inputs)

    assert "writes into its argument `dvalues`" in message(answer)


def test_state_between_calls_is_noticed():
    total = []

    def answer(inputs, dvalues, rate):
        total.append(1)
        return layer_slopes(inputs, dvalues, rate) * len(total)

    assert "Two calls with the same arguments give different results" in message(answer)


def test_same_buffer_returned_twice_is_no_mistake():
    buffers = {}

    def answer(inputs, dvalues, rate):
        buffer = buffers.setdefault((inputs.shape[1], dvalues.shape[1]), np.empty((inputs.shape[1], 2)))
        buffer[:] = layer_slopes(inputs, dvalues, rate)
        return buffer

    assert layer.verdict(answer).passed


def test_array_likes_pass_and_printing_is_silent(capsys):
    def answer(inputs, dvalues, rate):
        print("a trace the reader left in")
        return layer_slopes(inputs, dvalues, rate).tolist()

    assert layer.check(answer) is None
    assert capsys.readouterr().out == "Right: layer_slopes agrees with the solution in all 6 unseen cases.\n"


def test_messages_are_the_same_every_time():
    assert message(spoiled(lambda x: x ** 2)) == message(spoiled(lambda x: x ** 2))


# --- generators, `map` and `zip`: their code runs only when somebody asks for the next value ---


def test_generator_that_writes_into_its_argument_is_noticed():
    def rows(inputs, dvalues, rate):
        slopes = layer_slopes(inputs, dvalues, rate)
        inputs *= 0
        yield from slopes

    def answer(inputs, dvalues, rate):
        return rows(inputs, dvalues, rate)

    assert "writes into its argument `inputs`" in message(answer)
    assert "writes into its argument `inputs`" in message(lambda inputs, dvalues, rate: [rows(inputs, dvalues, rate)])


def test_exception_and_print_inside_a_generator_stay_inside(capsys):
    def answer(inputs, dvalues, rate):
        print("a trace the reader left in")
        yield rate / 0

    layer.check(answer)
    printed = capsys.readouterr().out
    assert printed.startswith("For five samples: ZeroDivisionError in line 3 of answer")
    assert printed.endswith("Printed before: a trace the reader left in.\n")


def test_generator_map_and_zip_count_as_lists():
    transpose = Exercise(lambda matrix: [list(column) for column in zip(*matrix, strict=True)],
                         lambda rng: {"two rows": (rng.normal(size=(2, 3)).tolist(),)}, "", mistakes={})
    assert transpose.verdict(lambda matrix: zip(*matrix, strict=True)).passed
    assert transpose.verdict(lambda matrix: map(list, zip(*matrix, strict=True))).passed
    assert transpose.verdict(lambda matrix: [(x for x in column) for column in zip(*matrix, strict=True)]).passed
    assert momentum.verdict(lambda *arguments: iter(momentum_step(*arguments))).passed


def test_inner_generator_sees_the_variables_of_the_outer_loop():
    gram = Exercise(lambda matrix: matrix @ matrix.T, lambda rng: {"two rows": (rng.normal(size=(2, 3)),)}, "", {})
    assert gram.verdict(lambda matrix: ((row @ other for other in matrix) for row in matrix)).passed


def test_generator_without_an_end_becomes_a_sentence():
    assert "still goes on after 10000 values" in message(lambda *arguments: itertools.count())
    assert "still goes on after 10000 values" in message(lambda *arguments: (itertools.count() for _ in arguments))


# --- several results, state handed in and out, lists, text ---


def momentum_step(parameter, gradient, momentum):
    momentum = 0.9 * momentum - 0.1 * gradient
    return parameter + momentum, momentum


momentum = Exercise(
    momentum_step,
    lambda rng: {"three weights": tuple(rng.normal(size=(3, 3))), "a number": tuple(rng.normal(size=3))},
    hint="None needed.",
    mistakes={"The old momentum is overwritten: keep nine tenths of it.": lambda p, g, m: (p - 0.1 * g, -0.1 * g)},
    returns=("parameter", "momentum"),
)


@pytest.mark.parametrize("function, words", [
    (lambda p, g, m: (p - 0.1 * g, -0.1 * g), "The old momentum is overwritten"),
    (lambda p, g, m: (p, -0.1 * g), "`parameter` is"),
    (lambda p, g, m: (p + 0.9 * m - 0.1 * g, m - g), "`momentum` "),
    (lambda p, g, m: (0.9 * m - 0.1 * g, p + 0.9 * m - 0.1 * g), "in the wrong order: return `parameter`, `momentum`"),
    (lambda p, g, m: p + m, "returns one value, but should return 2: `parameter`, `momentum`"),
    (lambda p, g, m: {"parameter": p, "momentum": m}, "returns one value, but should return 2"),
    (lambda p, g, m: (p, g, m), "returns 3 values, but should return 2: `parameter`, `momentum`"),
    (lambda p, g, m: [1.0, 2.0, 3.0], "returns one list, but should return 2: `parameter`, `momentum`"),
    (lambda p, g, m: (p + 0.9 * m - 0.1 * g, None), "Not yet: `momentum` is still missing."),
    (lambda p, g, m: (p + 0.9 * m - 0.1 * g, ...), "Not yet: `momentum` is still missing."),
])
def test_parts_are_named(function, words):
    assert words in message(function, momentum)


def test_listed_mistake_is_recognised_beside_another_error():
    def answer(parameter, gradient, momentum):
        return parameter * 17, -0.1 * gradient

    only_momentum = Exercise(momentum_step, momentum.cases, "", returns=("parameter", "momentum"), mistakes={
        "The momentum forgets.": lambda p, g, m: (momentum_step(p, g, m)[0], -0.1 * g)})
    assert message(answer, only_momentum) == "The momentum forgets."


def batches(rows, names, size):
    return [(rows[i:i + size], names[i:i + size]) for i in range(0, len(rows), size)]


batching = Exercise(
    batches, lambda rng: {"a last batch that is short": ([1, 2, 3], ["a", "b", "c"], 2), "one": ([1], ["x"], 1)},
    hint="None needed.", mistakes={},
)


@pytest.mark.parametrize("function, words", [
    (lambda rows, names, size: batches(rows, names, size)[:1], "returns one value, but should return 2"),
    (lambda rows, names, size: [(r, n[:-1] + ["z"]) for r, n in batches(rows, names, size)], "'z', expected 'b'"),
    (lambda rows, names, size: [(n, r) for r, n in batches(rows, names, size)], "should be made of numbers"),
    (lambda rows, names, size: [batches(rows, names, size)[0]] * -(-len(rows) // size), "has shape (2,), expect"),
    (lambda rows, names, size: rows.append(4), "writes into its argument `rows`"),
])
def test_lists_and_text(function, words):
    assert batching.verdict(batches).passed
    assert words in message(function, batching)


def test_parts_in_different_numbers_of_cases_are_unequal():
    row = np.zeros(2)
    assert not Part("`x`", 1e-9, given=[row]).matches([row, row])


def test_one_number_is_asked_for():
    total = Exercise(lambda x: x.sum(), lambda rng: {"four numbers": (rng.normal(size=4),)}, "", mistakes={})
    assert "it should be one number, not 4. Is a sum, a mean or a choice missing?" in message(lambda x: x + 1, total)
    assert "one number" not in message(lambda x: [x.sum() + 1], total)


def test_transposed_square_matrix():
    square = Exercise(lambda a, b: a @ b, lambda rng: {"squares": tuple(rng.normal(size=(2, 3, 3)))}, "", {})
    assert "is transposed: rows and columns" in message(lambda a, b: (a @ b).T, square)


def test_places_where_it_goes_wrong():
    relu = Exercise(lambda dvalues: dvalues * (dvalues > 0), lambda rng: {"a row": (rng.normal(size=8),)}, "", {})
    assert "right except where `dvalues` is negative" in message(lambda dvalues: dvalues, relu)
    jacobian = Exercise(lambda s: np.diag(s) - np.outer(s, s), lambda rng: {"a row": (rng.random(3),)}, "", {})
    assert "right except on the diagonal" in message(lambda s: -np.outer(s, s), jacobian)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [1e200, np.inf, -np.inf])
def test_huge_numbers_raise_no_warning(factor):
    assert message(spoiled(lambda x: x * factor))


class Unwilling:
    def __array__(self, *arguments, **options):
        raise RuntimeError("no array of me")

    def __len__(self):
        raise RuntimeError("no length either")

    def __iter__(self):
        raise RuntimeError("nor one entry after the other")


@pytest.mark.parametrize("exercise", [layer, momentum, batching], ids=["layer", "momentum", "batching"])
@pytest.mark.parametrize("value", [
    {"a": 1}, {1}, "word", b"bytes", 3, True, 1j, [], (), [[]], [[1], [2, 3]], [None, 1], (1, "a"), object, len,
    np.array([None, 1]), np.empty((0, 3)), np.ma.masked_all(3), np.array(["a"]), np.inf, Unwilling(), range(2),
    np.datetime64("2024-01-01"), ((1, 2), 3), ("a", "b"), 10 ** 400, np.array([[1, "a"]], dtype=object),
], ids=lambda value: type(value).__name__)
def test_whatever_is_returned_there_is_one_line(exercise, value):
    message(lambda *arguments: value, exercise)


def test_an_argument_that_is_a_list_of_unequal_arrays():
    def widths(weights):
        return np.array([array.shape[1] for array in weights])

    def cases(rng):
        return {"two layers": ([np.ones((2, 3)), np.ones((3, 1))],), "others": ([np.ones((1, 2)), np.ones((2, 4))],)}

    exercise = Exercise(widths, cases, hint="None needed.", mistakes={})
    assert exercise.verdict(widths).passed
    assert "of the result" in message(lambda weights: np.array([len(array) for array in weights]), exercise)


# --- whole numbers and truth values ---


def places(values, count):
    """The values, and the row numbers of the `count` largest."""
    return values, np.argsort(-values)[:count]


def place_cases(rng):
    return {"five values": (rng.normal(size=5), 3), "no place": (rng.normal(size=2), 0)}


@pytest.mark.parametrize("convert", [np.array, list, lambda rows: [] if len(rows) == 0 else rows])
def test_whole_numbers_stay_whole(convert):
    exercise = Exercise(places, place_cases, "None.", mistakes={}, returns=("values", "rows"), whole=True)
    assert exercise.verdict(lambda values, count: (values, convert(places(values, count)[1]))).passed
    assert "right, but `rows` is made of decimals" in message(
        lambda values, count: (values, convert(1.0 * places(values, count)[1])), exercise)


def test_decimals_are_harmless_where_nothing_else_is_said():
    exercise = Exercise(places, place_cases, "None.", mistakes={}, returns=("values", "rows"))
    assert exercise.verdict(lambda values, count: (values, 1.0 * places(values, count)[1])).passed


def test_truth_values_are_called_by_their_names():
    positive = Exercise(lambda x: x > 0, lambda rng: {"a row": (np.array([-1.0, 2.0]),), "one": (np.ones(1),)}, "", {})
    assert "entry [0] of the result is True, expected False, for a row" in message(lambda x: x < 2, positive)
    assert "entry [1] of the result is 0.5, expected True" in message(lambda x: (x > 0) - 0.5 * (x > 1), positive)
    assert "False, expected True" in message(lambda x: x > 2, positive)


# --- what readers are told less often ---


@pytest.mark.parametrize("change", [
    lambda settings: settings.update(rate=0.0), lambda settings: settings.update(new=1),
    lambda settings: settings["sizes"].append(3), lambda settings: settings.update(sizes=(1, 2))])
def test_a_change_inside_a_dictionary_is_noticed(change):
    def cases(rng):
        return {"a slow one": ({"rate": 0.1, "sizes": [1, 2]},), "a fast one": ({"rate": 0.5, "sizes": [1, 2]},)}

    exercise = Exercise(lambda settings: 2 * settings["rate"], cases, hint="None needed.", mistakes={})

    def answer(settings):
        result = 2 * settings["rate"]
        change(settings)
        return result

    assert "writes into its argument `settings`" in message(answer, exercise)


def test_a_body_without_a_value_is_not_taken_for_an_unwritten_one():
    def answer(inputs, dvalues, rate):
        slopes = inputs.T @ dvalues  # noqa: F841

    assert "ends without a value: is there a `return`" in message(answer)
    assert "ends without a value" in message(lambda inputs, dvalues, rate: [].append(rate))


def test_no_factor_is_named_where_there_is_none():
    unit = Exercise(lambda size: np.eye(size), lambda rng: {"two": (2,), "three": (3,)}, "None.", mistakes={})
    assert "right except off the diagonal" in message(lambda size: 1 + 0 * np.eye(size), unit)
    assert "times" not in message(lambda size: 2 + 0 * np.eye(size), unit)


def test_the_length_of_a_row_is_named_as_a_factor():
    mean = Exercise(lambda x: x.mean(), lambda rng: {"two": (rng.normal(size=2),), "three": (rng.normal(size=3),)},
                    "None.", mistakes={})
    assert "the division by len(x) is missing" in message(lambda x: x.sum(), mean)
    assert "multiply by len(x), or leave out a division" in message(lambda x: x.mean() / len(x), mean)


def test_the_places_where_an_argument_is_0_are_named():
    step = Exercise(lambda x: 1.0 * (x > 0), lambda rng: {"a row": (np.array([-1.0, 0, 2, 0, 3]),)}, "None.", {})
    assert "right except where `x` is 0:" in message(lambda x: 1.0 * (x >= 0), step)
    assert "right except where `x` is negative:" in message(lambda x: 1.0 * (x != 0), step)


def test_where_each_case_lies_on_one_side_its_label_is_named():
    size = Exercise(lambda x: abs(x), lambda rng: {"a negative number": (-2.0,), "a positive one": (3.0,)}, "None.", {})
    assert "right for a positive one, but not for every case" in message(lambda x: x + 0.5 * (x < 0), size)


def test_a_factor_that_is_nearly_a_size_is_not_named_after_it():
    assert "right up to a factor" not in message(lambda inputs, dvalues, rate: 1.05 * rate * inputs.T @ dvalues)
    assert "is 1.05 times what it should be" in message(spoiled(lambda x: 1.05 * x))


def test_rows_of_named_fields_are_no_numbers():
    assert message(lambda inputs, dvalues, rate: np.zeros((3, 2), [("a", int)]))
