"""Formulas evaluated once for each distinct combination of the levels that they read, then gathered to states.

A formula reads few factors, so it takes few distinct values however many states there are: with 25,000 states, an
action's payoff that reads three factors is computed perhaps 24 times. Rows are the combinations that *occur* among the
states where the formula is asked for: a guard may be what keeps a division from zero, and the derivative of an infinite
row that nobody gathers would still be not-a-number.

The structure (rows, and each state's row) is fixed at compile time. The numbers come later: as floats, when all is done
in NumPy and checked, or as JAX tracers under ``jit``, ``vmap`` and ``grad``, when nothing can be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from detente.scenario.formula import Formula
    from detente.scenario.model import Factor

    Numbers: TypeAlias = Mapping[str, Any]  # parameter -> float, or a JAX scalar
    Cell: TypeAlias = tuple[Formula, ...]  # their product; nothing: 0

SLACK = 1e-9  # how far a number may pass its bounds by rounding


class Bounds(NamedTuple):
    """What numbers may be: from ``low`` to ``high``, rounding allowed; strictly between where the ends are left out."""

    low: float = -np.inf
    high: float = np.inf
    ends: bool = True

    def hold(self, numbers: np.ndarray) -> np.ndarray:
        """Which of them are finite and within."""
        low, high = self.low - SLACK, self.high + SLACK
        within = (numbers >= low) & (numbers <= high) if self.ends else (numbers > self.low) & (numbers < self.high)
        return np.asarray(within & np.isfinite(numbers))

    def __str__(self) -> str:
        if np.isfinite(self.high):
            return f"between {self.low:g} and {self.high:g}{'' if self.ends else ', both excluded'}"
        return f"at least {self.low:g}" if np.isfinite(self.low) else "a finite number"


FINITE, POSITIVE, CHANCE = Bounds(), Bounds(0.0), Bounds(0.0, 1.0)
LEAN = Bounds(0.0, 1.0, ends=False)  # whoever is indifferent says yes at times, and no at times


@dataclass(frozen=True, eq=False)
class Rows:
    """Distinct combinations among some states: each one's ``first`` position, and each state's row, ``of``."""

    first: np.ndarray  # (T,)
    of: np.ndarray  # (states asked for,)


def distinct(levels: np.ndarray, factors: Iterable[int], *also: np.ndarray) -> Rows:
    """The distinct combinations of the given factors, and of further codes ``also``, among levels (A, F)."""
    code, size = np.zeros(len(levels), dtype=np.int64), 1
    for part in (*(levels[:, f] for f in sorted(factors)), *also):
        radix = int(part.max(initial=0)) + 1
        if size * radix > 4 * len(levels) + 64:
            first, code = _renumbered(code, size)
            size = len(first)
        code, size = code * radix + part, size * radix
    return Rows(*_renumbered(code, size))


def _renumbered(code: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each different code first occurs, and the codes renumbered without gaps."""
    if size > 8 * len(code) + 64:
        _, first, of = np.unique(code, return_index=True, return_inverse=True)
        return first, of
    first = np.full(size, len(code))
    first[code[::-1]] = np.arange(len(code))[::-1]
    present = first < len(code)
    return first[present], (np.cumsum(present) - 1)[code]


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers (T, W) on distinct rows. Cells (T, B) are products of formulas; ``spread`` sums them into W columns."""

    label: str  # what the numbers are, to tell of one out of bounds
    levels: np.ndarray  # (T, F)
    cells: tuple[Cell, ...]  # B of them
    factors: tuple[Factor, ...]
    bounds: Bounds = FINITE
    spread: np.ndarray | None = None  # (T, B, W) of zeros and ones
    barred: np.ndarray | None = None  # (T, B) where a cell is zero at any numbers in the declared ranges

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the numbers that are read."""
        return frozenset(name for cell in self.cells for formula in cell for name in formula.parameters)

    def __call__(self, numbers: Numbers, xp: Any) -> Any:
        """The table at these numbers; checked when ``xp`` is NumPy."""
        columns = [
            self._product([formula for formula in cell if formula.parameters], numbers, xp, known)
            for cell, known in zip(self.cells, self._known, strict=True)
        ]
        cells = xp.stack(columns, axis=1)
        if xp is np:
            self._check(cells)
        return cells if self.spread is None else (cells[:, :, None] * self.spread).sum(axis=1)

    @cached_property
    def _known(self) -> list[np.ndarray]:
        """The part of each cell that reads no number."""
        ones, zeros = np.ones(len(self.levels)), np.zeros(len(self.levels))
        return [
            self._product([formula for formula in cell if not formula.parameters], {}, np, ones if cell else zeros)
            for cell in self.cells
        ]

    def _product(self, formulas: Sequence[Formula], numbers: Numbers, xp: Any, first: Any) -> Any:
        for formula in formulas:
            first = first * formula(self.levels, numbers, xp)
        return first

    def _check(self, cells: np.ndarray) -> None:
        fine = self.bounds.hold(cells)
        bad, must = ~fine, str(self.bounds)
        if self.barred is not None and fine.all():
            bad, must = self.barred & (cells > SLACK), "0, since it is so for all numbers in the declared ranges"
        if not bad.any():
            return
        row, column = (int(at) for at in np.argwhere(bad)[0])
        read = sorted({f for formula in self.cells[column] for f in formula.factors})
        where = ", ".join(f"{self.factors[f].name} is {self.factors[f].levels[self.levels[row, f]]}" for f in read)
        raise DetenteError(
            f"{self.label} is {cells[row, column]:g}{' where ' + where if where else ''}; it must be {must}."
        )


