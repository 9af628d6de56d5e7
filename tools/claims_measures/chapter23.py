"""Chapter 23: what the small list networks of the lesson learn within a few seconds."""

from random import Random

from modules.pure_python.activations import relu, sigmoid
from modules.pure_python.cnn import CNN
from modules.pure_python.drawings import SIZE, drawing
from modules.pure_python.lstm import LSTM, figure_of_eight
from modules.pure_python.mlp import MLP, halves
from modules.pure_python.training import accuracy, mean_loss, train_epoch


def finds_the_half(seed):
    """Accuracy of a 6-20-2 network on 500 unseen samples, after three epochs of 3,000 samples."""
    generator = Random(seed)
    network = MLP((6, 20, 2), relu, generator, output_activation=sigmoid)
    training, unseen = halves(3000, generator), halves(500, generator)
    for epoch in range(3):
        train_epoch(network, training, 0.2 / (1 + epoch), generator)
    return accuracy(network, unseen)


def tells_strokes_apart(seed):
    """Accuracy of four filters and a dense layer on 100 unseen drawings, after six epochs of 200 drawings."""
    generator = Random(seed)
    kinds = ("horizontal", "vertical", "falling", "rising")
    network = CNN((1, SIZE, SIZE), [4], len(kinds), relu, generator, pool=(13, 13))
    training, unseen = _strokes(kinds, 200, generator), _strokes(kinds, 100, generator)
    for epoch in range(6):
        train_epoch(network, training, 1 / (1 + 0.1 * epoch), generator)
    return accuracy(network, unseen)


def _strokes(kinds, count, generator):
    targets = [[float(kind == name) for name in kinds] for kind in kinds]
    return [([drawing(kinds[k % len(kinds)], generator)], targets[k % len(kinds)]) for k in range(count)]


def continues_the_eight(seed):
    """Mean loss of six cells on 20 unseen sequences, after five epochs of 30 sequences of 40 points."""
    generator = Random(seed)
    network = LSTM(2, 6, 2, generator)
    training, unseen = ([figure_of_eight(40, generator) for _ in range(count)] for count in (30, 20))
    for _ in range(5):
        train_epoch(network, training, 0.5, generator)
    return mean_loss(network, unseen)
