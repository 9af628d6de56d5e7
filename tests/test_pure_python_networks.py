"""The list networks as a reader meets them: what they learn, what they refuse, and how their programs behave."""

import math
import statistics
import subprocess
import sys
from random import Random

import pytest

from modules.pure_python import cnn, drawings, lstm, mlp, program
from modules.pure_python.activations import ACTIVATIONS, relu, sigmoid, tanh
from modules.pure_python.convolution import Convolution, Flatten, MaxPooling
from modules.pure_python.training import accuracy, descend, mean_loss, mean_squared_error, train_epoch, train_step

PROGRAMS = {
    mlp: ["--samples", "20", "--hidden", "4"],
    cnn: ["--samples", "4", "--filters", "1", "--hidden"],
    lstm: ["--samples", "2", "--steps", "4", "--hidden", "3"],
}


@pytest.fixture(params=PROGRAMS, ids=lambda module: module.__name__.rpartition(".")[2])
def module(request):
    return request.param


def test_comes_without_numpy():
    check = "import sys, modules.pure_python.mlp, modules.pure_python.cnn, modules.pure_python.lstm; "
    subprocess.run([sys.executable, "-c", check + "assert 'numpy' not in sys.modules"], check=True)


def test_sigmoid_does_not_overflow():
    assert sigmoid(-1000) == 0
    assert sigmoid(1000) == 1
    assert sigmoid(-700) == pytest.approx(math.exp(-700), rel=1e-12)
    assert sigmoid(0) == 0.5
    assert sigmoid(2) == pytest.approx(1 - sigmoid(-2), rel=1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda activation: activation.name)
def test_no_activation_hides_nan(activation):
    assert math.isnan(activation.function(math.nan))


def test_mean_squared_error_by_hand():
    assert mean_squared_error([1.0, 3.0], [0.0, 1.0]) == (2.5, [1.0, 2.0])


def test_halves_are_labelled_by_their_largest_number():
    for numbers, targets in mlp.halves(100, Random(1)):
        assert targets == ([1, 0] if numbers.index(max(numbers)) < 3 else [0, 1])


def test_mlp_learns_in_which_half_the_largest_number_is():
    generator = Random(1)
    network = mlp.MLP((6, 20, 2), relu, generator, output_activation=sigmoid)
    training, unseen = mlp.halves(1000, generator), mlp.halves(500, generator)
    assert accuracy(network, unseen) < 0.7
    for _ in range(4):
        train_epoch(network, training, 0.2, generator)
    assert accuracy(network, unseen) > 0.85


def test_cnn_learns_to_tell_drawings_apart():
    generator = Random(1)
    network = cnn.CNN((1, 15, 15), [4], 6, relu, generator, pool=(4, 4))
    training, unseen = drawings.drawings(200, generator), drawings.drawings(100, generator)
    assert accuracy(network, unseen) < 0.4
    for _ in range(4):
        train_epoch(network, training, 0.5, generator)
    assert accuracy(network, unseen) > 0.45


def test_lstm_takes_tuples_like_lists():
    network = lstm.LSTM(2, 3, 1, Random(0))
    assert network.forward([(1, 2), (3, 4)]) == network.forward([[1, 2], [3, 4]])


def test_lstm_learns_what_one_point_alone_does_not_tell():
    generator = Random(1)
    network = lstm.LSTM(2, 8, 2, generator)
    training = [lstm.figure_of_eight(20, generator) for _ in range(20)]
    for _ in range(10):
        train_epoch(network, training, 0.5, generator)
    unseen = [lstm.figure_of_eight(20, generator) for _ in range(10)]
    # Always saying the mean of the two possible next points is off by (sin 18°)² and (sin 36°)², halved.
    without_memory = (math.sin(math.pi / 10) ** 2 + math.sin(math.pi / 5) ** 2) / 4
    assert mean_loss(network, unseen) < without_memory / 2


def test_drawings_are_of_all_kinds_and_stay_on_the_paper():
    kinds = set()
    for (image,), targets in drawings.drawings(200, Random(1)):
        assert (len(image), {len(row) for row in image}) == (15, {15})
        assert sum(targets) == 1
        kinds.add(targets.index(1))
    assert kinds == set(range(6))


