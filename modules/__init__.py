"""The book's framework in its final form: everything a notebook imports with `from modules import ...`.

Pictures, gradient checks and programs stay in their own files, which are imported by name.
"""

from modules.accuracy import Accuracy, Accuracy_Categorical, Accuracy_Regression
from modules.activation_functions import (
    Activation_Linear,
    Activation_ReLU,
    Activation_Sigmoid,
    Activation_Softmax,
)
from modules.history import History
from modules.layers import Layer, Layer_Dense, Layer_Dropout, Layer_Input
from modules.losses import (
    Activation_Softmax_Loss_CategoricalCrossentropy,
    Loss,
    Loss_BinaryCrossentropy,
    Loss_CategoricalCrossentropy,
    Loss_MeanAbsoluteError,
    Loss_MeanSquaredError,
)
from modules.model import Model
from modules.optimizers import (
    Optimizer,
    Optimizer_Adagrad,
    Optimizer_Adam,
    Optimizer_RMSprop,
    Optimizer_SGD,
)

__all__ = [name for name in dir() if name.split("_")[0] in {
    "Accuracy", "Activation", "History", "Layer", "Loss", "Model", "Optimizer"}]
