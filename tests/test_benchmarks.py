"""`make bench`: its tables and where it writes them. What it measures is measured there only."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch):
    """Imports a file of benchmarks/, whose scripts import each other by their bare names."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


@pytest.fixture
def growth(benchmark, monkeypatch, tmp_path):
    """Calls `growth` on made-up results, with tmp_path in place of benchmarks/."""
    measure, tables = benchmark("measure"), benchmark("chapter19.tables")
    monkeypatch.setattr(tables, "HERE", tmp_path)

    def call(write, trouble=None):
        results = {label: measure.Result() for label in (tables.OURS, tables.EAGER, tables.FUSED)}
        for seconds, result in enumerate(results.values(), start=1):
            result.reports = [{"32 16": seconds, "32 128": seconds, "128 16": seconds, "128 128": 2 * seconds}]
        results[tables.OURS].trouble = trouble
        monkeypatch.setattr(tables, "run_in_turns", lambda *arguments: results)
        return tables.growth(SimpleNamespace(rounds=1, data=tmp_path, write=write))
    return call


def test_growth_is_a_table_and_a_picture(growth, tmp_path):
    rows = growth(write=True).splitlines()
    assert rows[0] == "| hidden layers of | batch 16 | batch 128 |"
    assert rows[-1] == "| 128 neurons | 1,000,000 µs (0.50 / 0.33) | 2,000,000 µs (0.50 / 0.33) |"
    assert "neurons a hidden layer" in (tmp_path / "growth.svg").read_text(encoding="utf-8")


def test_no_write_leaves_the_picture_alone(growth, tmp_path):
    assert growth(write=False) and not (tmp_path / "growth.svg").exists()


def test_growth_says_why_there_is_no_table(growth, tmp_path):
    assert growth(write=True, trouble="stopped without a message") == "stopped without a message"
    assert not (tmp_path / "growth.svg").exists()


def test_a_ratio_is_taken_within_each_round(benchmark):
    ours, peer = benchmark("measure").Result(), benchmark("measure").Result()
    ours.reports = [{"seconds": seconds} for seconds in (1, 20, 3)]
    peer.reports = [{"seconds": seconds} for seconds in (2, 40, 3)]
    assert ours.ratio(peer, "seconds") == 0.5


def test_a_missing_package_is_named_instead_of_a_traceback(benchmark):
    explain = benchmark("measure").explain
    assert explain("Traceback ...\nModuleNotFoundError: No module named 'torch'\n") == "torch is not installed"
    assert explain("") == "stopped without a message"


def test_each_group_has_its_place_in_the_readme(benchmark, monkeypatch, tmp_path):
    report, run = benchmark("report"), benchmark("run")
    copy = tmp_path / "README.md"
    text = report.README.read_text(encoding="utf-8")
    copy.write_text(text, encoding="utf-8")
    monkeypatch.setattr(report, "README", copy)
    for name in run.GROUPS:
        report.write_section(name, "| new |")
    assert copy.read_text(encoding="utf-8").count("| new |") == len(run.GROUPS)
    with pytest.raises(ValueError, match="add the lines <!-- unknown -->"):
        report.write_section("unknown", "")
