"""Optimizers: one formula each, in place, with memory of their own."""

import copy

import numpy as np
import pytest

from modules import Layer_Dense, Optimizer, Optimizer_Adagrad, Optimizer_Adam, Optimizer_RMSprop, Optimizer_SGD
from modules.layers import Layer

GRADIENTS = [np.array([[0.5, -2.0]]), np.array([[1.0, 0.25]]), np.array([[-0.125, 3.0]])]


def sgd(w, g, m, c, t, lr):
    return w - lr * g, m, c


def momentum(w, g, m, c, t, lr):
    m = 0.9 * m - lr * g
    return w + m, m, c


def adagrad(w, g, m, c, t, lr):
    c = c + g**2
    return w - lr * g / (np.sqrt(c) + 1e-7), m, c


def rmsprop(w, g, m, c, t, lr):
    c = 0.9 * c + 0.1 * g**2
    return w - lr * g / (np.sqrt(c) + 1e-7), m, c


def adam(w, g, m, c, t, lr):
    m, c = 0.9 * m + 0.1 * g, 0.999 * c + 0.001 * g**2
    return w - lr * (m / (1 - 0.9**t)) / (np.sqrt(c / (1 - 0.999**t)) + 1e-7), m, c


FORMULAS = {
    "sgd": (lambda: Optimizer_SGD(decay=0.1), sgd),
    "momentum": (lambda: Optimizer_SGD(0.1, 0.1, momentum=0.9), momentum),
    "adagrad": (lambda: Optimizer_Adagrad(0.5, 0.1), adagrad),
    "rmsprop": (lambda: Optimizer_RMSprop(0.01, 0.1), rmsprop),
    "adam": (lambda: Optimizer_Adam(0.01, 0.1), adam),
}


def step(optimizer, layer, gradient):
    layer.dweights, layer.dbiases = gradient, np.zeros((1, 2))
    optimizer.pre_update_params()
    optimizer.update_params(layer)
    optimizer.post_update_params()


@pytest.mark.parametrize("name", FORMULAS)
def test_three_steps_follow_the_formula(name):
    make, formula = FORMULAS[name]
    optimizer, layer = make(), Layer_Dense(1, 2)
    w, m, c = layer.weights.copy(), 0.0, 0.0
    for t, gradient in enumerate(GRADIENTS, start=1):
        rate = optimizer.learning_rate / (1 + 0.1 * (t - 1))
        w, m, c = formula(w, gradient, m, c, t, rate)
        step(optimizer, layer, gradient)
        np.testing.assert_allclose(layer.weights, w, rtol=1e-12)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_change_in_place_and_keep_their_dtype(name, dtype):
    optimizer, layer = FORMULAS[name][0](), Layer_Dense(1, 2, dtype=dtype)
    weights, gradient = layer.weights, GRADIENTS[0].astype(dtype)
    kept = gradient.copy()
    step(optimizer, layer, gradient)
    assert layer.weights is weights and weights.dtype == dtype
    np.testing.assert_array_equal(gradient, kept)


@pytest.mark.parametrize("first", FORMULAS)
@pytest.mark.parametrize("second", FORMULAS)
def test_the_optimizer_can_be_changed_on_the_way(first, second):
    """Published code keeps the memory on the layer, finds it with hasattr, and crashes."""
    layer = Layer_Dense(1, 2)
    for name in (first, second):
        step(FORMULAS[name][0](), layer, GRADIENTS[0])
    assert np.isfinite(layer.weights).all()
    assert not [name for name in vars(layer) if "cache" in name or "momentum" in name]


@pytest.mark.parametrize("earlier_updates", [0, 5])
def test_adam_corrects_a_layer_that_joins_late_or_has_rested_by_its_own_updates(earlier_updates):
    """Counted with the steps of the whole model, its steps are up to six times too long."""
    optimizer, alone = Optimizer_Adam(), Optimizer_Adam()
    layer, twin, other = Layer_Dense(1, 2), Layer_Dense(1, 2), Layer_Dense(1, 2)
    twin.set_parameters(*layer.get_parameters())
    gradients = [np.random.default_rng(n).normal(size=(1, 2)) for n in range(20)]
    for gradient in gradients[:earlier_updates]:
        step(optimizer, layer, gradient)
    for _ in range(1000):
        step(optimizer, other, gradients[0])
    for gradient in gradients[earlier_updates:]:
        step(optimizer, layer, gradient)
    for gradient in gradients:
        step(alone, twin, gradient)
    np.testing.assert_array_equal(layer.weights, twin.weights)


