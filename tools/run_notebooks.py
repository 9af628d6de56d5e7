"""Runs notebooks from the first cell to the last and stores what they print and draw, ready to be committed.

    python tools/run_notebooks.py chapter09_backprop/backprop.ipynb
    python tools/run_notebooks.py --twice         only tries whether every cell can be run again, and stores nothing

Only outputs are stored: no timings, no widget state, no versions. Pictures are kept in 128 colours, a third of
their size; films are left as they are.
"""

import argparse
import base64
import io
import os
import time
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image, ImageColor

from modules.visualize import COLOURS

ROOT = Path(__file__).parents[1]
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}}


def run(path, twice=False):
    """Executes one notebook in its own folder and writes it back; nothing is written when a cell fails.

    twice: executes each cell twice in a row, as a reader may, and writes nothing.
    """
    book = nbformat.read(path, as_version=4)
    if twice:
        book.cells = [nbformat.from_dict(dict(cell, id=f"{cell.id}-{turn}")) for cell in book.cells for turn in (1, 2)]
    NotebookClient(book, timeout=300, kernel_name="python3", record_timing=False,
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    if not twice:
        clean(book)
        nbformat.write(book, path)


def clean(book):
    """Keeps source, tags and outputs; everything else changes from run to run."""
    book.metadata = nbformat.from_dict(METADATA)
    for cell in book.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = merged(cell.outputs)
            for output in cell.outputs:
                if "data" in output:
                    output.metadata = nbformat.from_dict({})
                    if "image/png" in output.data:
                        output.data["image/png"] = smaller(output.data["image/png"])


def merged(outputs):
    """One text where a cell printed several: the pieces arrive cut differently every time."""
    result = []
    for output in outputs:
        if result and output.output_type == "stream" == result[-1].output_type and output.name == result[-1].name:
            result[-1].text += output.text
        else:
            result.append(output)
    return result


def smaller(png, colours=128):
    """A picture in base64 with at most this many colours, those of the classes exactly; a film unchanged."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if getattr(picture, "is_animated", False):
        return png
    picture, classes = picture.convert("RGB"), np.array([ImageColor.getrgb(colour) for colour in COLOURS])
    found = picture.quantize(colours - len(classes), dither=Image.Dither.NONE)
    places, palette = np.array(found), np.zeros((colours, 3), np.uint8)
    known = np.reshape(found.getpalette(), (-1, 3))[:colours - len(classes)]
    palette[:len(known)], palette[-len(classes):] = known, classes
    for place, colour in enumerate(classes, start=colours - len(classes)):
        places[np.all(np.asarray(picture) == colour, axis=-1)] = place
    stored, small = Image.fromarray(places), io.BytesIO()
    stored.putpalette(palette.tobytes())
    stored.save(small, "PNG", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def notebook(text):
    """An argument that must be the path of a file."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return Path(text)


def main():
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("notebooks", nargs="*", type=notebook, help="notebooks to run (default: all)")
    parser.add_argument("--twice", action="store_true", help="run each cell twice in a row, and store nothing")
    options = parser.parse_args()
    os.environ.pop("MPLBACKEND", None)
    for path in options.notebooks or sorted(ROOT.glob("chapter*/*.ipynb")):
        started = time.perf_counter()
        run(path.resolve(), options.twice)
        print(f"{path}: {time.perf_counter() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
