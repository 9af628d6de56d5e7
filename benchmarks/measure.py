"""Runs implementations in processes of their own, taking turns, and keeps what they report.

A command is a script of this folder with its arguments. It prints one JSON object, its report, as the last line.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
                    "NUMEXPR_NUM_THREADS", "NPROC")


class Result:
    """The reports of one command, a dict for each round, or the trouble that kept it from reporting."""

    def __init__(self):
        self.reports = []
        self.trouble = None

    def values(self, key):
        return [report[key] for report in self.reports if report.get(key) is not None]

    def median(self, key):
        """The median over the rounds, or None where nothing was reported."""
        values = self.values(key)
        return statistics.median(values) if values else None

    def ratio(self, other, key, other_key=None):
        """The median of this one divided by the other, round by round: what disturbs a round disturbs both."""
        pairs = zip(self.values(key), other.values(other_key or key), strict=False)
        ratios = [mine / its for mine, its in pairs]
        return statistics.median(ratios) if ratios else None


def run_in_turns(commands, rounds, threads=1):
    """Runs every command once a round. `commands` is {label: [script, argument, ...]}; returns {label: Result}."""
    results = {label: Result() for label in commands}
    for number in range(1, rounds + 1):
        for label, command in commands.items():
            if results[label].trouble:
                continue
            print(f"  round {number} of {rounds}, threads {threads}: {label:<50}", end="\r", file=sys.stderr)
            output, results[label].trouble = run(command, threads)
            if not results[label].trouble:
                results[label].reports.append(json.loads(output.splitlines()[-1]))
    print(" " * 90, end="\r", file=sys.stderr)
    return results


def run(command, threads=1):
    """Runs a script and returns (what it printed, what went wrong or None)."""
    script, *arguments = command
    finished = subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], capture_output=True,
                              text=True, encoding="utf-8", cwd=REPOSITORY, env=environment(threads), check=False)
    return finished.stdout, explain(finished.stderr) if finished.returncode else None


def environment(threads):
    """The variables that libraries read, when they are imported, to learn how many threads they may use."""
    variables = dict.fromkeys(THREAD_VARIABLES, str(threads))
    if threads == 1:
        variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    return os.environ | variables | {"PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}


def explain(errors):
    """The last line of a traceback, worded for a table."""
    last = errors.strip().splitlines()[-1] if errors.strip() else "stopped without a message"
    missing = last.removeprefix("ModuleNotFoundError: No module named ")
    return f"{missing.strip(chr(39))} is not installed" if missing != last else last
