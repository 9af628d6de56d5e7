"""The tensor and its graph: backward passes, dtypes, what surrounds NumPy, errors."""

import copy

import numpy as np
import pytest

from modules.graph_drawing import draw_graph
from modules.tensor_autograd import CrossEntropyLoss, Linear, MSELoss, ReLU, Sigmoid, Tanh, Tensor, no_grad


def leaf(*values, **options):
    return Tensor(np.array(values, dtype=float), requires_grad=True, **options)


# Backward

def test_second_use_of_a_node_counts_twice():
    x = leaf(2.0)
    doubled = 2 * x ** 2
    (doubled + doubled).backward()
    assert x.gradient == [16]
    x = leaf(3.0)
    x.square().square().backward()
    assert x.gradient == [108]
    x = leaf(1.0)
    (x.exp() + x.exp()).backward()
    assert x.gradient == pytest.approx([5.436564], abs=1e-6)


def test_a_node_used_at_two_depths_waits_for_both():
    x = leaf(2.0)
    y = x * x
    z = y * 3
    (z * y + y).backward()  # 3x⁴ + x²
    assert x.gradient == [12 * 2 ** 3 + 2 * 2]
    assert y.gradient == [6 * 4 + 1]


def test_chains_of_any_length():
    x = y = leaf(1.0, 2.0)
    for _ in range(100_000):
        y = y + 1
    y.sum().backward()
    del y  # letting go of the graph must not recurse either
    assert np.array_equal(x.gradient, [1, 1])


def test_backward_twice_adds_the_same_gradient_to_the_leaves_again():
    x = leaf(1.0, 2.0)
    y = x * x
    loss = y.sum()
    loss.backward()
    loss.backward()
    assert np.array_equal(x.gradient, [4, 8])
    assert np.array_equal(y.gradient, [1, 1])
    x.grad = None
    loss.backward()
    assert np.array_equal(x.gradient, [2, 4])


def test_two_losses_accumulate():
    x = leaf(3.0)
    x.square().backward()
    (2 * x).backward()
    assert x.gradient == [8]


def test_backward_from_a_leaf():
    x = leaf(3.0)
    x.backward()
    x.backward([2.0])
    assert x.gradient == [3]


def test_no_two_gradients_share_memory():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    given = np.ones(2)
    total = x + y.reshape(2)
    total.backward(given)
    arrays = [x.gradient, y.gradient, total.gradient, given]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])
    x.gradient *= 10
    assert np.array_equal(y.gradient, [1, 1])


def test_constants_get_no_gradient():
    x, constant = leaf(1.0), Tensor([2.0])
    (x * constant).backward()
    assert constant.grad is None
    assert x.grad.numpy() == [2]


def test_gradient_arrives_in_the_dtype_of_the_leaf():
    x = Tensor([1.0, 2.0], requires_grad=True, dtype=np.float32)
    (x * Tensor([1.0, 3.0])).sum().backward()
    assert x.gradient.dtype == np.float32
    assert x.grad.dtype == np.float32


def test_no_grad_records_nothing_and_ends():
    x = leaf(1.0)
    with no_grad():
        with no_grad():
            pass
        assert not (x * 2).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        _ = 1 / 0
    assert (x * 2).requires_grad


def test_detach_stops_the_gradient():
    x = leaf(3.0)
    (x * x.detach()).backward()
    assert x.gradient == [3]


# Data in and out

def test_dtypes():
    assert Tensor(np.arange(3)).dtype == Tensor(1).dtype == Tensor([True]).dtype == np.float64
    single = Tensor(np.ones(2, np.float32))
    for result in (single + 1, 2.5 * single, 1 / single, single ** 2, True - single, single @ single):
        assert result.dtype == np.float32
    for other in (np.ones(2), np.float64(2), Tensor([1.0, 2.0])):
        assert (single * other).dtype == (other * single).dtype == np.float64


