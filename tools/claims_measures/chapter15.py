"""Chapter 15: a network 784-64-10 on 300 garments, with dropout after its hidden layer and without."""

from functools import cache

import numpy as np

from modules import Activation_ReLU, Layer_Dense, Layer_Dropout, Loss_CategoricalCrossentropy, Optimizer_Adam
from modules.datasets import draw_garments
from tools.claims_measures.common import as_rows, train_classifier

RATE = 0.5


def dropout_lowers_validation_loss(seed):
    """Loss on new garments without dropout, minus that with it."""
    return _loss(_model(seed, 0), seed) - _loss(_model(seed, RATE), seed)


def dropout_hardly_moves_accuracy(seed):
    """Accuracy on new garments with dropout, minus that without."""
    return _accuracy(_model(seed, RATE), seed) - _accuracy(_model(seed, 0), seed)


def forgotten_switch_costs(seed):
    """Mean loss on new garments of 20 passes with masks, less the loss of a pass without."""
    X, y = _test_data(seed)
    model = _model(seed, RATE)
    loss = Loss_CategoricalCrossentropy()
    with_masks = np.mean([loss.calculate(model.forward(X, training=True), y) for _ in range(20)])
    return with_masks - _loss(model, seed)


def one_pass_stands_for_many(seed):
    """Share of new garments for which a pass without masks gives the answer of the mean over 100 passes with masks."""
    X, _ = _test_data(seed)
    model = _model(seed, RATE)
    mean = np.mean([model.forward(X, training=True) for _ in range(100)], axis=0)
    return np.mean(mean.argmax(axis=1) == model.predict(X).argmax(axis=1))


@cache
def _model(seed, rate):
    pictures, y = draw_garments(300, seed=2 * seed)
    np.random.seed(seed)
    layers = [Layer_Dense(784, 64), Activation_ReLU(), Layer_Dropout(rate, seed=seed), Layer_Dense(64, 10)]
    return train_classifier(layers, as_rows(pictures), y, Optimizer_Adam(learning_rate=0.002), epochs=200)


@cache
def _test_data(seed):
    pictures, y = draw_garments(1000, seed=2 * seed + 1)
    return as_rows(pictures), y


def _loss(model, seed):
    X, y = _test_data(seed)
    return Loss_CategoricalCrossentropy().calculate(model.predict(X), y)


def _accuracy(model, seed):
    X, y = _test_data(seed)
    return np.mean(model.predict(X).argmax(axis=1) == y)
