"""Networks of Values: neurons, losses, optimizers, and the program that tells two moons apart."""

import math
import random
import statistics

import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from modules.scalar_autograd import (
    MLP,
    SGD,
    Adam,
    Layer,
    Neuron,
    SGDMomentum,
    Value,
    linear,
    max_margin,
    mse,
    weighted_sum,
)
from modules.scalar_autograd.classification import (
    COLOURS,
    accuracy,
    draw_boundary,
    main,
    make_moons,
    parse_options,
    train,
)


def test_one_node_for_a_weighted_sum_equals_many():
    generator = random.Random(1)
    numbers = [generator.uniform(-1, 1) for _ in range(9)]
    one, many = [Value(number) for number in numbers], [Value(number) for number in numbers]
    first = weighted_sum(one[:4], one[4:8], one[8])
    second = sum([weight * value for weight, value in zip(many[:4], many[4:8], strict=True)], many[8])
    first.tanh().backward()
    second.tanh().backward()
    assert first.data == pytest.approx(second.data, abs=1e-15)
    assert [value.grad for value in one] == pytest.approx([value.grad for value in many], abs=1e-15)


def test_network_has_its_shape_and_is_the_same_for_the_same_seed():
    model = MLP(2, [16, 16, 1], seed=3)
    assert len(model.parameters()) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1
    assert model([0.5, -1])[0].data == MLP(2, [16, 16, 1], seed=3)([0.5, -1])[0].data
    assert model([0.5, -1])[0] != MLP(2, [16, 16, 1], seed=4)([0.5, -1])[0]
    assert len(MLP(3, [4, 2])([1, 2, 3])) == 2
    with pytest.raises(ValueError, match="2 weights.*3 inputs"):
        model([1, 2, 3])


@pytest.mark.parametrize(("inputs", "layers"), [(2, []), (0, [1]), (2, [3, 0, 1]), (2, 3)])
def test_a_network_without_layers_or_neurons_is_refused(inputs, layers):
    with pytest.raises(ValueError, match="at least one input and one layer"):
        MLP(inputs, layers)


def test_a_name_is_no_activation():
    for names in ({"activation": "tanh"}, {"last_activation": "tanh"}):
        with pytest.raises(TypeError, match="such as Value.tanh, not 'tanh'"):
            MLP(2, [3, 1], **names)


def test_activation_is_a_choice():
    generator = random.Random(0)
    neuron = Neuron(2, Value.tanh, generator)
    inputs = [Value(0.5), Value(2)]
    z = sum(weight.data * value.data for weight, value in zip(neuron.weights, inputs, strict=True))
    assert neuron(inputs).data == pytest.approx(math.tanh(z))
    assert Layer(2, 3, linear, generator)([0.5, 2])[0].operation == "weighted sum"
    model = MLP(1, [2, 1], activation=Value.sigmoid, last_activation=Value.tanh)
    assert model([1.0])[0].operation == "tanh"


def test_gradients_of_a_whole_network():
    points, labels = make_moons(6, noise=0.1, seed=2)
    model = MLP(2, [3, 1], activation=Value.tanh)

    def loss():
        outputs = [model(point)[0] for point in points]
        return mse(outputs, labels) + 0.3 * max_margin(outputs, labels)

    loss().backward()
    for parameter in model.parameters():
        start, losses = parameter.data, []
        for change in (1e-6, -1e-6):
            parameter.data = start + change
            losses.append(loss().data)
        parameter.data = start
        assert parameter.grad == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-8)


def test_losses_by_hand():
    outputs = [Value(1.0), Value(-0.5), Value(3.0)]
    assert mse(outputs, [0, 0, 1]).data == pytest.approx((1 + 0.25 + 4) / 3)
    assert max_margin(outputs, [1, 1, -1]).data == pytest.approx((0 + 1.5 + 4) / 3)


def test_losses_and_optimizers_refuse_what_they_cannot_use():
    with pytest.raises(ValueError, match="labels -1 and 1.*\\[0\\]"):
        max_margin([Value(1), Value(2)], [0, 1])
    for loss in (mse, max_margin):
        with pytest.raises(ValueError, match="1 outputs and 2 targets"):
            loss([Value(1)], [1, -1])
        with pytest.raises(ValueError, match="0 outputs"):
            loss([], [])
        with pytest.raises(TypeError, match="A Value holds one number"):
            loss([[Value(1)]], [1])
    assert max_margin([0.5], [1]).data == mse([0.5], [0]).data * 2 == 0.5
    with pytest.raises(ValueError, match="parameters"):
        SGD([], learning_rate=1)


