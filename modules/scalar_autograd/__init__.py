"""Scalar autograd: `Value`, networks of Values, optimizers and losses; only `math` and `random` needed."""

from modules.scalar_autograd.engine import Value, total, weighted_sum
from modules.scalar_autograd.losses import max_margin, mse
from modules.scalar_autograd.nn import MLP, Layer, Neuron, linear
from modules.scalar_autograd.optim import SGD, Adam, SGDMomentum

__all__ = ["MLP", "SGD", "Adam", "Layer", "Neuron", "SGDMomentum", "Value", "linear", "max_margin", "mse",
           "total", "weighted_sum"]
