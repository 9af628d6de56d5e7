"""What every implementation of the chapter-19 work shares: settings, data, first weights, clock, report."""

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from peak_memory import peak_memory

SIZES = (784, 128, 128, 10)
BATCH = 128
LEARNING_RATE, DECAY = 0.001, 1e-3
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


def parse_arguments(*options):
    """The command line: the folder that prepare_data.py filled, how much to do, and the script's own options.

    Threads are limited by the environment, which run.py sets before Python starts; the number is here for
    libraries that want to be told.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--epochs", type=int, default=4, help="timed epochs after the first (default 4)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--samples", type=int, default=-1, help="training samples to use (default all)")
    for option, settings in options:
        parser.add_argument(option, **settings)
    return parser.parse_args()


def load(arguments, part="train"):
    """X (samples, 784), float32 in [-1, 1], and y (samples,), int64, of "train" or "test"."""
    samples = arguments.samples if part == "train" else -1
    X = np.fromfile(arguments.data / f"X_{part}", np.float32, samples * SIZES[0] if samples > 0 else -1)
    return X.reshape(-1, SIZES[0]), np.fromfile(arguments.data / f"y_{part}", np.int64, samples)


def save(folder, part, X, y):
    """Writes the arrays as they lie in memory, so that reading them back needs no memory besides their own."""
    X.tofile(folder / f"X_{part}")
    y.astype(np.int64).tofile(folder / f"y_{part}")


def first_parameters(sizes=SIZES):
    """The same first weights for everybody: [(weights (inputs, neurons), biases (neurons,)), ...] in float32."""
    generator = np.random.default_rng(1)
    return [((0.01 * generator.standard_normal(shape)).astype(np.float32), np.zeros(shape[1], np.float32))
            for shape in pairwise(sizes)]


def learning_rate(step):
    """The learning rate of a step, counted from 0."""
    return LEARNING_RATE / (1 + DECAY * step)


def clock(threads):
    """The clock to measure with: on one thread the processor's, which stands still while other programs run."""
    return time.process_time if threads == 1 else time.perf_counter


def measure_training(arguments, train, parameters=None):
    """Times `train(epochs)` and prints the report, one line of JSON.

    The first epoch is the warm-up and is not timed. Loss and accuracy are reported for what
    it has learned, so they can be compared however many epochs are timed. `parameters()` gives weights and
    biases as `first_parameters` does.
    """
    train(1)
    learned = [[np.array(array, np.float64) for array in pair] for pair in parameters()] if parameters else None
    now = clock(arguments.threads)
    start, elapsed, busy = now(), time.perf_counter(), time.process_time()
    train(arguments.epochs)
    seconds, elapsed, busy = now() - start, time.perf_counter() - elapsed, time.process_time() - busy
    report = {"seconds": seconds / arguments.epochs, "cores": busy / elapsed, "peak_mb": peak_memory()}
    if learned:
        report["loss"], report["accuracy"] = evaluate(learned, *load(arguments, "test"))
    print(json.dumps(report))


def evaluate(parameters, X, y):
    """Mean cross-entropy and accuracy on test data, computed alike for all implementations."""
    for weights, biases in parameters[:-1]:
        X = np.maximum(X @ weights + biases, 0)
    scores = X @ parameters[-1][0] + parameters[-1][1]
    scores -= scores.max(axis=1, keepdims=True)
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
    return float(losses.mean()), float((scores.argmax(axis=1) == y).mean())
