"""The chapter-19 work with scikit-learn's MLPClassifier, one epoch for each call of partial_fit.

Its Adam has no decay of the learning rate, remembers the step on one batch that makes the arrays, and adds epsilon
before the correction, so its loss differs a little from the others'.
"""

import common
from sklearn.neural_network import MLPClassifier


def main():
    arguments = common.parse_arguments()
    X, y = common.load(arguments)
    network = MLPClassifier(common.SIZES[1:-1], alpha=0, batch_size=common.BATCH, shuffle=False,
                            solver="adam", learning_rate_init=common.LEARNING_RATE,
                            beta_1=common.BETA_1, beta_2=common.BETA_2, epsilon=common.EPSILON)
    # A first step on one batch makes the arrays; the weights everybody starts from then replace its own.
    network.partial_fit(X[:common.BATCH], y[:common.BATCH], classes=range(common.SIZES[-1]))
    for layer, (weights, biases) in enumerate(common.first_parameters()):
        network.coefs_[layer][...], network.intercepts_[layer][...] = weights, biases

    def train(epochs):
        for _ in range(epochs):
            network.partial_fit(X, y)

    common.measure_training(arguments, train, lambda: list(zip(network.coefs_, network.intercepts_, strict=True)))


if __name__ == "__main__":
    main()
