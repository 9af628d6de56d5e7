"""Model files: NumPy arrays and a JSON header in one zip. Nothing in them is ever run. (Book, chapter 21.)

The header says what the arrays are: classes and constructor arguments of layers, loss, optimizer and accuracy,
what they remember, the history, the class names. `numpy.load(path)` opens a model file as well.
"""

import copy
import inspect
import sys
from pathlib import Path

import numpy as np

import modules
from modules.accuracy import Accuracy
from modules.array_files import DEFECTS, MODEL, PARAMETERS, read, write
from modules.checks import check_class_names, whole_number
from modules.history import History
from modules.layers import Layer
from modules.losses import Loss
from modules.optimizers import Optimizer

BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def save_parameters(model, path):
    """Writes parameters and state of every layer."""
    write(path, PARAMETERS, {"layers": [{"class": type(layer).__name__, **_contents(layer)} for layer in model.layers]})


def load_parameters(model, path):
    """Fills the model from such a file, or raises ValueError and leaves the model alone."""
    try:
        _load_parameters(model, path)
    except DEFECTS as error:
        raise ValueError(f"{path} does not describe parameters that this version can read: {error}.") from error


def _load_parameters(model, path):
    saved = read(path, PARAMETERS)["layers"]
    names = [entry["class"] for entry in saved], [type(layer).__name__ for layer in model.layers]
    if names[0] != names[1]:
        raise ValueError(f"{path} holds the parameters of another network: its layers are {names[0]}, "
                         f"but the model's are {names[1]}.")
    for index, (layer, entry) in enumerate(zip(model.layers, saved, strict=True)):
        try:
            _check_parameters(layer, entry)
        except ValueError as error:
            raise ValueError(f"{path} holds the parameters of another network. Layer {index}: {error}") from None
    before = [copy.deepcopy(_contents(layer)) for layer in model.layers]
    try:
        for layer, entry in zip(model.layers, saved, strict=True):
            _fill(layer, entry)
    except BaseException:
        for layer, contents in zip(model.layers, before, strict=True):
            _fill(layer, contents)
        raise


def save_model(model, path):
    """Writes everything that training needs to go on."""
    optimizer = model.optimizer
    write(path, MODEL, {
        "layers": [{**_description(layer), **_contents(layer), **_memory(optimizer, layer)}
                   for layer in model.layers],
        "finalized": model.finalized,
        "loss": model.loss and _description(model.loss),
        "accuracy": model.accuracy and {**_description(model.accuracy), "state": model.accuracy.get_state()},
        "optimizer": optimizer and {**_description(optimizer), "iterations": optimizer.iterations,
                                    "current_learning_rate": optimizer.current_learning_rate},
        "generator": model.generator.bit_generator.state,
        "history": model.history.to_dict(),
        "class_names": check_class_names(model.class_names),
    })


def load_model(model_class, path):
    """The model of such a file, made from `model_class`; raises ValueError if the file is not whole."""
    saved = read(path, MODEL)
    # Layers draw their first weights when they are made; loading must not change the random numbers of its caller.
    random_state = np.random.get_state()
    try:
        return _build(model_class(), saved)
    except (ValueError, *DEFECTS) as error:
        raise ValueError(f"{path} does not describe a model that this version can build: {error}") from error
    finally:
        np.random.set_state(random_state)


def _build(model, saved):
    model.layers.clear()  # a class derived from Model may have put layers in by itself
    for entry in saved["layers"]:
        layer = _make(Layer, entry)
        _check_parameters(layer, entry)
        _fill(layer, entry)
        model.add(layer)
    loss, optimizer, accuracy = (
        saved[name] and _make(base, saved[name])
        for name, base in {"loss": Loss, "optimizer": Optimizer, "accuracy": Accuracy}.items())
    model.set(loss=loss, optimizer=optimizer, accuracy=accuracy)
    if accuracy:
        accuracy.set_state(saved["accuracy"]["state"])
    if optimizer:
        optimizer.iterations = whole_number(int(saved["optimizer"]["iterations"]), 0, "The count of steps")
        optimizer.current_learning_rate = float(saved["optimizer"]["current_learning_rate"])
        for layer, entry in zip(model.layers, saved["layers"], strict=True):
            for name, parameter, _ in layer.parameters():
                # Files from before Adam counted for each parameter: it went by the count of the model.
                memory = {"update_count": np.array(float(optimizer.iterations)), **entry["memory"][name]}
                for key, array in optimizer.memory(layer, name, parameter).items():
                    array[...] = _like(array, memory[key], f"{key} of {name}")
    if saved["finalized"]:
        model.finalize()
    model.generator = _generator(saved["generator"])
    model.history = History.from_dict(saved["history"])
    model.class_names = check_class_names(saved["class_names"])
    return model


