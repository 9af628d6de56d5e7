"""Calling a reader's function: on copies, in silence, and with one line in place of a traceback."""

import contextlib
import copy
import inspect
import io
import linecache
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
LONGEST_TEXT = 160
LONGEST_RESULT = 10_000
PRODUCT_ADVICE = "A product (a, b) @ (b, c) needs equal inner sizes: is a transpose missing or misplaced?"
POWER_ADVICE = "A power is written `**`: in Python `^` combines bits."
ADVICE = {
    "truth value": "An `if` decides once for the whole array: use np.where, np.maximum or a comparison for each entry.",
    "core dimension": PRODUCT_ADVICE,
    "not aligned": PRODUCT_ADVICE,
    "RecursionError": "Does the function call itself without end, or does a list contain itself?",
    "SystemExit": "It would end the whole program: end the function with `return`.",
    "broadcast": "Arrays combined entry by entry need equal shapes, or a length of 1: print both shapes.",
    "to Python scalars": "float, int and the functions of math take a single number; NumPy's take arrays.",
    "scalar index": "An array stands where a whole number belongs: np.maximum compares arrays, np.concatenate joins.",
    "as a data type": "The shape is one argument, in parentheses of its own: np.zeros((rows, columns)).",
    "object is not callable": "`.T` and `.shape` take no parentheses, indices stand in brackets, products need a `*`.",
    "bitwise_xor": POWER_ADVICE,
    "operand type(s) for ^": POWER_ADVICE,
}


@dataclass(frozen=True)
class Run:
    """What one call gave: a value or the line that says why there is none, and the argument it changed."""

    value: object = None
    error: str = ""
    unfinished: bool = False
    changed: str = ""


def run(function, arguments: dict) -> Run:
    """Call `function` on a deep copy of the arguments, silently, and report what happened."""
    copies, printed = copy.deepcopy(arguments), io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = snapshot(settled(function(*copies.values())))
    except NotImplementedError:
        return Run(unfinished=True)
    except (Exception, SystemExit) as error:  # whatever a reader's code raises becomes a sentence
        return Run(error=describe(error, function, printed.getvalue()))
    changed = [name for name, before in arguments.items() if not equal(before, copies[name])]
    return Run(value=value, changed=changed[0] if changed else "")


def settled(value):
    """The value with lists in place of generators, `map` and `zip`, also nested ones: their code has yet to run.

    An inner one runs before the next is drawn, for it may use the loop variable of the outer one. Raises ValueError
    for one that does not end, RecursionError for a list that contains itself.
    """
    if isinstance(value, Iterator):
        kind, value = type(value).__name__, [settled(entry) for entry in islice(value, LONGEST_RESULT + 1)]
        if len(value) > LONGEST_RESULT:
            raise ValueError(f"the result, a {kind}, still goes on after {LONGEST_RESULT} values: it may never end")
    if type(value) in (list, tuple):
        return type(value)([settled(entry) for entry in value])
    if type(value) is dict:
        return {key: settled(entry) for key, entry in value.items()}
    return value


def snapshot(value):
    """A copy that later calls cannot change; what cannot be copied (the values of a dictionary) is kept as it is."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def equal(first, second) -> bool:
    """The same numbers in the same places, also in nested lists and dictionaries; other objects pass."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(equal(first[key], second[key]) for key in first)
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(map(equal, first, second))
    if isinstance(first, np.ndarray) and object in (first.dtype, second.dtype):
        return first.shape == second.shape and all(map(equal, first.ravel(), second.ravel()))
    if isinstance(first, (np.ndarray, np.generic, int, float, str)):
        numeric = np.asarray(first).dtype.kind == "f" == np.asarray(second).dtype.kind
        return np.array_equal(first, second, equal_nan=numeric)
    return True


def describe(error: BaseException, function, printed: str) -> str:
    """The exception as one line: its type, what it says, the reader's line, advice, and what was printed before."""
    name, text = type(error).__name__, one_line(words_of(error).split(", with gufunc")[0])
    sentence = f"{name}{place(error, function)}: {text or 'no message'}".rstrip(".") + "."
    advice = next((advice for words, advice in ADVICE.items() if words in f"{name}: {text}"), "")
    prints = f"Printed before: {one_line(printed).rstrip('.')}." if printed.strip() else ""
    return " ".join(filter(None, [sentence, advice, prints]))


def one_line(text: str) -> str:
    """The text without line breaks and addresses, cut short if it is long."""
    text = ADDRESS.sub("", " ".join(text.split()))
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " ..."


def words_of(error: BaseException) -> str:
    """What the exception says; nothing if it fails at that, as one of the reader's own may."""
    try:
        return str(error)
    except Exception:
        return ""


def place(error: BaseException, function) -> str:
    """Where in the function the exception passed through, counted from the line of its `def`."""
    code, step, found = getattr(function, "__code__", None), error.__traceback__, ""
    while step is not None:
        if step.tb_frame.f_code is code:
            source = linecache.getline(code.co_filename, step.tb_lineno).strip()
            number = step.tb_lineno - code.co_firstlineno + 1
            found = f" in line {number} of {code.co_name}" + (f" (`{source}`)" if source else "")
        step = step.tb_next
    return found


def call_problem(function, names: list[str]) -> str:
    """Why `function` cannot be called with arguments of these names, in this order; empty if it can."""
    wanted = f"({', '.join(names)})"
    if not callable(function):
        kind = type(function).__name__
        return f"Hand over the function itself, by its name and without parentheses; this is of type {kind}."
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions written in C keep theirs to themselves
        return ""
    given = list(signature.parameters)
    try:
        signature.bind(*names)
    except TypeError:
        return f"The function takes ({', '.join(given)}), but is called with {len(names)}: {wanted}."
    if given != names and sorted(given) == sorted(names):
        return f"The arguments come in the order {wanted}: yours are ({', '.join(given)})."
    return ""


def nothing_returned(function) -> str:
    """A body of dots has yet to be written; a body that uses a name or a variable of its own has been."""
    code = getattr(function, "__code__", None)
    if code is None or not (code.co_names or code.co_nlocals > code.co_argcount):
        return "Not yet: the function returns nothing. Write its body, and end with `return`."
    return ("The function ends without a value: is there a `return`, and a value after it? `append`, `reverse` and "
            "`print` give None.")


def run_problem(function, runs: list[Run], again: list[Run], labels: list[str]) -> str:
    """What went wrong in the calls themselves, before any value is compared; empty if nothing did."""
    for result, label in zip(runs, labels, strict=True):
        if result.unfinished:
            return "Not yet: the function is still to be written."
        if result.error:
            return f"For {label}: {result.error}"
        if result.changed:
            return (f"The function writes into its argument `{result.changed}`: whoever calls it loses the "
                    "old values. Work on a copy, or make a new array.")
        if result.value is None or result.value is Ellipsis:
            if all(other.value is None or other.value is Ellipsis for other in runs):
                return nothing_returned(function)
            return f"For {label} the function returns nothing: does every path through it end with `return`?"
    if not all(equal(first.value, second.value) for first, second in zip(runs, again, strict=True)):
        return ("Two calls with the same arguments give different results: something survives from call to "
                "call (a global, a default argument) or is drawn at random.")
    return ""
