"""ONNX files run by onnxruntime and parameters taken over by PyTorch, for every layer; both may be absent."""

import json
import sys

import numpy as np
import pytest

import modules
from modules import (
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
    Layer_Input,
    Layer_LSTM,
    Layer_MaxPool2D,
    Model,
)

TABLE, PICTURES, SEQUENCES = (5, 4), (3, 2, 7, 6), (3, 5, 4)
#: name: (layers, shape of a batch); every layer of `modules` is in at least one row.
NETWORKS = {
    "classifier": (lambda: [Layer_Dense(4, 8, initial_scale="he"), Activation_ReLU(), Layer_Dropout(0.5),
                            Layer_Dense(8, 3, initial_scale="he"), Activation_Softmax()], TABLE),
    "yes or no": (lambda: [Layer_Dense(4, 1, initial_scale=1), Activation_Sigmoid()], TABLE),
    "regression": (lambda: [Layer_Dense(4, 2, initial_scale=1), Activation_Linear()], TABLE),
    "input first": (lambda: [Layer_Input(), Layer_BatchNormalization(4), Layer_Dense(4, 2)], TABLE),
    "pictures": (lambda: [Layer_Conv2D(2, 3, 3, padding=1), Layer_BatchNormalization(3), Activation_ReLU(),
                          Layer_MaxPool2D(2), Layer_Flatten(), Layer_Dense(27, 4)], PICTURES),
    "rectangular": (lambda: [Layer_Conv2D(2, 3, (2, 4), stride=(1, 3), padding=(2, 1))], PICTURES),
    "overlapping windows": (lambda: [Layer_MaxPool2D(3, stride=(1, 2))], PICTURES),
    "flat pictures": (lambda: [Layer_Flatten(), Layer_Dense(84, 3, initial_scale=0.1)], PICTURES),
    "sequence": (lambda: [Layer_LSTM(4, 3), Layer_Dense(3, 2, initial_scale=1)], SEQUENCES),
    "every step": (lambda: [Layer_LSTM(4, 3, return_sequences=True), Layer_LSTM(3, 2)], SEQUENCES),
    "every step shown": (lambda: [Layer_LSTM(4, 3, return_sequences=True)], SEQUENCES),
    "peepholes": (lambda: [Layer_LSTM(4, 3, peephole=True)], SEQUENCES),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def network(*layers):
    model = Model()
    for layer in layers:
        model.add(layer)
    model.finalize()
    return model


def built(name, rng):
    """The network with parameters, running means and variances that nobody could mistake for one another."""
    make, shape = NETWORKS[name]
    model = network(*make())
    for layer in model.layers:
        for _, array, _ in layer.parameters():
            array += rng.normal(size=array.shape)
        layer.set_state({key: rng.uniform(0.5, 2, size=np.shape(value)) if isinstance(value, np.ndarray) else value
                         for key, value in layer.get_state().items()})
    return model, rng.normal(size=shape)


def test_every_layer_is_in_the_table():
    kinds = {kind for kind in (getattr(modules, name) for name in modules.__all__)
             if isinstance(kind, type) and issubclass(kind, Layer)} - {Layer}
    missing = kinds - {type(layer) for make, _ in NETWORKS.values() for layer in make()}
    assert not missing, "add a network with this layer to NETWORKS in this file"


# --- ONNX


def run_onnx(path, X):
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["output"], {"input": X.astype(np.float32)})[0]


@every_network
def test_onnxruntime_predicts_the_same(name, rng, tmp_path):
    pytest.importorskip("onnx")
    model, X = built(name, rng)
    model.export_onnx(tmp_path / "model.onnx")
    expected = model.predict(X)
    for few in (X, X[:1]):
        np.testing.assert_allclose(run_onnx(tmp_path / "model.onnx", few), expected[:len(few)], rtol=1e-5, atol=1e-5)


def test_onnx_file_says_what_it_is(tmp_path):
    onnx = pytest.importorskip("onnx")
    model = network(Layer_Dense(4, 3), Activation_Softmax())
    model.class_names = ["a", "b", "c"]
    model.export_onnx(tmp_path / "model.onnx")
    proto = onnx.load(tmp_path / "model.onnx")
    shapes = [[axis.dim_param or axis.dim_value for axis in end.type.tensor_type.shape.dim]
              for end in (proto.graph.input[0], proto.graph.output[0])]
    assert shapes == [["samples", 4], ["samples", 3]]
    assert json.loads(proto.metadata_props[0].value) == ["a", "b", "c"]


