"""Modules, losses and optimizers of the tensor autograd, and small networks that learn."""

import numpy as np
import pytest

from modules.tensor_autograd import (
    SGD,
    Adam,
    CrossEntropyLoss,
    Linear,
    Module,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    Tensor,
    no_grad,
)


def network(*sizes, dtype=np.float64, seed=0):
    generator = np.random.default_rng(seed)
    layers = []
    for n_inputs, n_outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [Linear(n_inputs, n_outputs, dtype=dtype, generator=generator), ReLU()]
    return Sequential(layers[:-1])


# Modules

def test_the_snippet_every_reader_tries_first():
    model = Sequential([Linear(in_features=10, out_features=30), ReLU(),
                        Linear(in_features=30, out_features=30), ReLU(), Linear(in_features=30, out_features=1)])
    x_input = Tensor(np.arange(10))
    y_output = model.forward(x_input)
    y_output.backward()
    assert y_output.shape == (1,)
    assert all(parameter.grad.shape == parameter.shape for parameter in model.parameters())


def test_linear_starts_uniform_and_reproducible():
    np.random.seed(0)
    layer = Linear(100, 400)
    assert layer.weight.shape == (400, 100)
    assert 0.0999 < np.abs(layer.weight.numpy()).max() <= 0.1
    assert layer.weight.numpy().std() == pytest.approx(0.1 / 3 ** 0.5, rel=0.02)
    assert 0.09 < np.abs(layer.bias.numpy()).max() <= 0.1
    np.random.seed(0)
    assert np.array_equal(Linear(100, 400).weight.numpy(), layer.weight.numpy())
    drawn = [Linear(3, 2, generator=np.random.default_rng(5)).bias.numpy() for _ in range(2)]
    assert np.array_equal(*drawn)


def test_linear_without_bias_and_with_stacks():
    layer = Linear(3, 2, bias=False)
    x = np.ones((4, 5, 3))
    assert np.allclose(layer(Tensor(x)).numpy(), x @ layer.weight.numpy().T)
    assert [name for name, _ in layer.named_parameters()] == ["weight"]


def test_linear_names_a_wrong_shape():
    for shape in ((4, 2), ()):
        with pytest.raises(ValueError, match=r"Linear\(in_features=3.*length 3"):
            Linear(3, 2)(Tensor(np.ones(shape)))


def test_parameters_are_found_by_walking_attributes():
    class Net(Module):
        def __init__(self):
            self.rate, self.names = 0.1, ["a", None]
            self.hidden = Linear(2, 3)
            self.tied = self.hidden.weight
            self.layers = [ReLU(), Linear(3, 1)]
            self.scale = Tensor(1.0, requires_grad=True)
            self.constant = Tensor([1.0])

    names = [name for name, _ in Net().named_parameters()]
    assert names == ["hidden.weight", "hidden.bias", "layers.1.weight", "layers.1.bias", "scale"]
    with pytest.raises(NotImplementedError, match="Net needs a method forward"):
        Net()(1)


def test_a_result_that_forward_keeps_is_no_parameter():
    class Net(Module):
        def __init__(self):
            self.layer = Linear(2, 1)

        def forward(self, inputs):
            self.output = self.layer(inputs)
            return self.output

    net = Net()
    state = net.state_dict()
    net(np.ones((3, 2)))
    assert [name for name, _ in net.named_parameters()] == ["layer.weight", "layer.bias"] == list(state)
    net.load_state_dict(state)


def test_sequential_takes_a_list_or_layers():
    a, b = Linear(2, 3), Linear(3, 1)
    for model in (Sequential([a, b]), Sequential(a, b), Sequential((a, b))):
        assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert [name for name, _ in Sequential(Sequential(a), b).named_parameters()][0] == "0.0.weight"
    assert repr(Sequential(Linear(2, 1), Tanh())) == (
        "Sequential(Linear(in_features=2, out_features=1, bias=True), Tanh())")


def test_impossible_layers_are_explained():
    for sizes in ((0, 2), (2, 0)):
        with pytest.raises(ValueError, match="at least one input and one output"):
            Linear(*sizes)
    with pytest.raises(TypeError, match=r"made with parentheses: ReLU\(\)"):
        Sequential(Linear(2, 1), ReLU)


