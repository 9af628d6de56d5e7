"""Chapter 20: how far the accuracy logged for a training epoch lags behind an evaluation on the same data."""

import contextlib
import io

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Layer_Dropout, Optimizer_Adam, datasets
from modules.train_fashion_mnist import assemble


def training_line_lags(seed):
    """Accuracy on 4,000 drawn garments evaluated after four epochs, less the accuracy that the last epoch logged."""
    pictures, y = datasets.draw_garments(4_000, seed=1)
    X = datasets.scale_pictures(pictures).astype(np.float64)
    np.random.seed(seed)
    model = assemble([Layer_Dense(784, 64, weight_regularizer_l2=1e-4, initial_scale="he"), Activation_ReLU(),
                      Layer_Dropout(0.3), Layer_Dense(64, 10, initial_scale="he"), Activation_Softmax()],
                     Optimizer_Adam())
    history = model.train(X, y, epochs=4, batch_size=128, shuffle=True, print_every=None)
    with contextlib.redirect_stdout(io.StringIO()):
        _, accuracy = model.evaluate(X, y)
    return accuracy - history.accuracy[-1]
