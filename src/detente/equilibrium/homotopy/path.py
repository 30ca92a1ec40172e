r"""Along a branch of logit equilibria: predictor and corrector in pseudo-arclength, from precision 0 on.

A step predicts by the cubic through the last two points and their tangents, and corrects by Newton's method on the
equations with one more: the correction is orthogonal to the tangent. Lengths are

    |(du, dlam)|^2 = mean of du^2 over the free actions + span^2 dlam^2,

with the largest difference that an own action makes as the span (:mod:`detente.equilibrium.homotopy.scale`), so that
they do not depend on the scale of the payoffs.

A corrector ends at a zero of the equations, but it may be one of another branch. A step is therefore taken only if the
prediction was good (no chance off by more than WIDE), Newton contracted from its first iteration on, the tangent has
turned little, and no direction has vanished on the way: none does along a branch, through folds too, but at a
bifurcation only. Otherwise the step is halved, unless the bifurcation is found; it is then passed straight on and
remembered (:mod:`detente.equilibrium.homotopy.special`). Where two branches nearly meet, as in a game that is nearly
symmetric, a step from the one to the other passes all other checks, but directions have vanished between them and no
bifurcation is found; so steps become short enough to follow the branch round its bend. Whether any has vanished is
told by the determinant's sign and, where two may have, by :mod:`detente.equilibrium.homotopy.unseen`.
References: Allgower and Georg, Introduction to Numerical Continuation Methods, 2003; Turocy 2005.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.scale import scales
from detente.equilibrium.homotopy.system import Bordered
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.equilibrium.homotopy.linear import Linear, Narrow
    from detente.equilibrium.homotopy.point import Point
    from detente.equilibrium.homotopy.system import System
    from detente.game.stochastic import Floats

WIDE = 0.02  # the most that a prediction may be off in any chance
SLOW = 0.25  # Newton's second step over its first, at most
TURN = 0.9  # cosine between successive tangents, at least
FINE, FINEST = 1e-4, 1e-10  # of the square of a step's length, which is short where tangents turn: tolerance of its end
GROWTH, CAUTION = 2.5, 1.3  # a step's length over the one before, at most; after a step that was refused
ROOM = 60.0  # log odds: a chance below exp(-ROOM) is as good as none when errors of log odds are judged


@dataclass(frozen=True, eq=False)
class Stand:
    """A point of the branch with its tangent of length one, and the sign and logarithm of the bordered determinant.

    ``matrix`` is the bordered derivative itself, where the system is small enough to be solved whole; ``linear`` is it
    in factors where it is not, as long as the walk stands there.
    """

    place: Direction
    tangent: Direction
    sign: float
    log: float
    matrix: Floats | None = None
    linear: Linear | None = field(default=None, repr=False)

    @property
    def lam(self) -> float:
        """The precision there."""
        return self.place.lam


def bare(stand: Stand) -> Stand:
    """The point without factors, which are large, and asked for only where the walk stands."""
    return stand if stand.linear is None else replace(stand, linear=None)


class Walker:
    """Takes steps on the branches of one system."""

    def __init__(self, system: System):
        self.system = system
        self.origin = system.default_values()
        self.span, self.edge = scales(system.game, self.origin)
        self.count = max(int(system.free.sum()), 1)
        self.evaluations = 0
        self._metric = Direction(
            np.full_like(system.default, 1.0 / self.count), np.zeros_like(self.origin), self.span**2
        ).x

    def row(self, direction: Direction) -> Direction:
        """The row that takes the inner product with a direction."""
        return Direction.flat(self._metric * direction.x, direction.shape)

    def dot(self, one: Direction, other: Direction) -> float:
        """The inner product; values do not count, they follow from the rest."""
        return float((one.x * self._metric) @ other.x)

    def length(self, direction: Direction) -> float:
        """How long a direction is."""
        return math.sqrt(self.dot(direction, direction))

    def at(self, place: Direction) -> Point:
        """The equations at a place."""
        self.evaluations += 1
        return self.system.at(place.u, place.value, place.lam)

    def linear(self, place: Direction, row: Direction) -> Linear | None:
        """The equations' derivative with a row more, factored; None where a number is not finite."""
        return self.factored(self.narrowed(place), self.narrowed(row))

    def narrowed(self, direction: Direction) -> Narrow:
        """The part of a direction, or a place, in which the equations are solved."""
        return direction

    def widened(self, x: Narrow) -> Direction:
        """A direction, or a place, from that part."""
        found: Direction = x
        return found

    def factored(self, place: Narrow, row: Narrow) -> Linear | None:
        """As ``linear``, from the parts."""
        point = self.at(place)
        if not (np.isfinite(point.worth).all() and np.isfinite(point.u).all()):
            return None
        return Bordered(point, row)

    def chances(self, place: Direction) -> Floats:
        """Play there."""
        return self.system.policy(place.u)

    def settled(self, place: Direction) -> Direction:
        """The place with the values that follow from its play, where they follow from it alone."""
        return place

    def first(self) -> Stand:
        """Default play at precision 0, looking up."""
        system = self.system
        place = Direction(system.default, self.origin, 0.0)
        upward = Direction(np.zeros_like(place.u), np.zeros_like(place.value), 1.0 / self.span)
        found = self.linear(place, self.row(upward))
        if found is None:
            raise DetenteError("The values of default play are not finite numbers; are the payoffs too large?")
        return self._stand(place, found)

    def _stand(self, place: Direction, linear: Linear) -> Stand:
        tangent, matrix = linear.tangent(), linear.matrix
        return Stand(
            self.settled(place),
            tangent * (1.0 / self.length(tangent)),
            linear.sign,
            linear.log,
            matrix,
            linear if matrix is None else None,
        )

    def correct(
        self, guess: Direction, row: Direction, tolerance: float, most: int = 8, slow: float = SLOW
    ) -> tuple[Stand | None, float]:
        """Newton's method across a row: the point found, or None, and the second step over the first (0 if only one).

        It gives up where a step is not below ``slow`` times the one before.
        """
        place, across, sizes = self.narrowed(guess), self.narrowed(row), list[float]()
        for _ in range(most):
            linear = self.factored(place, across)
            if linear is None:
                return None, np.inf
            change = linear.step()
            size = self.error(change, place)
            place = place + change
            rounding = linear.rounding
            small = max(1e-9, rounding)
            if not math.isfinite(size) or (sizes and size > slow * sizes[-1] and size > small):
                return None, np.inf
            sizes.append(size)
            if size <= max(tolerance, rounding):
                ratio = sizes[1] / sizes[0] if len(sizes) > 1 and sizes[0] > 0 else 0.0
                return self._stand(self.widened(place), linear), ratio
        return None, np.inf

    def hold(self, guess: Direction, tolerance: float) -> Stand | None:
        """The point at exactly the precision of a guess, looking up; None where Newton's method does not find it."""
        upward = Direction(np.zeros_like(guess.u), np.zeros_like(guess.value), 1.0 / self.span**2)
        return self.correct(guess, self.row(upward), tolerance, most=12)[0]

    def error(self, change: Narrow, place: Narrow) -> float:
        """How much a change matters: to the log odds of what is not as good as impossible, and to the values."""
        slack = np.maximum(np.abs(place.u) / ROOM, 1.0)
        scale = max(self.span, float(np.abs(place.value).max()))
        return float(max(np.abs(change.u / slack).max(), np.abs(change.value).max() / scale))


