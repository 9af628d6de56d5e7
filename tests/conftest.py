"""What all tests share: every test starts from the same random numbers, and closes its figures."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def same_random_numbers():
    np.random.seed(0)


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.fixture
def rng():
    return np.random.default_rng(1)
