"""Model: training, evaluation, prediction, and what a learner is told when something does not fit."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from modules import (
    Accuracy_Categorical,
    Accuracy_Regression,
    Activation_Linear,
    Activation_ReLU,
    Activation_Sigmoid,
    Activation_Softmax,
    Layer,
    Layer_BatchNormalization,
    Layer_Conv2D,
    Layer_Dense,
    Layer_Dropout,
    Layer_Flatten,
    Layer_LSTM,
    Layer_MaxPool2D,
    Loss_BinaryCrossentropy,
    Loss_CategoricalCrossentropy,
    Loss_MeanSquaredError,
    Model,
    Optimizer_Adam,
    Optimizer_SGD,
)
from modules.tensor_autograd import Linear


def build(*layers, loss=Loss_CategoricalCrossentropy, accuracy=Accuracy_Categorical, optimizer=Optimizer_Adam):
    model = Model()
    for layer in layers:
        model.add(layer)
    model.set(loss=loss(), optimizer=optimizer(), accuracy=accuracy())
    model.finalize()
    return model


def classifier(features=4, classes=3):
    return build(Layer_Dense(features, 8), Activation_ReLU(), Layer_Dense(8, classes), Activation_Softmax())


def clusters(samples=90, dtype=np.float64):
    y = np.arange(samples) % 3
    X = np.random.default_rng(0).normal(size=(samples, 4)) * 0.3 + np.eye(4)[y] * 2
    return X.astype(dtype), y


def parameters_of(model):
    return np.concatenate([array.ravel() for layer in model.get_parameters() for array in layer])


# --- what works

def test_learns_and_returns_its_history(capsys):
    X, y = clusters()
    model = classifier()
    history = model.train(X, y, epochs=30, batch_size=16, validation_data=(X, y), print_every=None)
    assert len(history) == 30 == len(history.loss) == len(history.learning_rate)
    assert history.loss[-1] < history.loss[0]
    loss, accuracy = model.evaluate(X, y)
    assert accuracy == history.validation_accuracy[-1] and loss == pytest.approx(history.validation_loss[-1])
    assert capsys.readouterr().out == f"validation, acc: {accuracy:.3f}, loss: {loss:.3f}\n"


def test_log_lines_are_the_books(capsys):
    X, y = clusters()
    classifier().train(X, y, epochs=1, batch_size=40, print_every=2, validation_data=(X, y))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "epoch: 1"
    assert lines[1].startswith("step: 0, acc: 0.") and lines[1].endswith("reg_loss: 0.000), lr: 0.001")
    assert lines[2].startswith("step: 2, acc: ")
    assert lines[3].startswith("training, acc: ") and "(data_loss: 1.09" in lines[3]
    assert lines[4].startswith("validation, acc: ")


def test_full_batches_print_a_line_every_so_many_epochs(capsys):
    X, y = clusters()
    classifier().train(X, y, epochs=25, print_every=10)
    heads = [line.split(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert heads == ["epoch: 10", "epoch: 20", "epoch: 25"]


def test_the_last_smaller_batch_counts():
    X, y = clusters(samples=10)
    model = classifier()
    model.train(X, y, batch_size=4, print_every=None)
    assert model.optimizer.iterations == 3
    assert model.accuracy.accumulated_count == 10


@pytest.mark.parametrize("given, expected", [(np.float64, np.float64), (np.float32, np.float32), (np.uint8, np.float32),
                                             (np.float16, np.float32), (np.int64, np.float64)])
def test_the_data_decide_the_dtype_and_nothing_creeps(given, expected):
    X, y = clusters()
    X = (10 * np.abs(X)).astype(given)
    model = build(Layer_Dense(4, 8, 1e-4, 1e-4, 1e-4, 1e-4), Activation_Sigmoid(), Layer_Dropout(0.1),
                  Layer_Dense(8, 6), Activation_ReLU(), Layer_Dense(6, 3), Activation_Softmax())
    model.train(X, y, epochs=2, batch_size=32, shuffle=True, print_every=None)
    arrays = [array for layer in model.layers for name, array in vars(layer).items()
              if isinstance(array, np.ndarray) and name != "dinputs"]
    arrays += [layer.dinputs for layer in model.layers[1:]]
    arrays += [array for layer in model.trainable_layers for name, parameter, _ in layer.parameters()
               for array in model.optimizer.memory(layer, name, parameter).values()]
    assert {array.dtype for array in arrays} == {np.dtype(expected)}
    assert model.predict(X).dtype == expected


@pytest.mark.parametrize("loss, accuracy", [(Loss_MeanSquaredError, Accuracy_Regression),
                                            (Loss_BinaryCrossentropy, lambda: Accuracy_Categorical(binary=True))])
def test_float32_stays_with_float64_targets(loss, accuracy):
    X, y = clusters(dtype=np.float32)
    model = build(Layer_Dense(4, 1), Activation_Sigmoid(), loss=loss, accuracy=accuracy)
    model.train(X, (y == 0).astype(np.float64).reshape(-1, 1), epochs=2, print_every=None)
    assert model.layers[0].dweights.dtype == np.float32


def test_a_model_of_one_layer():
    """Published code cannot finalize one."""
    X = np.linspace(-1, 1, 20).reshape(-1, 1)
    model = build(Layer_Dense(1, 1), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression,
                  optimizer=lambda: Optimizer_SGD(0.1))
    model.train(X, 3 * X + 1, epochs=300, print_every=None)
    np.testing.assert_allclose(model.predict(X), 3 * X + 1, atol=0.01)


def test_set_after_finalize():
    X, y = clusters()
    model = Model()
    model.add(Layer_Dense(4, 3))
    model.add(Activation_Softmax())
    model.finalize()
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam())
    model.set(accuracy=Accuracy_Categorical())
    model.train(X, y, print_every=None)


def test_lists_instead_of_arrays():
    X, y = clusters(samples=9)
    model = classifier()
    model.train(X.tolist(), y.tolist(), validation_data=(X.tolist(), y.tolist()), print_every=None)
    assert model.predict(X.tolist()).shape == (9, 3)
    assert model.dtype == np.float64


def test_layers_are_linked():
    model = classifier()
    chain, layer = [], model.input_layer
    while layer is not model.loss:
        chain.append(layer)
        layer = layer.next
    assert chain == [model.input_layer, *model.layers]
    assert [layer.prev for layer in model.layers] == chain[:-1]


def test_the_fused_pair_gives_the_gradients_of_the_two_steps():
    X, y = clusters()
    fused, apart = classifier(), classifier()
    apart.set_parameters(fused.get_parameters())
    apart.loss.fused_with = lambda activation: None
    apart.set(loss=apart.loss)
    assert fused._fused is not None and apart._fused is None
    for model in (fused, apart):
        model.backward(model.forward(X), y)
    np.testing.assert_allclose(fused.layers[0].dweights, apart.layers[0].dweights, atol=1e-15)


def test_shuffling_comes_from_the_models_own_generator():
    X, y = clusters()
    results = []
    for _ in range(2):
        np.random.seed(5)
        model = classifier()
        np.random.seed(None)
        model.train(X, y, epochs=2, batch_size=10, shuffle=True, print_every=None)
        results.append(parameters_of(model))
    np.testing.assert_array_equal(*results)


def test_shuffling_matters_and_touches_no_data():
    X, y = clusters()
    kept = X.copy(), y.copy()
    plain, shuffled = classifier(), classifier()
    shuffled.set_parameters(plain.get_parameters())
    plain.train(X, y, batch_size=10, print_every=None)
    shuffled.train(X, y, batch_size=10, shuffle=np.random.default_rng(1), print_every=None)
    assert not np.array_equal(parameters_of(plain), parameters_of(shuffled))
    np.testing.assert_array_equal(X, kept[0])
    np.testing.assert_array_equal(y, kept[1])


def test_control_c_leaves_a_usable_model_and_the_history_so_far(capsys):
    X, y = clusters()
    model = classifier()
    update = model.optimizer.post_update_params

    def interrupt():
        update()
        if model.optimizer.iterations == 7:
            raise KeyboardInterrupt
    model.optimizer.post_update_params = interrupt
    history = model.train(X, y, epochs=10, batch_size=30, print_every=None)
    assert len(history) == 2
    assert "Interrupted in epoch 3" in capsys.readouterr().out
    assert np.isfinite(model.predict(X)).all()
    del model.optimizer.post_update_params
    assert len(model.train(X, y, epochs=1, print_every=None)) == 3


@pytest.mark.parametrize("batch_size", [7, 45])
def test_predict_in_batches_equals_predict_at_once(batch_size):
    X, y = clusters(samples=90)
    model = classifier()
    model.train(X, y, epochs=3, print_every=None)
    np.testing.assert_allclose(model.predict(X, batch_size=batch_size), model.predict(X), rtol=1e-12)


def test_a_result_of_predict_is_not_overwritten_by_the_next():
    X, _ = clusters()
    model = classifier()
    first = model.predict(X[:5])
    kept = first.copy()
    model.predict(X[5:10])
    np.testing.assert_array_equal(first, kept)


def test_the_arrays_of_the_last_batch_are_let_go_before_the_next_are_made():
    held = []

    class Watching_ReLU(Activation_ReLU):
        def forward(self, inputs, training=True):
            held.append(self.output)
            return super().forward(inputs, training)

        def backward(self, dvalues):
            held.append(self.dinputs)
            return super().backward(dvalues)

    X, y = clusters()
    model = build(Layer_Dense(4, 8), Watching_ReLU(), Layer_Dense(8, 3), Activation_Softmax())
    model.train(X, y, epochs=2, batch_size=30, print_every=None)
    assert len(held) == 2 * 6 + 2 and not any(array is not None for array in held)
    assert model.layers[1].output is not None and model.layers[1].dinputs is not None


def test_predict_does_not_drop_or_change_the_model():
    X, _ = clusters(dtype=np.float32)
    model = build(Layer_Dense(4, 8, initial_scale=1), Layer_Dropout(0.5), Layer_Dense(8, 3), Activation_Softmax())
    np.testing.assert_array_equal(model.predict(X), model.predict(X))
    assert model.dtype == np.float64


def test_progress_bar_stays_off_where_there_is_no_terminal(capsys):
    X, y = clusters()
    classifier().train(X, y, print_every=None)
    assert capsys.readouterr().err == ""
    classifier().train(X, y, print_every=None, progress=True)
    assert "step" in capsys.readouterr().err


def test_summary_counts_the_parameters_of_chapter_19(capsys):
    build(Layer_Dense(784, 128), Activation_ReLU(), Layer_Dense(128, 128), Activation_ReLU(),
          Layer_Dense(128, 10), Activation_Softmax()).summary()
    assert capsys.readouterr().out.splitlines()[-1].split()[-1] == "118,282"


def test_summary_knows_all_shapes_once_it_is_told_that_of_a_sample(capsys):
    model = build(Layer_Conv2D(1, 8, 3), Layer_Flatten(), Layer_Dense(8 * 26 * 26, 3), Activation_Softmax())
    model.summary((1, 28, 28))
    assert "(8, 26, 26)" in capsys.readouterr().out
    with pytest.raises(ValueError, match="Layer 0"):
        model.summary((3, 28, 28))


def test_a_model_shows_its_layers():
    assert repr(build(Layer_Dense(4, 3), Activation_Softmax())) == "Model(Layer_Dense(4, 3), Activation_Softmax())"


def test_loss_at_the_start_is_that_of_guessing():
    X, y = clusters()
    model = classifier()
    assert model.loss.calculate(model.forward(X), y) == pytest.approx(np.log(3), abs=1e-3)


# --- errors that teach

X, Y = clusters(samples=12)
ERRORS = {
    "features": (dict(X=X[:, :3]), r"Layer 0 .*Layer_Dense\(4, 8\).*\(samples, 4\).*\(samples, 3\).*n_inputs=3"),
    "images not flattened": (dict(X=X.reshape(12, 2, 2)), r"Flatten each sample.*np\.reshape\(X, \(len\(X\), -1\)\)"),
    "one sample": (dict(X=X[0]), r"rows, \(samples, features\).*np\.reshape\(X, \(1, -1\)\)"),
    "labels in a column": (dict(y=Y.reshape(-1, 1)), r"np\.ravel\(y\)"),
    "label too high": (dict(y=Y + 1), "label 3, but 3 outputs stand for the classes 0 to 2"),
    "label negative": (dict(y=Y - 1), "label -1"),
    "labels float": (dict(y=Y.astype(float)), r"np\.array\(y, dtype=int\)"),
    "one-hot width": (dict(y=np.eye(4)[Y]), "4 wide, but the last layer has 3 outputs"),
    "lengths": (dict(y=Y[:-1]), "X has 12 samples, but y has 11"),
    "empty": (dict(X=np.empty((0, 4)), y=[]), r"X is empty: its shape is \(0, 4\)"),
    "nan": (dict(X=np.where(np.arange(4) == 2, np.nan, X)), r"X holds nan at index \(0, 2\)"),
    "infinity": (dict(X=np.where(np.arange(4) == 1, -np.inf, X)), r"X holds -inf at index \(0, 1\)"),
    "infinity above": (dict(X=np.where(np.arange(4) == 1, np.inf, X)), r"X holds inf at index \(0, 1\)"),
    "a generator": (dict(X=(row for row in X)), r"X is a generator, .*list\(X\)"),
    "nothing": (dict(y=None), r"y is a NoneType"),
    "words": (dict(X=np.full((12, 4), "shirt")), "real numbers"),
    "labels in words": (dict(y=np.full(12, "shirt")), r"labels by np\.unique\(y, return_inverse=True\)"),
    "named columns": (dict(X=np.array([(1.0, 2.0)] * 12, [("length", float), ("width", float)])), r"X\.tolist\(\)"),
    "ragged": (dict(X=[[1, 2], [3]]), "different lengths"),
    "nan targets": (dict(y=np.full(12, np.nan)), "y holds nan"),
    "batch size 0": (dict(batch_size=0), "batch_size is .* at least 1: given 0"),
    "batch size 2.5": (dict(batch_size=2.5), "whole number"),
    "print_every 0": (dict(print_every=0), "print_every is .* at least 1: given 0"),
    "epochs 0": (dict(epochs=0), "epochs is"),
    "validation data": (dict(validation_data=(X[:, :3], Y)), "Layer 0"),
    "validation length": (dict(validation_data=(X, Y[:3])), "X_val has 12 samples, but y_val has 3"),
    "validation labels": (dict(validation_data=(X, Y + 1)), "label 3"),
    "validation nan": (dict(validation_data=(X * np.nan, Y)), "X_val holds nan"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_train_names_what_does_not_fit_and_leaves_the_model_alone(name):
    changes, message = ERRORS[name]
    model = classifier()
    before = parameters_of(model)
    with pytest.raises(ValueError, match=message):
        model.train(**{"X": X, "y": Y, "print_every": None, **changes})
    np.testing.assert_array_equal(parameters_of(model), before)
    assert len(model.history) == 0


ADVICE = {
    "images not flattened": ([Layer_Dense(4, 3)], X.reshape(12, 2, 2), Y),
    "samples of one feature": ([Layer_Dense(1, 3)], X[:, 0], Y),
    "labels in a column": ([Layer_Dense(4, 3)], X, Y.reshape(-1, 1)),
    "labels float": ([Layer_Dense(4, 3)], X, Y.astype(float)),
    "pictures without channels": ([Layer_Conv2D(1, 3, 2), Layer_Flatten()], X.reshape(12, 2, 2), Y),
    "channels last": ([Layer_Conv2D(4, 3, 1), Layer_Flatten()], X.reshape(12, 1, 1, 4), Y),
    "steps of one number": ([Layer_LSTM(1, 3)], X, Y),
    "rows of a picture": ([Layer_LSTM(2, 3)], X.reshape(12, 1, 2, 2), Y),
}


@pytest.mark.parametrize("name", ADVICE)
def test_advice_is_code_that_also_helps_lists(name):
    layers, X, y = ADVICE[name]
    model = build(*layers, Activation_Softmax())
    given = {"X": X.tolist(), "y": y.tolist()}
    with pytest.raises(ValueError) as refusal:
        model.train(**given, print_every=None)
    advised = _first_call(str(refusal.value))
    changed = "X" if "X" in advised else "y"
    given[changed] = eval(advised, {"np": np, **given})
    model.train(**given, print_every=None)


def _first_call(message):
    start = message.index("np.")
    return next(message[start:end] for end in range(start, len(message) + 1)
                if 0 < message.count("(", start, end) == message.count(")", start, end))


def test_neighbours_that_do_not_fit_are_found_at_finalize():
    with pytest.raises(ValueError, match=r"Layer 2 .*Layer_Dense\(9, 3\).*\(samples, 9\).*\(samples, 8\).*inputs=8\.$"):
        build(Layer_Dense(4, 8), Activation_ReLU(), Layer_Dense(9, 3))


PICTURES = Layer_Conv2D(1, 4, 3), Activation_ReLU(), Layer_MaxPool2D(2)
SEQUENCES = Layer_LSTM(2, 3, return_sequences=True), Activation_Linear()


@pytest.mark.parametrize("layers, message", [
    ((*PICTURES, Layer_Conv2D(8, 4, 3)), r"Layer 3 .*\(samples, 8, rows, .*\(samples, 4, \?, \?\).*in_channels=4"),
    ((*PICTURES, Layer_BatchNormalization(5)), r"Layer 3 .*\(samples, 4, \?, \?\).*n_features=4"),
    ((*PICTURES, Layer_Dense(9, 3)), r"Layer 3 .*\(samples, 4, \?, \?\).*Layer_Flatten .* Its n_inputs is then"),
    ((*PICTURES, Activation_Softmax()), r"Layer 3 .*\(samples, 4, \?, \?\).*Layer_Flatten before it"),
    ((*SEQUENCES, Layer_LSTM(4, 3)), r"Layer 2 .*\(samples, \?, 3\).*n_inputs=3"),
    ((*SEQUENCES, Layer_Dense(3, 2)), r"Layer 2 .*\(samples, \?, 3\).*Layer_Flatten .* Its n_inputs is then"),
    ((Layer_MaxPool2D(2), Layer_Conv2D(3, 4, 3), Layer_Conv2D(3, 4, 3)), r"Layer 2 .*in_channels=4"),
])
def test_neighbours_of_pictures_and_sequences_are_compared_before_any_data_come(layers, message):
    with pytest.raises(ValueError, match=message):
        build(*layers)


def test_a_layer_derived_from_ours_may_ask_ours_for_its_shape():
    class Shortened(Layer_LSTM):
        def forward(self, inputs, training=True):
            self.output = super().forward(inputs, training)[:, 1:]
            return self.output

        def output_shape(self, input_shape):
            shape = super().output_shape(input_shape)
            return None if shape is None else (shape[0] - 1, shape[1])

    model = build(Shortened(2, 3, return_sequences=True), Layer_LSTM(3, 4), Activation_Softmax())
    assert model.predict(np.ones((5, 6, 2))).shape == (5, 4)


def test_a_readers_output_shape_is_not_asked_about_single_unknown_axes():
    class Doubled(Layer):
        def forward(self, inputs, training=True):
            self.output = inputs.repeat(2, axis=3)
            return self.output

        def output_shape(self, input_shape):
            return input_shape if input_shape is None else (*input_shape[:2], 2 * input_shape[2])

    model = build(*PICTURES, Doubled(), Layer_Flatten(), Layer_Dense(4 * 2 * 4, 3), Activation_Softmax())
    assert model.predict(np.ones((2, 1, 6, 6))).shape == (2, 3)


def test_a_derived_output_shape_beside_our_forward_is_not_asked_about_single_unknown_axes():
    class Halved(Layer_MaxPool2D):
        def output_shape(self, input_shape):
            return input_shape if input_shape is None else (input_shape[0], input_shape[1] // 2, input_shape[2] // 2)

    model = build(Halved(2), Layer_Flatten(), Layer_Dense(1 * 3 * 3, 3), Activation_Softmax())
    assert model.predict(np.ones((2, 1, 6, 6))).shape == (2, 3)


def test_pooling_first_leaves_the_channels_open(capsys):
    model = build(Layer_MaxPool2D(2), Layer_BatchNormalization(1), Layer_Flatten(), Layer_Dense(1 * 3 * 3, 3))
    model.summary()
    assert "(?, ?, ?)" in capsys.readouterr().out
    assert model.predict(np.ones((2, 1, 6, 6))).shape == (2, 3)


def test_a_readers_forward_is_believed_until_data_come():
    class EachStep(Layer_Dense):
        def forward(self, inputs, training=True):
            rows = super().forward(inputs.reshape(-1, self.n_inputs), training)
            self.output = rows.reshape(*inputs.shape[:2], self.n_neurons)
            return self.output

    model = build(Layer_LSTM(2, 3, return_sequences=True), EachStep(3, 4))
    assert model.predict(np.ones((5, 6, 2))).shape == (5, 6, 4)


def test_no_layers():
    with pytest.raises(RuntimeError, match="no layers"):
        Model().finalize()


def test_before_set_and_before_finalize():
    model = Model()
    model.add(Layer_Dense(4, 3))
    model.add(Activation_Softmax())
    with pytest.raises(RuntimeError, match=r"set\(loss=..., optimizer=..., accuracy=...\)"):
        model.train(X, Y)
    with pytest.raises(RuntimeError, match=r"Before evaluate\(\), the model needs set\(loss=..., accuracy=...\)"):
        model.evaluate(X, Y)
    with pytest.raises(RuntimeError, match=r"finalize\(\)"):
        model.predict(X)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(), accuracy=Accuracy_Categorical())
    with pytest.raises(RuntimeError, match=r"finalize\(\)"):
        model.train(X, Y)
    with pytest.raises(RuntimeError, match=r"finalize\(\)"):
        model.evaluate(X, Y)
    with pytest.raises(RuntimeError, match=r"finalize\(\)"):
        model.backward(np.full((len(Y), 3), 1 / 3), Y)


def test_add_after_finalize_asks_for_another_finalize():
    model = classifier()
    model.add(Layer_Dense(3, 3))
    with pytest.raises(RuntimeError, match=r"finalize\(\)"):
        model.predict(X)


def test_crossentropy_without_softmax():
    with pytest.raises(ValueError, match="End the network with Activation_Softmax"):
        build(Layer_Dense(4, 3, initial_scale=1)).train(X, Y)


def test_a_loss_that_turns_nan_says_at_which_step_and_why():
    model = build(Layer_Dense(4, 1), Activation_Linear(), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression,
                  optimizer=lambda: Optimizer_SGD(1e6))
    with pytest.raises(FloatingPointError, match=r"epoch \d+, step \d.*learning rate.*1e\+06.*scaled") as raised:
        model.train(X, np.ones((12, 1)), epochs=1000, print_every=None)
    assert "the largest value here is" in str(raised.value) and "Make a new model" in str(raised.value)
    assert "Nothing has been learned" not in str(raised.value)


@pytest.mark.parametrize("call", ["predict", "evaluate"])
def test_predict_and_evaluate_check_their_data(call):
    arguments = [X[:, :3]] if call == "predict" else [X[:, :3], Y]
    with pytest.raises(ValueError, match=r"Layer 0 .*Layer_Dense\(4, 8\) expects .* \(samples, 3\)"):
        getattr(classifier(), call)(*arguments)


def test_parameters_of_another_network_change_nothing():
    model = classifier()
    before = parameters_of(model)
    wrong = model.get_parameters()
    wrong[0][0][...] = 1
    wrong[1] = (np.ones((2, 2)), np.ones((1, 2)))
    with pytest.raises(ValueError, match=r"\(8, 3\).*\(2, 2\)"):
        model.set_parameters(wrong)
    with pytest.raises(ValueError, match="2 layers with parameters, but was given 1"):
        model.set_parameters(wrong[:1])
    np.testing.assert_array_equal(parameters_of(model), before)


def test_no_false_alarms():
    extremes = np.array([[1e300, -1e300, 0, 1]] * 6)
    model = build(Layer_Dense(4, 3, initial_scale=1e-300), Activation_Softmax(),
                  optimizer=lambda: Optimizer_SGD(1e-300))
    model.train(extremes, [0, 0, 0, 0, 0, 0], print_every=None)
    model.train(X, np.eye(3, dtype=np.uint8)[Y], batch_size=100, print_every=None)
    model.train(X > 0, Y.astype(np.uint8), epochs=np.int64(2), batch_size=np.int64(5), print_every=None)


# --- mistakes that went unnoticed

def test_a_layer_that_stands_twice_in_the_chain_is_refused():
    bend = Activation_ReLU()
    with pytest.raises(ValueError, match="twice"):
        build(Layer_Dense(4, 8), bend, Layer_Dense(8, 8), bend, Layer_Dense(8, 3), Activation_Softmax())


def test_forgotten_parentheses_are_named():
    with pytest.raises(TypeError, match=r"write Activation_ReLU\(\)"):
        Model().add(Activation_ReLU)
    with pytest.raises(TypeError, match=r"write Optimizer_Adam\(\)"):
        Model().set(optimizer=Optimizer_Adam)


def test_a_layer_may_be_looked_at_in_a_model_of_its_own():
    encoder, decoder = Layer_Dense(4, 2), Layer_Dense(2, 4)
    both = build(encoder, Activation_Linear(), decoder, loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression)
    alone = build(decoder, loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression)
    alone.train(np.ones((3, 2)), np.ones((3, 4)), print_every=None)
    both.train(X, X, print_every=None)
    assert encoder.dweights.any()


@pytest.mark.parametrize("last", [Activation_ReLU, Activation_Sigmoid])
def test_a_last_layer_without_distributions_is_noticed_for_every_seed(last):
    for seed in range(10):
        np.random.seed(seed)
        model = build(Layer_Dense(4, 8), Activation_ReLU(), Layer_Dense(8, 3), last())
        with pytest.raises(ValueError, match="Activation_Softmax"):
            model.train(X, Y, print_every=None)


def test_softmax_over_steps_or_pictures_is_refused():
    with pytest.raises(ValueError, match=r"Layer 1 \(counted from 0\): .*return_sequences=False"):
        build(Layer_LSTM(3, 4, return_sequences=True), Activation_Softmax())
    with pytest.raises(ValueError, match=r"Layer 0 \(counted from 0\): .*return_sequences=False"):
        build(Activation_Softmax()).train(np.ones((6, 5, 3)), np.arange(6) % 4, print_every=None)


def test_a_forgotten_flatten_is_named_where_it_belongs():
    """The first message named a size that the next one refused, and its remedy was refused by the layer before."""
    with pytest.raises(ValueError, match=r"Layer_Flatten before this layer. Then make the layer with n_inputs=32"):
        build(Layer_Dense(3, 2)).predict(np.ones((2, 2, 4, 4)))
    with pytest.raises(ValueError, match=r"Layer_Flatten before this layer. Then make the layer with n_features=12"):
        build(Layer_BatchNormalization(3)).predict(np.ones((2, 4, 3)))
    with pytest.raises(ValueError, match=r"Layer_Flatten before this layer.$"):
        build(Layer_BatchNormalization(12)).predict(np.ones((2, 4, 3)))
    with pytest.raises(ValueError, match=r"Layer_Flatten before this layer. Its n_inputs is then the product of these"):
        build(Layer_Conv2D(1, 2, 3), Layer_Dense(3, 2))
    with pytest.raises(ValueError, match="before this one needs return_sequences=True"):
        build(Layer_LSTM(2, 3), Layer_LSTM(3, 2))


def test_a_readers_layer_may_use_the_name_dtype_for_something_else():
    class Table(Layer):
        def __init__(self, dtype="int64"):
            self.dtype = dtype

        def forward(self, inputs, training=True):
            self.output = np.eye(4)[inputs[:, 0].astype(self.dtype)]
            return self.output

        def output_shape(self, input_shape):
            return (4,)

    build(Table(), Layer_Dense(4, 3), Activation_Softmax()).train(Y[:, np.newaxis], Y, print_every=None)


def test_the_output_layer_has_the_books_name():
    model = classifier()
    assert model.output_layer_activation is model.layers[-1]
    model.add(Activation_Softmax())
    model.finalize()
    assert model.output_layer_activation is model.layers[-1]


@pytest.mark.parametrize("shuffle", [None, 42, np.random, np.random.RandomState(0), "yes"])
def test_what_cannot_shuffle_is_refused_and_leaves_the_model_alone(shuffle):
    model = classifier()
    generator = model.generator
    with pytest.raises(ValueError, match="default_rng"):
        model.train(X, Y, shuffle=shuffle, print_every=None)
    assert model.generator is generator


@pytest.mark.parametrize("data", [X, [X], (X, Y, Y)])
def test_validation_data_that_are_no_pair_are_refused(data):
    with pytest.raises(ValueError, match="a pair"):
        classifier().train(X, Y, validation_data=data, print_every=None)


@pytest.mark.parametrize("number", [2.0, np.nan, np.inf, None, "2"])
def test_numbers_that_are_not_whole_are_refused(number):
    with pytest.raises(ValueError, match="whole number of at least 1: given"):
        classifier().train(X, Y, epochs=number, print_every=None)
    with pytest.raises(ValueError, match="whole number of at least 1: given"):
        Layer_Dense(number, 3)


def test_a_single_number_as_target_is_refused():
    with pytest.raises(ValueError, match="single number 5"):
        classifier().train(X, 5, print_every=None)


def test_an_overflow_in_the_last_step_is_noticed():
    model = build(Layer_Dense(4, 1), Activation_Linear(), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression,
                  optimizer=lambda: Optimizer_SGD(1e300))
    with pytest.raises(FloatingPointError, match="After the last step"):
        model.train(X, np.full((12, 1), 1e60), print_every=None)


def test_ctrl_c_before_the_first_step_says_so(capsys):
    class Interrupted(np.random.Generator):
        def permutation(self, *arguments):
            raise KeyboardInterrupt

    classifier().train(X, Y, shuffle=Interrupted(np.random.PCG64(0)), print_every=None)
    assert "Interrupted in epoch 1" in capsys.readouterr().out


def test_a_deep_copy_trains_on_like_the_original():
    model = classifier()
    model.train(X, Y, epochs=20, print_every=None)
    twin = copy.deepcopy(model)
    for one in (model, twin):
        one.train(X, Y, epochs=3, print_every=None)
    np.testing.assert_array_equal(parameters_of(model), parameters_of(twin))


def test_a_loss_shared_by_two_models_knows_which_one_is_at_work():
    loss = Loss_CategoricalCrossentropy()
    plain, penalized = classifier(), build(Layer_Dense(4, 3, 0, 1.0), Activation_Softmax())
    for model in (plain, penalized):
        model.set(loss=loss)
    assert plain.train(X, Y, print_every=None).loss[-1] == pytest.approx(plain.evaluate(X, Y)[0], abs=0.1)
    plain.loss.new_pass()
    assert loss.regularization_loss() == 0


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_layer_as_the_book_prints_it_returns_nothing_and_hears_so(method):
    class Layer_OfTheBook(Activation_ReLU):
        pass

    setattr(Layer_OfTheBook, method, lambda self, *arguments: None)
    model = build(Layer_Dense(4, 8), Layer_OfTheBook(), Layer_Dense(8, 3), Activation_Softmax())
    with pytest.raises(ValueError, match=rf"Layer_OfTheBook\.{method} returned nothing"):
        model.train(X, Y, print_every=None)


def test_a_loss_as_the_book_prints_it_hears_so_as_well():
    class Loss_OfTheBook(Loss_MeanSquaredError):
        def backward(self, dvalues, y_true):
            self.dinputs = dvalues - y_true

    model = build(Layer_Dense(4, 1), Activation_Linear(), loss=Loss_OfTheBook, accuracy=Accuracy_Regression)
    with pytest.raises(ValueError, match=r"Loss_OfTheBook\.backward returned nothing.*self\.dinputs"):
        model.train(X, np.ones((len(X), 1)), print_every=None)


def test_two_sigmoids_that_look_like_a_distribution_at_first_are_noticed():
    model = build(Layer_Dense(4, 8), Activation_ReLU(), Layer_Dense(8, 2), Activation_Sigmoid(),
                  optimizer=lambda: Optimizer_Adam(0.05))
    with pytest.raises(ValueError, match="Activation_Softmax"):
        model.train(X, Y % 2, epochs=200, print_every=None)


def test_one_output_is_no_choice_among_classes():
    with pytest.raises(ValueError, match="Loss_BinaryCrossentropy"):
        build(Layer_Dense(4, 1), Activation_Sigmoid()).train(X, 0 * Y, print_every=None)


def test_small_numpy_integers_are_whole_numbers_like_others():
    assert Layer_Dense(np.uint8(28), np.uint8(200)).weights.shape == (28, 200)
    assert Layer_LSTM(np.uint8(28), np.uint8(100)).input_weights.shape == (28, 400)
    history = classifier().train(X, Y, epochs=np.int8(2), batch_size=np.uint8(5), print_every=None)
    assert len(history) == 2


NO_LAYERS = {
    "a name": ("relu", r"'relu' is no Layer.*Activation_ReLU\(\)"),
    "nothing": (None, "None is no Layer"),
    "a class without a base": (type("Book", (), {"forward": None, "backward": None})(), r"class MyLayer\(Layer\):"),
    "a forward of chapter 4": (type("Early", (Layer,), {"forward": lambda self, inputs: inputs})(),
                               r"def forward\(self, inputs, training=True\)"),
    "no hash": (dataclasses.dataclass(type("Scale", (Layer,), {}))(), r"@dataclass\(eq=False\)"),
    "one name in no tuple": (type("Scale", (Layer,), {"parameter_names": "scale"})(), r"\('scale',\)"),
    "a plain number to learn": (type("Slope", (Layer,), {"parameter_names": ("slope",), "slope": 0.25})(),
                                r"Slope has slope = 0.25. Write np.array\(..., float\)"),
    "whole numbers to learn": (type("Slope", (Layer,), {"parameter_names": ("slope",), "slope": np.array(1)})(),
                               r"Slope has slope = array\(1\). Write np.array\(..., float\)"),
}


@pytest.mark.parametrize("name", NO_LAYERS)
def test_what_is_no_layer_is_refused_when_it_is_added(name):
    part, message = NO_LAYERS[name]
    with pytest.raises(TypeError, match=message):
        Model().add(part)


@pytest.mark.parametrize("parts", [{"loss": "mse"}, {"optimizer": "adam"}, {"accuracy": Optimizer_Adam()},
                                   {"loss": Accuracy_Categorical()}])
def test_what_is_no_loss_optimizer_or_accuracy_is_refused_when_it_is_set(parts):
    with pytest.raises(TypeError, match="is no (Loss|Optimizer|Accuracy). One of ours is"):
        Model().set(**parts)


def test_a_first_step_that_fails_has_spoilt_nothing_and_says_so():
    model = build(Layer_Dense(4, 1), Activation_Linear(), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression)
    before = parameters_of(model)
    with pytest.raises(FloatingPointError, match="Nothing has been learned yet"):
        model.train(np.full((4, 4), 1e300), np.zeros((4, 1)), print_every=None)
    np.testing.assert_array_equal(parameters_of(model), before)


def test_training_goes_on_where_numpy_is_told_to_raise_errors():
    X32, y = clusters(dtype=np.float32)
    with np.errstate(all="raise"):
        assert classifier().train(100 * X32, y, epochs=60, print_every=None).accuracy[-1] > 0.9


def test_a_layer_inside_a_layer_is_refused_before_it_is_left_untrained():
    class Residual(Layer):
        def __init__(self, n):
            self.n, self.parts = n, [Activation_ReLU(), Layer_Dense(n, n)]

    class Tied(Layer):
        def __init__(self, encoder):
            self.encoder = encoder

    class Sharing(Layer):
        """In float32 its own arrays are made anew, and the inner layer goes on with the old ones."""
        parameter_names = ("weights", "biases")

        def __init__(self, n):
            self.n, self.inner = n, Layer_Dense(n, n)
            self.weights, self.biases = self.inner.weights, self.inner.biases

    class Keeping(Layer):
        def __init__(self, parts):
            self.parts = parts

    inner_model = Model()
    inner_model.add(Layer_Dense(4, 4))
    for layer, words in (
            (Residual(4), "Residual keeps a Layer_Dense as parts"), (Sharing(4), "Sharing keeps a Layer_Dense"),
            (Keeping({"a": Layer_Dense(4, 4)}), "Keeping keeps a Layer_"), (Keeping(inner_model), "keeps a Model")):
        with pytest.raises(TypeError, match=f"{words}.*, but no optimizer"):
            build(layer, Layer_Dense(4, 3), Activation_Softmax())
    encoder = Layer_Dense(4, 4)
    build(encoder, Tied(encoder), Layer_Dense(4, 3), Activation_Softmax()).finalize()
    build(Tied(Linear(4, 4)), Layer_Dense(4, 3), Activation_Softmax()).finalize()  # of another kind, with its own rules


@pytest.mark.parametrize("back", [lambda layers, layer: layers.insert(0, layer), list.append])
def test_a_layer_that_is_no_longer_frozen_gets_a_gradient_again(back):
    """It was changed by its last one from before, at every step."""
    X, y = clusters()
    model = classifier()
    model.train(X, y, epochs=2, print_every=None)
    first = model.layers[0]
    model.trainable_layers.remove(first)
    model.train(X, y, epochs=2, print_every=None)
    back(model.trainable_layers, first)
    before = first.dweights
    model.train(X, y, epochs=1, print_every=None)
    assert not np.array_equal(first.dweights, before)


def test_a_model_whose_layers_are_all_frozen_keeps_its_precision():
    X, y = clusters()
    X = X.astype(np.float32)
    model = classifier()
    model.train(X, y, epochs=1, print_every=None)
    model.trainable_layers.clear()
    assert model.dtype == model.predict(X).dtype == np.float32


def test_a_readers_layer_that_does_not_tell_its_shape_is_named_too():
    """The layer after it was told to take as many numbers as there had been before."""
    class Means(Layer):
        def forward(self, inputs, training=True):
            return inputs.mean(axis=(2, 3))

    model = build(Means(), Layer_Dense(3, 2))
    with pytest.raises(ValueError, match=r"Layer 1 .*Or, if Means\(\) changes the shape of a sample, write its"):
        model.train(np.ones((4, 3, 5, 5)), [0, 1, 0, 1])
    dropped = build(Layer_Dropout(0.1), Layer_Dense(3, 2))
    with pytest.raises(ValueError, match="Layer 1") as raised:
        dropped.train(np.ones((4, 5)), [0, 1, 0, 1])
    assert "Or, if" not in str(raised.value)


def test_targets_that_are_far_too_large_are_named():
    X, y = np.ones((4, 1), np.float32), np.full((4, 1), 2e30, np.float32)
    model = build(Layer_Dense(1, 1), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression)
    with pytest.raises(FloatingPointError, match=r"largest value here is 1, of the targets 2e\+30"):
        model.train(X, y, epochs=3, print_every=None)


def test_a_false_alarm_of_blas_does_not_reach_who_trains():
    class Alarming(Layer_Dense):
        def forward(self, inputs, training=True):
            if training:
                np.divide(1.0, np.zeros(1))  # raises the flag that matrix products raise on some processors
            return super().forward(inputs, training)

    model = build(Alarming(4, 1), Activation_Linear(), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression)
    with np.errstate(divide="raise"):
        model.train(np.ones((4, 4)), np.arange(4.0).reshape(-1, 1), print_every=None)


def test_long_floats_train_a_model_of_float64():
    model = classifier()
    model.train(X.astype(np.longdouble), Y, print_every=None)
    assert model.dtype == np.float64


def test_forward_and_backward_before_they_are_ready_say_so():
    model = Model()
    model.add(Layer_Dense(4, 3))
    with pytest.raises(RuntimeError, match="finalize"):
        model.forward(X)
    model.finalize()
    with pytest.raises(RuntimeError, match="loss"):
        model.backward(model.forward(X), Y)


def test_a_pickled_model_trains_on_like_the_original():
    model = classifier()
    model.train(X, Y, epochs=20, print_every=None)
    twin = pickle.loads(pickle.dumps(model))
    for one in (model, twin):
        one.train(X, Y, epochs=3, print_every=None)
    np.testing.assert_array_equal(parameters_of(model), parameters_of(twin))


def test_checking_data_draws_no_masks():
    model = build(Layer_Dense(4, 8), Layer_Dropout(0.5), Layer_Dense(8, 3), Activation_Softmax())
    before = model.layers[1].generator.bit_generator.state
    model.evaluate(X, Y)
    assert model.layers[1].generator.bit_generator.state == before


def test_the_printed_and_the_kept_loss_hold_the_regularization(capsys):
    model = build(Layer_Dense(4, 3, weight_regularizer_l2=1.0, initial_scale=1), Activation_Softmax(),
                  optimizer=lambda: Optimizer_SGD(1e-12))
    data_loss = model.loss.calculate(model.forward(X), Y)
    penalty = model.loss.regularization_loss()
    history = model.train(X, Y, print_every=1)
    assert history.loss[-1] == pytest.approx(data_loss + penalty)
    assert f"loss: {data_loss + penalty:.3f} (data_loss: {data_loss:.3f}, reg_loss: {penalty:.3f})" in (
        capsys.readouterr().out)


def test_an_epoch_of_two_steps_prints_a_line_for_the_epoch(capsys):
    classifier().train(X, Y, batch_size=len(X) // 2, print_every=1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch: 1", "step: 0", "step: 1", "training"]


def test_the_progress_bar_counts_all_steps_of_all_epochs(capsys):
    classifier().train(X, Y, epochs=3, batch_size=len(X) // 2, print_every=None, progress=True)
    assert "0/6 " in capsys.readouterr().err


def test_a_loss_set_later_brings_its_own_gradient():
    model = classifier()
    model.set(loss=Loss_MeanSquaredError())
    output = model.forward(X)
    targets = np.eye(3)[Y]
    model.backward(output, targets)
    expected = model.layers[-1].backward(Loss_MeanSquaredError().backward(output, targets))
    np.testing.assert_allclose(model.layers[-2].dbiases[0], expected.sum(axis=0))


def test_the_learning_rate_decays_while_training():
    model = build(Layer_Dense(4, 3), Activation_Softmax(), optimizer=lambda: Optimizer_SGD(1.0, decay=0.1))
    np.testing.assert_allclose(model.train(X, Y, epochs=3, print_every=None).learning_rate, [1, 1 / 1.1, 1 / 1.2])


def test_an_evaluation_counts_its_own_samples_only():
    model = classifier()
    model.train(X, Y, print_every=None)
    right = model.predict(X).argmax(axis=1)
    assert model.evaluate(X, right)[1] == 1 and model.evaluate(X, (right + 1) % 3)[1] == 0


def test_a_regression_can_be_evaluated_before_it_is_trained():
    model = build(Layer_Dense(4, 1), loss=Loss_MeanSquaredError, accuracy=Accuracy_Regression)
    assert model.evaluate(X, X[:, :1])[1] <= 1


def test_layers_changed_after_finalize_are_noticed():
    model = classifier()
    model.layers[2] = Layer_Dense(8, 3)
    model.set(optimizer=Optimizer_SGD())
    assert not model.finalized
    for use in (lambda: model.train(X, Y, print_every=None), lambda: model.forward(X), lambda: model.predict(X)):
        with pytest.raises(RuntimeError, match=r"call finalize\(\)"):
            use()
    model.finalize()
    model.train(X, Y, print_every=None)
    assert copy.deepcopy(model).predict(X).shape == (12, 3)


def test_masked_values_are_refused_not_learned_from():
    masked = np.ma.masked_greater(np.where(X > 1, 1e6, X), 1e5)
    with pytest.raises(ValueError, match="X has masked values"):
        classifier().train(masked, Y, print_every=None)


def test_the_first_layer_that_learns_skips_the_gradient_of_its_inputs():
    model = classifier()
    model.backward(model.forward(X), Y)
    assert model.layers[0].dinputs is None and model.layers[2].dinputs is not None
