# ruff: noqa: D102  the terms do what Term says
"""What a formula computes: values for many states at once, and bounds over ranges of the parameters.

Terms are trees of frozen values. ``value`` gives arrays over rows (states); wherever a result does not depend on a
parameter it is worked out in NumPy, so that JAX only sees what can change. ``bounds`` is interval arithmetic over the
rows: the true range lies within, and is met exactly where no parameter occurs twice. A conditional whose test is
decided by the levels computes each branch only on the rows where it holds, so that ``1 / p if a else 0`` divides only
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from detente.scenario import intervals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Interval: TypeAlias = tuple[Any, Any]  # low and high, arrays over rows or scalars


@dataclass(frozen=True)
class Rows:
    """States to compute for: ``levels`` factor index -> (n,) level indices; ``numbers`` parameters, or their ranges."""

    count: int
    levels: Mapping[int, np.ndarray]
    numbers: Mapping[str, Any]
    xp: Any = np

    def take(self, at: np.ndarray) -> Rows:
        """Only these rows."""
        return Rows(len(at), {f: levels[at] for f, levels in self.levels.items()}, self.numbers, self.xp)

    def apply(self, function: str, *values: Any) -> Any:
        """A function of that name, in NumPy where nothing else is needed."""
        plain = all(isinstance(value, (np.ndarray, np.generic)) for value in values)
        return getattr(np if plain else self.xp, function)(*values)


class Term(Protocol):
    """A part of a formula."""

    def value(self, rows: Rows) -> Any:
        """The value, shape (n,) or ()."""

    def bounds(self, rows: Rows) -> Interval:
        """The least and the greatest value; of a test: surely true, possibly true."""

    def parts(self) -> tuple[Term, ...]:
        """The terms that this one is made of."""


@dataclass(frozen=True)
class Constant:
    """A number or a truth value."""

    number: float | bool

    def value(self, rows: Rows) -> Any:
        return np.bool_(self.number) if isinstance(self.number, bool) else np.float64(self.number)

    def bounds(self, rows: Rows) -> Interval:
        return (value := self.value(rows)), value

    def parts(self) -> tuple[Term, ...]:
        return ()


@dataclass(frozen=True)
class Parameter:
    """A named number."""

    name: str

    def value(self, rows: Rows) -> Any:
        number = rows.numbers[self.name]
        return np.float64(number) if rows.xp is np else rows.xp.asarray(number)

    def bounds(self, rows: Rows) -> Interval:
        low, high = rows.numbers[self.name]
        return np.float64(low), np.float64(high)

    def parts(self) -> tuple[Term, ...]:
        return ()


@dataclass(frozen=True)
class Table:
    """What is looked up by one factor's level: its score, or whether a test on it holds."""

    factor: int
    entries: tuple[float, ...] | tuple[bool, ...]

    def value(self, rows: Rows) -> Any:
        return np.asarray(self.entries)[rows.levels[self.factor]]

    def bounds(self, rows: Rows) -> Interval:
        return (value := self.value(rows)), value

    def parts(self) -> tuple[Term, ...]:
        return ()


@dataclass(frozen=True)
class Total:
    """A sum."""

    terms: tuple[Term, ...]

    def value(self, rows: Rows) -> Any:
        return reduce(lambda a, b: rows.apply("add", a, b), (term.value(rows) for term in self.terms))

    def bounds(self, rows: Rows) -> Interval:
        low, high = reduce(intervals.add, (term.bounds(rows) for term in self.terms))
        return low, high

    def parts(self) -> tuple[Term, ...]:
        return self.terms


@dataclass(frozen=True)
class Negative:
    """A term with its sign changed."""

    term: Term

    def value(self, rows: Rows) -> Any:
        return rows.apply("negative", self.term.value(rows))

    def bounds(self, rows: Rows) -> Interval:
        low, high = self.term.bounds(rows)
        return -high, -low

    def parts(self) -> tuple[Term, ...]:
        return (self.term,)


