"""What convolution.py and recurrence.py share: data, the clock, the turns, the table.

Each implementation runs in a process of its own (`--one NAME`), trains an epoch to warm up, then a timed one, and
prints a line of JSON: seconds, and the loss on unseen pictures after the first epoch.
"""

import argparse
import json
import time

import numpy as np
from measure import run_in_turns
from report import number, table

from modules import Optimizer_Adam
from modules.datasets import draw_garments, scale_pictures
from modules.train_fashion_mnist import assemble

BATCH = 128
UNSEEN = 1000


def pictures(samples):
    """Drawn garments (samples, 28, 28) in [-1, 1] with labels, and 1,000 unseen ones; the same for everybody."""
    X, y = draw_garments(samples + UNSEEN, seed=1)
    X = scale_pictures(X).reshape(-1, 28, 28)
    return X[:samples], y[:samples].astype(np.int64), X[samples:], y[samples:].astype(np.int64)


def make_model(layers):
    """Our model of these layers in float32; the layers draw their first weights beforehand, from a fixed seed."""
    for layer in layers:
        layer.cast(np.float32)
    return assemble(layers, Optimizer_Adam())


def time_ours(model, X, y, X_unseen, y_unseen):
    """The report of `modules`: Model.train as it is, its loss and accuracy of every step included."""
    def train():
        model.train(X, y, batch_size=BATCH, print_every=None, progress=False)

    def loss():
        probabilities = model.predict(X_unseen)
        return float(-np.log(probabilities[np.arange(len(y_unseen)), y_unseen]).mean())
    return report(train, loss)


def time_torch(network, X, y, X_unseen, y_unseen):
    """The report of PyTorch with the loop that its tutorials teach and its default Adam."""
    import torch
    X, y, X_unseen, y_unseen = map(torch.as_tensor, (X, y, X_unseen, y_unseen))
    optimizer, loss_function = torch.optim.Adam(network.parameters(), eps=1e-7), torch.nn.CrossEntropyLoss()

    def train():
        for start in range(0, len(X), BATCH):
            optimizer.zero_grad()
            loss_function(network(X[start:start + BATCH]), y[start:start + BATCH]).backward()
            optimizer.step()

    def loss():
        with torch.inference_mode():
            return float(loss_function(network(X_unseen), y_unseen))
    return report(train, loss)


def report(train, loss):
    train()
    learned = loss()
    start, busy = time.perf_counter(), time.process_time()
    train()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    return {"seconds": seconds, "cores": busy / seconds, "loss": learned}


def main(path, description, implementations):
    """Runs one implementation, or all of them in turns. `implementations` is {label: function(threads) -> report}."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns of each process (default 5)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="thread counts (default 1 2)")
    parser.add_argument("--one", choices=implementations, help="measure one here, print a line of JSON")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(implementations[arguments.one](arguments.threads[0])))
        return
    ours, *peers = implementations
    for threads in arguments.threads:
        commands = {label: [path, "--one", label, "--threads", threads] for label in implementations}
        results = run_in_turns(commands, arguments.rounds, threads)
        head = [f"{threads} thread{'s' * (threads > 1)}", "seconds", *(f"/ {peer}" for peer in peers), "cores busy",
                "loss on unseen pictures"]
        print(table(head, [row(label, results, peers) for label in implementations]), end="\n\n")


def row(label, results, peers):
    result = results[label]
    if result.trouble:
        return [label, result.trouble]
    ratios = [number(result.ratio(results[peer], "seconds"), ".2f") for peer in peers]
    return [label, number(result.median("seconds"), ".3f"), *ratios, number(result.median("cores"), ".2f"),
            number(result.median("loss"), ".3f")]