def test_optimizers_take_the_steps_of_their_formulas():
    expected = {
        SGD: ([1 - 0.1 * 2, 1 - 0.1 * 2 - 0.1 * 4], {}),
        SGDMomentum: ([1 - 0.2, 1 - 0.2 - 0.9 * 0.2 - 0.4], {"momentum": 0.9}),
        # The first step of Adam is the learning rate, whatever the gradient.
        Adam: ([1 - 0.1 * 2 / (2 + 1e-7),
                1 - 0.1 * 2 / (2 + 1e-7) - 0.1 * (0.58 / 0.19) / (math.sqrt(0.019996 / 0.001999) + 1e-7)], {}),
    }
    for optimizer_class, (positions, options) in expected.items():
        parameter = Value(1.0)
        optimizer = optimizer_class([parameter], learning_rate=0.1, **options)
        for gradient, position in zip((2, 4), positions, strict=True):
            parameter.grad = gradient
            optimizer.step()
            assert parameter.data == pytest.approx(position, abs=1e-12)
        optimizer.zero_grad()
        assert parameter.grad == 0


def test_two_optimizers_share_a_parameter_without_sharing_memory():
    parameter = Value(1.0)
    parameter.grad = 1.0
    SGDMomentum([parameter], 0.1).step()
    Adam([parameter], 0.1).step()
    assert parameter.data == pytest.approx(0.8)


# Two moons and the program


def test_moons_are_repeatable_balanced_and_of_radius_one():
    points, labels = make_moons(200, noise=0, seed=5)
    assert make_moons(200, noise=0, seed=5) == (points, labels)
    assert points != make_moons(200, noise=0, seed=6)[0]
    assert sorted(labels) == [-1] * 100 + [1] * 100
    for (x, y), label in zip(points, labels, strict=True):
        centre, side = ((0, 0), 1) if label == -1 else ((1, 0.5), -1)
        assert math.hypot(x - centre[0], y - centre[1]) == pytest.approx(1)
        assert side * (y - centre[1]) >= 0


def test_two_moons_are_told_apart():
    points, labels = make_moons(100, noise=0.1, seed=0)
    model = MLP(2, [16, 16, 1], seed=0)
    losses = train(model, points, labels, steps=80)
    assert losses[-1] < 0.1 * losses[0]
    assert accuracy(model, points, labels) >= 0.97
    assert accuracy(model, *make_moons(300, noise=0.1, seed=100)) >= 0.97


def test_program_shows_progress_and_saves_its_picture(tmp_path, capsys):
    picture = tmp_path / "new folder" / "moons.png"
    main(["--samples", "10", "--steps", "11", "--hidden", "3", "--activation", "tanh", "--picture", str(picture)])
    printed = capsys.readouterr().out
    assert "step   10 of 11" in printed and "step   11 of 11" in printed and str(picture) in printed
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("options", [
    "--samples 0", "--samples -3", "--samples 1", "--hidden 0", "--hidden 3 0", "--noise nan", "--noise inf",
    "--noise -1", "--learning-rate nan", "--learning-rate 0", "--learning-rate inf", "--steps -1"])
def test_program_refuses_options_that_cannot_be_meant(options, capsys):
    with pytest.raises(SystemExit) as end:
        main(options.split())
    assert end.value.code == 2
    assert f"argument {options.split()[0]}: must be" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "words"), [
    ("", "is a folder"), ("folder.png", "is a folder"), ("moons", "must end in one of .png"),
    ("moons.xyz", "must end in one of .png"), ("file/moons.png", "file"), ("file/new/moons.png", "")])
def test_program_refuses_a_place_for_its_picture_before_it_trains(name, words, tmp_path, capsys):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as end:
        main(["--picture", str(tmp_path / name)])
    shown = capsys.readouterr()
    assert end.value.code == 2 and not shown.out
    assert "cannot save the picture" in shown.err and words in shown.err


def test_asking_for_a_place_leaves_files_as_they_are(tmp_path):
    old, new = tmp_path / "old.png", tmp_path / "new.png"
    old.write_text("picture")
    for path in (old, new):
        parse_options(["--picture", str(path)])
    assert old.read_text() == "picture" and not new.exists()


@pytest.mark.parametrize("steps", ["1", "3"])
def test_program_stops_where_the_loss_is_no_longer_finite(steps, tmp_path):
    picture = tmp_path / "moons.png"
    with pytest.raises(SystemExit, match="stopped: the loss is .*smaller learning rate"):
        main(["--samples", "10", "--hidden", "3", "--steps", steps, "--learning-rate", "1e300",
              "--picture", str(picture)])
    assert not picture.exists()


