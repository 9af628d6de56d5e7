"""Model files: everything comes back, nothing is run, and a failure leaves the old file whole."""

import copy
import inspect
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from modules import (
    Accuracy_Categorical,
    Accuracy_Regression,
    Activation_ReLU,
    Activation_Softmax,
    Layer,
    Layer_BatchNormalization,
    Layer_Dense,
    Layer_Dropout,
    Layer_LSTM,
    Loss_CategoricalCrossentropy,
    Loss_MeanSquaredError,
    Model,
    Optimizer_Adagrad,
    Optimizer_Adam,
    Optimizer_RMSprop,
    Optimizer_SGD,
    array_files,
)

X = np.random.default_rng(0).normal(size=(40, 4))
Y = np.arange(40) % 3
OPTIMIZERS = {
    "sgd": lambda: Optimizer_SGD(0.1),
    "momentum": lambda: Optimizer_SGD(0.1, 1e-3, momentum=0.9),
    "adagrad": lambda: Optimizer_Adagrad(0.1),
    "rmsprop": lambda: Optimizer_RMSprop(decay=1e-3),
    "adam": lambda: Optimizer_Adam(decay=1e-3),
}


def classifier(hidden=8, optimizer="adam"):
    model = Model()
    for layer in (Layer_Dense(4, hidden, weight_regularizer_l2=1e-3, initial_scale="he"), Activation_ReLU(),
                  Layer_Dropout(0.2), Layer_Dense(hidden, 3), Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=OPTIMIZERS[optimizer](), accuracy=Accuracy_Categorical())
    model.finalize()
    return model


def train(model, epochs, dtype=np.float64):
    return model.train(X.astype(dtype), Y, epochs=epochs, batch_size=16, shuffle=True, print_every=None)


def train_save_load_train(model, path, dtype):
    """Trains the model and, from its file halfway, another one; returns that one."""
    train(model, 2, dtype)
    model.save(path)
    loaded = Model.load(path)
    for continued in (model, loaded):
        train(continued, 2, dtype)
    return loaded


def same(first, second):
    return all(np.array_equal(a, b) for one, two in zip(first.get_parameters(), second.get_parameters(), strict=True)
               for a, b in zip(one, two, strict=True))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my_model.model"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_resumed_equals_training_that_went_on_bit_for_bit(path, optimizer, dtype):
    model = classifier(optimizer=optimizer)
    loaded = train_save_load_train(model, path, dtype)
    assert same(model, loaded)
    np.testing.assert_array_equal(model.history.loss, loaded.history.loss)
    assert len(loaded.history) == 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_resumed_is_the_same_for_weights_kept_column_by_column(path, dtype):
    """As they are after `layer.weights = W.T`, with W from PyTorch: products round differently in that order."""
    samples, model = np.random.default_rng(0).normal(size=(100, 40)).astype(dtype), Model()
    for layer in (Layer_Dense(40, 64, initial_scale="he"), Activation_ReLU(), Layer_Dense(64, 40)):
        model.add(layer)
        if layer.parameter_names:
            layer.weights = np.asfortranarray(layer.weights)
    model.set(loss=Loss_MeanSquaredError(), optimizer=Optimizer_Adam(), accuracy=Accuracy_Regression())
    model.finalize()
    model.train(samples, samples, batch_size=33, print_every=None)
    model.save(path)
    loaded = Model.load(path)
    for one in (model, loaded):
        one.train(samples, samples, epochs=3, batch_size=33, print_every=None)
    assert same(model, loaded)


@pytest.mark.parametrize("number", [np.float32, np.float64])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_hyperparameters_that_are_numpy_numbers_do_not_change_resumed_training(path, name, dtype, number):
    """A file keeps plain floats, and an np.float64 takes float32 arrays along to float64."""
    optimizer = type(OPTIMIZERS[name]())
    arguments = {key: number(0.01) for key in inspect.signature(optimizer).parameters}
    model = Model()
    for layer in (Layer_Dense(4, 8, number(1e-3), number(1e-3)),
                  Layer_BatchNormalization(8, number(0.9), number(1e-5)), Layer_Dropout(number(0.2)),
                  Layer_Dense(8, 3), Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=optimizer(**arguments), accuracy=Accuracy_Categorical())
    model.finalize()
    loaded = train_save_load_train(model, path, dtype)
    assert same(model, loaded)


