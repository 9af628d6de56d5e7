"""Layers and losses with PyTorch's names, built from tensors: no backward pass to write."""

import numpy as np

from modules.tensor_autograd import fused, operations
from modules.tensor_autograd.tensor import Tensor, apply, as_tensor


class Module:
    """Something with parameters and a `forward`.

    A subclass sets tensors, modules or lists of modules as attributes and they are found there, under
    PyTorch's names: "weight", "hidden.weight", "layers.0.weight".
    """

    def forward(self, inputs):
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(self, inputs).")

    def __call__(self, *inputs):
        return self.forward(*inputs)

    def children(self):
        """(name, value) of everything that may hold parameters."""
        return vars(self).items()

    def named_parameters(self):
        """Each tensor with requires_grad, once, with its name: ("0.weight", Tensor).

        A result that `forward` keeps, say in self.output, is not a parameter: it has parents.
        """
        seen = set()
        for name, parameter in walk(self.children()):
            if parameter.requires_grad and not parameter.parents and parameter not in seen:
                seen.add(parameter)
                yield name, parameter

    def parameters(self):
        """The parameters alone, as an optimizer takes them."""
        return (parameter for _, parameter in self.named_parameters())

    def zero_grad(self):
        """Forgets all gradients; the next backward pass starts afresh."""
        for parameter in self.parameters():
            parameter.gradient = None

    def state_dict(self):
        """A copy of every parameter as an array under its name; names and shapes are PyTorch's.

        With requires_grad=False a parameter would be missing here: to freeze it, leave it out of the optimizer's list.
        """
        return {name: parameter.data.copy() for name, parameter in self.named_parameters()}

    def load_state_dict(self, state):
        """Copies values in, from `state_dict` of this package or of PyTorch; names and shapes must agree."""
        parameters = dict(self.named_parameters())
        if parameters.keys() != set(state):
            raise KeyError(f"names differ: this module has {sorted(parameters)}, the state has {sorted(state)}.")
        for name, parameter in parameters.items():
            shape = np.shape(state[name])
            if shape != parameter.shape:
                raise ValueError(f"{name} has shape {parameter.shape}, but the state holds {shape}.")
        for name, parameter in parameters.items():
            parameter.data[...] = np.asarray(state[name])

    def __repr__(self):
        return f"{type(self).__name__}()"


def walk(children, prefix=""):
    """The tensors below a module. An attribute may be anything, so its type is checked here."""
    for name, child in children:
        match child:
            case Tensor():
                yield f"{prefix}{name}", child
            case Module():
                yield from walk(child.children(), f"{prefix}{name}.")
            case list() | tuple():
                yield from walk(enumerate(child), f"{prefix}{name}.")


class Linear(Module):
    """inputs @ weight.T + bias, for inputs (..., in_features) and weight (out_features, in_features).

    Weights and biases start uniform within ±1 / sqrt(in_features), as in PyTorch. They are drawn from
    `generator` (such as np.random.default_rng(0)) or, without one, from NumPy's global one, which np.random.seed
    sets. Give dtype=np.float32 for large networks: half the memory, twice the speed, if the data is float32 too.
    Raises ValueError for impossible sizes, and for inputs that do not fit it.
    """

    def __init__(self, in_features, out_features, bias=True, dtype=np.float64, generator=None):
        if min(in_features, out_features) < 1:
            raise ValueError(f"Linear needs at least one input and one output, not {in_features} and {out_features}.")
        self.in_features = in_features
        self.out_features = out_features
        limit = 1 / np.sqrt(in_features)
        uniform = (generator or np.random).uniform
        self.weight = Tensor(uniform(-limit, limit, (out_features, in_features)), True, dtype, "weight")
        self.bias = Tensor(uniform(-limit, limit, out_features), True, dtype, "bias") if bias else None

    def forward(self, inputs):
        inputs = as_tensor(inputs)
        if inputs.shape[-1:] != (self.in_features,):
            raise ValueError(f"{self} was given inputs of shape {inputs.shape}: "
                             f"the last axis must have length {self.in_features}.")
        if self.bias is None:
            return inputs @ self.weight.T
        return apply(fused.linear, inputs, self.weight, self.bias)

    def __repr__(self):
        return (f"Linear(in_features={self.in_features}, out_features={self.out_features}, "
                f"bias={self.bias is not None})")


class ReLU(Module):
    """max(0, x)."""

    def forward(self, inputs):
        return apply(operations.relu, as_tensor(inputs))


class Sigmoid(Module):
    """1 / (1 + exp(-x))."""

    def forward(self, inputs):
        return apply(operations.sigmoid, as_tensor(inputs))


class Tanh(Module):
    """tanh x."""

    def forward(self, inputs):
        return apply(operations.tanh, as_tensor(inputs))


class Sequential(Module):
    """One module after the other: Sequential([a, b]) or Sequential(a, b). Their names are "0", "1", ..."""

    def __init__(self, *layers):
        match layers:
            case (list() | tuple() as given,):
                layers = given
        self.layers = list(layers)
        for layer in self.layers:
            if isinstance(layer, type) or not callable(layer):
                raise TypeError(f"Sequential takes layers, not {layer!r}. A layer is made with parentheses: ReLU().")

    def children(self):
        return enumerate(self.layers)

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"


class MSELoss(Module):
    """mean((predictions - targets)²) over all elements; targets: a Tensor or an array of the same shape.

    Raises ValueError for unequal shapes, and for an empty batch.
    """

    def forward(self, predictions, targets):
        predictions = as_tensor(predictions)
        targets = as_tensor(targets, predictions)
        if predictions.shape != targets.shape:
            raise ValueError(f"predictions have shape {predictions.shape} and targets {targets.shape}; give them "
                             f"one shape, for example with predictions.reshape({targets.shape}).")
        return apply(fused.mean_squared_error, predictions, targets)


class CrossEntropyLoss(Module):
    """-mean(ln softmax(logits)[label]) for logits (samples, classes) and labels (samples,).

    Labels run from 0 to classes - 1. Logits are the last layer's plain outputs: the softmax is part of the loss.
    Raises ValueError for other labels and shapes.
    """

    def forward(self, logits, labels):
        logits = as_tensor(logits)
        return apply(fused.cross_entropy, logits, labels=checked_labels(logits.shape, labels))


def checked_labels(shape, labels):
    """A copy of the labels as integers, or a ValueError that says what is wrong with them."""
    labels = np.asarray(labels)
    if len(shape) != 2:
        raise ValueError(f"CrossEntropyLoss needs logits of shape (samples, classes), not {shape}.")
    if labels.shape != shape[:1]:
        raise ValueError(f"for logits of shape {shape} the labels must have shape ({shape[0]},), not "
                         f"{labels.shape}: one class number for each sample (one-hot: use np.argmax(labels, axis=1)).")
    if not labels.size:
        raise ValueError("CrossEntropyLoss is a mean over samples; give at least one.")
    numbers = labels.astype(np.intp)
    if (numbers != labels).any():
        raise ValueError(f"labels must be whole numbers from 0 to {shape[1] - 1}, not {labels[:3]}...")
    if not 0 <= numbers.min() <= numbers.max() < shape[1]:
        raise ValueError(f"labels must lie between 0 and {shape[1] - 1} for {shape[1]} classes; "
                         f"they range from {numbers.min()} to {numbers.max()}.")
    return numbers
