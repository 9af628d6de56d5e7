"""Recognising typical mistakes: a wrong result compared with the right one, over all cases at once.

Each diagnosis takes a wrong `Part` and returns one sentence, or an empty string if it does not apply. The
first that applies is shown: those after `shape` can rely on equal shapes, after `not_finite` on finite values.
"""

import numpy as np

from modules.exercises.comparing import REAL, Part, is_numeric, number, same, to_array
from modules.exercises.factors import factor

NEARLY = 1e-3
CONDITIONS = {"0": np.equal, "negative": np.less, "positive": np.greater, "0 or negative": np.less_equal,
              "0 or positive": np.greater_equal}


def diagnose(parts: list[Part]) -> str:
    """One sentence about the first wrong part."""
    if problem := order(parts):
        return problem
    wrong = next(part for part in parts if not part.right())
    sentence = next(found for diagnosis in DIAGNOSES if (found := diagnosis(wrong)))
    return sentence[0].upper() + sentence[1:]


def not_whole(parts: list[Part]) -> str:
    """All values are right, but some are decimals in place of whole numbers."""
    names = [part.name for part in parts if part.decimals]
    if not names:
        return ""
    return (f"The values are right, but {names[0]} is made of decimals: row numbers, labels and counts must stay whole "
            "numbers, or they cannot be used as an index.")


def order(parts: list[Part]) -> str:
    """All values are there, in another order."""
    places = [next((other for other in parts if part.matches(other.expected)), None) for part in parts]
    if len({id(place) for place in places if place}) < len(parts):
        return ""
    return f"All values are right, but in the wrong order: return {', '.join(part.name for part in parts)}."


def not_numbers(part: Part) -> str:
    for given, expected in zip(part.given, part.expected, strict=True):
        if is_numeric(expected) and not is_numeric(given):
            kind = type(given.item()).__name__ if given.ndim == 0 else "list of something else"
            hint = " with entries of unequal shape" if kind in ("list", "tuple") else ""
            return f"{part.name} should be made of numbers, but is a {kind}{hint}."
    return ""


def not_real(part: Part) -> str:
    for case, given, expected in zip(part.cases, part.given, part.expected, strict=True):
        if given.dtype.kind == "c" and expected.dtype.kind in REAL:
            return (f"{part.name} is made of complex numbers for {case.label}: in plain Python a negative number to a "
                    "power such as 0.5 gives one.")
    return ""


def shape(part: Part) -> str:
    """Two shapes side by side, and what turns one into the other when that can be seen."""
    wrong = [i for i in range(len(part.given)) if part.given[i].shape != part.expected[i].shape]
    if not wrong:
        return ""
    given, expected = part.given[wrong[0]], part.expected[wrong[0]]
    told = f"{part.name} has shape {given.shape}, expected {expected.shape}{only_for(part, wrong)}"
    if part.equals(np.transpose):
        return f"{told}: the values are right, but transposed."
    if given.size == expected.size and same(given.ravel(), expected.ravel(), part.tolerance):
        if given.squeeze().shape == expected.squeeze().shape:
            return f"{told}: the values are right; is an axis of length 1 lost or added (keepdims)?"
        return f"{told}: the values are right, but laid out in another shape."
    if given.shape == expected.shape[::-1]:
        return f"{told}: is it transposed?"
    if expected.ndim == 0 and given.size > 1 and is_numeric(expected):
        return f"{told}: it should be one number, not {given.size}. Is a sum, a mean or a choice missing?"
    if given.ndim == expected.ndim and given.shape[1:] == expected.shape[1:] and 1 not in (len(given), len(expected)):
        count = f"{len(given)} rows or entries in place of {len(expected)}"
        return f"{told}: {count}. Does a loop skip some, or go on too long?"
    if given.size == 0 < expected.size:
        return f"{told}: it is empty. Is an `append` missing, or does a loop never run?"
    columns = given.shape[1:], expected.shape[1:]
    if given.ndim == expected.ndim == 2 and len(given) == len(expected) and (1,) not in columns:
        count = f"{given.shape[1]} columns in place of {expected.shape[1]}"
        return f"{told}: {count}. Does a slice or a loop take too few or too many?"
    if given.ndim < expected.ndim:
        return f"{told}: an axis is gone. Is only one row returned, or a sum over too many axes or without keepdims?"
    if given.ndim == expected.ndim and len(given) == 1 and given.shape[1:] == expected.shape[1:]:
        return (f"{told}: one row or entry in place of {len(expected)}. Is a `return` inside a loop, or an `append` "
                "after it? With arrays: which axis is summed, which one stays?")
    return f"{told}: follow the shapes line by line. Which axis is summed, which one stays?"


def only_for(part: Part, wrong: list[int]) -> str:
    """' for LABEL', empty when every case is affected and the label would say nothing."""
    return "" if len(wrong) == len(part.cases) else f" for {part.cases[wrong[0]].label}"


def not_finite(part: Part) -> str:
    for case, given, expected in zip(part.cases, part.given, part.expected, strict=True):
        if is_numeric(given) and is_numeric(expected):
            bad = np.argwhere(~np.isfinite(given) & np.isfinite(expected))
            if len(bad):
                index = tuple(bad[0].tolist())
                found = f"{entry(part, index)} is {number(given[index])} for {case.label}"
                return (f"{found}: look for a division by 0, a logarithm of 0, the root of a negative number, the "
                        "exponential of a large one.")
    return ""


