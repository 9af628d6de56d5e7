"""The rules for a notebook as a file: its form, what it has stored, and what its code may do.

A rule takes a `Notebook` and yields complaints: the number of a cell (or None) and what to do about it.
`complaints` gathers those of all rules, here and in `notebook_text`, so that one run shows everything.
"""

import ast
import json
import math
import re
from collections import Counter

from nbformat.validator import iter_validate
from notebook_file import Notebook, is_animation
from notebook_text import TEXT_RULES

from modules.data.fashion_mnist import STAND_IN

MOST_BYTES, MOST_BYTES_ANIMATED = 200_000, 400_000
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
NBVAL_TAGS = {"nbval-ignore-output", "nbval-skip", "nbval-raises-exception", "raises-exception"}
RAISING = {"raises-exception", "nbval-raises-exception"}
PATH = re.compile(r"(?<![\w.:/])(/(home|tmp|root|work|Users|var|mnt|opt)/|~/)|\b[A-Z]:\\")
TIME = re.compile(r"\d\s?(ms|µs|us|ns)\b|\d (s|sec|secs|seconds)\b|\bit/s\b|Wall time|CPU times|\d\d:\d\d:\d\d")
NETWORK = {"requests", "urllib", "http", "socket", "ftplib", "pooch"}


def form(book):
    """Format 4.5, kernel python3, no metadata that change from run to run, no attachments."""
    content = book.content
    if (content.nbformat, content.nbformat_minor) != (4, 5):
        yield None, f"format {content.nbformat}.{content.nbformat_minor}: save it as 4.5"
        return
    for error in iter_validate(content):
        yield None, f"not a valid notebook: {error.message[:200]}"
    if content.metadata.get("kernelspec") != KERNEL:
        yield None, f"kernelspec is {content.metadata.get('kernelspec')}: make it {KERNEL}"
    if content.metadata.get("language_info", {"name": "python"}) != {"name": "python"}:
        yield None, "language_info holds more than the name python: strip it"
    if extra := set(content.metadata) - {"kernelspec", "language_info"}:
        yield None, f"strip the metadata {sorted(extra)}"
    for cell in book.cells:
        if extra := set(cell.node.metadata) - {"tags"}:
            yield cell.number, f"strip the metadata {sorted(extra)}"
        if cell.node.get("attachments"):
            yield cell.number, "an attachment: draw the picture by code"
        if cell.node.cell_type == "raw":
            yield cell.number, "a raw cell: make it text or code"


def identity(book):
    """Every cell has an id of its own."""
    counts = Counter(cell.node.get("id") for cell in book.cells)
    for cell in book.cells:
        if counts[cell.node.get("id")] > 1:
            yield cell.number, f"the id {cell.node.get('id')!r} is not its own: give every cell a stable, unique id"


def size(book):
    """At most 200 KB, 400 KB with an animation."""
    animated = any(is_animation(output) for cell in book.code for output in cell.outputs)
    most = MOST_BYTES_ANIMATED if animated else MOST_BYTES
    actual = len(json.dumps(book.content, indent=1, ensure_ascii=False).encode())
    if actual > most:
        yield None, f"{actual // 1000} KB: at most {most // 1000} KB; draw fewer or smaller figures"


def execution(book):
    """Executed from the first to the last cell in order, none empty, none failed, nothing on stderr."""
    counts = [cell.node.execution_count for cell in book.code]
    if counts != list(range(1, len(counts) + 1)):
        yield None, f"executed {counts}: restart the kernel and run all cells"
    for cell in book.cells:
        if not cell.source.strip():
            yield cell.number, "an empty cell: remove it"
        for output in cell.outputs:
            if output.output_type == "error" and not RAISING & set(cell.tags):
                yield cell.number, f"a stored {output.ename}: repair it, or tag the cell raises-exception"
            if output.get("name") == "stderr":
                yield cell.number, f"text on stderr ({output.text.strip()[:60]!r}): remove its cause"


def outputs(book):
    """Nothing stored that is different on another machine or another day, and nothing learned from the stand-in."""
    for cell in book.code:
        if STAND_IN in cell.text_output:
            yield cell.number, "made from the stand-in: run the notebook again with the real data (FASHION_MNIST_DIR)"
        for pattern, what in ((r"\w*Warning:", "a warning"), (r"\b0x[0-9a-fA-F]{6,}", "a memory address"),
                              (PATH, "an absolute path"), (TIME, "a time")):
            if match := re.search(pattern, cell.text_output):
                yield cell.number, f"{what} in the output ({match[0]!r}): it differs from run to run"
        results = [output for output in cell.outputs if output.output_type == "execute_result"]
        if cell.figures and any(result not in cell.figures for result in results):
            yield cell.number, "prints what the plot call returned: end the cell with plt.show()"
        if prints(cell) and not cell.outputs:
            yield cell.number, "shows something, but its output is not stored: an empty output is compared with nothing"


