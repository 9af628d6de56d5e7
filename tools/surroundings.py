"""The surroundings in which every notebook must print the same: BLAS threads, CPU paths, rounding, packages, Python.

Each is a function that returns (interpreter, environment variables), or raises `NotHere`.
"""

import sys
from functools import partial

from tools.interpreters import ROOT, NotHere, environment, installed, oldest_python, probe

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
#: Taken out of the environment first, so that a surrounding is what it says.
INHERITED = (*THREADS, "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "MPLBACKEND")
#: The dispatch target with AVX2, in NumPy up to 2.3 and from 2.4 on. Those after it in NumPy's list are wider.
AVX2_TARGETS = ("AVX2", "X86_V3")


def threads(count):
    """BLAS with this many threads."""
    return sys.executable, dict.fromkeys(THREADS, str(count))


def core_type(name, instructions):
    """OpenBLAS as on an older CPU, if this one understands its instructions."""
    if instructions not in probe(sys.executable)["features"]:
        raise NotHere(f"this CPU does not understand {instructions}")
    return sys.executable, dict.fromkeys(THREADS, "1") | {"OPENBLAS_CORETYPE": name}


def without_avx2():
    """NumPy without its code for AVX2 and later. Only targets that it has are named: it warns about others."""
    found = probe(sys.executable)
    first = next((place for place, name in enumerate(found["dispatch"]) if name in AVX2_TARGETS), None)
    targets = [] if first is None else [name for name in found["dispatch"][first:] if name in found["features"]]
    if not targets:
        raise NotHere("NumPy uses no AVX2 on this CPU")
    return sys.executable, dict.fromkeys(THREADS, "1") | {"NPY_DISABLE_CPU_FEATURES": " ".join(targets)}


def rounding(way):
    """NumPy draws numbers with other last digits: what a processor not at hand may make of a training run."""
    return sys.executable, dict.fromkeys(THREADS, "1") | {"PYTHONPATH": str(ROOT / "tools" / "rounding"),
                                                          "ROUNDING": str(way)}


def versions(find_python, oldest=False):
    """Another version of Python, with the newest packages or the oldest that requirements.txt supports."""
    return environment(find_python(), oldest), dict.fromkeys(THREADS, "1")


SURROUNDINGS = {
    "default": lambda: (sys.executable, {}),
    "threads-1": partial(threads, 1),
    "threads-2": partial(threads, 2),
    "haswell": partial(core_type, "Haswell", "AVX2"),
    "nehalem": partial(core_type, "Nehalem", "SSE42"),
    "no-avx2": without_avx2,
    "rounding-1": partial(rounding, 1),
    "rounding-2": partial(rounding, 2),
    "rounding-3": partial(rounding, 3),
    "packages-oldest": partial(versions, oldest_python, oldest=True),
    "packages-newest": partial(versions, lambda: sys.version_info[:2]),
    "python-oldest": partial(versions, oldest_python),
    "python-newest": partial(versions, lambda: max(installed())),
}
