"""Newton's method and tangents for G(V, p) = 0 in values and one parameter together, at folds as elsewhere.

A branch is a curve of points x = (V, p). Its tangent t solves ``G_V t_V + G_p t_p = 0``; the next point is sought from
``x + h t`` in the plane through it that is orthogonal to t (pseudo-arclength; Keller 1977)::

    G(V, p) = 0,        <t, (V, p) - x> = h.

Length. ``<a, b> = a_p b_p + sum over i of lam_i^2 mean over s of (a_is - mean a_i)(b_is - mean b_i)``: p counts as a
share of its range, values as log odds of play, in which a constant does not count. So steps mean the same whatever the
units: payoffs times c and precisions over c leave every length as it is.

Linear systems. ``[G_V G_p] z = r`` with z orthogonal to t has one solution at folds too, where G_V is singular. Two
solves with G_V, as bordering is usually done, would grow without bound there and cancel. Here the plane is given
coordinates instead: the reflection H (Householder's) that takes (0, 1) to plus or minus t takes every (u, 0) to a z
orthogonal to t, so

    [G_V G_p] H (u, 0) = G_V u - q (2 <v, (u, 0)> / <v, v>),     v = t +- (0, 1),     q = G_V v_V + G_p v_p,

is G_V with a change of rank one: as many equations as unknowns, all in one unit, singular at bifurcations alone. GMRES
solves it with the preconditioner of G_V with play held (:mod:`detente.equilibrium.held`), which knows no folds.
Reference: Allgower and Georg, Introduction to Numerical Continuation Methods, 2003, chapters 2 to 4, 6 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from detente.equilibrium.krylov import gmres

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.play import Play
    from detente.equilibrium.problem import Problem

ROUGH = 1e-4  # a relative residual down to which products in single precision serve
STEEP = 0.3  # a first Newton step must cut the residual at least to this share, as on the ray


@dataclass(frozen=True, eq=False)
class Way:
    """A direction: change of values, payoff, (S, N), and of p, as a share of its range."""

    value: Floats
    p: float

    def times(self, factor: float) -> Way:
        """The same direction, longer, shorter or turned round."""
        return Way(factor * self.value, factor * self.p)

    @classmethod
    def of_p(cls, shape: tuple[int, ...]) -> Way:
        """The direction in which p alone grows: the plane orthogonal to it holds p fixed."""
        return cls(np.zeros(shape), 1.0)


@dataclass(frozen=True, eq=False)
class Metric:
    """Lengths at given precisions, (N,)."""

    precision: Floats

    def read(self, value: Floats) -> Floats:
        """The array whose plain product with any dV is <(value, 0), (dV, 0)>."""
        out: Floats = self.precision**2 * (value - value.mean(axis=0)) / len(value)
        return out

    def dot(self, a: Way, b: Way) -> float:
        """<a, b>."""
        return a.p * b.p + float(np.sum(self.read(a.value) * b.value))

    def size(self, a: Way) -> float:
        """The length of a."""
        return float(np.sqrt(max(self.dot(a, a), 0.0)))

    def unit(self, a: Way) -> Way:
        """a, of length one."""
        return a.times(1.0 / self.size(a))


class Family(Protocol):
    """G(V, p) for p in a range: of games (:mod:`detente.equilibrium.family`), or of the ray."""

    low: float
    high: float

    @property
    def span(self) -> float:
        """High less low."""

    def has(self, p: float) -> bool:
        """Whether p lies in the range."""

    def problem(self, p: float) -> Problem:
        """G at p, at t = 1."""

    def slope(self, value: Floats, p: float) -> Floats:
        """dG/dp at fixed values, times the width of the range: payoff a month, (S, N)."""


class Bordered:
    """[G_V G_p] on the plane orthogonal to a direction of length one."""

    def __init__(self, problem: Problem, slope: Derivative, by_p: Floats, along: Way, metric: Metric):
        self.problem, self.slope, self.by_p, self.along = problem, slope, by_p, along
        self._mirror = Way(along.value, along.p + (1.0 if along.p >= 0.0 else -1.0))
        self._read = metric.read(along.value) * (2.0 / metric.dot(self._mirror, self._mirror))
        self._image = self(self._mirror)

    def __call__(self, way: Way) -> Floats:
        """G_V dV + G_p dp, payoff a month."""
        return self.slope(way.value) + self.by_p * way.p

    def solve(self, right: Floats, tolerance: float) -> Way:
        """z orthogonal to the direction with [G_V G_p] z = right, to a relative residual or as near as it comes."""

        slope = self.slope.single() if tolerance >= ROUGH else self.slope

        def apply(change: Any) -> Floats:
            return slope(change) - self._image * float(np.sum(self._read * change))

        solved = gmres(apply, right, self.slope.approximate, tolerance, most=300)
        self.problem.sweeps += solved.products
        share = float(np.sum(self._read * solved.x))
        return Way(solved.x - share * self._mirror.value, -share * self._mirror.p)

    def tangent(self, tolerance: float = 1e-7) -> Way:
        """The direction of the branch, on the side to which ``along`` points; of no particular length."""
        rest = self.solve(-self(self.along), tolerance)
        return Way(self.along.value + rest.value, self.along.p + rest.p)


@dataclass(frozen=True, eq=False)
class Met:
    """Where Newton's method ended in the plane: a point of the branch if it converged."""

    play: Play
    p: float
    problem: Problem
    converged: bool
    contraction: float  # residual after the first step over residual before
    left: bool = False  # p left its range on the way


def correct(family: Family, value: Floats, p: float, along: Way, metric: Metric, tolerance: float) -> Met:
    """From (value, p) to a zero of G in the plane through it that is orthogonal to ``along``, by full Newton steps.

    ``tolerance``: largest error of log odds, of values relative to their size, and of p relative to its range. Given up
    where a step does not cut the residual to a share ``STEEP``: then the start was too far.
    """
    problem = family.problem(p)
    play = problem.at(value, 1.0)
    by_p, contraction, forcing = None, 0.0, 0.01
    for step in range(8):
        before = problem.norm(play.residual)
        if not play.finite:
            return Met(play, p, problem, False, np.inf)
        if before <= problem.rounding(play.value):
            return Met(play, p, problem, True, contraction)
        if by_p is None:
            by_p = family.slope(play.value, p) if along.value.any() else np.zeros_like(value)
        change = Bordered(problem, problem.slope(play), by_p, along, metric).solve(-play.residual, forcing)
        ahead = p + family.span * change.p
        if not (np.isfinite(ahead) and np.isfinite(change.value).all()):
            return Met(play, p, problem, False, np.inf)
        if not family.has(ahead):
            return Met(play, p, problem, False, contraction, left=True)
        there = family.problem(ahead)
        moved = there.at(play.value + change.value, 1.0)
        ratio = there.norm(moved.residual) / before
        contraction = ratio if step == 0 else contraction
        if not ratio <= STEEP:  # true of what is not a number
            return Met(play, p, problem, before < 32 * problem.rounding(play.value), contraction)
        error = ratio * max(there.size(change.value, moved.value), abs(change.p))
        play, p, problem = moved, ahead, there
        if error <= tolerance:
            return Met(play, p, problem, True, contraction)
        forcing = float(np.clip(0.5 * ratio**1.5, 1e-4, 0.01))
    return Met(play, p, problem, False, contraction)
