"""Numbers that can leave what they mean: chances outside [0, 1], negative rates, payoffs that are not finite.

Over the declared ranges and on the states where it counts, each number is first bounded by interval arithmetic, whose
bounds may be too wide. What they do not clear is evaluated at the likely numbers, at the ends of the ranges and at
points between: numbers that break the rule make an error, none found a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.inventory import uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.problems import Findings
    from detente.scenario.checks.survey import Rows, Survey
    from detente.scenario.formula import Formula
    from detente.scenario.inventory import Use
    from detente.scenario.steps import Ranges

_SLACK = 1e-9  # rounding
_CORNERS = 7  # parameters of which every combination of ends is tried
_BETWEEN = 60  # points tried between


@dataclass(frozen=True)
class Allowed:
    """The numbers that a kind of quantity may have."""

    low: float
    high: float
    ends: bool  # whether the ends themselves are allowed
    hint: str
    code: str

    def breach(self, values: np.ndarray) -> np.ndarray:
        """By how much each value is outside: 0 inside, infinite where undefined."""
        slack = _SLACK if self.ends else 0.0
        below, above = self.low - slack - values, values - self.high - slack
        outside = np.maximum(np.maximum(below, above), 0.0)
        if not self.ends:
            outside = np.where((values <= self.low) | (values >= self.high), np.maximum(outside, _SLACK), outside)
        return np.where(np.isfinite(values), outside, np.inf)

    def sentence(self, value: float) -> str:
        """What is wrong with a value, to follow 'can reach'."""
        if not np.isfinite(value):
            return f"{value:g}, which is not a number to reckon with"
        above = value > self.high or (not self.ends and value >= self.high)
        if self.ends:
            return f"{value:.6g}, above {self.high:g}" if above else f"{value:.6g}, below {self.low:g}"
        if np.isinf(self.high):
            return f"{value:.6g}; it must be above {self.low:g}"
        return f"{value:.6g}; it must lie between {self.low:g} and {self.high:g}"


_CHANCE = Allowed(0, 1, True, "Narrow the ranges, or hold it with 'min(1, ...)' or 'max(0, ...)'.", "chance-out-of-range")
_RATE = Allowed(0, np.inf, True, "Narrow the ranges, or hold it with 'max(0, ...)'.", "negative-rate")
_PAYOFF = Allowed(-np.inf, np.inf, True, "Look for a division by zero, a logarithm or a power.", "payoff-not-finite")
_SHARE = "Indifferent actors say yes with this chance; 0.5 favours neither answer."
_ALLOWED = {
    "chance": _CHANCE,
    "rate": _RATE,
    "weight": Allowed(0, np.inf, True, "A weight says how often an action would come up; 1 is usual.", "negative-weight"),
    "lean": Allowed(0, 1, False, _SHARE, "lean-out-of-range"),
    "tempo": Allowed(0, np.inf, True, "Fresh decisions a month; 0 for an actor who only consents.", "negative-tempo"),
    "precision": Allowed(0, np.inf, True, "Begin with 0.2 to 0.4 for payoffs near 1 a month.", "negative-precision"),
    "discount": Allowed(0, 1, False, "What a payoff a year from now counts, such as 0.9.", "discount-out-of-range"),
    "pay": _PAYOFF,
    "asking": _PAYOFF,
    "interest": _PAYOFF,
}


def find(survey: Survey, found: Findings) -> None:
    """Every number that can leave what it means."""
    for use in uses(survey.scenario):
        allowed = _ALLOWED.get(use.kind)
        if allowed is not None:
            _judge(survey, use, allowed, found)


def _judge(survey: Survey, use: Use, allowed: Allowed, found: Findings) -> None:
    formula = use.formula
    rows = survey.rows(formula.factors, survey.counts(use.owner))
    if rows.count == 0:
        return
    low, high = formula.bounds(rows.columns, survey.ranges)
    wide = np.maximum(allowed.breach(np.asarray(low, dtype=float)), allowed.breach(np.asarray(high, dtype=float)))
    doubtful = np.flatnonzero(wide > 0)
    if not len(doubtful):
        return
    worst = _worst(formula, rows, doubtful, allowed, survey)
    what = f"{use.what[0].upper()}{use.what[1:]}"
    if worst is None:
        at = int(doubtful[np.argmax(wide[doubtful])])
        message = (
            f"{what} could not be shown to stay in bounds: it lies between {low[at]:.6g} and {high[at]:.6g} or within, "
            f"and no numbers tried break the rule"
        )
        found.warning(message, formula.place, allowed.hint, f"{allowed.code}-unproven")
        return
    value, row, numbers = worst
    conditions = survey.told(rows.levels(row), numbers)
    message = f"{what} can reach {allowed.sentence(value)}{', where ' + conditions if conditions else ''}"
    if not formula.parameters:
        message = message.replace(" can reach ", " is ", 1)
    found.error(message, formula.place, allowed.hint, allowed.code)


def _worst(
    formula: Formula, rows: Rows, doubtful: np.ndarray, allowed: Allowed, survey: Survey
) -> tuple[float, int, dict[str, float]] | None:
    """The value farthest outside at the numbers tried, its row and the numbers; None when all are inside."""
    columns = [column[doubtful] for column in rows.columns]
    most, worst = 0.0, None
    for numbers in points(sorted(formula.parameters), survey.ranges, survey.likely):
        values = np.asarray(formula(columns, numbers), dtype=float)
        breach = allowed.breach(values)
        at = int(np.argmax(breach))
        if breach[at] > most:
            most, worst = breach[at], (float(values[at]), int(doubtful[at]), numbers)
    return worst


def points(names: list[str], ranges: Ranges, likely: Mapping[str, float]) -> Iterator[dict[str, float]]:
    """Numbers to try: the likely ones, the ends of the ranges, points between (always the same ones)."""
    yield {name: likely[name] for name in names}
    if not names:
        return
    low, high = np.array([ranges[name] for name in names]).T
    chance = np.random.default_rng(2018)
    if len(names) <= _CORNERS:
        ends = np.array(list(product((0.0, 1.0), repeat=len(names))))
    else:
        ends = np.concatenate([[np.zeros(len(names)), np.ones(len(names))], chance.integers(0, 2, (126, len(names)))])
    for share in (*ends, *chance.random((_BETWEEN, len(names)))):
        yield dict(zip(names, (low + share * (high - low)).tolist(), strict=True))
