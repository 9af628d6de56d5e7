"""What is printed while a model trains, and the progress bar."""

from types import SimpleNamespace

from modules.training import TrainingLog

OPTIMIZER = SimpleNamespace(current_learning_rate=0.1)


def run(log, epochs, steps):
    with log:
        for epoch in range(1, epochs + 1):
            log.begin_epoch(epoch)
            for step in range(steps):
                log.end_step(step, accuracy=0.5, data_loss=1.0, regularization_loss=0.25)
            log.end_epoch(0.5, 1.0, 0.25, None)


def test_a_line_every_so_many_steps_and_after_the_last(capsys):
    run(TrainingLog(OPTIMIZER, 1, 5, print_every=3, progress=False), 1, 5)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch: 1", "step: 0", "step: 3", "step: 4", "training"]
    assert lines[1] == "step: 0, acc: 0.500, loss: 1.250 (data_loss: 1.000, reg_loss: 0.250), lr: 0.1"


def test_the_bar_counts_the_steps_of_all_epochs_and_is_closed(capsys):
    log = TrainingLog(OPTIMIZER, 2, 5, print_every=None, progress=True)
    run(log, 2, 5)
    assert (log.bar.n, log.bar.total) == (10, 10) and log.bar.desc.startswith("epoch 2/2")
    assert log.bar.disable, "closed"
    assert capsys.readouterr().out == ""


def test_without_a_console_there_is_no_bar(monkeypatch):
    """Programs that Windows starts without a window have no stderr."""
    monkeypatch.setattr("sys.stderr", None)
    assert TrainingLog(OPTIMIZER, epochs=1, steps=1, print_every=None, progress=None).bar is None