def test_the_same_seed_gives_the_same_network_and_leaves_the_global_generator_alone():
    import random

    state = random.getstate()
    networks = [mlp.MLP((6, 5, 2), tanh, Random(3)) for _ in range(2)]
    for network in networks:
        generator = Random(4)
        train_epoch(network, mlp.halves(20, generator), 0.1, generator)
    assert networks[0].parameters() == networks[1].parameters()
    assert random.getstate() == state


def test_training_leaves_the_samples_alone():
    samples = mlp.halves(10, Random(1))
    before = repr(samples)
    train_epoch(mlp.MLP((6, 5, 2), tanh, Random(3)), samples, 0.1, Random(1))
    assert repr(samples) == before


def test_nan_among_the_targets_raises():
    with pytest.raises(ArithmeticError, match="loss .* contain .* learning rate .* NaN or a huge value in the data"):
        mlp.MLP((2, 3, 1), relu, Random(1)).loss_and_gradients([0.5, 1.0], [math.nan])


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_an_input_that_is_not_finite_is_refused_at_the_door(number):
    """A sigmoid makes an ordinary 1 or 0 of an infinite number, so the outputs would not show it."""
    with pytest.raises(ArithmeticError, match="^The inputs contain.* leave it out"):
        mlp.MLP((2, 3, 1), sigmoid, Random(1)).forward([number, 1.0])
    with pytest.raises(ArithmeticError, match="^The LSTM's inputs contain.* leave it out"):
        lstm.LSTM(2, 3, 1, Random(1)).forward([[0.0, 1.0], [0.0, number]])
    with pytest.raises(ArithmeticError, match="^The image's pixels contain.* leave it out"):
        cnn.CNN((1, 2, 2), [1], 2, sigmoid, Random(1), window=(1, 1)).forward([[[0.0, 1.0], [number, 0.0]]])


@pytest.mark.parametrize("inputs", [[[1.0, 2.0]], ["1", 2.0], [None, 2.0]])
def test_what_is_no_sample_of_plain_numbers_is_shown(inputs):
    with pytest.raises(TypeError, match="one sample at a time, but they are .*2.0]"):
        mlp.MLP((2, 3, 1), sigmoid, Random(1)).forward(inputs)


@pytest.mark.parametrize("size", ["window", "stride", "padding", "pool"])
@pytest.mark.parametrize("value", [1, (1,), (1, 1, 1)])
def test_a_size_that_is_no_pair_is_named(size, value):
    with pytest.raises(ValueError, match=r"must be a pair \(rows, columns\)"):
        cnn.CNN((1, 5, 5), [2], 2, tanh, Random(1), **{size: value})


def test_nan_pixel_is_not_swallowed_by_max_pooling():
    network = cnn.CNN((1, 4, 4), [1], 2, relu, Random(1), window=(1, 1), pool=(4, 4))
    image = [[[5.0, 0.0, 0.0, 0.0]] + [[0.0] * 4 for _ in range(3)]]
    image[0][3][3] = math.nan
    with pytest.raises(ArithmeticError, match="pixels"):
        network.forward(image)


@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_a_learning_rate_far_too_large_raises_and_never_quits(activation):
    generator = Random(1)
    network = mlp.MLP((6, 10, 2), ACTIVATIONS[activation], generator, output_activation=ACTIVATIONS["identity"])
    with pytest.raises(ArithmeticError, match="learning rate is too large"):
        for inputs, targets in mlp.halves(500, generator):
            train_step(network, inputs, targets, 100.0)


def test_networks_take_the_activations_of_flat_imports():
    """A second copy of the class, as `sys.path.append("modules")` brings it."""
    class Activation:
        name = "relu"
        function = __call__ = staticmethod(relu.function)
        derivative = staticmethod(relu.derivative)

    mlp.MLP((2, 3, 1), Activation(), Random(0))


@pytest.mark.parametrize("activation", ["relu", math.tanh, None])
def test_what_is_no_activation_is_refused_with_its_remedy(activation):
    for make in (lambda: mlp.MLP((2, 3, 1), activation, Random(1)),
                 lambda: cnn.CNN((1, 6, 6), [2], 2, activation, Random(1))):
        with pytest.raises(TypeError, match="such as relu, .*derivative, but it is"):
            make()


@pytest.mark.parametrize("sizes", [(3,), (), (3, 0, 2), 3])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="sizes must be"):
        mlp.MLP(sizes, tanh, Random(1))


