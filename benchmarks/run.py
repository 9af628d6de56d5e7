"""Measures everything and writes the tables of benchmarks/README.md: `python benchmarks/run.py`, or `make bench`.

    python benchmarks/run.py --rounds 1                  a quick look
    python benchmarks/run.py --only chapter19-training   one table; the names are those of GROUPS
    python benchmarks/run.py --no-write                  print only

To add a group, write a function that takes `Settings` and returns Markdown, name it in GROUPS, and put its two
markers into README.md. A script that prints its own Markdown table needs no function: see `script`.
"""

import argparse
import functools
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from chapter19 import tables as chapter19
from measure import run
from report import circumstances, write_section


@dataclass(frozen=True)
class Settings:
    """What a group is told: how many rounds, which thread counts, where the data lie and what they are, and whether
    it may write its picture."""

    rounds: int
    threads: tuple[int, ...]
    data: Path
    data_name: str
    write: bool


def script(path, settings, takes_threads=False):
    """A group that is one script: it is given --rounds, measures in turns and prints its own table."""
    threads = ["--threads", *settings.threads] if takes_threads else []
    output, trouble = run([path, "--rounds", settings.rounds, *threads])
    return trouble or (output.strip() if "|" in output else f"```text\n{output.strip()}\n```")


GROUPS = {
    "chapter19-training": chapter19.training,
    "chapter19-options": chapter19.options,
    "chapter19-prediction": chapter19.prediction,
    "chapter19-memory": chapter19.memory,
    "chapter19-growth": chapter19.growth,
    "pure-python": functools.partial(script, "pure_python_step.py"),
    "scalar-autograd": functools.partial(script, "scalar_autograd_moons.py"),
    "tensor-autograd": functools.partial(script, "tensor_autograd_step.py"),
    "convolution": functools.partial(script, "convolution.py", takes_threads=True),
    "recurrence": functools.partial(script, "recurrence.py", takes_threads=True),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns of every implementation (default 5)")
    parser.add_argument("--only", nargs="+", default=[""], metavar="NAME", help="groups whose names begin with NAME")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="thread counts (default 1 2)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md and its picture alone")
    arguments = parser.parse_args()
    arguments.groups = [name for name in GROUPS if name.startswith(tuple(arguments.only))]
    if not arguments.groups or arguments.rounds < 1 or min(arguments.threads) < 1:
        parser.error(f"--only names one of {', '.join(GROUPS)}; --rounds and --threads are 1 or more.")
    return arguments


def main():
    arguments = parse_arguments()
    command = " ".join(["python benchmarks/run.py", *sys.argv[1:]])
    with tempfile.TemporaryDirectory() as folder:
        output, trouble = run(["chapter19/prepare_data.py", folder])
        if trouble:
            sys.exit(f"The data could not be prepared: {trouble}")
        data_name = json.loads(output.splitlines()[-1])["data"]
        settings = Settings(arguments.rounds, tuple(arguments.threads), Path(folder), data_name,
                            write=not arguments.no_write)
        for name in arguments.groups:
            markdown = f"{circumstances(command)}\n\n{GROUPS[name](settings)}"
            print(f"## {name}\n\n{markdown}\n", flush=True)
            if settings.write:
                write_section(name, markdown)


if __name__ == "__main__":
    main()
