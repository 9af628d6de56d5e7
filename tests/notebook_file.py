"""A notebook as the rules see it: its cells, numbered from 1, its code as Python, its place in the book."""

import ast
import base64
import re
from functools import cached_property
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
#: The lessons, in the order in which they are read.
TOPICS = {2: "neurons", 3: "layers", 4: "activations", 5: "loss", 6: "optimization", 7: "derivatives", 8: "gradients",
          9: "backprop", 10: "optimizers", 11: "testing", 12: "validation", 13: "datasets", 14: "regularization",
          15: "dropout", 16: "binary", 17: "regression", 18: "model", 19: "fashion_mnist", 20: "evaluation",
          21: "saving", 22: "prediction", 23: "pure_python", 24: "scalar_autograd", 25: "tensor_autograd",
          26: "convolution", 27: "recurrence", 28: "one_network"}
LESSONS = {chapter: f"chapter{chapter:02}_{topic}/{topic}.ipynb" for chapter, topic in TOPICS.items()}
#: Tags by which nbval does not compare what a cell prints.
EXCUSES = {"nbval-ignore-output", "nbval-skip"}
IMAGES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")


def chapter_folders():
    """Every folder named like a chapter, in the order of the book."""
    return sorted(path for path in ROOT.glob("chapter[0-9][0-9]_*") if path.is_dir())


def chapter_notebooks():
    """The paths of all lessons and solutions, in the order of the book."""
    return [path for folder in chapter_folders() for path in sorted(folder.glob("*.ipynb"))]


def is_animation(output):
    """Whether an output moves: matplotlib's player in HTML, a video, a GIF, or a PNG of several frames."""
    data = output.get("data", {})
    html = data.get("text/html", "")
    frames = base64.b64decode("".join(data.get("image/png", "")[:3000].split())[:2000])
    return "new Animation(" in html or "<video" in html or "image/gif" in data or b"acTL" in frames


def has_image(output):
    """Whether an output shows a picture or an animation."""
    return any(kind in output.get("data", {}) for kind in IMAGES) or is_animation(output)


class Cell:
    """One cell: its number as a reader counts, its kind, source, tags and outputs."""

    def __init__(self, number, node):
        self.number = number
        self.node = node
        self.is_code = node.cell_type == "code"
        self.source = node.source
        self.lines = node.source.rstrip().split("\n")
        self.tags = node.metadata.get("tags", [])
        self.is_compared = not EXCUSES & set(self.tags)
        self.outputs = node.get("outputs", [])
        self.figures = [output for output in self.outputs if has_image(output)]

    @cached_property
    def tree(self):
        """The code as a syntax tree, or None where it is not plain Python."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return None

    def nodes(self, *kinds):
        """All nodes of some kinds, anywhere in the code."""
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)] if self.tree else []

    @property
    def text_output(self):
        """What the outputs say in words, without the bytes of embedded pictures."""
        texts = [output.get("text", "") for output in self.outputs]
        texts += [value for output in self.outputs for kind, value in output.get("data", {}).items()
                  if kind not in IMAGES and not is_animation(output)]
        return re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", "\n".join(map(str, texts)))

    @property
    def unfenced(self):
        """The text without blocks of code, in which # is a comment."""
        return re.sub(r"^(```|~~~).*?^\1", "", self.source, flags=re.M | re.S)

    @property
    def prose(self):
        """The text without any code or formula, in which [] and () are no links."""
        return re.sub(r"`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$", " ", self.unfenced, flags=re.S)


class Notebook:
    """A lesson, or a chapter's solutions. `chapter` is the number of its folder, from `chapterNN_topic`."""

    def __init__(self, path, content=None, root=ROOT):
        self.path = Path(path)
        self.root = root
        # Not nbformat.read: that would repair what the rules are to find.
        self.content = content or nbformat.v4.reads(self.path.read_text(encoding="utf-8"))
        self.name = f"{self.path.parent.name}/{self.path.name}"
        match = re.fullmatch(r"chapter(\d\d)_\w+", self.path.parent.name)
        self.chapter = int(match[1]) if match else 0
        self.is_solutions = self.path.stem == "solutions"
        self.cells = [Cell(number, node) for number, node in enumerate(self.content.cells, start=1)]
        self.code = [cell for cell in self.cells if cell.is_code]
        self.markdown = [cell for cell in self.cells if cell.node.cell_type == "markdown"]
