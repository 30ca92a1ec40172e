"""Eigenvalues of the backward operator: which way solutions nearby go, and whether the branch has folded.

Near a solution the backward equation reads dV/dtau = G'(V) dV, tau months before a far date. Constants are eigenvectors
with eigenvalue -rho_i whatever the play; they are divided out. :func:`rightmost` gives what is left furthest to the
right, by Arnoldi's method: they say whether backward induction settles on the solution, and how slowly.

On large games those eigenvalues lie within hundredths of zero and a Krylov space finds them slowly. The index needs
less. With P the fixed approximate inverse of G' with play held (:mod:`detente.equilibrium.held`), a real eigenvalue of
G' comes to zero exactly when one of G'P does, and those lie well apart: at default play all of them are right of zero
and near one, and one passes zero only where G' is singular, at a fold or a bifurcation. :func:`index` counts the real
ones of G'P left of zero. It has the parity of the number of real eigenvalues of G' right of zero, and is none as long
as none has crossed. An odd change means a crossing; an even one may be a complex pair that met on the real line. Small
games are done densely, from G' itself.
Reference: Saad, Numerical Methods for Large Eigenvalue Problems, 2nd ed., 6.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium.krylov import orthogonalise

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Problem

Complexes = np.ndarray[Any, np.dtype[np.complex128]]

DENSE = 100  # unknowns up to which all eigenvalues are computed
MOST = 160  # products that an index may take: 80 did not settle one of 234 thousand states
LEAST = 30  # products before an index may be settled: a start that happens to lack an eigenvector gains it by rounding
SETTLED = 0.3  # residual over distance from zero: the sign of an eigenvalue is known
SHARP = 0.1  # and its size, well enough to be told as it is


@dataclass(frozen=True)
class Index:
    """How many real eigenvalues of the backward operator lie right of zero."""

    count: int
    settled: bool  # whether those, and the nearest to crossing, are known well enough to tell their signs
    products: int


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues of the backward operator with the largest real parts, per month, constants left out."""

    values: tuple[complex, ...]
    settled: bool  # whether the first is known well enough to tell its sign
    products: int
    sharp: bool = True  # whether it is known well enough to tell its size


def relative(slope: Derivative) -> Floats:
    """G' on values relative to the first state, a matrix."""
    states, actors = slope.shape
    images = [slope(column.reshape(states, actors)) for column in np.eye(states * actors)[actors:]]
    if not images:
        return np.zeros((0, 0))
    return np.stack([(image[1:] - image[0]).reshape(-1) for image in images], axis=1)


def index(slope: Derivative, seed: int = 0) -> Index:
    """How many real eigenvalues of G' have crossed zero, counted on G'P; see the module's words."""
    if np.prod(slope.shape) <= DENSE:
        values = _dense(slope)
        finite = bool(np.isfinite(values).all())
        return Index(int(np.sum((values.imag == 0.0) & (values.real >= 0.0))), finite, len(values))
    start = np.random.default_rng(seed).normal(size=slope.shape)
    values, rest, used = _arnoldi(lambda v: slope(slope.approximate(v)), start, min(MOST, start.size), leftmost=True)
    crossed = (values.imag == 0.0) & (values.real <= 0.0)
    return Index(int(np.sum(crossed)), _settled(values, rest), used)


def index_of(problem: Problem, slope: Derivative) -> Index:
    """The index of a solution with this derivative, by products in single precision that the problem counts."""
    counted = index(slope.single())
    problem.sweeps += counted.products
    return counted


def rightmost(slope: Derivative, value: Floats, count: int = 4, most: int = 120, seed: int = 0) -> Spectrum:
    """The first ``count`` eigenvalues of G', or those that ``most`` products settle; ``value`` to start from.

    A constant is sent to the far left, not to zero, so that what rounding leaves of it is no eigenvalue near zero.
    """
    if np.prod(slope.shape) <= DENSE:
        return Spectrum(tuple(complex(v) for v in _dense(slope)[:count]), True, int(np.prod(slope.shape)))
    noise = np.random.default_rng(seed).normal(size=slope.shape)
    smooth = _centred(value) / max(float(np.linalg.norm(_centred(value))), np.finfo(float).tiny)
    start = smooth + noise / np.linalg.norm(noise)
    far = 2.0 * float(slope.generator.diagonal().min())

    def apply(change: Any) -> Any:
        out: Floats = slope(change)
        out += far * np.einsum("si->i", change) / len(change) - np.einsum("si->i", out) / len(out)
        return out

    values, rest, used = _arnoldi(apply, _centred(start), most, leftmost=False)
    known = np.cumprod(rest <= SETTLED * np.abs(values.real)).astype(bool)  # up to the first that is not
    known[0] = True
    told = tuple(complex(v) for v in values[known][:count])
    return Spectrum(told, _known(values[:1], rest[:1], SETTLED), used, _known(values[:1], rest[:1], SHARP))


def _arnoldi(apply: Callable[[Any], Any], start: Floats, most: int, leftmost: bool) -> tuple[Complexes, Floats, int]:
    """Ritz values from one end until the first is settled, the norms of their residuals, the products spent."""
    least = LEAST if leftmost else 15
    basis = np.empty((most + 1, start.size), dtype=np.float32)
    basis[0] = start.reshape(-1) / np.linalg.norm(start)
    upper = np.zeros((most + 1, most))
    for j in range(most):
        image = apply(basis[j].reshape(start.shape)).reshape(-1)
        upper[: j + 2, j], basis[j + 1] = orthogonalise(basis[: j + 1], image)
        if not np.isfinite(upper[: j + 2, j]).all():
            return np.array([complex(np.nan)]), np.array([np.inf]), j + 1
        if j + 1 == most or upper[j + 1, j] == 0.0 or (j + 1 >= least and j % 5 == 4):
            values, vectors = np.linalg.eig(upper[: j + 1, : j + 1])
            order = np.lexsort((-values.imag, values.real if leftmost else -values.real))
            rest = upper[j + 1, j] * np.abs(vectors[-1, order])
            values = values[order]
            enough = _settled(values, rest) if leftmost else _known(values[:1], rest[:1], SHARP)
            if enough or upper[j + 1, j] == 0.0:
                break
    return values, rest, j + 1


def _settled(values: Complexes, rest: Floats) -> bool:
    """Whether the signs of the real parts that are not right of zero, and of the first that is, are known."""
    looked = min(int(np.sum(values.real <= 0.0)) + 1, len(values))
    return _known(values[:looked], rest[:looked], SETTLED)


def _known(values: Complexes, rest: Floats, share: float) -> bool:
    """Whether all residuals are at most this share of the real parts."""
    return bool((rest <= share * np.abs(values.real)).all())


def _centred(value: Any) -> Any:
    return value - value.mean(axis=0)


def _dense(slope: Derivative) -> Complexes:
    """All eigenvalues of G' on values relative to the first state, from the right."""
    matrix = relative(slope)
    if not np.isfinite(matrix).all():
        return np.array([complex(np.nan)])
    values = np.linalg.eigvals(matrix).astype(np.complex128)
    return values[np.lexsort((-values.imag, -values.real))]
