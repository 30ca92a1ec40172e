"""What may be said of a solution: how far play is from its best reply, whether it is stable, whether it is the only one found.

Index. Near a solution the backward equation reads dV/dtau = G'(V) dV. Along the ray from default play, where every
eigenvalue of G' has a negative real part, a real eigenvalue can cross zero only at a fold or a bifurcation: as long as
none lies right of zero the solution is on the branch that started, and was not passed by. A complex pair right of zero
is no such crossing: the solution stands, but backward induction from a far date would not settle on it.

Other starts. See :func:`detente.equilibrium.stationary.solve`.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse.linalg as sl

from detente.equilibrium.derivative import Derivative
from detente.equilibrium.krylov import gmres
from detente.equilibrium.newton import Point, Problem
from detente.equilibrium.pattern import Floats


def rightmost(slope: Derivative, count: int = 4, seed: int = 0) -> tuple[tuple[complex, ...], int]:
    """Eigenvalues of G' with the largest real parts, per month, constants left out; and the products spent."""
    shape = slope.shape
    products = 0

    def apply(vector: Floats) -> Floats:
        nonlocal products
        products += 1
        out = slope(vector.reshape(shape))
        return (out - out[0]).reshape(-1)  # values relative to the first state: constants are divided out

    size = shape[0] * shape[1]
    start = np.random.default_rng(seed).normal(size=size)
    operator = sl.LinearOperator((size, size), matvec=apply, dtype=np.float64)
    if size <= 400:
        dense = np.stack([apply(column) for column in np.eye(size)], axis=1)
        values = np.linalg.eigvals(dense)
        # the first state's rows are zero and bring one eigenvalue of zero an actor
        keep = np.sort_complex(values)[::-1]
        zero = np.argsort(np.abs(keep))[: shape[1]]
        values = np.delete(keep, zero)
    else:
        try:
            values = sl.eigs(operator, k=count, which="LR", ncv=40, tol=1e-3, v0=start, maxiter=20, return_eigenvectors=False)
        except sl.ArpackNoConvergence as partial:
            values = partial.eigenvalues
    ordered = sorted((complex(v) for v in values), key=lambda v: (-v.real, -v.imag))
    return tuple(ordered[:count]), products


def regret(problem: Problem, point: Point, slope: Derivative) -> float:
    """The most that one move falls short, in payoff, of the best reply to what the returned play is truly worth.

    With play held, its true values W solve ``G(V) + (A - rho)(W - V) = 0``. The best reply to W maximises what a move
    is worth less the cost of control, E Q_m - KL(pi | weights) / lam_m; play pi falls short of it by
    ``KL(pi | pi(W)) / lam_m``, and a chance of yes likewise. Returned is the largest such shortfall over states,
    movers and consenters.
    """
    diagonal = slope.generator.diagonal()[:, None] - slope.discount
    solved = gmres(slope.held, -point.residual, lambda v: v / diagonal, 1e-3)
    problem.sweeps += solved.products
    best = problem.at(point.value + solved.x, point.t).play
    lam = point.t * np.asarray(problem.game.precision)
    worst = 0.0
    for mover in {column.mover for column in problem.pattern.columns}:
        if lam[mover] > 0.0:
            mine = [c for c, column in enumerate(problem.pattern.columns) if column.mover == mover]
            played = [np.asarray(point.play.policy[c]) for c in mine]
            better = [np.asarray(best.policy[c]) for c in mine]
            shortfall = sum(_divergence(a, b) for a, b in zip([*played, 1.0 - sum(played)], [*better, 1.0 - sum(better)], strict=True))
            worst = max(worst, float(np.max(shortfall)) / lam[mover])
    for c, column in enumerate(problem.pattern.columns):
        for j, r in enumerate(column.consenters):
            if lam[r] > 0.0:
                a, b = np.asarray(point.play.yes[c])[column.rows, j], np.asarray(best.yes[c])[column.rows, j]
                worst = max(worst, float(np.max(_divergence(a, b) + _divergence(1.0 - a, 1.0 - b), initial=0.0)) / lam[r])
    return worst


def _divergence(played: Floats, better: Floats) -> Floats:
    """One term of the Kullback-Leibler divergence, p log(p / q) - p + q: never negative, and exact for near equals."""
    some = played > 0.0
    ratio = np.divide(better, played, out=np.ones_like(played), where=some)
    off = ratio - 1.0
    small = np.abs(off) < 1e-4
    with np.errstate(divide="ignore"):
        exact = off - np.log(np.where(small, 1.0, ratio))
    term = played * np.where(small, off**2 * (0.5 - off / 3.0), exact)
    return np.where(some, term, better)
