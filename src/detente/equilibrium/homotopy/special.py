"""Folds and bifurcations between two points of a branch, located.

At a fold the tangent has no part along the precision, which changes sign there. At a (simple) bifurcation the
determinant of the bordered derivative does. Both are found on the arc between two points, by regula falsi, at a fold by
the cubic first. What leads on from a bifurcation: :mod:`detente.equilibrium.homotopy.ways`; several at once, or in one
step: :mod:`detente.equilibrium.homotopy.unseen`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.equilibrium.homotopy.path import Stand, Walker, hermite
from detente.equilibrium.homotopy.ways import TIGHT, crossed, turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.equilibrium.homotopy.direction import Direction

NARROW, SHORT = 1e-9, 1e-4  # an arc short enough to stop at, and one short enough to be trusted without a correction
NEARLY, LOOSE = 1e-2, 1e-8  # arcs, and the tolerance on them where rounding, large near a crossing, allows no better
ROUNDS = 60
GUESSES = 6  # rounds in which a guess is preferred
BEND = 0.2  # of the smaller slope at the ends: a cubic that comes so near to turning is looked at
FLAT = 1e-8  # of a tangent: the precision there is that of the fold to its square


@dataclass(frozen=True, eq=False)
class Special:
    """A fold or a bifurcation; ``turns`` are the points on the crossing branch, one on either side.

    ``located``: whether it is there to the tolerance, or somewhere in the step that ends there. ``together``: how many
    directions vanish at once at a bifurcation.
    """

    kind: Literal["fold", "bifurcation"]
    stand: Stand
    turns: tuple[Stand, ...] = ()
    located: bool = True
    together: int = 1


def root(
    walker: Walker,
    one: Stand,
    other: Stand,
    measure: Callable[[Stand], float],
    near: float = 0.0,
    guess: Callable[[Stand, Stand, float], float] | None = None,
) -> Stand | None:
    """The point between two of a branch where a measure of opposite signs at them is zero, or at most ``near``.

    ``guess``: the share of an arc, given its length, at which it is thought to be, in place of regula falsi at first.

    Regula falsi (Illinois) on ever shorter arcs: the cubic through the ends of an arc errs by the fourth power of its
    length, so the guesses come nearer than a bifurcation, where Newton's method converges in a narrow cone only, asks.
    None where the ends stay apart, so that they are of two branches.
    """
    ends, sizes = [one, other], [measure(one), measure(other)]
    for rounds in range(ROUNDS):
        arc = Arc(walker, ends[0], ends[1])
        if arc.length <= NARROW:
            break
        share = min(max(sizes[0] / (sizes[0] - sizes[1]), 0.02), 0.98)
        if guess is not None and rounds < GUESSES:
            share = guess(ends[0], ends[1], arc.length)
        found = next((stand for each in (share, 0.5, 0.25, 0.75) if (stand := arc.at(each)) is not None), None)
        if found is None:
            if arc.length > SHORT:
                return None
            break
        size = measure(found)
        if abs(size) <= near:
            return found
        side = 0 if size * sizes[0] > 0.0 else 1
        sizes[1 - side] *= 0.5 if (side == 0) == (ends[side] is not (one, other)[side]) else 1.0
        ends[side], sizes[side] = found, size
    arc = Arc(walker, ends[0], ends[1])
    if arc.length > SHORT:
        return None
    real = [measure(end) for end in ends]
    return arc.between(real[0] / (real[0] - real[1]))


class Arc:
    """The branch between two of its points."""

    def __init__(self, walker: Walker, one: Stand, other: Stand):
        self.walker, self.one, self.other = walker, one, other
        self._way = other.place - one.place
        self.length = walker.length(self._way)

    @cached_property
    def row(self) -> Direction:
        """The row that reads how far along the arc a direction leads."""
        return self.walker.row(self._way * (1.0 / max(self.length, np.finfo(float).tiny)))

    def at(self, share: float) -> Stand | None:
        """The point at a share of the arc, or None where it cannot be corrected onto the branch."""
        guess = hermite(self.one, self.other, self.length, share * self.length)
        found, _ = self.walker.correct(guess, self.row, TIGHT, most=12)
        if found is None and self.length <= NEARLY:
            found, _ = self.walker.correct(guess, self.row, LOOSE, most=12)
        if found is None:
            return None
        off = found.place - guess
        return found if self.walker.length(off) <= self.length / 4 else None

    def between(self, share: float) -> Stand:
        """The point on the cubic, not corrected: for short arcs about a point where the derivative is singular."""
        place = hermite(self.one, self.other, self.length, share * self.length) if self.length > 0 else self.one.place
        tangent = self.one.tangent * (1.0 - share) + self.other.tangent * share
        return Stand(self.walker.settled(place), tangent, 0.0, -np.inf)


def folds(walker: Walker, one: Stand, other: Stand) -> list[Special]:
    """The folds between two points: one where the precision turns; two where it turns and turns back.

    The latter are looked for where the cubic through the points has, or nearly has, an extremum between them.
    """
    if one.tangent.lam * other.tangent.lam < 0.0:
        found = root(walker, one, other, lambda stand: stand.tangent.lam * walker.span, FLAT, _turning)
        return [Special("fold", other, located=False) if found is None else Special("fold", found)]
    arc = Arc(walker, one, other)
    start, slope, bend = _slopes(one, other, arc.length)
    at = -slope / (2.0 * bend) if bend != 0.0 else 0.0
    least = min(abs(start), abs(other.tangent.lam))
    if not 0.0 < at < 1.0 or (start + at * slope / 2.0) * np.sign(start) > BEND * least:
        return []
    middle = arc.at(at)
    if middle is None or middle.tangent.lam * start >= 0.0:
        return []
    return folds(walker, one, middle) + folds(walker, middle, other)


def _slopes(one: Stand, other: Stand, length: float) -> tuple[float, float, float]:
    """(a, b, c) of a + b x + c x^2, the precision's slope along the cubic, x the share of the arc."""
    start, end = one.tangent.lam, other.tangent.lam
    mean = (other.lam - one.lam) / length
    return start, 6.0 * mean - 4.0 * start - 2.0 * end, 3.0 * (start + end) - 6.0 * mean


def _turning(one: Stand, other: Stand, length: float) -> float:
    """The share of the arc at which the cubic has no slope, where it has opposite slopes at the ends."""
    a, b, c = _slopes(one, other, length)
    q = -(b + math.copysign(math.sqrt(max(b * b - 4.0 * a * c, 0.0)), b)) / 2.0
    found = [x for x in ((q / c if c else -1.0), (a / q if q else -1.0)) if 0.0 < x < 1.0]
    return found[0] if found else 0.5


def bifurcation(walker: Walker, one: Stand, other: Stand) -> Special | None:
    """The bifurcation between two points; None where there is none, so that the points are of two branches."""
    level = max(one.log, other.log)

    def determinant(stand: Stand) -> float:
        return stand.sign * float(np.exp(stand.log - level))

    found = root(walker, one, other, determinant)
    if found is None or not crossed(walker, found):
        return None
    return Special("bifurcation", found, turns(walker, found))
