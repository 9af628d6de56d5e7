"""What is checked at the door, and what a learner is told when it fails."""

import inspect
import math
import numbers
import operator
import sys

import numpy as np

from modules import FILES

ONE_ROW = "A single sample is a batch of one row: np.reshape(X, (1, -1))."


def check_features(layer, sample_shape, n_inputs):
    """Raises ValueError unless one sample is a row of `n_inputs` numbers."""
    if sample_shape == (n_inputs,):
        return
    hint = (f"Either give it {n_inputs} features, or make the layer with n_inputs={sample_shape[0]}."
            if len(sample_shape) == 1 else rows_hint(sample_shape, n_inputs, "n_inputs"))
    raise ValueError(f"{layer} expects inputs of shape (samples, {n_inputs}), but was given "
                     f"{batch_shape(sample_shape)}. {hint}")


def rows_hint(sample_shape, features, argument):
    """How samples of this shape become rows for a layer that was made with `argument` = features."""
    if not sample_shape:
        return ONE_ROW
    flatten = "Flatten each sample to one row: np.reshape(X, (len(X), -1)), or put a Layer_Flatten before this layer."
    if None in sample_shape:
        return f"{flatten} Its {argument} is then the product of these sizes."
    size = math.prod(sample_shape)
    return flatten if size == features else f"{flatten} Then make the layer with {argument}={size}."


def check_numbers(values, name):
    """Returns the values as an array. Raises ValueError if it is empty, ragged, not numeric, or not finite."""
    # Whoever has masked values has imported numpy.ma. Here it is not imported: that would take more than 1 MB.
    if "numpy.ma" in sys.modules and np.ma.is_masked(values):
        raise ValueError(f"{name} has masked values, and the network would use the numbers under the mask. Leave such "
                         f"samples out, or write {name}.filled(...).")
    try:
        values = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not a table of numbers: its rows have different lengths.") from error
    if values.dtype == object and values.ndim == 0:
        raise ValueError(f"{name} is a {type(values[()]).__name__}, which is no table of numbers. If it hands out "
                         f"samples one by one, write list({name}); if it is a sparse matrix, {name}.toarray().")
    if values.dtype.names:
        raise ValueError(f"{name} has named columns, but a network takes a plain table. Write "
                         f"np.array({name}.tolist()), or read the file without its names.")
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {values.dtype} values, but a network computes with real numbers. If they are "
                         f"numbers, write np.array({name}, dtype=float) for samples or dtype=int for class labels. "
                         f"Words become labels by np.unique({name}, return_inverse=True)[1].")
    if values.ndim == 0:
        raise ValueError(f"{name} is the single number {values}, but one for each sample is needed.")
    if values.size == 0:
        raise ValueError(f"{name} is empty: its shape is {values.shape}.")
    if values.dtype.kind == "f" and not _all_finite(values):
        place = tuple(int(index) for index in np.argwhere(~np.isfinite(values))[0])
        raise ValueError(f"{name} holds {values[place]} at index {place}. Repair or leave out such samples: "
                         f"in training, a single one turns every weight into NaN.")
    return values


def _all_finite(values):
    """Whether no value is NaN or infinite, found without a second array of this size."""
    # The sum of squares is one pass over the data at the speed of BLAS, finite only if everything is.
    if values.flags.c_contiguous and math.isfinite(np.vdot(values, values)):
        return True
    # Squares of very large numbers overflow, though; the extremes do not.
    return math.isfinite(values.min()) and math.isfinite(values.max())


def check_samples(X, name="X"):
    """Returns the samples as an array with one sample in every row. Raises ValueError as `check_numbers` does."""
    X = check_numbers(X, name)
    if X.ndim < 2:
        raise ValueError(f"{name} has shape {X.shape}, but a network takes samples in rows, (samples, features). "
                         f"For samples of one feature write np.reshape({name}, (-1, 1)); for a single sample, "
                         f"np.reshape({name}, (1, -1)).")
    return X


