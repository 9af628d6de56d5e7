"""Layers: what every layer promises, and the layers that hold or drop numbers."""

import numpy as np

from modules.checks import check_dvalues, check_features, float_dtype, initial_deviation, real_number, whole_number


class Layer:
    """What every layer, activations included, promises to those who use it.

    `forward(inputs, training=True)` returns the output and keeps it as `output`.
    `backward(dvalues)` takes the gradient of the loss with respect to that output, keeps the gradient of
    every parameter as `d` + its name, and returns the gradient with respect to the inputs, kept as `dinputs`.
    Our own layers raise ValueError for dvalues of another shape than their output, and RuntimeError before `forward`.
    A new layer needs these two methods, and `output_shape` if it changes the shape of a sample; everything else has a
    default. Its constants are plain numbers: NumPy's, as `np.sqrt(2)` gives, take float32 to float64; `math.sqrt(2)`
    does not. (Book, chapters 9 and 18.)
    """

    #: Names of the arrays an optimizer changes; the gradient of `weights` is `dweights`. A file keeps them by these
    #: names: to freeze a layer, leave them, and take it out of the model's `trainable_layers` after `finalize()`.
    parameter_names = ()
    #: Neighbours in a model, set when the model is finalized.
    prev = next = None
    #: A model clears this where no layer before this one can learn, and saves a matrix product.
    needs_dinputs = True

    def forward(self, inputs, training=True):
        raise NotImplementedError(f"{type(self).__name__} needs a forward(inputs, training=True).")

    def backward(self, dvalues):
        raise NotImplementedError(f"{type(self).__name__} needs a backward(dvalues).")

    def predictions(self, outputs):
        """What the outputs say, as an accuracy compares it: here, the outputs themselves."""
        return outputs

    def output_shape(self, input_shape):
        """Shape of one sample after this layer, given its shape before; `None` is a shape not known yet. Our own
        layers take `None` for a single axis as well.

        Raises ValueError when a sample of this shape does not fit.
        """
        return input_shape

    def parameters(self):
        """Yields (name, array, gradient) for every parameter; the gradient is None before `backward`."""
        for name in self.parameter_names:
            yield name, getattr(self, name), getattr(self, "d" + name, None)

    def regularization_loss(self):
        """The penalty on this layer's parameters: 0 unless it has regularizers."""
        return 0.0

    def get_parameters(self):
        """Copies of the parameters, in the order of `parameter_names`."""
        return tuple(array.copy() for _, array, _ in self.parameters())

    def set_parameters(self, *values):
        """Copies the values into the parameters. Raises ValueError when a shape differs; then nothing changes."""
        self.check_parameters(*values)
        for (_, array, _), value in zip(self.parameters(), values, strict=True):
            array[...] = value

    def check_parameters(self, *values):
        """Raises ValueError unless the values have the shapes of the parameters."""
        expected = [array.shape for _, array, _ in self.parameters()]
        given = [np.shape(value) for value in values]
        if given != expected:
            raise ValueError(f"{self} has parameters of shapes {expected}, but was given {given}.")

    def get_state(self):
        """What a model file has to keep besides the parameters, as a dict of arrays and plain values: what training
        leaves in the layer, and what was drawn at random when it was made."""
        return {}

    def set_state(self, state):
        """Takes back what `get_state` gave."""

    def input_shape(self):
        """Shape of one sample as this layer wants it, `None` for an axis of any length; `None` alone where any
        shape goes in and comes out."""
        return None

    def to_onnx(self, graph, inputs):
        """Adds what the layer does in prediction to an `exchange.OnnxGraph`; takes and returns names in it.

        It describes the `forward` of the same class: a class with another `forward` needs another `to_onnx`.
        """
        raise NotImplementedError(type(self).__name__)

    def state_dict(self):
        """The parameters under PyTorch's names and in PyTorch's shapes; here, under the layer's own."""
        return {name: array for name, array, _ in self.parameters()}

    def load_state_dict(self, state):
        """Copies in what a `state_dict` holds. Raises ValueError when a shape differs."""
        self.set_parameters(*(state[name] for name in self.parameter_names))

    def cast(self, dtype):
        """Converts the parameters to `dtype`, float32 or float64.

        Row by row in memory, whatever order they had: a product's last digits depend on it, and those of a model and
        of its file must be the same.
        """
        for name, array, _ in self.parameters():
            setattr(self, name, array.astype(dtype, order="C", copy=False))

    def __repr__(self):
        return f"{type(self).__name__}()"