def test_arrays_on_the_left_become_operands():
    x = leaf(1.0, 2.0)
    for result in (np.ones((3, 2)) - x, np.ones((3, 2)) @ x, np.float64(2) ** x, np.ones(2) / x):
        assert result.requires_grad
        assert result.parents[1] is x


def test_parameters_are_copies_and_inputs_are_not():
    array = np.ones(2)
    assert np.shares_memory(Tensor(array).data, array)
    assert not np.shares_memory(Tensor(array, requires_grad=True).data, array)


def test_reading_values():
    x = leaf(1.0, 2.0)
    assert (x.shape, x.ndim, x.size) == ((2,), 1, 2)
    assert x.numpy() is x.data
    assert x.sum().item() == float(x.sum()) == 3
    assert np.array_equal(np.asarray(x.detach()), [1, 2])
    assert repr(x) == "Tensor([1., 2.], requires_grad=True)"
    assert repr(Tensor(0.5)) == "Tensor(0.5)"


@pytest.mark.parametrize("use", [np.asarray, np.dot, np.concatenate, np.stack, Tensor])
def test_numpy_does_not_lose_a_gradient_silently(use):
    x = leaf(1.0, 2.0)
    with pytest.raises(TypeError, match=r"x\.numpy\(\)"):
        use(x, x) if use is np.dot else use([x, x])


@pytest.mark.parametrize("use", [
    np.exp, np.negative, lambda x: np.maximum(0, x), lambda x: np.multiply(np.ones(2), x), np.sum, np.mean, np.max,
    np.transpose, lambda x: np.reshape(x, (1, 2)), lambda x: np.sum(a=x, axis=(0,)), lambda x: np.stack((x, x)),
    lambda x: np.array_equal(x, [1.0, 2.0]), lambda x: np.argmax(x, axis=0)])
def test_numpy_computes_with_constants_and_refuses_what_has_a_gradient(use):
    x = leaf(1.0, 2.0)
    with pytest.raises(TypeError, match=r"x\.numpy\(\)"):
        use(x)
    assert np.array_equal(use(x.detach()), use(x.numpy()))


def test_numpy_may_ask_for_the_shape_of_what_has_a_gradient():
    x = leaf(1.0, 2.0)
    assert (np.shape(x), np.ndim(x), np.size(x.detach(), 0)) == ((2,), 1, 2)


def test_grad_is_a_tensor_as_in_pytorch():
    x = leaf(1.0, 2.0)
    assert x.grad is None
    (x * x).sum().backward()
    assert np.array_equal(x.grad.numpy(), [2, 4])
    assert not x.grad.requires_grad
    given = np.array([0.0, 1.0])
    x.grad = given
    (x * x).sum().backward()
    assert np.array_equal(x.gradient, [2, 5])
    assert np.array_equal(given, [0, 1])


def test_grad_that_is_set_must_fit():
    x = leaf(1.0, 2.0)
    for wrong in (5.0, np.ones(3), np.ones((1, 2)), Tensor([1.0])):
        with pytest.raises(ValueError, match=r"shape \(.*\) does not fit a tensor of shape \(2,\)"):
            x.grad = wrong
    assert x.grad is None


@pytest.mark.parametrize("key", [np.array([0, 2]), [0, 2], ([0, 2],), np.array([True, False, True])])
def test_an_index_changed_after_forward_changes_no_gradient(key):
    x = leaf(1.0, 2.0, 3.0)
    taken = x[key].sum()
    (key[0] if type(key) is tuple else key)[0] = 1
    taken.backward()
    assert np.array_equal(x.gradient, [1, 0, 1])


def test_labels_changed_after_forward_change_no_gradient():
    logits, labels = Tensor(np.zeros((1, 2)), requires_grad=True), np.array([0], dtype=np.intp)
    loss = CrossEntropyLoss()(logits, labels)
    labels[0] = 1
    loss.backward()
    assert np.array_equal(logits.gradient, [[-0.5, 0.5]])


