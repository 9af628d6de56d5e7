"""Each rule for notebooks can fail, and says what to do: one lesson that keeps them all, broken one place at a time."""

import base64
import io
import json
import re

import notebook_text
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from notebook_file import LESSONS, ROOT, Notebook, chapter_notebooks, is_animation
from notebook_rules import KERNEL, complaints
from PIL import Image

from modules.data.fashion_mnist import STAND_IN

PNG = base64.b64encode(b"\x89PNG\r\n").decode()
END = "[Previous](../chapter06_optimization/optimization.ipynb) [Next](../chapter08_gradients/gradients.ipynb) " \
      "[All](../README.md#chapters) [Answers](solutions.ipynb)"


def text(source):
    return new_markdown_cell(source)


def printing(source, printed="1\n", **options):
    """A code cell that prints."""
    return code(source, stream(printed), **options)


def stream(printed, name="stdout"):
    return new_output("stream", name=name, text=printed)


def result(shown, kind="text/plain"):
    return new_output("execute_result", data={kind: shown})


def figure(kind="image/png", data=PNG):
    return new_output("display_data", data={kind: data, "text/plain": "<Figure size 640x480 with 1 Axes>"})


def code(source, *outputs, tags=(), count=None):
    cell = new_code_cell(source, outputs=list(outputs), execution_count=count)
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def lesson():
    """A small lesson that keeps every rule; cell 2 prints, cell 4 plots."""
    return [text("# 7. Derivatives\n\nHow steep a curve is: we measure it between two points."),
            code("x = 1\ny = 3\nassert x < y\nprint(x + y)", stream("4\n")),
            text("## A picture\n\nWe draw what we have printed, and then say in words what it shows."),
            code("plot(2 + 2)\nplt.show()", figure()),
            text("The curve rises everywhere, and it rises faster the further to the right we look."),
            text(f"## Summary\n\n- Slopes.\n\n## Exercises\n\nNone yet. {END}")]


def solutions():
    return [text("# 7. Derivatives: solutions\n\n[README](../README.md), [lesson](derivatives.ipynb)"),
            printing("print(1)")]


@pytest.fixture
def check(tmp_path):
    """Writes cells as a notebook into a small project of three chapters; returns its complaints."""
    for name in ("README.md", "chapter06_optimization/optimization.ipynb", "chapter07_derivatives/derivatives.ipynb",
                 "chapter07_derivatives/solutions.ipynb", "chapter08_gradients/gradients.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    def run(cells, name="derivatives", change=None):
        content = new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
            cell.execution_count = cell.execution_count or count
        if change:
            change(content)
        path = tmp_path / "chapter07_derivatives" / f"{name}.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")
        return complaints(path, root=tmp_path)

    return run


def test_a_lesson_that_keeps_every_rule_has_no_complaints(check):
    assert check(lesson()) == []
    assert check(solutions(), name="solutions") == []


def put(number, *cells):
    """The lesson with the cell of this number replaced."""
    whole = lesson()
    whole[number - 1:number] = cells
    return whole


