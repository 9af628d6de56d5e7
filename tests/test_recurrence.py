"""The LSTM: the same numbers as on lists and in PyTorch, dtypes, buffers, and a model that remembers."""

from random import Random

import numpy as np
import pytest

from modules import (
    Accuracy_Categorical,
    Activation_Softmax,
    Layer_Dense,
    Layer_LSTM,
    Loss_CategoricalCrossentropy,
    Model,
    Optimizer_Adam,
    train_recurrence,
)
from modules.pure_python.lstm import LSTM
from modules.pure_python.training import written_out


def gates(parameter):
    """Rows of weights cut into {gate: (n_neurons, rows)}, as the lists hold them."""
    return dict(zip("ifgo", (part.T for part in np.split(parameter, 4, axis=1)), strict=True))


@pytest.mark.parametrize("peephole", [False, True])
def test_equals_the_one_on_lists(peephole, rng):
    layer, on_lists = Layer_LSTM(3, 4, return_sequences=True, peephole=peephole), LSTM(3, 4, 2, Random(1))
    joined = gates(np.concatenate([layer.input_weights, layer.recurrent_weights]))
    layer.biases += rng.normal(size=(1, 16))
    for gate, biases in gates(layer.biases).items():
        on_lists.weights[gate], on_lists.biases[gate] = joined[gate].tolist(), biases.ravel().tolist()
    on_lists.peepholes = dict(zip("ifo", (layer.peepholes if peephole else np.zeros((3, 4))).tolist(), strict=True))
    inputs, doutputs = rng.normal(size=(1, 6, 3)), rng.normal(size=(6, 2))
    on_lists.forward(inputs[0].tolist())
    np.testing.assert_allclose(layer.forward(inputs)[0], on_lists.shown, atol=1e-12)
    gradients = written_out(on_lists.backward(doutputs.tolist()))
    layer.backward((doutputs @ np.array(on_lists.reader.weights))[np.newaxis])
    np.testing.assert_allclose(layer.dinputs[0], on_lists.dinputs, atol=1e-12)
    dweights = gates(np.concatenate([layer.dinput_weights, layer.drecurrent_weights, layer.dbiases]))
    for gate in "ifgo":
        np.testing.assert_allclose(dweights[gate][:, :-1], gradients[f"weights {gate}"], atol=1e-12)
        np.testing.assert_allclose(dweights[gate][:, -1], gradients[f"biases {gate}"][0], atol=1e-12)
    if peephole:
        peepholes = [gradients[f"peepholes {gate}"][0] for gate in "ifo"]
        np.testing.assert_allclose(layer.dpeepholes, peepholes, atol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-11), (np.float32, 2e-4)])
@pytest.mark.parametrize("sequences", [False, True])
def test_equals_pytorch(sequences, dtype, tolerance, rng):
    torch = pytest.importorskip("torch")
    layer = Layer_LSTM(28, 64, return_sequences=sequences, dtype=dtype)
    theirs = torch.nn.LSTM(28, 64, batch_first=True, dtype=torch.float64 if dtype == np.float64 else torch.float32)
    values = layer.input_weights.T, layer.recurrent_weights.T, layer.biases[0], 0 * layer.biases[0]
    with torch.no_grad():
        for parameter, value in zip(theirs.parameters(), values, strict=True):
            parameter.copy_(torch.tensor(value))
    inputs = rng.normal(size=(40, 28, 28)).astype(dtype)
    x = torch.tensor(inputs, requires_grad=True)
    output = theirs(x)[0] if sequences else theirs(x)[0][:, -1]
    dvalues = rng.normal(size=output.shape).astype(dtype)
    output.backward(torch.tensor(dvalues))
    np.testing.assert_allclose(layer.forward(inputs), output.detach(), rtol=tolerance, atol=tolerance)
    layer.backward(dvalues)
    weights, recurrent, biases, _ = (parameter.grad for parameter in theirs.parameters())
    for ours, its in ((layer.dinputs, x.grad), (layer.dinput_weights, weights.T),
                      (layer.drecurrent_weights, recurrent.T), (layer.dbiases[0], biases)):
        np.testing.assert_allclose(ours, its, rtol=tolerance, atol=tolerance * np.abs(its.numpy()).max())


def test_forget_gate_begins_open():
    biases = gates(Layer_LSTM(3, 5).biases)
    assert (biases["f"] == 1).all() and not any(biases[gate].any() for gate in "igo")


def test_huge_numbers_do_not_overflow():
    layer = Layer_LSTM(2, 3)
    with np.errstate(all="raise", under="ignore"):
        output = layer.forward(np.array([[[1e6, -1e6]], [[-1e6, 1e6]]]))
        layer.backward(np.ones((2, 3)))
    assert np.isfinite(output).all() and np.isfinite(layer.dinput_weights).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("peephole", [False, True])
def test_dtype_stays_and_callers_arrays_stay_as_they_were(peephole, dtype, rng):
    layer = Layer_LSTM(4, 3, peephole=peephole, dtype=dtype)
    inputs, dvalues = rng.normal(size=(2, 5, 4)).astype(dtype), rng.normal(size=(2, 3)).astype(dtype)
    kept = inputs.copy(), dvalues.copy()
    assert layer.forward(inputs).dtype == layer.backward(dvalues).dtype == dtype
    assert {gradient.dtype for _, _, gradient in layer.parameters()} == {np.dtype(dtype)}
    np.testing.assert_array_equal(inputs, kept[0])
    np.testing.assert_array_equal(dvalues, kept[1])


