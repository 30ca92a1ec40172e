"""Where a game has something open, and where its derivative has entries: index arrays, laid out once per structure.

An *entry* is one open (state, column): a choice that somebody has in some state. Entries are numbered column by column,
n of them, and the solvers compute on entries only, so that closed actions cost nothing. A *signal* is what a decision
depends on: the mover's gain at an entry (signal = entry), then the chance of acceptance at entries that need consent.

Two sparse matrices wait for numbers (see :mod:`detente.equilibrium.derivative`): ``moves`` (S, S), from a state to
every state that may follow; ``reads`` (signals, S N), the values on which a decision depends. ``pattern_of`` keeps the
patterns of the last few structures, for parameter draws.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from detente.game.arrays import Game

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

KEEP = 3


@dataclass(frozen=True, eq=False)
class Slots:
    """A sparse matrix awaiting numbers: ``slot[e]`` is where raw number e is added in."""

    shape: tuple[int, int]
    starts: Ints
    indices: Ints
    slot: np.ndarray[tuple[int, ...], np.dtype[np.intp]]

    @classmethod
    def of(cls, rows: Sequence[Ints], columns: Sequence[Ints], shape: tuple[int, int]) -> Slots:
        """From the rows and columns of raw numbers, piece by piece; those in one place share a slot."""
        pieces = [row.astype(np.int64) * shape[1] + column for row, column in zip(rows, columns, strict=True)]
        places, slot = np.unique(np.concatenate(pieces), return_inverse=True)
        starts = np.searchsorted(places, np.arange(shape[0] + 1, dtype=np.int64) * shape[1])
        return cls(shape, starts.astype(np.int32), (places % shape[1]).astype(np.int32), slot.astype(np.intp))

    def fill(self, numbers: Sequence[Floats]) -> Any:
        """The CSR matrix with these raw numbers, in the pieces of ``of``."""
        data = np.bincount(self.slot, weights=np.concatenate(numbers), minlength=len(self.indices))
        return sp.csr_array((data, self.indices, self.starts), shape=self.shape)


@dataclass(frozen=True)
class OpenColumn:
    """One column where it is open."""

    mover: int
    consenters: tuple[int, ...]
    entries: slice
    asks: slice | None  # its place among the entries that need consent
    stays: bool  # a refusal changes nothing


@dataclass(frozen=True, eq=False)
class Entries:
    """The n choices that are open somewhere, column by column."""

    rows: Ints  # (n,) state of each
    mover: Ints  # (n,)
    refused: Ints  # (n,) state after a refusal: the state itself where that changes nothing
    outcomes: Ints  # (n,) how many outcomes each has
    succ: Ints  # (sum of outcomes,) states that they lead to
    asking: Ints  # entries that need consent

    @cached_property
    def starts(self) -> Ints:
        """Where the outcomes of each entry begin, (n + 1,)."""
        return np.concatenate([[0], np.cumsum(self.outcomes)]).astype(np.int32)

    @cached_property
    def _places(self) -> tuple[Ints, Ints, np.ndarray[tuple[int, ...], np.dtype[np.intp]]]:
        """Row starts and columns of ``ahead``, and where in it the outcomes' chances stand."""
        count = len(self.rows)
        place = np.arange(len(self.succ)) + np.repeat(np.arange(count), self.outcomes)
        starts: Ints = (self.starts + np.arange(count + 1)).astype(np.int32)
        columns: Ints = np.empty(len(self.succ) + count, np.int32)
        columns[place] = self.succ
        columns[starts[1:] - 1] = self.rows
        return starts, columns, place

    def ahead(self, chance: Floats, states: int) -> Any:
        """The CSR matrix (n, S) from values of states to expected values of outcomes less the state's own."""
        starts, columns, place = self._places
        data = np.full(len(columns), -1.0)
        data[place] = chance
        return sp.csr_array((data, columns, starts), shape=(len(self.rows), states))