def test_sample_shape_is_asked_for_where_no_layer_knows_it(rng, tmp_path):
    pytest.importorskip("onnx")
    model = network(Activation_ReLU())
    with pytest.raises(ValueError, match=r"sample_shape=\(features,\)"):
        model.export_onnx(tmp_path / "model.onnx")
    model.export_onnx(tmp_path / "model.onnx", sample_shape=(4,))
    X = rng.normal(size=TABLE)
    np.testing.assert_allclose(run_onnx(tmp_path / "model.onnx", X), np.maximum(X, 0), rtol=1e-6)
    model.export_onnx(tmp_path / "model.onnx", sample_shape=np.prod(X.shape[1:]))
    with pytest.raises(ValueError, match="expects inputs of shape"):
        network(Layer_Dense(4, 3)).export_onnx(tmp_path / "other.onnx", sample_shape=(5,))
    assert not (tmp_path / "other.onnx").exists()


def test_a_layer_without_onnx_says_what_to_write(tmp_path):
    pytest.importorskip("onnx")

    class Layer_Own(Layer):
        def forward(self, inputs, training=True):
            return inputs

    with pytest.raises(NotImplementedError, match="Layer_Own has a forward of its own, so it needs a to_onnx"):
        network(Layer_Dense(4, 3), Layer_Own()).export_onnx(tmp_path / "model.onnx")


def test_a_layer_derived_from_ours_is_not_written_as_ours(tmp_path):
    """Its forward is another one, but it inherits the description of ours."""
    pytest.importorskip("onnx")

    class Skip(Layer_Dense):
        def forward(self, inputs, training=True):
            return super().forward(inputs, training) + inputs

    with pytest.raises(NotImplementedError, match="Skip has a forward of its own"):
        network(Layer_Dense(4, 4), Skip(4, 4)).export_onnx(tmp_path / "model.onnx")
    replaced = Layer_Dense(4, 4)
    replaced.forward = lambda inputs, training=True: inputs
    with pytest.raises(NotImplementedError, match="Layer_Dense has a forward of its own"):
        network(replaced).export_onnx(tmp_path / "model.onnx")
    assert not any(tmp_path.iterdir())
    assert repr(Skip(4, 4)) == "Skip(4, 4)"


def test_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install onnx onnxruntime"):
        network(Layer_Dense(4, 3)).export_onnx(tmp_path / "model.onnx")


# --- parameters under PyTorch's names


def test_names_and_shapes_of_a_dense_network():
    state = network(Layer_Dense(4, 8), Activation_ReLU(), Layer_Dense(8, 3)).state_dict()
    assert {name: values.shape for name, values in state.items()} == {
        "0.weight": (8, 4), "0.bias": (8,), "2.weight": (3, 8), "2.bias": (3,)}


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "peepholes"])
def test_state_goes_out_and_in(name, rng):
    model, X = built(name, rng)
    other = network(*NETWORKS[name][0]())
    state = model.state_dict()
    other.load_state_dict(state)
    np.testing.assert_array_equal(other.predict(X), model.predict(X))
    for values in state.values():
        values[...] = 0
    np.testing.assert_array_equal(other.predict(X), model.predict(X))


def test_a_state_that_would_lose_a_parameter_is_refused(rng):
    """A class derived from ours, with one parameter more, inherits a state_dict that does not know it."""
    class Scaled(Layer_Dense):
        parameter_names = ("weights", "biases", "factor")
        factor = np.ones(1)

    class Shifted(Layer_BatchNormalization):
        parameter_names = ("gamma", "beta", "shift")
        shift = np.ones((1, 3))

    model = network(Layer_Dense(3, 3), Scaled(3, 2))
    with pytest.raises(NotImplementedError, match=r"Scaled\(3, 2\) has the parameters weights, biases, factor, but"):
        model.state_dict()
    with pytest.raises(NotImplementedError, match=r"Shifted\(3\) has the parameters gamma, beta, shift, but"):
        network(Layer_Dense(3, 3), Shifted(3)).state_dict()


def test_state_dict_changes_no_digit_of_the_model():
    """PyTorch's dtype for running means is that of the parameters; ours have more digits."""
    layer = Layer_BatchNormalization(1, dtype=np.float32)
    layer.set_state({"running_mean": [[1 / 3]], "running_variance": [[2 / 3]]})
    layer.gamma.flags.writeable = False
    network(layer).state_dict()
    assert layer.get_state() == {"running_mean": 1 / 3, "running_variance": 2 / 3}


