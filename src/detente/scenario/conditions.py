# ruff: noqa: D102  the terms do what Term says
"""What a test in a formula computes: truth by row, and the bounds 'surely true' and 'possibly true'.

Terms as in :mod:`detente.scenario.terms`, which has those that give numbers; a test on one factor's level is a
:class:`~detente.scenario.terms.Table` there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.scenario import intervals

if TYPE_CHECKING:
    from detente.scenario.terms import Interval, Rows, Term

_COMPARE = {
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
    "is": "equal",
    "is not": "not_equal",
}


@dataclass(frozen=True)
class Pair:
    """Two factors with the same levels, compared."""

    left: int
    sign: str
    right: int

    def value(self, rows: Rows) -> Any:
        return rows.apply(_COMPARE[self.sign], rows.levels[self.left], rows.levels[self.right])

    def bounds(self, rows: Rows) -> Interval:
        return (value := self.value(rows)), value

    def parts(self) -> tuple[Term, ...]:
        return ()


@dataclass(frozen=True)
class Compared:
    """Two numbers, compared."""

    left: Term
    sign: str
    right: Term

    def value(self, rows: Rows) -> Any:
        return rows.apply(_COMPARE[self.sign], self.left.value(rows), self.right.value(rows))

    def bounds(self, rows: Rows) -> Interval:
        return intervals.compare(self.sign, self.left.bounds(rows), self.right.bounds(rows))

    def parts(self) -> tuple[Term, ...]:
        return self.left, self.right


@dataclass(frozen=True)
class Joined:
    """Tests joined by 'and' or 'or'."""

    word: str
    terms: tuple[Term, ...]

    def value(self, rows: Rows) -> Any:
        name = "logical_and" if self.word == "and" else "logical_or"
        return reduce(lambda a, b: rows.apply(name, a, b), (term.value(rows) for term in self.terms))

    def bounds(self, rows: Rows) -> Interval:
        join = np.logical_and if self.word == "and" else np.logical_or
        ranges = [term.bounds(rows) for term in self.terms]
        return reduce(join, (low for low, _ in ranges)), reduce(join, (high for _, high in ranges))

    def parts(self) -> tuple[Term, ...]:
        return self.terms


@dataclass(frozen=True)
class Negated:
    """``not`` a test."""

    term: Term

    def value(self, rows: Rows) -> Any:
        return rows.apply("logical_not", self.term.value(rows))

    def bounds(self, rows: Rows) -> Interval:
        surely, possibly = self.term.bounds(rows)
        return np.logical_not(possibly), np.logical_not(surely)

    def parts(self) -> tuple[Term, ...]:
        return (self.term,)
