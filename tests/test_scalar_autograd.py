"""The scalar engine: every derivative against finite differences, known results, extremes and errors."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from modules.scalar_autograd import SGD, Value, engine, max_margin, total, weighted_sum

REPOSITORY = Path(__file__).resolve().parent.parent

# One row for each operation: a function of Values, and the points at which its derivatives are checked.
GRADIENT_TABLE = {
    "__add__": (lambda a, b: a + b, [(2.0, -3.0)]),
    "__radd__": (lambda a: 1.5 + a, [(2.0,)]),
    "__sub__": (lambda a, b: a - b, [(2.0, -3.0)]),
    "__rsub__": (lambda a: 1.5 - a, [(2.0,)]),
    "__mul__": (lambda a, b: a * b, [(2.0, -3.0), (0.0, 4.0)]),
    "__rmul__": (lambda a: 1.5 * a, [(2.0,)]),
    "__truediv__": (lambda a, b: a / b, [(2.0, -3.0), (0.0, 0.5)]),
    "__rtruediv__": (lambda a: 1.5 / a, [(2.0,), (-0.5,)]),
    "__pow__": (lambda a, b: a ** b, [(2.0, -3.0), (0.5, 1.7)]),
    "__pow__ by a number": (lambda a: a ** 3, [(2.0,), (-1.2,), (0.0,)]),
    "__pow__ by a fraction": (lambda a: a ** -0.5, [(2.0,)]),
    "__rpow__": (lambda a: 1.5 ** a, [(2.0,), (-1.0,)]),
    "__neg__": (lambda a: -a, [(2.0,)]),
    "exp": (lambda a: a.exp(), [(0.3,), (-2.0,)]),
    "log": (lambda a: a.log(), [(0.3,), (5.0,)]),
    "tanh": (lambda a: a.tanh(), [(0.3,), (-2.0,)]),
    "sigmoid": (lambda a: a.sigmoid(), [(0.3,), (-2.0,), (0.0,)]),
    "relu": (lambda a: a.relu(), [(0.3,), (-2.0,)]),
    "total": (lambda a, b, c: total([a, b, c, a]), [(0.3, -1.0, 2.0)]),
    "weighted_sum": (lambda a, b, c, d, e: weighted_sum([a, b], [c, d], e), [(0.3, -1.0, 2.0, 0.7, 0.1)]),
    "a shared node": (lambda a, b: (a * b + a.exp()) * (a - b) ** 2 / (a * b), [(0.7, -1.2)]),
}
NOT_OPERATIONS = {"__init__", "__repr__", "__format__", "__bool__", "partials", "backward", "__hash__",
                  "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"}
HELPERS = {"nodes_after_their_parents", "as_value", "as_float", "number_in", "power", "power_slope",
           "power_of_two_values"}


def numerical_gradients(function, point, step=1e-6):
    gradients = []
    for position in range(len(point)):
        outputs = []
        for change in (step, -step):
            moved = [number + change * (index == position) for index, number in enumerate(point)]
            outputs.append(function(*map(Value, moved)).data)
        gradients.append((outputs[0] - outputs[1]) / (2 * step))
    return gradients


@pytest.mark.parametrize("row", GRADIENT_TABLE)
def test_gradients_of_every_operation(row):
    function, points = GRADIENT_TABLE[row]
    for point in points:
        values = [Value(number) for number in point]
        function(*values).backward()
        assert [value.grad for value in values] == pytest.approx(numerical_gradients(function, point), abs=1e-7)


def test_every_operation_has_a_row():
    methods = {name for name, member in vars(Value).items() if callable(member)} - NOT_OPERATIONS
    functions = {name for name, member in vars(engine).items()
                 if callable(member) and getattr(member, "__module__", "") == engine.__name__}
    operations = methods | functions - HELPERS - {"Value"}
    assert operations - GRADIENT_TABLE.keys() == set()


def test_plain_numbers_on_either_side():
    x = Value(4.0)
    assert [(x + 1).data, (1 + x).data, (x - 1).data, (1 - x).data] == [5, 5, 3, -3]
    assert [(x * 2).data, (2 * x).data, (x / 2).data, (2 / x).data] == [8, 8, 2, 0.5]
    assert [(x ** 2).data, (2 ** x).data, (x ** Value(0.5)).data, (-x).data] == [16, 16, 2, -4]
    assert sum([x, x, 1]).data == 9


def test_numpy_numbers_become_plain_floats():
    result = np.float64(2) * Value(np.float32(3)) + np.int64(1)
    assert type(result) is Value and type(result.data) is float and result.data == 7


def test_numpy_functions_call_the_methods_of_a_value():
    x = Value(2.0)
    np.exp(x).backward()
    assert x.grad == math.exp(2)


def test_comparisons_look_at_the_numbers_and_the_hash_at_the_node():
    small, large = Value(1), Value(2)
    assert small < large and small <= 1 and large > 1.5 and large >= small and not small > large
    assert Value(2) == large and large == 2 and small != large and small != "1"
    assert len({Value(1), Value(1)}) == 2
    assert max([small, large]) is large


def test_equal_numbers_are_different_nodes_in_backward():
    a, b = Value(3.0), Value(3.0)
    (a * b + a).backward()
    assert (a.grad, b.grad) == (4, 3)


def test_repr_shows_number_gradient_and_label():
    assert repr(Value(2, "x")) == "Value(data=2, grad=0, label='x')"
    assert repr(Value(0.5)) == "Value(data=0.5, grad=0)"


def test_a_value_is_written_in_a_format():
    assert f"{Value(0.123456):.4f} {Value(2):g}" == "0.1235 2"
    assert f"{Value(2)}" == "Value(data=2, grad=0)"


def test_truth_is_that_of_the_number():
    assert not Value(0) and not Value(-0.0) and Value(0.1) and Value(math.nan)


def test_nodes_have_what_the_drawing_asks_for():
    x = Value(3.0, label="x")
    square = x * x
    assert (square.parents, square.partials(), square.operation, square.label) == ((x, x), (3, 3), "*", "")
    assert (x.parents, x.partials(), x.operation, x.label) == ((), (), "", "x")


def test_a_misspelt_attribute_is_an_error():
    with pytest.raises(AttributeError):
        Value(1).gard = 2


# Known results


def test_topological_order_gives_sixteen():
    x = Value(2.0)
    square = 2 * (x * x)
    (2 * square).backward()
    assert x.grad == 16


def test_reused_square_gives_108():
    x = Value(3.0)
    square = x ** 2
    (square * square).backward()
    assert x.grad == 108


def test_exp_used_twice_accumulates():
    x = Value(1.0)
    (x.exp() + x.exp()).backward()
    assert x.grad == pytest.approx(5.436564, abs=5e-7)


def test_expression_of_the_micrograd_readme():
    a, b = Value(-4.0), Value(2.0)
    left = 2 * (2 * (a + b) + 1) + 1 - a
    right = 4 * (3 * (a * b + b ** 3) + (b + a).relu()) + (b - a).relu()
    square = (left - right) ** 2
    result = square / 2 + 10 / square
    result.backward()
    assert [result.data, a.grad, b.grad] == pytest.approx([24.7041, 138.8338, 645.5773], abs=5e-5)


def test_one_neuron_of_chapter_9():
    inputs, weights, bias = [Value(1), Value(-2), Value(3)], [Value(-3), Value(-1), Value(2)], Value(1)
    output = weighted_sum(weights, inputs, bias).relu()
    output.backward()
    assert output == 6
    assert [value.grad for value in inputs] == [-3, -1, 2]
    assert [value.grad for value in (*weights, bias)] == [1, -2, 3, 1]
    SGD([*weights, bias], learning_rate=0.001).step()
    assert [value.data for value in (*weights, bias)] == pytest.approx([-3.001, -0.998, 1.997, 0.999])
    assert weighted_sum(weights, inputs, bias).relu().data == pytest.approx(5.985)


# backward


def test_backward_twice_adds_to_leaves_and_repeats_the_rest():
    x = Value(3.0)
    square = x * x
    result = square * 2
    result.backward()
    result.backward()
    assert (x.grad, square.grad, result.grad) == (24, 2, 1)


def test_backward_of_two_results_that_share_a_node():
    x = Value(3.0)
    square = x * x
    (square * 2).backward()
    (square * 5).backward()
    assert x.grad == 6 * 2 + 6 * 5


def test_backward_of_a_leaf():
    x = Value(3.0)
    x.backward()
    assert x.grad == 1


def test_a_zero_gradient_meets_an_infinite_slope():
    x = Value(0.0)
    (0 * x ** 0.5 + x).backward()
    assert x.grad == 1


def test_a_chain_of_100000_operations_needs_no_recursion_neither_back_nor_when_it_is_deleted():
    program = """
