"""How a step's cost grows: 784-h-h-10 for several h and batch sizes, by `growth.py DATA --with LIBRARY`."""

import json

import common

HIDDEN = (32, 64, 128, 256, 512, 1024)
BATCHES = (16, 32, 64, 128, 256, 512)
SECONDS = 0.25  # what each point is measured for, roughly


def ours(sizes, X, y):
    from ours import make_model
    model = make_model(sizes)

    def train(samples, batch):
        model.train(X[:samples], y[:samples], batch_size=batch, print_every=None, progress=False)
    return train


def pytorch(sizes, X, y, fused):
    import torch
    from pytorch import Trainer
    trainer = Trainer(sizes, fused)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def train(samples, batch):
        trainer.train(X[:samples], y[:samples], 1, batch)
    return train


def seconds_a_step(train, batch, most, now):
    """Mean over as many steps as fit into the time, judging by ten warm-up steps."""
    seconds = 0
    for steps in (10, None):
        steps = steps or max(10, min(most // batch, int(SECONDS / seconds)))
        start = now()
        train(steps * batch, batch)
        seconds = (now() - start) / steps
    return seconds


def main():
    choice = {"choices": ["ours", "eager", "fused"], "required": True, "dest": "library"}
    arguments = common.parse_arguments(("--with", choice))
    X, y = common.load(arguments)
    if arguments.library != "ours":
        import torch
        torch.set_num_threads(arguments.threads)
    report = {}
    for hidden in HIDDEN:
        sizes = (784, hidden, hidden, 10)
        train = ours(sizes, X, y) if arguments.library == "ours" else pytorch(sizes, X, y, arguments.library == "fused")
        for batch in BATCHES:
            report[f"{hidden} {batch}"] = seconds_a_step(train, batch, len(X), common.clock(arguments.threads))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