def test_an_update_that_returns_a_parameter_instead_of_changing_it_is_named():
    class Optimizer_Own(Optimizer):
        def update(self, parameter, gradient):
            return parameter - self.current_learning_rate * gradient

    with pytest.raises(TypeError, match="Optimizer_Own.update returns something.* as `parameter -= ...` does"):
        step(Optimizer_Own(0.1), Layer_Dense(1, 2), GRADIENTS[0])


def test_learning_rate_of_the_book_for_decay_of_a_tenth():
    optimizer, rates = Optimizer_SGD(1.0, decay=0.1), []
    for _ in range(5):
        optimizer.pre_update_params()
        rates.append(optimizer.current_learning_rate)
        optimizer.post_update_params()
    np.testing.assert_allclose(rates, [1, .9091, .8333, .7692, .7143], atol=5e-5)


def test_defaults_of_the_book():
    assert vars(Optimizer_SGD()).items() >= dict(learning_rate=1, decay=0, momentum=0).items()
    assert vars(Optimizer_Adagrad()).items() >= dict(learning_rate=1, decay=0, epsilon=1e-7).items()
    assert vars(Optimizer_RMSprop()).items() >= dict(learning_rate=0.001, decay=0, epsilon=1e-7, rho=0.9).items()
    expected = dict(learning_rate=0.001, decay=0, epsilon=1e-7, beta_1=0.9, beta_2=0.999)
    assert vars(Optimizer_Adam()).items() >= expected.items()


def test_update_before_backward_says_so():
    with pytest.raises(ValueError, match="call its backward"):
        Optimizer_SGD().update_params(Layer_Dense(1, 2))


@pytest.mark.parametrize("arguments", [(-0.1,), (-1,), (np.nan,), (1, -0.1)])
def test_impossible_rates_are_refused(arguments):
    with pytest.raises(ValueError, match="0 or above"):
        Optimizer_SGD(*arguments)


@pytest.mark.parametrize("arguments", [{"learning_rate": "0.1"}, {"learning_rate": None}, {"decay": "x"},
                                       {"beta_1": "x"}, {"epsilon": -1}, {"epsilon": float("nan")}, {"epsilon": "x"}])
def test_hyperparameters_that_are_no_numbers_are_refused(arguments):
    with pytest.raises(ValueError, match="given (-1|nan)\\.|which is no plain number"):
        Optimizer_Adam(**arguments)


@pytest.mark.parametrize("name", FORMULAS)
def test_numpy_numbers_set_later_become_plain_ones(name):
    """An np.float64 takes float32 arrays along to float64, so that resumed training once differed in its last bits."""
    optimizer = FORMULAS[name][0]()
    for hyperparameter in ("learning_rate", "decay", "momentum", "epsilon", "rho", "beta_1", "beta_2"):
        if hasattr(optimizer, hyperparameter):
            setattr(optimizer, hyperparameter, np.float64(0.5))
            assert type(getattr(optimizer, hyperparameter)) is float
    optimizer.pre_update_params()
    assert type(optimizer.current_learning_rate) is float


@pytest.mark.parametrize("name", FORMULAS)
def test_a_parameter_may_be_a_single_number(name):
    class Layer_Slope(Layer):
        parameter_names = ("slope",)

    make, formula = FORMULAS[name]
    layer, optimizer, w, m, c = Layer_Slope(), make(), 1.5, 0.0, 0.0
    layer.slope = np.array(w)
    for t, gradient in enumerate((0.5, -2.0, 1.0), start=1):
        w, m, c = formula(w, gradient, m, c, t, optimizer.learning_rate / (1 + 0.1 * (t - 1)))
        layer.dslope = np.float64(gradient)
        optimizer.pre_update_params()
        optimizer.update_params(layer)
        optimizer.post_update_params()
    assert layer.slope == pytest.approx(w, rel=1e-12)