import gc, sys
from modules.scalar_autograd import Value
sys.setrecursionlimit(150)
x = Value(1.0)
result = x
for _ in range(100_000):
    result = result + 1
result.backward()
assert (result.data, x.grad) == (100_001, 1), (result.data, x.grad)
del result
gc.collect()
print("done")
"""
    answer = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert answer.stdout == "done\n", answer.stderr


# Extreme and wrong numbers


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("number", [-1000.0, 1000.0])
def test_stable_at_a_thousand(name, number):
    x = Value(number)
    result = getattr(x, name)()
    result.backward()
    limits = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1000)}
    assert result.data == limits[name][number > 0]
    assert x.grad == (1 if name == "relu" and number > 0 else 0)


def test_sigmoid_keeps_a_slope_where_its_output_rounds_to_one():
    x = Value(40.0)
    x.sigmoid().backward()
    assert x.grad == pytest.approx(math.exp(-40))


def test_exp_at_a_thousand():
    assert Value(-1000).exp() == 0
    with pytest.raises(OverflowError, match="exp\\(1000\\).*Subtract"):
        Value(1000).exp()
    with pytest.raises(OverflowError, match="largest float"):
        Value(1000) ** 1000


def test_powers_at_zero():
    for exponent, slope in ((0, 0), (1, 1), (2, 0), (0.5, math.inf)):
        x = Value(0.0)
        (x ** exponent).backward()
        assert x.grad == slope


def test_a_slope_beyond_the_largest_float_is_infinite():
    for base, exponent, slope in ((1e-160, -1, -math.inf), (-1e-160, -1, -math.inf), (-1e-110, -2, math.inf)):
        x = Value(base)
        (x ** exponent).backward()
        assert x.grad == slope
    x, y = Value(1e-160), Value(-1.0)
    (x ** y).backward()
    assert x.grad == -math.inf and y.grad == pytest.approx(1e160 * math.log(1e-160))


@pytest.mark.parametrize("text", ["3", b"3", "one"])
def test_text_is_no_number(text):
    for wrong in (Value, lambda text: Value(1) + text, lambda text: Value(2) ** text, lambda text: text ** Value(2)):
        with pytest.raises(TypeError, match="holds one number.*(str|bytes)"):
            wrong(text)


def test_an_operation_of_ones_own_and_the_order_of_its_arguments():
    x = Value(0.5)
    result = Value(math.sin(x.data), "", (x,), (math.cos(x.data),), "sin")
    (2 * result).backward()
    assert (result.operation, x.grad) == ("sin", 2 * math.cos(0.5))
    with pytest.raises(TypeError, match=r'label is text, .* as in Value\(math.sin\(x.data\), "", \(x,\),'):
        Value(math.sin(x.data), (x,), (math.cos(x.data),), "sin")


def test_errors_say_what_to_do():
    with pytest.raises(TypeError, match="one number.*\\[1, 2\\].*list"):
        Value([1, 2])
    with pytest.raises(TypeError, match="one number"):
        Value(1) + "one"
    with pytest.raises(TypeError, match="one number.*array"):
        np.array([1.0, 2.0]) * Value(1)
    with pytest.raises(ValueError, match="log.*above 0.*-1"):
        Value(-1).log()
    with pytest.raises(ValueError, match="not a real number.*whole"):
        Value(-2) ** 0.5
    with pytest.raises(ValueError, match="negative base"):
        Value(-2) ** Value(3)
    with pytest.raises(ZeroDivisionError):
        Value(1) / 0
    with pytest.raises(ValueError, match="2 weights.*3 inputs"):
        weighted_sum([Value(1)] * 2, [Value(1)] * 3, Value(0))
    for plain in (2.0, np.float64(2)):
        with pytest.raises(TypeError, match="Values only.*Wrap it"):
            weighted_sum([Value(1)], [plain], Value(0))
    with pytest.raises(TypeError, match="Values only.*Wrap it"):
        weighted_sum([Value(1)], [Value(1)], 0.5)


def test_nan_is_not_lost_in_relu():
    x = Value(math.nan)
    result = x.relu()
    result.backward()
    assert math.isnan(result.data) and x.grad == 0
    assert math.isnan(max_margin([Value(math.nan)], [1]).data)


def test_zero_to_the_power_of_a_value():
    for exponent, slope in ((2.0, 0.0), (1.0, 1.0), (0.5, math.inf)):
        x, y = Value(0.0), Value(exponent)
        result = x ** y
        result.backward()
        assert (result.data, x.grad, y.grad) == (0, slope, 0)


def test_a_total_takes_plain_numbers_too():
    x = Value(2.0)
    result = total([x, 1, 0.5])
    result.backward()
    assert (result.data, x.grad) == (3.5, 1)
