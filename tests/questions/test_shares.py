"""First-order shares against the closed form of Ishigami and Homma's function, and against what they mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from detente.questions.shares import first_order, noise


def ishigami(x, a=7.0, b=0.1):
    """Ishigami and Homma 1990: sin x1 + a sin^2 x2 + b x3^4 sin x1, x on (-pi, pi)."""
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def exact(a=7.0, b=0.1):
    first, second = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8
    third = 8 * b**2 * np.pi**8 / 225
    return np.array([first, second, 0.0, 0.0]) / (first + second + third)


@pytest.mark.parametrize(("count", "tolerance"), [(256, 0.05), (1024, 0.01), (4096, 0.003)])
@pytest.mark.parametrize("seed", [0, 1])
def test_ishigami(count, tolerance, seed):
    u = qmc.Sobol(4, rng=np.random.default_rng(seed)).random(count)
    x = np.pi * (2 * u - 1)
    assert first_order(x, ishigami(x)) == pytest.approx(exact(), abs=tolerance)


@given(st.integers(0, 1000), st.floats(-50, 50), st.floats(0.01, 100))
def test_units_and_monotone_changes_of_inputs_do_not_matter(seed, shift, scale):
    rng = np.random.default_rng(seed)
    x, e = rng.normal(size=(64, 3)), rng.normal(size=64)
    y = x[:, 0] + 0.3 * e
    found = first_order(x, y)
    assert first_order(np.exp(x), shift + scale * y) == pytest.approx(found, abs=1e-9)
    assert first_order(x[:, [2, 0, 1]], y) == pytest.approx(found[[2, 0, 1]])


def test_what_does_nothing_shows_noise_only():
    rng = np.random.default_rng(5)
    found = np.mean([first_order(rng.random((200, 8)), rng.random(200)) for _ in range(40)])
    assert found == pytest.approx(noise(200), rel=0.15)


def test_a_constant_has_no_shares():
    assert np.isnan(first_order(np.ones((8, 2)), np.ones(8))).all()
