"""Time of one training step with `modules.tensor_autograd` against PyTorch and our layers with hand-written backward.

    python benchmarks/tensor_autograd_step.py

Two networks in float32: 1-30-30-1 on 20 samples (mean squared error, SGD), and chapter 19's 784-128-128-10 on 128
samples (cross-entropy, Adam). A step is forward, loss, backward and update, on tensors that are made before it. Each
implementation runs in processes of its own, with one thread, taking turns. It prints medians over the rounds, and
ratios taken round by round.
"""

import argparse
import json
import statistics
from itertools import pairwise
from time import perf_counter

import numpy as np
from measure import run_in_turns

SIZES = {"small": ((1, 30, 30, 1), 20), "chapter19": ((784, 128, 128, 10), 128)}


def batch(network):
    """The same inputs and targets for everybody: (samples, features) and (samples, 1) or class numbers."""
    (features, *_, outputs), samples = SIZES[network]
    generator = np.random.default_rng(0)
    X = generator.uniform(-1, 1, (samples, features)).astype(np.float32)
    y = np.sin(X) if network == "small" else generator.integers(0, outputs, samples)
    return X, y


def learning(model, loss_function, optimizer, X, y):
    """A function that takes one step; PyTorch and `tensor_autograd` have the same names."""
    def step():
        optimizer.zero_grad()
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.step()
    return step


def tensor_autograd_step(network):
    from modules.tensor_autograd import SGD, Adam, CrossEntropyLoss, Linear, MSELoss, ReLU, Sequential, Tensor
    layers = []
    for sizes in pairwise(SIZES[network][0]):
        layers += [Linear(*sizes, dtype=np.float32), ReLU()]
    model = Sequential(layers[:-1])
    loss_function = MSELoss() if network == "small" else CrossEntropyLoss()
    optimizer = SGD(model.parameters(), lr=0.01) if network == "small" else Adam(model.parameters())
    X, y = batch(network)
    X, y = Tensor(X), Tensor(y) if network == "small" else y
    return learning(model, loss_function, optimizer, X, y)


def torch_step(network):
    import torch
    from torch import nn
    torch.set_num_threads(1)
    layers = []
    for sizes in pairwise(SIZES[network][0]):
        layers += [nn.Linear(*sizes), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    loss_function = nn.MSELoss() if network == "small" else nn.CrossEntropyLoss()
    optimizer = (torch.optim.SGD(model.parameters(), lr=0.01) if network == "small"
                 else torch.optim.Adam(model.parameters()))
    X, y = map(torch.from_numpy, batch(network))
    return learning(model, loss_function, optimizer, X, y)


def layers_step(network):
    """The book's layers, with gradients derived by hand: a step as in `Model.train`, without its accuracy."""
    from modules.activation_functions import Activation_Linear, Activation_ReLU, Activation_Softmax
    from modules.layers import Layer_Dense
    from modules.losses import Loss_CategoricalCrossentropy, Loss_MeanSquaredError
    from modules.model import Model
    from modules.optimizers import Optimizer_Adam, Optimizer_SGD
    model = Model()
    for sizes in pairwise(SIZES[network][0]):
        if model.layers:
            model.add(Activation_ReLU())
        model.add(Layer_Dense(*sizes))
        model.layers[-1].cast(np.float32)
    model.add(Activation_Linear() if network == "small" else Activation_Softmax())
    model.set(loss=Loss_MeanSquaredError() if network == "small" else Loss_CategoricalCrossentropy(),
              optimizer=Optimizer_SGD(0.01) if network == "small" else Optimizer_Adam())
    model.finalize()
    X, y = batch(network)

    def step():
        output = model.forward(X)
        model.loss.accumulate(output, y)
        model.backward(output, y)
        model.optimizer.pre_update_params()
        for layer in model.trainable_layers:
            model.optimizer.update_params(layer)
        model.optimizer.post_update_params()
    return step


PREPARE = {"PyTorch": torch_step, "tensor_autograd": tensor_autograd_step, "our layers": layers_step}


def measure(step, seconds=1.0):
    """Median seconds of one step, after a fifth of the time for warming up."""
    times, start = [], perf_counter()
    while perf_counter() < start + 1.2 * seconds:
        before = perf_counter()
        step()
        after = perf_counter()
        if after > start + 0.2 * seconds:
            times.append(after - before)
    return statistics.median(times)


def rows(network, rounds):
    """The lines of the table for one network; an implementation that cannot run says why."""
    sizes, samples = SIZES[network]
    name = f"{'-'.join(map(str, sizes))}, batch {samples}"
    results = run_in_turns({label: ["tensor_autograd_step.py", "--one", label, network] for label in PREPARE}, rounds)
    for label, result in results.items():
        if result.trouble:
            yield f"| {name} | {label} | {result.trouble} | | |"
            continue
        ratios = [result.ratio(results[peer], "seconds") for peer in ("PyTorch", "our layers")]
        shown = " | ".join("" if ratio is None else f"{ratio:.2f}" for ratio in ratios)
        yield f"| {name} | {label} | {1e6 * result.median('seconds'):.0f} | {shown} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns of every implementation (default 5)")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "NETWORK"), help="measure one and print its report")
    arguments = parser.parse_args()
    if arguments.one:
        name, network = arguments.one
        print(json.dumps({"seconds": measure(PREPARE[name](network))}))
        return
    print("| network | step | µs | / PyTorch | / our layers |\n|---|---|--:|--:|--:|")
    for network in SIZES:
        print("\n".join(rows(network, arguments.rounds)))


if __name__ == "__main__":
    main()
