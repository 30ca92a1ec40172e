"""One step along a branch, and what tells a step from a jump.

A step goes along the tangent and is corrected in the plane orthogonal to it (:mod:`detente.equilibrium.bordered`). It
is taken if Newton's method contracts from its first step on and the tangent has turned by less than ``TURN``. On one
branch the *side* of a point,

    side = sign(dp/ds) (-1)^(number of real eigenvalues of G_V right of zero),

is the sign of a determinant, that of G' on the plane, and stays as it is: an eigenvalue crosses zero exactly where p
turns. It changes at a bifurcation, and it may change in a jump to another branch; :mod:`detente.equilibrium.folds`
tells which. Where two directions vanish at once it does not change, nor in a jump across two; on small games they are
counted (:mod:`detente.equilibrium.vanishing`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from detente.equilibrium.bordered import Bordered, Family, Met, Metric, Way, correct
from detente.equilibrium.spectrum import Index, index
from detente.equilibrium.vanishing import border

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.play import Play
    from detente.equilibrium.problem import Problem

USUAL = 0.02  # length of a step down to which the tolerance will do
TIGHT = 1e-12  # tolerance of points near a branch point: an error e of one moves it by the root of e
TURN = 0.9  # least cosine between the tangents at the ends of a step


@dataclass(frozen=True, eq=False)
class Spot:
    """A point of a branch with all that continuing from it needs."""

    p: float
    span: float  # the width of p's range
    play: Play
    problem: Problem
    slope: Derivative  # G_V
    by_p: Floats  # G_p, by shares of the range
    metric: Metric  # at the precisions here
    way: Way  # the tangent, of length one: dV/ds and dp/ds
    contraction: float

    @property
    def value(self) -> Floats:
        """V, payoff, (S, N)."""
        return self.play.value

    @cached_property
    def index(self) -> Index:
        """How many real eigenvalues of G_V lie right of zero; on large games its parity."""
        counted = index(self.slope)
        self.problem.sweeps += counted.products
        return counted

    @cached_property
    def border(self) -> Floats | None:
        """The derivative bordered with the tangent, by which directions that vanish are told; None on large games."""
        return border(self.slope, self.by_p, self.way, self.metric)

    @property
    def side(self) -> int:
        """+1 or -1, the same along all of a branch between bifurcations; 0 where the index is not settled."""
        if not self.index.settled:
            return 0
        return (1 if self.way.p >= 0.0 else -1) * (1 - 2 * (self.index.count % 2))

    def turned(self) -> Spot:
        """The same point, looking the other way."""
        return replace(self, way=self.way.times(-1.0))


class Passed(Protocol):
    """What is left of a spot when the walk has gone on."""

    @property
    def p(self) -> float:
        """The parameter."""

    @property
    def value(self) -> Floats:
        """V, payoff, (S, N)."""

    @property
    def way(self) -> Way:
        """The tangent."""

    @property
    def metric(self) -> Metric:
        """Lengths at the precisions here."""


class Walker:
    """Steps along a branch of a family of games, to the tolerance of ``correct``; ``straight``: that of tangents."""

    def __init__(self, family: Family, tolerance: float, straight: float = 1e-7):
        self.family, self.tolerance, self.straight = family, tolerance, straight

    def begin(self, value: Floats, p: float, along: Way | None = None) -> Spot | None:
        """The spot at a solution; None where ``value`` is not near one.

        It looks along ``along``, of any length, and is corrected in the plane orthogonal to it: towards growing p, at
        fixed p, if not given.
        """
        metric = Metric(self.family.problem(p).terms.precision)
        towards = Way.of_p(value.shape) if along is None else metric.unit(along)
        met = correct(self.family, value, p, towards, metric, self.tolerance)
        return self._spot(met, towards, metric) if met.converged else None

    def advance(self, here: Passed, length: float) -> Spot | None:
        """The spot a length ahead, or at the end of the range where that comes first; None where there is none."""
        ahead = here.p + self.family.span * length * here.way.p
        if self.family.has(ahead):
            start = here.value + length * here.way.value
            met = correct(self.family, start, ahead, here.way, here.metric, self._exact(length))
            if not met.left:
                return self._spot(met, here.way, here.metric) if met.converged else None
        return self._land(here, self.family.high if here.way.p > 0.0 else self.family.low, 2.0 * length)

    def cosine(self, here: Passed, there: Spot) -> float:
        """Of the angle by which the tangent turns from here to there."""
        size = here.metric.size(there.way)
        return here.metric.dot(here.way, there.way) / size if size > 0.0 else np.nan

    def at(self, one: Passed, other: Passed, p: float) -> Spot | None:
        """The spot at p between two neighbours between which p runs one way: interpolated, a cubic, and corrected."""
        chord = Way(other.value - one.value, (other.p - one.p) / self.family.span)
        length = one.metric.size(chord)

        def within(share: float) -> Way:
            a, b = share**2 * (3.0 - 2.0 * share), length * share * (1.0 - share)
            start, end = b * (1.0 - share), -b * share
            return Way(
                a * chord.value + start * one.way.value + end * other.way.value,
                a * chord.p + start * one.way.p + end * other.way.p,
            )

        wanted = (p - one.p) / self.family.span
        share = _root(lambda x: within(x).p - wanted)
        upwards = Way.of_p(one.value.shape)
        met = correct(self.family, one.value + within(share).value, p, upwards, one.metric, self.tolerance)
        return self._spot(met, one.way, one.metric) if met.converged else None

    def _exact(self, length: float) -> float:
        """Tolerance of a step: one shorter than usual goes round a corner, where a small residual is a large error."""
        return max(self.tolerance * min(1.0, (length / USUAL) ** 2), min(self.tolerance, TIGHT))

    def _land(self, here: Passed, p: float, most: float) -> Spot | None:
        """The spot at an end of the range, at most so far ahead."""
        rate = self.family.span * here.way.p
        length = (p - here.p) / rate if rate != 0.0 else np.inf
        if not 0.0 < length <= most:
            return None
        upwards = Way.of_p(here.value.shape)
        met = correct(self.family, here.value + length * here.way.value, p, upwards, here.metric, self.tolerance)
        return self._spot(met, here.way, here.metric) if met.converged else None

    def _spot(self, met: Met, along: Way, metric: Metric) -> Spot | None:
        slope = met.problem.slope(met.play)
        by_p = self.family.slope(met.play.value, met.p)
        tangent = Bordered(met.problem, slope, by_p, along, metric).tangent(self.straight)
        own = Metric(met.problem.terms.precision)
        if not (np.isfinite(tangent.value).all() and own.size(tangent) > 0.0):
            return None
        return Spot(
            met.p, self.family.span, met.play, met.problem, slope, by_p, own, own.unit(tangent), met.contraction
        )


def _root(gap: Callable[[float], float]) -> float:
    """Where a function of a share crosses zero, or the end that comes nearer."""
    from scipy.optimize import brentq  # late: a branch that is kept is not walked

    low, high = gap(0.0), gap(1.0)
    if low * high >= 0.0:
        return 0.0 if abs(low) <= abs(high) else 1.0
    return float(brentq(gap, 0.0, 1.0, xtol=1e-14))
