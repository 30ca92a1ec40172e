"""Flexible GMRES for the linear systems of Newton's method: restarted, right-preconditioned, matrix-free.

Solves ``J x = b`` for b of shape (S, N). The Krylov space is kept in single precision, which halves its traffic, most
of the cost next to J's own; products and residuals are in double precision, and a space is closed and a new one begun
from the true residual before single precision could be felt. Orthogonalisation is classical Gram-Schmidt, done twice
where cancellation asks for it, by einsum and not by BLAS, whose threads would wait for each other when several games
are solved at once. The stopping rule is the relative residual norm.
Reference: Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 6.5 and 9.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.equilibrium.pattern import Floats

Operator = Callable[[Any], Any]
DEEPEST = 3e-5  # what one Krylov space may do to the residual


@dataclass(frozen=True, eq=False)
class Solved:
    """An approximate solution, its relative residual norm, and the products with J that it took."""

    x: Floats
    residual: float
    products: int


def gmres(
    apply: Operator, right: Floats, precondition: Operator, tolerance: float, restart: int = 40, most: int = 400
) -> Solved:
    """Solve to ``|b - J x| <= tolerance |b|``, or as well as ``most`` products allow; never raises.

    ``apply`` takes and ``precondition`` gives arrays in single or double precision.
    """
    size = float(np.linalg.norm(right))
    x = np.zeros_like(right)
    if size == 0.0 or not np.isfinite(size):
        return Solved(x, 0.0 if size == 0.0 else np.inf, 0)
    rest, left, products = right, size, 0
    while left > tolerance * size and products < most:
        target = max(tolerance * size, DEEPEST * left)
        step, used, claimed = _cycle(apply, rest, precondition, target, min(restart, most - products))
        products += used
        x = x + step
        if target > DEEPEST * left and claimed <= target:
            left = claimed
            break
        rest = right - apply(x)
        products += 1
        left = float(np.linalg.norm(rest))
        if not np.isfinite(left):
            break
    return Solved(x, left / size, products)


def _cycle(apply: Operator, right: Floats, precondition: Operator, target: float, steps: int) -> tuple[Any, int, float]:
    """One Krylov space of at most ``steps`` products: the correction, the products, the residual norm left."""
    size = float(np.linalg.norm(right))
    basis = np.empty((steps + 1, right.size), dtype=np.float32)
    tried = np.empty((steps, right.size), dtype=np.float32)
    basis[0] = right.ravel() / size
    upper = np.zeros((steps + 1, steps))
    rotations = np.zeros((steps, 2))
    remain = np.zeros(steps + 1)
    remain[0] = size
    for j in range(steps):
        tried[j] = precondition(basis[j].reshape(right.shape)).ravel()
        upper[: j + 2, j], basis[j + 1] = orthogonalise(basis[: j + 1], apply(tried[j].reshape(right.shape)).ravel())
        if not np.isfinite(upper[: j + 2, j]).all():
            return np.full_like(right, np.nan), j + 1, np.inf
        _rotate(upper, rotations, remain, j)
        if abs(remain[j + 1]) <= target:
            break
    k = j + 1
    weights = np.linalg.lstsq(upper[:k, :k], remain[:k], rcond=None)[0]
    step = np.einsum("k,kn->n", weights.astype(np.float32), tried[:k])
    return step.reshape(right.shape), k, float(abs(remain[k]))


def orthogonalise(basis: Any, vector: Any) -> tuple[Floats, Any]:
    """Coefficients on the orthonormal rows of ``basis`` and, last, the rest's norm; and the rest, of norm one."""
    vector = vector.astype(basis.dtype)
    before = float(np.linalg.norm(vector))
    along = np.einsum("kn,n->k", basis, vector)
    vector -= np.einsum("k,kn->n", along, basis)
    after = float(np.linalg.norm(vector))
    if after < 0.5 * before:
        again = np.einsum("kn,n->k", basis, vector)
        vector -= np.einsum("k,kn->n", again, basis)
        along, after = along + again, float(np.linalg.norm(vector))
    if after > 0.0:
        vector /= after
    return np.append(along, after).astype(np.float64), vector


def _rotate(upper: Floats, rotations: Floats, remain: Floats, j: int) -> None:
    """Givens rotations bring column j of the Hessenberg matrix to triangular form, in place."""
    for i in range(j):
        c, s = rotations[i]
        upper[i, j], upper[i + 1, j] = c * upper[i, j] + s * upper[i + 1, j], c * upper[i + 1, j] - s * upper[i, j]
    length = float(np.hypot(upper[j, j], upper[j + 1, j]))
    c, s = (upper[j, j] / length, upper[j + 1, j] / length) if length > 0.0 else (1.0, 0.0)
    rotations[j] = c, s
    upper[j, j], upper[j + 1, j] = length, 0.0
    remain[j], remain[j + 1] = c * remain[j], -s * remain[j]
