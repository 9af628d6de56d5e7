"""The program: a small network of Values learns to tell two moons apart, and its boundary is drawn.

    python -m modules.scalar_autograd.classification --steps 100 --activation tanh
"""

import argparse
import math
import random
import sys
from pathlib import Path

from modules.scalar_autograd.engine import Value
from modules.scalar_autograd.losses import max_margin
from modules.scalar_autograd.nn import MLP
from modules.scalar_autograd.optim import Adam

ACTIVATIONS = {"relu": Value.relu, "tanh": Value.tanh, "sigmoid": Value.sigmoid}
# Blue and orange that colour-blind readers can tell apart; the markers differ as well.
COLOURS = {-1: "#0072B2", 1: "#E69F00"}
MARKERS = {-1: "o", 1: "^"}
PICTURE_ENDINGS = (".png", ".jpg", ".svg", ".pdf")


def make_moons(samples=100, noise=0.1, seed=0):
    """Two interleaved half circles of radius 1: a list of (x, y) and a list of labels, -1 above and 1 below.

    `noise` is the standard deviation of the normal noise added to each coordinate. The labels alternate.
    """
    generator = random.Random(seed)
    points, labels = [], []
    for sample in range(samples):
        label = 2 * (sample % 2) - 1
        angle = math.pi * generator.random()
        x, y = math.cos(angle), math.sin(angle)
        if label == 1:
            x, y = 1 - x, 0.5 - y
        points.append((x + generator.gauss(0, noise), y + generator.gauss(0, noise)))
        labels.append(label)
    return points, labels


def accuracy(model, points, labels):
    """The share of points whose score has the sign of their label, between 0 and 1."""
    hits = [(model(point)[0] > 0) == (label > 0) for point, label in zip(points, labels, strict=True)]
    return sum(hits) / len(hits)


def finite_loss(model, points, labels):
    """The max-margin loss over all points, a Value. Raises ArithmeticError if it is infinite or not a number."""
    loss = max_margin([model(point)[0] for point in points], labels)
    if not math.isfinite(loss.data):
        raise ArithmeticError(f"the loss is {loss.data}: points or weights are too large. Use less noise or a "
                              "smaller learning rate.")
    return loss


def train(model, points, labels, steps=100, learning_rate=0.05, report=None):
    """Take `steps` Adam steps, each on all points, calling `report(step, loss)`; returns the losses."""
    optimizer = Adam(model.parameters(), learning_rate)
    losses = []
    for step in range(1, steps + 1):
        loss = finite_loss(model, points, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
        if report:
            report(step, loss.data)
    return losses


def draw_boundary(axes, model, points, labels, cells=60):
    """Draw the points and, behind them, the label that the model gives at cells² places."""
    xs = grid([x for x, _ in points], cells)
    ys = grid([y for _, y in points], cells)
    scores = [[model((x, y))[0].data for x in xs] for y in ys]
    axes.contourf(xs, ys, scores, levels=[-math.inf, 0, math.inf], colors=list(COLOURS.values()), alpha=0.25)
    axes.contour(xs, ys, scores, levels=[0], colors="black", linewidths=1)
    for label, colour in COLOURS.items():
        chosen = [point for point, its_label in zip(points, labels, strict=True) if its_label == label]
        axes.scatter(*zip(*chosen, strict=True), color=colour, marker=MARKERS[label], edgecolors="black",
                     linewidths=0.5, label=f"label {label}")
    axes.set(xlabel="x", ylabel="y", aspect="equal")
    axes.legend(loc="upper right")


def grid(numbers, cells):
    """`cells` evenly spaced numbers from a little below the smallest to a little above the largest."""
    low, high = min(numbers) - 0.5, max(numbers) + 0.5
    return [low + (high - low) * cell / (cells - 1) for cell in range(cells)]


def save_picture(model, points, labels, path):
    """Save the decision boundary as a picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), layout="constrained")
    draw_boundary(figure.subplots(), model, points, labels)
    figure.savefig(path, dpi=150)


def at_least(least):
    """The type of an option whose value must be a whole number, and not below the least."""
    def whole_number(text):
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, not {text}")
        return number

    return whole_number


def positive(text):
    """An option's value that must be above 0 and finite."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be a positive number, not {text}")
    return number


def not_negative(text):
    """An option's value that must be 0 or positive, and finite."""
    number = float(text)
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"must be 0 or a positive number, not {text}")
    return number


def prepare_place(path):
    """Make the picture's folder, or raise ValueError or OSError if the picture could not be saved later."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder")
    if path.suffix.lower() not in PICTURE_ENDINGS:
        raise ValueError(f"{path} must end in one of {', '.join(PICTURE_ENDINGS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    path.open("ab").close()
    if is_new:
        path.unlink()


def parse_options(arguments=None):
    """The options; a mistake in them ends the program with a message and status 2."""
    parser = argparse.ArgumentParser(description="Learn to tell two moons apart, one number at a time.",
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--samples", type=at_least(2), default=100, help="points to learn from, of both labels")
    parser.add_argument("--noise", type=not_negative, default=0.1, help="standard deviation of the points' noise")
    parser.add_argument("--hidden", type=at_least(1), nargs="+", default=[16, 16],
                        help="neurons in each hidden layer")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu", help="of the hidden layers")
    parser.add_argument("--steps", type=at_least(0), default=100, help="Adam steps, each on all points")
    parser.add_argument("--learning-rate", type=positive, default=0.05, help="of Adam")
    parser.add_argument("--seed", type=int, default=0, help="of the points and of the weights")
    parser.add_argument("--picture", type=Path, default=Path("output/scalar_autograd_moons.png"),
                        help="where the decision boundary is saved")
    options = parser.parse_args(arguments)
    try:
        prepare_place(options.picture)
    except (OSError, ValueError) as error:
        parser.error(f"cannot save the picture: {error}")
    return options


def main(arguments=None):
    """Train, report and draw; a loss that grows without bound ends the program with a message and status 1."""
    options = parse_options(arguments)
    points, labels = make_moons(options.samples, options.noise, options.seed)
    fresh_points, fresh_labels = make_moons(500, options.noise, options.seed + 1)
    model = MLP(2, [*options.hidden, 1], ACTIVATIONS[options.activation], seed=options.seed)

    def report(step, loss):
        if step % 10 == 0 or step == options.steps:
            print(f"step {step:4d} of {options.steps}   loss {loss:.4f}   "
                  f"accuracy {accuracy(model, points, labels):.3f}", flush=True)

    try:
        train(model, points, labels, options.steps, options.learning_rate, report)
        finite_loss(model, fresh_points, fresh_labels)  # of the last step's weights, which no loss has seen yet
        print(f"accuracy on {len(fresh_points)} new points: {accuracy(model, fresh_points, fresh_labels):.3f}")
        save_picture(model, points, labels, options.picture)
        print(f"The decision boundary is in {options.picture}.")
    except (ArithmeticError, OSError, ValueError) as error:
        sys.exit(f"stopped: {error}")
    except KeyboardInterrupt:
        sys.exit("\nstopped by Ctrl-C; no picture was drawn")


if __name__ == "__main__":
    main()
