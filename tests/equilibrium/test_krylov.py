"""Linear systems: solved to the tolerance asked for, or told how far."""

from __future__ import annotations

import numpy as np
import pytest

from detente.equilibrium.krylov import gmres


def system(size: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    matrix = np.diag(rng.uniform(0.01, 2.0, size)) + 0.05 * rng.normal(size=(size, size)) / np.sqrt(size)
    return matrix, rng.normal(size=(size // 3, 3))


@pytest.mark.parametrize("tolerance", [1e-2, 1e-6, 1e-12])
def test_reaches_the_tolerance_in_double_precision(tolerance: float) -> None:
    matrix, right = system()

    def apply(x: np.ndarray) -> np.ndarray:
        return (matrix @ x.ravel()).reshape(x.shape)

    solved = gmres(apply, right, lambda r: r, tolerance, restart=30, most=3000)
    left = np.linalg.norm(right - apply(solved.x)) / np.linalg.norm(right)
    assert left <= 1.1 * tolerance
    assert solved.residual == pytest.approx(left, rel=0.2)


def test_says_how_far_it_came() -> None:
    matrix, right = system()
    solved = gmres(lambda x: (matrix @ x.ravel()).reshape(x.shape), right, lambda r: r, 1e-10, restart=5, most=10)
    assert 1e-10 < solved.residual < 1.0
    assert solved.products <= 12


def test_nothing_and_no_number_on_the_right() -> None:
    nothing = gmres(lambda x: x, np.zeros((2, 2)), lambda r: r, 1e-8)
    assert nothing.residual == 0.0
    assert gmres(lambda x: x, np.full((2, 2), np.nan), lambda r: r, 1e-8).residual == np.inf
    assert not np.isfinite(gmres(lambda x: x * np.nan, np.ones((2, 2)), lambda r: r, 1e-8).residual)