@pytest.mark.parametrize("sequences", [False, True])
def test_an_output_survives_the_next_batch_and_has_no_share_in_it(sequences, rng):
    layer, (first, second) = Layer_LSTM(4, 3, return_sequences=sequences), rng.normal(size=(2, 6, 5, 4))
    output = layer.forward(first)
    kept = output.copy()
    following = layer.forward(second)
    np.testing.assert_array_equal(output, kept)
    np.testing.assert_array_equal(following, Layer_LSTM.forward(layer, second))
    assert not np.array_equal(following, kept)


def test_first_layer_skips_the_input_gradient(rng):
    layer, inputs = Layer_LSTM(4, 3), rng.normal(size=(2, 5, 4))
    layer.forward(inputs)
    layer.backward(np.ones((2, 3)))
    expected = layer.dinput_weights.copy()
    layer.needs_dinputs = False
    assert layer.backward(np.ones((2, 3))) is None
    np.testing.assert_array_equal(layer.dinput_weights, expected)


@pytest.mark.parametrize("shape, message", [
    ((2, 5, 3), r"Layer_LSTM\(4, 3\).*\(samples, steps, 4\).*\(samples, 5, 3\).*n_inputs=3"),
    ((2, 1, 5, 4), r"np\.squeeze\(X, 1\)"),
    ((2, 4), "one row for each step"),
    ((2, 0, 4), "at least one step"),
])
def test_wrong_inputs_are_named_with_both_shapes(shape, message):
    with pytest.raises(ValueError, match=message):
        Layer_LSTM(4, 3).forward(np.ones(shape))


@pytest.mark.parametrize("arguments", [(0, 3), (3, 0), (3, 2.5)])
def test_impossible_layers_are_refused(arguments):
    with pytest.raises(ValueError, match="given"):
        Layer_LSTM(*arguments)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_remembers_the_first_step_and_goes_on_from_its_file_bit_for_bit(dtype, rng, tmp_path):
    X = rng.normal(size=(90, 8, 2)).astype(dtype)
    y = (X[:, 0, 0] > 0).astype(int)
    model = Model()
    for layer in (Layer_LSTM(2, 8, return_sequences=True, peephole=True), Layer_LSTM(8, 8),
                  Layer_Dense(8, 2, initial_scale="he"), Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(0.02), accuracy=Accuracy_Categorical())
    model.finalize()
    model.train(X, y, epochs=40, batch_size=30, shuffle=True, print_every=None)
    model.save(tmp_path / "first_step.model")
    loaded = Model.load(tmp_path / "first_step.model")
    for one in (model, loaded):
        one.train(X, y, epochs=2, batch_size=30, shuffle=True, print_every=None)
    assert model.history.accuracy[-1] > 0.9 and model.dtype == dtype
    np.testing.assert_array_equal(model.predict(X), loaded.predict(X))


def test_a_gradient_for_the_last_step_alone_is_refused_where_every_step_is_shown():
    """It once was broadcast over the neurons of every step."""
    layer = Layer_LSTM(2, 3, return_sequences=True)
    layer.forward(np.ones((4, 3, 2)))
    with pytest.raises(ValueError, match="gradient of that shape"):
        layer.backward(np.ones((4, 3)))


def test_the_programs_network(capsys, rng):
    model = train_recurrence.build_model()
    model.train(rng.normal(size=(6, 28, 28)), np.arange(6), print_every=None)
    model.summary()
    assert "24,458" in capsys.readouterr().out


def test_first_weights_have_the_deviation_of_the_docstring():
    layer = Layer_LSTM(30, 70, peephole=True)
    for weights in (layer.input_weights, layer.recurrent_weights, layer.peepholes):
        assert weights.std() == pytest.approx(0.1, rel=0.1)


def test_one_neuron_and_one_step_are_enough(rng):
    assert Layer_LSTM(3, 1).forward(rng.normal(size=(2, 1, 3))).shape == (2, 1)


def test_memory_of_another_dtype_does_not_serve_again(rng):
    layer, inputs = Layer_LSTM(3, 4), rng.normal(size=(2, 5, 3))
    expected = layer.forward(inputs)
    layer.cast(np.float32)
    assert layer.forward(inputs.astype(np.float32)).dtype == np.float32
    fresh = Layer_LSTM(3, 4)
    fresh.set_parameters(*layer.get_parameters())
    layer.cast(np.float64)
    np.testing.assert_array_equal(layer.forward(inputs), fresh.forward(inputs))
    np.testing.assert_allclose(layer.output, expected, atol=1e-5)


@pytest.mark.parametrize("return_sequences", [False, True])
def test_no_sequences_give_no_sequences(return_sequences):
    layer = Layer_LSTM(2, 3, return_sequences=return_sequences)
    output = layer.forward(np.ones((0, 4, 2)))
    assert len(output) == 0 and layer.backward(output).shape == (0, 4, 2) and not layer.dbiases.any()


def test_windows_over_a_series_are_told_how_to_become_sequences(rng):
    """They were told to become a batch of one, which then did not fit the targets."""
    with pytest.raises(ValueError, match=r"np\.expand_dims\(X, -1\)"):
        Layer_LSTM(1, 8).forward(rng.normal(size=(300, 20)))
