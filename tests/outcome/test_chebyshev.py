"""Weights of the expansion in Chebyshev polynomials, and the bound on what is left out of it."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.special import ive

from detente.outcome.chebyshev import LONGEST, expansion

MEANS = np.array([0.0, 1e-6, 0.3, 2.0, 45.0, LONGEST])


def polynomials(chances: np.ndarray, x: np.ndarray, count: int) -> np.ndarray:
    """(count, S) T_n(P) x."""
    found = [x, chances @ x]
    while len(found) < count:
        found.append(2 * chances @ found[-1] - found[-2])
    return np.array(found)


def test_weights_are_bessel_functions():
    found = expansion(MEANS)
    n = np.arange(found.at.shape[1])
    wanted = np.where(n, 2, 1) * ive(n, MEANS[:, None])
    np.testing.assert_allclose(found.at, wanted, rtol=1e-11, atol=1e-290)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 30])
@pytest.mark.parametrize("mean", [0.3, 2.0, 45.0])
def test_those_over_time_are_their_integrals(n, mean):
    wanted = (2 if n else 1) * quad(lambda m: ive(n, m), 0, mean, epsabs=1e-14, epsrel=1e-12)[0]
    assert expansion(np.array([mean])).over[0, n] == pytest.approx(wanted, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("kind", ["random", "ring", "negative diagonal"])
@pytest.mark.parametrize("mean", [0.5, 8.0, 30.0])
def test_the_sums_are_exponentials_and_the_rest_is_no_more_than_its_bound(kind, mean):
    rng = np.random.default_rng(0)
    chances = np.roll(np.eye(7), 1, axis=0) if kind == "ring" else rng.dirichlet(np.ones(7), size=7).T
    if kind == "negative diagonal":
        chances = 0.4 * chances - 0.6 * np.eye(7)
    terms, x = expansion(np.array([mean])), rng.dirichlet(np.ones(7))
    powers = polynomials(chances, x, terms.at.shape[1])
    sizes = np.abs(powers).sum(axis=1)
    left = np.abs(expm(mean * (chances - np.eye(7))) @ x - np.cumsum(terms.at[0, :, None] * powers, axis=0)).sum(axis=1)
    rounding = 1e-14 * np.maximum.accumulate(terms.at[0] * sizes) + 1e-14
    assert (left[:-1] <= np.maximum(sizes[1:], sizes[:-1]) * terms.rest[1:] + rounding[:-1]).all()
    assert left.min() < 1e-9


def test_the_weights_of_all_terms_add_up_to_the_time():
    """On what never changes, P = 1, each polynomial is 1."""
    found = expansion(MEANS)
    np.testing.assert_allclose(found.at.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(found.over.sum(axis=1), MEANS, rtol=1e-9)


@pytest.mark.parametrize("mean", [1.0, 10.0, 45.0, LONGEST])
def test_the_bound_counts_all_that_can_matter(mean):
    """Against the sum over all terms, from exact integers of Pell and SciPy's Bessel functions."""
    found, many = expansion(np.array([mean])), 600
    n = np.arange(many)
    scaled = np.where(n, 2, 1) * ive(n, mean)
    over = np.where(n, 2, 1) * np.array([2 * ((n[k + 1 :] - k) * ive(n[k + 1 :], mean)).sum() for k in n])
    largest, pell = np.maximum(scaled, over), [1, 3]
    while len(pell) < many:
        pell.append(2 * pell[-1] + pell[-2])
    grown = np.array([float(one) for one in pell])
    cut = np.flatnonzero((found.rest > 1e-12) & (found.rest <= 1e-7))  # where sums are cut, or later
    assert len(cut) > 2
    whole = [float(largest[start:] @ grown[: many - start]) for start in cut]
    np.testing.assert_allclose(found.rest[cut], whole, rtol=0.01)
