# ruff: noqa: D102  the parts of level formulas do what LevelTerm says
"""Formulas with their names resolved: numbers, tests and levels as functions of the state and the parameters.

A :class:`Formula` gives a number or a truth value, a :class:`LevelFormula` the level to which an effect takes its
factor. Both are frozen values that know their text, their place in the file and what they read. Calling one computes
it for any number of states at once, in NumPy or (for what depends on parameters) in JAX.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import numpy as np

from detente.scenario import conditions, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detente.problems import Place
    from detente.scenario.syntax import Node
    from detente.scenario.terms import Rows, Term
    from detente.source import Written

Levels: TypeAlias = "np.ndarray | Sequence[Any]"
Kind: TypeAlias = Literal["number", "test"]


@dataclass(frozen=True)
class Formula:
    """A number or a test. ``factors`` are indices into Scenario.factors, ``parameters`` names."""

    text: str
    term: Term
    kind: Kind = "number"
    place: Place | None = field(default=None, compare=False, repr=False)
    literals: tuple[tuple[float, Place | None], ...] = field(default=(), compare=False, repr=False)  # bare numbers
    tree: Node | None = field(default=None, compare=False, repr=False)  # as written; None for a composed formula
    written: Written | None = field(default=None, compare=False, repr=False)

    @cached_property
    def factors(self) -> frozenset[int]:
        """The factors whose levels it reads."""
        return _factors(self.term)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters it reads."""
        return frozenset(part.name for part in terms.walk(self.term) if isinstance(part, terms.Parameter))

    @property
    def constant(self) -> bool:
        """Whether it reads neither a factor nor a parameter."""
        return not self.factors and not self.parameters

    def place_of(self, node: Node) -> Place | None:
        """The place of a part of its tree."""
        return self.written.place(node.start, node.end) if self.written else self.place

    def __call__(self, levels: Levels, numbers: Mapping[str, Any] | None = None, xp: Any = np) -> Any:
        """Its value in states ``levels`` (..., F), or F arrays (...): an array of floats or of truth values (...).

        ``numbers`` gives each parameter a scalar; ``xp`` is numpy or jax.numpy. Undefined results are nan or inf.
        """
        rows, shape = _rows(levels, self.factors, numbers or {}, xp)
        with np.errstate(all="ignore"):
            value = self.term.value(rows)
        return xp.reshape(xp.broadcast_to(value, (rows.count,)), shape)

    def bounds(self, levels: Levels, ranges: Mapping[str, tuple[float, float]]) -> tuple[np.ndarray, ...]:
        """The least and the greatest value over the ranges of the parameters; of a test: surely, possibly true.

        Interval arithmetic, made exact for parameters that occur several times but always linearly, such as the p
        of ``1 - p - q * (1 - p)``: there the extremes lie at the ends of their ranges.
        """
        rows, shape = _rows(levels, self.factors, ranges, np)
        found = []
        with np.errstate(all="ignore"):
            for corner in product(*(sorted(set(ranges[name])) for name in self._linear)):
                ends = {name: (end, end) for name, end in zip(self._linear, corner, strict=True)}
                found.append(self.term.bounds(replace(rows, numbers={**ranges, **ends})))
        if self.kind == "test":
            low, high = found[0]
        else:
            low, high = np.min([low for low, _ in found], axis=0), np.max([high for _, high in found], axis=0)
        return tuple(np.broadcast_to(end, (rows.count,)).reshape(shape) for end in (low, high))

    @cached_property
    def _linear(self) -> tuple[str, ...]:
        """Parameters that occur more than once and always linearly; no more than six."""
        if self.kind == "test":
            return ()
        named = [part.name for part in terms.walk(self.term) if isinstance(part, terms.Parameter)]
        degrees = _degrees(self.term)
        return tuple(sorted(name for name in self.parameters if named.count(name) > 1 and degrees[name] == 1))[:6]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class LevelFormula:
    """The level to which an effect takes a factor: ``top`` is the index of its last level."""

    text: str
    factor: int
    top: int
    term: LevelTerm
    place: Place | None = field(default=None, compare=False, repr=False)
    tree: Node | None = field(default=None, compare=False, repr=False)
    written: Written | None = field(default=None, compare=False, repr=False)

    @cached_property
    def factors(self) -> frozenset[int]:
        """The factors whose levels it reads, its own among them where the result depends on it."""
        return self.term.reads()

    def place_of(self, node: Node) -> Place | None:
        """The place of a part of its tree."""
        return self.written.place(node.start, node.end) if self.written else self.place

    def __call__(self, levels: Levels, xp: Any = np) -> Any:
        """Level indices (...) in states ``levels`` (..., F), or F arrays (...)."""
        rows, shape = _rows(levels, self.factors, {}, np)
        with np.errstate(all="ignore"):
            value = self.term.level(rows)
        return xp.asarray(np.broadcast_to(value, (rows.count,)).reshape(shape))

    def __str__(self) -> str:
        return self.text


