"""Each room imports itself and what is listed here, and nothing else: the packages for lists, scalars and tensors
neither each other nor the framework, the drawing of graphs no engine."""

import ast
import sys
from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "modules"
#: The first pattern that a file matches counts.
ALLOWED = {
    "pure_python/*.py": sys.stdlib_module_names,
    "scalar_autograd/classification.py": {"argparse", "math", "matplotlib.figure", "pathlib", "random", "sys"},
    "scalar_autograd/*.py": {"math", "random"},
    "tensor_autograd/*.py": {"numpy", "contextlib", "contextvars", "copy", "heapq", "itertools", "math", "operator"},
    "graph_drawing.py": {"html", "math", "numpy", "pathlib", "pygraphviz", "re"},
}
FILES = sorted({path.relative_to(MODULES) for pattern in ALLOWED for path in MODULES.glob(pattern)})


@pytest.mark.parametrize("file", FILES, ids=Path.as_posix)
def test_a_file_imports_what_its_room_may(file):
    allowed = next(names for pattern, names in ALLOWED.items() if file.match(pattern))
    nodes = list(ast.walk(ast.parse((MODULES / file).read_text(encoding="utf-8"))))
    imported = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    own = f"modules.{file.parts[0]}."
    assert [name for name in imported
            if not f"{name}.".startswith(own) and not {name, name.split(".")[0]} & set(allowed)] == []
