"""Chapter 22: how sure a network is of pictures scaled as in training, inverted, and unscaled.

Measured on drawn garments, which are the same everywhere. The bounds were found to hold for Fashion-MNIST as well.
"""

from functools import cache

import numpy as np

from modules import datasets
from modules.train_fashion_mnist import build_model

SURE = 0.9


def inverted_is_wrong(seed):
    """Accuracy on inverted test pictures."""
    confidences, y = _answers(seed)["inverted"]
    return np.mean(confidences.argmax(axis=1) == y)


def inverted_is_sure(seed):
    """Median of the highest confidence for inverted test pictures."""
    confidences, _ = _answers(seed)["inverted"]
    return np.median(confidences.max(axis=1))


def unscaled_is_certain(seed):
    """Share of answers with a confidence above 0.9 for pixels from 0 to 255."""
    confidences, _ = _answers(seed)["unscaled"]
    return np.mean(confidences.max(axis=1) > SURE)


def sure_is_mostly_right(seed):
    """Accuracy of the answers with a confidence above 0.9 for test pictures scaled as in training."""
    confidences, y = _answers(seed)["scaled"]
    sure = confidences.max(axis=1) > SURE
    return np.mean(confidences[sure].argmax(axis=1) == y[sure])


@cache
def _data():
    return *datasets.draw_garments(10_000, seed=1), *datasets.draw_garments(3_000, seed=2)


@cache
def _answers(seed):
    """Confidences and labels for test pictures in three forms, by a network that learned 10,000 drawn garments."""
    pictures, y, pictures_test, y_test = _data()
    np.random.seed(seed)
    model = build_model()
    model.train(datasets.scale_pictures(pictures), y, epochs=5, batch_size=128, shuffle=True, print_every=None)
    scaled = datasets.scale_pictures(pictures_test)
    forms = {"scaled": scaled, "inverted": -scaled, "unscaled": pictures_test.reshape(len(scaled), -1)}
    return {form: (model.predict(X), y_test) for form, X in forms.items()}
