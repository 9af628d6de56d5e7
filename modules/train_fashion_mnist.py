"""The program behind `make train`: trains the network of chapter 19 and draws what it has learned.

    python -m modules.train_fashion_mnist --epochs 10 --output output
"""

import argparse
import os
import sys
from pathlib import Path

import matplotlib
import numpy as np

from modules import (
    Accuracy_Categorical,
    Activation_ReLU,
    Activation_Softmax,
    Layer_Dense,
    Loss_CategoricalCrossentropy,
    Model,
    Optimizer_Adam,
)
from modules.array_files import destination
from modules.datasets import load_fashion_mnist, scale_pictures
from modules.visualize import plot_confusion_matrix, plot_history, plot_mistakes


def build_model():
    """Two hidden layers of 128 ReLU neurons, ten classes, Adam: 118,282 parameters. (Book, chapter 19.)"""
    return assemble([
        Layer_Dense(784, 128, initial_scale="he"), Activation_ReLU(),
        Layer_Dense(128, 128, initial_scale="he"), Activation_ReLU(),
        Layer_Dense(128, 10, initial_scale="he"), Activation_Softmax()], Optimizer_Adam(decay=1e-3))


def assemble(layers, optimizer):
    """A finalized classifier of these layers."""
    model = Model()
    for layer in layers:
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=optimizer, accuracy=Accuracy_Categorical())
    model.finalize()
    return model


def draw(model, data, X_test, folder, name):
    """Writes curves, confusion matrix and worst mistakes as PNG files that begin with `name`; returns their paths."""
    confidences = model.predict(X_test)
    predicted = confidences.argmax(axis=1)
    # Without a finished epoch, after Ctrl-C, there are no curves.
    pictures = {"curves.png": plot_history(model.history, title=data.source)} if len(model.history) else {}
    pictures |= {
        "confusion_matrix.png": plot_confusion_matrix(data.y_test, predicted, data.class_names, title=data.source),
        "worst_mistakes.png": plot_mistakes(data.X_test, data.y_test, confidences, data.class_names,
                                            title=f"{data.source}: sure and wrong"),
    }
    paths = [folder / f"{name}_{picture}" for picture in pictures]
    for path, drawn in zip(paths, pictures.values(), strict=True):
        drawn.get_figure().savefig(path, dpi=120, bbox_inches="tight")
    return paths


def run(network, build, sample_shape, name, epochs, arguments=None):
    """The program: trains what `build` makes on samples of this shape; writes `name`.model and its pictures."""
    parser = option_parser(network, epochs)
    options = parser.parse_args(arguments)
    matplotlib.use("agg")
    try:
        data, folder = prepare(parser, options, name)
        X, X_test = (scale_pictures(pictures).reshape(-1, *sample_shape) for pictures in (data.X, data.X_test))
        model = build()
        model.class_names = data.class_names
        print(f"Data: {data.source}, {len(data.X):,} pictures to learn from, {len(data.X_test):,} to validate on.")
        model.train(X, data.y, epochs=options.epochs, batch_size=options.batch_size, shuffle=True,
                    validation_data=(X_test, data.y_test))
        model.save(folder / f"{name}.model")  # before anything that a second Ctrl-C, or a closed pipe, could end
        print(f"\nOn {data.source}, after {len(model.history)} epochs:")
        model.evaluate(X_test, data.y_test)
        print(f"Model: {folder / name}.model")
        for path in draw(model, data, X_test, folder, name):
            print(f"Picture: {path}")
    except OSError as error:
        sys.exit(f"stopped: {error}; model and pictures belong in {folder}")
    except KeyboardInterrupt:
        sys.exit("\nstopped by Ctrl-C")


def option_parser(network, epochs):
    parser = argparse.ArgumentParser(description=f"Train {network} on Fashion-MNIST.")
    parser.add_argument("--epochs", type=at_least_one, default=epochs,
                        help=f"how often all pictures are seen ({epochs})")
    parser.add_argument("--batch-size", type=at_least_one, default=128, help="pictures a step learns from (128)")
    parser.add_argument("--seed", type=int, default=0, help="fixes every random number (0)")
    parser.add_argument("--data", type=Path, help="folder of the four data files; else they are found or downloaded")
    parser.add_argument("--output", type=Path, default=Path("output"), help="folder for model and pictures (output)")
    return parser


def prepare(parser, options, name):
    """The data, and a folder in which `name`.model can be written: better to fail now than after the training."""
    try:
        np.random.seed(options.seed)
        output = options.output.expanduser()
        output.mkdir(parents=True, exist_ok=True)
        data = load_fashion_mnist(options.data)
        folder = output / "stand_in" if data.is_stand_in else output
        folder.mkdir(exist_ok=True)
        destination(folder / f"{name}.model")
        probe = folder / f"{name}.{os.getpid()}.part"
        probe.touch()
        probe.unlink()
    except (OSError, RuntimeError, ValueError) as error:
        parser.error(str(error))
    return data, folder


def at_least_one(text):
    """An option's value that must be 1, 2, 3, ..."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text}")
    return int(text)


def main(arguments=None):
    """The program of chapter 19."""
    run("the network of chapter 19", build_model, (784,), "fashion_mnist", 10, arguments)


if __name__ == "__main__":
    main()
