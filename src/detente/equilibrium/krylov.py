"""Flexible GMRES for the linear systems of Newton's method: restarted, right-preconditioned, matrix-free.

Solves ``J x = b`` for b of shape (S, N). Orthogonalisation is classical Gram-Schmidt by matrix-vector products, done
twice where cancellation asks for it; the basis is kept in one array. The stopping rule is the relative residual norm.
Reference: Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 6.5 and 9.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from detente.equilibrium.pattern import Floats

Operator = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Solved:
    """An approximate solution, its relative residual norm, and the products with J that it took."""

    x: Floats
    residual: float
    products: int


def gmres(
    apply: Operator, right: Floats, precondition: Operator, tolerance: float, restart: int = 40, most: int = 400
) -> Solved:
    """Solve to ``|b - J x| <= tolerance |b|``, or as well as ``most`` products allow; never raises."""
    size = float(np.linalg.norm(right))
    x = np.zeros_like(right)
    if size == 0.0 or not np.isfinite(size):
        return Solved(x, 0.0 if size == 0.0 else np.inf, 0)
    rest, products = right, 0
    while products < most:
        step, used, left = _cycle(apply, rest, precondition, tolerance * size, min(restart, most - products))
        products += used
        x = x + step
        if left <= tolerance * size or products >= most:
            break
        rest = right - apply(x)
        products += 1
    return Solved(x, left / size, products)


def _cycle(
    apply: Operator, right: Floats, precondition: Operator, target: float, steps: int
) -> tuple[Floats, int, float]:
    """One cycle of at most ``steps`` products: the correction, the products used, the residual norm left."""
    size = float(np.linalg.norm(right))
    basis = np.empty((steps + 1, right.size))
    tried = np.empty((steps, right.size))
    basis[0] = right.ravel() / size
    upper = np.zeros((steps + 1, steps))
    rotations = np.zeros((steps, 2))
    remain = np.zeros(steps + 1)
    remain[0] = size
    for j in range(steps):
        z = precondition(basis[j].reshape(right.shape))
        tried[j] = z.ravel()
        w = apply(z).ravel()
        upper[: j + 2, j], basis[j + 1] = orthogonalise(basis[: j + 1], w)
        _rotate(upper, rotations, remain, j)
        if abs(remain[j + 1]) <= target or not np.isfinite(remain[j + 1]):
            break
    k = j + 1
    weights = np.linalg.lstsq(upper[:k, :k], remain[:k], rcond=None)[0]
    return (weights @ tried[:k]).reshape(right.shape), k, float(abs(remain[k]))


def orthogonalise(basis: Floats, vector: Floats) -> tuple[Floats, Floats]:
    """Coefficients on the orthonormal rows of ``basis`` and, last, the rest's norm; and the rest, of norm one."""
    before = float(np.linalg.norm(vector))
    along = basis @ vector
    vector = vector - along @ basis
    after = float(np.linalg.norm(vector))
    if after < 0.5 * before:
        again = basis @ vector
        vector = vector - again @ basis
        along, after = along + again, float(np.linalg.norm(vector))
    return np.append(along, after), vector / after if after > 0.0 else vector


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
