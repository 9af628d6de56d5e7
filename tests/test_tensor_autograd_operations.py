"""Every operation of the tensor autograd against finite differences, and against PyTorch where it is installed."""

import inspect

import numpy as np
import pytest

from modules.tensor_autograd import Factor, Tensor, apply, fused, operations
from modules.tensor_autograd.operations import SYMBOLS

LABELS = np.array([2, 0, 1, 2])
DISTINCT = np.array([[3.0, 1.0, -2.0], [0.5, 4.0, -1.0]])
TIED = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])


def uniform(*shape, low=-2.0, high=2.0):
    return np.random.default_rng(sum(shape) + len(shape)).uniform(low, high, shape)


def positive(*shape):
    return uniform(*shape, low=0.5, high=2.0)


def linear(x, weights, biases):
    return apply(fused.linear, x, weights, biases)


def mean_squared_error(predictions, targets):
    return apply(fused.mean_squared_error, predictions, targets)


def cross_entropy(logits):
    return apply(fused.cross_entropy, logits, labels=LABELS)


# operation: the ways to use it, each a function of tensors and its operands
ROWS = {
    "add": [(lambda a, b: a + b, uniform(2, 3), uniform(2, 3)),
            (lambda a, b: a + b, uniform(2, 3), uniform(3)),
            (lambda a, b: a + b, uniform(2, 1), uniform(4, 1, 3)),
            (lambda a, b: a + b, uniform(), uniform(2, 3)),
            (lambda a: 2 + a + 1.5, uniform(2, 3))],
    "subtract": [(lambda a, b: a - b, uniform(2, 1), uniform(1, 3)),
                 (lambda a: 1 - a - 3, uniform(3))],
    "multiply": [(lambda a, b: a * b, uniform(2, 3), uniform(2, 3)),
                 (lambda a, b: a * b, uniform(3), uniform(4, 2, 3)),
                 (lambda a, b: a * b, uniform(4, 1, 3), uniform(2, 1)),
                 (lambda a: a * a, uniform(2, 3)),
                 (lambda a: 3 * a * 0.5, uniform(2, 3))],
    "divide": [(lambda a, b: a / b, uniform(2, 3), positive(3)),
               (lambda a, b: a / b, uniform(3), positive(2, 3)),
               (lambda a: 2 / a / 4, positive(2, 3))],
    "power": [(lambda a, b: a ** b, positive(2, 3), uniform(2, 3)),
              (lambda a, b: a ** b, positive(2, 1), uniform(3)),
              (lambda a: a ** 3, uniform(2, 3)),
              (lambda a: a ** -0.5, positive(3)),
              (lambda a: a ** 0, uniform(3)),
              (lambda a: 2 ** a, uniform(3))],
    "negate": [(lambda a: -a, uniform(2, 3))],
    "exp": [(lambda a: a.exp(), uniform(2, 3))],
    "log": [(lambda a: a.log(), positive(2, 3))],
    "sqrt": [(lambda a: a.sqrt(), positive(2, 3))],
    "square": [(lambda a: a.square(), uniform(2, 3))],
    "absolute": [(lambda a: a.abs(), DISTINCT), (abs, DISTINCT)],
    "tanh": [(lambda a: a.tanh(), uniform(2, 3))],
    "sigmoid": [(lambda a: a.sigmoid(), uniform(2, 3))],
    "relu": [(lambda a: a.relu(), DISTINCT)],
    "sum_over": [(lambda a: a.sum(), uniform(2, 3)),
                 (lambda a: a.sum(axis=0), uniform(2, 3)),
                 (lambda a: a.sum(axis=(0, -1)), uniform(2, 3, 4)),
                 (lambda a: a.sum(axis=1, keepdims=True) * a, uniform(2, 3))],
    "mean_over": [(lambda a: a.mean(), uniform(2, 3)),
                  (lambda a: a.mean(axis=-1), uniform(2, 3)),
                  (lambda a: a - a.mean(axis=(0, 2), keepdims=True), uniform(2, 3, 4))],
    "max_over": [(lambda a: a.max(), DISTINCT),
                 (lambda a: a.max(axis=0), DISTINCT),
                 (lambda a: a.max(axis=(0, -1)), uniform(2, 3, 4)),
                 (lambda a: a / a.max(axis=1, keepdims=True), DISTINCT)],
    "reshape": [(lambda a: a.reshape(3, 2), uniform(2, 3)),
                (lambda a: a.reshape((-1,)), uniform(2, 3)),
                (lambda a: a.reshape(-1, 1) + a, uniform(3))],
    "permute": [(lambda a: a.T, uniform(2, 3)),
                (lambda a: a.T * a, uniform(3, 3)),
                (lambda a: a.transpose(), uniform(4, 2, 3)),
                (lambda a: a.transpose(0, 2), uniform(4, 2, 3)),
                (lambda a: a.permute(2, 0, -2), uniform(4, 2, 3)),
                (lambda a: a.permute((2, 0, 1)), uniform(4, 2, 3)),
                (lambda a: a.permute(0), uniform(3))],
    "take": [(lambda a: a[1], uniform(3, 2)),
             (lambda a: a[1:, ::-1], uniform(3, 2)),
             (lambda a: a[[0, 2, 0, 0]], uniform(3, 2)),
             (lambda a: a[np.arange(4), LABELS], uniform(4, 3)),
             (lambda a: a[a.numpy() > 0], DISTINCT),
             (lambda a: a[..., None] * a[0], uniform(2, 2))],
    "matmul": [(lambda a, b: a @ b, uniform(2, 3), uniform(3, 4)),
               (lambda a, b: a @ b, uniform(3), uniform(3)),
               (lambda a, b: a @ b, uniform(3), uniform(3, 4)),
               (lambda a, b: a @ b, uniform(2, 3), uniform(3)),
               (lambda a, b: a @ b, uniform(5, 2, 3), uniform(3, 4)),
               (lambda a, b: a @ b, uniform(2, 3), uniform(5, 3, 4)),
               (lambda a, b: a @ b, uniform(5, 1, 2, 3), uniform(4, 3, 2)),
               (lambda a, b: a @ b, uniform(3), uniform(5, 3, 2)),
               (lambda a, b: a @ b, uniform(5, 2, 3), uniform(3)),
               (lambda a: a @ a.T, uniform(2, 3))],
    "linear": [(linear, uniform(5, 3), uniform(2, 3), uniform(2)),
               (linear, uniform(3), uniform(2, 3), uniform(2)),
               (linear, uniform(2, 5, 3), uniform(2, 3), uniform(2))],
    "mean_squared_error": [(mean_squared_error, uniform(4, 3), uniform(4, 3) + 1),
                           (mean_squared_error, uniform(), uniform() + 1)],
    "log_softmax": [(lambda a: a.log_softmax(), uniform(4, 3)),
                    (lambda a: a.log_softmax(axis=0), uniform(4, 3)),
                    (lambda a: a.softmax(), uniform(4, 3)),
                    (lambda a: a.softmax(axis=0), uniform(4, 3))],
    "cross_entropy": [(cross_entropy, uniform(4, 3))],
}
CASES = [pytest.param(*row, id=f"{name}-{number}") for name, rows in ROWS.items() for number, row in enumerate(rows)
         for row in [(row[0], row[1:])]]