def test_memory_follows_the_parameters_to_another_dtype():
    optimizer, layer = Optimizer_Adam(), Layer_Dense(1, 2)
    step(optimizer, layer, GRADIENTS[0])
    layer.cast(np.float32)
    step(optimizer, layer, GRADIENTS[1].astype(np.float32))
    memory = optimizer.memory(layer, "weights", layer.weights)
    assert {array.dtype for array in memory.values()} == {np.dtype("float32")}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adam"])
def test_memory_of_a_dead_weight_never_becomes_subnormal(name, dtype):
    """A gradient of zero lets the momentum fade; subnormal numbers on the way would slow down every step."""
    optimizer, layer = FORMULAS[name][0](), Layer_Dense(1, 2, dtype=dtype)
    step(optimizer, layer, GRADIENTS[0].astype(dtype))
    for _ in range(8000):
        step(optimizer, layer, np.zeros((1, 2), dtype))
        for array in optimizer.memory(layer, "weights", layer.weights).values():
            assert ((array == 0) | (np.abs(array) >= np.finfo(dtype).tiny)).all()
    assert not layer.biases.any()


@pytest.mark.parametrize("make", [lambda: Optimizer_SGD(momentum=1), lambda: Optimizer_RMSprop(rho=1.5),
                                  lambda: Optimizer_Adam(beta_1=1), lambda: Optimizer_Adam(beta_2=-0.1),
                                  lambda: Optimizer_Adam(beta_2=np.nan)])
def test_impossible_shares_of_memory_are_refused(make):
    with pytest.raises(ValueError, match="share"):
        make()


def test_a_deep_copy_keeps_its_memory_of_the_copied_layers():
    optimizer, layer = Optimizer_Adam(), Layer_Dense(1, 2)
    for gradient in GRADIENTS:
        step(optimizer, layer, gradient)
    layers, twin = copy.deepcopy(([layer], optimizer))
    step(optimizer, layer, GRADIENTS[0])
    step(twin, layers[0], GRADIENTS[0])
    np.testing.assert_array_equal(layer.weights, layers[0].weights)
    assert layers[0].weights is not layer.weights


def test_a_forgotten_comma_in_memory_names_is_named():
    class Optimizer_OfAReader(Optimizer):
        memory_names = ("velocity")

    with pytest.raises(ValueError, match="comma"):
        Optimizer_OfAReader(0.1)


def test_a_deep_copy_shares_nothing():
    class Optimizer_OfAReader(Optimizer_SGD):
        def __init__(self):
            super().__init__()
            self.seen = []

    optimizer = Optimizer_OfAReader()
    copy.deepcopy(optimizer).seen.append(1)
    assert optimizer.seen == []


@pytest.mark.parametrize("dbiases", [np.float64(3), np.ones((20, 2)), np.ones(2)])
def test_a_gradient_of_another_shape_is_refused_not_broadcast(dbiases):
    layer = Layer_Dense(3, 2)
    layer.dweights, layer.dbiases = np.ones((3, 2)), dbiases
    with pytest.raises(ValueError, match=r"biases of shape \(1, 2\), but backward left a gradient dbiases of shape"):
        Optimizer_SGD().update_params(layer)


def test_momentum_may_be_switched_on_and_off_between_steps():
    layer, optimizer = Layer_Dense(1, 1), Optimizer_SGD(0.1)
    layer.set_parameters([[0.0]], [[0.0]])
    layer.dweights = layer.dbiases = np.array([[1.0]])
    places = []
    for momentum in (0.0, 0.9, 0.9, 0.0):
        optimizer.momentum = momentum
        optimizer.update_params(layer)
        places.append(float(layer.weights[0, 0]))
    np.testing.assert_allclose(places, [-0.1, -0.2, -0.39, -0.49])
