"""A multi-layer perceptron on lists, and a program that teaches it which half of six numbers holds the largest."""

from random import Random

from modules.pure_python import program
from modules.pure_python.activations import ACTIVATIONS, Activation, relu, sigmoid
from modules.pure_python.network import Dense, Network
from modules.pure_python.training import accuracy
from modules.pure_python.vector import Vector, require_finite_inputs


class MLP(Network):
    """Any number of dense layers: a_0 = x, a_k = f(W_k a_(k-1) + b_k).

    `sizes` counts the numbers in every a_k, so (6, 50, 50, 2) has three layers. The caller gives f and its
    derivative as an `Activation`; the last layer may have a different one, so that its range suits the targets.
    ValueError for sizes below 1, or fewer than two.
    """

    kind = "MLP"

    def __init__(
        self,
        sizes: list[int],
        activation: Activation,
        generator: Random,
        output_activation: Activation | None = None,
    ):
        if not isinstance(sizes, (list, tuple)) or len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"sizes must be two or more positive numbers, such as (6, 50, 50, 2), not {sizes}")
        activations = [activation] * (len(sizes) - 2) + [output_activation or activation]
        layers = [
            Dense(inputs, outputs, layer_activation, generator)
            for inputs, outputs, layer_activation in zip(sizes[:-1], sizes[1:], activations, strict=True)
        ]
        names = [layer_activation.name for layer_activation in activations]
        super().__init__(layers, {"sizes": list(sizes), "activations": names})

    def forward(self, inputs: Vector) -> Vector:
        """The output for one sample; ArithmeticError if an input, or the output, is not finite."""
        require_finite_inputs(inputs, "The inputs")
        return super().forward(inputs)


def halves(count: int, generator: Random) -> list[tuple[Vector, Vector]]:
    """Six numbers in (-1, 1), and (1, 0) if the largest is one of the first three, else (0, 1)."""
    samples = []
    for _ in range(count):
        numbers = [generator.uniform(-1, 1) for _ in range(6)]
        in_first_half = max(numbers[:3]) > max(numbers[3:])
        samples.append((numbers, [1.0, 0.0] if in_first_half else [0.0, 1.0]))
    return samples


def main(arguments: list[str] | None = None) -> None:
    parser = program.option_parser(
        "Learn which half of six numbers holds the largest.", epochs=6, learning_rate=0.1, decay=0.3, samples=10000
    )
    parser.add_argument("--hidden", type=program.at_least(1), nargs="*", default=[50, 50], metavar="NEURONS",
                        help="neurons in each hidden layer (default: 50 50)")
    parser.add_argument("--activation", choices=ACTIVATIONS, default=relu.name,
                        help="of the hidden layers (default: %(default)s); the output layer has a sigmoid")
    options = parser.parse_args(arguments)
    generator = Random(options.seed)
    network = MLP([6, *options.hidden, 2], ACTIVATIONS[options.activation], generator, output_activation=sigmoid)
    training, unseen = halves(options.samples, generator), halves(1000, generator)
    program.run(parser, options, network, training, unseen, generator, "accuracy", accuracy)


if __name__ == "__main__":
    main()
