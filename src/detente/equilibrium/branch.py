"""A branch of stationary equilibria in one parameter p at fixed precisions, through its folds: where it tips.

As p moves, an equilibrium moves with it, until it meets another and both vanish: a fold, at which play has to jump.
:func:`branch` follows equilibria by pseudo-arclength (:mod:`detente.equilibrium.bordered`), in which a fold is a point
like any other: p turns there, and the branch goes on, backwards in p, over equilibria on which backward induction does
not settle, often to a second fold and a second stable stretch. Between the two folds play depends on where it came
from: hysteresis. It starts from one equilibrium, by default the one on the principal branch, and goes both ways.

What is told. A point is *stable* if all eigenvalues of the backward operator at it lie left of zero, constants left out
(:mod:`detente.equilibrium.spectrum`). A *fold* is where dp/ds changes sign. At a *branch point* a real eigenvalue
crosses zero and p does not turn, as where symmetric play becomes unstable and two lopsided ways to play part from it;
or p turns and no eigenvalue crosses, as for one of these; or several cross at once. It is passed, straight on. The
branches that part there are not followed; a second call with ``values`` on one of them follows it. Where a complex pair
crosses, only ``stable`` changes.

Steps. Each is halved where Newton's method contracts slowly, where the tangent turns by much, or where a direction
vanishes and neither fold nor branch point explains it: so a jump to another branch is not taken. Where two branches
nearly meet, as at almost equal alternatives, the walk goes round the corner of its own, about the root of the bias
wide. On games beyond some 200 unknowns only the parity is known: a step across two gaps at once is not seen there, and
near several equal alternatives the index itself may be wrong, since a Krylov space shows equal eigenvalues once.
Nothing is raised for a branch that cannot be followed; ``status`` says where it ended, and why.

Cost, per point: some 3 linear systems for the point, one for its tangent, the index and the first eigenvalues; 8 to 10
games. When not to use it: to be sure of all equilibria. A branch not connected with the first is not found.
Reference: Keller 1977; Seydel, Practical Bifurcation and Stability Analysis, 3rd ed., chapters 4 and 5; for games,
Turocy 2005, Eibelshaeuser, Klockmann, Poensgen and von Schenk 2023.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.equilibrium.bordered import Way
from detente.equilibrium.family import Family, Games
from detente.equilibrium.folds import ahead_of, apart, crossed, crossing, fold
from detente.equilibrium.spectrum import Index, rightmost
from detente.equilibrium.walk import TURN, Spot, Walker

if TYPE_CHECKING:
    from detente.equilibrium.bordered import Metric
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.result import Progress

EASY, STRAIGHT = 0.1, 0.98  # contraction and cosine after which the next step is twice as long
ONE = 0.05  # of a step: a fold and a branch point that are closer are one
AGREE = 1e-4  # two solutions that differ by less, in the size of Newton's method, are one
Kind = Literal["", "start", "fold", "branch point", "end"]
Stopped = Literal["end", "start", "points", "sweeps", "lost"]  # at an end of the range, at its start; no more allowed
_LOST = "even the shortest step failed"


@dataclass(frozen=True)
class Pace:
    """How to step. Lengths: 1 is the whole range of p, or a change of log odds of 1."""

    first: float = 0.02
    longest: float = 0.25
    least: float = 1e-6
    tolerance: float = 1e-8  # largest error of log odds, of values by their size, of p by its range
    most_points: int = 500
    most_sweeps: int = 1_000_000  # of all points together; see Settings
    eigenvalues: int = 300  # products at most for the stability of a point, where that is not done densely


@dataclass(frozen=True, eq=False)
class Point:
    """One equilibrium of a branch."""

    p: float
    value: Floats  # (S, N), payoff
    residual: float  # largest |G|, payoff a month
    kind: Kind
    stable: bool | None  # None: could not be settled, or at a fold or branch point, where it changes
    rightmost: tuple[complex, ...]  # eigenvalues of the backward operator, per month, constants left out
    index: Index  # of real ones right of zero; on large games the parity
    arc: float  # length of the branch from its start, negative on the side of falling p
    way: Way  # dV/ds, dp/ds
    metric: Metric


@dataclass(frozen=True, eq=False)
class Branch:
    """What was found: points along the branch, folds and branch points among them, and how it ended."""

    family: Family
    points: tuple[Point, ...]
    status: str
    sweeps: int
    pace: Pace
    stopped: tuple[Stopped, ...] = ()  # why it went no further, upward and, unless it came back to its start, downward

    @property
    def folds(self) -> tuple[Point, ...]:
        """Where p turns."""
        return tuple(point for point in self.points if point.kind == "fold")

    @property
    def branch_points(self) -> tuple[Point, ...]:
        """Where another branch crosses this one."""
        return tuple(point for point in self.points if point.kind == "branch point")

    def at(self, p: float) -> tuple[Point, ...]:
        """All equilibria found at p, in the order of the branch: interpolated, then corrected by Newton's method.

        Raises DetenteError for a p outside the range.
        """
        p, walker, found = self.family.inside(p), Walker(self.family, self.pace.tolerance), list[Point]()
        for one, other in zip(self.points[:-1], self.points[1:], strict=True):
            if min(one.p, other.p) <= p <= max(one.p, other.p):
                spot = walker.at(one, other, p)
                if spot and all(spot.problem.size(spot.value - old.value, old.value) > AGREE for old in found):
                    ahead = Way(spot.value - one.value, (spot.p - one.p) / self.family.span)
                    found.append(_point(spot, "", one.arc + one.metric.size(ahead), self.pace))
        return tuple(found)


def branch(
    games: Games,
    low: float,
    high: float,
    *,
    start: float | None = None,
    values: Floats | None = None,
    name: str = "p",
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> Branch:
    """The branch through an equilibrium at ``start`` (``low`` if not given), followed both ways within the range.

    ``games(p)`` gives games of one structure. ``values``: (S, N), near the equilibrium to start from; if not given, it
    is the one on the principal branch. ``name`` is p's, for sentences. Raises DetenteError for a range that is none, a
    start outside it, and games that differ in more than their numbers; and whatever ``games`` raises.
    """
    family, pace = Family(games, low, high, name), pace or Pace()
    at = family.inside(low if start is None else start)
    walk = _Walk(family, pace, progress or (lambda share, what: None))
    spot, why = walk.begin(at, values)
    if spot is None:
        return Branch(family, (), f"No branch: {why}", family.sweeps, pace)
    upwards, why_up, ended = walk.run(spot, "high")
    middle, downwards = _point(spot, "start", 0.0, pace), list[Point]()
    ends, stopped = [f"upward it {ended}"], [why_up]
    if not walk.closed:
        downwards, why_down, ended = walk.run(spot.turned(), "low")
        ends.append(f"downward it {ended}")
        stopped.append(why_down)
    back = [replace(point, way=point.way.times(-1.0), arc=-point.arc) for point in reversed(downwards)]
    points = (*back, middle, *upwards)
    status = f"From {name} = {at:.6g} {'; '.join(ends)}."
    unsettled = sum(not point.index.settled for point in points)
    if unsettled:
        status += f" At {unsettled} of {len(points)} points the sign of an eigenvalue could not be settled."
    return Branch(family, points, status, family.sweeps, pace, tuple(stopped))


class _Walk:
    """One call of ``branch``: what is at hand while it runs."""

    def __init__(self, family: Family, pace: Pace, tell: Progress):
        self.family, self.pace, self.tell = family, pace, tell
        self.walker = Walker(family, pace.tolerance)
        self.count, self.closed = 1, False
        self.low = self.high = 0.0  # how far it has come, in p

    def begin(self, p: float, values: Floats | None) -> tuple[Spot | None, str]:
        """The spot to start from, or a sentence why there is none."""
        value, why = self.family.begin(p, values, self.pace.tolerance)
        spot = None if value is None else self.walker.begin(value, p)
        self.low = self.high = p
        return spot, why or f"at {self.family.name} = {p:.6g} the branch has no direction in which p changes."

    def run(self, start: Spot, towards: Literal["low", "high"]) -> tuple[list[Point], Stopped, str]:
        """The points of one side, without the first, and why it went no further, in a word and in a sentence."""
        family, pace, points = self.family, self.pace, list[Point]()
        here, length, arc = start, pace.first, 0.0
        if start.p == (family.high if towards == "high" else family.low) and (start.way.p > 0.0) == (towards == "high"):
            return points, "end", f"is at the {towards} end of the range already"
        while True:
            if self.count >= pace.most_points or family.sweeps >= pace.most_sweeps:
                what: Stopped = "points" if self.count >= pace.most_points else "sweeps"
                return points, what, f"was followed to {self._where(here)}, and no further: as many {what} as allowed"
            steps, why = self._step(here, length)
            if not steps:
                length /= 2.0
                if length < pace.least:
                    return points, "lost", f"could not be followed beyond {self._where(here)}: {_LOST}, for {why}"
                continue
            for before, (there, kind) in zip([here, *(spot for spot, _ in steps)], steps, strict=False):
                if self._is_back(start, before, there):
                    self.closed = True
                    arc += apart(here, before, start)
                    return [*points, _point(start, "end", arc, pace)], "start", "comes back to where it began"
                arc += apart(here, before, there)
                points.append(_point(there, kind, arc, pace))
            self.count += len(steps)
            ahead = steps[-1][0]
            self.tell(self._share(ahead.p), f"following the branch, {self._where(ahead)}")
            if ahead.p in (family.low, family.high):
                side = "low" if ahead.p == family.low else "high"
                return points, "end", f"reached the {side} end, {self._where(ahead)}"
            easy = ahead.contraction < EASY and self.walker.cosine(here, ahead) > STRAIGHT
            here, length = ahead, min(length * (2.0 if easy else 1.0), pace.longest)

    def _step(self, here: Spot, length: float) -> tuple[list[tuple[Spot, Kind]], str]:
        """The spots that a step adds, its end last; or none, and why."""
        there = self.walker.advance(here, length)
        if there is None:
            return [], "Newton's method did not contract"
        if not self.walker.cosine(here, there) >= TURN:
            return [], "the branch turns too sharply"
        found: list[tuple[Spot, Kind]] = []
        if crossed(here, there):
            met = crossing(self.walker, here, there)
            if met is None:
                return [], "a real eigenvalue changes sign with neither fold nor branch point"
            found.append((met.at, "branch point"))
        if here.way.p * there.way.p < 0.0:
            turned = fold(self.walker, here, there)
            if turned is None and not found:
                return [], "its fold could not be located"
            if turned is not None and all(apart(here, turned, other) > ONE * length for other, _ in found):
                found.append((turned, "fold"))  # and not the turning of p at the branch point itself
        end: Kind = "end" if there.p in (self.family.low, self.family.high) else ""
        return [*sorted(found, key=lambda each: ahead_of(here, each[0])), (there, end)], ""

    def _is_back(self, start: Spot, one: Spot, other: Spot) -> bool:
        """Whether the branch passes its start again between two spots."""
        if one is start or not min(one.p, other.p) <= start.p <= max(one.p, other.p):
            return False
        spot = self.walker.at(one, other, start.p)
        if spot is None or spot.metric.dot(spot.way, start.way) < 0.0:
            return False
        return spot.problem.size(spot.value - start.value, start.value) <= AGREE

    def _share(self, p: float) -> float:
        """How much is done: of the range, or of the points that are allowed, whichever is more."""
        self.low, self.high = min(self.low, p), max(self.high, p)
        return min(max((self.high - self.low) / self.family.span, self.count / self.pace.most_points), 0.99)

    def _where(self, spot: Spot) -> str:
        return f"{self.family.name} = {spot.p:.6g}"


def _point(spot: Spot, kind: Kind, arc: float, pace: Pace) -> Point:
    """What is kept of a spot."""
    spectrum = rightmost(spot.slope, spot.value, most=pace.eigenvalues)
    spot.problem.sweeps += spectrum.products
    settled = spectrum.settled and kind not in ("fold", "branch point")
    return Point(
        p=spot.p,
        value=spot.value,
        residual=float(np.abs(spot.play.residual).max()),
        kind=kind,
        stable=all(value.real < 0.0 for value in spectrum.values[:1]) if settled else None,
        rightmost=spectrum.values,
        index=spot.index,
        arc=arc,
        way=spot.way,
        metric=spot.metric,
    )
