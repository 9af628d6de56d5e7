"""Saved list networks: they come back digit for digit, and only into the network they were made for."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from modules.pure_python import files
from modules.pure_python.activations import relu, tanh
from modules.pure_python.cnn import CNN
from modules.pure_python.lstm import LSTM
from modules.pure_python.mlp import MLP

IMAGE = [[[0.1, -0.2, 0.3, 0.4], [0.5, 0.6, -0.7, 0.8], [0.9, 0.1, 0.2, -0.3]]]


def mlp(seed):
    return MLP((3, 4, 2), tanh, Random(seed))


def cnn(seed):
    return CNN((1, 3, 4), [2], 3, tanh, Random(seed), window=(2, 2), pool=(1, 1))


def lstm(seed):
    return LSTM(2, 3, 1, Random(seed))


SAMPLES = {mlp: [0.5, -1.0, 2.0], cnn: IMAGE, lstm: [[0.5, -1.0], [1.0, 0.2]]}


@pytest.fixture(params=SAMPLES, ids=lambda make: make.__name__)
def make(request):
    return request.param


def shift_biases(network):
    for name, rows in network.parameters().items():
        if "biases" in name:
            rows[0][:] = [number + 0.1 / 3 for number in rows[0]]


def test_all_parameters_come_back_digit_for_digit(make, tmp_path):
    network, other, path = make(1), make(2), str(tmp_path / "network.json")
    shift_biases(network)
    files.save(network, path)
    assert other.parameters() != network.parameters()
    files.load(other, path)
    assert other.parameters() == network.parameters()
    assert other.forward(SAMPLES[make]) == network.forward(SAMPLES[make])
    assert os.listdir(tmp_path) == ["network.json"]


def test_header_names_format_kind_and_architecture(make, tmp_path):
    network, path = make(1), tmp_path / "network.json"
    files.save(network, str(path))
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["format"] == files.FORMAT
    assert content["kind"] == network.kind
    assert content["architecture"] == network.architecture


@pytest.mark.parametrize(
    "saved, asked_for, message",
    [
        (mlp(1), lstm(1), r"its kind is 'MLP', but 'LSTM' is needed"),
        (mlp(1), MLP((3, 5, 2), tanh, Random(1)), r"architecture.*\[3, 4, 2\].*\[3, 5, 2\]"),
        (mlp(1), MLP((3, 4, 2), relu, Random(1)), r"architecture.*tanh.*relu"),
        (cnn(1), CNN((1, 4, 3), [2], 3, tanh, Random(1), window=(2, 2), pool=(1, 1)), "architecture"),
        (lstm(1), LSTM(2, 4, 1, Random(1)), "architecture"),
    ],
)
def test_another_architecture_is_refused_and_the_network_left_alone(saved, asked_for, message, tmp_path):
    path = str(tmp_path / "network.json")
    files.save(saved, path)
    before = json.dumps(asked_for.parameters())
    with pytest.raises(ValueError, match=message):
        files.load(asked_for, path)
    assert json.dumps(asked_for.parameters()) == before


@pytest.mark.parametrize("text", ["", "no JSON", "3", "null", "[1, 2]", '{"weights": []}', "\udcff", "[" * 100000])
def test_other_files_are_refused(text, tmp_path):
    path = tmp_path / "network.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ValueError, match="network.json (is not a saved network|does not fit)"):
        files.load(mlp(1), str(path))


def without_biases(parameters):
    del parameters["layer 1 biases"]


def one_number_too_few(parameters):
    parameters["layer 2 weights"][1].pop()


def not_a_number(parameters):
    parameters["layer 2 weights"][1][0] = float("nan")


def a_word(parameters):
    parameters["layer 1 weights"][0][0] = "many"


def no_rows(parameters):
    parameters["layer 1 weights"] = 5


@pytest.mark.parametrize("damage", [without_biases, one_number_too_few, not_a_number, a_word, no_rows])
def test_damaged_parameters_are_refused_and_the_network_left_alone(damage, tmp_path):
    path, network = tmp_path / "network.json", mlp(1)
    files.save(network, str(path))
    content = json.loads(path.read_text(encoding="utf-8"))
    damage(content["parameters"])
    path.write_text(json.dumps(content), encoding="utf-8")
    other = mlp(2)
    before = json.dumps(other.parameters())
    with pytest.raises(ValueError, match="damaged"):
        files.load(other, str(path))
    assert json.dumps(other.parameters()) == before


def test_a_network_with_nan_is_not_saved_and_the_old_file_survives(tmp_path):
    path, network = tmp_path / "network.json", mlp(1)
    files.save(network, str(path))
    before = path.read_bytes()
    network.layers[0].weights[0][0] = float("nan")
    with pytest.raises(ValueError, match="not a number"):
        files.save(network, str(path))
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows does not replace a file that is just being replaced")
def test_two_threads_that_save_to_one_path_leave_a_whole_file(tmp_path):
    path, network = str(tmp_path / "network.json"), mlp(1)
    with ThreadPoolExecutor(2) as threads:
        for saved in [threads.submit(files.save, network, path) for _ in range(400)]:
            saved.result()
    files.load(network, path)


def test_a_save_that_fails_names_the_path_that_was_given(tmp_path):
    for path in (tmp_path / "no_such_folder" / "network.json", tmp_path):
        with pytest.raises(OSError, match="cannot save to") as caught:
            files.save(mlp(1), str(path))
        assert f"cannot save to {path}: " in str(caught.value) and "unfinished" not in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_asking_whether_a_file_can_be_written_leaves_no_trace(tmp_path):
    path = tmp_path / "network.json"
    files.require_writable(str(path))
    assert os.listdir(tmp_path) == []
    files.save(mlp(1), str(path))
    before = path.read_bytes()
    files.require_writable(str(path))
    assert path.read_bytes() == before


def test_a_save_that_fails_half_way_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "network.json"
    files.save(mlp(1), str(path))
    before = path.read_bytes()

    def full_disk(source, target):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="no space left"):
        files.save(mlp(2), str(path))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["network.json"]


def test_a_file_of_another_version_is_refused(make, tmp_path):
    path = tmp_path / "network.json"
    files.save(make(1), str(path))
    path.write_text(path.read_text(encoding="utf-8").replace("version 1", "version 2"), encoding="utf-8")
    with pytest.raises(ValueError, match="its format is 'pure_python network, version 2'"):
        files.load(make(1), str(path))


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    files.save(mlp(1), str(target))
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no links here")
    files.save(mlp(2), str(link))
    assert link.is_symlink()
    network = mlp(3)
    files.load(network, str(target))
    assert network.parameters() == mlp(2).parameters()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_no_file_to_replace(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for write in (lambda path: files.save(mlp(1), path), files.require_writable):
        with pytest.raises(OSError, match="no ordinary file"):
            write(str(tmp_path / "pipe"))