def check_same_length(X, y, name="X", y_name="y"):
    """Raises ValueError unless there is one target for each sample."""
    if len(X) != len(y):
        raise ValueError(f"{name} has {len(X)} samples, but {y_name} has {len(y)}: each sample needs its own target.")


def whole_number(value, smallest, name):
    """Returns an int. Raises ValueError unless it is a whole number (3, not 3.0), and not below the smallest."""
    try:
        number = operator.index(value)
    except TypeError:
        number = smallest - 1
    if number < smallest:
        raise ValueError(f"{name} is a whole number of at least {smallest}: given {value!r}.")
    return number


def check_positive(value, name, meaning):
    """Returns an int. Raises ValueError unless `value` is a whole number of at least 1."""
    return whole_number(value, 1, f"{name} is {meaning}. It")


def real_number(value, fits, meaning):
    """Returns a float. Raises ValueError unless the value is a real number that fits; `meaning` says which ones do.

    A plain float, since a NumPy number is more: an np.float64 takes float32 arrays along to float64.
    """
    if not isinstance(value, numbers.Real):
        raise ValueError(f"{meaning}: given {value!r}, which is no plain number.")
    if not fits(value):
        raise ValueError(f"{meaning}: given {value!r}.")
    return float(value)


def check_part(part, kind, example, *needed):
    """Raises TypeError unless a part of a model has the methods that its kind needs, "Layer" for example."""
    if isinstance(part, type):
        raise TypeError(f"{part.__name__} is a class. With parentheses after its name it becomes an object: "
                        f"write {part.__name__}().")
    if not all(callable(getattr(part, method, None)) for method in needed):
        name = repr(part) if isinstance(part, (str, int, float, list, tuple, type(None))) else type(part).__name__
        raise TypeError(f"{name} is no {kind}. One of ours is {example}; a class of your own begins "
                        f"with class {'My' + kind}({kind}):")


def check_addable(layer):
    """Raises TypeError unless a model can use this layer as it uses ours."""
    check_part(layer, "Layer", "Activation_ReLU()", "forward", "backward", "output_shape", "parameters")
    if type(layer).__hash__ is None:
        raise TypeError(f"{type(layer).__name__} compares its layers by what they hold, so no optimizer can tell two "
                        f"apart. Leave out __eq__, or write @dataclass(eq=False).")
    if isinstance(layer.parameter_names, str):
        raise TypeError(f"parameter_names is a tuple, with a comma even for one name: ({layer.parameter_names!r},).")
    for name in layer.parameter_names:
        parameter = getattr(layer, name, None)
        if parameter is not None and not (isinstance(parameter, np.ndarray) and parameter.dtype.kind == "f"):
            raise TypeError(f"A parameter is an array of floats, so that an optimizer can change it in place, but "
                            f"{type(layer).__name__} has {name} = {parameter!r:.60}. Write np.array(..., float).")
    try:
        inspect.signature(layer.forward).bind(None, True)
    except TypeError:
        raise TypeError(f"{type(layer).__name__}.forward is told whether the network is training. Begin it with "
                        f"def forward(self, inputs, training=True):") from None


def check_inner_layers(layers):
    """Raises TypeError where a layer keeps another one with parameters, or a model, outside of the chain."""
    chain = {id(layer) for layer in layers}
    for layer in layers:
        for name, value in vars(layer).items():
            if name in ("prev", "next"):
                continue
            kept = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
            for inner in kept:
                if _learns_outside(chain, inner):
                    kind, inside = type(layer).__name__, type(inner).__name__
                    way = "Add its layers to the model" if hasattr(inner, "layers") else f"Derive {kind} from {inside}"
                    raise TypeError(f"{kind} keeps a {inside} as {name}, but no optimizer would change its parameters, "
                                    f"and no file keep them. {way}, or let {kind} make arrays of its own and name "
                                    f"them in its parameter_names.")


