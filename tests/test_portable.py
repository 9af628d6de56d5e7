"""`make portable`: what it finds on this machine, and that a notebook which prints something else makes it fail."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools import interpreters, portable, surroundings
from tools.interpreters import ROOT, NotHere


def test_the_bounds_are_read_from_the_projects_own_files():
    assert interpreters.oldest_python() == (3, 11)
    constraints = interpreters.oldest_packages()
    assert "numpy==2.0.*" in constraints and "opencv-python-headless==4.13.*" in constraints


def test_this_interpreter_is_installed():
    assert interpreters.installed()[sys.version_info[:2]] == sys.executable


def test_another_python_is_refused_when_it_is_not_installed():
    with pytest.raises(NotHere, match="no Python 3.99 is installed"):
        interpreters.environment((3, 99))


@pytest.mark.parametrize("dispatch, switched_off", [
    (["SSE42", "AVX", "F16C", "FMA3", "AVX2", "AVX512F", "AVX512_SPR"], "AVX2 AVX512F"),
    (["X86_V3", "X86_V4", "AVX512_SPR"], "X86_V3 X86_V4")], ids=["NumPy 2.0", "NumPy 2.4"])
def test_no_avx2_names_only_what_numpy_and_the_cpu_have(dispatch, switched_off, monkeypatch):
    found = {"dispatch": dispatch, "features": ["SSE42", "AVX", "FMA3", "AVX2", "AVX512F", "X86_V3", "X86_V4"]}
    monkeypatch.setattr(surroundings, "probe", lambda python: found)
    assert surroundings.without_avx2()[1]["NPY_DISABLE_CPU_FEATURES"] == switched_off


def test_a_cpu_without_avx2_is_left_out(monkeypatch):
    monkeypatch.setattr(surroundings, "probe", lambda python: {"dispatch": ["ASIMDHP", "SVE"], "features": ["ASIMDHP"]})
    with pytest.raises(NotHere):
        surroundings.without_avx2()
    with pytest.raises(NotHere, match="AVX2"):
        surroundings.core_type("Haswell", "AVX2")


def printing(source, stored, count):
    return new_code_cell(source, outputs=[new_output("stream", name="stdout", text=stored)], execution_count=count)


def test_a_cell_that_prints_something_else_fails_with_the_difference(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(portable, "ROOT", tmp_path)
    path = tmp_path / "chapter02_neurons" / "neurons.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=[
        printing("import os; print(os.environ['OPENBLAS_NUM_THREADS'])", "2\n", 1),
        printing("open('left.txt', 'w').close(); print(0.5)", "0.4\n", 2)]), path)
    assert portable.main(["--only", "threads-2"]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"1 notebooks\nthreads-2 +FAILED +\d+ s  Python [\d.]+, NumPy [\d.]+\n", printed)
    assert "left behind: chapter02_neurons/left.txt" in printed
    assert re.findall("FAILED .*::Cell .", printed) == ["FAILED chapter02_neurons/neurons.ipynb::Cell 1"]
    assert "'0.4\\n' == '0.5\\n'" in printed
    assert printed.endswith("0 of 1 surroundings passed; threads-2 FAILED\n")


def test_a_pattern_that_matches_nothing_is_refused(capsys):
    with pytest.raises(SystemExit):
        portable.main(["--notebooks", "chapter99*/*.ipynb"])
    assert "no notebook matches chapter99" in capsys.readouterr().err


def test_the_same_surrounding_is_not_run_twice(monkeypatch):
    runs = []
    monkeypatch.setattr(portable, "run_notebooks", lambda *arguments: runs.append(arguments) or [])
    monkeypatch.setitem(surroundings.SURROUNDINGS, "again", surroundings.SURROUNDINGS["default"])
    done = {}
    assert portable.run("default", ["x.ipynb"], 1, done)[0] == "passed"
    assert portable.run("again", ["x.ipynb"], 1, done) == ("passed", "the same as default")
    assert len(runs) == 1


def test_what_this_machine_cannot_offer_is_left_out_without_failing(monkeypatch, capsys):
    def missing():
        raise NotHere("no such CPU")

    monkeypatch.setitem(surroundings.SURROUNDINGS, "default", missing)
    assert portable.run("default", [], 1, {}) == ("left out", "no such CPU")
    assert portable.summarise({"default": "left out", "haswell": "passed"}) == 0
    assert "1 of 2 surroundings passed; default left out" in capsys.readouterr().out


def test_an_environment_of_another_copy_of_the_project_is_made_anew(tmp_path, monkeypatch):
    made = []

    def pretend(command, **options):
        made.append(command)
        if "venv" in command:
            python = Path(command[-1], "Scripts/python.exe" if os.name == "nt" else "bin/python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()

    monkeypatch.setattr(interpreters, "installed", lambda: {(3, 11): "python3.11"})
    monkeypatch.setattr(interpreters.subprocess, "run", pretend)
    for name in ("one", "one", "other"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for file in ("requirements.txt", "pyproject.toml"):
            (folder / file).write_text("")
        monkeypatch.setattr(interpreters, "ROOT", folder)
        monkeypatch.setattr(interpreters, "ENVIRONMENTS", folder / ".venv-portable")
        if name == "other":
            shutil.copytree(tmp_path / "one" / ".venv-portable", folder / ".venv-portable")
        interpreters.environment((3, 11))
    assert len(made) == 4, "made for one, kept for one, made anew for the other: two commands each time"
    Path(interpreters.environment((3, 11))).unlink()
    interpreters.environment((3, 11))
    assert len(made) == 6, "made anew where the interpreter has gone"


@pytest.mark.parametrize("deaths", [0, 2])
def test_a_kernel_that_dies_before_its_first_cell_is_started_again(request, deaths):
    patient = request.config.pluginmanager.getplugin(str(ROOT / "conftest.py")).patient
    calls = []

    def start(*arguments, **options):
        calls.append((arguments, options))
        if len(calls) <= deaths:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return "manager", "client"

    assert patient(start)(60, cwd=".") == ("manager", "client")
    assert calls == [((60,), {"cwd": "."})] * (deaths + 1)


def test_a_kernel_that_never_lives_is_reported(request):
    patient = request.config.pluginmanager.getplugin(str(ROOT / "conftest.py")).patient

    def start():
        raise RuntimeError("Kernel died before replying to kernel_info")

    with pytest.raises(RuntimeError, match="died"):
        patient(start)()


def test_notebooks_are_started_patiently(request):
    if not request.config.pluginmanager.hasplugin("nbval"):
        pytest.skip("runs notebooks with nbval only")
    import nbval.kernel
    assert nbval.kernel.start_new_kernel.__qualname__.startswith("patient.")


def test_surroundings_are_what_their_names_say(monkeypatch):
    monkeypatch.setattr(surroundings, "environment", lambda version, oldest=False: (version, oldest))
    monkeypatch.setattr(surroundings, "installed", lambda: {(3, 12): "", (3, 14): "", (3, 11): ""})
    monkeypatch.setattr(surroundings, "probe", lambda python: {"dispatch": ["AVX2"], "features": ["SSE42", "AVX2"]})
    found = {name: surrounding() for name, surrounding in surroundings.SURROUNDINGS.items()}
    one, two = (dict.fromkeys(surroundings.THREADS, count) for count in "12")
    assert found == {
        "default": (sys.executable, {}),
        "threads-1": (sys.executable, one),
        "threads-2": (sys.executable, two),
        "haswell": (sys.executable, one | {"OPENBLAS_CORETYPE": "Haswell"}),
        "nehalem": (sys.executable, one | {"OPENBLAS_CORETYPE": "Nehalem"}),
        "no-avx2": (sys.executable, one | {"NPY_DISABLE_CPU_FEATURES": "AVX2"}),
        **{f"rounding-{way}": (sys.executable, one | {"PYTHONPATH": str(ROOT / "tools" / "rounding"), "ROUNDING": way})
           for way in "123"},
        "packages-oldest": (((3, 11), True), one),
        "packages-newest": ((sys.version_info[:2], False), one),
        "python-oldest": (((3, 11), False), one),
        "python-newest": (((3, 14), False), one),
    }


def test_rounding_changes_the_last_digit_of_some_draws_and_keeps_equal_draws_equal():
    code = ("import numpy as np; np.random.seed(0); once = np.random.randn(1000); np.random.seed(0); "
            "print(np.array_equal(np.random.randn(10, 100).ravel(), once)); "
            "plain = np.random.RandomState(0).randn(1000); print(np.sum(once == plain)); "
            "print(np.all((once == plain) | (once == np.nextafter(plain, np.inf)))); print(type(np.random.normal()))")
    unchanged = []
    for way in range(1, 4):
        python, variables = surroundings.rounding(way)
        printed = subprocess.check_output([python, "-c", code], env=os.environ | variables, text=True)
        same, count, small, kind = printed.splitlines()
        assert (same, small, kind) == ("True", "True", "<class 'float'>")
        unchanged.append(int(count))
    assert all(400 < count < 600 for count in unchanged) and len(set(unchanged)) == 3


@pytest.mark.parametrize("oldest, name", [(True, "python3.12-packages-oldest"), (False, "python3.12-packages-newest")])
def test_an_environment_gets_the_python_and_the_packages_asked_for(oldest, name, tmp_path, monkeypatch):
    commands = []
    monkeypatch.setattr(interpreters, "installed", lambda: {(3, 12): "python3.12"})
    monkeypatch.setattr(interpreters, "ROOT", tmp_path)
    monkeypatch.setattr(interpreters, "ENVIRONMENTS", tmp_path / ".venv-portable")
    for file in ("requirements.txt", "pyproject.toml"):
        (tmp_path / file).write_text(
            "numpy>=2.0\njupyter\n# a remark\n\npillow>=10.4.1; sys_platform != 'x'\npooch>=1.8; sys_platform == 'x'\n")

    def pretend(command, **options):
        commands.append(command)
        (tmp_path / ".venv-portable" / name).mkdir(exist_ok=True)

    monkeypatch.setattr(interpreters.subprocess, "run", pretend)
    python = interpreters.environment((3, 12), oldest)
    folder = tmp_path / ".venv-portable" / name
    assert Path(python).is_relative_to(folder)
    assert commands[0] == ["python3.12", "-m", "venv", "--clear", str(folder)]
    assert commands[1][:4] == [python, "-m", "pip", "install"]
    if oldest:
        assert commands[1][-4:-1] == ["-e", ".[test]", "--constraint"]
        assert Path(commands[1][-1]).read_text() == "numpy==2.0.*\npillow==10.4.*"
    else:
        assert commands[1][-2:] == ["-e", ".[test]"]

    for file in ("requirements.txt", "pyproject.toml"):
        Path(python).parent.mkdir(parents=True, exist_ok=True)
        Path(python).touch()
        before = len(commands)
        interpreters.environment((3, 12), oldest)
        assert len(commands) == before, "kept while nothing changes"
        (tmp_path / file).write_text("changed")
        interpreters.environment((3, 12), oldest)
        assert len(commands) == before + 2, f"made anew with a new {file}"


def test_numpy_is_asked_what_it_has_with_nothing_switched_off(monkeypatch):
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "AVX2")
    seen = []

    def pretend(command, **options):
        seen.append(options["env"])
        return subprocess.CompletedProcess(command, 0, "{}", "")

    monkeypatch.setattr(interpreters.subprocess, "run", pretend)
    assert interpreters.probe.__wrapped__("python") == {}
    assert "NPY_DISABLE_CPU_FEATURES" not in seen[0] and "PATH" in seen[0]


def test_notebooks_run_with_the_surroundings_own_variables_only(tmp_path, monkeypatch):
    calls = []

    def pretend(command, **options):
        calls.append((command, options["env"]))
        return subprocess.CompletedProcess(command, 0, "", "")

    for name in surroundings.INHERITED:
        monkeypatch.setenv(name, "7")
    monkeypatch.setenv("FASHION_MNIST_DIR", "kept")
    monkeypatch.setattr(portable, "ROOT", tmp_path)
    monkeypatch.setattr(portable.subprocess, "run", pretend)
    assert portable.run_notebooks("python", {"OMP_NUM_THREADS": "2"}, ["x.ipynb"], 1) == []
    assert portable.run_notebooks("python", {}, ["x.ipynb"], 3) == []
    (command, environment), (several, plain) = calls
    assert {name: environment.get(name) for name in surroundings.INHERITED} == (
        dict.fromkeys(surroundings.INHERITED) | {"OMP_NUM_THREADS": "2"})
    assert not set(surroundings.INHERITED) & set(plain) and plain["FASHION_MNIST_DIR"] == "kept"
    assert "-n" not in command and several[-3:] == ["-n", "3", "x.ipynb"]


def test_surroundings_that_differ_in_anything_are_both_run(monkeypatch):
    runs, done = [], {}
    found = {"python": "3.11.1", "numpy": "2.0.1", "others": ["4.13.0"]}
    monkeypatch.setattr(portable, "probe", lambda python: found)
    monkeypatch.setattr(portable, "run_notebooks", lambda *arguments: runs.append(arguments) or [])
    for name, change in (("default", {}), ("threads-1", {}), ("threads-2", {}), ("default", {"numpy": "2.4.0"}),
                         ("default", {"python": "3.14.0"}), ("default", {"others": ["5.0.0"]})):
        found.update(change)
        assert not portable.run(name, ["x.ipynb"], 1, done)[1].startswith("the same as")
    assert len(runs) == 6


def test_an_environment_that_cannot_be_made_fails_with_the_last_lines_of_pip(monkeypatch):
    def broken():
        raise subprocess.CalledProcessError(1, "pip", output="", stderr="one\ntwo\nthree\nno such version\n")

    monkeypatch.setitem(surroundings.SURROUNDINGS, "default", broken)
    assert portable.run("default", [], 1, {}) == (
        "FAILED", "it could not be made\n    two\n    three\n    no such version")


def test_only_what_is_asked_for_is_run(monkeypatch, capsys):
    names = []
    monkeypatch.setattr(portable, "run", lambda name, *rest: names.append(name) or ("passed", ""))
    assert portable.main(["--only", "threads-2", "--only", "default"]) == 0
    assert names == ["threads-2", "default"]
    assert portable.main([]) == 0
    assert names[2:] == list(surroundings.SURROUNDINGS)
