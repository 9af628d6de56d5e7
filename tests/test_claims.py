"""The claims of the lessons: the file is sound, lessons quote what stands in it, the runner notices a broken one."""

import ast
import inspect
import re

import nbformat
import pytest
from notebook_file import LESSONS, ROOT, chapter_notebooks

from modules.claims import Claim, claim, read_claims
from tools import claims as runner

CLAIMS = read_claims()
FAIR = Claim("chapter01.fair", "A fair coin shows heads as often as tails.", "Share of heads", (0, 1, 2, 3, 4),
             minimum=0.4, maximum=0.6)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_whole(name):
    one = CLAIMS[name]
    assert re.fullmatch(r"chapter\d\d\.[a-z0-9_]+", name)
    assert int(name[7:9]) in LESSONS
    assert one.statement.endswith(".") and len(one.statement.split()) > 4 and one.value
    assert len(set(one.seeds)) == len(one.seeds) >= 5
    assert one.minimum is None or one.maximum is None or one.minimum < one.maximum


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_has_a_measure_that_says_what_it_measures(name):
    measure = runner.measure_of(name)
    assert list(inspect.signature(measure).parameters) == ["seed"] and measure.__doc__


def test_no_measure_is_left_without_its_claim():
    for path in (ROOT / "tools" / "claims_measures").glob("chapter*.py"):
        functions = [node.name for node in ast.parse(path.read_text(encoding="utf-8")).body
                     if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
        assert [f"{path.stem}.{name}" for name in functions if f"{path.stem}.{name}" not in CLAIMS] == []


def quoted_claims():
    """(path of the notebook, claim) wherever a notebook quotes one."""
    for path in chapter_notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                for name in re.findall(r"""\bclaim\(\s*["']([^"']*)""", cell.source):
                    yield path.relative_to(ROOT).as_posix(), name


def test_every_claim_that_is_quoted_stands_in_the_file():
    assert [(path, name) for path, name in quoted_claims() if name not in CLAIMS] == []


def test_every_claim_of_a_lesson_is_quoted_there():
    quoted = set(quoted_claims())
    lessons = {f"chapter{number:02}": path for number, path in LESSONS.items() if (ROOT / path).exists()}
    unquoted = [name for name in CLAIMS if (chapter := name.split(".")[0]) in lessons
                and (lessons[chapter], name) not in quoted]
    assert unquoted == [], "quote these in their lessons with claim(...), or take them out of modules/claims.toml"


@pytest.mark.parametrize("value, holds",
                         [(0.39, False), (0.4, True), (0.6, True), (0.61, False), (float("nan"), False)])
def test_holds_within_both_bounds(value, holds):
    assert FAIR.holds(value) is holds


def test_one_bound_may_be_missing():
    low, high = (Claim("chapter01.x", "S.", "Value", (0,), **bound) for bound in ({"minimum": 1}, {"maximum": 1}))
    assert low.holds(2) and not low.holds(0) and low.bounds == "at least 1"
    assert high.holds(0) and not high.holds(2) and high.bounds == "at most 1"


def test_a_claim_prints_as_a_lesson_quotes_it():
    assert str(FAIR) == ("A fair coin shows heads as often as tails.\n"
                         "Share of heads: between 0.4 and 0.6, for each of 5 seeds")


def test_an_unknown_claim_names_the_nearest():
    with pytest.raises(ValueError, match="no claim 'chapter10.decay_stals'.*chapter10.decay_stalls_sgd"):
        claim("chapter10.decay_stals")


@pytest.mark.parametrize("entries, named", [
    ("value = 'v'\nseeds = [0]\nminimum = 1", "statement"),
    ("statement = 'S.'\nvalue = 'v'\nseeds = [0]\nminimun = 1", "minimun"),
    ("statement = 'S.'\nvalue = 'v'\nseeds = [0]", "minimum or maximum")])
def test_a_claim_that_is_not_whole_is_refused(entries, named, tmp_path):
    path = tmp_path / "claims.toml"
    path.write_text(f"[chapter01.broken]\n{entries}\n")
    with pytest.raises(ValueError, match=f"chapter01.broken.*{named}"):
        read_claims(path)


def test_the_runner_passes_when_all_hold(capsys):
    assert runner.run([FAIR], lambda name: lambda seed: 0.5 + seed / 100) == 0
    text = capsys.readouterr().out
    assert re.search(r"chapter01.fair +0.5 +0.54 +between 0.4 and 0.6 +5 +\d+\.\d +holds\n1 of 1 claims hold\n", text)


def test_the_runner_names_the_seed_that_breaks_a_bound(capsys):
    sound = Claim("chapter01.sound", "S.", "Value", (0, 1), minimum=0)
    assert runner.run([FAIR, sound], lambda name: lambda seed: 0.7 if seed == 3 else 0.5) == 1
    text = capsys.readouterr().out
    assert "FAILS for seed 3 (0.7)" in text and "1 of 2 claims hold; not chapter01.fair" in text


def test_the_runner_takes_a_value_that_is_no_number_for_broken(capsys):
    assert runner.run([FAIR], lambda name: lambda seed: float("nan")) == 1


def test_only_some_claims_are_measured(capsys):
    assert runner.main(["--only", "chapter05.untrained"]) == 0
    assert "1 of 1 claims hold" in capsys.readouterr().out


def test_a_claim_is_found_by_its_name_and_all_are_named_where_none_is_near():
    name = next(iter(CLAIMS))
    assert claim(name) == CLAIMS[name]
    with pytest.raises(ValueError, match=f"The nearest are: .*{name}"):
        claim("?")


def test_the_beginning_of_a_name_chooses_claims_and_their_verdict_is_the_status(monkeypatch):
    chosen = []
    monkeypatch.setattr(runner, "run", lambda claims: chosen.extend(claims) or 7)
    assert runner.main(["--only", "chapter05"]) == 7
    assert [claim.name for claim in chosen] == [name for name in CLAIMS if name.startswith("chapter05")] != []
    with pytest.raises(SystemExit):
        runner.main(["--only", "untrained"])