FAILURE = new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])
FUNCTION = "def f():\n    return 1"
STOPWATCH = "def seconds():\n    return time.perf_counter()\n\n\ntaken = seconds() - 1\n"
DESCRIPTION = "The curve rises everywhere, and it rises faster the further to the right we look. "
BROKEN_CELLS = {
    "raw": (put(2, new_raw_cell("x"), code("print(2 + 2)", stream("4\n"))), "cell 2: a raw cell"),
    "not from the first": (put(2, code("print(2 + 2)", stream("4\n"), count=7)), r"executed \[7, 2\]: restart"),
    "empty": (put(5, text(" \n"), text("A description in so many words.")), "cell 5: an empty cell"),
    "error": (put(2, code("1 / 0", FAILURE)), "cell 2: a stored ZeroDivisionError"),
    "stderr": (put(2, code("print(1)", stream("oh\n", "stderr"))), "cell 2: text on stderr .'oh'"),
    "warning": (put(2, code("print(1)", stream("RuntimeWarning: divide\n"))), "cell 2: a warning"),
    "address": (put(2, code("f", result("<f at 0x7f3a2b1c>"))),
                "cell 2: a memory address"),
    "path": (put(2, code("print(1)", stream("saved to " + "/tm" + "p/x.png\n"))), "cell 2: an absolute path"),
    "windows path": (put(2, code("print(1)", stream("C:\\data\n"))), "cell 2: an absolute path"),
    "path in code": (put(2, code("print(open('/hom" + "e/me/x'))", stream("4\n"))), "cell 2: an absolute path"),
    "time": (put(2, code("print(1)", stream("took 1.25 ms\n"))), "cell 2: a time"),
    "stand-in": (put(2, code("print(source)", stream(STAND_IN + "\n"))), "cell 2: made from the stand-in"),
    "not stored": (put(2, code("print(2 + 2)")), "cell 2: shows something"),
    "what the plot returned": (put(4, code("plot()", figure(), result("Text"))), "cell 4: prints what the plot"),
    "nothing to compare": (put(4, *[code("x = 1") for _ in range(3)]), "only 1 of 4 code cells"),
    "two excuses": (put(2, *[printing("print(1)", tags=["nbval-ignore-output"]) for _ in range(2)]),
                    "cell 3: 2 of 3 cells excused from comparison: at most 1"),
    "definition excused": (put(2, printing(FUNCTION + "\nprint(1)", tags=["nbval-skip"])),
                           "cell 2: defines a function"),
    "misspelt tag": (put(2, printing("print(1)", tags=["nbval-ignore-outputs"])), "cell 2: unknown tag"),
    "comment for nbval": (put(2, printing("# NBVAL_SKIP\nprint(1)")), "cell 2: a comment that tells nbval"),
    "time asserted": (put(2, printing(STOPWATCH + "assert 2 * taken < 1\nprint(1)")),
                      "cell 2: taken comes from a clock"),
    "time printed": (put(2, printing(STOPWATCH + "faster = taken < 1\nprint('faster:', faster)")),
                     "cell 2: faster comes from a clock"),
    "time added up": (put(2, printing("t = 0\nt += time.perf_counter()\nassert t\nprint(1)")), "cell 2: t comes from"),
    "magic": (put(2, printing("%matplotlib inline\nprint(1)")), "cell 2: not plain Python"),
    "pip": (put(2, printing("!pip install x\nprint(1)")), "cell 2: not plain Python"),
    "path of imports": (put(2, printing("import sys\nsys.path.append('..')\nprint(1)")), "cell 2: sys.path"),
    "network": (put(2, printing("from urllib.request import urlopen\nprint(1)")), "cell 2: imports .'urllib'"),
    "nnfs": (put(2, printing("import nnfs\nprint(1)")), "cell 2: imports nnfs"),
    "patched NumPy": (put(2, printing("np.random.randn = f\nprint(1)")),
                      "cell 2: patches NumPy .np.random.randn"),
    "no title": (put(1, text("Derivatives, and how steep a curve is.")), "cell 1: begin with the title"),
    "wrong number": (put(1, text("# 8. Derivatives\n\nHow steep a curve is between points.")), "'8. Derivatives'"),
    "second title": (put(3, text("# A picture\n\nWe draw what we have printed, then say what it shows.")),
                     "cell 3: a second title"),
    "jump": (put(3, text("### A picture\n\nWe draw what we have printed, then say what it shows.")),
             "cell 3: 'A picture' jumps from level 1 to 3"),
    "no exercises": (put(6, text(f"## Summary\n\n- Slopes. {END}")), "the last sections are .'A picture', 'Summary'"),
    "dead link": (put(5, text("It rises: see [there](../chapter06_optimization/Optimization.ipynb).")),
                  "cell 5: the link '../chapter06_optimization/Optimization.ipynb' leads nowhere"),
    "link on one disk": (put(5, text("It rises: ![it](attachment:x.png)")), "cell 5: the link 'attachment:"),
    "no neighbours": (put(6, text("## Summary\n\n## Exercises\n\n[All](../README.md) [A](solutions.ipynb)")),
                      r"the next lesson: add \[...\]\(../chapter08_gradients/gradients.ipynb\)"),
    "no README": (put(6, text("## Summary\n\n## Exercises\n\n" + END.replace("README.md#chapters", "README"))),
                  "no link to the README"),
    "figure without words": (put(5, code("print(3)", stream("3\n"))), "cell 4: a figure without a description"),
    "only a picture": (put(2, code("x = 1")), "cell 4: only a picture"),
    "picture beside excused words": (put(2, printing("print(1)", tags=["nbval-ignore-output"])),
                                     "cell 4: only a picture"),
    "long cell": (put(2, printing("print(1)\n" * 26)), "cell 2: 26 lines of code: at most 25"),
    "long class": (put(2, code("class A:\n" + "    x = 1\n" * 40)), "cell 2: 41 lines of code: at most 40"),
    "long on average": (put(2, printing("print(1)\n" * 20)), "11.0 lines of code a cell on average"),
    "four in a row": (put(2, *[printing("print(1)") for _ in range(4)]), "cell 5: 4 code cells in a row"),
    "few words": (put(2, printing("print(1)\n" * 15)), r"[123]\.\d words of text for a line of code"),
    "many words": (put(5, text("word " * 200)), r"words of text for a line of code: between 4 and 14"),
    "large": (put(4, code("plot(1)\nplt.show()", figure(data="A" * 210_000))), "KB: at most 200 KB"),
    **{f"time {number}": (put(2, printing("print(1)", printed)), "cell 2: a time") for number, printed in
       enumerate(("took 3 s", "12 seconds", "40 it/s", "Wall time: 1", "CPU times: 1", "at 12:30:05"))},
    **{f"path {number}": (put(2, printing("print(1)", printed)), "cell 2: an absolute path") for number, printed in
       enumerate(("/hom" + "e/me", "/Us" + "ers/me", "~/x", "/wor" + "k/x", "/ro" + "ot/x", "/va" + "r/x"))},
    "plain import": (put(2, printing("import socket\nprint(1)")), "cell 2: imports .'socket'"),
    "part of a package": (put(2, printing("import urllib.request\nprint(1)")), "cell 2: imports .'urllib'"),
    "NumPy changed": (put(2, printing("np.pi *= 2\nprint(1)")), "cell 2: patches NumPy .np.pi"),
    "dead HTML link": (put(5, text(DESCRIPTION + '<a href="no.ipynb">there</a>')), "'no.ipynb' leads nowhere"),
    "dead picture": (put(5, text(DESCRIPTION + '<img src="no.png">')), "'no.png' leads nowhere"),
    "dead reference": (put(5, text(DESCRIPTION + "[there][1]\n\n[1]: no.ipynb")), "'no.ipynb' leads nowhere"),
    "link from the disk": (put(5, text(DESCRIPTION + "[there](/x.ipynb)")), "'/x.ipynb' works on one machine only"),
    "no previous": (put(6, text("## Summary\n\n## Exercises\n\n" + END.replace("../chapter06", "../chapter08")
                                .replace("optimization", "gradients"))),
                    r"no link to the previous lesson: add .*\(../chapter06_optimization/optimization.ipynb\)"),
    "deep section": (put(6, text(f"## Summary\n\n- Slopes.\n\n### Exercises\n\nNone yet. {END}")),
                     "the last sections are"),
    "figure at the end": ([*lesson(), code("plot(3)\nplt.show()", figure())], "cell 7: a figure without a description"),
}


