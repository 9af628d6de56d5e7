"""The chapter-19 work with PyTorch, in the loop that its tutorials teach; --fused uses Adam's fused kernel.

Nothing is logged: our own row keeps loss and accuracy of every step, this one does not.
"""

import common
import torch
from torch import nn


def make_network(sizes=common.SIZES):
    """nn.Sequential of linear layers and ReLUs; its outputs are scores, as CrossEntropyLoss expects."""
    modules = []
    for weights, biases in common.first_parameters(sizes):
        linear = nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(biases))
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


class Trainer:
    """A network, its loss and its optimizer. Adam is PyTorch's default one unless `fused`."""

    def __init__(self, sizes=common.SIZES, fused=False):
        self.network = make_network(sizes)
        self.loss_function = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.network.parameters(), betas=(common.BETA_1, common.BETA_2),
                                          eps=common.EPSILON, fused=fused or None)
        self.steps = 0

    def train(self, X, y, epochs, batch_size=common.BATCH):
        for _ in range(epochs):
            for start in range(0, len(X), batch_size):
                self.optimizer.param_groups[0]["lr"] = common.learning_rate(self.steps)
                self.optimizer.zero_grad()
                loss = self.loss_function(self.network(X[start:start + batch_size]), y[start:start + batch_size])
                loss.backward()
                self.optimizer.step()
                self.steps += 1

    def parameters(self):
        return [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in self.network[::2]]


def main():
    arguments = common.parse_arguments(("--fused", {"action": "store_true"}))
    torch.set_num_threads(arguments.threads)
    X, y = map(torch.from_numpy, common.load(arguments))
    trainer = Trainer(fused=arguments.fused)
    common.measure_training(arguments, lambda epochs: trainer.train(X, y, epochs), trainer.parameters)


if __name__ == "__main__":
    main()
