"""What the lessons claim about results: each claim in words, with the bounds that every seed must stay within.

The claims are in `claims.toml`, and nowhere else. A lesson quotes one by its name; `make claims` measures it anew.
"""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

CLAIMS_FILE = Path(__file__).with_name("claims.toml")


@dataclass(frozen=True)
class Claim:
    """One claim: whatever the seed, the measured value lies between `minimum` and `maximum`, both included.

    `name` gives chapter and claim, `chapter10.decay_stalls_sgd`; `statement` says it in a sentence; `value` says
    what is measured; `seeds` are those it was measured for. One of the bounds may be missing: None. To claim
    that one thing ends below another, claim that their difference is above 0.

        stalls = claim("chapter10.decay_stalls_sgd")
        print(stalls)
        assert stalls.holds(accuracy)
    """

    name: str
    statement: str
    value: str
    seeds: tuple[int, ...]
    minimum: float | None = None
    maximum: float | None = None

    def holds(self, value):
        """Whether a value, for example the one that a lesson has just computed, lies within the bounds."""
        return bool((self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum))

    @property
    def bounds(self):
        """The bounds in words: 'between 0.4 and 0.46', 'at least 0.9', 'at most 2'."""
        if self.minimum is None:
            return f"at most {self.maximum:g}"
        if self.maximum is None:
            return f"at least {self.minimum:g}"
        return f"between {self.minimum:g} and {self.maximum:g}"

    def __str__(self):
        return f"{self.statement}\n{self.value}: {self.bounds}, for each of {len(self.seeds)} seeds"


def claim(name):
    """The claim of this name. Raises ValueError, with the nearest names, where there is none."""
    claims = read_claims()
    if name in claims:
        return claims[name]
    near = get_close_matches(name, claims, cutoff=0.4) or list(claims)
    raise ValueError(f"There is no claim {name!r} in modules/claims.toml. The nearest are: {', '.join(near)}.")


def read_claims(path=CLAIMS_FILE):
    """All claims of a claims file, by name. Raises ValueError for a claim with an unknown or a missing entry."""
    chapters = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return {f"{chapter}.{key}": _make_claim(f"{chapter}.{key}", entries)
            for chapter, tables in chapters.items() for key, entries in tables.items()}


def _make_claim(name, entries):
    known = {"statement", "value", "seeds", "minimum", "maximum"}
    unknown, missing = entries.keys() - known, {"statement", "value", "seeds"} - entries.keys()
    if unknown or missing or not entries.keys() & {"minimum", "maximum"}:
        raise ValueError(f"The claim {name} needs statement, value, seeds, and minimum or maximum or both: "
                         f"unknown {sorted(unknown)}, missing {sorted(missing)}, given {sorted(entries)}.")
    return Claim(name, **{**entries, "seeds": tuple(entries["seeds"])})