def test_comparisons_are_boolean_arrays():
    p, y = leaf(1.0, 2.0, 3.0), np.array([1.0, 5.0, 2.0])
    for other in (y, y.tolist(), Tensor(y)):
        for result, expected in ((p == other, [1, 0, 0]), (p != other, [0, 1, 1]), (p < other, [0, 1, 0]),
                                 (p <= other, [1, 1, 0]), (p > other, [0, 0, 1]), (p >= other, [1, 0, 1])):
            assert type(result) is np.ndarray and result.dtype == bool
            assert np.array_equal(result, expected)
    assert np.mean(p == y) == pytest.approx(1 / 3)
    assert np.array_equal(y == p, [1, 0, 0]) and np.array_equal(y > p, [0, 1, 0]) and np.array_equal(y <= p, [1, 0, 1])
    assert np.array_equal(2 < p, [0, 0, 1]) and np.array_equal(np.float64(2) >= p, [1, 1, 0])
    assert (Tensor(np.float32([0.1])) == 0.1).all(), "a plain number takes the dtype of the tensor"
    assert not (p == None).any()  # noqa: E711


def test_tensors_are_told_apart_by_identity_in_sets_and_graphs():
    a, b = leaf(1.0, 2.0), leaf(1.0, 2.0)
    assert len({a, b}) == 2 and {a: "a", b: "b"}[b] == "b"
    (a * b + a).backward(np.ones(2))
    assert np.array_equal(a.gradient, [2, 3]) and np.array_equal(b.gradient, [1, 2])


def test_one_element_is_written_in_a_format():
    assert f"{Tensor(0.123456):.4f} {Tensor([[2.0]]):.1f}" == "0.1235 2.0"
    assert f"{leaf(1.0, 2.0)}" == "Tensor([1., 2.], requires_grad=True)"


def test_graph_protocol():
    x = leaf(1.0, 2.0, label="x")
    y = x * 3
    assert (x.operation, x.parents, x.partials()) == ("", (), ())
    assert (y.operation, y.parents[0], y.label) == ("*", x, "")
    assert len(y.partials()) == len(y.parents) == 2


def test_graph_can_be_drawn_before_and_after_backward():
    x, weights = leaf(1.0, 2.0, label="x"), Tensor(np.ones((2, 3)), True, label="W")
    loss = (x @ weights).tanh().mean()
    before = draw_graph(loss).dot
    loss.backward()
    after = draw_graph(loss).dot
    assert "W.T" in before and "1/3" in before
    assert before != after == draw_graph(loss).dot


@pytest.mark.filterwarnings("error")
def test_edges_to_constants_stay_empty():
    X, targets = leaf(-1.0, 0.0), Tensor([0.0, 0.0])
    squares = (X - targets) ** 2
    assert (X - targets).partials() == ("1", "")
    assert squares.partials()[1] == ""
    assert "nan" not in draw_graph(squares.mean()).dot


# Errors

def test_backward_of_several_numbers_names_the_shape():
    with pytest.raises(ValueError, match=r"shape \(2,\).*\.mean\(\)"):
        leaf(1.0, 2.0).exp().backward()
    with pytest.raises(ValueError, match=r"shape \(3,\) does not fit a tensor of shape \(2,\)"):
        leaf(1.0, 2.0).exp().backward(np.ones(3))


def test_backward_without_parameters_says_so():
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        Tensor([1.0]).exp().backward()


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda x: x + np.ones(3), r"^\+ .*\(2,\) and \(3,\)"),
    (lambda x: x @ np.ones((3, 4)), r"^@ .*\(2,\) and \(3, 4\).*2 elements.*3"),
    (lambda x: x.reshape(3), r"^reshape .*\(2,\)"),
    (lambda x: x.sum(axis=4), r"^sum .*\(2,\)"),
    (lambda x: x.item(), r"one element.*\(2,\)"),
    (lambda x: f"{x:.4f}", r"one element.*\(2,\)"),
    (lambda x: x @ 2, r"^@ .*\(2,\) and \(\).*single number.*\*"),
    (lambda x: Tensor(2.0) @ x, r"^@ .*\(\) and \(2,\).*single number.*\*"),
    (lambda x: x.transpose(), r"^transpose .*axes -2 and -1.*\(2,\)"),
    (lambda x: x.transpose(0, 5), r"^transpose .*axes 0 and 5.*\(2,\)"),
    (lambda x: x.transpose((1, 0)), r"^transpose .*use permute\.$"),
    (lambda x: x.sum().permute(0), r"^transpose .*\(\)"),
])
def test_shapes_that_do_not_fit_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong(leaf(1.0, 2.0))


