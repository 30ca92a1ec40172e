"""Where a branch folds, where it meets another, and where a step was a jump: looked for within one step.

A *fold* is a zero of dp/ds on the curve of corrected points h ahead of a spot, h from 0 to the step's length; it is
found by the Illinois rule. Near it p = p* - k s^2 / 2 and dp/ds = -k s, so what p still lacks is (dp/ds)^2 / (2 k). A
*branch point* is where a direction vanishes (:mod:`detente.equilibrium.vanishing`; on a large game, where the side of
the spots changes): bisected. It is one only where it is verified: the spots just before and just after close up, look
the same way, the derivative bordered with the tangent is singular there, and no other direction vanishes behind it in
the same step. Otherwise the step led to another branch that passes by.

What is not seen. A bias of some 1e-12 of payoffs, too small to part the branches, may pass for none or end the walk. On
a large game a gap narrower than ``BROAD`` may pass for a branch point where eigenvalues near zero are not settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.equilibrium.bordered import Way
from detente.equilibrium.vanishing import nearest, smallest, vanished
from detente.equilibrium.walk import TIGHT, TURN, Walker

if TYPE_CHECKING:
    from detente.equilibrium.walk import Spot

EXACT = 1e-10  # of the range: as near as a fold is located
CLOSE = 1e-6  # of length: as near as a branch point is bracketed
BROAD = 1e-3  # and on a large game, where the signs of eigenvalues near zero are not known
SINGULAR = 1e-5  # a relative singular value that is zero at a branch point so bracketed


@dataclass(frozen=True, eq=False)
class Crossing:
    """Where a direction vanishes: the spots just before, as near as it comes, and just after."""

    before: Spot
    at: Spot
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
    """The branch point between two spots between which a direction vanishes; None where it is none, or not alone.

    Each spot is sought from the last one before the branch point: Newton's method has to start nearer to this branch
    than to the one that crosses it.
    """
    walker = Walker(walker.family, min(walker.tolerance, TIGHT))
    before, after = here, there
    while (gap := ahead_of(before, after)) > CLOSE:
        found = _between(walker, before, gap)
        if found is None:
            break
        if crossed(here, found):
            after = found
        else:
            before = found
        if apart(before, before, after) > 2.0 * gap + CLOSE:
            return None
    if not walker.cosine(before, after) >= TURN or crossed(after, there):
        return None
    close = apart(before, before, after) <= (BROAD if before.border is None else 3.0 * CLOSE)
    if not close or (before.border is not None and smallest(before.border) > SINGULAR):
        return None
    return Crossing(before, walker.advance(before, _share(here, before, after) * gap) or before, after)


def _share(here: Spot, before: Spot, after: Spot) -> float:
    """Where in the bracket the branch point is: where the eigenvalue nearest to zero, taken as linear, is zero."""
    if here.border is None or before.border is None or after.border is None:
        return 0.5
    low, high = nearest(here.border, before.border), nearest(here.border, after.border)
    return low / (low - high) if low > 0.0 > high else 0.5


def crossed(here: Spot, there: Spot) -> bool:
    """Whether a direction vanishes between two spots of one branch; on large games an odd number of them."""
    if here.border is None or there.border is None:
        return here.side * there.side < 0
    return vanished(here.border, there.border) > 0


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
