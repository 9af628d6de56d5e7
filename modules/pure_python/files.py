"""Networks in files: JSON text with a header that says what the numbers belong to. Nothing in a file is ever run."""

import contextlib
import json
import os
import threading

from modules.pure_python import matrix, vector
from modules.pure_python.matrix import Matrix

FORMAT = "pure_python network, version 1"


def save(network, path: str) -> None:
    """Write every parameter, biases included, digit for digit.

    The file appears complete or not at all: it is written under another name and renamed at the end.
    ValueError if a parameter is infinite or NaN, OSError if the file cannot be written.
    """
    content = {
        "format": FORMAT,
        "kind": network.kind,
        "architecture": network.architecture,
        "parameters": network.parameters(),
    }
    try:
        text = json.dumps(content, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"not saved to {path}: a parameter is infinite or not a number (NaN)") from error
    with unfinished(path) as name:
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, os.path.realpath(path))


@contextlib.contextmanager
def unfinished(path: str):
    """The name of a file beside `path`, gone at the end unless renamed. An OSError names `path` instead.

    A link stays a link: what it leads to is replaced. A device or a pipe is no file to replace.
    """
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise OSError(f"cannot save to {path}: there is no folder {os.path.dirname(path)}")
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(f"cannot save to {path}: it is {'a folder' if os.path.isdir(path) else 'no ordinary file'}")
    name = f"{os.path.realpath(path)}.{os.getpid()}.{threading.get_ident()}.unfinished"
    try:
        yield name
    except OSError as error:
        raise type(error)(f"cannot save to {path}: {error.strerror or error}") from error
    finally:
        if os.path.exists(name):
            os.remove(name)


def require_writable(path: str) -> None:
    """Raise OSError unless a file can be written there: better to know before a long training than after it."""
    with unfinished(path) as name, open(name, "w"):
        pass


def load(network, path: str) -> None:
    """Read parameters into a network of the very same kind and architecture.

    ValueError, with the network unchanged, if the file is of another format, kind or architecture, or damaged.
    """
    content = read(path)
    expected = {"format": FORMAT, "kind": network.kind, "architecture": network.architecture}
    for entry, value in expected.items():
        # Through JSON and back, since a tuple comes back as a list.
        if content.get(entry) != json.loads(json.dumps(value)):
            raise ValueError(
                f"{path} does not fit this network: its {entry} is {content.get(entry)!r}, but {value!r} is needed"
            )
    parameters = network.parameters()
    saved = saved_parameters(content, parameters, path)
    for name, rows in parameters.items():
        for row, saved_row in zip(rows, saved[name], strict=True):
            row[:] = saved_row


def read(path: str) -> dict:
    """The JSON object in the file; ValueError if there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return dict(json.load(file))
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is not a saved network: it holds no JSON object") from error


def saved_parameters(content: dict, parameters: dict[str, Matrix], path: str) -> dict[str, Matrix]:
    """The file's numbers by name; ValueError unless names and shapes are those of `parameters` and all is finite."""
    try:
        saved = {name: [list(map(float, row)) for row in content["parameters"][name]] for name in parameters}
        for name, values in saved.items():
            matrix.require_same_shape(values, parameters[name])
            vector.require_finite([number for row in values for number in row], f"the saved {name}")
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"{path} is damaged; its parameters do not fit this network: {error}") from error
    return saved
