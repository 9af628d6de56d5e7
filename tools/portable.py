"""Runs every notebook in other surroundings and compares what it prints with what is stored.

    python -m tools.portable                                          everything, one surrounding after the other
    python -m tools.portable --only haswell --only packages-oldest    some of them
    python -m tools.portable --notebooks "chapter09*/*.ipynb" -n 2    some notebooks, in two processes

Prints a line for each surrounding and ends with status 1 if a notebook fails in one. A surrounding that this machine
cannot offer is named and left out; one that is the same as an earlier one is not run twice.
"""

import argparse
import os
import re
import subprocess
import sys
import time

from tools.interpreters import ROOT, NotHere, probe
from tools.surroundings import INHERITED, SURROUNDINGS

MOST_NAMED, MOST_LINES = 5, 10


def main(arguments=None):
    """Runs what was asked for. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.portable", description="Run the notebooks elsewhere.")
    parser.add_argument("--only", action="append", choices=SURROUNDINGS, metavar="NAME",
                        help=f"one surrounding, may be repeated: {', '.join(SURROUNDINGS)}")
    parser.add_argument("--notebooks", default="chapter*/*.ipynb", metavar="GLOB", help="which notebooks (%(default)s)")
    parser.add_argument("-n", type=int, default=1, metavar="PROCESSES", help="notebooks at a time (%(default)s)")
    options = parser.parse_args(arguments)
    notebooks = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(options.notebooks))
    if not notebooks:
        parser.error(f"no notebook matches {options.notebooks}")
    print(f"{len(notebooks)} notebooks")
    results, done = {}, {}
    for name in options.only or SURROUNDINGS:
        started = time.perf_counter()
        results[name], details = run(name, notebooks, options.n, done)
        print(f"{name:<15} {results[name]:<8} {time.perf_counter() - started:>5.0f} s  {details}", flush=True)
    return summarise(results)


def summarise(results):
    """Prints how many surroundings passed and which did not. Returns the exit status."""
    passed = list(results.values()).count("passed")
    others = [f"{name} {result}" for name, result in results.items() if result != "passed"]
    print(f"{passed} of {len(results)} surroundings passed", *others, sep="; ")
    return 1 if "FAILED" in results.values() else 0


def run(name, notebooks, processes, done):
    """('passed', 'FAILED' or 'left out', details) for one surrounding; `done` holds earlier results."""
    try:
        python, variables = SURROUNDINGS[name]()
    except NotHere as reason:
        return "left out", str(reason)
    except subprocess.CalledProcessError as error:
        return "FAILED", "it could not be made" + indented((error.stderr or error.stdout).strip().split("\n")[-3:])
    found = probe(python)
    key = found["python"], found["numpy"], *found["others"], tuple(variables.items())
    if key in done:
        earlier, result = done[key]
        return result, f"the same as {earlier}"
    failures = run_notebooks(python, variables, notebooks, processes)
    done[key] = name, "FAILED" if failures else "passed"
    return done[key][1], f"Python {key[0]}, NumPy {key[1]}" + indented(failures)


def run_notebooks(python, variables, notebooks, processes):
    """Runs nbval on the notebooks. Returns the first lines of what failed; none if all passed."""
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED} | variables
    several = ["-n", str(processes)] if processes > 1 else []
    before = files_beside(notebooks)
    command = [python, "-m", "pytest", "--nbval", "--nbval-current-env", "--color=no", *several, *notebooks]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    failures = [f"left behind: {path}" for path in sorted(files_beside(notebooks) - before)]
    if result.returncode:
        failures += failure_lines(result.stdout + result.stderr)
    return failures


def failure_lines(report):
    """The first failures that pytest names, and what differs in the first of them."""
    report = re.sub(r"\x1b\[[0-9;]*m", "", report)
    named = re.findall(r"^(?:FAILED|ERROR) .+", report, flags=re.M)
    first = re.search(r"^Traceback:\n(.+?)^(?:___|===)", report, flags=re.M | re.S)
    details = first[1] if first and named else report[-1000:]
    return named[:MOST_NAMED] + [line.rstrip() for line in details.split("\n") if line.strip()][:MOST_LINES]


def files_beside(notebooks):
    """Everything in the folders of some notebooks, except caches."""
    folders = {(ROOT / notebook).parent for notebook in notebooks}
    return {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("*")
            if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)}


def indented(lines):
    return "".join(f"\n    {line}" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
