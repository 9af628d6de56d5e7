"""Every backward pass of the list networks against central differences, to 1e-7 of the largest slope."""

from math import inf, nan
from random import Random

import pytest

from modules.pure_python.activations import ACTIVATIONS, Activation, identity, relu, sigmoid, tanh
from modules.pure_python.cnn import CNN
from modules.pure_python.convolution import Convolution, Flatten, MaxPooling, as_rows
from modules.pure_python.gradient_check import check_gradients, numerical_gradient, relative_difference
from modules.pure_python.lstm import LSTM
from modules.pure_python.mlp import MLP
from modules.pure_python.network import Network
from modules.pure_python.training import descend, mean_squared_error, written_out

TOLERANCE = 1e-7


def numbers(count, generator):
    return [generator.gauss(0, 1) for _ in range(count)]


def images(channels, rows, columns, generator):
    return [[numbers(columns, generator) for _ in range(rows)] for _ in range(channels)]


def assert_all_below_tolerance(network, inputs, targets):
    shake_biases(network, Random(9))
    differences = check_gradients(network, inputs, targets)
    assert differences.keys() == network.parameters().keys()
    assert max(differences.values()) < TOLERANCE, differences


def shake_biases(network, generator):
    """No parameter may be at a place where its gradient hides, such as 0."""
    for rows in network.parameters().values():
        for row in rows:
            row[:] = [number + generator.uniform(-0.3, 0.3) for number in row]


SOFTSIGN = Activation("softsign", lambda x: x / (1 + abs(x)), lambda y: (1 - abs(y)) ** 2)


@pytest.mark.parametrize("activation", [*ACTIVATIONS.values(), SOFTSIGN], ids=lambda activation: activation.name)
@pytest.mark.parametrize("sizes", [(4, 3), (3, 5, 2), (3, 4, 4, 3, 2)])
def test_mlp(sizes, activation):
    generator = Random(1)
    network = MLP(sizes, activation, generator, output_activation=tanh)
    assert_all_below_tolerance(network, numbers(sizes[0], generator), numbers(sizes[-1], generator))


def test_dense_input_gradient():
    generator = Random(2)
    layer = MLP((4, 3), sigmoid, generator).layers[0]
    inputs, targets = numbers(4, generator), numbers(3, generator)
    layer.backward(mean_squared_error(layer.forward(inputs), targets)[1])
    derived = layer.input_gradient()
    measured = numerical_gradient(lambda: mean_squared_error(layer.forward(inputs), targets)[0], [inputs])
    assert relative_difference([derived], measured) < TOLERANCE


# channels, rows, columns, filters, window, stride, padding
CONVOLUTIONS = {
    "plain": (1, 5, 5, 2, (3, 3), (1, 1), (0, 0)),
    "rectangular image": (1, 4, 7, 2, (3, 3), (1, 1), (0, 0)),
    "rectangular filter": (1, 5, 6, 2, (2, 4), (1, 1), (0, 0)),
    "channels": (3, 5, 4, 2, (2, 3), (1, 1), (0, 0)),
    "stride": (2, 7, 8, 2, (3, 2), (2, 3), (0, 0)),
    "stride leaves pixels unseen": (1, 6, 6, 2, (3, 3), (2, 2), (0, 0)),
    "padding": (2, 4, 5, 2, (3, 3), (1, 1), (1, 2)),
    "stride and padding": (2, 5, 6, 3, (2, 3), (2, 2), (2, 1)),
}


@pytest.mark.parametrize("case", CONVOLUTIONS.values(), ids=CONVOLUTIONS)
def test_convolution(case):
    channels, rows, columns, filters, window, stride, padding = case
    generator = Random(3)
    layer = Convolution((channels, rows, columns), filters, window, tanh, generator, stride, padding)
    network = Network([layer, Flatten(layer.output_shape)], {})
    image = images(channels, rows, columns, generator)
    targets = numbers(len(network.forward(image)), generator)
    assert_all_below_tolerance(network, image, targets)
    assert_input_gradient(network, image, targets)


def assert_input_gradient(network, image, targets):
    network.loss_and_gradients(image, targets)
    derived = network.layers[0].input_gradient()
    for channel, dchannel in zip(image, derived, strict=True):
        measured = numerical_gradient(lambda: network.loss_and_gradients(image, targets)[0], channel)
        assert relative_difference(dchannel, measured) < TOLERANCE


@pytest.mark.parametrize("window, stride", [((2, 2), None), ((2, 3), None), ((3, 2), (1, 1)), ((2, 2), (3, 2))])
def test_max_pooling_input_gradient(window, stride):
    generator = Random(4)
    layer = MaxPooling((2, 6, 7), window, stride)
    network = Network([layer, Flatten(layer.output_shape)], {})
    image = images(2, 6, 7, generator)
    assert_input_gradient(network, image, numbers(len(network.forward(image)), generator))