def test_state_dict_goes_out_and_in():
    model, other = network(2, 3, 1, seed=1), network(2, 3, 1, seed=2)
    state = model.state_dict()
    other.load_state_dict(state)
    x = Tensor([[1.0, -2.0]])
    assert other(x).item() == model(x).item()
    state["0.weight"][:] = 0  # a copy
    assert other(x).item() == model(x).item() != 0
    with pytest.raises(KeyError, match="names differ"):
        other.load_state_dict({"0.weight": state["0.weight"]})
    with pytest.raises(ValueError, match=r"0.bias has shape \(3,\), but the state holds \(4,\)"):
        other.load_state_dict(state | {"0.bias": np.zeros(4)})


def test_state_dict_has_the_names_and_shapes_of_pytorch():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()
    ours = Sequential(Linear(3, 4), Tanh(), Linear(4, 2))
    ours.load_state_dict(theirs.state_dict())
    x = np.random.standard_normal((5, 3))
    np.testing.assert_allclose(ours(Tensor(x)).numpy(), theirs(torch.from_numpy(x)).detach().numpy(), rtol=1e-12)
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in network(3, 4, 2).state_dict().items()})


# Losses

def test_losses_by_hand():
    assert MSELoss()(Tensor([[1.0], [2.0]]), np.array([[0.0], [4.0]])).item() == 2.5
    logits = Tensor(np.log([[0.7, 0.1, 0.2], [0.1, 0.5, 0.4], [0.02, 0.9, 0.08]]))
    assert CrossEntropyLoss()(logits, [0, 1, 1]).item() == pytest.approx(0.385061, abs=1e-6)
    assert CrossEntropyLoss()(Tensor(np.zeros((4, 10))), Tensor([0, 3, 9, 9])).item() == pytest.approx(2.3026, abs=1e-4)


@pytest.mark.parametrize("targets", [
    [1.0] * 20, np.ones(20), Tensor(np.ones(20)), Tensor(np.ones(20), requires_grad=True)])
def test_mean_squared_error_refuses_shapes_that_would_broadcast(targets):
    """And the advice helps whatever the targets are: lists have no `reshape`, and NumPy's would cut the graph."""
    predictions = Tensor(np.ones((20, 1)), requires_grad=True)
    with pytest.raises(ValueError, match=r"\(20, 1\) and targets \(20,\).* predictions\.reshape\(\(20,\)\)"):
        MSELoss()(predictions, targets)
    assert MSELoss()(predictions.reshape((20,)), targets).item() == 0


def test_losses_of_no_samples_are_explained():
    with pytest.raises(ValueError, match=r"\(0, 1\).*at least one"):
        MSELoss()(Tensor(np.ones((0, 1))), np.ones((0, 1)))
    with pytest.raises(ValueError, match="at least one"):
        CrossEntropyLoss()(Tensor(np.ones((0, 3))), [])


@pytest.mark.parametrize(("shape", "labels", "words"), [
    ((3,), [1], r"\(samples, classes\), not \(3,\)"),
    ((2, 3), [[1], [2]], r"\(2,\), not \(2, 1\)"),
    ((2, 3), [[0, 1, 0], [1, 0, 0]], r"one-hot"),
    ((2, 3), [0.5, 1], "whole numbers from 0 to 2"),
    ((2, 3), [1, 3], "between 0 and 2 for 3 classes; they range from 1 to 3"),
    ((2, 3), [-1, 1], "from -1 to 1"),
])
def test_labels_that_do_not_fit_are_explained(shape, labels, words):
    with pytest.raises(ValueError, match=words):
        CrossEntropyLoss()(Tensor(np.zeros(shape)), labels)


# Optimizers

def steps_of(optimizer_class, gradients, **options):
    """The values of a parameter that starts at (1, -2) after each step along the given gradients."""
    parameter = Tensor([1.0, -2.0], requires_grad=True)
    array = parameter.data
    optimizer = optimizer_class([parameter], **options)
    values = []
    for gradient in gradients:
        optimizer.zero_grad()
        (parameter * Tensor(gradient)).sum().backward()
        optimizer.step()
        values.append(parameter.numpy().copy())
    assert parameter.data is array, "changed in place"
    return np.array(values)


