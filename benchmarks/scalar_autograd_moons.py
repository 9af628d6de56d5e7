"""Scalar autograd against micrograd: forward, backward and update over 100 moons with a 2-16-16-1 network.

    python benchmarks/scalar_autograd_moons.py

Both start from the same weights and must reach the same loss. Each engine runs in processes of its own, taking
turns, so that neither is slowed by the other's garbage; a warm-up step is dropped, and medians are compared.
"""

import argparse
import json
import platform
import statistics
import sys
import time

from measure import run_in_turns

from modules.scalar_autograd import MLP, SGD, max_margin
from modules.scalar_autograd.classification import make_moons

SIZES = 2, [16, 16, 1]
LEARNING_RATE = 0.05


def our_step(points, labels, weights):
    """A function that takes one step with `modules.scalar_autograd` and returns the loss before it."""
    model = MLP(*SIZES)
    set_parameters(model, weights)
    optimizer = SGD(model.parameters(), LEARNING_RATE)

    def step():
        loss = max_margin([model(point)[0] for point in points], labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data
    return step


def micrograd_step(points, labels, weights):
    """The same step with the micrograd package, whose sums and products are one node each."""
    from micrograd import nn

    model = nn.MLP(*SIZES)
    set_parameters(model, weights)

    def step():
        losses = [(1 - label * model(point)).relu() for point, label in zip(points, labels, strict=True)]
        loss = sum(losses) * (1 / len(losses))
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= LEARNING_RATE * parameter.grad
        return loss.data
    return step


ENGINES = {"micrograd": micrograd_step, "modules.scalar_autograd": our_step}


def set_parameters(model, weights):
    """Both packages list a neuron's weights before its bias, layer by layer."""
    for parameter, weight in zip(model.parameters(), weights, strict=True):
        parameter.data = weight


def measure(engine, steps):
    """The median of `steps` steps in seconds, after one of warm-up, and the loss that the last one started from."""
    weights = [parameter.data for parameter in MLP(*SIZES, seed=0).parameters()]
    step = ENGINES[engine](*make_moons(100, noise=0.1, seed=0), weights)
    step()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        loss = step()
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds), "loss": loss}


def compare(rounds, steps):
    """Measures all engines in turns, checks that their losses agree, and prints the table."""
    results = run_in_turns({engine: ["scalar_autograd_moons.py", "--one", engine, "--steps", steps]
                            for engine in ENGINES}, rounds)
    for engine, result in results.items():
        if result.trouble:
            sys.exit(f"{engine} could not be measured: {result.trouble}; `pip install -e .[benchmark]` installs what "
                     f"is needed.")
    losses = {engine: result.median("loss") for engine, result in results.items()}
    if max(losses.values()) - min(losses.values()) > 1e-9:
        sys.exit(f"The engines did not compute the same: {losses}")
    medians = {engine: result.median("seconds") for engine, result in results.items()}
    print(f"Python {platform.python_version()}, one step over 100 moons, 2-16-16-1, "
          f"median of {rounds} x {steps} steps; same loss {losses['micrograd']:.6f}\n")
    print("| engine | ms a step | times faster than micrograd |\n|---|---|---|")
    for engine, seconds in medians.items():
        print(f"| {engine} | {1000 * seconds:.1f} | {medians['micrograd'] / seconds:.1f} |")


def main():
    parser = argparse.ArgumentParser(description="Scalar autograd against micrograd.")
    parser.add_argument("--rounds", type=int, default=5, help="processes for each engine (default 5)")
    parser.add_argument("--steps", type=int, default=3, help="timed steps in each process (default 3)")
    parser.add_argument("--one", choices=ENGINES, help="measure this engine in this process, as JSON")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.steps)))
    else:
        compare(options.rounds, options.steps)


if __name__ == "__main__":
    main()