def test_state_that_does_not_fit_leaves_the_model_alone(rng):
    model, X = built("classifier", rng)
    before, state = model.predict(X), network(*NETWORKS["classifier"][0]()).state_dict()
    with pytest.raises(ValueError, match=r"needs \['0.bias'\], and has no place for \['1.bias'\]"):
        model.load_state_dict({name.replace("0.bias", "1.bias"): values for name, values in state.items()})
    with pytest.raises(ValueError, match=r"needs \['0.bias'\], and has no place for anything else"):
        model.load_state_dict({name: values for name, values in state.items() if name != "0.bias"})
    with pytest.raises(ValueError, match=r"needs nothing more, and has no place for \['4.bias'\]"):
        model.load_state_dict(state | {"4.bias": np.zeros(3)})
    with pytest.raises(ValueError, match=r"3.weight has shape \(3, 8\) in this model, but \(8, 3\) was given"):
        model.load_state_dict(state | {"3.weight": np.zeros((8, 3))})
    np.testing.assert_array_equal(model.predict(X), before)


def test_peepholes_have_no_place_in_pytorch():
    with pytest.raises(ValueError, match="no peepholes"):
        network(Layer_LSTM(4, 3, peephole=True)).state_dict()


def test_a_layer_of_ones_own_uses_its_own_names(rng):
    class Layer_Scale(Layer):
        parameter_names = ("scale",)

        def __init__(self):
            self.scale = rng.normal(size=(1, 4))

        def forward(self, inputs, training=True):
            return inputs * self.scale

    model, other = network(Layer_Scale()), network(Layer_Scale())
    assert list(model.state_dict()) == ["0.scale"]
    other.load_state_dict(model.state_dict())
    assert np.array_equal(other.layers[0].scale, model.layers[0].scale)


def counterpart(torch, name):
    """The same network in PyTorch, and how it predicts: its LSTM returns more than its output."""
    nn = torch.nn
    networks = {
        "classifier": [nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3), nn.Softmax(dim=1)],
        "yes or no": [nn.Linear(4, 1), nn.Sigmoid()],
        "regression": [nn.Linear(4, 2), nn.Identity()],
        "input first": [nn.Identity(), nn.BatchNorm1d(4), nn.Linear(4, 2)],
        "pictures": [nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                     nn.Linear(27, 4)],
        "rectangular": [nn.Conv2d(2, 3, (2, 4), stride=(1, 3), padding=(2, 1))],
        "overlapping windows": [nn.MaxPool2d(3, stride=(1, 2))],
        "flat pictures": [nn.Flatten(), nn.Linear(84, 3)],
        "sequence": [nn.LSTM(4, 3, batch_first=True), nn.Linear(3, 2)],
        "every step": [nn.LSTM(4, 3, batch_first=True), nn.LSTM(3, 2, batch_first=True)],
        "every step shown": [nn.LSTM(4, 3, batch_first=True)],
    }
    if name not in networks:
        pytest.skip("PyTorch has no such layer")
    return nn.Sequential(*networks[name]).double().eval()


def predict_torch(torch, theirs, ours, X):
    outputs = torch.from_numpy(X)
    with torch.no_grad():
        for layer, own in zip(theirs, ours.layers, strict=True):
            outputs = layer(outputs)
            if isinstance(layer, torch.nn.LSTM):
                outputs = outputs[0] if own.return_sequences else outputs[0][:, -1]
    return outputs.numpy()


@pytest.mark.parametrize("name", NETWORKS)
def test_pytorch_takes_our_parameters_and_we_take_theirs(name, rng):
    torch = pytest.importorskip("torch")
    model, X = built(name, rng)
    theirs = counterpart(torch, name)
    fresh = theirs.state_dict()
    assert {key: tuple(values.shape) for key, values in fresh.items()} == {
        key: values.shape for key, values in model.state_dict().items()}
    theirs.load_state_dict({key: torch.from_numpy(values) for key, values in model.state_dict().items()})
    np.testing.assert_allclose(predict_torch(torch, theirs, model, X), model.predict(X), rtol=1e-9, atol=1e-12)
    others = counterpart(torch, name)
    model.load_state_dict(others.state_dict())
    np.testing.assert_allclose(predict_torch(torch, others, model, X), model.predict(X), rtol=1e-9, atol=1e-12)


def test_onnx_files_follow_the_same_rules_as_model_files(tmp_path, monkeypatch):
    pytest.importorskip("onnx")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    model = network(Layer_Dense(4, 3), Activation_Softmax())
    model.export_onnx("~/model.onnx")
    assert (tmp_path / "model.onnx").is_file()
    model.class_names = {"a", "b", "c"}
    with pytest.raises(ValueError, match="class_names holds one name for each class"):
        model.export_onnx(tmp_path / "model.onnx")