GRADIENTS = np.array([[1.0, -1.0], [0.5, 2.0], [3.0, 4.0]])


def test_sgd_by_hand():
    start = np.array([1.0, -2.0])
    assert np.allclose(steps_of(SGD, GRADIENTS, lr=0.1), start - 0.1 * GRADIENTS.cumsum(axis=0))
    velocities = [GRADIENTS[0], 0.9 * GRADIENTS[0] + GRADIENTS[1]]
    assert np.allclose(steps_of(SGD, GRADIENTS[:2], lr=0.1, momentum=0.9)[1], start - 0.1 * sum(velocities))


def test_momentum_may_be_set_later():
    parameter = Tensor([1.0, 2.0], requires_grad=True)
    optimizer = SGD([parameter], lr=0.1)
    optimizer.momentum = 0.9
    for _ in range(3):
        parameter.grad = np.ones(2)
        optimizer.step()
    assert np.allclose(parameter.data, [1 - 0.1 - 0.19 - 0.271, 2 - 0.1 - 0.19 - 0.271])


def test_sgd_clips_the_norm_over_all_parameters():
    a, b = Tensor([0.0], requires_grad=True), Tensor([0.0], requires_grad=True)
    optimizer = SGD([a, b], lr=1.0, max_norm=1.0)
    (3 * a + 4 * b).backward()
    optimizer.step()
    assert np.allclose([a.item(), b.item()], [-0.6, -0.8])
    assert (a.gradient, b.gradient) == ([3], [4])
    optimizer.zero_grad()
    (0.3 * a + 0.4 * b).backward()
    optimizer.step()
    assert np.allclose([a.item(), b.item()], [-0.9, -1.2])


def test_sgd_clips_small_gradients_as_pytorch_does():
    """Whose clip_grad_norm_ divides by the length plus 1e-6: at a length of 5e-4 that is seen in the third digit."""
    parameter = Tensor([3.0, 4.0], requires_grad=True)
    parameter.grad = [3e-4, 4e-4]
    SGD([parameter], lr=1.0, max_norm=1e-4).step()
    np.testing.assert_allclose([3.0, 4.0] - parameter.data, np.array([3e-4, 4e-4]) * 1e-4 / (5e-4 + 1e-6), rtol=1e-9)


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e19), (np.float32, 1e30), (np.float64, 1e200)])
def test_sgd_clips_norms_whose_square_no_number_holds(dtype, size):
    parameter = Tensor([0.0, 0.0], True, dtype)
    parameter.grad = [3 * size, 4 * size]
    SGD([parameter], lr=1.0, max_norm=1.0).step()
    np.testing.assert_allclose(parameter.numpy(), [-0.6, -0.8], rtol=1e-6)


def test_adam_by_hand():
    m = v = 0
    value, expected = np.array([1.0, -2.0]), []
    for step, gradient in enumerate(GRADIENTS, start=1):
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * gradient ** 2
        value = value - 0.01 * (m / (1 - 0.9 ** step)) / (np.sqrt(v / (1 - 0.999 ** step)) + 1e-3)
        expected.append(value)
    np.testing.assert_allclose(steps_of(Adam, GRADIENTS, lr=0.01, eps=1e-3), expected, rtol=1e-13)


@pytest.mark.parametrize(("ours", "theirs", "options"), [
    (SGD, "SGD", {"lr": 0.1}), (SGD, "SGD", {"lr": 0.1, "momentum": 0.9}), (Adam, "Adam", {}),
    (Adam, "Adam", {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-7})])
def test_optimizers_agree_with_pytorch(ours, theirs, options):
    torch = pytest.importorskip("torch")
    gradients = np.random.standard_normal((20, 2))
    parameter = torch.tensor([1.0, -2.0], dtype=torch.float64)
    optimizer = getattr(torch.optim, theirs)([parameter], **options)
    expected = []
    for gradient in gradients:
        parameter.grad = torch.from_numpy(gradient)
        optimizer.step()
        expected.append(parameter.numpy().copy())
    np.testing.assert_allclose(steps_of(ours, gradients, **options), expected, rtol=1e-12)


