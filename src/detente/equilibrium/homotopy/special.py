"""Folds and bifurcations between two points of a branch: located, and what leads on from a bifurcation.

At a fold the tangent has no part along the precision, which changes sign there. At a (simple) bifurcation the
determinant of the bordered derivative does. Both are found by regula falsi on the arc between two points. The second
direction at a bifurcation is the null vector of the bordered derivative there, by inverse iteration; a Newton step
across it leads onto the branch that crosses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.path import Stand, Walker, hermite

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.equilibrium.homotopy.linear import Linear

TIGHT = 1e-10  # tolerance of the points of an arc
NARROW, SHORT = 1e-9, 1e-4  # an arc short enough to stop at, and one short enough to be trusted without a correction
ROUNDS = 60
FLAT = 1e-8  # of a tangent: the precision there is that of the fold to its square
ASIDE = (0.1, 0.03, 0.3, 0.01)  # lengths tried across a bifurcation


@dataclass(frozen=True, eq=False)
class Special:
    """A fold or a bifurcation; ``turns`` are the points on the crossing branch, one on either side.

    ``located``: whether it is there to the tolerance, or somewhere in the step that ends there.
    """

    kind: Literal["fold", "bifurcation"]
    stand: Stand
    turns: tuple[Stand, ...] = ()
    located: bool = True


def root(
    walker: Walker, one: Stand, other: Stand, measure: Callable[[Stand], float], near: float = 0.0
) -> Stand | None:
    """The point between two of a branch where a measure of opposite signs at them is zero, or at most ``near``.

    Regula falsi (Illinois) on ever shorter arcs: the cubic through the ends of an arc errs by the fourth power of its
    length, so the guesses come nearer than a bifurcation, where Newton's method converges in a narrow cone only, asks.
    None where the ends stay apart, so that they are of two branches.
    """
    ends, sizes = [one, other], [measure(one), measure(other)]
    for _ in range(ROUNDS):
        arc = Arc(walker, ends[0], ends[1])
        if arc.length <= NARROW:
            break
        share = float(np.clip(sizes[0] / (sizes[0] - sizes[1]), 0.02, 0.98))
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
        way = other.place - one.place
        self.length = walker.length(way)
        self.row = walker.row(way * (1.0 / max(self.length, np.finfo(float).tiny)))

    def at(self, share: float) -> Stand | None:
        """The point at a share of the arc, or None where it cannot be corrected onto the branch."""
        guess = hermite(self.one, self.other, self.length, share * self.length)
        found, _ = self.walker.correct(guess, self.row, TIGHT, most=12)
        if found is None:
            return None
        off = found.place - guess
        return found if self.walker.length(off) <= self.length / 4 else None

    def between(self, share: float) -> Stand:
        """The point on the cubic, not corrected: for short arcs about a point where the derivative is singular."""
        place = hermite(self.one, self.other, self.length, share * self.length) if self.length > 0 else self.one.place
        tangent = self.one.tangent * (1.0 - share) + self.other.tangent * share
        return Stand(self.walker.settled(place), tangent, 0.0, -np.inf)


def fold(walker: Walker, one: Stand, other: Stand) -> Special | None:
    """The fold between two points, if the precision turns there."""
    if one.tangent.lam * other.tangent.lam >= 0:
        return None
    found = root(walker, one, other, lambda stand: stand.tangent.lam * walker.span, FLAT)
    return Special("fold", other, located=False) if found is None else Special("fold", found)


def bifurcation(walker: Walker, one: Stand, other: Stand) -> Special | None:
    """The bifurcation between two points; None where the determinant jumps, so that the points are of two branches."""
    level = max(one.log, other.log)

    def determinant(stand: Stand) -> float:
        return stand.sign * float(np.exp(stand.log - level))

    found = root(walker, one, other, determinant)
    return None if found is None else Special("bifurcation", found, _turns(walker, found))


def _turns(walker: Walker, stand: Stand) -> tuple[Stand, ...]:
    """Points on the branch that crosses, on both sides; none where it could not be reached."""
    linear = walker.linear(stand.place, walker.row(stand.tangent))
    aside = None if linear is None else _null(walker, linear, stand)
    if aside is None:
        return ()
    found = [_turn(walker, stand, aside * sign) for sign in (1.0, -1.0)]
    return tuple(each for each in found if each is not None)


def _null(walker: Walker, linear: Linear, stand: Stand) -> Direction | None:
    """The direction in which the bordered derivative nearly vanishes, of length one."""
    rng = np.random.default_rng(0)
    free = walker.system.free
    x = Direction(np.where(free, rng.normal(size=free.shape), 0.0), rng.normal(size=stand.place.value.shape), 0.0)
    for _ in range(4):
        with np.errstate(all="ignore"):
            x = linear.solve(x.u, x.value, x.lam)
        size = float(np.linalg.norm(x.x))
        if not np.isfinite(size) or size == 0.0:
            return None
        x = x * (1.0 / size)
    length = walker.length(x)
    return x * (1.0 / length) if length > 0.0 else None


def _turn(walker: Walker, stand: Stand, aside: Direction) -> Stand | None:
    """A point on the crossing branch, and which way it leads from the bifurcation."""
    for length in ASIDE:
        found, _ = walker.correct(stand.place + aside * length, walker.row(aside), TIGHT, most=30, slow=0.9)
        if found is None:
            continue
        along = walker.dot(found.place - stand.place, stand.tangent)
        same, _ = walker.correct(stand.place + stand.tangent * along, walker.row(stand.tangent), TIGHT, most=12)
        if walker.length(found.place - (same or stand).place) > length / 2:
            return found
    return None
