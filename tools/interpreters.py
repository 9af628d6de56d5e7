"""Python interpreters: which are installed here, and separate environments in .venv-portable/ for other versions.

An environment is made once, with what requirements.txt and the `test` extra ask for, and again when those change.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".venv-portable"
PROBE = """
import json, platform, cv2, matplotlib, numpy
from numpy._core._multiarray_umath import __cpu_dispatch__ as dispatch, __cpu_features__ as features
print(json.dumps({"python": platform.python_version(), "numpy": numpy.__version__, "dispatch": list(dispatch),
                  "others": [cv2.__version__, matplotlib.__version__],
                  "features": [name for name, present in features.items() if present]}))
"""


class NotHere(Exception):
    """What this machine cannot offer, and why."""


@cache
def probe(python):
    """An interpreter's versions, and the dispatch targets and CPU features that its NumPy reports."""
    variables = {name: value for name, value in os.environ.items() if name != "NPY_DISABLE_CPU_FEATURES"}
    run = subprocess.run([python, "-c", PROBE], capture_output=True, text=True, check=True, env=variables)
    return json.loads(run.stdout)


@cache
def installed():
    """Version, for example (3, 11), to path: this interpreter, those on PATH, those of pyenv."""
    candidates = [sys.executable, *(shutil.which(f"python3.{minor}") for minor in range(11, 40))]
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True).stdout.strip()
        candidates += sorted(map(str, Path(root).glob("versions/3.*/bin/python")))
    found = {}
    for candidate in filter(None, candidates):
        command = [candidate, "-c", "import sys; print(*sys.version_info[:2], sys.version_info.releaselevel)"]
        run = subprocess.run(command, capture_output=True, text=True)
        if match := re.fullmatch(r"3 (\d+) final\n", run.stdout):
            found.setdefault((3, int(match[1])), candidate)
    return found


def oldest_python():
    """The oldest version that pyproject.toml supports."""
    bound = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    return tuple(map(int, re.search(r">=\s*(\d+)\.(\d+)", bound).groups()))


def oldest_packages():
    """The oldest release series that requirements.txt supports, as pip's constraints: `numpy==2.0.*`, ..."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return [f"{requirement.name}=={'.'.join(bound.version.split('.')[:2])}.*" for requirement in requirements
            if requirement.marker is None or requirement.marker.evaluate() for bound in requirement.specifier]


def environment(version, oldest=False):
    """The interpreter of an environment with this Python and the newest packages, or the oldest; made if need be.

    Raises `NotHere` where that Python is not installed, CalledProcessError when pip fails.
    """
    if version not in installed():
        raise NotHere(f"no Python {version[0]}.{version[1]} is installed")
    folder = ENVIRONMENTS / f"python{version[0]}.{version[1]}-packages-{'oldest' if oldest else 'newest'}"
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    # The folder is part of the record: what was made in another copy of this project runs that copy's modules.
    contents = "\n".join([str(ROOT), *((ROOT / name).read_text(encoding="utf-8")
                                       for name in ("requirements.txt", "pyproject.toml"))])
    record = folder / "contents.txt"
    if not (Path(python).exists() and record.exists() and record.read_text(encoding="utf-8") == contents):
        print(f"making {folder.relative_to(ROOT)}", flush=True)
        ENVIRONMENTS.mkdir(exist_ok=True)
        (ENVIRONMENTS / ".gitignore").write_text("*\n")
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", ".[test]"]
        if oldest:
            constraints = ENVIRONMENTS / "oldest.txt"
            constraints.write_text("\n".join(oldest_packages()))
            pip += ["--constraint", str(constraints)]
        for command in ([installed()[version], "-m", "venv", "--clear", str(folder)], pip):
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        record.write_text(contents, encoding="utf-8")
    return python