def test_ctrl_c_ends_the_program_with_a_sentence(tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("modules.scalar_autograd.classification.train", interrupted)
    with pytest.raises(SystemExit, match="stopped by Ctrl-C"):
        main(["--picture", str(tmp_path / "moons.png")])


def test_weights_start_within_the_limit_of_the_docstring():
    neuron = Neuron(600, linear, random.Random(0))
    weights = [weight.data for weight in neuron.weights]
    assert -0.1 <= min(weights) < -0.099 and 0.099 < max(weights) <= 0.1 and neuron.bias.data == 0


def test_optimizers_begin_with_the_numbers_of_the_book():
    parameters = [Value(1.0)]
    assert SGD(parameters).learning_rate == 1
    momentum, adam = SGDMomentum(parameters), Adam(parameters)
    assert (momentum.learning_rate, momentum.momentum) == (1, 0.9)
    assert (adam.learning_rate, adam.epsilon, adam.beta_1, adam.beta_2) == (0.001, 1e-7, 0.9, 0.999)


def test_optimizers_take_parameters_from_a_generator():
    parameter = Value(1.0)
    for optimizer in (SGD(iter([parameter]), 0.5), SGDMomentum(iter([parameter]), 0.5), Adam(iter([parameter]), 0.5)):
        optimizer.zero_grad()
        parameter.data, parameter.grad = 1.0, 1.0
        optimizer.step()
        assert parameter.data == pytest.approx(0.5)


def test_an_optimizer_handed_a_network_says_what_it_takes():
    for optimizer in (SGD, SGDMomentum, Adam):
        with pytest.raises(TypeError, match=rf"{optimizer.__name__} takes parameters: hand it model.parameters\(\)"):
            optimizer(MLP(2, [1]))


def test_noise_moves_the_points_of_both_moons_in_both_directions():
    exact, noisy = (make_moons(2000, noise, seed=1)[0] for noise in (0, 0.2))
    for moon in (0, 1):
        for axis in (0, 1):
            moved = [b[axis] - a[axis] for a, b in zip(exact[moon::2], noisy[moon::2], strict=True)]
            assert statistics.mean(moved) == pytest.approx(0, abs=0.02)
            assert statistics.stdev(moved) == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_program_prints_what_its_options_ask_for(activation, tmp_path, capsys):
    """The same network, trained here, gives the same numbers; the new points are none of those it learnt from."""
    picture = tmp_path / "moons.PNG"
    main(["--samples", "12", "--noise", "0.3", "--hidden", "4", "3", "--activation", activation, "--steps", "13",
          "--learning-rate", "0.1", "--seed", "5", "--picture", str(picture)])
    points, labels = make_moons(12, 0.3, seed=5)
    lines = []
    for steps in (10, 13):
        model = MLP(2, [4, 3, 1], getattr(Value, activation), seed=5)
        losses = train(model, points, labels, steps, learning_rate=0.1)
        lines.append(f"step   {steps} of 13   loss {losses[-1]:.4f}   accuracy {accuracy(model, points, labels):.3f}")
    lines.append(f"accuracy on 500 new points: {accuracy(model, *make_moons(500, 0.3, seed=6)):.3f}")
    assert capsys.readouterr().out.splitlines() == [*lines, f"The decision boundary is in {picture}."]


def test_options_that_are_left_out_are_those_of_the_lesson(tmp_path):
    options = parse_options(["--picture", str(tmp_path / "moons.png")])
    assert (options.samples, options.noise, options.hidden, options.activation) == (100, 0.1, [16, 16], "relu")
    assert (options.steps, options.learning_rate, options.seed) == (100, 0.05, 0)


def test_picture_shows_points_and_scores_where_they_are():
    """The model's boundary is the line x = 1: blue and label -1 on its left, orange and label 1 on its right."""
    axes, points, labels = Figure().subplots(), [(0.0, 4.0), (3.0, 0.0), (2.0, 1.0)], [-1, 1, 1]
    draw_boundary(axes, lambda point: [Value(point[0] - 1)], points, labels, cells=8)
    areas, boundary, *marks = axes.collections
    blue, orange = (path.get_extents() for path in areas.get_paths())
    assert blue.extents.tolist() == pytest.approx([-0.5, -0.5, 1, 4.5])
    assert orange.extents.tolist() == pytest.approx([1, -0.5, 3.5, 4.5])
    assert [path.get_extents().width for path in boundary.get_paths()] == [0]
    for label, area, mark in zip((-1, 1), areas.get_facecolors(), marks, strict=True):
        assert mark.get_label() == f"label {label}"
        assert tuple(mark.get_facecolors()[0]) == to_rgba(COLOURS[label])
        assert tuple(area)[:3] == to_rgba(COLOURS[label])[:3]
        assert mark.get_offsets().tolist() == [list(point) for point, its_label in zip(points, labels, strict=True)
                                               if its_label == label]