def test_everything_comes_back(path):
    model = classifier()
    model.class_names = ("shirt", "shoe", "bag")
    train(model, 1)
    model.save(path)
    loaded = Model.load(path)
    assert loaded.class_names == ["shirt", "shoe", "bag"]
    assert [repr(layer) for layer in loaded.layers] == [repr(layer) for layer in model.layers]
    assert loaded.layers[0].weight_regularizer_l2 == 1e-3 and loaded.layers[0].initial_scale == "he"
    assert np.isnan(loaded.history.validation_loss).all()
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))


def test_precision_of_a_regression_comes_back(path):
    model = Model()
    model.add(Layer_Dense(4, 1))
    model.set(loss=Loss_MeanSquaredError(), optimizer=Optimizer_Adam(), accuracy=Accuracy_Regression())
    model.finalize()
    model.train(X, X[:, :1], print_every=None)
    model.save(path)
    assert Model.load(path).accuracy.precision == model.accuracy.precision


def test_a_model_without_loss_or_finalize_comes_back_as_it_was(path):
    model = Model()
    model.add(Layer_Dense(4, 3))
    model.save(path)
    loaded = Model.load(path)
    assert loaded.loss is None and loaded.optimizer is None and loaded.input_layer is None


def test_loading_leaves_the_readers_random_numbers_alone(path):
    classifier().save(path)
    np.random.seed(1)
    expected = np.random.rand()
    np.random.seed(1)
    Model.load(path)
    assert np.random.rand() == expected


def test_parameters_alone(path):
    model, other = classifier(), classifier()
    train(model, 1, np.float32)
    model.save_parameters(path)
    other.load_parameters(path)
    assert same(model, other) and other.dtype == np.float32


