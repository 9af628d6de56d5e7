"""Measures every claim of the lessons anew, for each of its seeds, against its bounds in modules/claims.toml.

    python -m tools.claims                      all of them
    python -m tools.claims --only chapter10     those whose names begin with this

Prints a line for each claim and ends with status 1 if one does not hold.
"""

import argparse
import sys
import time
from importlib import import_module

from modules.claims import read_claims


def main(arguments=None):
    """Measures what was asked for. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.claims", description="Measure the claims of the lessons.")
    parser.add_argument("--only", default="", metavar="NAME", help="only claims whose names begin with NAME")
    only = parser.parse_args(arguments).only
    claims = [claim for name, claim in read_claims().items() if name.startswith(only)]
    if not claims:
        parser.error(f"no claim begins with {only!r}")
    return run(claims)


def measure_of(name):
    """The function behind the claim `chapterNN.name`: `name` in tools/claims_measures/chapterNN.py."""
    chapter, function = name.split(".")
    return getattr(import_module(f"tools.claims_measures.{chapter}"), function)


def run(claims, find_measure=measure_of):
    """Measures the claims one after the other, and prints a table. Returns 0 if all hold, 1 otherwise."""
    width = max(len(claim.name) for claim in claims)
    print(f"{'claim':<{width}}  {'lowest':>8}  {'highest':>8}  {'bounds':<24}  {'seeds':>5}  {'seconds':>7}")
    broken = []
    for claim in claims:
        started = time.perf_counter()
        measure = find_measure(claim.name)
        values = {seed: float(measure(seed)) for seed in claim.seeds}
        wrong = [seed for seed, value in values.items() if not claim.holds(value)]
        broken += [claim.name] if wrong else []
        print(f"{claim.name:<{width}}  {min(values.values()):>8.4g}  {max(values.values()):>8.4g}  {claim.bounds:<24}  "
              f"{len(values):>5}  {time.perf_counter() - started:>7.1f}  {verdict(values, wrong)}", flush=True)
    print(f"{len(claims) - len(broken)} of {len(claims)} claims hold", *[f"not {name}" for name in broken], sep="; ")
    return 1 if broken else 0


def verdict(values, wrong):
    """'holds', or the seeds for which it does not."""
    return "FAILS for " + ", ".join(f"seed {seed} ({values[seed]:.4g})" for seed in wrong) if wrong else "holds"


if __name__ == "__main__":
    sys.exit(main())
