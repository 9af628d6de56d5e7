"""Recognising a result that is right up to a factor: a size, an argument, or a plain number."""

import numpy as np

from modules.exercises.comparing import Part, is_numeric, number, same, to_array

PARAMETERS = ("weights", "biases", "w", "b")  # their rows are not samples


def factor(part: Part) -> str:
    """The right result times one number: the same in all cases, or a size or an argument of the case."""
    if part.truth or not is_numeric(part.expected[0]):
        return ""
    ratios = np.array([ratio(*pair, part.tolerance) for pair in zip(part.given, part.expected, strict=True)])
    if np.isinf(ratios).any() or sum(array.size for array in part.expected) < 2:
        return ""
    if np.nansum(np.abs(ratios)) == 0:
        return f"{part.name} is 0 everywhere: is it only initialised, or is a factor lost on the way?"
    if found := named_factor(part, ratios):
        return found
    known = ratios[~np.isnan(ratios)]
    if len(known) > 1 and agree(known, known[:1]) and abs(known[0] - 1) > 1e-3:
        return f"{part.name} is {number(known[0])} times what it should be: look for a constant factor."
    return ""


def named_factor(part: Part, ratios) -> str:
    for name, values in sizes(part):
        if min(values) == max(values):  # the same in all cases: any constant could be meant
            continue
        if agree(ratios, values):
            return f"{part.name} is right up to a factor: the division by {name} is missing."
        if agree(ratios, [1 / value if value else np.inf for value in values]):
            return f"{part.name} is right up to a factor: multiply by {name}, or leave out a division by it."
    return ""


def ratio(given, expected, tolerance: float) -> float:
    """given / expected: nan if both are 0 throughout (any ratio fits), inf if it is not one number."""
    square = np.sum(expected * expected, dtype=float)
    value = np.sum(given * expected, dtype=float) / square if square else 0.0
    if not same(np.asarray(given), np.asarray(value * expected), tolerance):
        return np.inf
    return float(value) if square else np.nan


def agree(ratios, values) -> bool:
    return bool(np.all(np.isnan(ratios) | np.isclose(ratios, values, rtol=1e-6, atol=0)))


def sizes(part: Part):
    """Yield (words, one number per case) for everything that a formula may multiply or divide by."""
    for name in part.cases[0].arguments:
        if isinstance(part.cases[0].arguments[name], bool):  # a flag is not a size
            continue
        arrays = [to_array(case.arguments[name]) for case in part.cases]
        if not all(is_numeric(array) and array.ndim == arrays[0].ndim for array in arrays):
            continue
        if arrays[0].ndim == 0:
            yield f"`{name}`", [float(array) for array in arrays]
        elif arrays[0].ndim == 1:
            yield f"len({name})", [len(array) for array in arrays]
        else:
            rows = "rows" if name in PARAMETERS else "samples"
            yield f"the number of {rows} (the length of `{name}`)", [len(array) for array in arrays]
            yield f"the number of columns of `{name}`", [array.shape[1] for array in arrays]
            yield f"the number of entries of `{name}`", [array.size for array in arrays]
