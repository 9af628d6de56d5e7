"""Probabilities for one picture and for all 10,000 of the test data: `prediction.py DATA --with ours` or `pytorch`.

Input and output are the library's own arrays, so nothing is converted. PyTorch gets the 10,000 at once and in
batches of 1,024, and the faster way counts; our `predict` takes them in batches of its own choosing.
"""

import json
import statistics

import common


def ours(X, y):
    from ours import make_model
    model = make_model()
    # A model takes its precision from the data it learns from: one step makes it float32.
    model.train(X[:common.BATCH], y[:common.BATCH], print_every=None, progress=False)
    return X, model.predict, [model.predict]


def pytorch(X, threads):
    import torch
    from pytorch import make_network
    torch.set_num_threads(threads)
    network = make_network().eval()

    def predict(X):
        with torch.inference_mode():
            return torch.softmax(network(X), dim=1)

    def in_batches(X):
        return torch.cat([predict(batch) for batch in torch.split(X, 1024)])

    return torch.from_numpy(X), predict, [predict, in_batches]


def seconds_a_call(function, X, calls, now):
    """Median over `calls` calls, after a tenth as many to warm up."""
    seconds = []
    for _ in range(calls + calls // 10):
        start = now()
        function(X)
        seconds.append(now() - start)
    return statistics.median(seconds[calls // 10:])


def main():
    choice = {"choices": ["ours", "pytorch"], "required": True, "dest": "library"}
    arguments = common.parse_arguments(("--with", choice))
    now = common.clock(arguments.threads)
    X, y = common.load(arguments, "test")
    X, predict_one, ways = ours(X, y) if arguments.library == "ours" else pytorch(X, arguments.threads)
    print(json.dumps({"one": seconds_a_call(predict_one, X[:1], 3000, now),
                      "all": min(seconds_a_call(way, X, 30, now) for way in ways)}))


if __name__ == "__main__":
    main()