def prints(cell):
    """Whether the code, outside functions and branches, prints something or shows a plot."""
    calls = [node.value.func for node in (cell.tree.body if cell.tree else [])
             if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    return any(ast.unparse(call) in ("print", "plt.show") for call in calls)


def stored_share(book):
    """At least a third of a lesson's code cells show a result, else there is little to compare."""
    showing = sum(bool(cell.outputs) for cell in book.code)
    if not book.is_solutions and 3 * showing < len(book.code):
        yield None, f"only {showing} of {len(book.code)} code cells show a result: show one in every section"


def excuses(book):
    """At most one code cell in twenty is excused from comparison, by a tag, and none that defines something."""
    excused = [cell for cell in book.code if not cell.is_compared]
    most = math.ceil(len(book.code) / 20)
    if len(excused) > most:
        yield excused[most].number, f"{len(excused)} of {len(book.code)} cells excused from comparison: at most {most}"
    for cell in excused:
        if cell.nodes(ast.FunctionDef, ast.ClassDef):
            yield cell.number, "defines a function or class, so it may not be excused from comparison: split the cell"
    for cell in book.cells:
        if unknown := {tag for tag in cell.tags if "nbval" in tag or "raises" in tag} - NBVAL_TAGS:
            yield cell.number, f"unknown tag {sorted(unknown)}: nbval knows {sorted(NBVAL_TAGS)}"
        if cell.is_code and re.search(r"#\s*(NBVAL_|PYTEST_)", cell.source):
            yield cell.number, "a comment that tells nbval something: use a cell tag"


def code(book):
    """Plain Python that changes neither the path, nor NumPy, and needs no network when it is imported."""
    for cell in book.code:
        if cell.tree is None:
            yield cell.number, "not plain Python: no !commands, no %magic, no half-written code"
        if re.search(r"\bsys\.path\b", cell.source):
            yield cell.number, "sys.path: import from modules, which is installed"
        imported = {alias.name.split(".")[0] for node in cell.nodes(ast.Import) for alias in node.names}
        imported |= {node.module.split(".")[0] for node in cell.nodes(ast.ImportFrom) if node.module}
        if found := imported & NETWORK:
            yield cell.number, f"imports {sorted(found)}: a lesson needs no network"
        if "nnfs" in imported:
            yield cell.number, "imports nnfs, whose init() patches NumPy: use np.random.seed and modules.datasets"
        for node in cell.nodes(ast.Assign, ast.AugAssign):
            for target in getattr(node, "targets", None) or [node.target]:
                if re.match(r"(np|numpy)(\.\w+)+$", ast.unparse(target)):
                    yield cell.number, f"patches NumPy ({ast.unparse(target)} = ...): leave it as it is"
    for cell in book.cells:
        if match := PATH.search(cell.source):
            yield cell.number, f"an absolute path ({match[0]!r}): write one relative to the notebook"


def timing(book):
    """Nothing that a clock has measured in an assert, or in an output that is compared: the machine may be busy."""
    measured = {"perf_counter", "perf_counter_ns", "process_time", "monotonic", "time_ns", "timeit"}
    for cell in book.code:
        for statement in cell.tree.body if cell.tree else []:
            if isinstance(statement, ast.FunctionDef):
                measured |= {statement.name} if names(statement) & measured else set()
                continue
            for node in ast.walk(statement):
                if isinstance(node, (ast.Assign, ast.AugAssign)):
                    targets = set().union(*map(names, getattr(node, "targets", None) or [node.target]))
                    if names(node.value) & measured:
                        measured |= targets
                    elif isinstance(node, ast.Assign):
                        measured -= targets
                is_print = isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
                if isinstance(node, ast.Assert) or is_print and cell.is_compared:
                    for name in sorted(names(node) & measured):
                        yield cell.number, (f"{name} comes from a clock: draw it, or print it in a cell tagged "
                                            f"nbval-ignore-output")


def names(node):
    """The names that a piece of code mentions, except in a lambda: that is for somebody else to call."""
    if isinstance(node, ast.Lambda):
        return set()
    own = {node.id} if isinstance(node, ast.Name) else {node.attr} if isinstance(node, ast.Attribute) else set()
    return own.union(*map(names, ast.iter_child_nodes(node)))


FILE_RULES = (form, identity, size, execution, outputs, stored_share, excuses, timing, code)


def complaints(path, content=None, rules=FILE_RULES + TEXT_RULES, **options):
    """Everything that is wrong with a notebook, a line each: notebook, cell, what to do."""
    book = Notebook(path, content, **options)
    return [f"{book.name}{'' if number is None else f', cell {number}'}: {text}"
            for rule in rules for number, text in rule(book)]