@pytest.mark.parametrize("cells, complaint", BROKEN_CELLS.values(), ids=BROKEN_CELLS)
def test_a_broken_lesson_is_noticed(check, cells, complaint):
    found = check(cells)
    assert any(re.search(complaint, line) for line in found), found


def attach(content):
    content.cells[0]["attachments"] = {"x.png": {"image/png": PNG}}


BROKEN_FILES = {
    "old format": (lambda content: content.update(nbformat_minor=4), "format 4.4: save it as 4.5"),
    "other kernel": (lambda content: content.metadata.kernelspec.update(name="venv"), "kernelspec is"),
    "versions": (lambda content: content.metadata.language_info.update(version="3.11"), "language_info holds more"),
    "widgets": (lambda content: content.metadata.update(widgets={}), "strip the metadata .'widgets'"),
    "timing": (lambda content: content.cells[1].metadata.update(execution={}), "cell 2: strip .*execution"),
    "attachment": (attach, "cell 1: an attachment"),
    "same id": (lambda content: content.cells[2].update(id="cell-0"), "cell 3: the id 'cell-0' is not its own")}


@pytest.mark.parametrize("change, complaint", BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_broken_file_is_noticed(check, change, complaint):
    found = check(lesson(), change=change)
    assert any(re.search(complaint, line) for line in found), found


def test_solutions_lead_to_their_lesson(check):
    cells = solutions()
    cells[0].source = "# 7. Derivatives: solutions\n\n[README](../README.md)"
    assert check(cells, name="solutions") == [
        "chapter07_derivatives/solutions.ipynb: no link to its lesson: add [...](derivatives.ipynb)"]


def test_a_lesson_that_builds_a_class_ends_with_the_library(check):
    assert notebook_text.WITHOUT_LIBRARY & {7} and not notebook_text.WITHOUT_LIBRARY & {3, 9, 18}
    book = Notebook("chapter09_backprop/backprop.ipynb", new_notebook(cells=lesson()))
    assert any("make them ['The same in the library', 'Summary', 'Exercises']" in what
               for _, what in notebook_text.headings(book))


ALLOWED = {
    "expected error": put(2, code("x = 1\nassert x\ny = x + 1\n1 / 0", FAILURE, tags=["raises-exception"])),
    "time in an excused print": put(2, printing(STOPWATCH + "count(lambda: seconds())\ntaken = 1\nprint(taken)"),
                                    printing("print(seconds())", tags=["nbval-skip"]), printing("print(1)")),
    "one excuse": put(2, printing("x = 1\ny = 3\nassert x < y\nprint(x)", tags=["nbval-ignore-output"])),
    "code in the text": put(3, text("## A picture\n\nHere `x[i](y)`, $f[x](y)$.\n\n```python\n# 1. no title\n```")),
    "three in a row": put(2, *[printing("print(1)") for _ in range(3)]),
    "a long class": put(2, code("class A:\n" + "    x = 1\n" * 30), text("word " * 150), printing("print(1)"),
                        printing("print(2)")),
    "a drawing": put(4, code("plot(2 + 2)", result("<svg/>", "image/svg+xml"))),
    "a print in a function": put(2, code("def f():\n    print(1)\n\nx = f()\nassert x is None")),
    "a large film": put(4, code("plot(1)", figure("text/html", "new Animation(" + "A" * 300_000))),
    "an address on the web": put(5, text("The curve rises: see [there](https://example.org/hom" + "e/page#home).")),
}


@pytest.mark.parametrize("cells", ALLOWED.values(), ids=ALLOWED)
def test_what_is_allowed_is_not_held_against_a_lesson(check, cells):
    assert check(cells) == []


def test_a_film_in_one_picture_is_an_animation():
    frames = [Image.fromarray(np.random.randint(0, 255, (8, 8, 3), dtype=np.uint8)).quantize(256) for _ in range(2)]
    for frames_kept, moves in ((frames[1:], True), ([], False)):
        film = io.BytesIO()
        frames[0].save(film, "PNG", save_all=True, append_images=frames_kept)
        assert is_animation(figure(data=base64.encodebytes(film.getvalue()).decode())) is moves


def test_a_notebook_that_nbformat_refuses_is_noticed(check):
    found = check(lesson(), change=lambda content: content.cells[1].update(colour="red"))
    assert any("not a valid notebook: " in line for line in found), found


def test_every_lesson_and_its_solutions_are_found():
    assert all((ROOT / lesson).is_file() for lesson in LESSONS.values())
    assert len(chapter_notebooks()) == 2 * len(LESSONS)