class Stepper:
    """A walk under way: where it stands, where it stood before, and how long a step it dares."""

    def __init__(
        self, walker: Walker, start: Stand, length: float = 0.05, tolerance: float = 1e-6, longest: float = np.inf
    ):
        self.walker, self.tolerance, self.longest = walker, tolerance, longest
        self.here, self.length = start, length
        self.before: Stand | None = None
        self.gone = 0.0  # from the point before to this one

    def predict(self, length: float) -> Direction:
        """The cubic through the last two points and tangents, or the tangent at first."""
        here = self.here
        if self.before is None:
            return here.place + here.tangent * length
        return hermite(self.before, here, self.gone, self.gone + length)

    def advance(self, least: float, crossing: Callable[[Stand, Stand], bool]) -> Stand | None:
        """The next point, or None where the shortest step fails too.

        ``crossing`` is asked of the two points whether they are of one branch, whatever it crosses between them.
        """
        walker, here = self.walker, self.here
        row = walker.row(here.tangent)
        length = asked = min(self.length, self.longest)
        while True:
            guess = self.predict(length)
            found, ratio = walker.correct(guess, row, min(self.tolerance, max(FINE * length**2, FINEST)))
            off = 1.0 if found is None else self._off(guess, found.place)
            good = found is not None and off <= WIDE and walker.dot(found.tangent, here.tangent) >= TURN
            gone = walker.length(found.place - here.place) if found is not None and good else 0.0
            if found is not None and gone > 0.0 and crossing(here, found):
                self.before, self.here, self.gone = bare(here), found, gone
                grow = (0.4 * WIDE / max(off, 1e-6)) ** 0.25
                grow = min(grow, (SLOW / 2 / max(ratio, 1e-3)) ** 0.5, GROWTH if length == asked else CAUTION)
                self.length = length * max(grow, 0.4)
                return found
            if length <= least:
                return None
            length = max(least, length / (2.0 if found is not None else 3.0))

    def _off(self, guess: Direction, found: Direction) -> float:
        return float(np.abs(self.walker.chances(guess) - self.walker.chances(found)).max())


def hermite(one: Stand, other: Stand, apart: float, at: float) -> Direction:
    """The cubic through two points and their tangents, ``at`` so far from the first."""
    a, b, c, d = _cubic(apart, at)
    x = a * one.place.x + b * other.place.x + c * one.tangent.x + d * other.tangent.x
    return Direction.flat(x, one.place.shape)


def height(one: Stand, other: Stand, apart: float, at: float) -> float:
    """The precision of that cubic."""
    a, b, c, d = _cubic(apart, at)
    return a * one.lam + b * other.lam + c * one.tangent.lam + d * other.tangent.lam


def _cubic(apart: float, at: float) -> tuple[float, float, float, float]:
    x = at / apart
    return (1 + 2 * x) * (1 - x) ** 2, x**2 * (3 - 2 * x), apart * x * (1 - x) ** 2, apart * x**2 * (x - 1)
