"""What MLP and CNN share: a chain of layers, walked forward and backward; and the dense layer both end with."""

import math
from random import Random

from modules.pure_python import matrix, vector
from modules.pure_python.activations import Activation, require_activation
from modules.pure_python.matrix import Matrix
from modules.pure_python.training import Gradient, mean_squared_error, whole_rows
from modules.pure_python.vector import Vector


class Dense:
    """y = f(W x + b) for one sample x: `weights` is (outputs, inputs), `biases` has one number for each output.

    Initial weights are normal with deviation 1 / sqrt(inputs), so that W x is about as large as x (LeCun 1998).
    """

    def __init__(self, inputs: int, outputs: int, activation: Activation, generator: Random):
        require_activation(activation)
        self.activation = activation
        self.weights = matrix.random(outputs, inputs, 1 / math.sqrt(inputs), generator)
        self.biases = vector.zeros(outputs)
        self.inputs = self.output = self.dz = None

    def forward(self, inputs: Vector) -> Vector:
        self.inputs = inputs
        z = vector.add(matrix.product_with_vector(self.weights, inputs), self.biases)
        self.output = vector.apply(self.activation.function, z)
        return self.output

    def backward(self, doutputs: Vector) -> dict[str, Gradient]:
        """dz = dy f'(z) for z = W x + b, then dW = dz xᵀ, whose row i is dz_i x, and db = dz."""
        self.dz = vector.multiply(doutputs, vector.apply(self.activation.derivative, self.output))
        return {"weights": [(dz_i, self.inputs) for dz_i in self.dz], "biases": whole_rows([self.dz])}

    def input_gradient(self) -> Vector:
        """dx = Wᵀ dz, for the layer below; call `backward` first."""
        return matrix.transposed_product_with_vector(self.weights, self.dz)

    def parameters(self) -> dict[str, Matrix]:
        """The lists themselves, not copies; the biases as a matrix of one row."""
        return {"weights": self.weights, "biases": [self.biases]}


class Network:
    """A chain of layers: each one's output is the next one's input.

    `kind` and `architecture` describe it in the header of a saved file.
    """

    kind = "network"

    def __init__(self, layers: list, architecture: dict):
        self.layers = layers
        self.architecture = architecture

    def forward(self, inputs) -> Vector:
        """The output for one sample; ArithmeticError if it is no longer finite."""
        output = inputs
        for layer in self.layers:
            output = layer.forward(output)
        vector.require_finite(output, "The network's outputs")
        return output

    def backward(self, doutputs: Vector) -> dict[str, Gradient]:
        """From the loss's derivative by the output, the gradient of every parameter, named as in `parameters`.

        RuntimeError before the first `forward`.
        """
        if self.layers[-1].output is None:
            raise RuntimeError("there is nothing to go back from yet: call forward first")
        gradients = {}
        for number in range(len(self.layers), 0, -1):
            layer = self.layers[number - 1]
            for name, gradient in layer.backward(doutputs).items():
                gradients[f"layer {number} {name}"] = gradient
            # Nobody asks how the loss depends on the data: the first layer is spared that product.
            if number > 1:
                doutputs = layer.input_gradient()
        return gradients

    def loss_and_gradients(self, inputs, targets: Vector) -> tuple[float, dict[str, Gradient]]:
        """Forward, mean squared error, backward: for one sample, without changing the network."""
        loss, doutputs = mean_squared_error(self.forward(inputs), targets)
        return loss, self.backward(doutputs)

    def parameters(self) -> dict[str, Matrix]:
        """Every parameter matrix of every layer by name, such as "layer 1 weights"."""
        return {
            f"layer {number} {name}": values
            for number, layer in enumerate(self.layers, start=1)
            for name, values in layer.parameters().items()
        }