@pytest.mark.parametrize("data", [None, "three", 1j, [None]])
def test_only_real_numbers(data):
    with pytest.raises(TypeError, match="real numbers"):
        Tensor(data)
    with pytest.raises(TypeError, match="real numbers"):
        leaf(1.0) + data


@pytest.mark.parametrize("dtype", [np.int64, np.float16, pytest.param(np.longdouble, marks=pytest.mark.skipif(
    np.longdouble == np.float64, reason="the same here"))])
def test_only_float32_and_float64_are_dtypes(dtype):
    for make in (lambda: Tensor([1, 2], dtype=dtype), lambda: Linear(2, 1, dtype=dtype)):
        with pytest.raises(TypeError, match=f"float32 or np.float64, not {np.dtype(dtype)}"):
            make()


def test_data_of_other_precision_become_float32_or_float64():
    assert Tensor(np.ones(2, np.float16)).dtype == np.float32
    assert Tensor(np.ones(2, np.longdouble)).dtype == Tensor(np.ones(2, ">f8")).dtype == np.float64


@pytest.mark.parametrize("size", [1e-25, 1e30])
def test_slope_of_a_quotient_neither_overflows_nor_vanishes(size):
    a, b = (Tensor(np.float32([size]), requires_grad=True) for _ in range(2))
    (a / b).backward()
    np.testing.assert_allclose(b.gradient, [-1 / size], rtol=1e-6)


def test_gradients_flow_through_what_is_gone_through():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, second = x
    (first * second).sum().backward()
    assert np.array_equal(x.gradient, [[3, 4], [1, 2]])


@pytest.mark.parametrize("go_through", [list, sum, max, lambda x: 3.0 in x])
def test_a_single_number_cannot_be_gone_through(go_through):
    with pytest.raises(TypeError, match="single number|argument of type"):
        go_through(Tensor(3.0))


def test_truth_is_that_of_a_single_number():
    assert not Tensor([0.0]) and Tensor([[2.0]])
    with pytest.raises(ValueError, match="one element"):
        bool(Tensor([0.0, 1.0]))


def test_layers_and_losses_take_plain_arrays():
    for activation in (ReLU(), Sigmoid(), Tanh()):
        np.testing.assert_array_equal(activation(np.array([-1.0, 2.0])).data, activation(Tensor([-1.0, 2.0])).data)
    layer, inputs = Linear(3, 2), np.ones((4, 3))
    np.testing.assert_array_equal(layer(inputs).data, layer(Tensor(inputs)).data)
    assert MSELoss()(inputs, inputs + 1).item() == 1
    assert CrossEntropyLoss()(np.zeros((2, 4)), [0, 3]).item() == pytest.approx(np.log(4))


def test_a_tensor_is_as_long_as_its_first_axis():
    assert len(Tensor(np.zeros((3, 2)))) == 3
    with pytest.raises(TypeError):
        len(Tensor(1.0))


def test_a_copied_node_goes_back_beside_its_original():
    """Both have the same creation number, which leaves the order of going back to be decided."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    (y + copy.deepcopy(y)).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [2, 2])


def test_a_broadcast_single_number_has_an_array_as_gradient():
    """A sum over all axes is a NumPy number, and changing `grad` would change a copy of it."""
    x = Tensor(0.0, requires_grad=True)
    (Tensor([1.0, 2.0]) * x).sum().backward()
    x.grad.data *= 0.5
    assert isinstance(x.gradient, np.ndarray) and x.gradient == 1.5
