"""The rightmost eigenvalues of the backward operator, by Arnoldi's method.

Near a solution the backward equation reads dV/dtau = G'(V) dV, tau months before a far date. Constants are eigenvectors
with eigenvalue -rho_i whatever the play; they are divided out, so that what is left are the eigenvalues of values
relative to one another. Small games are done densely. On large ones the Krylov space of G' is searched for the Ritz
values furthest to the right, started afresh from their vectors until the first is settled: its residual is small
against its distance from zero. A fixed seed makes it repeatable.
Reference: Saad, Numerical Methods for Large Eigenvalue Problems, 2nd ed., 6.2 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.krylov import orthogonalise

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats

DENSE = 300  # unknowns up to which all eigenvalues are computed
WIDTH = 60  # vectors in a Krylov space
SETTLED = 0.25  # residual over distance from zero


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues of the backward operator with the largest real parts, per month, constants left out."""

    values: tuple[complex, ...]
    settled: bool  # whether the first is known well enough to tell its sign
    products: int

    @property
    def index(self) -> int:
        """How many of them are real and not left of zero."""
        return sum(1 for value in self.values if value.imag == 0.0 and value.real >= 0.0)

    @property
    def stable(self) -> bool:
        """Whether all lie left of zero: backward induction from a far date settles on the solution."""
        return all(value.real < 0.0 for value in self.values)


def rightmost(slope: Derivative, value: Floats, count: int = 4, cycles: int = 4, seed: int = 0) -> Spectrum:
    """The first ``count`` eigenvalues of G'; ``value``, being smooth, helps to start from."""
    if slope.shape[0] * slope.shape[1] <= DENSE:
        return _dense(slope, count)
    noise = np.random.default_rng(seed).normal(size=value.shape)
    start = _relative(value) / (np.linalg.norm(_relative(value)) + np.finfo(float).tiny) + noise / np.linalg.norm(noise)
    products, values, settled = 0, np.zeros(0, complex), False
    for _ in range(cycles):
        values, settled, start, used = _cycle(slope, start)
        products += used
        if settled:
            break
    return Spectrum(tuple(complex(v) for v in values[:count]), settled, products)


def _cycle(slope: Derivative, start: Floats) -> tuple[np.ndarray, bool, Floats, int]:
    """One Krylov space: Ritz values known to some digits, whether the first is settled, a better start, the cost."""
    shape = start.shape
    basis = np.empty((WIDTH + 1, start.size))
    first = _relative(start).reshape(-1)
    basis[0] = first / np.linalg.norm(first)
    upper = np.zeros((WIDTH + 1, WIDTH))
    for j in range(WIDTH):
        image = _relative(slope(basis[j].reshape(shape))).reshape(-1)
        upper[: j + 2, j], basis[j + 1] = orthogonalise(basis[: j + 1], image)
        if j + 1 == WIDTH or upper[j + 1, j] == 0.0 or (j >= 29 and (j + 1) % 10 == 0):
            values, vectors, rest = _ritz(upper, j + 1)
            settled = bool(rest[0] <= SETTLED * abs(values[0].real))
            if settled or upper[j + 1, j] == 0.0:
                break
    better = (vectors[:, :3].sum(axis=1).real @ basis[: j + 1]).reshape(shape)
    known = rest <= 0.5 * np.abs(values)
    known[0] = True
    return values[known], settled, better, j + 1


def _ritz(upper: Floats, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ritz values from the right, their vectors of norm one, and the norms of their residuals."""
    values, vectors = np.linalg.eig(upper[:k, :k])
    order = np.lexsort((-values.imag, -values.real))
    values, vectors = values[order], vectors[:, order]
    return values, vectors, np.abs(upper[k, k - 1] * vectors[-1])


def _relative(value: Floats) -> Floats:
    out: Floats = value - value.mean(axis=0)
    return out


def _dense(slope: Derivative, count: int) -> Spectrum:
    """All eigenvalues of values relative to the first state."""
    states, actors = slope.shape
    kept = range(actors, states * actors)
    images = [slope(column.reshape(states, actors)) for column in np.eye(states * actors)[kept]]
    if not images:
        return Spectrum((), True, 0)
    matrix = np.stack([(image[1:] - image[0]).reshape(-1) for image in images], axis=1)
    if not np.isfinite(matrix).all():
        return Spectrum((), False, len(images))
    values = np.linalg.eigvals(matrix)
    values = values[np.lexsort((-values.imag, -values.real))]
    return Spectrum(tuple(complex(v) for v in values[:count]), True, len(images))
