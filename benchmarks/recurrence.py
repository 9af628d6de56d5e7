"""Time of forty training steps of an LSTM against PyTorch's.

    python benchmarks/recurrence.py

Pictures of 28x28 read row by row: 28 steps of 28 numbers, 64 neurons, a dense layer of 10 after the last step; batch
128, Adam, float32. Both start from the same weights. PyTorch's layer has a second bias, which is added to the first:
here it stays zero, so that both learn the same.
"""

import numpy as np
from layer_work import BATCH, main, make_model, pictures, time_ours, time_torch

from modules import Activation_Softmax, Layer_Dense
from modules.recurrence import Layer_LSTM

STEPS, NEURONS = 40, 64


def our_model():
    np.random.seed(0)
    return make_model([Layer_LSTM(28, NEURONS), Layer_Dense(NEURONS, 10, initial_scale="he"), Activation_Softmax()])


def ours(threads):
    return time_ours(our_model(), *pictures(STEPS * BATCH))


def pytorch(threads):
    import torch
    from torch import nn

    class LastStep(nn.Module):
        """What the LSTM shows at the last step, turned into ten scores."""

        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(28, NEURONS, batch_first=True)
            self.lstm.bias_hh_l0.requires_grad_(False)
            self.dense = nn.Linear(NEURONS, 10)

        def forward(self, X):
            return self.dense(self.lstm(X)[0][:, -1])

    torch.set_num_threads(threads)
    network = LastStep()
    (input_weights, recurrent_weights, biases), (weights, dense_biases) = our_model().get_parameters()
    values = (input_weights.T, recurrent_weights.T, biases[0], 0 * biases[0], weights.T, dense_biases[0])
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), values, strict=True):
            parameter.copy_(torch.from_numpy(value))
    return time_torch(network, *pictures(STEPS * BATCH))


if __name__ == "__main__":
    main("recurrence.py", __doc__, {"`modules`": ours, "PyTorch": pytorch})
