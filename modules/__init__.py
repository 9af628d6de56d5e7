"""The book's framework in its final form: everything a notebook imports with `from modules import ...`.

A name is loaded from its file when it is first asked for, so that the packages inside that do without NumPy do not
load it. Pictures, data and gradient checks are imported from their own files.
"""

from importlib import import_module

FILES = {
    "accuracy": ["Accuracy", "Accuracy_Categorical", "Accuracy_Regression"],
    "activation_functions": ["Activation_Linear", "Activation_ReLU", "Activation_Sigmoid", "Activation_Softmax"],
    "convolution": ["Layer_Conv2D"],
    "history": ["History"],
    "layers": ["Layer", "Layer_Dense", "Layer_Dropout", "Layer_Input"],
    "losses": ["Loss", "Loss_BinaryCrossentropy", "Loss_CategoricalCrossentropy", "Loss_MeanAbsoluteError",
               "Loss_MeanSquaredError", "Activation_Sigmoid_Loss_BinaryCrossentropy",
               "Activation_Softmax_Loss_CategoricalCrossentropy"],
    "model": ["Model"],
    "normalization": ["Layer_BatchNormalization"],
    "optimizers": ["Optimizer", "Optimizer_Adagrad", "Optimizer_Adam", "Optimizer_RMSprop", "Optimizer_SGD"],
    "pooling": ["Layer_Flatten", "Layer_MaxPool2D"],
    "recurrence": ["Layer_LSTM"],
}
_FILE_OF = {name: file for file, names in FILES.items() for name in names}

__all__ = sorted(_FILE_OF)


def __getattr__(name):
    if name not in _FILE_OF:
        raise AttributeError(f"modules has no {name!r}. It has {', '.join(__all__)}.")
    return getattr(import_module(f"modules.{_FILE_OF[name]}"), name)


def __dir__():
    return __all__