def sign(part: Part) -> str:
    if is_numeric(part.expected[0]) and part.equals(lambda expected: -1 * expected):
        return f"{part.name} has the opposite sign everywhere: is a minus missing, or one too many?"
    return ""


def transposed(part: Part) -> str:
    if part.equals(np.transpose):
        return f"{part.name} is transposed: rows and columns have changed places."
    return ""


def magnitude(part: Part) -> str:
    if not is_numeric(part.expected[0]):
        return ""
    pairs = zip(part.given, part.expected, strict=True)
    if all(same(abs(given), abs(expected), part.tolerance) for given, expected in pairs):
        return f"{part.name} has the right size but the wrong sign in places: {first_difference(part)}"
    return ""


def offset(part: Part) -> str:
    """The same number added everywhere."""
    if not is_numeric(part.expected[0]) or sum(array.size for array in part.expected) < 2:
        return ""
    sides = (part.given, part.expected)
    given, expected = (np.concatenate([array.ravel() for array in side]) for side in sides)
    difference = np.mean(given - expected)
    if same(given, expected + difference, part.tolerance):
        size, question = ("large", "counted once too often") if difference > 0 else ("small", "left out")
        return f"{part.name} is too {size} by {number(abs(difference))} everywhere: what is {question}?"
    return ""


def exception(part: Part) -> str:
    """Right except in one kind of place: where an argument is 0, on the diagonal, in the last row ..."""
    pairs = zip(part.given, part.expected, strict=True)
    wrong = [~np.isclose(*pair, rtol=part.tolerance, atol=part.tolerance) if is_numeric(pair[1])
             else np.not_equal(*pair) for pair in pairs]
    for words, masks in places(part):
        inside = all(not np.any(bad & ~mask) for bad, mask in zip(wrong, masks, strict=True))
        # All that is wrong lies in such places. They are named only if most of them are wrong, and if they are no
        # more than an exception.
        share = sum(map(np.sum, wrong)) / max(sum(map(np.sum, masks)), 1)
        outside = np.mean(np.concatenate([~mask.ravel() for mask in masks]))
        if inside and share > 0.5 and outside > 0.2:
            return f"{part.name} is right except {words}: {first_difference(part)}"
    return ""


def places(part: Part):
    """Yield (words, one mask per case) for the kinds of places that deserve a name."""
    shapes = [array.shape for array in part.expected]
    for name in part.cases[0].arguments:
        arrays = [to_array(case.arguments[name]) for case in part.cases]
        if all(map(is_numeric, arrays)) and [array.shape for array in arrays] == shapes:
            for words, holds in CONDITIONS.items():
                masks = [holds(array, 0) for array in arrays]
                # If each case lies on one side, its label says more.
                if any(np.any(mask) and not np.all(mask) for mask in masks):
                    yield f"where `{name}` is {words}", masks
    if all(len(wanted) == 2 for wanted in shapes):
        yield "on the diagonal", [np.eye(*wanted, dtype=bool) for wanted in shapes]
        yield "off the diagonal", [~np.eye(*wanted, dtype=bool) for wanted in shapes]
    if all(len(wanted) > 0 for wanted in shapes):
        yield "at the beginning", [np.indices(wanted)[0] == 0 for wanted in shapes]
        yield "at the end", [np.indices(wanted)[0] == wanted[0] - 1 for wanted in shapes]


def nearly(part: Part) -> str:
    if not is_numeric(part.expected[0]):
        return ""
    pairs = list(zip(part.given, part.expected, strict=True))
    scales = [np.max(np.abs(expected), initial=0) for expected in part.expected]
    if not all(np.allclose(*pair, NEARLY, NEARLY * scale) for pair, scale in zip(pairs, scales, strict=True)):
        return ""
    largest = max(float(np.max(np.abs(given - expected), initial=0)) for given, expected in pairs)
    return f"{part.name} is close, but off by up to {largest:.1g}: look for a rounding, a clip, an epsilon."


def some_cases(part: Part) -> str:
    """Right in one kind of case, wrong in another: the labels tell them apart."""
    verdicts = {}
    for case, given, expected in zip(part.cases, part.given, part.expected, strict=True):
        right = same(given, expected, part.tolerance)
        verdicts[case.label] = verdicts.get(case.label, True) and right
    good = [label for label, right in verdicts.items() if right]
    if not good:
        return ""
    return f"{part.name} is right for {good[0]}, but not for every case: {first_difference(part)}"


def first_difference(part: Part) -> str:
    """The first entry that differs, with both numbers."""
    case, given, expected = next(
        (case, given, expected) for case, given, expected in zip(part.cases, part.given, part.expected, strict=True)
        if not same(given, expected, part.tolerance))
    index = next(index for index in np.ndindex(expected.shape)
                 if not same(np.asarray(given[index]), np.asarray(expected[index]), part.tolerance))
    digits = next((digits for digits in (4, 8) if number(given[index], digits) != number(expected[index], digits)), 16)
    values = f"{shown(part, given[index], digits)}, expected {shown(part, expected[index], digits)}"
    return f"{entry(part, index)} is {values}, for {case.label}."


def shown(part: Part, value, digits: int) -> str:
    """The number; True or False where one of these is expected."""
    return str(value == 1) if part.truth and value in (0, 1) else number(value, digits)


def entry(part: Part, index: tuple) -> str:
    return f"entry {list(index)} of {part.name}" if index else part.name


DIAGNOSES = (not_numbers, not_real, shape, not_finite, sign, factor, transposed, nearly, magnitude, offset, exception,
             some_cases, first_difference)
