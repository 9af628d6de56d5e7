"""A convolutional network on lists, and a program that teaches it to tell six kinds of line drawings apart."""

from random import Random

from modules.pure_python import program
from modules.pure_python.activations import ACTIVATIONS, Activation, relu, sigmoid
from modules.pure_python.convolution import Convolution, Flatten, Image, MaxPooling, Pair, image_shape
from modules.pure_python.drawings import KINDS, SIZE, drawings
from modules.pure_python.network import Dense, Network
from modules.pure_python.training import accuracy
from modules.pure_python.vector import Vector, require_finite_inputs


class CNN(Network):
    """Stages of convolution and max pooling, then dense layers: features first, then the decision.

    `image` is (channels, rows, columns); `filters` has one number for each stage, `hidden` one for each dense layer
    before the last, which has `outputs` neurons and a sigmoid. ValueError if a window does not fit.
    """

    kind = "CNN"

    def __init__(self, image: tuple[int, int, int], filters: list[int], outputs: int, activation: Activation,
                 generator: Random, window: Pair = (3, 3), stride: Pair = (1, 1), padding: Pair = (0, 0),
                 pool: Pair = (2, 2), hidden: list[int] = ()):
        are_lists = all(isinstance(sizes, (list, tuple)) for sizes in (image, filters, hidden))
        if not are_lists or len(image) != 3 or min(*image, *filters, *hidden, outputs) < 1:
            raise ValueError(f"image must be (channels, rows, columns), filters and hidden lists such as [6], and all "
                             f"sizes at least 1, not image {image}, filters {filters}, hidden {hidden}, "
                             f"outputs {outputs}")
        layers, shape = [], tuple(image)
        for count in filters:
            layers.append(Convolution(shape, count, window, activation, generator, stride, padding))
            layers.append(MaxPooling(layers[-1].output_shape, pool))
            shape = layers[-1].output_shape
        layers.append(Flatten(shape))
        sizes = [shape[0] * shape[1] * shape[2], *hidden, outputs]
        for k in range(1, len(sizes)):
            last = k == len(sizes) - 1
            layers.append(Dense(sizes[k - 1], sizes[k], sigmoid if last else activation, generator))
        super().__init__(layers, {
            "image": list(image), "filters": list(filters), "window": list(window), "stride": list(stride),
            "padding": list(padding), "pool": list(pool), "hidden": list(hidden), "outputs": outputs,
            "activation": activation.name,
        })

    def forward(self, inputs: Image) -> Vector:
        """The output for one image; ArithmeticError if a pixel, or the output, is not finite."""
        image_shape(inputs)
        require_finite_inputs([pixel for channel in inputs for row in channel for pixel in row], "The image's pixels")
        return super().forward(inputs)


def main(arguments: list[str] | None = None) -> None:
    parser = program.option_parser(
        "Learn to tell six kinds of 15x15 line drawings apart.", epochs=8, learning_rate=0.5, decay=0.1, samples=1000
    )
    pair = {"nargs": 2, "metavar": ("ROWS", "COLUMNS")}
    parser.add_argument("--filters", type=program.at_least(1), nargs="+", default=[6], metavar="COUNT",
                        help="filters in each convolution (default: 6)")
    parser.add_argument("--window", type=program.at_least(1), default=[3, 3], **pair,
                        help="size of a filter (default: 3 3)")
    parser.add_argument("--stride", type=program.at_least(1), default=[1, 1], **pair,
                        help="steps of a filter (default: 1 1)")
    parser.add_argument("--padding", type=program.at_least(0), default=[0, 0], **pair,
                        help="zeros around the image (default: 0 0)")
    parser.add_argument("--pool", type=program.at_least(1), default=[2, 2], **pair,
                        help="size of a max pooling window (default: 2 2)")
    parser.add_argument("--hidden", type=program.at_least(1), nargs="*", default=[30], metavar="NEURONS",
                        help="neurons in dense layers before the last (default: 30)")
    parser.add_argument("--activation", choices=ACTIVATIONS, default=relu.name,
                        help="of all layers but the last, which has a sigmoid (default: %(default)s)")
    options = parser.parse_args(arguments)
    generator = Random(options.seed)
    try:
        network = CNN((1, SIZE, SIZE), options.filters, len(KINDS), ACTIVATIONS[options.activation], generator,
                      options.window, options.stride, options.padding, options.pool, options.hidden)
    except ValueError as error:
        parser.error(str(error))
    training, unseen = drawings(options.samples, generator), drawings(300, generator)
    program.run(parser, options, network, training, unseen, generator, "accuracy", accuracy)


if __name__ == "__main__":
    main()
