"""Differences of chances: in words, over draws, and what turns them round.

Whether something holds in a draw of the uncertain numbers depends on those numbers. The parameter that tells the draws
in which it fails from the others best is the one whose means lie furthest apart in standard deviations,

    d_p = (mean of p where it fails - mean of p where it holds) / sd of p over all draws

a description of the draws and no cause. The best of many parameters parts a few draws well by chance alone. So the
draws in which it fails are dealt out anew many times: in what share of the deals does some parameter part them as well?
(The largest statistic under permutation: Westfall and Young 1993.) A parameter is named as what turns the finding round
only where that share is small.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.asked import ends

if TYPE_CHECKING:
    from detente.ensemble.solve import Ensemble

FEW = 3  # draws on a side: fewer tell nothing of what turns a finding round
DEALS = 1999  # of the draws in which a finding fails, dealt out anew
CHANCE = 0.1  # the share of deals up to which a parameter is named as what turns a finding round


def points(difference: float, unit: str = " points") -> str:
    """A difference of chances in percentage points, to about two digits: '+12 points', '-0.35 points'."""
    if math.isnan(difference):
        return "—"
    hundredths = 100 * difference
    size = abs(hundredths)
    if size < 0.005:
        return f"0{unit}"
    told = f"{size:.0f}" if size >= 9.95 else f"{size:.1f}" if size >= 0.995 else f"{size:.2f}"
    return f"{'+' if hundredths > 0 else '-'}{told}{unit}"


def points_range(low: float, high: float, unit: str = "") -> str:
    """A range of differences: '-8.1 to +1.3'; a dash where there are no draws."""
    if math.isnan(low) or math.isnan(high):
        return "—"
    return f"{points(low, '')} to {points(high, unit)}"


def middle(drawn: np.ndarray) -> str:
    """'90% of draws -8.1 to +1.3', from differences by draw; '' without draws."""
    return f"90% of draws {points_range(*ends(drawn))}" if len(drawn) else ""


def held(holds: np.ndarray) -> str:
    """'in 17 of 20 draws'; '' without draws."""
    return f"in {int(holds.sum())} of {len(holds)} draws" if len(holds) else ""


def turning(solved: Ensemble, holds: np.ndarray) -> dict[str, Any] | None:
    """What tells the draws where something fails from those where it holds, bool (D,): parameter, means, distance.

    None where it holds in all or in none of them, or the numbers do not differ.
    """
    numbers = solved.numbers
    if not numbers.size or holds.all() or not holds.any():
        return None
    spread = numbers.std(axis=0)
    standard = (numbers - numbers.mean(axis=0)) / np.where(spread > 0, spread, np.inf)
    (apart,) = _apart(standard, ~holds[None])
    p = int(np.argmax(np.abs(apart)))
    return {
        "parameter": solved.scenario.parameters[p].name,
        "where_it_holds": float(numbers[holds, p].mean()),
        "where_it_fails": float(numbers[~holds, p].mean()),
        "apart": float(apart[p]),  # standard deviations
        "by_chance": _by_chance(standard, int((~holds).sum()), abs(float(apart[p]))),
        "fails": int((~holds).sum()),
    }


def _apart(standard: np.ndarray, fails: np.ndarray) -> np.ndarray:
    """(B, P) by how much each parameter's mean where it fails exceeds that where it holds; fails (B, D) bool."""
    few = fails.sum(axis=1, keepdims=True)
    total = fails @ standard  # standardised, so that the others sum to the opposite
    return np.asarray(total / few + total / (fails.shape[1] - few))


def _by_chance(standard: np.ndarray, fails: int, apart: float) -> float:
    """The share of deals of so many failures in which some parameter parts the draws by as much."""
    rng = np.random.default_rng(0)
    order = rng.random((DEALS, len(standard))).argsort(axis=1)
    dealt = np.abs(_apart(standard, order < fails)).max(axis=1)
    return float((1 + (dealt >= apart - 1e-9).sum()) / (1 + DEALS))


def turns(solved: Ensemble, holds: np.ndarray) -> str:
    """'turns round when clash_rate is higher: ...', or why that cannot be told; '' where nothing turns."""
    found = turning(solved, holds)
    if found is None:
        return ""
    if min(holds.sum(), (~holds).sum()) < FEW:
        return "too few draws fall on one of the two sides to say when it turns round"
    which = "higher" if found["apart"] > 0 else "lower"
    if found["by_chance"] > CHANCE:
        return (
            f"no one number tells when it turns round ({found['parameter']} comes nearest, {which} where it does not "
            f"hold, but by chance alone some number would part the draws as well in {found['by_chance']:.0%} of cases)"
        )
    return (
        f"turns round when {found['parameter']} is {which}: {found['where_it_fails']:.3g} on average where it does not "
        f"hold, {found['where_it_holds']:.3g} where it does"
    )


def doubt(solved: Ensemble) -> str:
    """What the solver says where play is not certified at the likely numbers, or in how many draws; '' where it is."""
    if not solved.central.certified:
        return solved.statement
    if solved.certified.all():
        return ""
    sure = int(solved.certified.sum())
    return f"Play is certified at the likely numbers and in {sure} of {len(solved.certified)} draws."
