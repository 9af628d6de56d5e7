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
    """Many shades, beside regions, hatches and points of all classes, as PNG bytes."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 2)), np.arange(300) % 3
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    left.imshow(np.linspace(0, 1, 10000).reshape(100, 100))
    visualize.plot_decision_boundary(lambda points: np.column_stack([points, -points[:, :1]]), X, y, axes=right)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=72)
    return png.getvalue()


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_stored_pictures_keep_the_colours_of_the_classes(crowded_picture):
    """With 128 colours chosen freely, a picture of many shades once gave two classes the same one."""
    stored = base64.b64decode(smaller(base64.b64encode(crowded_picture).decode()))
    before, after = pixels(crowded_picture), pixels(stored)
    assert len(stored) < len(crowded_picture) / 2
    for shade in visualize.COLOURS[:3]:
        pure = [int(shade[place:place + 2], 16) for place in (1, 3, 5)]
        chosen = np.all(before == pure, axis=-1)
        assert chosen.any() and np.all(after[chosen] == pure), shade
    assert np.abs(after - before).mean() < 1 and len(np.unique(after.reshape(-1, 3), axis=0)) <= 128


def test_a_stored_picture_of_few_colours_is_unchanged():
    picture = np.zeros((20, 20, 3), np.uint8)
    picture[:10], picture[10:, 5:] = (0, 114, 178), (250, 1, 1)
    png = io.BytesIO()
    Image.fromarray(picture).save(png, "PNG")
    stored = base64.b64decode(smaller(base64.b64encode(png.getvalue()).decode()))
    np.testing.assert_array_equal(pixels(stored), picture)


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


def test_source_tags_and_outputs_are_stored_and_nothing_else(tmp_path, crowded_picture):
    path = tmp_path / "book.ipynb"
    cells = [nbformat.v4.new_code_cell("print('one', flush=True)\nprint('two')",
                                       metadata={"tags": ["nbval-ignore-output"], "collapsed": True}),
             nbformat.v4.new_code_cell("import sys\nprint('out')\nprint('err', file=sys.stderr)"),
             nbformat.v4.new_markdown_cell("Words", metadata={"editable": False})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {}}), path)
    run_notebooks.run(path)
    book = nbformat.read(path, as_version=4)
    assert book.metadata == run_notebooks.METADATA
    assert [cell.metadata for cell in book.cells] == [{"tags": ["nbval-ignore-output"]}, {}, {}]
    assert [cell.execution_count for cell in book.cells[:2]] == [1, 2]
    assert [output.text for output in book.cells[0].outputs] == ["one\ntwo\n"]
    assert sorted((output.name, output.text) for output in book.cells[1].outputs) == [
        ("stderr", "err\n"), ("stdout", "out\n")]


def test_pictures_are_made_smaller_and_pieces_of_text_are_joined(crowded_picture):
    def stream(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    png = base64.b64encode(crowded_picture).decode()
    picture = nbformat.v4.new_output("display_data", data={"image/png": png}, metadata={"needs_background": "light"})
    cell = nbformat.v4.new_code_cell("x", outputs=[stream("a"), stream("b"), stream("c", "stderr"), picture,
                                                   stream("d"), stream("e")])
    book = nbformat.v4.new_notebook(cells=[cell])
    run_notebooks.clean(book)
    *texts, shown, last = book.cells[0].outputs
    assert [(output.name, output.text) for output in (*texts, last)] == [
        ("stdout", "ab"), ("stderr", "c"), ("stdout", "de")]
    assert shown.metadata == {} and len(shown.data["image/png"]) < len(png) / 2


def test_all_that_is_named_is_run_and_said(tmp_path, capsys, monkeypatch):
    paths = [tmp_path / "one.ipynb", tmp_path / "two.ipynb"]
    for path in paths:
        path.touch()
    runs = []
    monkeypatch.setattr(sys, "argv", ["run_notebooks.py", "--twice", *map(str, paths)])
    monkeypatch.setattr(run_notebooks, "run", lambda *arguments: runs.append(arguments))
    run_notebooks.main()
    assert runs == [(path.resolve(), True) for path in paths]
    assert [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()] == list(map(str, paths))
