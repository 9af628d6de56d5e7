"""Trains the convolutional network of chapter 26 on Fashion-MNIST and draws what it has learned.

    python -m modules.train_convolution --epochs 15 --output output
"""

from modules import (
    Activation_ReLU,
    Activation_Softmax,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Dropout,
    Layer_Flatten,
    Layer_MaxPool2D,
    Optimizer_Adam,
)
from modules.train_fashion_mnist import assemble, run


def build_model():
    """Two convolutions of 3x3 with 16 and 32 filters, pooled, then dense layers: 108,618 parameters.

    Pooling comes before ReLU: it gives the same numbers, and leaves ReLU a quarter of the work.
    """
    return assemble([
        Layer_Conv2D(1, 16, 3), Layer_MaxPool2D(2), Activation_ReLU(),
        Layer_Conv2D(16, 32, 3), Layer_MaxPool2D(2), Activation_ReLU(), Layer_Flatten(),
        Layer_Dropout(0.3), Layer_Dense(32 * 5 * 5, 128, initial_scale="he"), Activation_ReLU(),
        Layer_Dense(128, 10, initial_scale="he"), Activation_Softmax()], Optimizer_Adam(decay=2e-4))


def main(arguments=None):
    run("the convolutional network of chapter 26", build_model, (1, 28, 28), "convolution", 15, arguments)


if __name__ == "__main__":
    main()
