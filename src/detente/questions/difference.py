"""Differences of chances: in words, over draws, and what turns them round.

Whether something holds in a draw of the uncertain numbers depends on those numbers. The parameter that tells the draws
in which it fails from the others best is the one whose means lie furthest apart in standard deviations,

    d_p = (mean of p where it fails - mean of p where it holds) / sd of p over all draws

a description of the draws and no cause; of few draws it says little.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.asked import ends

if TYPE_CHECKING:
    from detente.ensemble.solve import Ensemble

FEW = 3  # draws on a side: fewer tell nothing of what turns a finding round


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
    gap = numbers[~holds].mean(axis=0) - numbers[holds].mean(axis=0)
    apart = np.where(spread > 0, gap / np.where(spread > 0, spread, 1.0), 0.0)
    p = int(np.argmax(np.abs(apart)))
    return {
        "parameter": solved.scenario.parameters[p].name,
        "where_it_holds": float(numbers[holds, p].mean()),
        "where_it_fails": float(numbers[~holds, p].mean()),
        "apart": float(apart[p]),  # standard deviations
        "fails": int((~holds).sum()),
    }


def turns(solved: Ensemble, holds: np.ndarray) -> str:
    """'turns round when clash_rate is higher: ...', or why that cannot be told; '' where nothing turns."""
    found = turning(solved, holds)
    if found is None:
        return ""
    if min(holds.sum(), (~holds).sum()) < FEW:
        return "too few draws fall on one of the two sides to say when it turns round"
    which = "higher" if found["apart"] > 0 else "lower"
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
