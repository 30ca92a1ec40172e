"""How far play is from a best reply to what it is truly worth.

With play held, its true values W solve ``G(V) + (A - rho)(W - V) = 0``. In the game of control costs whose equilibria
the logit ones are (Mattsson and Weibull 2002), a move maximises ``E Q_m - KL(pi | weights) / lam_m``. Against W play pi
falls short of the best reply pi(W) by exactly ``KL(pi | pi(W)) / lam_m``, and a chance of yes likewise. The regret is
the largest such shortfall over states, movers and consenters: payoff units, once, at one move. It is of second order in
the error of play, so a solution to eight digits has a regret of order 1e-16. W - V is solved for to a tenth, which
gives the regret to about a fifth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.krylov import gmres

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats, Pattern
    from detente.equilibrium.play import Play
    from detente.equilibrium.problem import Problem


def regret(problem: Problem, point: Play, slope: Derivative) -> float:
    """The regret of play at the point; nan where values are not finite. ``slope`` is G' there."""
    if not point.finite:
        return float("nan")
    solved = gmres(slope.held, -point.residual, slope.approximate, 0.1)
    problem.sweeps += solved.products
    best = problem.at(point.value + solved.x, point.t)
    lam = point.t * problem.terms.precision
    movers = [m for m in problem.pattern.movers if lam[m] > 0.0]
    moves = [_of_mover(problem.pattern, point, best, m) / float(lam[m]) for m in movers]
    return max([0.0, *moves, *_of_consenters(problem.pattern, point, best, lam)])


def _of_mover(pattern: Pattern, play: Play, best: Play, mover: int) -> float:
    """Largest divergence of a mover's chances, waiting among them, from those of the best reply."""
    apart, waits, waited = np.zeros(pattern.states), np.ones(pattern.states), np.ones(pattern.states)
    for column in pattern.movers[mover]:
        rows = pattern.entries.rows[column.entries]
        played, better = play.policy[column.entries], best.policy[column.entries]
        apart[rows] += _divergence(played, better)
        waits[rows] -= played
        waited[rows] -= better
    return float(np.max(apart + _divergence(waits, waited)))


def _of_consenters(pattern: Pattern, play: Play, best: Play, lam: Floats) -> list[float]:
    worst = []
    for column, played, better in zip(pattern.columns, play.yes, best.yes, strict=True):
        if played is not None and better is not None:
            apart = _divergence(played, better) + _divergence(1.0 - played, 1.0 - better)
            largest = np.max(apart, axis=0, initial=0.0)
            worst += [float(largest[j] / lam[r]) for j, r in enumerate(column.consenters) if lam[r] > 0.0]
    return worst


def _divergence(played: Floats, better: Floats) -> Floats:
    """One term of the Kullback-Leibler divergence, p log(p / q) - p + q: never negative, exact for near equals."""
    played, better = np.maximum(played, 0.0), np.maximum(better, 1e-300)  # what underflowed, or waiting's rounding
    some = played > 1e-300
    off = np.divide(better, played, out=np.ones_like(played), where=some) - 1.0
    term = np.where(np.abs(off) < 1e-4, off**2 * (0.5 - off / 3.0), off - np.log1p(np.maximum(off, -1.0 + 1e-16)))
    return np.where(some, played * term, better)