@dataclass(frozen=True)
class Product:
    """A product, from left to right; ``divides`` says by which terms it is divided instead."""

    terms: tuple[Term, ...]
    divides: tuple[bool, ...]

    def value(self, rows: Rows) -> Any:
        result = self.terms[0].value(rows)
        for term, divide in zip(self.terms[1:], self.divides[1:], strict=True):
            result = rows.apply("divide" if divide else "multiply", result, term.value(rows))
        return result

    def bounds(self, rows: Rows) -> Interval:
        result = self.terms[0].bounds(rows)
        for term, divide in zip(self.terms[1:], self.divides[1:], strict=True):
            result = (intervals.divide if divide else intervals.multiply)(result, term.bounds(rows))
        return result

    def parts(self) -> tuple[Term, ...]:
        return self.terms


@dataclass(frozen=True)
class Raised:
    """A power."""

    base: Term
    exponent: Term

    def value(self, rows: Rows) -> Any:
        return rows.apply("power", self.base.value(rows), self.exponent.value(rows))

    def bounds(self, rows: Rows) -> Interval:
        return intervals.power(self.base.bounds(rows), self.exponent.bounds(rows))

    def parts(self) -> tuple[Term, ...]:
        return self.base, self.exponent


@dataclass(frozen=True)
class Applied:
    """``min``, ``max``, ``abs``, ``exp`` or ``log`` of terms."""

    function: str
    terms: tuple[Term, ...]

    def value(self, rows: Rows) -> Any:
        values = [term.value(rows) for term in self.terms]
        if self.function in ("min", "max"):
            name = "minimum" if self.function == "min" else "maximum"
            return reduce(lambda a, b: rows.apply(name, a, b), values)
        return rows.apply(self.function, values[0])

    def bounds(self, rows: Rows) -> Interval:
        ranges = [term.bounds(rows) for term in self.terms]
        if self.function in ("min", "max"):
            pick = np.minimum if self.function == "min" else np.maximum
            return reduce(pick, (low for low, _ in ranges)), reduce(pick, (high for _, high in ranges))
        return intervals.FUNCTIONS[self.function](ranges[0])

    def parts(self) -> tuple[Term, ...]:
        return self.terms


@dataclass(frozen=True)
class Chosen:
    """``body if test else other``."""

    body: Term
    test: Term
    other: Term

    def value(self, rows: Rows) -> Any:
        test = self.test.value(rows)
        if not isinstance(test, (np.ndarray, np.generic)):
            return rows.xp.where(test, self.body.value(rows), self.other.value(rows))
        return split(rows, test, self.body.value, self.other.value)

    def bounds(self, rows: Rows) -> Interval:
        surely, possibly = self.test.bounds(rows)
        low, high = np.full(rows.count, np.inf), np.full(rows.count, -np.inf)
        for term, open_ in ((self.body, possibly), (self.other, np.logical_not(surely))):
            at = np.flatnonzero(np.broadcast_to(open_, rows.count))
            if len(at):
                below, above = term.bounds(rows.take(at))
                low[at], high[at] = np.minimum(low[at], below), np.maximum(high[at], above)
        return low, high

    def parts(self) -> tuple[Term, ...]:
        return self.body, self.test, self.other


def split(rows: Rows, test: Any, body: Callable[[Rows], Any], other: Callable[[Rows], Any]) -> Any:
    """``body`` on the rows where the test holds, ``other`` on the rest, put together again."""
    test = np.broadcast_to(test, rows.count)
    if test.all():
        return body(rows)
    if not test.any():
        return other(rows)
    yes, no = np.flatnonzero(test), np.flatnonzero(~test)
    first, second = body(rows.take(yes)), other(rows.take(no))
    if np.ndim(first) == 0 and np.ndim(second) == 0:
        return rows.xp.where(test, first, second)
    xp = np if all(isinstance(value, (np.ndarray, np.generic)) for value in (first, second)) else rows.xp
    both = xp.concatenate([xp.broadcast_to(first, (len(yes),)), xp.broadcast_to(second, (len(no),))])
    place = np.empty(rows.count, dtype=np.int64)
    place[yes], place[no] = np.arange(len(yes)), np.arange(len(yes), rows.count)
    return both[place]


def walk(term: Term) -> Iterable[Term]:
    """The term and all that it is made of."""
    yield term
    for part in term.parts():
        yield from walk(part)