def test_adam_corrects_a_parameter_whose_gradient_comes_late_by_its_own_steps():
    """Counted with the steps of the others, its steps are up to three times too long at once, and six later."""
    early, late = Tensor(1.0, True), Tensor(0.0, True)
    optimizer = Adam([early, late], lr=0.01)
    for step in range(1010):
        optimizer.zero_grad()
        (early + late if step >= 1000 else early * 1.0).backward()
        optimizer.step()
    assert late.item() == pytest.approx(-0.1, rel=1e-6)


def test_optimizers_keep_shape_and_dtype_and_skip_what_was_not_used():
    used, unused = Tensor(np.ones((2, 3)), True, np.float32), Tensor(1.0, True)
    for optimizer in (SGD([used, unused]), SGD([used, unused], momentum=0.5, max_norm=1), Adam([used, unused])):
        optimizer.zero_grad()
        used.sum().backward()
        optimizer.step()
        assert (used.shape, used.dtype, unused.item()) == ((2, 3), np.float32, 1)


def test_optimizers_explain_what_is_missing():
    with pytest.raises(ValueError, match="model.parameters"):
        SGD([])
    with pytest.raises(TypeError, match="hand it model.parameters"):
        Adam(Linear(2, 1))
    with pytest.raises(RuntimeError, match="backward"):
        Adam([Tensor(1.0, requires_grad=True)]).step()


# Networks that learn

def train(model, loss_function, optimizer, X, y, epochs, batch_size, seed=0):
    """Mini-batches in a new order every epoch; the mean loss of each epoch."""
    generator = np.random.default_rng(seed)
    losses = []
    for _ in range(epochs):
        batches = generator.permutation(len(X)).reshape(-1, batch_size)
        losses.append(0.0)
        for rows in batches:
            optimizer.zero_grad()
            loss = loss_function(model(Tensor(X[rows])), y[rows])
            loss.backward()
            optimizer.step()
            losses[-1] += loss.item() / len(batches)
    return losses


def test_sine_and_exponential_are_approximated():
    X = np.linspace(-3, 3, 200).reshape(-1, 1)
    y = np.sin(X) + 0.3 * np.exp(X)
    model = network(1, 30, 30, 1)
    losses = train(model, MSELoss(), Adam(model.parameters(), lr=0.01), X, y, epochs=60, batch_size=20)
    assert losses[0] > 1 > 0.01 > losses[-1]
    with no_grad():
        assert np.abs(model(Tensor(X)).numpy() - y).max() < 0.5


def test_pictures_are_classified_in_float32():
    generator = np.random.default_rng(0)
    garments = generator.uniform(-1, 1, (10, 784)).astype(np.float32)
    labels = generator.integers(0, 10, 640)
    X = garments[labels] + generator.normal(0, 1, (640, 784)).astype(np.float32)
    copy = X.copy()
    model = network(784, 32, 10, dtype=np.float32)
    losses = train(model, CrossEntropyLoss(), Adam(model.parameters()), X, labels, epochs=3, batch_size=64)
    assert losses[0] > 2 * losses[-1]
    assert np.array_equal(X, copy)
    assert {array.dtype for array in model.state_dict().values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("activation", [ReLU, Sigmoid, Tanh])
def test_every_activation_learns_exclusive_or(activation):
    X, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    generator = np.random.default_rng(0)
    model = Sequential(Linear(2, 16, generator=generator), activation(), Linear(16, 1, generator=generator))
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9, max_norm=1.0)
    losses = train(model, MSELoss(), optimizer, X, y, epochs=500, batch_size=4)
    assert losses[-1] < 0.01


