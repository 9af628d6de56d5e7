"""Chapter 24: how well a small network of single numbers separates the two moons."""

from modules.scalar_autograd import MLP
from modules.scalar_autograd.classification import accuracy, make_moons, train


def separates_the_moons(seed):
    """Accuracy on 500 new points, after 60 Adam steps of a 2-16-16-1 network on 100 points."""
    points, labels = make_moons(100, noise=0.1, seed=seed)
    model = MLP(2, [16, 16, 1], seed=seed)
    train(model, points, labels, steps=60)
    return accuracy(model, *make_moons(500, noise=0.1, seed=seed + 1000))
