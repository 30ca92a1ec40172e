"""Differences of chances: in words, over draws, and what turns them round.

Whether something holds in a draw of the uncertain numbers depends on those numbers. The parameter that tells the draws
in which it fails from the others best is the one whose means lie furthest apart in standard deviations,

    d_p = (mean of p where it fails - mean of p where it holds) / sd of p over all draws

and the value at which it turns round is the cut that parts them best: the largest share of the draws in which it fails
on the far side, less the share of those in which it holds. This describes the draws and gives no cause. Among many
numbers one parts few draws well by chance: so a number is named as what turns a finding round only where the largest
|d_p| is seldom as large when it is shuffled in which draws it holds (Westfall and Young 1993); else it only comes
nearest.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.asked import ends
from detente.questions.words import percent

if TYPE_CHECKING:
    from collections.abc import Collection

    from detente.ensemble.solve import Ensemble

NOTHING = 5e-5  # of a chance: `points` shows less as 0, and chances of draws are known to about a tenth of it
FEW = 3  # draws on a side: fewer tell nothing of what turns a finding round
LITTLE = 6  # draws in all of which nothing is told
LUCK = 0.1  # of shufflings: in more than that a number is not named as what turns it round
SHUFFLES = (40, 400)  # at least, at most; between them so many that
MOST = 4_000_000  # draws are shuffled in all
NONE_TURNS = "no draw turns it round"


def points(difference: float, unit: str = " points") -> str:
    """A difference of chances in percentage points, to about two digits: '+12 points', '-0.35 points'."""
    if math.isnan(difference):
        return "—"
    hundredths = 100 * difference
    size = abs(hundredths)
    if abs(difference) < NOTHING:
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


def ways(differences: np.ndarray) -> np.ndarray:
    """Whether differences of chances go down (-1), up (1) or are too small to tell (0), each."""
    return np.where(np.abs(differences) < NOTHING, 0, np.sign(differences)).astype(int)


def alike(differences: np.ndarray) -> np.ndarray:
    """(D,) bool: which draws go the way of the likely numbers, from (1 + D,): those first, then by draw."""
    way = ways(differences)
    return np.asarray(way[1:] == way[0])


def held(holds: np.ndarray) -> str:
    """'in 17 of 20 draws'; '' without draws."""
    return f"in {int(holds.sum())} of {len(holds)} draws" if len(holds) else ""


def turning(solved: Ensemble, holds: np.ndarray, among: Collection[str] | None = None) -> dict[str, Any] | None:
    """What tells the draws where something fails from those where it holds, bool (D,): a parameter and a value of it.

    ``among``: the parameters on which it can depend; all of them if None. None where it holds in all draws or in none
    of them, or none of these numbers differs.
    """
    numbers, parameters = solved.numbers, solved.scenario.parameters
    if not numbers.size or holds.all() or not holds.any():
        return None
    spread = numbers.std(axis=0)
    free = (spread > 0) & np.array([among is None or one.name in among for one in parameters])
    if not free.any():
        return None
    z = np.where(free, (numbers - numbers.mean(axis=0)) / np.where(spread > 0, spread, 1.0), 0.0)
    apart = _gap(holds[None], z)[0]
    p = int(np.argmax(np.abs(apart)))
    value, beyond = cut(numbers[:, p], ~holds, higher=bool(apart[p] > 0))
    return {
        "parameter": parameters[p].name,
        "title": parameters[p].title,
        "where_it_holds": float(numbers[holds, p].mean()),
        "where_it_fails": float(numbers[~holds, p].mean()),
        "apart": float(apart[p]),  # standard deviations
        "fails": int((~holds).sum()),
        "side": "above" if apart[p] > 0 else "below",
        "value": value,
        "fails_there": int(beyond[~holds].sum()),
        "holds_there": int(beyond[holds].sum()),
        "by_chance": _by_chance(holds, z, float(np.abs(apart[p]))),
    }


def cut(numbers: np.ndarray, fails: np.ndarray, *, higher: bool) -> tuple[float, np.ndarray]:
    """The value that parts draws best, in few digits, and which lie beyond it, bool (D,); ``higher``: above it."""
    order = np.argsort(numbers, kind="stable")
    x, bad = numbers[order], fails[order]
    below = np.cumsum(np.where(bad, 1.0 / bad.sum(), -1.0 / (~bad).sum()))[:-1]
    worth = np.where(x[1:] > x[:-1], -below if higher else below, -np.inf)
    k = int(np.argmax(worth))
    value = short(float(x[k]), float(x[k + 1]))
    return value, numbers > value if higher else numbers < value


def short(low: float, high: float) -> float:
    """A number between two others, in as few digits as it takes."""
    middle = (low + high) / 2
    return next((value for digits in range(2, 17) if low < (value := float(f"{middle:.{digits}g}")) < high), middle)


def _gap(holds: np.ndarray, z: np.ndarray) -> np.ndarray:
    """(K, P) mean of each number where it fails less where it holds, for K ways to hold, bool (K, D)."""
    here, there = holds / holds.sum(axis=1, keepdims=True), ~holds / (~holds).sum(axis=1, keepdims=True)
    return np.asarray((there - here) @ z)


def _by_chance(holds: np.ndarray, z: np.ndarray, apart: float) -> float:
    """How often some number lies as far apart when it is shuffled in which draws it holds."""
    rng, tries = np.random.default_rng(0), int(np.clip(MOST // len(holds), *SHUFFLES))
    shuffled = rng.permuted(np.tile(holds, (tries, 1)), axis=1)
    as_far = np.abs(_gap(shuffled, z)).max(axis=1) >= apart * (1 - 1e-9)
    return float((1 + as_far.sum()) / (1 + tries))


def turns(solved: Ensemble, holds: np.ndarray, among: Collection[str] | None = None) -> str:
    """'turns round when clash_rate is higher: ...', or why that cannot be told; '' where nothing turns."""
    found = turning(solved, holds, among)
    if found is None:
        return ""
    if len(holds) <= LITTLE:
        return "too few draws to say when it turns round"
    if min(holds.sum(), (~holds).sum()) < FEW:
        return "too few draws fall on one of the two sides to say when it turns round"
    which = "higher" if found["side"] == "above" else "lower"
    said = next(one.said for one in solved.scenario.parameters if one.name == found["parameter"])
    where = (
        f"{found['side']} {found['value']:g} in {_of(found['fails_there'], found['fails'])} draws where it does not "
        f"hold, in {_of(found['holds_there'], len(holds) - found['fails'])} where it does"
    )
    if found["by_chance"] > LUCK:
        return (
            f"no one number tells when it turns round: {said} comes nearest ({where}), but some number parts them as "
            f"well in {percent(found['by_chance'])} of shufflings"
        )
    return f"turns round when {said} is {which}: {where}"


def turned(solved: Ensemble, holds: np.ndarray, among: Collection[str] | None = None) -> str:
    """The same where all draws, or none, are as the likely numbers: that no draw turns it round; '' without draws."""
    count = len(holds)
    if not count:
        return ""
    if holds.all():
        return f"none of {count} draws turns it round, but so few tell little" if count <= LITTLE else NONE_TURNS
    if not holds.any():
        return f"all {count} draws turn it round: it holds at the likely numbers alone"
    return turns(solved, holds, among) or "the draws differ in no number that could turn it round"


def _of(some: int, count: int) -> str:
    """'all 5', 'none of the 5', '3 of the 5'."""
    return f"all {count}" if some == count else f"{some or 'none'} of the {count}"


def doubt(solved: Ensemble) -> str:
    """What the solver says where play is not certified at the likely numbers, or in how many draws; '' where it is."""
    if not solved.central.certified:
        return solved.statement
    if solved.certified.all():
        return ""
    sure = int(solved.certified.sum())
    return f"Play is certified at the likely numbers and in {sure} of {len(solved.certified)} draws."
