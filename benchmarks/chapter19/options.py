"""What dropout, L2 regularization and shuffling add to an epoch of our own: four models, an epoch each in turn."""

import json

import common
from ours import make_model

#: Rates as in chapters 14 and 15: a tenth dropped after each hidden layer, a factor of 0.0005 on weights and biases.
OPTIONS = {"plain": ({}, False), "dropout": ({"dropout": 0.1}, False), "l2": ({"l2": 5e-4}, False),
           "shuffle": ({}, True)}


def main():
    arguments = common.parse_arguments()
    now = common.clock(arguments.threads)
    X, y = common.load(arguments)
    models = {name: make_model(**settings) for name, (settings, _) in OPTIONS.items()}
    seconds = {name: [] for name in OPTIONS}
    for _ in range(arguments.epochs + 1):
        for name, model in models.items():
            start = now()
            model.train(X, y, batch_size=common.BATCH, shuffle=OPTIONS[name][1], print_every=None, progress=False)
            seconds[name].append(now() - start)
    print(json.dumps({name: sum(values[1:]) / arguments.epochs for name, values in seconds.items()}))


if __name__ == "__main__":
    main()