class Layer_Input(Layer):
    """The start of a model's chain: output = inputs, dinputs = dvalues. (Book, chapter 18.)"""

    def forward(self, inputs, training=True):
        self.output = inputs
        return self.output

    def backward(self, dvalues):
        self.dinputs = dvalues
        return self.dinputs

    def to_onnx(self, graph, inputs):
        return inputs


class Layer_Dense(Layer):
    """A dense layer: every neuron sees every input. (Book, chapters 3, 9 and 14.)

        output = inputs @ weights + biases

    inputs `(samples, n_inputs)`, weights `(n_inputs, n_neurons)`, biases `(1, n_neurons)`, output
    `(samples, n_neurons)`. A regularizer is a factor of 0 or more: l1 adds `l1 * sum(abs(weights))` to the
    loss, l2 adds `l2 * sum(weights**2)`; likewise for the biases.

    initial_scale: standard deviation of the initial weights, 0.01 as in the book; or "he", which is
    sqrt(2 / n_inputs), the scale that keeps the size of ReLU outputs from layer to layer (He et al. 2015).
    dtype: of the parameters as long as the layer is used alone; a model takes the dtype of its data.

    The weights are drawn from `np.random`, so `np.random.seed` fixes them. Biases begin at 0.
    Raises ValueError for impossible sizes and factors, and for inputs that do not fit it.
    """

    parameter_names = ("weights", "biases")
    dtype = property(lambda self: self.weights.dtype.name)

    def __init__(self, n_inputs, n_neurons, weight_regularizer_l1=0, weight_regularizer_l2=0,
                 bias_regularizer_l1=0, bias_regularizer_l2=0, *, initial_scale=0.01, dtype=np.float64):
        n_inputs = self.n_inputs = whole_number(n_inputs, 1, "n_inputs")
        n_neurons = self.n_neurons = whole_number(n_neurons, 1, "n_neurons")
        self.weight_regularizer_l1 = _regularizer(weight_regularizer_l1)
        self.weight_regularizer_l2 = _regularizer(weight_regularizer_l2)
        self.bias_regularizer_l1 = _regularizer(bias_regularizer_l1)
        self.bias_regularizer_l2 = _regularizer(bias_regularizer_l2)
        self.initial_scale = initial_scale
        dtype = float_dtype(dtype)
        weights = np.random.randn(n_inputs, n_neurons)
        weights *= initial_deviation(initial_scale, n_inputs)
        self.weights = weights.astype(dtype, copy=False)
        self.biases = np.zeros((1, n_neurons), dtype)

    def forward(self, inputs, training=True):
        self.inputs = np.asarray(inputs)
        check_features(self, self.inputs.shape[1:], self.n_inputs)
        output = np.dot(self.inputs, self.weights)
        # In place, unless a reader's weights and inputs are whole numbers, to which decimals cannot be added.
        self.output = np.add(output, self.biases, out=output if output.dtype.kind == "f" else None)
        return self.output

    def backward(self, dvalues):
        """dweights = inputs.T @ dvalues, dbiases = sum of dvalues over the samples, dinputs = dvalues @ weights.T"""
        dvalues = check_dvalues(self, dvalues)
        self.dweights = None  # frees the memory of the last one for the next
        self.dweights = self.inputs.T @ dvalues
        self.dbiases = dvalues.sum(axis=0, keepdims=True)
        _add_penalty_gradient(self.dweights, self.weights, self.weight_regularizer_l1, self.weight_regularizer_l2)
        _add_penalty_gradient(self.dbiases, self.biases, self.bias_regularizer_l1, self.bias_regularizer_l2)
        self.dinputs = dvalues @ self.weights.T if self.needs_dinputs else None
        return self.dinputs

    def regularization_loss(self):
        return (_penalty(self.weights, self.weight_regularizer_l1, self.weight_regularizer_l2)
                + _penalty(self.biases, self.bias_regularizer_l1, self.bias_regularizer_l2))

    def output_shape(self, input_shape):
        if input_shape is not None:
            check_features(self, input_shape, self.n_inputs)
        return (self.n_neurons,)

    def input_shape(self):
        return (self.n_inputs,)

    def to_onnx(self, graph, inputs):
        return graph.add("Gemm", inputs, graph.constant(self.weights), graph.constant(self.biases))

    def state_dict(self):
        """As PyTorch's Linear: weight (n_neurons, n_inputs), bias (n_neurons,)."""
        return {"weight": self.weights.T, "bias": self.biases[0]}

    def load_state_dict(self, state):
        self.set_parameters(state["weight"].T, state["bias"].reshape(1, -1))

    def __repr__(self):
        return f"{type(self).__name__}({self.n_inputs}, {self.n_neurons})"