class LevelTerm(Protocol):
    """A part of a level formula."""

    def level(self, rows: Rows) -> Any:
        """Level indices, shape (n,) or ()."""

    def reads(self) -> frozenset[int]:
        """The factors whose levels it reads."""


@dataclass(frozen=True)
class ToLevel:
    """A level by name, whatever the state."""

    index: int

    def level(self, rows: Rows) -> Any:
        return np.int64(self.index)

    def reads(self) -> frozenset[int]:
        return frozenset()


@dataclass(frozen=True)
class Step:
    """So many levels up or down from where the factor is, stopping at the ends; 0 stays."""

    factor: int
    by: int
    top: int

    def level(self, rows: Rows) -> Any:
        return np.clip(rows.levels[self.factor].astype(np.int64) + self.by, 0, self.top)

    def reads(self) -> frozenset[int]:
        return frozenset((self.factor,))


@dataclass(frozen=True)
class ChosenLevel:
    """One level or another, as a test on the state has it."""

    body: LevelTerm
    test: Term
    other: LevelTerm

    def level(self, rows: Rows) -> Any:
        return terms.split(rows, self.test.value(rows), self.body.level, self.other.level)

    def reads(self) -> frozenset[int]:
        return self.body.reads() | _factors(self.test) | self.other.reads()


def constant(value: float, place: Place | None = None) -> Formula:
    """A formula that is just a number."""
    return Formula(f"{value:g}", terms.Constant(float(value)), place=place)


def always(place: Place | None = None) -> Formula:
    """A test that holds in every state."""
    return Formula("true", terms.Constant(True), "test", place)


def difference(first: Formula | None, *others: Formula) -> Formula:
    """``first - other - ...``, with 0 for a missing first."""
    if first is None and len(others) == 1 and isinstance(others[0].term, terms.Constant):
        return _made(f"-{others[0].text}", terms.Constant(-others[0].term.number), others)
    start = () if first is None else (first,)
    parts = tuple([formula.term for formula in start] + [terms.Negative(formula.term) for formula in others])
    text = " - ".join([first.text if first else "0", *(_bracketed(formula) for formula in others)])
    return _made(text, parts[0] if len(parts) == 1 else terms.Total(parts), (*start, *others))


def times(first: Formula, second: Formula) -> Formula:
    """``first * second``; a factor of one is left out."""
    for one, other in ((first, second), (second, first)):
        if one.term == terms.Constant(1.0):
            return other
    text = f"{_bracketed(first)} * {_bracketed(second)}"
    return _made(text, terms.Product((first.term, second.term), (False, False)), (first, second))


def _made(text: str, term: Term, parts: tuple[Formula, ...]) -> Formula:
    place = next((formula.place for formula in parts if formula.place), None)
    return Formula(text, term, "number", place, tuple(literal for formula in parts for literal in formula.literals))


def _bracketed(formula: Formula) -> str:
    return formula.text if formula.text.replace(".", "").replace("_", "").isalnum() else f"({formula.text})"


def _factors(term: Term) -> frozenset[int]:
    found: set[int] = set()
    for part in terms.walk(term):
        if isinstance(part, terms.Table):
            found.add(part.factor)
        elif isinstance(part, conditions.Pair):
            found |= {part.left, part.right}
    return frozenset(found)


def _degrees(term: Term) -> dict[str, int]:
    """For each parameter 1 where the term is linear in it (the others held), else 2."""
    if isinstance(term, terms.Parameter):
        return {term.name: 1}
    product = isinstance(term, terms.Product)
    linear = product or isinstance(term, (terms.Total, terms.Negative, terms.Chosen))
    degrees: dict[str, int] = {}
    for position, part in enumerate(term.parts()):
        bent = not linear or (isinstance(term, terms.Product) and term.divides[position])
        bent = bent or (isinstance(term, terms.Chosen) and position == 1)
        for name, degree in _degrees(part).items():
            degrees[name] = 2 if bent or (product and name in degrees) else max(degree, degrees.get(name, 1))
    return degrees


def _rows(levels: Levels, factors: frozenset[int], numbers: Mapping[str, Any], xp: Any) -> tuple[Rows, tuple[int, ...]]:
    if isinstance(levels, np.ndarray):
        shape = levels.shape[:-1]
        columns = {factor: levels[..., factor].reshape(-1) for factor in factors}
    else:
        given = [np.asarray(column) for column in levels]
        shape = np.broadcast_shapes(*(column.shape for column in given))
        columns = {factor: np.broadcast_to(given[factor], shape).reshape(-1) for factor in factors}
    return terms.Rows(int(np.prod(shape, dtype=np.int64)), columns, numbers, xp), shape