@dataclass(frozen=True, eq=False)
class Pattern:
    """Index arrays of a game; see the module's words."""

    states: int
    actors: int
    columns: tuple[OpenColumn, ...]
    entries: Entries
    signals: Ints  # state of each signal
    moves: Slots
    reads: Slots
    diagonal: Ints  # slot of (s, s) in moves

    @property
    def movers(self) -> dict[int, list[OpenColumn]]:
        """The columns of each actor that has any."""
        found: dict[int, list[OpenColumn]] = {}
        for column in self.columns:
            found.setdefault(column.mover, []).append(column)
        return found

    @classmethod
    def of(cls, game: Game) -> Pattern:
        """Lay out the index arrays of a game."""
        states, actors = game.shape
        where = [np.flatnonzero(np.asarray(column.action) >= 0).astype(np.int32) for column in game.columns]
        columns = _columns(game, [len(rows) for rows in where])
        succ = [np.asarray(column.succ, np.int32)[rows] for column, rows in zip(game.columns, where, strict=True)]
        rows = _join(where)
        refused = _join(
            here if column.refused is None else np.asarray(column.refused, np.int32)[here]
            for column, here in zip(game.columns, where, strict=True)
        )
        outcomes = _join(np.full(len(each), each.shape[1]) for each in succ)
        mover = _join(np.full(len(here), column.actor) for column, here in zip(game.columns, where, strict=True))
        asking = _join(np.arange(c.entries.start, c.entries.stop) for c in columns if c.asks)
        entries = Entries(rows, mover, refused, outcomes, _join(each.ravel() for each in succ), asking)
        chance = np.asarray(game.chance.succ, np.int32)
        moves = _moves(entries, chance)
        here = np.arange(states, dtype=np.int64)
        keys = np.repeat(here, np.diff(moves.starts)) * states + moves.indices
        return cls(
            states=states,
            actors=actors,
            columns=columns,
            entries=entries,
            signals=_join([rows, rows[asking]]),
            moves=moves,
            reads=_reads(states, actors, columns, entries),
            diagonal=np.searchsorted(keys, here * (states + 1)).astype(np.int32),
        )


def pattern_of(game: Game) -> Pattern:
    """The game's index arrays, laid out at its first call; games with the same structure share them."""
    key = _fingerprint(game)
    with _lock:
        if key not in _kept:
            _kept[key] = Pattern.of(game)
            while len(_kept) > KEEP:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


_kept: OrderedDict[bytes, Pattern] = OrderedDict()
_lock = Lock()


def _fingerprint(game: Game) -> bytes:
    """Equal for games of one structure."""
    told = blake2b(repr((game.shape, [(column.actor, column.consenters) for column in game.columns])).encode())
    for column in game.columns:
        for array in (column.succ, np.asarray(column.action) >= 0, column.refused):
            told.update(b"none" if array is None else np.ascontiguousarray(array).tobytes())
    told.update(np.ascontiguousarray(game.chance.succ).tobytes())
    return told.digest()


def _columns(game: Game, counts: list[int]) -> tuple[OpenColumn, ...]:
    """Where each column's entries, and its asking entries, are found."""
    columns, first, asked = [], 0, 0
    for column, count in zip(game.columns, counts, strict=True):
        asks = slice(asked, asked + count) if column.consenters else None
        here = slice(first, first + count)
        columns.append(OpenColumn(column.actor, column.consenters, here, asks, column.refused is None))
        first += count
        asked += count if asks else 0
    return tuple(columns)


def _moves(entries: Entries, chance: Ints) -> Slots:
    """Raw numbers: every entry's outcomes; refusals of those that ask; chance, state by state; s itself."""
    here = np.arange(len(chance), dtype=np.int32)
    rows = [
        np.repeat(entries.rows, entries.outcomes),
        entries.rows[entries.asking],
        np.repeat(here, chance.shape[1]),
        here,
    ]
    to = [entries.succ, entries.refused[entries.asking], chance.ravel(), here]
    return Slots.of(rows, to, (len(chance), len(chance)))


def _reads(states: int, actors: int, columns: tuple[OpenColumn, ...], entries: Entries) -> Slots:
    """Raw numbers: every entry's outcomes, its refusal, s itself; then by asking column and consenter the first two."""
    signal = np.arange(len(entries.rows), dtype=np.int32)
    rows = [np.repeat(signal, entries.outcomes), signal, signal]
    to = [
        entries.succ * actors + np.repeat(entries.mover, entries.outcomes),
        entries.refused * actors + entries.mover,
        entries.rows * actors + entries.mover,
    ]
    for column in columns:
        if column.asks:
            own = slice(entries.starts[column.entries.start], entries.starts[column.entries.stop])
            consent = np.arange(column.asks.start, column.asks.stop, dtype=np.int32) + np.int32(len(signal))
            for r in column.consenters:
                rows += [np.repeat(consent, entries.outcomes[column.entries]), consent]
                to += [entries.succ[own] * actors + r, entries.refused[column.entries] * actors + r]
    return Slots.of(rows, to, (len(signal) + len(entries.asking), states * actors))


def _join(pieces: Iterable[np.ndarray]) -> Ints:
    return np.concatenate([np.zeros(0, np.int32), *pieces]).astype(np.int32)
