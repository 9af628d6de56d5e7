"""Activation functions: layers without parameters that bend what a dense layer computes."""

import numpy as np

from modules.checks import as_floats, check_dvalues, check_rows
from modules.layers import Layer


class Activation_ReLU(Layer):
    """Rectified linear unit, element by element. (Book, chapters 4 and 9.)

        output = max(0, inputs)          dinputs = dvalues where inputs > 0, else 0
    """

    def forward(self, inputs, training=True):
        self.output = np.maximum(inputs, 0)
        return self.output

    def backward(self, dvalues):
        self.dinputs = check_dvalues(self, dvalues) * (self.output > 0)
        return self.dinputs

    def to_onnx(self, graph, inputs):
        return graph.add("Relu", inputs)


class Activation_Softmax(Layer):
    """Turns each row of scores into probabilities. (Book, chapters 4 and 9.)

        output_i = exp(inputs_i) / sum_j exp(inputs_j)

    The largest score of a row is subtracted first: this changes no probability, and `exp` cannot overflow.
    The rows of the output sum to 1. Raises ValueError for anything but rows, (samples, classes).
    """

    def forward(self, inputs, training=True):
        inputs = as_floats(inputs)
        check_rows(self, inputs.shape[1:])
        exponentials = np.exp(inputs - inputs.max(axis=1, keepdims=True))
        self.output = exponentials / exponentials.sum(axis=1, keepdims=True)
        return self.output

    def backward(self, dvalues):
        """dinputs = output * (dvalues - sum(dvalues * output)), each row's Jacobian times its dvalues at once.

        The Jacobian is diag(output) - outer(output, output); multiplied out, it need never be built.
        """
        dvalues = check_dvalues(self, dvalues)
        weighted = np.sum(dvalues * self.output, axis=1, keepdims=True)
        self.dinputs = self.output * (dvalues - weighted)
        return self.dinputs

    def output_shape(self, input_shape):
        if input_shape is not None:
            check_rows(self, input_shape)
        return input_shape

    def predictions(self, outputs):
        """The class with the highest probability, `(samples,)`."""
        return np.argmax(outputs, axis=1)

    def to_onnx(self, graph, inputs):
        return graph.add("Softmax", inputs, axis=1)


class Activation_Sigmoid(Layer):
    """Squeezes every number into (0, 1). (Book, chapter 16.)

        output = 1 / (1 + exp(-inputs))          dinputs = dvalues * output * (1 - output)

    Computed from exp(-abs(inputs)), which cannot overflow: for negative inputs the same fraction is
    exp(inputs) / (1 + exp(inputs)).
    """

    def forward(self, inputs, training=True):
        inputs = as_floats(inputs)
        exponentials = np.exp(-np.abs(inputs))
        self.output = np.where(inputs >= 0, 1, exponentials) / (1 + exponentials)
        return self.output

    def backward(self, dvalues):
        self.dinputs = check_dvalues(self, dvalues) * self.output * (1 - self.output)
        return self.dinputs

    def predictions(self, outputs):
        """1 where the output passes the threshold of 0.5, else 0; shape as the outputs."""
        return (np.asarray(outputs) > 0.5).astype(int)

    def to_onnx(self, graph, inputs):
        return graph.add("Sigmoid", inputs)


class Activation_Linear(Layer):
    """Passes the numbers on as they are, for regression. (Book, chapter 17.)

        output = inputs          dinputs = dvalues
    """

    def forward(self, inputs, training=True):
        self.output = np.asarray(inputs)
        return self.output

    def backward(self, dvalues):
        self.dinputs = check_dvalues(self, dvalues).copy()
        return self.dinputs

    def to_onnx(self, graph, inputs):
        return inputs
