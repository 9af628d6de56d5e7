"""Scalar autograd against micrograd: forward, backward and update over 100 moons with a 2-16-16-1 network.

    python benchmarks/scalar_autograd_moons.py

Both start from the same weights and must reach the same loss. Each engine runs in processes of its own, taking
turns, so that neither is slowed by the other's garbage; a warm-up step is dropped, and medians are compared.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = str(Path(__file__).resolve().parent.parent)
LEARNING_RATE = 0.05


def prepare_ours(points, labels, weights):
    """A function that takes one step with `modules.scalar_autograd` and returns the loss before it."""
    from modules.scalar_autograd import MLP, SGD, max_margin

    model = MLP(2, [16, 16, 1])
    set_parameters(model, weights)
    optimizer = SGD(model.parameters(), LEARNING_RATE)

    def step():
        loss = max_margin([model(point)[0] for point in points], labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data
    return step


def prepare_micrograd(points, labels, weights):
    """The same step with the micrograd package, whose sums and products are one node each."""
    from micrograd.nn import MLP

    model = MLP(2, [16, 16, 1])
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


ENGINES = {"micrograd": prepare_micrograd, "modules.scalar_autograd": prepare_ours}


def set_parameters(model, weights):
    """Both packages list a neuron's weights before its bias, layer by layer."""
    for parameter, weight in zip(model.parameters(), weights, strict=True):
        parameter.data = weight


def make_problem():
    """The points, their labels and the first weights: what both engines are given, as JSON."""
    from modules.scalar_autograd import MLP
    from modules.scalar_autograd.classification import make_moons

    points, labels = make_moons(100, noise=0.1, seed=0)
    weights = [parameter.data for parameter in MLP(2, [16, 16, 1], seed=0).parameters()]
    return json.dumps([points, labels, weights])


def measure(engine, steps, problem):
    """Seconds of each of `steps` steps after one of warm-up, and the loss that the last one started from."""
    step = ENGINES[engine](*json.loads(problem))
    step()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        loss = step()
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "loss": loss}


def measure_in_own_process(engine, steps, problem):
    """Such a process imports its own engine only: the garbage collector would search whatever else it held."""
    command = [sys.executable, __file__, "--engine", engine, "--steps", str(steps)]
    answer = subprocess.run(command, input=problem, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"{engine} could not be measured; `pip install -e .[benchmark]` installs what is needed.\n"
                 + answer.stderr)
    return json.loads(answer.stdout)


def compare(rounds, steps):
    """Measure all engines in turns, check that their losses agree, and print the table."""
    problem = make_problem()
    results = {engine: [] for engine in ENGINES}
    for _ in range(rounds):
        for engine, answers in results.items():
            answers.append(measure_in_own_process(engine, steps, problem))
    losses = {engine: answers[0]["loss"] for engine, answers in results.items()}
    if max(losses.values()) - min(losses.values()) > 1e-9:
        sys.exit(f"The engines did not compute the same: {losses}")
    medians = {engine: statistics.median(second for answer in answers for second in answer["seconds"])
               for engine, answers in results.items()}
    print(f"Python {platform.python_version()}, one step over 100 moons, 2-16-16-1, "
          f"median of {rounds} x {steps} steps; same loss {losses['micrograd']:.6f}\n")
    print("| engine | ms a step | times faster than micrograd |\n|---|---|---|")
    for engine, seconds in medians.items():
        print(f"| {engine} | {1000 * seconds:.1f} | {medians['micrograd'] / seconds:.1f} |")


def main():
    if find_spec("micrograd") is None:
        sys.exit("This comparison needs the package micrograd: python -m pip install micrograd")
    parser = argparse.ArgumentParser(description="Scalar autograd against micrograd.")
    parser.add_argument("--rounds", type=int, default=5, help="processes for each engine (default 5)")
    parser.add_argument("--steps", type=int, default=3, help="timed steps in each process (default 3)")
    parser.add_argument("--engine", choices=ENGINES, help="measure this engine in this process, as JSON")
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options.engine, options.steps, sys.stdin.read())))
    else:
        compare(options.rounds, options.steps)


if __name__ == "__main__":
    sys.path.insert(0, REPOSITORY)
    main()
