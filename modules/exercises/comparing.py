"""A result beside the expected one: split into named parts, each part as arrays over all cases."""

from dataclasses import dataclass, field

import numpy as np

REAL = "biuf"
NUMERIC = REAL + "c"


class WrongStructure(Exception):
    """The result does not have the parts the exercise asks for; the message says what it has instead."""


@dataclass(frozen=True)
class Case:
    """One call of an exercise: what is special about it, in words, and its arguments by name."""

    label: str
    arguments: dict


@dataclass
class Part:
    """One returned value over all cases: `given[i]` and `expected[i]` are arrays, from `cases[i]`.

    They are of float64 if they are real. `truth`: True or False is expected. `decimals`: some came in place of whole
    numbers; an empty result has none.
    """

    name: str
    tolerance: float
    cases: list[Case] = field(default_factory=list)
    given: list[np.ndarray] = field(default_factory=list)
    expected: list[np.ndarray] = field(default_factory=list)
    truth: bool = False
    decimals: bool = False

    def add(self, case: Case, given: np.ndarray, expected: np.ndarray) -> None:
        self.cases.append(case)
        self.given.append(real_as_float(given))
        self.expected.append(real_as_float(expected))
        self.truth |= expected.dtype.kind == "b"
        self.decimals |= expected.dtype.kind in "iu" and given.dtype.kind == "f" and given.size > 0

    def matches(self, arrays: list[np.ndarray]) -> bool:
        """Whether the given arrays equal these, in every case."""
        if len(self.given) != len(arrays):
            return False
        return all(same(*pair, self.tolerance) for pair in zip(self.given, arrays, strict=True))

    def equals(self, change) -> bool:
        """Whether `change`, applied to the expected arrays, makes the given ones: `equals(np.negative)`."""
        return self.matches([change(array) for array in self.expected])

    def right(self) -> bool:
        return self.matches(self.expected)


def same(first: np.ndarray, second: np.ndarray, tolerance: float) -> bool:
    """Equal shapes and equal entries, numbers within the tolerance, never by broadcasting."""
    if first.shape != second.shape:
        return False
    if is_numeric(first) and is_numeric(second):
        return np.allclose(first, second, rtol=tolerance, atol=tolerance, equal_nan=True)
    return bool(np.array_equal(first, second))


def is_numeric(array: np.ndarray) -> bool:
    return array.dtype.kind in NUMERIC


def real_as_float(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float64) if array.dtype.kind in REAL else array


def split(cases: list[Case], given: list, expected: list, names: tuple, tolerance: float) -> dict[str, Part]:
    """The parts by name. Raises WrongStructure when a result does not have as many parts as the expected one."""
    parts = {}
    for case, result, reference in zip(cases, given, expected, strict=True):
        for name, entry, target in leaves(result, reference, names):
            parts.setdefault(name, Part(name, tolerance)).add(case, entry, target)
    return parts


def leaves(given, expected, names: tuple = (), name: str = "the result"):
    """Yield (name, given array, expected array): a tuple, or a list of unequal shapes, is several parts."""
    if given is None or given is Ellipsis:
        raise WrongStructure(f"Not yet: {name} is still missing.")
    if not is_group(expected):
        yield (f"`{names[0]}`" if names else name), to_array(given), to_array(expected)
        return
    labels = [f"`{part}`" for part in names] or [f"part {i} of {name}" for i in range(len(expected))]
    entries = to_entries(given)
    if entries is None or len(entries) != len(expected):
        count = "one value"
        if isinstance(given, (list, tuple)) and len(given) != 1:
            count = "one list" if type(given) is list and type(expected) is tuple else f"{len(given)} values"
        raise WrongStructure(f"The function returns {count}, but should return {len(expected)}: "
                             f"{', '.join(labels)}.")
    for label, entry, target in zip(labels, entries, expected, strict=True):
        yield from leaves(entry, target, name=label)


def is_group(value) -> bool:
    return isinstance(value, tuple) or (isinstance(value, list) and to_array(value).dtype == object)


def to_array(value) -> np.ndarray:
    """The value as an array; what is no array is wrapped whole, as an object."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "V":
            raise TypeError("rows of named fields are no numbers")
        return array
    except Exception:  # unequal lengths, named fields, or an object that refuses
        wrapped = np.empty((), dtype=object)
        wrapped[()] = value
        return wrapped


def to_entries(value) -> list | None:
    """The entries of a sequence, or None for a single value."""
    try:
        return None if isinstance(value, (dict, set, str)) else list(value)
    except Exception:  # no sequence, or one that refuses
        return None


def number(value, digits: int = 4) -> str:
    """So few significant digits that they are the same on every machine; text as it is."""
    return f"{value + 0.0:.{digits}g}" if is_numeric(np.asarray(value)) else repr(str(value))
