"""Gradient check: every backward pass compared with a measured slope. (Book, chapters 7 to 9.)"""

import numpy as np

from modules.checks import nothing_returned


def numerical_gradient(function, array, h=1e-5):
    """The gradient of a scalar function at `array`, by central differences.

        gradient_i = (f(x_i + h) - f(x_i - h)) / (2 h)

    `function` takes an array of this shape and returns a number; it is called twice for every element.
    The array is copied, never changed. The error falls with h**2 until rounding takes over, which for float64
    happens near h = 1e-5. h may be an array of this shape, too.
    """
    point = np.array(array, dtype=np.float64)
    gradient, h = np.zeros_like(point), np.broadcast_to(h, point.shape)
    for index in np.ndindex(point.shape):
        middle = point[index]
        point[index] = middle + h[index]
        above = function(point)
        point[index] = middle - h[index]
        below = function(point)
        point[index] = middle
        gradient[index] = (above - below) / (2 * h[index])
    return gradient


def check_gradient(name, analytical, numerical, tolerance=1e-6):
    """Returns the largest relative error. If it is above `tolerance`, raises AssertionError that names the array, the
    index and both numbers.

    The error is relative to the larger of the two numbers, to the mean size of the whole gradient, or to 0.001,
    whichever is the largest: an element that is almost zero need not agree to its last digit.
    """
    analytical, numerical = np.asarray(analytical), np.asarray(numerical)
    if analytical.shape != numerical.shape:
        raise AssertionError(f"{name}: backward gives shape {analytical.shape}, but the array has {numerical.shape}.")
    floor = max(float(np.mean(np.abs(numerical))), 1e-3)
    scale = np.maximum(np.maximum(np.abs(analytical), np.abs(numerical)), floor)
    errors = np.abs(analytical - numerical) / scale
    # A comparison with NaN is never true: turn NaN into the largest error there is.
    errors = np.where(np.isnan(errors), np.inf, errors)
    largest = float(errors.max())
    if largest > tolerance:
        # Of equally wrong elements the first, whatever the rounding.
        worst = tuple(int(i) for i in np.unravel_index(np.argmax(errors >= 0.999 * largest), errors.shape))
        raise AssertionError(f"{name}: at index {worst} backward gives {analytical[worst]:.8g}, but the measured slope "
                             f"is {numerical[worst]:.8g} (relative error {errors[worst]:.1e}).")
    return largest


def check_layer(layer, inputs, tolerance=1e-6):
    """Checks `dinputs` and the gradient of every parameter of a float64 layer, regularization included.

    The output is weighted with random numbers and summed, so that every element of it matters. Returns the
    largest relative error; raises AssertionError as `check_gradient` does, or where `backward` returns something else
    than it keeps, and ValueError for float32.
    """
    _require_float64([layer], inputs)
    state, needed = layer.get_state(), layer.needs_dinputs
    layer.needs_dinputs = True  # a model clears it in its first layer
    output = layer.forward(inputs)
    if output is None:
        raise nothing_returned(layer, "forward")
    # A stream of its own: inputs from default_rng(0) would be the same numbers.
    dvalues = np.random.default_rng((0, 1)).normal(size=output.shape)

    def loss(inputs):
        layer.set_state(state)
        return float(np.sum(layer.forward(inputs) * dvalues)) + layer.regularization_loss()

    loss(inputs)
    kind = type(layer).__name__
    try:
        dinputs = _one_result(layer, layer.backward(dvalues))
        error = check_gradient(f"{kind} dinputs", dinputs, numerical_gradient(loss, inputs), tolerance)
        return max(error, _check_parameters(layer, lambda: loss(inputs), kind, tolerance))
    finally:
        layer.needs_dinputs = needed
        layer.set_state(state)


def check_loss(loss, y_pred, y_true, tolerance=1e-6):
    """Checks the `dinputs` of a loss against the slope of its mean; returns the largest relative error.

    The step suits the outputs. Where some exceed 1000, such as prices, it is longer, or rounding would look like a
    wrong gradient. For small probabilities it is shorter, since the logarithm bends there. Raises as `check_gradient`.
    """
    loss.accumulate(y_pred, y_true)  # raises unless there is one loss for each sample
    loss.new_pass()
    dinputs = _one_result(loss, loss.backward(y_pred, y_true))
    sizes = np.abs(y_pred)
    h = 1e-5 * (np.maximum(sizes, 0.1) if sizes.max() <= 1 else max(1.0, sizes.max() / 1000))
    numerical = numerical_gradient(lambda outputs: float(np.mean(loss.forward(outputs, y_true))), y_pred, h)
    return check_gradient(f"{type(loss).__name__} dinputs", dinputs, numerical, tolerance)


def check_model(model, X, y, tolerance=1e-6):
    """Checks every parameter of a finalized float64 model against the slope of its whole loss, regularization
    included; returns the largest relative error. Raises as `check_layer` does."""
    _require_float64(model.layers, X)
    y = np.asarray(y)
    states = [layer.get_state() for layer in model.layers]

    def loss():
        for layer, state in zip(model.layers, states, strict=True):
            layer.set_state(state)
        output = model.forward(X)
        return float(np.mean(model.loss.forward(output, y))) + model.loss.regularization_loss()

    loss()
    model.backward(model.layers[-1].output, y)
    try:
        return max(_check_parameters(layer, loss, f"layer {index}", tolerance)
                   for index, layer in enumerate(model.layers))
    finally:
        for layer, state in zip(model.layers, states, strict=True):
            layer.set_state(state)


def _one_result(part, returned):
    """What `backward` returned, which is what a model uses, once it is known to be what it keeps as `dinputs`."""
    if returned is None:
        raise nothing_returned(part, "backward")
    if not np.array_equal(returned, getattr(part, "dinputs", None), equal_nan=True):
        raise AssertionError(f"{type(part).__name__}.backward returns one array and keeps another as dinputs. Let it "
                             f"end with `return self.dinputs`.")
    return returned


def _require_float64(layers, inputs):
    """Raises ValueError for fewer digits than float64 has: rounding would look like a wrong gradient."""
    arrays = [array for layer in layers for _, array, _ in layer.parameters()]
    if any(np.asarray(array).dtype != np.float64 for array in (inputs, *arrays)):
        raise ValueError("A gradient check needs the digits of float64. Cast the inputs with X.astype(np.float64), and "
                         "every layer with layer.cast(np.float64).")


def _check_parameters(layer, loss, owner, tolerance):
    """Largest relative error over the parameters of one layer, whose gradients `backward` has just left."""
    error = 0.0
    for name, parameter, gradient in list(layer.parameters()):
        numerical = numerical_gradient(lambda values, parameter=parameter: _at(parameter, values, loss), parameter)
        error = max(error, check_gradient(f"{owner} d{name}", gradient, numerical, tolerance))
    return error


def _at(parameter, values, loss):
    """The loss with a parameter set to `values` for this one call."""
    kept = parameter.copy()
    parameter[...] = values
    try:
        return loss()
    finally:
        parameter[...] = kept
