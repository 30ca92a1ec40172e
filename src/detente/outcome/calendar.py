"""When the dated rules happen after a start.

A month counts from its start: time 0 is the start of the month of the situation, time j the start of the month j
later. A dated event happens at the start of its month, before anything else of that month, and what a result says
of month j is said just after the dated events of that month. A situation shows its own month in the same way, with that
month's dated events done; so the first date that counts is in the month after, and the last one at the horizon itself.

A calendar recurs from its ``next`` in both directions. A situation may know better (an election brought forward): its
``next`` for a rule replaces the calendar's, and dates recur from there, none before it unless it is past already.
Events of one month happen in the order in which the scenario lists the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.scenario.model import Month, Rule, Scenario, Situation


@dataclass(frozen=True)
class Interval:
    """Months ``first`` to ``last`` without a date between them; ``rules`` happen at the start of ``last``, in order."""

    first: int
    last: int
    rules: tuple[int, ...]


@dataclass(frozen=True)
class Schedule:
    """The dated events of a forecast: ``events`` are (months after the start, index of the rule), in time order."""

    since: Month
    months: int
    events: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.months < 0:
            raise DetenteError(f"A forecast reaches {self.months} months ahead; that must be zero or more.")
        if any(not 0 < month <= self.months for month, _ in self.events) or list(self.events) != sorted(self.events):
            raise DetenteError("Dated events must lie after the start, within the horizon, in order of time and rule.")

    @property
    def rules(self) -> frozenset[int]:
        """The dated rules that happen at all within the horizon."""
        return frozenset(rule for _, rule in self.events)

    def due(self, month: int) -> tuple[int, ...]:
        """The rules that happen at the start of this month (counted from the start), in order."""
        return tuple(rule for when, rule in self.events if when == month)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The months cut at the dates: intervals that follow one another from 0 to the horizon."""
        cuts = sorted({month for month, _ in self.events} | {self.months})
        return tuple(Interval(a, b, self.due(b)) for a, b in zip([0, *cuts], cuts, strict=False) if b > 0)


def schedule(scenario: Scenario, since: str | Situation, months: int) -> Schedule:
    """The dates of every dated rule within so many months of a situation."""
    situation = scenario.situation(since) if isinstance(since, str) else since
    found = [
        (month, index)
        for index, rule in enumerate(scenario.rules)
        for month in dates(rule, situation.date, months, situation.next.get(rule.name))
    ]
    return Schedule(situation.date, months, tuple(sorted(found)))


def dates(rule: Rule, since: Month, months: int, scheduled: Month | None = None) -> Sequence[int]:
    """Months after ``since`` at which a rule happens, up to the horizon; ``scheduled`` replaces the calendar's next."""
    if rule.calendar is None:
        return ()
    every = rule.calendar.every
    to_next = (scheduled or rule.calendar.next).ordinal - since.ordinal
    fixed = scheduled is not None and to_next > 0
    first = to_next if fixed else (to_next - 1) % every + 1
    return range(first, months + 1, every)