@pytest.mark.parametrize("image, filters, hidden, outputs", [
    ((6, 6), [2], [3], 2), ((0, 6, 6), [2], [3], 2), ((1, 6, 6), [0], [3], 2), ((1, 6, 6), [2], [0], 2),
    ((1, 6, 6), [2], [3], 0), ((1, 6, 6), 2, [3], 2), ((1, 6, 6), [2], 3, 2), (6, [2], [3], 2)])
def test_impossible_sizes_of_a_cnn_are_refused(image, filters, hidden, outputs):
    with pytest.raises(ValueError, match="sizes at least 1"):
        cnn.CNN(image, filters, outputs, relu, Random(1), hidden=hidden)


def test_backward_before_forward_says_what_to_call_first():
    with pytest.raises(RuntimeError, match="call forward first"):
        mlp.MLP([3, 4, 2], tanh, Random(0)).backward([1, 0])
    with pytest.raises(ValueError, match="the last forward took 0 steps, but this gradient has 1: call forward first"):
        lstm.LSTM(2, 4, 2, Random(0)).backward([[1, 0]])


def test_what_is_no_generator_is_named():
    with pytest.raises(TypeError, match=r"such as random\.Random\(0\), not from 0"):
        mlp.MLP([3, 4, 2], tanh, 0)