def test_the_file_has_the_name_it_was_given_and_nothing_lies_beside_it(path):
    """`np.savez("x.model")` writes `x.model.npz`."""
    classifier().save(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["my_model.model"]


def test_numpy_opens_it_without_pickle(path):
    classifier().save(path)
    with np.load(path, allow_pickle=False) as file:
        assert file["layers.0.parameters.weights"].shape == (4, 8)
        assert json.loads(file["header"].tobytes())["version"] == array_files.VERSION


def test_a_file_from_before_adam_counted_for_each_parameter_goes_on_by_the_count_of_the_model(path, monkeypatch):
    model = classifier()
    train(model, 2)
    with monkeypatch.context() as before:
        before.setattr(type(model.optimizer), "memory_names", ("momentums", "cache"))
        older = copy.deepcopy(model)
        for layer in older.trainable_layers:
            for name, parameter, _ in layer.parameters():
                del older.optimizer.memory(layer, name, parameter)["update_count"]
        older.save(path)
    loaded = Model.load(path)
    for continued in (model, loaded):
        train(continued, 1)
    assert same(model, loaded)


def test_a_layer_of_the_readers_own_comes_back(path):
    class Layer_Twice(Layer):
        def forward(self, inputs, training=True):
            self.output = 2 * inputs
            return self.output

    model = Model()
    model.add(Layer_Twice())
    model.finalize()
    model.save(path)
    np.testing.assert_array_equal(Model.load(path).predict(X), 2 * X)


def test_a_full_disk_leaves_the_old_file_whole(path, monkeypatch):
    model = classifier()
    model.save(path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        model.save(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["my_model.model"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not replace a file that is just being replaced")
def test_two_threads_that_save_to_one_path_leave_whole_files(path):
    model = classifier()
    with ThreadPoolExecutor(2) as threads:
        for saved in [threads.submit(model.save, path) for _ in range(40)]:
            saved.result()
    Model.load(path)


class Trap:
    def __reduce__(self):
        return exec, ("raise SystemExit('code from a file was run')",)


def read_file(path):
    """Header and arrays of a file."""
    with np.load(path) as file:
        arrays = dict(file)
    return json.loads(arrays.pop("header").tobytes()), arrays


def write_file(path, header, arrays):
    save_arrays(path, header=np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays)


def save_arrays(path, **arrays):
    with path.open("wb") as file:
        np.savez(file, **arrays)


def write_header(path, **changes):
    """A model file with some entries of its header changed."""
    classifier().save(path)
    header, arrays = read_file(path)
    write_file(path, header | changes, arrays)


def write_part(path, part, **changes):
    """A model file with some entries of one part of its header changed."""
    classifier().save(path)
    header, arrays = read_file(path)
    write_file(path, {**header, part: header[part] | changes}, arrays)


def write_array_header(path, shape):
    """A model file with an array that claims this shape."""
    classifier().save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    beginning = io.BytesIO()
    np.lib.format.write_array_header_1_0(beginning, {"descr": "<f8", "fortran_order": False, "shape": shape})
    parts["layers.0.parameters.weights.npy"] = beginning.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def damage_compressed(path):
    """A compressed copy of a model file, with a byte of what is compressed turned round."""
    classifier().save(path)
    with np.load(path) as file:
        arrays = dict(file)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
    content[30 + len(first.filename) + int.from_bytes(content[28:30], "little")] ^= 0xFF
    path.write_bytes(content)


def zip_pickle(path):
    """As torch.save writes it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights/data.pkl", pickle.dumps(Trap()))


def rename_header(path):
    """A member without .npy is not read as an array."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header", b"{}")


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def save_other(kind):
    def write(path):
        model = classifier()
        (model.save if kind == "model" else model.save_parameters)(path)
    return write


BROKEN = {
    **{f"pickle of protocol {protocol}": (lambda path, protocol=protocol: path.write_bytes(
        pickle.dumps(Trap(), protocol)), "is a pickle") for protocol in range(6)},
    "beginning of a pickle": (lambda path: path.write_bytes(pickle.dumps(Trap())[:9]), "is a pickle"),
    "pickle in a zip": (zip_pickle, "is a pickle"),
    "array larger than any memory": (lambda path: write_array_header(path, (10**13,)), "altered"),
    "damaged where it is compressed": (damage_compressed, "altered"),
    "fewer than no steps": (lambda path: write_part(path, "optimizer", iterations=-1), "steps is a whole number"),
    "precision in words": (lambda path: write_header(path, accuracy={
        "class": "Accuracy_Regression", "arguments": {}, "state": {"precision": "x"}}), "precision is 0 or above"),
    "class names that are a number": (lambda path: write_header(path, class_names=5), "does not describe a model"),
    "class names that are a word": (lambda path: write_header(path, class_names="abc"), "one name for each class"),
    "a layer that is no special one": (lambda path: write_header(path, layers=[
        {"class": "Layer", "arguments": {}, "parameters": {}, "state": {}, "memory": {}}]), "class Layer"),
    "text": (lambda path: path.write_text("weights"), "not a model file"),
    "empty": (lambda path: path.write_bytes(b""), "not a model file"),
    "arrays only": (lambda path: save_arrays(path, weights=X), "no header"),
    "pickled arrays": (lambda path: save_arrays(path, header=np.array([Trap()], dtype=object)), "altered"),
    "no name of a header": (rename_header, "no header"),
    "endless version": (lambda path: write_header(path, version=float("inf")), "no header"),
    "a tuple of nothing": (lambda path: write_header(path, class_names={"tuple": 5}), "does not describe"),
    "an array without a name": (lambda path: write_header(path, class_names={"array": [1]}), "does not describe"),
    # Since Python 3.12, a list comprehension is no call of its own, so more levels fit under the limit.
    "nested too deeply": (lambda path: write_header(
        path, class_names=nested(900 if sys.version_info < (3, 12) else 1200)), "does not describe"),
    "newer": (lambda path: write_header(path, version=99), "version 99"),
    "unknown layer": (lambda path: write_header(path, layers=[{"class": "Layer_Secret", "arguments": {}}]),
                      "Layer_Secret"),
    "not a layer": (lambda path: write_header(path, layers=[{"class": "Model", "arguments": {}}]), "class Model"),
    "wrong arguments": (lambda path: write_header(path, layers=[{"class": "Layer_Dense", "arguments": {"n": 1}}]),
                        "does not describe a model"),
    "no layers": (lambda path: write_header(path, layers=[]), "does not describe a model"),
    "version in words": (lambda path: write_header(path, version="one"), "no header"),
    "a list as kind": (lambda path: write_header(path, kind=[]), "is needed"),
    "steps in words": (lambda path: write_header(path, optimizer={
        "class": "Optimizer_Adam", "arguments": {}, "iterations": "x", "current_learning_rate": 0.1}),
        "does not describe a model"),
    "unknown generator": (lambda path: write_header(path, generator={"bit_generator": "Dice"}), "no generator 'Dice'"),
    "ragged history": (lambda path: write_header(path, history={
        "loss": [1, 2], "accuracy": [1], "validation_loss": [1], "validation_accuracy": [1], "learning_rate": [1]}),
        "same number of epochs"),
    "nested without end": (lambda path: save_arrays(path, header=np.frombuffer(b"[" * 200_000, np.uint8)), "no header"),
    "missing array": (lambda path: write_header(path, generator={"array": "gone"}), "array 'gone' is missing"),
    "parameters": (save_other("parameters"), "model.load_parameters reads it"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_model_file_is_refused_by_name(path, name):
    write, message = BROKEN[name]
    write(path)
    with pytest.raises(ValueError, match=message) as raised:
        Model.load(path)
    assert "my_model.model" in str(raised.value)


def test_truncated_at_any_place_is_refused(path):
    classifier().save(path)
    whole = path.read_bytes()
    for length in range(2, len(whole), len(whole) // 40):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="truncated or altered"):
            Model.load(path)


def test_an_altered_byte_is_refused_or_means_nothing(path):
    model = classifier()
    model.save(path)
    whole = bytearray(path.read_bytes())
    refused = 0
    for place in range(2, len(whole), len(whole) // 300):
        altered = bytearray(whole)
        altered[place] ^= 0x55
        path.write_bytes(altered)
        try:
            assert same(Model.load(path), model)
        except ValueError:
            refused += 1
    assert refused > 200


def test_parameters_of_another_architecture_leave_the_model_untouched(path):
    classifier(hidden=9).save_parameters(path)
    model, twin = classifier(), classifier()
    twin.set_parameters(model.get_parameters())
    with pytest.raises(ValueError, match=r"another network. Layer 0: .*\(4, 8\).*\(4, 9\)"):
        model.load_parameters(path)
    model.layers.pop()
    with pytest.raises(ValueError, match="its layers are"):
        model.load_parameters(path)
    save_other("model")(path)
    with pytest.raises(ValueError, match="Model.load reads it"):
        model.load_parameters(path)
    assert same(model, twin)


def test_a_missing_file_is_a_missing_file(path):
    with pytest.raises(FileNotFoundError, match="my_model.model"):
        Model.load(path)


def test_numpy_numbers_among_the_arguments_can_be_saved(path):
    model = Model()
    model.add(Layer_Dense(np.int64(2), Y.max() + 1))
    model.add(Layer_Dropout(0.1, seed=np.int32(3)))
    model.set(optimizer=Optimizer_Adam(np.float32(0.01)))
    model.class_names = np.array(["a", "b", "c"])
    model.save(path)
    loaded = Model.load(path)
    assert loaded.class_names == ["a", "b", "c"] and loaded.optimizer.learning_rate == np.float32(0.01)


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.Philox])
def test_a_generator_of_another_kind_comes_back(path, bits):
    model = classifier()
    model.train(X, Y, batch_size=8, shuffle=np.random.Generator(bits(0)), print_every=None)
    model.save(path)
    loaded = Model.load(path)
    for one in (model, loaded):
        one.train(X, Y, batch_size=8, shuffle=True, print_every=None)
    assert same(model, loaded)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder .*nowhere"):
        classifier().save(tmp_path / "nowhere" / "my.model")


def test_a_link_stays_a_link(path):
    link = path.with_name("link.model")
    classifier().save(path)
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("no links here")
    classifier().save(link)
    assert link.is_symlink() and same(Model.load(path), Model.load(link))


def test_damaged_parameters_are_refused(path):
    model = classifier()
    model.save_parameters(path)
    header, arrays = read_file(path)
    names_only = [{"class": layer["class"]} for layer in header["layers"]]
    for layers in (3, [{}], names_only):
        write_file(path, {**header, "layers": layers}, arrays)
        with pytest.raises(ValueError, match="my_model.model"):
            model.load_parameters(path)


WRONG_ARRAYS = {"words": lambda array: array.astype("U"), "whole numbers": lambda array: array.astype(int),
                "another shape": lambda array: array[:, :1]}


@pytest.mark.parametrize("wrong", WRONG_ARRAYS)
@pytest.mark.parametrize("place", ["layers.0.parameters.weights", "layers.0.memory.weights.cache"])
def test_arrays_that_do_not_belong_are_refused(path, place, wrong):
    classifier().save(path)
    header, arrays = read_file(path)
    write_file(path, header, {**arrays, place: WRONG_ARRAYS[wrong](arrays[place])})
    with pytest.raises(ValueError, match=r"my_model.model does not describe.*\(4, 8\)"):
        Model.load(path)


@pytest.mark.parametrize("wrong", WRONG_ARRAYS)
def test_parameters_that_do_not_belong_leave_the_model_untouched(path, wrong):
    model = classifier()
    model.save_parameters(path)
    header, arrays = read_file(path)
    place, before = "layers.3.parameters.weights", model.get_parameters()
    write_file(path, header, {**arrays, place: WRONG_ARRAYS[wrong](arrays[place])})
    with pytest.raises(ValueError, match="my_model.model"):
        model.load_parameters(path)
    for old, new in zip(before, model.get_parameters(), strict=True):
        np.testing.assert_array_equal(old[0], new[0])


def test_an_argument_that_is_not_kept_is_named(path):
    class Layer_Slope(Layer):
        def __init__(self, slope):
            self.s = slope

    model = Model()
    model.add(Layer_Slope(0.1))
    with pytest.raises(AttributeError, match="Layer_Slope does not keep its argument slope as self.slope"):
        model.save(path)


def test_arguments_without_a_name_of_their_own_are_refused_when_saving(path):
    """A layer with **options once came back with the defaults, and one with *sizes not at all."""
    class Layer_Options(Layer):
        def __init__(self, **options):
            self.options = options

    class Layer_Sizes(Layer):
        def __init__(self, *sizes):
            self.sizes = sizes

    for layer, told in ((Layer_Options(rate=3), r"\*\*options"), (Layer_Sizes(2, 3), r"\*sizes")):
        model = Model()
        model.add(layer)
        with pytest.raises(TypeError, match=f"takes {told}, but a model file"):
            model.save(path)
        assert not path.exists()
        model.save_parameters(path)
        model.load_parameters(path)
        path.unlink()


def test_what_a_file_cannot_hold_is_named_with_its_place(path):
    model = classifier()
    model.class_names = [object()]
    with pytest.raises(TypeError, match="class_names.0 is object"):
        model.save(path)


def test_a_state_that_does_not_fit_leaves_the_model_untouched(path):
    class Layer_Picky(Layer):
        state = {"found": 1}

        def get_state(self):
            return self.state

        def set_state(self, state):
            self.state = {"lost": state["lost"]}

    model = Model()
    for layer in (Layer_Dense(2, 3), Layer_Picky()):
        model.add(layer)
    model.save_parameters(path)
    model.layers[0].weights += 1
    model.layers[1].state = {"lost": 1}
    before = model.layers[0].weights.copy()
    with pytest.raises(ValueError, match="lost"):
        model.load_parameters(path)
    np.testing.assert_array_equal(model.layers[0].weights, before)


def test_a_layer_derived_from_a_flat_import_comes_back(path):
    code = f"""
import sys
sys.path.append("modules")
from layers import Layer_Dense
from model import Model
class Layer_OfAReader(Layer_Dense):
    pass
model = Model()
model.add(Layer_OfAReader(2, 3))
model.save({str(path)!r})
assert type(Model.load({str(path)!r}).layers[0]) is Layer_OfAReader
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_a_readers_class_of_the_same_name_does_not_take_the_place_of_ours(path):
    """Lessons define their own Activation_ReLU and Layer_Dropout: a file of ours was loaded with those."""
    classifier().save(path)
    own = type("Activation_ReLU", (Layer,), {"__module__": "__main__"})
    assert type(Model.load(path).layers[1]) is Activation_ReLU
    model = Model()
    model.add(own())
    model.save(path)
    assert type(Model.load(path).layers[0]) is own


@pytest.mark.parametrize("names", [{0: "a", 1: "b"}, "abc", {"a", "b"}])
def test_class_names_in_no_order_are_refused_not_changed(path, names):
    model = classifier()
    model.class_names = names
    with pytest.raises(ValueError, match="class_names holds one name for each class"):
        model.save(path)


def test_a_tuple_comes_back_as_a_tuple(path):
    class Layer_Reshape(Layer):
        def __init__(self, shape):
            self.shape = shape

        def forward(self, inputs, training=True):
            self.output = inputs.reshape(-1, *self.shape)
            return self.output

    model = Model()
    model.add(Layer_Reshape((2, 2)))
    model.save(path)
    assert Model.load(path).layers[0].shape == (2, 2)


@pytest.mark.parametrize("state", [{"array": 1}, {"tuple": 1}, {"a.b": 1}, {1: 2}])
def test_a_state_that_would_be_misread_is_refused_when_it_is_saved(path, state):
    model = classifier()
    model.layers[1].get_state = lambda: state
    with pytest.raises(TypeError, match="layers.1.state"):
        model.save(path)


def test_home_is_written_as_a_tilde(path, monkeypatch):
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    classifier().save("~/my.model")
    assert (path.parent / "my.model").is_file()
    assert len(Model.load("~/my.model").layers) == 5


def test_a_folder_is_no_file_to_write_to(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder"):
        classifier().save(tmp_path)


def test_ctrl_c_between_two_series_of_a_history_leaves_none_longer():
    class Interrupting:
        def __float__(self):
            raise KeyboardInterrupt

    model = classifier()
    with pytest.raises(KeyboardInterrupt):
        model.history.append(loss=1, accuracy=1, learning_rate=Interrupting())
    assert len(model.history) == len(model.history.loss) == len(model.history.learning_rate) == 0


def test_a_model_class_that_adds_its_own_layers_is_loaded_with_each_of_them_once(path):
    class Model_Small(Model):
        def __init__(self):
            super().__init__()
            self.add(Layer_Dense(4, 4))
            self.add(Activation_ReLU())
            self.finalize()

    model = Model_Small()
    model.save(path)
    loaded = Model_Small.load(path)
    assert len(loaded.layers) == 2 and same(model, loaded)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))


def test_a_class_defined_anew_with_another_parent_is_the_one_that_is_loaded(path, monkeypatch):
    this = sys.modules[__name__]
    kinds = [type("Layer_Anew", (parent,), {"forward": forward, "__module__": __name__}) for parent, forward in (
        (Layer, lambda self, inputs, training=True: inputs),
        (Activation_ReLU, lambda self, inputs, training=True: -inputs))]
    for kind in (*kinds, *kinds[::-1]):
        monkeypatch.setattr(this, "Layer_Anew", kind, raising=False)
        model = Model()
        model.add(kind())
        model.finalize()
        model.save(path)
        np.testing.assert_array_equal(Model.load(path).predict(X), model.predict(X))


@pytest.mark.parametrize("error", [ValueError("the state does not fit"), KeyboardInterrupt()])
def test_a_failure_while_parameters_are_loaded_leaves_values_and_dtype(path, monkeypatch, error):
    model = classifier()
    train(model, 1, np.float32)
    model.save_parameters(path)
    other = classifier()
    before = other.get_parameters()

    def fail(self, state):
        monkeypatch.undo()
        raise error

    monkeypatch.setattr(Layer_Dropout, "set_state", fail)
    with pytest.raises(type(error)):
        other.load_parameters(path)
    for (old_weights, _), (weights, _) in zip(before, other.get_parameters(), strict=True):
        assert weights.dtype == np.float64
        np.testing.assert_array_equal(weights, old_weights)


def test_a_file_that_fails_in_its_last_layer_leaves_what_the_first_ones_keep(path):
    model = Model()
    for layer in (Layer_BatchNormalization(4), Layer_Dense(4, 3), Layer_Dropout(0.1)):
        model.add(layer)
    model.finalize()
    model.save_parameters(path)
    model.forward(X)
    before = model.layers[0].get_state(), model.layers[1].get_parameters()
    header, arrays = read_file(path)
    header["layers"][2]["state"]["generator"] = {"bit_generator": "Dice"}
    write_file(path, header, {**arrays, "layers.1.parameters.weights": np.zeros((4, 3))})
    with pytest.raises(ValueError, match="PCG64"):
        model.load_parameters(path)
    after = model.layers[0].get_state(), model.layers[1].get_parameters()
    for old, new in zip([*before[0].values(), *before[1]], [*after[0].values(), *after[1]], strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_learning_rate_that_decay_has_reached_comes_back(tmp_path):
    model = classifier(optimizer="momentum")
    train(model, epochs=2)
    model.save(tmp_path / "x.model")
    again = Model.load(tmp_path / "x.model").optimizer
    assert again.current_learning_rate == model.optimizer.current_learning_rate < again.learning_rate


def test_a_model_whose_learning_rate_has_come_down_to_zero_can_be_loaded(path):
    """As a schedule of the reader's own leaves it; and running means that are to stay as they are."""
    model = Model()
    for layer in (Layer_Dense(4, 3), Layer_BatchNormalization(3), Activation_Softmax()):
        model.add(layer)
    model.set(loss=Loss_CategoricalCrossentropy(), optimizer=Optimizer_Adam(), accuracy=Accuracy_Categorical())
    model.finalize()
    train(model, 1)
    model.optimizer.learning_rate, model.layers[1].momentum = 0.0, 1.0
    model.save(path)
    loaded = Model.load(path)
    train(loaded, 1)
    assert same(loaded, model) and loaded.optimizer.learning_rate == 0
    np.testing.assert_array_equal(loaded.layers[1].running_mean, model.layers[1].running_mean)


@pytest.mark.parametrize("layer", [Layer_Dense(4, 3), Layer_LSTM(4, 3), Layer_LSTM(4, 3, peephole=True)])
@pytest.mark.parametrize("save", [Model.save, Model.save_parameters])
def test_a_layer_frozen_by_taking_its_names_away_is_refused_before_its_weights_are_lost(path, layer, save):
    model = Model()
    model.add(copy.copy(layer))
    model.layers[0].parameter_names = ()
    with pytest.raises(ValueError, match="take it out of model.trainable_layers"):
        save(model, path)


def test_a_class_may_compute_its_parameter_names(path):
    class Layer_Named(Layer_Dense):
        parameter_names = property(lambda self: ("weights", "biases"))

    model = Model()
    model.add(Layer_Named(4, 3))
    model.finalize()
    model.save(path)
    assert same(Model.load(path), model)


def test_a_frozen_layer_stays_as_it_is_and_is_kept_in_the_file(path):
    model = classifier()
    before = model.get_parameters()
    model.trainable_layers.remove(model.layers[0])
    train(model, 2)
    model.save(path)
    for one in (model, Model.load(path)):
        first, last = one.get_parameters()
        np.testing.assert_array_equal(first[0], before[0][0])
        assert (last[0] != before[1][0]).any()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_no_file_to_replace(path):
    os.mkfifo(path)
    with pytest.raises(OSError, match="no ordinary file"):
        classifier().save(path)
    assert path.is_fifo()


@pytest.mark.parametrize("text", ["1.5,2.5\n", "0.25\n", "2.0", "(1, 2)", "."])
def test_a_table_of_numbers_is_not_called_a_pickle(path, text):
    """Their first characters are commands of a pickle."""
    path.write_text(text)
    with pytest.raises(ValueError, match="not a model file"):
        Model.load(path)
