"""Nested dictionaries, lists and arrays in one file: a zip of NumPy arrays with a JSON header. Nothing in it is run."""

import json
import os
import pickletools
import threading
import zipfile
import zlib
from pathlib import Path

import numpy as np

VERSION = 1
MODEL = "model"
PARAMETERS = "parameters"
#: A dictionary with one of these keys and no other stands for an array or a tuple.
MARKERS = {"array"}, {"tuple"}
#: What the content of a damaged file may raise, besides a ValueError.
DEFECTS = KeyError, TypeError, AttributeError, IndexError, MemoryError, OverflowError, RuntimeError


def destination(path):
    """Where a file goes: a link stays a link, and what it leads to is replaced. Raises OSError where no file can be."""
    path = Path(path).expanduser().resolve()
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} to. Make it first.")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Add the name of a file in it.")
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is no ordinary file, but a device or a pipe, which would be replaced. Name a file.")
    return path


def write(path, kind, content):
    """Writes a file beside the old one, then puts it in its place: whatever fails, the old file stays whole."""
    path, arrays = destination(path), {}
    header = json.dumps({"kind": kind, "version": VERSION, **_pack(content, "", arrays)})
    beside = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with open(beside, "wb") as file:
            np.savez(file, header=np.frombuffer(header.encode(), np.uint8), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read(path, kind):
    """The content of a file, after every check that can be made without building anything."""
    path = Path(path).expanduser()
    arrays = _arrays(path)
    try:
        header = json.loads(arrays.pop("header").tobytes())
        found, version = str(header["kind"]), int(header["version"])
    except (ValueError, *DEFECTS) as error:
        raise ValueError(f"{path} holds arrays, but no header that says what they are: "
                         f"it is not a model file.") from error
    if version > VERSION:
        raise ValueError(f"{path} has format version {version}; this code reads up to version {VERSION}. Update it.")
    if found != kind:
        call = {MODEL: "Model.load", PARAMETERS: "model.load_parameters"}.get(found, "no method here")
        raise ValueError(f"{path} is a {found!r} file, but a {kind!r} file is needed. {call} reads it.")
    try:
        return _unpack(header, arrays)
    except KeyError as error:
        raise ValueError(f"{path} is altered: its array {error} is missing.") from error
    except DEFECTS as error:
        raise ValueError(f"{path} is altered: its header does not describe what it holds ({error}).") from error


def _arrays(path):
    """All arrays of a file, once it is known to be whole and no pickle."""
    with open(path, "rb") as file:
        start = file.read(2)
    if start != b"PK":
        if _is_pickle(path):
            raise _pickle_refused(path)
        raise ValueError(f"{path} is not a model file: it does not start like one.")
    try:
        with zipfile.ZipFile(path) as archive:
            pickled = any(name.endswith(".pkl") for name in archive.namelist())  # as torch.save writes it
            damaged = archive.testzip()
        if damaged:
            raise ValueError(f"its part {damaged} does not match its checksum")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, *DEFECTS) as error:
        raise ValueError(f"{path} is truncated or altered: {error}.") from error
    if pickled:
        raise _pickle_refused(path)
    return arrays


def _is_pickle(path):
    """Whether a file is a pickle, of any protocol; it is taken apart, which runs nothing."""
    with open(path, "rb") as file:
        if file.read(1) == b"\x80":
            return True  # since protocol 2 they begin with it, even if the rest is missing
        file.seek(0)
        try:
            for _, _, place in pickletools.genops(file):  # the last command is STOP
                end = place
        except (ValueError, *DEFECTS):
            return False
        return end > 0 and not file.read(1)


def _pickle_refused(path):
    return ValueError(f"{path} is a pickle. Opening one runs whatever code is in it, so it is refused; "
                      f"save the model again with Model.save.")


def _pack(value, name, arrays):
    """Moves every array of a nested structure to `arrays`, under its dotted path, and leaves a reference."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) and "." not in key for key in value) or set(value) in MARKERS:
            raise TypeError(f"In a model file, the keys of a dictionary are text without a dot, and not "
                            f'"array" or "tuple" alone: {name[:-1]} has {list(value)}.')
        return {key: _pack(item, f"{name}{key}.", arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_pack(item, f"{name}{index}.", arrays) for index, item in enumerate(value)]
    if isinstance(value, tuple):
        return {"tuple": _pack(list(value), name, arrays)}
    if isinstance(value, np.ndarray):
        arrays[name[:-1]] = value
        return {"array": name[:-1]}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"A model file holds numbers, text, arrays, and lists and dictionaries of them, but {name[:-1]} is "
                    f"{type(value).__name__}: {value!r:.60}.")


def _unpack(value, arrays):
    """Puts the arrays back."""
    if isinstance(value, dict):
        if set(value) in MARKERS:
            return arrays[value["array"]] if "array" in value else tuple(_unpack(value["tuple"], arrays))
        return {key: _unpack(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    return value
