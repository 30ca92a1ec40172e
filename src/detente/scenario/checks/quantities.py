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

from detente.scenario.formula import Formula
from detente.scenario.inventory import title, uses
from detente.scenario.model import Action, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.problems import Findings, Place
    from detente.scenario.checks.survey import Rows, Survey
    from detente.scenario.inventory import Use
    from detente.scenario.model import Scenario
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
        with np.errstate(invalid="ignore"):  # infinity less infinity; what is infinite is replaced below
            below, above = self.low - slack - values, values - self.high - slack
        outside = np.maximum(np.maximum(below, above), 0.0)
        if not self.ends:
            outside = np.where((values <= self.low) | (values >= self.high), np.maximum(outside, _SLACK), outside)
        return np.where(np.isfinite(values), outside, np.inf)

    @property
    def range(self) -> str:
        """What is allowed, to follow 'to stay'."""
        if np.isinf(self.low):
            return "finite"
        if np.isinf(self.high):
            return f"at or above {self.low:g}"
        return f"between {self.low:g} and {self.high:g}"

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


_CHANCE = Allowed(0, 1, True, "Narrow the ranges, or hold it with 'min(1, ...)'.", "chance-out-of-range")
_BRANCH = Allowed(0, 1, True, "Alternatives exclude each other: their chances are 1 at most.", "chances-above-one")
_RATE = Allowed(0, np.inf, True, "Narrow the ranges, or hold it with 'max(0, ...)'.", "negative-rate")
_PAYOFF = Allowed(-np.inf, np.inf, True, "Look for a division by zero, a logarithm or a power.", "payoff-not-finite")
_SHARE = "Indifferent actors say yes with this chance; 0.5 favours neither answer."
_ALLOWED = {
    "chance": _CHANCE,
    "branch": _BRANCH,
    "rate": _RATE,
    "weight": Allowed(0, np.inf, True, "It says how often an action would come up; 1 is usual.", "negative-weight"),
    "lean": Allowed(0, 1, False, _SHARE, "lean-out-of-range"),
    "tempo": Allowed(0, np.inf, True, "Fresh decisions a month; 0 for an actor who only consents.", "negative-tempo"),
    "precision": Allowed(0, np.inf, True, "Begin with 0.2 to 0.4 for payoffs near 1 a month.", "negative-precision"),
    "discount": Allowed(0, 1, False, "What a payoff a year from now counts, such as 0.9.", "discount-out-of-range"),
    "pay": _PAYOFF,
    "asking": _PAYOFF,
    "interest": _PAYOFF,
}
_PERIODS = Allowed(1e-6, 1, True, "What a payoff a year from now counts; 1 where play ends.", "discount-out-of-range")
_SHARP = Allowed(0, np.inf, False, "Raw shocks are as large as 1 / precision.", "precision-out-of-range")


def find(survey: Survey, found: Findings) -> None:
    """Every number that can leave what it means."""
    wrong: set[int] = set()  # steps with a wrong chance: what is worked out of it is wrong as well
    for use in uses(survey.scenario):
        allowed = _allowed(survey.scenario, use.kind)
        if allowed is None or (use.kind == "branch" and id(use.owner) in wrong) or not _clear(survey, use):
            continue
        if _judge(survey, use, allowed, found) and use.kind in ("chance", "branch"):
            wrong.add(id(use.owner))


def judge(survey: Survey, use: Use, found: Findings) -> None:
    """Tell what is wrong with one number that the scenario itself does not have."""
    allowed = _allowed(survey.scenario, use.kind)
    if allowed is not None:
        _judge(survey, use, allowed, found)


def _allowed(scenario: Scenario, kind: str) -> Allowed | None:
    """What a kind of quantity may be under the scenario's moves and noise."""
    if kind == "discount" and scenario.moves != "continuous":
        return _PERIODS
    if kind == "precision" and scenario.noise == "raw":
        return _SHARP
    return _ALLOWED.get(kind)


def _clear(survey: Survey, use: Use) -> bool:
    """Whether a number could be read, and no mistake in it is told already."""
    formula = use.formula
    if not isinstance(formula, Formula) or not survey.readable(formula) or formula.place in survey.damage.told:
        return False
    if use.kind == "branch" and isinstance(use.owner, (Action, Rule)) and not survey.knows(use.owner):
        return False
    return formula.factors.isdisjoint(survey.damage.veiled)


def _rows(survey: Survey, use: Use, formula: Formula) -> Rows:
    """Where a number counts; what reads no factor counts somewhere, even if it could not be read where."""
    if isinstance(use.owner, (Action, Rule)) and not survey.knows(use.owner):
        return survey.everywhere(formula)
    if survey.damage.lost and not len(survey.reach.codes):
        return survey.everywhere(formula)
    counts = survey.holds(use.owner.when) if isinstance(use.owner, Rule) else survey.counts(use.owner)
    return survey.rows_of(formula, counts)


def _judge(survey: Survey, use: Use, allowed: Allowed, found: Findings) -> bool:
    """Tell what is wrong with a number, if anything is."""
    formula = use.formula
    assert isinstance(formula, Formula)
    rows = _rows(survey, use, formula)
    if not len(rows):
        return False
    low, high = formula.bounds(rows.levels, survey.ranges)
    wide = np.maximum(allowed.breach(np.asarray(low, dtype=float)), allowed.breach(np.asarray(high, dtype=float)))
    doubtful = np.flatnonzero(wide > 0)
    if not len(doubtful):
        return False
    worst = _worst(formula, rows, doubtful, allowed, survey)
    if worst is None:
        at = int(doubtful[np.argmax(wide[doubtful])])
        between = f"its bounds over the ranges are {low[at]:.6g} and {high[at]:.6g}, though no numbers tried break them"
        message = f"{_capital(use.what)} could not be shown to stay {allowed.range}: {between}"
        found.warning(message, _place(use), allowed.hint, f"{allowed.code}-unproven")
        return True
    value, row, numbers = worst
    conditions = survey.told(rows.of(row), numbers)
    where = f", where {conditions}" if conditions else ""
    verb = "can reach" if formula.parameters else "is"
    if use.kind == "branch" and value < 0:
        verb = "can add" if formula.parameters else "add"
        message = f"{_capital(_sum(use, survey))} {verb} up to {1 - value:.6g}, above 1{where}"
    else:
        message = f"{_capital(use.what)} {verb} {allowed.sentence(value)}{where}"
    found.error(message, _place(use), allowed.hint, allowed.code)
    return True


def _sum(use: Use, survey: Survey) -> str:
    assert isinstance(use.owner, (Action, Rule))
    return f"the chances of {title(survey.scenario, use.owner)}"


def _place(use: Use) -> Place | None:
    return use.formula.place or (use.owner.place if use.owner is not None else None)


def _capital(text: str) -> str:
    """With a capital, unless it begins with a name from the file."""
    return text[0].upper() + text[1:] if text.startswith(("a ", "the ", "what ")) else text


def _worst(
    formula: Formula, rows: Rows, doubtful: np.ndarray, allowed: Allowed, survey: Survey
) -> tuple[float, int, dict[str, float]] | None:
    """The value farthest outside at the numbers tried, its row and the numbers; None when all are inside."""
    levels = rows.levels[doubtful]
    most, worst = 0.0, None
    for numbers in points(sorted(formula.parameters), survey.ranges, survey.likely):
        values = np.asarray(formula(levels, numbers), dtype=float)
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
