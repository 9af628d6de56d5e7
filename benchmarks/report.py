"""Turns results into Markdown, and puts it into benchmarks/README.md."""

import datetime
import os
import platform
import re
from importlib import metadata

from measure import HERE

README = HERE / "README.md"
PACKAGES = ("numpy", "torch", "jax", "keras", "scikit-learn", "micrograd")


def table(head, rows):
    """A Markdown table; the first column is text, all others numbers. A row of two cells is a remark."""
    lines = [f"| {' | '.join(head)} |", "|---|" + "--:|" * (len(head) - 1)]
    for row in rows:
        cells = [*row, *[""] * (len(head) - len(row))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def number(value, form):
    """The number in this format, or a dash where there is none."""
    return "–" if value is None else format(value, form)


def circumstances(command):
    """A line that says when, on what and by which command the numbers below it were measured."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"no {package}")
    return (f"*{datetime.date.today().isoformat()}, {processor()}, {os.cpu_count()} cores, {platform.system()}, "
            f"Python {platform.python_version()}, {', '.join(versions)}, BLAS of NumPy: {blas()}. "
            f"Command: `{command}`*")


def processor():
    """The name of the processor, as far as the system tells, and its widest vector instructions."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return platform.processor() or platform.machine()
    name = re.search(r"model name\s*:\s*(.*)", text)
    vectors = next((word for flag, word in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in text), "")
    return f"{name[1] if name else platform.machine()} {vectors}".strip()


def blas():
    """Name and version of the library behind NumPy's matrix products."""
    import numpy as np
    library = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{library['name']} {library['version']}"


def write_section(name, markdown):
    """Replaces what is between the two markers of this name. Raises ValueError where they are missing."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = README.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise ValueError(f"benchmarks/README.md has no place for this table: add the lines {begin} and {end}.")
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    README.write_text(f"{head}{begin}\n{markdown}\n{end}{tail}", encoding="utf-8")
