"""How far play is from a best reply to what it is truly worth.

With play held, its true values W solve ``G(V) + (A - rho)(W - V) = 0``. In the game of control costs whose equilibria
the logit ones are (Mattsson and Weibull 2002), a move maximises ``E Q_m - KL(pi | weights) / lam_m``. Against W play pi
falls short of the best reply pi(W) by exactly ``KL(pi | pi(W)) / lam_m``, and a chance of yes likewise. The regret is
the largest such shortfall over states, movers and consenters: payoff units, once, at one move. It is of second order in
the error of play, so a solution to eight digits has a regret of order 1e-16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.held import Held
from detente.equilibrium.krylov import gmres

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Point, Problem
    from detente.equilibrium.response import Response


def regret(problem: Problem, point: Point, slope: Derivative) -> float:
    """The regret of play at the point; nan where values are not finite. ``slope`` is G' there."""
    if not point.finite:
        return float("nan")
    solved = gmres(slope.held, -point.residual, Held(slope.generator, slope.discount), 1e-3)
    problem.sweeps += solved.products
    best = problem.at(point.value + solved.x, point.t).play
    lam = point.t * problem.precision
    moves = [_of_mover(problem, point.play, best, m) / float(lam[m]) for m in _movers(problem) if lam[m] > 0.0]
    return max([0.0, *moves, *_of_consenters(problem, point.play, best, lam)])


def _movers(problem: Problem) -> list[int]:
    return sorted({column.mover for column in problem.pattern.columns})


def _of_mover(problem: Problem, play: Response, best: Response, mover: int) -> float:
    """Largest divergence of a mover's chances, waiting among them, from those of the best reply."""
    mine = [c for c, column in enumerate(problem.pattern.columns) if column.mover == mover]
    played, better = (np.stack([np.asarray(each.policy[c]) for c in mine]) for each in (play, best))
    apart = _divergence(played, better).sum(axis=0)
    apart += _divergence(1.0 - played.sum(axis=0), 1.0 - better.sum(axis=0))  # waiting
    return float(np.max(apart))


def _of_consenters(problem: Problem, play: Response, best: Response, lam: Floats) -> list[float]:
    worst = []
    for c, column in enumerate(problem.pattern.columns):
        for j, r in enumerate(column.consenters):
            if lam[r] > 0.0:
                a, b = (np.asarray(each.yes[c])[column.rows, j] for each in (play, best))
                apart = _divergence(a, b) + _divergence(1.0 - a, 1.0 - b)
                worst.append(float(np.max(apart, initial=0.0)) / float(lam[r]))
    return worst


def _divergence(played: Floats, better: Floats) -> Floats:
    """One term of the Kullback-Leibler divergence, p log(p / q) - p + q: never negative, exact for near equals."""
    played, better = np.maximum(played, 0.0), np.maximum(better, 1e-300)  # what underflowed, or waiting's rounding
    some = played > 1e-300
    off = np.divide(better, played, out=np.ones_like(played), where=some) - 1.0
    term = np.where(np.abs(off) < 1e-4, off**2 * (0.5 - off / 3.0), off - np.log1p(np.maximum(off, -1.0 + 1e-16)))
    return np.where(some, played * term, better)
