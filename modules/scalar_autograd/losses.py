"""Losses: from a list of outputs and a list of targets to one Value, the number to be made small."""

from modules.scalar_autograd.engine import as_value, total


def mse(outputs, targets):
    """The mean squared error, Σ (output - target)² / n; outputs are Values, targets numbers.

    Raises ValueError unless there is one target for each output, and at least one.
    """
    require_pairs(outputs, targets)
    squares = [(as_value(output) - target) ** 2 for output, target in zip(outputs, targets, strict=True)]
    return total(squares) / len(squares)


def max_margin(scores, labels):
    """The hinge loss, Σ max(0, 1 - label · score) / n, for labels -1 and 1 (Cortes and Vapnik 1995).

    A sample costs nothing once its score is on the right side by a margin of 1 or more. Raises ValueError for other
    labels, and unless there is one for each score, and at least one.
    """
    require_pairs(scores, labels)
    wrong = sorted(set(labels) - {-1, 1})
    if wrong:
        raise ValueError(f"The max-margin loss needs the labels -1 and 1, but it was given {wrong}. "
                         "Convert labels 0 and 1 with 2 * label - 1.")
    missing = [(1 - label * as_value(score)).relu() for score, label in zip(scores, labels, strict=True)]
    return total(missing) / len(missing)


def require_pairs(outputs, targets):
    """Raise ValueError unless there is one target for each output, and at least one of them."""
    if not outputs or len(outputs) != len(targets):
        raise ValueError(f"A loss needs one target for each output and at least one pair, "
                         f"but it was given {len(outputs)} outputs and {len(targets)} targets.")
