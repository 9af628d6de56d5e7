"""Trains the convolutional network of chapter 26 on Fashion-MNIST and draws what it has learned.

    python -m modules.train_convolution --epochs 15 --output output
"""

import argparse
from pathlib import Path

import matplotlib
import numpy as np

from modules import (
    Accuracy_Categorical,
    Activation_ReLU,
    Activation_Softmax,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Dropout,
    Layer_Flatten,
    Layer_MaxPool2D,
    Loss_CategoricalCrossentropy,
    Model,
    Optimizer_Adam,
)
from modules.datasets import load_fashion_mnist, scale_pictures
from modules.train_fashion_mnist import draw


def build_model():
    """Two convolutions of 3x3 with 16 and 32 filters, pooled, then dense layers: 108,618 parameters.

    Pooling comes before ReLU: it gives the same numbers, and leaves ReLU a quarter of the work.
    """
    return assemble([
        Layer_Conv2D(1, 16, 3), Layer_MaxPool2D(2), Activation_ReLU(),
        Layer_Conv2D(16, 32, 3), Layer_MaxPool2D(2), Activation_ReLU(), Layer_Flatten(),
        Layer_Dropout(0.3), Layer_Dense(32 * 5 * 5, 128, initial_scale="he"), Activation_ReLU(),
        Layer_Dense(128, 10, initial_scale="he"), Activation_Softmax()])


def assemble(layers, decay=2e-4):
    """A finalized classifier of these layers, with Adam."""
    model = Model()
    for layer in layers:
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(decay=decay),
              accuracy=Accuracy_Categorical())
    model.finalize()
    return model


def run(description, name, build, sample_shape, arguments=None):
    """The program: trains what `build` makes on samples of this shape, and writes `name`.model and its pictures."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--epochs", type=int, default=15, help="how often all pictures are seen (15)")
    parser.add_argument("--batch-size", type=int, default=128, help="pictures a step learns from (128)")
    parser.add_argument("--seed", type=int, default=0, help="fixes every random number (0)")
    parser.add_argument("--data", type=Path, help="folder of the four data files; found or downloaded otherwise")
    parser.add_argument("--output", type=Path, default=Path("output"), help="folder for model and pictures (output)")
    options = parser.parse_args(arguments)
    matplotlib.use("agg")
    np.random.seed(options.seed)

    data = load_fashion_mnist(options.data)
    print(f"Data: {data.source}, {len(data.X):,} pictures to learn from, {len(data.X_test):,} to validate on.")
    X, X_test = (scale_pictures(pictures).reshape(-1, *sample_shape) for pictures in (data.X, data.X_test))
    model = build()
    model.class_names = data.class_names
    model.train(X, data.y, epochs=options.epochs, batch_size=options.batch_size, shuffle=True,
                validation_data=(X_test, data.y_test))
    print(f"\nOn {data.source}, after {len(model.history)} epochs:")
    model.evaluate(X_test, data.y_test)

    options.output.mkdir(parents=True, exist_ok=True)
    model.save(options.output / f"{name}.model")
    print(f"Model: {options.output / name}.model")
    for path in draw(model, data, X_test, options.output):
        print(f"Picture: {path}")


def main(arguments=None):
    run("Train the convolutional network of chapter 26 on Fashion-MNIST.", "convolution", build_model, (1, 28, 28),
        arguments)


if __name__ == "__main__":
    main()
