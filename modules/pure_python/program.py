"""What the three programs have in common: options, progress line by line, a clean exit, saved and loaded networks."""

import argparse
import sys
from collections.abc import Callable
from random import Random

from modules.pure_python import files
from modules.pure_python.training import train_epoch


def at_least(least: int) -> Callable[[str], int]:
    """The type of an option whose value must be a whole number, and not below the least."""

    def whole_number(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, not {text}")
        return number

    return whole_number


def positive(text: str) -> float:
    """An option's value that must be above 0 and finite."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a positive number, not {text}")
    return number


def not_negative(text: str) -> float:
    """An option's value that must be 0 or positive, and finite."""
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be 0 or a positive number, not {text}")
    return number


def file_name(text: str) -> str:
    """An option's value that must not be empty."""
    if not text:
        raise argparse.ArgumentTypeError("must be the name of a file, not an empty string")
    return text


def option_parser(
    description: str, epochs: int, learning_rate: float, decay: float, samples: int
) -> argparse.ArgumentParser:
    """A parser with the options that all programs share, and these defaults."""
    parser = argparse.ArgumentParser(description=description + " Ctrl-C ends the training early.")
    parser.add_argument("--epochs", type=at_least(0), default=epochs,
                        help="passes over the training samples; 0 only measures (default: %(default)s)")
    parser.add_argument("--learning-rate", type=positive, default=learning_rate,
                        help="length of a step downhill (default: %(default)s)")
    parser.add_argument("--decay", type=not_negative, default=decay,
                        help="epoch k, counted from 0, takes learning rate / (1 + decay k) (default: %(default)s)")
    parser.add_argument("--samples", type=at_least(1), default=samples,
                        help="training samples to make (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1,
                        help="the same seed gives the same run (default: %(default)s)")
    parser.add_argument("--save", type=file_name, metavar="FILE", help="write the network to this file at the end")
    parser.add_argument("--load", type=file_name, metavar="FILE",
                        help="start with the network in this file; its architecture must match the other options")
    return parser


def run(
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    network,
    training: list[tuple],
    unseen: list[tuple],
    generator: Random,
    measure: str,
    measured: Callable,
) -> None:
    """Train, print `measured(network, unseen)` under the name `measure` after every epoch, and save if asked to.

    Mistakes in the options and files end the program with a message and status 2, a loss that grows without
    bound with a message and status 1.
    """
    try:
        if options.save:
            files.require_writable(options.save)
        if options.load:
            files.load(network, options.load)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    try:
        train(network, options, training, unseen, generator, measure, measured)
        if options.save:  # before anything that a second Ctrl-C could end
            files.save(network, options.save)
            print(f"saved to {options.save}")
        print(f"{measure} on {len(unseen)} unseen samples: {measured(network, unseen):.4f}")
    except (ArithmeticError, OSError, ValueError) as error:
        sys.exit(f"stopped: {error}")
    except KeyboardInterrupt:
        sys.exit("\nstopped by Ctrl-C")


def train(network, options, training, unseen, generator, measure, measured) -> None:
    """The epochs, one line each. Ctrl-C ends them early and keeps what has been learnt."""
    try:
        for epoch in range(1, options.epochs + 1):
            learning_rate = options.learning_rate / (1 + options.decay * (epoch - 1))
            loss = train_epoch(network, training, learning_rate, generator)
            print(f"epoch {epoch:3} of {options.epochs}  loss {loss:.4f}  "
                  f"{measure} on unseen samples {measured(network, unseen):.4f}", flush=True)
    except KeyboardInterrupt:
        # Not among the lines of progress: in `... | tee log`, Ctrl-C ends tee as well.
        print("\nstopped by Ctrl-C; what has been learnt so far is kept", file=sys.stderr)
