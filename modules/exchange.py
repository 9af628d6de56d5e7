"""The way out of this project and back in: models as ONNX files, parameters under PyTorch's names.

Every layer describes itself, in `to_onnx` and `state_dict`; here the descriptions are put together.
"""

import copy
import json
import sys
from pathlib import Path

import numpy as np

from modules.checks import check_class_names

#: A version of ONNX's operators, and of its file format, that runtimes since 2022 understand.
OPERATORS, FORMAT = 17, 8
MISSING = ("export_onnx() needs the package onnx, which is not installed. Run: "
           f'"{sys.executable}" -m pip install onnx onnxruntime')


class OnnxGraph:
    """A graph under construction: layers add nodes to it and hand the name of their output to the next layer."""

    def __init__(self, onnx):
        self._onnx = onnx
        self.nodes = []
        self.constants = []

    def constant(self, values):
        """Keeps an array in the file, float32 or int64, and returns its name."""
        values = np.asarray(values)
        dtype = np.float32 if values.dtype.kind == "f" else np.int64
        name = f"constant{len(self.constants)}"
        self.constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name

    def add(self, operator, *inputs, outputs=1, **attributes):
        """Adds one of ONNX's operators and returns the name of its output, or the list of names where there are more.

        An input is the name of an output or constant; "" leaves an optional one out.
        """
        names = [f"{operator}{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(self._onnx.helper.make_node(operator, inputs, names, **attributes))
        return names[0] if outputs == 1 else names


def export_onnx(model, path, sample_shape=None):
    """Writes the model, as it predicts, to an ONNX file with one input, "input", and one output, "output".

    Raises as `Model.export_onnx` does.
    """
    try:
        import onnx
    except ImportError as error:
        raise ImportError(MISSING) from error
    class_names = check_class_names(model.class_names)
    shape = _sample_shape(model, (sample_shape,) if isinstance(sample_shape, (int, np.integer)) else sample_shape)
    graph, output = OnnxGraph(onnx), "input"
    for layer in model.layers:
        _require_description(layer)
        output = layer.to_onnx(graph, output)
    graph.nodes.append(onnx.helper.make_node("Identity", [output], ["output"]))
    axes = ["samples", *(axis or f"axis{number}" for number, axis in enumerate(shape, start=1))]
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, axes_of)
            for name, axes_of in (("input", axes), ("output", None))]
    proto = onnx.helper.make_model(
        onnx.helper.make_graph(graph.nodes, "model", ends[:1], ends[1:], graph.constants), ir_version=FORMAT,
        opset_imports=[onnx.helper.make_opsetid("", OPERATORS)], producer_name="modules")
    # Finds the shape of the output, which the file must state as well.
    proto = onnx.shape_inference.infer_shapes(proto)
    if class_names is not None:
        onnx.helper.set_model_props(proto, {"class_names": json.dumps(np.asarray(class_names).tolist())})
    onnx.checker.check_model(proto)
    Path(path).expanduser().write_bytes(proto.SerializeToString())


def _require_description(layer):
    """Raises NotImplementedError for a layer with a `forward` newer than its `to_onnx`, which describes another one."""
    forward, to_onnx = (next(kind for kind in type(layer).__mro__ if method in vars(kind))
                        for method in ("forward", "to_onnx"))
    if "forward" in vars(layer) or not issubclass(to_onnx, forward):
        raise NotImplementedError(f"{type(layer).__name__} has a forward of its own, so it needs a to_onnx(graph, "
                                  f"inputs) of its own to be exported: it calls graph.add(operator, inputs, ...) and "
                                  f"returns the result.")


def _sample_shape(model, given):
    """The shape of one sample, `None` for an axis of any length: as given, or from the first layer that knows it."""
    if given is None:
        known = (shape for layer in model.layers if (shape := layer.input_shape()) is not None)
        given = next(known, None)
    elif None not in given:
        shape = tuple(given)
        for layer in model.layers:
            shape = layer.output_shape(shape)
    if given is None:
        raise ValueError("No layer of this model knows the shape of a sample. State it: "
                         "export_onnx(path, sample_shape=(features,)), or (channels, rows, columns).")
    return tuple(axis if axis is None else int(axis) for axis in given)


def state_dict(model):
    """Copies of all parameters under the names that PyTorch's Sequential of the same layers has.

    Raises NotImplementedError for a layer derived from ours that has more parameters than ours describes.
    """
    return {f"{index}.{name}": np.array(values, order="C") for index, layer in enumerate(model.layers)
            for name, values in _described(layer).items()}


def _described(layer):
    """The layer's state_dict. An inherited one may leave parameters out: a copy of the layer has to take it back."""
    state = layer.state_dict()
    if "state_dict" in vars(type(layer)):
        return state
    twin = copy.copy(layer)
    for name, array, _ in layer.parameters():
        setattr(twin, name, array.copy())
    try:
        twin.load_state_dict(state)
    except ValueError as error:
        raise NotImplementedError(f"{layer} has the parameters {', '.join(layer.parameter_names)}, but inherits a "
                                  f"state_dict that is made for others. Give it a state_dict and a "
                                  f"load_state_dict of its own.") from error
    return state


def load_state_dict(model, state):
    """Takes such parameters over, or raises ValueError and leaves the model alone."""
    state = {name: np.asarray(values, dtype=float) for name, values in state.items()}
    own = state_dict(model)
    missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    if missing or unknown:
        raise ValueError(f"The names do not fit: the model needs {missing or 'nothing more'}, and has no place for "
                         f"{unknown or 'anything else'}. Both sides count their layers from 0, activations included.")
    for name, values in own.items():
        if state[name].shape != values.shape:
            raise ValueError(f"{name} has shape {values.shape} in this model, but {state[name].shape} was given.")
    for index, layer in enumerate(model.layers):
        layer.load_state_dict({name: state[f"{index}.{name}"] for name in layer.state_dict()})
