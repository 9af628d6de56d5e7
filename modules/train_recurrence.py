"""Trains an LSTM that reads the pictures of Fashion-MNIST row by row, as in chapter 27, and draws what it has learned.

    python -m modules.train_recurrence --epochs 15 --output output
"""

from modules import Activation_Softmax, Layer_Dense, Layer_LSTM, Optimizer_Adam
from modules.train_fashion_mnist import assemble, run


def build_model():
    """64 neurons read 28 rows of 28 pixels; what they show after the last row decides: 24,458 parameters."""
    return assemble([Layer_LSTM(28, 64), Layer_Dense(64, 10, initial_scale="he"), Activation_Softmax()],
                    Optimizer_Adam(decay=2e-4))


def main(arguments=None):
    run("an LSTM that reads pictures row by row", build_model, (28, 28), "recurrence", 15, arguments)


if __name__ == "__main__":
    main()
