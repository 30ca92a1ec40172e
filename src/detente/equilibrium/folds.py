"""Where a branch folds, where it meets another, and where a step was a jump: looked for within one step.

A *fold* is a zero of dp/ds on the curve of corrected points h ahead of a spot, h from 0 to the step's length; it is
found by the Illinois rule. Near it p = p* - k s^2 / 2 and dp/ds = -k s, so what p still lacks is (dp/ds)^2 / (2 k). A
*branch point* is where the side of the spots changes (:mod:`detente.equilibrium.walk`): bisected. In a jump it changes
too, but then the spots just before and just after do not close up, or look opposite ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.equilibrium.bordered import Way
from detente.equilibrium.walk import Walker

if TYPE_CHECKING:
    from detente.equilibrium.walk import Spot

EXACT = 1e-10  # of the range: as near as a fold is located
CLOSE = 1e-6  # of length: as near as a branch point is bracketed
TIGHT = 1e-12  # tolerance of the spots near it: an error e of one moves it by the root of e


@dataclass(frozen=True, eq=False)
class Crossing:
    """Where the side changes: the spots just before and just after."""

    before: Spot
    after: Spot


def fold(walker: Walker, here: Spot, there: Spot) -> Spot | None:
    """The spot between two neighbours at which p turns; None where it could not be located."""
    low, high, at_low, at_high = 0.0, ahead_of(here, there), here.way.p, there.way.p
    last = 0
    for _ in range(30):
        length = (low * at_high - high * at_low) / (at_high - at_low)
        found = walker.advance(here, length)
        if found is None:
            return None
        rate, bend = found.way.p, abs(at_high - at_low) / (high - low)
        if rate**2 <= 2.0 * bend * EXACT:
            return found
        if rate * at_low > 0.0:
            low, at_low, at_high, last = length, rate, at_high * (0.5 if last < 0 else 1.0), -1
        else:
            high, at_high, at_low, last = length, rate, at_low * (0.5 if last > 0 else 1.0), 1
    return None


def crossing(walker: Walker, here: Spot, there: Spot) -> Crossing | None:
    """The branch point between two spots on different sides; None where one lies on another branch.

    Each spot is sought from the last one before the branch point: Newton's method has to start nearer to this branch
    than to the one that crosses it.
    """
    walker = Walker(walker.family, min(walker.tolerance, TIGHT))
    before, after = here, there
    while (gap := ahead_of(before, after)) > CLOSE:
        found = _between(walker, before, gap)
        if found is None:
            break
        if found.side == here.side:
            before = found
        else:
            after = found
        if apart(before, before, after) > 2.0 * gap + CLOSE:
            return None
    return Crossing(before, after) if walker.cosine(before, after) > 0.0 else None


def ahead_of(here: Spot, there: Spot) -> float:
    """How far along the tangent of one spot another lies."""
    return here.metric.dot(here.way, _difference(here, here, there))


def apart(here: Spot, one: Spot, other: Spot) -> float:
    """The distance of two spots in the metric of a third."""
    return here.metric.size(_difference(here, one, other))


def _difference(here: Spot, one: Spot, other: Spot) -> Way:
    return Way(other.value - one.value, (other.p - one.p) / here.span)


def _between(walker: Walker, before: Spot, gap: float) -> Spot | None:
    """A spot whose side is known, near the middle of a gap: a branch point itself can be hard to meet."""
    for share in (0.5, 0.42, 0.58, 0.3, 0.7):
        found = walker.advance(before, share * gap)
        if found is not None and found.side != 0:
            return found
    return None
