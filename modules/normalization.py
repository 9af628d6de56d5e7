"""A layer that keeps numbers near zero and of even size: batch normalization."""

import numpy as np

from modules.checks import batch_shape, check_dvalues, float_dtype, real_number, rows_hint, whole_number
from modules.layers import Layer


class Layer_BatchNormalization(Layer):
    """Batch normalization: every feature gets mean 0 and variance 1 over the batch, then a scale and a shift
    that are learned. (Ioffe and Szegedy 2015.)

        normalized = (inputs - mean) / sqrt(variance + epsilon)          output = gamma * normalized + beta

    inputs and output `(samples, n_features)`, or pictures `(samples, n_features, rows, columns)`, where a channel is
    a feature and its mean is taken over samples and places. gamma and beta `(1, n_features)` begin at 1 and 0.

    In training, mean and variance are those of the batch, and running ones are kept for later:

        running = momentum * running + (1 - momentum) * batch's

    (for the variance, the estimate that divides a sum over n values by n - 1). Otherwise the running ones are used,
    so that a prediction does not depend on its neighbours in the batch. momentum lies in [0, 1], where 1 keeps what is
    there; PyTorch calls 1 - momentum its momentum. epsilon is above 0. Means are taken and kept in float64: in float32,
    that of a large feature that hardly varies would be wrong by more than the feature varies.

    Raises ValueError for impossible sizes, for inputs that do not fit it, and for a batch with a single value for
    each feature in training, which has no variance.
    """

    parameter_names = ("gamma", "beta")
    dtype = property(lambda self: self.gamma.dtype.name)

    def __init__(self, n_features, momentum=0.9, epsilon=1e-5, *, dtype=np.float64):
        n_features = self.n_features = whole_number(n_features, 1, "n_features")
        self.momentum = real_number(momentum, lambda share: 0 <= share <= 1,
                                    "momentum is the share of the running mean that is kept, from 0 to 1")
        self.epsilon = real_number(epsilon, lambda epsilon: epsilon > 0, "epsilon is above 0")
        dtype = float_dtype(dtype)
        self.gamma = np.ones((1, n_features), dtype)
        self.beta = np.zeros((1, n_features), dtype)
        self.running_mean = np.zeros((1, n_features))
        self.running_variance = np.ones((1, n_features))

    def forward(self, inputs, training=True):
        inputs = np.asarray(inputs)
        self.output_shape(inputs.shape[1:])
        # All axes but that of the features; and the shape in which a value for each feature meets the inputs.
        self._axes = (0, *range(2, inputs.ndim))
        self._shape = (1, self.n_features) + (1,) * (inputs.ndim - 2)
        self._count = inputs.size // self.n_features
        self._training = training
        if training:
            self._normalized, variance = self._centre(inputs)
        else:
            self._normalized, variance = self._without(self.running_mean, inputs), self.running_variance
        self._deviation = np.sqrt(variance + self.epsilon).astype(self.gamma.dtype)
        self._normalized /= self._deviation.reshape(self._shape)
        self.output = self._normalized * self.gamma.reshape(self._shape)
        self.output += self.beta.reshape(self._shape)
        return self.output

    def _centre(self, inputs):
        """Inputs without the mean of the batch, and its variance `(1, n_features)`; the running ones follow."""
        if self._count < 2:
            raise ValueError(f"{self} was given inputs of shape {inputs.shape} in training: a single value for each "
                             f"feature has no variance. Choose a batch_size that leaves no last batch of one sample.")
        mean = inputs.mean(axis=self._axes, dtype=np.float64).reshape(1, -1)
        centred = self._without(mean, inputs)
        variance = np.square(centred).mean(axis=self._axes, dtype=np.float64).reshape(1, -1)
        self._follow(self.running_mean, mean)
        self._follow(self.running_variance, variance * (self._count / (self._count - 1)))
        return centred, variance

    def _without(self, mean, inputs):
        return inputs - mean.astype(self.gamma.dtype).reshape(self._shape)

    def _follow(self, running, value):
        running *= self.momentum
        running += (1 - self.momentum) * value

    def backward(self, dvalues):
        """dinputs = gamma / deviation * (dvalues - mean(dvalues) - normalized * mean(dvalues * normalized))

        The two means are there because every input moves the mean and the variance of its batch; with running ones,
        which it does not move, they are left out.
        """
        dvalues = check_dvalues(self, dvalues)
        self.dbeta = dvalues.sum(axis=self._axes).reshape(1, -1)
        self.dgamma = (dvalues * self._normalized).sum(axis=self._axes).reshape(1, -1)
        scale = (self.gamma / self._deviation).reshape(self._shape)
        if not self.needs_dinputs:
            self.dinputs = None
        elif not self._training:
            self.dinputs = dvalues * scale
        else:
            self.dinputs = self._normalized * (-self.dgamma / self._count).reshape(self._shape)
            self.dinputs += dvalues
            self.dinputs -= (self.dbeta / self._count).reshape(self._shape)
            self.dinputs *= scale
        return self.dinputs

    def output_shape(self, input_shape):
        if input_shape is None:
            return None
        if len(input_shape) not in (1, 3) or input_shape[0] not in (None, self.n_features):
            hint = (f"Make it with n_features={input_shape[0]}." if len(input_shape) in (1, 3) else
                    rows_hint(input_shape, self.n_features, "n_features"))
            raise ValueError(f"{self} expects inputs of shape (samples, {self.n_features}) or (samples, "
                             f"{self.n_features}, rows, columns), but was given {batch_shape(input_shape)}. {hint}")
        return input_shape

    def get_state(self):
        return {"running_mean": self.running_mean.copy(), "running_variance": self.running_variance.copy()}

    def set_state(self, state):
        """Raises ValueError, with the state as it was, unless both running values are (1, n_features)."""
        mean = np.array(state["running_mean"], np.float64)
        variance = np.array(state["running_variance"], np.float64)
        if not mean.shape == variance.shape == (1, self.n_features):
            raise ValueError(f"{self} keeps a running mean and variance of shape (1, {self.n_features}), but was given "
                             f"{mean.shape} and {variance.shape}.")
        self.running_mean, self.running_variance = mean, variance

    def to_onnx(self, graph, inputs):
        values = (self.gamma, self.beta, self.running_mean, self.running_variance)
        return graph.add("BatchNormalization", inputs, *(graph.constant(value[0]) for value in values),
                         epsilon=self.epsilon)

    def state_dict(self):
        """As PyTorch's BatchNorm1d and BatchNorm2d: everything (n_features,), and a count that we do not keep."""
        mean, variance = self.running_mean[0].astype(self.dtype), self.running_variance[0].astype(self.dtype)
        return {"weight": self.gamma[0], "bias": self.beta[0], "running_mean": mean, "running_var": variance,
                "num_batches_tracked": np.array(0)}

    def load_state_dict(self, state):
        self.set_parameters(state["weight"].reshape(1, -1), state["bias"].reshape(1, -1))
        self.set_state({"running_mean": state["running_mean"].reshape(1, -1),
                        "running_variance": state["running_var"].reshape(1, -1)})

    def __repr__(self):
        return f"{type(self).__name__}({self.n_features})"