def weighted_sum(result):
    """One number that depends on every element of a result in its own way."""
    return float((result.numpy() * weights_like(result)).sum())


def weights_like(result):
    return np.random.default_rng(7).uniform(0.5, 1.5, result.shape)


def numerical_gradient(function, arrays, index, step=1e-6):
    """Central differences of weighted_sum(function) with respect to one of the arrays."""
    gradient = np.zeros(arrays[index].shape)
    for position in np.ndindex(gradient.shape):
        sums = []
        for sign in (1, -1):
            moved = [array.copy() for array in arrays]
            moved[index][position] += sign * step
            sums.append(weighted_sum(function(*map(Tensor, moved))))
        gradient[position] = (sums[0] - sums[1]) / (2 * step)
    return gradient


@pytest.mark.parametrize(("function", "arrays"), CASES)
def test_gradient_equals_finite_differences(function, arrays):
    tensors = [Tensor(array, requires_grad=True) for array in arrays]
    result = function(*tensors)
    result.backward(weights_like(result))
    for index, tensor in enumerate(tensors):
        expected = numerical_gradient(function, [np.asarray(array) for array in arrays], index)
        np.testing.assert_allclose(tensor.gradient, expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize(("function", "arrays"), CASES)
def test_float32_stays_float32(function, arrays):
    tensors = [Tensor(array, requires_grad=True, dtype=np.float32) for array in arrays]
    result = function(*tensors)
    result.backward(weights_like(result))
    assert [result.dtype] + [tensor.gradient.dtype for tensor in tensors] == [np.float32] * (1 + len(tensors))


@pytest.mark.parametrize(("function", "arrays"), CASES)
def test_operands_and_gradients_given_are_not_touched(function, arrays):
    copies = [np.array(array) for array in arrays]
    tensors = [Tensor(array) for array in arrays]
    for tensor in tensors:
        tensor.requires_grad = True
    result = function(*tensors)
    gradient = weights_like(result)
    for _ in range(2):
        result.backward(gradient)
    assert all(np.array_equal(array, copy) for array, copy in zip(arrays, copies, strict=True))
    assert np.array_equal(gradient, weights_like(result))


def test_an_operation_of_ones_own():
    def sin(x):
        return np.sin(x), Factor(lambda: np.cos(x))

    x = Tensor([0.5, 2.0], requires_grad=True)
    result = apply(sin, x)
    result.sum().backward()
    assert result.operation == "sin" and np.array_equal(x.gradient, np.cos(x.data))


def test_a_factor_of_an_array_is_refused():
    with pytest.raises(TypeError, match=r"function .* Factor\(lambda: np.cos\(x\)\), not array\(\[1., 2.\]\)"):
        Factor(np.array([1.0, 2.0]))


def test_every_operation_has_a_row():
    named = {name for module in (operations, fused) for name, function in inspect.getmembers(module, inspect.isfunction)
             if function.__module__ == module.__name__ and not name.startswith("_")}
    assert named == set(ROWS)
    assert set(SYMBOLS) <= named


def test_rows_use_the_operation_they_are_named_after():
    for name, rows in ROWS.items():
        for function, *arrays in rows:
            assert SYMBOLS.get(name, name) in symbols_below(function(*[Tensor(array, True) for array in arrays])), name


def symbols_below(tensor):
    return {tensor.operation}.union(*map(symbols_below, tensor.parents))


def test_partials_of_element_wise_operations_are_their_derivatives():
    a, b = Tensor([2.0, 3.0], True), Tensor([4.0, 5.0], True)
    assert np.array_equal((a * b).partials(), [[4, 5], [2, 3]])
    assert np.array_equal((a / b).partials(), [[1 / 4, 1 / 5], [-2 / 16, -3 / 25]])
    assert np.allclose(a.exp().partials(), np.exp([2, 3]))
    assert [(a - b).partials(), (-a).partials()] == [("1", -1), (-1,)]


def test_partials_of_products_name_the_other_factor():
    x, weights = Tensor(np.ones((2, 3)), True, label="x"), Tensor(np.ones((3, 2)), True, label="weights")
    assert (x @ weights).partials() == ("weights.T", "x.T")
    assert (x @ Tensor(np.ones(3), True)).partials() == ("second.T", "x.T")
    assert linear(x, weights.T, Tensor([0.0, 0.0], True)).partials() == ("second", "x", "1")
    assert x.mean().partials() == ("1/6",)


def test_tied_maxima_share_the_gradient():
    x = Tensor(TIED, requires_grad=True)
    x.max(axis=1).backward([1.0, 6.0])
    assert np.array_equal(x.gradient, [[0, 0.5, 0.5], [2, 2, 2]])


def test_repeated_indices_accumulate():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    x[[0, 0, 2]].backward([1.0, 10.0, 100.0])
    assert np.array_equal(x.gradient, [11, 0, 100])


def test_slopes_at_zero():
    for function, expected in ((Tensor.relu, 0), (Tensor.abs, 0), (lambda x: x ** 0, 0), (lambda x: x ** 1, 1),
                               (lambda x: Tensor([0.0]) ** (x + 2), 0)):
        x = Tensor([0.0], requires_grad=True)
        function(x).backward()
        assert x.gradient == [expected]


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_slope_by_a_negative_exponent_at_zero_is_infinite():
    exponent = Tensor([-1.0, 0.0, 2.0], requires_grad=True)
    (Tensor(np.zeros(3)) ** exponent).backward(np.ones(3))
    assert np.array_equal(exponent.gradient, [-np.inf, 0, 0])


@pytest.mark.filterwarnings("error")
def test_stable_at_a_thousand():
    x = Tensor([-1000.0, 0.0, 1000.0], requires_grad=True)
    assert np.array_equal(x.sigmoid().numpy(), [0, 0.5, 1])
    assert np.array_equal(x.log_softmax().numpy(), [-2000, -1000, 0])
    assert np.array_equal(x.tanh().numpy(), [-1, 0, 1])
    (x.sigmoid() + x.tanh() + x.log_softmax()).backward(np.ones(3))
    assert np.allclose(x.gradient, [1, 2.25, -2])


@pytest.mark.filterwarnings("error")
def test_cross_entropy_of_an_impossible_label_has_a_finite_gradient():
    logits = Tensor([[1000.0, -1000.0]], requires_grad=True)
    loss = apply(fused.cross_entropy, logits, labels=np.array([1]))
    loss.backward()
    assert loss.item() == 2000
    assert np.array_equal(logits.gradient, [[1, -1]])


# The same in PyTorch: our expression, PyTorch's, the operands

TORCH_ROWS = {
    "arithmetic": (lambda a, b: (2 + a) * b - a / (b + 3) + 1 / b, lambda t, a, b: (2 + a) * b - a / (b + 3) + 1 / b,
                   uniform(4, 1, 3), positive(2, 1)),
    "power": (lambda a, b: a ** b + a ** 2 + 2 ** b, lambda t, a, b: a ** b + a ** 2 + 2 ** b,
              np.array([0.0, 0.5, 2.0]), np.array([2.0, 0.0, -1.5])),
    "power of zero": (lambda a, b: a ** b, lambda t, a, b: a ** b, np.zeros(4), np.array([-1.5, 0.0, 0.5, 2.0])),
    "functions": (lambda a: a.exp() + a.log() * a.sqrt() - a.square() + abs(-a),
                  lambda t, a: a.exp() + a.log() * a.sqrt() - a.square() + abs(-a), positive(2, 3)),
    "activations": (lambda a: a.tanh() + a.sigmoid() + a.relu(), lambda t, a: a.tanh() + a.sigmoid() + a.relu(),
                    np.array([-1000.0, -1.0, 0.0, 2.0, 1000.0])),
    "sums": (lambda a: a.sum(axis=(0, 2)) + a.mean(axis=1, keepdims=True).sum(),
             lambda t, a: a.sum(dim=(0, 2)) + a.mean(dim=1, keepdim=True).sum(), uniform(2, 3, 4)),
    "maximum with ties": (lambda a: a.max(axis=1) + a.max(), lambda t, a: a.amax(dim=1) + a.amax(dim=(0, 1)), TIED),
    "shape": (lambda a: a.transpose(0, 1).reshape(3, -1).T + a.permute(2, 0, 1).reshape(8, 3),
              lambda t, a: a.transpose(0, 1).reshape(3, -1).T + a.permute(2, 0, 1).reshape(8, 3), uniform(2, 3, 4)),
    "indices": (lambda a: a[[0, 0, 1]] * a[1:, 0], lambda t, a: a[[0, 0, 1]] * a[1:, 0], uniform(2, 3)),
    "stack of matrices": (lambda a, b: a @ b, lambda t, a, b: a @ b, uniform(5, 1, 2, 3), uniform(4, 3, 2)),
    "matrix and vectors": (lambda a, b: (b @ a) @ b + a @ b, lambda t, a, b: (b @ a) @ b + a @ b, uniform(3, 3),
                           uniform(3)),
    "linear": (linear, lambda t, x, w, b: t.nn.functional.linear(x, w, b), uniform(5, 3), uniform(2, 3), uniform(2)),
    "mean squared error": (mean_squared_error, lambda t, a, b: t.nn.functional.mse_loss(a, b), uniform(4, 3),
                           positive(4, 3)),
    "log-softmax": (lambda a: a.log_softmax(axis=0), lambda t, a: a.log_softmax(dim=0), 500 * uniform(4, 3)),
    "softmax": (lambda a: a.softmax(axis=0), lambda t, a: a.softmax(dim=0), 5 * uniform(4, 3)),
    "cross-entropy": (cross_entropy, lambda t, a: t.nn.functional.cross_entropy(a, t.from_numpy(LABELS)),
                      uniform(4, 3)),
}


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", TORCH_ROWS)
def test_agrees_with_pytorch(name, dtype):
    torch = pytest.importorskip("torch")
    function, torch_function, *arrays = TORCH_ROWS[name]
    ours = [Tensor(array, requires_grad=True, dtype=dtype) for array in arrays]
    theirs = [torch.tensor(array.astype(dtype), requires_grad=True) for array in arrays]
    result, expected = function(*ours), torch_function(torch, *theirs)
    tolerance = {"rtol": 1e-12, "atol": 1e-12} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-5}
    np.testing.assert_allclose(result.numpy(), expected.detach().numpy(), **tolerance)
    gradient = weights_like(result).astype(dtype)
    result.backward(gradient)
    expected.backward(torch.from_numpy(np.asarray(gradient)))
    for tensor, other in zip(ours, theirs, strict=True):
        assert str(tensor.dtype) in str(other.grad.dtype)
        np.testing.assert_allclose(tensor.grad.numpy(), other.grad.numpy(), **tolerance)