def _contents(layer):
    names = type(layer).parameter_names
    if isinstance(names, (tuple, list)) and len(layer.parameter_names) < len(names):
        raise ValueError(f"{layer} has had names taken out of its parameter_names, so a file would lose these arrays. "
                         f"To freeze a layer, take it out of model.trainable_layers after finalize() instead.")
    return {"parameters": {name: array for name, array, _ in layer.parameters()}, "state": layer.get_state()}


def _memory(optimizer, layer):
    if optimizer is None:
        return {}
    return {"memory": {name: optimizer.memory(layer, name, array) for name, array, _ in layer.parameters()}}


def _check_parameters(layer, entry):
    layer.check_parameters(*entry["parameters"].values())
    for (name, parameter, _), value in zip(layer.parameters(), entry["parameters"].values(), strict=True):
        _like(parameter, value, name)


def _like(array, value, name):
    """The value, once it is known to be an array of real numbers and of this shape."""
    if value.shape != array.shape or value.dtype.kind != "f":
        raise ValueError(f"{name} is {value.dtype} of shape {value.shape}, but must be real numbers of shape "
                         f"{array.shape}.")
    return value


def _generator(state):
    """A NumPy generator that goes on where the saved one stopped."""
    if state["bit_generator"] not in BIT_GENERATORS:
        raise ValueError(f"there is no generator {state['bit_generator']!r}.")
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def _fill(layer, entry):
    for array in entry["parameters"].values():
        layer.cast(array.dtype)
    layer.set_parameters(*entry["parameters"].values())
    layer.set_state(entry["state"])


def _description(part):
    """Class and constructor arguments: every part of a model keeps each argument under its own name."""
    arguments = inspect.signature(type(part)).parameters
    for name, argument in arguments.items():
        if argument.kind not in (argument.POSITIONAL_OR_KEYWORD, argument.KEYWORD_ONLY):
            raise TypeError(f"{type(part).__name__} takes {argument}, but a model file makes the object anew from "
                            f"arguments that each have a name. Write them out in its __init__.")
        if not hasattr(part, name):
            raise AttributeError(f"{type(part).__name__} does not keep its argument {name} as self.{name}. Model files "
                                 f"need it there to make the object anew.")
    description = {"class": type(part).__name__, "arguments": {name: getattr(part, name) for name in arguments}}
    return description if _is_ours(type(part)) else {**description, "own": True}


def _is_ours(kind):
    """Whether a class is from this folder, under whichever name it was imported, and not a reader's own."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is not None and Path(file).resolve().parent == Path(__file__).resolve().parent


def _make(base, entry):
    """A new part of the class that the file names, which must be a known kind of `base`."""
    name = entry["class"]
    # A reader's class, from a lesson, may have the same name as ours: the file says whose it means.
    ours = getattr(modules, name) if name in modules.__all__ and not entry.get("own") else None
    if ours:
        kinds = [ours] if issubclass(ours, base) and ours is not base else []
    else:
        kinds = [kind for kind in _derived_from(base) if kind.__name__ == name and not _is_ours(kind)]
        # First, where a cell was changed and run again, the class that the name stands for now.
        kinds.sort(key=lambda kind: getattr(sys.modules.get(kind.__module__), name, None) is not kind)
    if not kinds:
        raise ValueError(f"it needs the class {name}, which is not among the known kinds of "
                         f"{base.__name__}. If it is your own, define or import it before loading.")
    return kinds[0](**entry["arguments"])


def _derived_from(base):
    """Every class derived from `base`, of the same parent the newest first."""
    # Whoever has put modules/ on the path has a second copy of each class, and may have derived one from that.
    flat = sys.modules.get(base.__module__.removeprefix("modules."))
    known = [getattr(flat, base.__name__, base), base]
    while known:
        kind = known.pop()
        known += kind.__subclasses__()
        yield kind
