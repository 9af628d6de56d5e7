"""Chapter 5: the loss of a network that has learned nothing."""

import numpy as np

from modules import Activation_ReLU, Activation_Softmax, Layer_Dense, Loss_CategoricalCrossentropy
from modules.datasets import spiral_data


def untrained_loss_is_ln_3(seed):
    """Loss of an untrained network 2-3-3 on three arms of the spiral."""
    np.random.seed(seed)
    outputs, y = spiral_data(100, 3)
    for layer in (Layer_Dense(2, 3), Activation_ReLU(), Layer_Dense(3, 3), Activation_Softmax()):
        outputs = layer.forward(outputs)
    return Loss_CategoricalCrossentropy().calculate(outputs, y)
