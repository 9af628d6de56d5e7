"""Every array is a node: a tensor autograd on NumPy with PyTorch's names.

The other way to chapter 9's gradients: write only the forward pass, let the graph work out the backward pass.
"""

from modules.tensor_autograd.graph import no_grad
from modules.tensor_autograd.nn import (
    CrossEntropyLoss,
    Linear,
    Module,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
)
from modules.tensor_autograd.operations import Factor, Rule
from modules.tensor_autograd.optim import SGD, Adam, Optimizer
from modules.tensor_autograd.tensor import Tensor, apply

__all__ = ["Adam", "CrossEntropyLoss", "Factor", "Linear", "MSELoss", "Module", "Optimizer", "ReLU", "Rule", "SGD",
           "Sequential", "Sigmoid", "Tanh", "Tensor", "apply", "no_grad"]
