"""Round the folds of the ray from default play, where t itself turns back.

The principal branch is a curve in (V, t) that need not go forward in t: at a fold it turns back, and at a second one
forward again (Turocy 2005). The ray of :mod:`detente.equilibrium.ray`, which steps in t, ends at the first. From there
:func:`turn` goes on by arclength (:mod:`detente.equilibrium.walk`), until t has grown well beyond all folds, and hands
the branch back to the ray. Between two folds a real eigenvalue lies right of zero, as it has to: the *side* of the
points tells whether the branch is still the same, and a step that changes it is taken again in halves.

Each point costs some 100 to 150 products: one Newton correction, one tangent, one index. Only values, a tangent and
lengths are kept of it, so that a game of a million states stays within the memory that its ray needs. A fold's place is
that of the cubic through the points on either side.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.bordered import Metric, Way
from detente.equilibrium.spectrum import Index, index_of
from detente.equilibrium.walk import TURN, Walker

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Problem
    from detente.equilibrium.walk import Spot

NEAR = 1e-4  # of t: the step of differences
LOOSE = 1e-4  # tolerance of points and of tangents
FIRST, LONGEST, LEAST = 0.1, 1.0, 1e-4  # lengths of steps: 1 is all of t, or a change of log odds of 1
EASY, STRAIGHT = 0.1, 0.98  # contraction and cosine after which the next step is twice as long
CLEAR = 0.02  # of t: so far beyond where it began, and beyond all folds, the branch is clear
LOOKING = 6  # steps in which a fold is looked for
MOST = 200  # steps until the branch is given up


@dataclass(frozen=True, eq=False)
class Place:
    """What is kept of a point: see :class:`~detente.equilibrium.walk.Spot`."""

    p: float
    value: Floats
    way: Way
    metric: Metric
    index: Index


@dataclass(frozen=True, eq=False)
class Turned:
    """Where the branch went from the end of the ray."""

    folds: tuple[float, ...]  # t of each, in order
    last: tuple[Place, Place] | None  # the last two points, where t grows beyond all folds again


class Ray:
    """G(V, t) for t up to 1, as a family: the same game at t times its precisions."""

    low, high, span = 0.0, 1.0, 1.0

    def __init__(self, problem: Problem):
        self._whole = problem
        self._kept: dict[float, Problem] = {}

    def has(self, p: float) -> bool:
        """Whether p is a t."""
        return self.low <= p <= self.high

    def problem(self, p: float) -> Problem:
        """The game at t = p; the last two are kept, and the sweeps of the others counted."""
        if p not in self._kept:
            scaled = copy.copy(self._whole)
            scaled.terms = replace(scaled.terms, precision=p * scaled.terms.precision)
            scaled.sweeps = 0
            self._kept[p] = scaled
            while len(self._kept) > 2:
                self._let_go(next(iter(self._kept)))
        return self._kept[p]

    def slope(self, value: Floats, p: float) -> Floats:
        """dG/dt at fixed values, payoff a month."""
        ahead, behind = self._whole.at(value, p + NEAR), self._whole.at(value, p - NEAR)
        return (ahead.residual - behind.residual) / (2.0 * NEAR)

    def close(self) -> None:
        """Count the sweeps of those that are kept."""
        for p in tuple(self._kept):
            self._let_go(p)

    def _let_go(self, p: float) -> None:
        self._whole.sweeps += self._kept.pop(p).sweeps


def turn(problem: Problem, before: tuple[Floats, float], here: tuple[Floats, float], *, look: bool = False) -> Turned:
    """From the last two points of the ray, (values, t), round the folds ahead; ``look``: no further than the first."""
    ray = Ray(problem)
    found = _Turning(problem, Walker(ray, LOOSE, LOOSE), look).run(before, here)
    ray.close()
    return found


class _Turning:
    """One call of ``turn``."""

    def __init__(self, problem: Problem, walker: Walker, look: bool):
        self.problem, self.walker, self.look = problem, walker, look

    def run(self, before: tuple[Floats, float], here: tuple[Floats, float]) -> Turned:
        """Step by step, until t has grown beyond where it began and beyond all folds."""
        along = Way(here[0] - before[0], here[1] - before[1])
        place = self._kept(self.walker.begin(*here, along))
        folds, length, top = list[float](), FIRST, here[1]
        for _ in range(LOOKING if self.look else MOST):
            if place is None or self.problem.spent:
                break
            ahead, length = self._advance(place, length)
            if ahead is None:
                break
            if place.way.p * ahead.way.p < 0.0:
                folds.append(turning(place, ahead))
                top = max(top, folds[-1])
                if self.look:
                    break
            if ahead.p >= min(1.0, top + CLEAR) and ahead.way.p > 0.0:
                return Turned(tuple(folds), (place, ahead))
            place = ahead
        return Turned(tuple(folds), None)

    def _advance(self, here: Place, length: float) -> tuple[Place | None, float]:
        """The next point of the branch, None where the shortest step fails; and how far to go from it."""
        while length >= LEAST:
            spot = self.walker.advance(here, length)
            if spot is not None and self.walker.cosine(here, spot) >= TURN:
                easy = spot.contraction < EASY and self.walker.cosine(here, spot) > STRAIGHT
                ahead = self._kept(spot)
                if ahead is not None and side(ahead) == side(here):
                    return ahead, min(LONGEST, length * (2.0 if easy else 1.0))
            length /= 2.0
        return None, length

    def _kept(self, spot: Spot | None) -> Place | None:
        """What is kept of a spot, with its index; nothing of one whose index is not settled."""
        if spot is None:
            return None
        index = index_of(self.problem, spot.slope)
        return Place(spot.p, spot.value, spot.way, spot.metric, index) if index.settled else None


def side(place: Place) -> int:
    """+1 or -1, the same along all of a branch: see :mod:`detente.equilibrium.walk`."""
    return (1 if place.way.p >= 0.0 else -1) * (1 - 2 * (place.index.count % 2))


def turning(one: Place, other: Place) -> float:
    """t at the fold between two points: where the cubic through them, with their slopes in arclength, turns."""
    gap = other.p - one.p
    length = one.metric.size(Way(other.value - one.value, gap))
    start, end = length * one.way.p, length * other.way.p
    cubic = np.polynomial.Polynomial([one.p, start, 3.0 * gap - 2.0 * start - end, start + end - 2.0 * gap])
    roots = np.asarray(cubic.deriv().roots(), np.complex128)
    within = roots.real[(abs(roots.imag) < 1e-9) & (roots.real >= 0.0) & (roots.real <= 1.0)]
    return float(cubic(within[0])) if len(within) else max(one.p, other.p)
