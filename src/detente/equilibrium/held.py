"""An approximate inverse of the derivative with play held, ``A - rho_i``: what preconditions every linear system here.

With play held all actors' values move along one Markov process, so one sparse matrix in single precision serves all of
them. Two things are done. The constant part, on which A - rho is as small as rho and which plain iterations hardly
move, is taken out exactly, actor by actor. What remains goes through a few Chebyshev steps on the matrix scaled by its
diagonal, the rate at which the process leaves each state. Everything is linear and cheap: four sparse products.

Measured (21 thousand states, 8 actors): a Newton system to 1e-2 takes 3 to 15 products instead of 50 to 160 with the
diagonal alone, and a tenth of the time. Incomplete factors gained less; coarse spaces of slow factors or slow modes,
little more.
Reference: Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 12.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats

STEPS = 5  # odd: then no real eigenvalue of (A - rho) times this is negative
LOW, HIGH = 0.3, 1.6  # the part of the scaled spectrum, within [0, 2], that the Chebyshev steps are made for


def _polynomial() -> list[np.float32]:
    """q of degree STEPS - 1 with 1 - x q(x) = T(y) / T(y at 0), y = (LOW + HIGH - 2 x) / (HIGH - LOW); lowest first."""
    y = np.polynomial.Polynomial([(LOW + HIGH) / (HIGH - LOW), -2.0 / (HIGH - LOW)])
    left = np.polynomial.Chebyshev.basis(STEPS).convert(kind=np.polynomial.Polynomial)(y)
    return [np.float32(c) for c in -left.coef[1:] / left.coef[0]]


POLYNOMIAL = _polynomial()


class Held:
    """Approximately the inverse of ``A - rho``, on (S, N) arrays; ``rho`` per column, months to the minus one."""

    def __init__(self, generator: Any, rho: Floats):
        leave = generator.diagonal() - float(np.mean(rho))
        scaled = generator.data / np.repeat(leave, np.diff(generator.indptr))
        self._matrix = sp.csr_array((scaled.astype(np.float32), generator.indices, generator.indptr), generator.shape)
        self._matrix.setdiag(1.0)
        self._leave = np.repeat((1.0 / leave).astype(np.float32), len(rho)).reshape(-1, len(rho))
        self._fading = (-rho / leave[:, None]).astype(np.float32)  # of a constant, at each state, after scaling
        total = self._fading.sum(axis=0, dtype=np.float64)
        self._constant = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0.0)

    def __call__(self, right: Any) -> Any:
        """x with (A - rho) x near ``right``, in single precision."""
        rest = np.multiply(right, self._leave, dtype=np.float32)
        constant = (np.einsum("si->i", rest) * self._constant).astype(np.float32)
        rest -= constant * self._fading
        out = self._chebyshev(rest)
        out += constant
        return out

    def _chebyshev(self, rest: Any) -> Any:
        """The polynomial in the scaled matrix, by Horner's rule."""
        out, term = POLYNOMIAL[-1] * rest, np.empty_like(rest)
        for share in POLYNOMIAL[-2::-1]:
            out = self._matrix @ out
            np.multiply(rest, share, out=term)
            out += term
        return out