def test_wrong_inputs_are_named_with_both_shapes():
    with pytest.raises(TypeError, match=r"the image \[d\]"):
        cnn.CNN((1, 4, 4), [1], 2, relu, Random(1)).forward([[0.0] * 4] * 4)
    with pytest.raises(TypeError, match="a list of rows"):
        lstm.LSTM(2, 3, 1, Random(1)).forward([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(4, 3\).*\(2,\)"):
        mlp.MLP((3, 4, 2), tanh, Random(1)).forward([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(1, 3, 3\).*\(1, 2, 3\)"):
        Convolution((1, 3, 3), 1, (2, 2), tanh, Random(1)).forward([[[0.0] * 3] * 2])
    with pytest.raises(ValueError, match="5x2 does not fit into an image of 3x3"):
        Convolution((1, 3, 3), 1, (5, 2), tanh, Random(1))
    with pytest.raises(ValueError, match="stride must be positive"):
        MaxPooling((1, 3, 3), (2, 2), (0, 1))
    with pytest.raises(ValueError, match=r"\(steps, 2\).*\(1, 3\)"):
        lstm.LSTM(2, 3, 1, Random(1)).forward([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match=r"\(1, 1\) and \(2, 1\)"):
        lstm.LSTM(2, 3, 1, Random(1)).loss_and_gradients([[1.0, 2.0]], [[1.0], [2.0]])
    with pytest.raises(ValueError, match=r"\(1, 2\) and \(1, 1\)"):
        descend({"weights": [[1.0, 2.0]]}, {"weights": [(1.0, [1.0])]}, 0.1)


def test_program_shows_progress_saves_and_loads(module, tmp_path, capsys):
    path = str(tmp_path / "network.json")
    module.main([*PROGRAMS[module], "--epochs", "2", "--save", path])
    lines = capsys.readouterr().out.splitlines()
    assert [line.startswith(f"epoch   {k} of 2  loss ") for k, line in enumerate(lines[:2], start=1)] == [True, True]
    assert "unseen samples: " in lines[-1]
    module.main([*PROGRAMS[module], "--epochs", "0", "--load", path])
    assert capsys.readouterr().out.splitlines() == [lines[-1]]


def test_program_explains_its_options(module, capsys):
    with pytest.raises(SystemExit, match="0"):
        module.main(["--help"])
    text = capsys.readouterr().out
    for option in ("--epochs", "--learning-rate", "--samples", "--seed", "--save", "--load", "--hidden", "Ctrl-C"):
        assert option in text


@pytest.mark.parametrize(
    "options, message",
    [
        (["--epochs", "-1"], "must be at least"),
        (["--decay", "-0.1"], "must be 0 or a positive number"),
        (["--learning-rate", "nan"], "must be a positive number"),
        (["--samples", "0"], "must be at least 1"),
        (["--save", "no_such_folder/network.json"], "there is no folder"),
        (["--load", "no_such_file.json"], "No such file"),
        (["--save", ""], "argument --save: must be the name of a file"),
        (["--load", ""], "argument --load: must be the name of a file"),
    ],
)
def test_program_refuses_impossible_options_in_a_sentence(module, options, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        module.main([*PROGRAMS[module], *options])
    assert message in capsys.readouterr().err


def test_program_refuses_an_unwritable_save_before_training(module, tmp_path, capsys, monkeypatch):
    path = tmp_path / ("n" * 300)  # no file may have so long a name
    monkeypatch.setattr(program, "train_epoch", lambda *arguments: pytest.fail("trained first"))
    with pytest.raises(SystemExit, match="2"):
        module.main([*PROGRAMS[module], "--save", str(path)])
    message = capsys.readouterr().err
    assert f"cannot save to {path}: " in message and "unfinished" not in message


def test_program_refuses_a_window_that_does_not_fit(capsys):
    with pytest.raises(SystemExit, match="2"):
        cnn.main(["--window", "16", "3"])
    assert "16x3 does not fit into an image of 15x15" in capsys.readouterr().err


def test_program_refuses_a_file_of_another_network(tmp_path, capsys):
    path = str(tmp_path / "network.json")
    mlp.main([*PROGRAMS[mlp], "--epochs", "0", "--save", path])
    with pytest.raises(SystemExit, match="2"):
        lstm.main([*PROGRAMS[lstm], "--load", path])
    assert "its kind is 'MLP', but 'LSTM' is needed" in capsys.readouterr().err


def test_ctrl_c_keeps_what_has_been_learnt(module, tmp_path, capsys, monkeypatch):
    path, epochs = tmp_path / "network.json", []

    def interrupted(*arguments):
        epochs.append(1)
        if len(epochs) == 2:
            raise KeyboardInterrupt
        return 0.5

    monkeypatch.setattr(program, "train_epoch", interrupted)
    module.main([*PROGRAMS[module], "--epochs", "5", "--save", str(path)])
    output, messages = capsys.readouterr()
    assert "epoch   1 of 5" in output and "epoch   2 of 5" not in output
    assert "stopped by Ctrl-C" in messages and "unseen samples: " in output
    assert path.exists()


def interrupt(*arguments):
    raise KeyboardInterrupt


def test_an_impatient_second_ctrl_c_comes_after_the_file(tmp_path, monkeypatch):
    path = tmp_path / "network.json"

    monkeypatch.setattr(program, "train_epoch", interrupt)
    monkeypatch.setattr(mlp, "accuracy", interrupt)
    with pytest.raises(SystemExit, match="stopped by Ctrl-C"):
        mlp.main([*PROGRAMS[mlp], "--save", str(path)])
    assert path.exists()


def test_ctrl_c_that_also_ends_what_reads_the_output_keeps_what_has_been_learnt(tmp_path, monkeypatch):
    """As in `... | tee log`: the line that tells of Ctrl-C cannot be printed any more."""
    path = tmp_path / "network.json"

    def broken(*arguments, **options):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(program, "train_epoch", interrupt)
    monkeypatch.setattr("sys.stdout.write", broken)
    with pytest.raises(SystemExit, match="Broken pipe"):
        mlp.main([*PROGRAMS[mlp], "--save", str(path)])
    assert path.exists()


def test_program_that_diverges_ends_with_a_sentence():
    with pytest.raises(SystemExit, match="learning rate is too large"):
        lstm.main([*PROGRAMS[lstm], "--epochs", "100", "--learning-rate", "1e9"])


# Options, the network they ask for, what makes its samples, how many are unseen, and what is measured.
CHOSEN = {
    mlp: ("--hidden 4 3 --activation tanh",
          lambda generator: mlp.MLP((6, 4, 3, 2), tanh, generator, output_activation=sigmoid),
          mlp.halves, 1000, "accuracy", accuracy),
    cnn: ("--filters 2 --window 3 2 --stride 1 2 --padding 2 0 --pool 2 3 --hidden 5 --activation tanh",
          lambda generator: cnn.CNN((1, 15, 15), [2], 6, tanh, generator, (3, 2), (1, 2), (2, 0), (2, 3), [5]),
          drawings.drawings, 300, "accuracy", accuracy),
    lstm: ("--hidden 3 --steps 5", lambda generator: lstm.LSTM(2, 3, 2, generator),
           lambda count, generator: [lstm.figure_of_eight(5, generator) for _ in range(count)], 20, "loss", mean_loss),
}


def test_program_does_what_its_options_ask_for(module, capsys):
    """The same network, trained here with a falling learning rate, gives the same lines."""
    options, make, samples, n_unseen, name, measured = CHOSEN[module]
    module.main([*options.split(), *"--samples 10 --epochs 3 --learning-rate 0.4 --decay 0.5 --seed 7".split()])
    generator, lines = Random(7), []
    network, training, unseen = make(generator), samples(10, generator), samples(n_unseen, generator)
    for epoch, rate in ((1, 0.4), (2, 0.4 / 1.5), (3, 0.4 / 2)):
        loss = train_epoch(network, training, rate, generator)
        lines.append(f"epoch   {epoch} of 3  loss {loss:.4f}  {name} on unseen samples {measured(network, unseen):.4f}")
    lines.append(f"{name} on {n_unseen} unseen samples: {measured(network, unseen):.4f}")
    assert capsys.readouterr().out.splitlines() == lines


def test_options_that_are_left_out_are_those_of_the_program():
    parser = program.option_parser("Learn.", epochs=3, learning_rate=0.7, decay=0.2, samples=9)
    options = parser.parse_args([])
    assert (options.epochs, options.learning_rate, options.decay, options.samples) == (3, 0.7, 0.2, 9)
    assert (options.seed, options.save, options.load) == (1, None, None)
    assert parser.parse_args(["--decay", "0"]).decay == 0


def test_program_saves_into_the_current_folder_and_refuses_a_folder_before_training(module, tmp_path, capsys,
                                                                                    monkeypatch):
    monkeypatch.chdir(tmp_path)
    module.main([*PROGRAMS[module], "--epochs", "0", "--save", "network.json"])
    assert (tmp_path / "network.json").exists()
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(program, "train_epoch", lambda *arguments: pytest.fail("trained first"))
    with pytest.raises(SystemExit, match="2"):
        module.main([*PROGRAMS[module], "--save", "folder"])
    assert "cannot save to folder: it is a folder" in capsys.readouterr().err


@pytest.mark.parametrize(("kind", "picture"), [
    ("horizontal", "... ### ..."), ("vertical", ".#. .#. .#."), ("falling", "#.. .#. ..#"), ("rising", "..# .#. #.."),
    ("cross", ".#. ### .#."), ("square", "### #.# ###")])
def test_strokes_look_like_their_name(kind, picture):
    """Rows count downwards."""
    inked, around = drawings.strokes(kind, 1), (-1, 0, 1)
    rows = ["".join("#" if (down, across) in inked else "." for across in around) for down in around]
    assert " ".join(rows) == picture and len(inked) == picture.count("#")


def test_drawings_are_ink_1_on_paper_0_from_5_to_11_pixels_large():
    sizes = set()
    for seed in range(50):
        image = drawings.drawing("cross", Random(seed), noise=0)
        assert {pixel for row in image for pixel in row} == {0, 1}
        sizes.add((sum(map(any, image)), sum(map(any, zip(*image, strict=True)))))
    assert sizes == {(5, 5), (7, 7), (9, 9), (11, 11)}
    noisy, exact = (sum(drawings.drawing("cross", Random(1), **noise), []) for noise in ({}, {"noise": 0}))
    assert statistics.stdev(a - b for a, b in zip(noisy, exact, strict=True)) == pytest.approx(0.2, rel=0.15)


def test_a_figure_of_eight_is_continued_point_by_point_from_anywhere_in_both_directions():
    eighteen, starts, directions = math.cos(math.pi / 10), set(), set()
    for seed in range(10):
        points, following = lstm.figure_of_eight(20, Random(seed))
        assert len(points) == len(following) == 20 and points[1:] == following[:-1]
        for (x, y), (x_next, _), (x_last, _) in zip(points, points[1:], following[1:], strict=False):
            assert y * y == pytest.approx(4 * x * x * (1 - x * x), abs=1e-9), "sin 2t = 2 sin t cos t"
            assert x + x_last == pytest.approx(2 * eighteen * x_next, abs=1e-9), "20 points to a full turn"
        (x, y), (x_next, _) = points[:2]
        starts.add(x)
        directions.add((x_next - eighteen * x) * x * y > 0)
    assert len(starts) == 10 and directions == {True, False}


@pytest.mark.parametrize("make, deviation", [
    (lambda generator: mlp.MLP((25, 200), tanh, generator).layers[0].weights, 1 / 5),
    (lambda generator: Convolution((4, 5, 5), 200, (3, 3), tanh, generator).filters, 1 / 6),
    (lambda generator: lstm.LSTM(20, 80, 1, generator).weights["i"], 1 / 10),
    (lambda generator: [lstm.LSTM(20, 380, 1, generator).peepholes["o"]], 1 / 20),
    (lambda generator: lstm.LSTM(1, 100, 40, generator).reader.weights, 1 / 10)])
def test_first_weights_are_normal_with_the_deviation_of_the_docstrings(make, deviation):
    weights = [weight for row in make(Random(1)) for weight in row]
    assert statistics.mean(weights) == pytest.approx(0, abs=0.1 * deviation)
    assert statistics.stdev(weights) == pytest.approx(deviation, rel=0.1)


def test_an_lstm_begins_by_keeping_what_is_there():
    assert lstm.LSTM(2, 3, 1, Random(0)).biases == {"i": [0] * 3, "f": [1] * 3, "g": [0] * 3, "o": [0] * 3}


class Echo:
    """Its output is its input, its loss the sum of both; `seen` are the inputs that it was trained with."""

    def __init__(self):
        self.seen = []

    def forward(self, inputs):
        return inputs

    def loss_and_gradients(self, inputs, targets):
        self.seen.append(inputs)
        return sum(inputs) + sum(targets), {}

    def parameters(self):
        return {}


def test_an_epoch_takes_every_sample_once_in_random_order():
    network, samples = Echo(), [([float(k)], [1.0]) for k in range(10)]
    assert train_epoch(network, samples, 0.1, Random(1)) == mean_loss(network, samples) == 5.5
    epoch, inputs = network.seen[:10], [inputs for inputs, _ in samples]
    assert sorted(epoch) == inputs != epoch


def test_accuracy_is_the_share_of_largest_outputs_in_the_right_place():
    samples = [([0.1, 0.9], [0, 1]), ([0.7, 0.2], [0, 1]), ([0.5, 0.4], [1, 0]), ([3, 4], [0, 1])]
    assert accuracy(Echo(), samples) == 0.75


def test_accuracy_refuses_what_has_no_choice_to_compare():
    """The largest of one is always in the same place; of a sequence, whole steps would be compared."""
    with pytest.raises(ValueError, match=r"a single one: .* outputs\[0\] > 0.5 .* two outputs"):
        accuracy(mlp.MLP((2, 3, 1), sigmoid, Random(1)), [([0.0, 1.0], [1.0])])
    with pytest.raises(ValueError, match="each step of a sequence: .* mean_loss"):
        accuracy(lstm.LSTM(2, 3, 2, Random(1)), [lstm.figure_of_eight(5, Random(1))])


@pytest.mark.parametrize("measure", [accuracy, mean_loss, lambda network, samples: train_epoch(network, samples, 0.1,
                                                                                               Random(1))])
def test_a_mean_over_no_samples_is_refused(measure):
    with pytest.raises(ValueError, match="at least one sample is needed, .* is empty"):
        measure(Echo(), [])


def test_outputs_that_are_not_finite_are_refused():
    """The position of the largest output would be read from them without a word."""
    for network, inputs in ((mlp.MLP((2, 2), ACTIVATIONS["identity"], Random(1)), [1.0, 1.0]),
                            (lstm.LSTM(1, 1, 2, Random(1)), [[1.0]])):
        for rows in network.parameters().values():
            rows[0][0] = math.nan
        with pytest.raises(ArithmeticError, match="outputs contain .* learning rate"):
            network.forward(inputs)


@pytest.mark.parametrize(("window", "padding", "message"), [
    ((2, 5), (0, 0), "2x5 does not fit into an image of 3x3"), ((0, 2), (0, 0), "window and stride must be positive"),
    ((2, 2), (0, -1), "padding must not be negative")])
def test_windows_and_paddings_that_do_not_fit_are_refused(window, padding, message):
    with pytest.raises(ValueError, match=message):
        Convolution((1, 3, 3), 1, window, tanh, Random(1), padding=padding)


@pytest.mark.parametrize("layer", [MaxPooling((1, 2, 2), (2, 2)), Flatten((1, 2, 2))], ids=["pooling", "flatten"])
def test_layers_without_parameters_refuse_images_of_another_shape(layer):
    with pytest.raises(ValueError, match=r"takes images of shape \(1, 2, 2\) .*, not \(1, 3, 2\)"):
        layer.forward([[[0.0] * 2] * 3])
    with pytest.raises(ValueError, match="channels of an image must all have the same shape"):
        layer.forward([[[0.0] * 2] * 2, [[0.0] * 2] * 3])