def _learns_outside(chain, part):
    """Whether this is a layer that can learn, or a model with such layers, but is not in the chain of layers."""
    if isinstance(part, type):
        return False
    parts = getattr(part, "layers", [part])
    return isinstance(parts, list) and any(getattr(layer, "parameter_names", ()) and id(layer) not in chain
                                           for layer in parts)


def float_dtype(dtype):
    """"float32" or "float64". Raises ValueError for anything else: other types lose or waste digits."""
    name = np.dtype(dtype).name
    if name not in ("float32", "float64"):
        raise ValueError(f"dtype is np.float32 or np.float64: given {dtype!r}.")
    return name


def as_floats(values):
    """As an array of floating-point numbers: whole numbers wrap around where they have no sign, and beside them targets
    like 1.5 would be truncated."""
    values = np.asarray(values)
    if values.dtype.char in "fd":  # float32, float64: finding out what a type becomes takes as long as a small layer
        return values
    return values.astype(np.result_type(values, np.float32))


def initial_deviation(initial_scale, n_inputs):
    """The standard deviation of initial weights: the number given, or for "he" sqrt(2 / n_inputs)."""
    if isinstance(initial_scale, str) and initial_scale == "he":
        return math.sqrt(2 / n_inputs)
    if isinstance(initial_scale, numbers.Real) and math.isfinite(initial_scale):
        return initial_scale
    raise ValueError(f'initial_scale is a number or "he": given {initial_scale!r}.')


def nothing_returned(part, method):
    """The error for a layer or loss that keeps its result to itself, as the classes printed in the book do."""
    keeps = {"forward": "output", "backward": "dinputs"}[method]
    return ValueError(f"{type(part).__name__}.{method} returned nothing. Here, unlike in the book, it ends with "
                      f"`return self.{keeps}`.")


def check_rows(layer, sample_shape):
    """Raises ValueError unless one sample is a row of numbers."""
    if len(sample_shape) != 1:
        hint = ("Put a Layer_Flatten before it, to make each sample one row; with return_sequences=False, a recurrent "
                "layer passes on its last step alone.") if sample_shape else ONE_ROW
        raise ValueError(f"{layer} expects rows of scores, (samples, classes), but was given "
                         f"{batch_shape(sample_shape)}. {hint}")


def is_ours(part):
    """Whether a class or a method comes from a file of this package. (Imported flat, it is a second copy.)"""
    return part.__module__.removeprefix("modules.") in FILES


def check_dvalues(layer, dvalues):
    """Returns the gradient as an array.

    Raises ValueError unless it has the shape of the layer's last output, and RuntimeError where there is none yet.
    Layers derived from ours are not checked if they have a forward of their own: it may put out another shape.
    """
    dvalues = np.asarray(dvalues)
    if not is_ours(type(layer).forward):
        return dvalues
    output = getattr(layer, "output", None)
    if output is None:
        raise RuntimeError(f"{layer} has no output to go back from: call its forward first.")
    if dvalues.shape != output.shape:
        raise ValueError(f"{layer} gave an output of shape {output.shape}. Its backward takes a gradient of that "
                         f"shape, but was given {dvalues.shape}. Hand it the dinputs of the layer after it, or of the "
                         f"loss, from the same batch.")
    return dvalues


def check_labels(y, n_classes):
    """Class labels for `n_classes` outputs: `(samples,)` of integers or one-hot `(samples, n_classes)`.

    Raises ValueError for any other shape, for labels that are not integers or out of range, and for rows
    that do not sum to 1.
    """
    if y.ndim == 2 and y.shape[1] == 1 and n_classes > 1:
        raise ValueError(f"The labels have shape {y.shape}; class labels have shape ({len(y)},). Write np.ravel(y).")
    if y.ndim == 2:
        _check_one_hot(y, n_classes)
    elif y.ndim != 1:
        n_samples = len(y) if y.ndim else 1
        raise ValueError(f"The labels have shape {y.shape}; class labels have shape ({n_samples},), "
                         f"or ({n_samples}, {n_classes}) when they are one-hot.")
    elif y.dtype.kind not in "iu":
        raise ValueError(f"The labels are {y.dtype} values, but class labels count 0, 1, 2, ... as integers. "
                         f"If they are whole numbers, write np.array(y, dtype=int).")
    elif y.size and (y.min() < 0 or y.max() >= n_classes):
        wrong = int(y.min() if y.min() < 0 else y.max())
        raise ValueError(f"There is a label {wrong}, but {n_classes} outputs stand for the classes 0 to "
                         f"{n_classes - 1}. Check the labels, or the n_neurons of the last layer.")


