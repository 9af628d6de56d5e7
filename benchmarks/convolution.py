"""Time of an epoch of a small convolutional network against PyTorch's, in its default and its channels-last order.

    python benchmarks/convolution.py

10,000 pictures of 28x28 in batches of 128, Adam, float32. Two convolutions of 3x3 with 16 and 32 filters, each with
2x2 max pooling and then ReLU, and dense layers of 128 and 10. All start from the same weights, and all pool before
ReLU, which gives the same numbers and leaves ReLU a quarter of the work.
"""

import numpy as np
from layer_work import main, make_model, pictures, time_ours, time_torch

from modules import Activation_ReLU, Activation_Softmax, Layer_Conv2D, Layer_Dense, Layer_Flatten, Layer_MaxPool2D

SAMPLES, FILTERS, NEURONS = 10_000, (16, 32), 128


def our_model():
    np.random.seed(0)
    return make_model([
        Layer_Conv2D(1, FILTERS[0], 3), Layer_MaxPool2D(2), Activation_ReLU(),
        Layer_Conv2D(*FILTERS, 3), Layer_MaxPool2D(2), Activation_ReLU(), Layer_Flatten(),
        Layer_Dense(25 * FILTERS[1], NEURONS, initial_scale="he"), Activation_ReLU(),
        Layer_Dense(NEURONS, 10, initial_scale="he"), Activation_Softmax()])


def torch_network():
    import torch
    from torch import nn
    network = nn.Sequential(
        nn.Conv2d(1, FILTERS[0], 3), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(*FILTERS, 3), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(),
        nn.Linear(25 * FILTERS[1], NEURONS), nn.ReLU(), nn.Linear(NEURONS, 10))
    learning = [layer for layer in network if hasattr(layer, "weight")]
    with torch.no_grad():
        for layer, (weights, biases) in zip(learning, our_model().get_parameters(), strict=True):
            layer.weight.copy_(torch.from_numpy(weights if weights.ndim == 4 else weights.T))
            layer.bias.copy_(torch.from_numpy(biases[0]))
    return network


def with_channel(X, y, X_unseen, y_unseen):
    return X[:, np.newaxis], y, X_unseen[:, np.newaxis], y_unseen


def ours(threads):
    return time_ours(our_model(), *with_channel(*pictures(SAMPLES)))


def pytorch(threads, channels_last=False):
    import torch
    torch.set_num_threads(threads)
    network = torch_network()
    X, y, *unseen = with_channel(*pictures(SAMPLES))
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
        X = torch.from_numpy(X).to(memory_format=torch.channels_last)
    return time_torch(network, X, y, *unseen)


def pytorch_channels_last(threads):
    return pytorch(threads, channels_last=True)


if __name__ == "__main__":
    main("convolution.py", __doc__, {"`modules`": ours, "PyTorch": pytorch,
                                     "PyTorch, channels last": pytorch_channels_last})