@dataclass(frozen=True, eq=False)
class Gather:
    """A quantity on states: each takes an entry of the tables.

    With ``rest`` (W,) the tables are stacked below that row and ``index`` (S,) takes rows: (S, W). Without it they are
    strung into one vector after a zero, and ``index`` takes entries: the result has its shape.
    """

    tables: tuple[Table, ...]
    index: np.ndarray
    rest: np.ndarray | None = None

    @property
    def fixed(self) -> bool:
        """Whether no number is read."""
        return not any(table.parameters for table in self.tables)

    def __call__(self, numbers: Numbers, xp: Any) -> Any:
        """The quantity at these numbers, as an array of ``xp``."""
        found = [table(numbers, xp) for table in self.tables]
        rows = [np.zeros(1), *(table.ravel() for table in found)] if self.rest is None else [self.rest[None, :], *found]
        together = xp.concatenate(rows)
        if xp is np:
            return together.take(self.index, axis=0)
        return together.at[self.index].get(mode="promise_in_bounds", wrap_negative_indices=False)


@dataclass(frozen=True, eq=False)
class Piece:
    """A table, and the states that take their numbers from it: state ``at[k]`` takes row ``of[k]``."""

    table: Table
    at: np.ndarray
    of: np.ndarray


@dataclass(frozen=True, eq=False)
class Merged:
    """Which outcome each cell counts towards: ``slot`` (A, B), -1 for none, below ``width``; ``barred`` as in Table."""

    slot: np.ndarray
    width: int
    barred: np.ndarray

    def spread(self, rows: np.ndarray) -> np.ndarray:
        """Zeros and ones (T, B, W) that sum the cells of these rows into outcomes."""
        return np.asarray(self.slot[rows][:, :, None] == np.arange(self.width), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Ground:
    """The states to make tables on."""

    levels: np.ndarray  # (S, F)
    factors: tuple[Factor, ...]

    def piece(
        self,
        label: str,
        at: np.ndarray,
        cells: Sequence[Cell],
        bounds: Bounds = FINITE,
        merged: Merged | None = None,
    ) -> Piece:
        """Formulas on the distinct rows that they read among the states ``at``."""
        here = self.levels[at]
        reads = {f for cell in cells for formula in cell for f in formula.factors}
        rows = distinct(here, reads, *(merged.slot.T + 1 if merged else ()))
        table = Table(
            label=label,
            levels=here[rows.first],
            cells=tuple(cells),
            factors=self.factors,
            bounds=bounds,
            spread=merged.spread(rows.first) if merged else None,
            barred=merged.barred[rows.first] if merged else None,
        )
        return Piece(table, at, rows.of)


def by_row(pieces: Sequence[Piece], states: int, rest: np.ndarray) -> Gather:
    """Rows (S, W) from pieces on states that do not overlap; the other states take ``rest`` (W,)."""
    index, start = np.zeros(states, dtype=np.intp), 1
    for each in pieces:
        index[each.at] = start + each.of
        start += len(each.table.levels)
    return Gather(tuple(each.table for each in pieces), index, rest)


def by_entry(pieces: Sequence[Piece], states: int) -> Gather:
    """One number a state (S,) from pieces of one cell on states that do not overlap; the others take 0."""
    rows = by_row(pieces, states, np.zeros(1))
    return Gather(rows.tables, rows.index)