def _check_one_hot(y, n_classes):
    if y.shape[1] != n_classes:
        raise ValueError(f"The one-hot labels are {y.shape[1]} wide, but the last layer has {n_classes} outputs. "
                         f"Check the labels, or the n_neurons of the last layer.")
    if y.size and y.min() < 0:
        raise ValueError(f"The one-hot labels hold {y.min():g}; each row is a distribution over the classes, of "
                         f"numbers from 0 to 1.")
    if not np.allclose(y.sum(axis=1), 1):
        row = int(np.argmax(~np.isclose(y.sum(axis=1), 1)))
        raise ValueError(f"Row {row} of the one-hot labels sums to {y[row].sum():g}; each row is a distribution "
                         f"over the classes and sums to 1.")


def check_probabilities(outputs, loss):
    """Raises ValueError unless all outputs lie between 0 and 1 (a hair above 1 is rounding)."""
    if outputs.min() < 0 or outputs.max() > 1.001:
        wrong = outputs.min() if outputs.min() < 0 else outputs.max()
        raise ValueError(f"{loss} takes probabilities, but the network's output holds {wrong:.3g}. End the network "
                         f"with Activation_Softmax for one class out of many, Activation_Sigmoid for yes or no.")


def check_distributions(outputs):
    """Raises ValueError unless every row holds probabilities of the classes: between 0 and 1, sum 1."""
    if outputs.ndim != 2:
        raise ValueError(f"Categorical cross-entropy takes rows of probabilities, (samples, classes), but the "
                         f"network's output has the shape {batch_shape(outputs.shape[1:])}.")
    check_probabilities(outputs, "Categorical cross-entropy")
    if outputs.shape[1] == 1:
        raise ValueError("Categorical cross-entropy chooses among several classes, but the network has one output. "
                         "For yes or no, use Loss_BinaryCrossentropy; for classes, one output for each.")
    sums = outputs.sum(axis=1)
    if np.abs(sums - 1).max() > 0.01:
        raise ValueError(f"Categorical cross-entropy takes rows of probabilities that sum to 1, but a row of the "
                         f"network's output sums to {sums[np.abs(sums - 1).argmax()]:.3g}. End the network with "
                         f"Activation_Softmax.")


def check_targets(outputs, y):
    """Raises ValueError unless each target has the shape of an output; broadcasting would hide the difference."""
    if y.shape[1:] != outputs.shape[1:]:
        hint = " Write np.reshape(y, (-1, 1))." if y.ndim == 1 and outputs.shape[1:] == (1,) else ""
        raise ValueError(f"The targets have shape {y.shape}, but the network's output has the shape "
                         f"{batch_shape(outputs.shape[1:])}.{hint}")


def check_class_names(names):
    """Returns the names as a list, or None. Raises ValueError for what has no order, such as a set."""
    if isinstance(names, (str, bytes, dict, set, frozenset)):
        raise ValueError(f"class_names holds one name for each class, in the order of their numbers, as a list: "
                         f"given {names!r:.60}.")
    return None if names is None else list(names)


def batch_shape(sample_shape):
    """The shape of a batch of such samples, in words: (samples, 28, 28); an axis that is not known yet is a "?"."""
    axes = ["?" if axis is None else str(axis) for axis in sample_shape]
    return "(" + ", ".join(["samples", *axes]) + ("" if axes else ",") + ")"