@pytest.mark.parametrize("activation", [tanh, relu, identity], ids=lambda activation: activation.name)
def test_cnn_of_two_stages_with_channels_stride_padding_and_rectangles(activation):
    generator = Random(5)
    network = CNN((2, 7, 9), [2, 2], 2, activation, generator, window=(3, 2), stride=(1, 2), padding=(2, 1),
                  pool=(2, 1), hidden=[3])
    assert_all_below_tolerance(network, images(2, 7, 9, generator), numbers(2, generator))


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_lstm_with_peepholes(steps):
    generator = Random(6)
    network = LSTM(3, 4, 2, generator)
    sequence = [numbers(3, generator) for _ in range(steps)]
    targets = [numbers(2, generator) for _ in range(steps)]
    assert_all_below_tolerance(network, sequence, targets)
    network.loss_and_gradients(sequence, targets)
    derived = network.dinputs
    measured = numerical_gradient(lambda: network.loss_and_gradients(sequence, targets)[0], sequence)
    assert relative_difference(derived, measured) < TOLERANCE


def test_lstm_peepholes_and_early_inputs_do_have_a_gradient():
    """All zeros on both sides would agree as well."""
    generator = Random(7)
    network = LSTM(2, 3, 1, generator)
    targets = [[0.5], [-0.5], [1.0]]
    gradients = written_out(network.loss_and_gradients([[1.0, -1.0], [0.5, 0.2], [0.1, 0.9]], targets)[1])
    for gate in "ifo":
        assert any(slope != 0 for slope in gradients[f"peepholes {gate}"][0])
    assert any(slope != 0 for slope in network.dinputs[0])


def test_the_check_notices_a_wrong_derivative():
    wrong = Activation("wrong", tanh.function, lambda y: 1 - y)
    generator = Random(8)
    network = MLP((3, 3, 2), wrong, generator)
    assert max(check_gradients(network, [0.3, -0.6, 0.9], [1.0, 0.0]).values()) > 1e-3


@pytest.mark.parametrize("first, second", [
    ([[1.0, nan]], [[1.0, 2.0]]), ([[nan, 1.0]], [[2.0, 1.0]]), ([[1.0], [nan]], [[1.0], [nan]]),
    ([[1.0, inf]], [[1.0, inf]]), ([[1.0, 2.0]], [[1.0, -inf]]), ([[1e308, 0.0]], [[-1e308, 0.0]]),
])
def test_a_difference_that_is_not_finite_is_infinite(first, second):
    assert relative_difference(first, second) == inf


def test_the_check_notices_a_derivative_that_is_nan():
    broken = Activation("broken", tanh.function, lambda y: nan if y < 0 else 1 - y * y)
    network = MLP((3, 3, 2), broken, Random(8), output_activation=tanh)
    assert max(check_gradients(network, [0.3, -0.6, 0.9], [1.0, 0.0]).values()) == inf


def test_a_step_is_the_learning_rate_times_the_gradient():
    """`descend` never writes the gradient out; it must do the same as if it did."""
    network = MLP((3, 4, 2), relu, Random(1), output_activation=sigmoid)
    gradients = network.loss_and_gradients([0.3, -0.6, 0.9], [1.0, 0.0])[1]
    expected = {
        name: [
            [weight - 0.1 * slope for weight, slope in zip(row, slopes, strict=True)]
            for row, slopes in zip(rows, written_out(gradients)[name], strict=True)
        ]
        for name, rows in network.parameters().items()
    }
    descend(network.parameters(), gradients, 0.1)
    for name, rows in network.parameters().items():
        assert relative_difference(rows, expected[name]) < 1e-15


def test_convolution_by_hand():
    """A 2x2 filter over a 3x3 image with one row of padding above and below and stride 2 downwards."""
    layer = Convolution((1, 3, 3), 1, (2, 2), identity, Random(1), stride=(2, 1), padding=(1, 0))
    layer.filters[0][:] = [1.0, 2.0, 3.0, 4.0]
    layer.biases[:] = [0.5]
    output = layer.forward([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]])
    assert output == [[[11.5, 18.5], [67.5, 77.5]]]
    assert as_rows(output) == [[11.5, 18.5, 67.5, 77.5]]


def test_max_pooling_gives_ties_to_the_first():
    layer = MaxPooling((1, 2, 2), (2, 2))
    assert layer.forward([[[1.0, 1.0], [1.0, 1.0]]]) == [[[1.0]]]
    layer.backward([[[5.0]]])
    assert layer.input_gradient() == [[[5.0, 0.0], [0.0, 0.0]]]


def test_relative_difference_is_relative_to_the_largest_number_of_either_sign():
    assert relative_difference([[200.0, -1000.0]], [[200.0, -900.0]]) == pytest.approx(0.1)
    assert relative_difference([[1e-6, 0.0]], [[1.1e-6, 0.0]]) == pytest.approx(1 / 11)
    assert relative_difference([[0.0]], [[0.0]]) == 0