def test_training_agrees_with_pytorch():
    torch = pytest.importorskip("torch")
    ours = network(4, 8, 3)
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3)).double()
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    X, labels = np.random.standard_normal((16, 4)), np.random.randint(0, 3, 16)
    optimizer, other = Adam(ours.parameters(), lr=0.01), torch.optim.Adam(theirs.parameters(), lr=0.01)
    for _ in range(20):
        optimizer.zero_grad()
        other.zero_grad()
        loss = CrossEntropyLoss()(ours(Tensor(X)), labels)
        expected = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(X)), torch.from_numpy(labels))
        loss.backward()
        expected.backward()
        optimizer.step()
        other.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-12)


@pytest.mark.parametrize("wrong", [Tensor([1.0, 2.0], requires_grad=True), Linear(1, 1).named_parameters(), [1.0]])
def test_an_optimizer_refuses_what_are_no_parameters(wrong):
    """The rows of a single tensor are results of indexing: no gradient stays with them."""
    with pytest.raises(TypeError, match=r"model.parameters\(\), or \[tensor\]"):
        SGD(wrong)


def test_a_parameter_changes_in_place_inside_no_grad():
    """The update loop of PyTorch's tutorials once bound new tensors to its own variable, and nothing was learned."""
    model = Linear(2, 1)
    weight, bias = model.weight, model.bias
    before = weight.data.copy(), bias.data.copy()
    model(np.ones((3, 2))).sum().backward()
    with pytest.raises(RuntimeError, match="no_grad"):
        weight -= 0.1 * weight.grad
    with no_grad():
        for parameter in model.parameters():
            parameter -= 0.1 * parameter.grad
    assert weight is model.weight and bias is model.bias
    assert np.allclose(weight.data, before[0] - 0.3) and np.allclose(bias.data, before[1] - 0.3)
    with no_grad():
        weight *= 2
        weight += 1
        weight /= 4
        weight **= 2
    assert np.allclose(weight.data, (((before[0] - 0.3) * 2 + 1) / 4) ** 2) and weight.requires_grad


def test_what_is_no_parameter_is_not_changed_in_place():
    """Its array may be the caller's, or belong to a graph."""
    array = np.ones(2)
    shared = tensor = Tensor(array)
    shared -= 1
    assert shared is not tensor and np.array_equal(array, [1, 1]) and np.array_equal(shared.data, [0, 0])
    parameter = Tensor([2.0, 3.0], requires_grad=True)
    result = total = parameter * 1
    total += parameter
    total.sum().backward()
    assert np.array_equal(result.data, [2, 3]) and np.array_equal(parameter.gradient, [2, 2])


def test_a_module_forgets_its_gradients():
    model = Sequential(Linear(3, 2), ReLU(), Linear(2, 1))
    model(np.ones((4, 3))).sum().backward()
    model.zero_grad()
    assert [parameter.gradient for parameter in model.parameters()] == [None] * 4


def test_a_state_that_does_not_fit_changes_nothing():
    model = network(2, 3, 1)
    before, state = model.state_dict(), network(2, 3, 1, seed=1).state_dict()
    with pytest.raises(ValueError, match="2.bias"):
        model.load_state_dict(state | {"2.bias": np.zeros(4)})
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_loaded_state_keeps_arrays_and_dtype_of_the_module():
    model = network(2, 3, dtype=np.float32)
    arrays = [parameter.data for parameter in model.parameters()]
    model.load_state_dict(network(2, 3, seed=1).state_dict())
    assert all(parameter.data is array for parameter, array in zip(model.parameters(), arrays, strict=True))
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_modules_in_tuples_are_found():
    module = Module()
    module.layers = (Linear(2, 1), [Linear(1, 1, bias=False)])
    assert list(module.state_dict()) == ["layers.0.weight", "layers.0.bias", "layers.1.0.weight"]


def test_cross_entropy_of_huge_logits_is_finite_in_every_row():
    logits = Tensor([[1000.0, 0.0], [-1000.0, -1001.0]], requires_grad=True)
    loss = CrossEntropyLoss()(logits, [0, 0])
    loss.backward()
    assert loss.item() == pytest.approx(np.log(1 + np.exp(-1)) / 2)
    np.testing.assert_allclose(logits.gradient[1], np.array([-1, 1]) / (1 + np.e) / 2)