def _regularizer(factor):
    """Returns the factor of a penalty. Raises ValueError unless it is 0 or above."""
    return real_number(factor, lambda factor: factor >= 0,
                       "A regularizer is a factor of 0 or more: a negative one would reward large weights, and an "
                       "activation is a layer of its own")


def _penalty(parameter, l1, l2):
    penalty = 0.0
    if l1:
        penalty += l1 * float(np.sum(np.abs(parameter)))
    if l2:
        penalty += l2 * float(np.vdot(parameter, parameter))
    return penalty


def _add_penalty_gradient(gradient, parameter, l1, l2):
    if l1:
        gradient += l1 * np.sign(parameter)
    if l2:
        gradient += (2 * l2) * parameter


class Layer_Dropout(Layer):
    """Inverted dropout: while training, switches each input off with probability `rate`. (Book, chapter 15.)

        output = inputs * mask,   mask = 0 with probability rate, else 1 / (1 - rate)

    The division keeps the mean of the output at the mean of the input, so that prediction, which drops
    nothing, needs no correction. `rate` lies in [0, 1); ValueError otherwise.

    The masks come from the layer's own generator, seeded by `seed` or else by a number from `np.random`;
    a model file keeps its state, so that resumed training goes on with the same masks.
    """

    def __init__(self, rate, *, seed=None):
        self.rate = real_number(rate, lambda rate: 0 <= rate < 1, "The dropout rate is the share of inputs to switch "
                                                                  "off, from 0 up to but not including 1")
        self.seed = np.random.randint(2**31) if seed is None else seed
        self.generator = np.random.default_rng(self.seed)

    def forward(self, inputs, training=True):
        inputs = np.asarray(inputs)
        if not training or self.rate == 0:
            self.mask = None
            self.output = inputs
            return self.output
        keep = 1 - self.rate
        kept = self.generator.random(inputs.shape, dtype=np.float32) < keep
        self.mask = np.multiply(kept, 1 / keep, dtype=np.result_type(inputs, np.float32))
        self.output = inputs * self.mask
        return self.output

    def backward(self, dvalues):
        """dinputs = dvalues * mask"""
        dvalues = check_dvalues(self, dvalues)
        self.dinputs = dvalues if self.mask is None else dvalues * self.mask
        return self.dinputs

    def get_state(self):
        return {"generator": self.generator.bit_generator.state}

    def set_state(self, state):
        self.generator.bit_generator.state = state["generator"]

    def to_onnx(self, graph, inputs):
        """Prediction drops nothing: what comes in goes out."""
        return inputs

    def __repr__(self):
        return f"{type(self).__name__}({self.rate})"
