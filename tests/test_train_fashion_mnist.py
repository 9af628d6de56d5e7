"""The program behind `make train`: impossible options, and where the stand-in goes."""

import numpy as np
import pytest

from modules import train_convolution, train_fashion_mnist, train_recurrence
from modules.datasets import FashionMNIST


@pytest.fixture
def few_pictures(monkeypatch, rng):
    """What the programs find as Fashion-MNIST."""
    X, y = rng.integers(0, 256, (20, 28, 28)).astype(np.uint8), np.arange(20) % 10
    monkeypatch.setattr(train_fashion_mnist, "load_fashion_mnist", lambda folder: FashionMNIST(X, y, X, y, "a test"))


@pytest.mark.parametrize("options", [["--epochs", "0"], ["--batch-size", "-1"], ["--seed", "-1"],
                                     ["--data", "no such folder"]])
def test_impossible_options_end_with_a_sentence(options, tmp_path, capsys):
    with pytest.raises(SystemExit):
        train_fashion_mnist.main([*options, "--output", str(tmp_path)])
    assert "error: " in capsys.readouterr().err


def test_a_folder_in_the_place_of_the_model_is_noticed_before_the_training(tmp_path, capsys, few_pictures):
    (tmp_path / "fashion_mnist.model").mkdir()
    with pytest.raises(SystemExit):
        train_fashion_mnist.main(["--output", str(tmp_path)])
    assert "fashion_mnist.model is a folder" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_noticed_before_the_training(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SystemExit):
        train_fashion_mnist.main(["--output", str(tmp_path / "file")])
    assert "file" in capsys.readouterr().err


def test_an_output_in_the_home_folder_is_found_by_its_short_name(tmp_path, monkeypatch, few_pictures):
    """The shell leaves the ~ in --output=~/results as it is; model and pictures once went two ways."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    train_fashion_mnist.main(["--epochs", "1", "--output=~/results"])
    assert len(list((tmp_path / "results").iterdir())) == 4 and not (tmp_path / "~").exists()


@pytest.mark.parametrize("is_stand_in", [True, False])
def test_the_stand_in_never_overwrites_what_the_real_data_gave(is_stand_in, tmp_path, monkeypatch, rng):
    X, y = rng.integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40) % 10
    data = FashionMNIST(X, y, X[:20], y[:20], "a test", is_stand_in)
    monkeypatch.setattr(train_fashion_mnist, "load_fashion_mnist", lambda folder: data)
    train_fashion_mnist.main(["--epochs", "1", "--output", str(tmp_path)])
    folder = tmp_path / "stand_in" if is_stand_in else tmp_path
    assert {path.name for path in folder.iterdir()} == {
        "fashion_mnist.model", "fashion_mnist_curves.png", "fashion_mnist_confusion_matrix.png",
        "fashion_mnist_worst_mistakes.png"}


def test_ctrl_c_in_the_first_epoch_still_draws_what_there_is(tmp_path, monkeypatch, few_pictures):
    monkeypatch.setattr("modules.model.Model._update", interrupt)
    train_fashion_mnist.main(["--output", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {
        "fashion_mnist.model", "fashion_mnist_confusion_matrix.png", "fashion_mnist_worst_mistakes.png"}


def test_ctrl_c_that_also_ends_what_reads_the_output_keeps_the_model(tmp_path, monkeypatch, few_pictures):
    """As in `... | tee log`: the line that tells of Ctrl-C cannot be printed any more."""
    monkeypatch.setattr("modules.model.Model._update", interrupt)
    monkeypatch.setattr("modules.model.print", close_pipe, raising=False)
    with pytest.raises(SystemExit, match="stopped: "):
        train_fashion_mnist.main(["--output", str(tmp_path)])
    assert (tmp_path / "fashion_mnist.model").exists()


def test_a_pipe_that_closes_in_the_training_leaves_the_older_model(tmp_path, monkeypatch, few_pictures):
    """As in `... | head`: what has hardly learned must not take its place."""
    monkeypatch.setattr("modules.training.print", close_pipe, raising=False)
    (tmp_path / "fashion_mnist.model").write_text("an older model")
    with pytest.raises(SystemExit, match="stopped: "):
        train_fashion_mnist.main(["--output", str(tmp_path)])
    assert (tmp_path / "fashion_mnist.model").read_text() == "an older model"


def test_ctrl_c_while_the_data_are_fetched_ends_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("modules.train_fashion_mnist.load_fashion_mnist", interrupt)
    with pytest.raises(SystemExit, match="stopped by Ctrl-C"):
        train_fashion_mnist.main(["--output", str(tmp_path)])


def test_a_second_ctrl_c_ends_with_a_sentence_and_the_model_is_kept(tmp_path, monkeypatch, few_pictures):
    monkeypatch.setattr("modules.model.Model.evaluate", interrupt)
    with pytest.raises(SystemExit, match="stopped by Ctrl-C"):
        train_fashion_mnist.main(["--epochs", "1", "--output", str(tmp_path)])
    assert (tmp_path / "fashion_mnist.model").exists()


@pytest.mark.parametrize("error", [BrokenPipeError(32, "Broken pipe"), OSError(28, "No space left on device")])
def test_what_fails_after_the_training_ends_with_a_sentence(error, tmp_path, monkeypatch, few_pictures):
    """In `... | tee log`, Ctrl-C ends tee as well, and the next line that is printed is an error."""
    def fails(*arguments):
        raise error

    monkeypatch.setattr("modules.model.Model.evaluate", fails)
    with pytest.raises(SystemExit, match=r"stopped: .*model and pictures belong in"):
        train_fashion_mnist.main(["--epochs", "1", "--output", str(tmp_path)])
    assert (tmp_path / "fashion_mnist.model").exists()


def interrupt(*arguments):
    raise KeyboardInterrupt


def close_pipe(*arguments):
    raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize("program, name", [(train_convolution, "convolution"), (train_recurrence, "recurrence")])
def test_the_other_programs_train_their_networks_on_pictures_of_their_shape(program, name, tmp_path, few_pictures):
    program.main(["--epochs", "1", "--output", str(tmp_path)])
    assert (tmp_path / f"{name}.model").exists()
