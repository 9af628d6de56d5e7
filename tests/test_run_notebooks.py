"""What storing a notebook does to its pictures, what is said when there is none, and cells that run once only."""

import base64
import io
import sys

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbclient.exceptions import CellExecutionError
from PIL import Image

from modules import visualize
from tools import run_notebooks
from tools.run_notebooks import smaller


@pytest.fixture
def crowded_picture():
    """Regions, hatches, points and lines of all classes side by side, as PNG bytes."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 2)), np.arange(300) % 3
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    left.plot([0, 1], [1, 0])
    left.plot([0, 1], [1, 0.9], "--")
    visualize.plot_decision_boundary(lambda points: np.column_stack([points, -points[:, :1]]), X, y, axes=right)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=72)
    plt.close(figure)
    return png.getvalue()


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_stored_pictures_keep_the_colours_of_the_classes_apart(crowded_picture):
    stored = base64.b64decode(smaller(base64.b64encode(crowded_picture).decode()))
    before, after = pixels(crowded_picture), pixels(stored)
    assert len(stored) < len(crowded_picture) / 2
    for shade in visualize.COLOURS[:3]:
        pure = [int(shade[place:place + 2], 16) for place in (1, 3, 5)]
        chosen = np.all(before == pure, axis=-1)
        assert chosen.any() and np.abs(after[chosen] - pure).max() <= 3, shade


def test_a_missing_notebook_is_said_in_words_before_any_runs(tmp_path, capsys, monkeypatch):
    there, missing = tmp_path / "there.ipynb", tmp_path / "missing.ipynb"
    there.touch()
    monkeypatch.setattr(sys, "argv", ["run_notebooks.py", str(there), str(missing)])
    monkeypatch.setattr(run_notebooks, "run", lambda *arguments: pytest.fail("a notebook ran first"))
    with pytest.raises(SystemExit, match="2"):
        run_notebooks.main()
    assert f"there is no file {missing}" in capsys.readouterr().err


@pytest.mark.parametrize("cell, works", [("losses = [1]", True), ("losses.append(2); assert len(losses) == 2", False)])
def test_a_cell_that_cannot_be_run_again_is_found_and_nothing_is_stored(cell, works, tmp_path):
    path = tmp_path / "book.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in ("losses = [1]", cell)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    before = path.read_bytes()
    if works:
        run_notebooks.run(path, twice=True)
    else:
        with pytest.raises(CellExecutionError, match="assert len"):
            run_notebooks.run(path, twice=True)
    assert path.read_bytes() == before
