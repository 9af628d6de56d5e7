"""The points of the book, drawn in the same order as the `nnfs` package draws them."""

import subprocess
import sys

import numpy as np
import pytest

from modules.datasets import sine_data, spiral_data, vertical_data


@pytest.mark.parametrize(("function", "sizes"), [
    (spiral_data, (100, 3)), (spiral_data, (7, 2)), (spiral_data, (1, 1)),
    (vertical_data, (100, 3)), (vertical_data, (7, 5)), (sine_data, ()), (sine_data, (10,))])
def test_points_are_those_of_the_nnfs_package(function, sizes):
    theirs = pytest.importorskip("nnfs.datasets")
    np.random.seed(0)
    X, y = function(*sizes)
    following = np.random.rand()
    np.random.seed(0)
    X_theirs, y_theirs = getattr(theirs, function.__name__)(*sizes)
    np.testing.assert_array_equal(X, X_theirs)
    np.testing.assert_array_equal(y, y_theirs)
    assert following == np.random.rand(), "as many numbers are drawn, so what comes after is the same too"


@pytest.mark.parametrize("function", [spiral_data, vertical_data])
def test_shapes_and_types(function):
    X, y = function(20, 4)
    assert X.shape == (80, 2) and X.dtype == np.float64
    assert y.shape == (80,) and y.dtype.kind == "i"
    np.testing.assert_array_equal(np.bincount(y), [20] * 4)


def test_sine_is_one_period():
    X, y = sine_data(1000)
    assert X.shape == y.shape == (1000, 1)
    assert X[0] == 0 and X[-1] == 0.999
    assert y[250] == 1 and abs(y[500]) < 1e-12


def test_same_seed_same_points_and_arms_start_at_the_origin():
    np.random.seed(3)
    first, _ = spiral_data(50, 3)
    np.random.seed(3)
    np.testing.assert_array_equal(first, spiral_data(50, 3)[0])
    np.testing.assert_array_equal(first[::50], np.zeros((3, 2)))


@pytest.mark.parametrize(("call", "name"), [
    (lambda: spiral_data(0, 3), "samples"), (lambda: spiral_data(100, 0), "classes"),
    (lambda: vertical_data(-5, 3), "samples"), (lambda: vertical_data(10, 2.5), "classes"),
    (lambda: sine_data(0), "samples")])
def test_impossible_sizes_are_named(call, name):
    with pytest.raises(ValueError, match=f"{name} is the number of .* at least 1: given"):
        call()


def test_importing_the_data_loads_no_heavy_library():
    heavy = ("cv2", "pooch", "matplotlib", "requests")
    program = f"import sys, modules.datasets; print([name for name in {heavy} if name in sys.modules])"
    # -c in the repository's root, without the matplotlib that `import modules` may bring in by itself.
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
