r"""The plain base rate of an outcome: how often it happened before, and nothing else.

Of an outcome that does not hold, n beginnings in the m months in which it could begin: a steady rate l a month with
Jeffreys' prior is Gamma(n + 1/2, m), and the chance that it comes about within h months

    E[1 - exp(-l h)] = 1 - (m / (m + h))^(n + 1/2),        its range from the 5th and 95th percentile of l.

Of an outcome that holds, ends are counted over the months in which it held, with a rate u of their own, and the chance
that it holds h months on is that of a process that goes back and forth,

    l / (l + u) + u / (l + u) exp(-(l + u) h),        over fixed draws of both rates.

A base rate knows nothing of who governs or what was signed. It is what a forecast has to beat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv

from detente.questions.words import month

if TYPE_CHECKING:
    from detente.scenario.inquiry import Happened, Record
    from detente.scenario.model import Month

DRAWS = 4000
ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class BaseRate:
    """The chance within so many months (or, ``holding``, that it holds after them), from the record alone."""

    chance: float
    low: float
    high: float
    events: int  # beginnings counted; ends where it holds
    months: int  # over so many
    since: Month
    holding: bool = False

    @property
    def said(self) -> str:
        """'3 times in 426 months from January 1990'."""
        what = "ended" if self.holding else ""
        times = {0: "never", 1: "once", 2: "twice"}.get(self.events, f"{self.events} times")
        return f"{what} {times} in {self.months} months from {month(self.since)}".strip()


def base_rate(record: Record | None, outcome: str, at: Month, horizon: int, holding: bool = False) -> BaseRate | None:
    """What the record before the month ``at`` says of the months after; None where it says nothing."""
    happened = None if record is None else record.happened.get(outcome)
    if record is None or happened is None:
        return None
    until = min(at.ordinal - 1, record.until.ordinal)
    inside = _inside(happened, until)
    outside = (until - happened.since.ordinal + 1) - inside
    begun = sum(date.ordinal <= until for date in happened.dates)
    if not holding:
        return _coming(begun, outside, horizon, happened.since) if outside > 0 else None
    ended = sum(last is not None and last.ordinal < until for _, last in happened.spells)
    return _staying(begun, outside, ended, inside, horizon, happened.since) if inside > 0 else None


def _inside(happened: Happened, until: int) -> int:
    """Months up to ``until`` in which it held."""
    spells = ((first.ordinal, until if last is None else min(last.ordinal, until)) for first, last in happened.spells)
    return sum(max(0, last - first + 1) for first, last in spells)


def _coming(events: int, months: int, horizon: int, since: Month) -> BaseRate:
    low, high = (1.0 - np.exp(-horizon * gammaincinv(events + 0.5, q) / months) for q in ENDS)
    chance = 1.0 - (months / (months + horizon)) ** (events + 0.5)
    return BaseRate(float(chance), float(low), float(high), events, months, since)


def _staying(begun: int, outside: int, ended: int, inside: int, horizon: int, since: Month) -> BaseRate:
    rng = np.random.default_rng(0)
    coming = rng.gamma(begun + 0.5, 1.0 / max(outside, 1), DRAWS)
    going = rng.gamma(ended + 0.5, 1.0 / inside, DRAWS)
    total = coming + going
    holds = coming / total + going / total * np.exp(-total * horizon)
    low, high = np.quantile(holds, ENDS)
    return BaseRate(float(holds.mean()), float(low), float(high), ended, inside, since, True)


def came_about(record: Record | None, outcome: str, since: Month, horizon: int, holding: bool = False) -> bool | None:
    """What happened in the ``horizon`` months from ``since``; None where it is not recorded or not over.

    ``holding``: whether it held when they were over; otherwise, whether it began or was done in one of them.
    """
    happened = None if record is None else record.happened.get(outcome)
    if record is None or happened is None or since.ordinal < happened.since.ordinal:
        return None
    end = since.ordinal + horizon
    if holding:
        if end > record.until.ordinal:
            return None
        return any(first.ordinal <= end and (last is None or end <= last.ordinal) for first, last in happened.spells)
    if any(since.ordinal <= date.ordinal < end for date in happened.dates):
        return True
    return False if end - 1 <= record.until.ordinal else None
