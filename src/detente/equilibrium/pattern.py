"""Where a game's derivative has entries: index arrays that depend on structure alone, laid out once.

Written once per structure (``pattern_of`` keeps the last few) and shared by every Newton step, every precision and
every parameter draw. Two sparse matrices are prepared (see :mod:`detente.equilibrium.derivative` for what goes into
them): ``moves`` (S, S), from a state to every state that may follow; ``reads`` (signals, S N), the values on which a
mover's or a consenter's decision in a state depends. A signal is one open (state, column), or one more where the column
needs consent; signals are numbered column by column.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.game.arrays import Game

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Slots:
    """A sparse matrix awaiting numbers: ``slot[e]`` is where raw entry e is added in."""

    shape: tuple[int, int]
    starts: Ints
    indices: Ints
    slot: Ints

    @classmethod
    def of(cls, rows: Sequence[Ints], columns: Sequence[Ints], shape: tuple[int, int]) -> Slots:
        """From raw entries' rows and columns; those in one place share a slot."""
        pieces = [r.astype(np.int64) * shape[1] + c for r, c in zip(rows, columns, strict=True)]
        keys = np.concatenate([np.zeros(0, np.int64), *pieces])
        places, slot = np.unique(keys, return_inverse=True)
        starts = np.searchsorted(places, np.arange(shape[0] + 1, dtype=np.int64) * shape[1])
        return cls(shape, starts.astype(np.int32), (places % shape[1]).astype(np.int32), slot.astype(np.intp))

    def fill(self, entries: Sequence[Floats]) -> Any:
        """The CSR matrix with these raw entries, given in the order of ``of``."""
        weights = np.concatenate([np.zeros(0), *entries])
        data = np.bincount(self.slot, weights=weights, minlength=len(self.indices))
        return sp.csr_array((data, self.indices, self.starts), shape=self.shape)


@dataclass(frozen=True, eq=False)
class OpenColumn:
    """One column where it is open: n rows."""

    mover: int
    consenters: tuple[int, ...]
    rows: Ints  # (n,) states
    succ: Ints  # (n, K)
    refused: Ints  # (n,) the state itself where a refusal changes nothing
    choice: slice  # its n signals of the mover's gain
    consent: slice | None  # its n signals of the chance of acceptance


@dataclass(frozen=True, eq=False)
class Pattern:
    """Index arrays of a game; see the module's words."""

    states: int
    actors: int
    columns: tuple[OpenColumn, ...]
    chance: Ints  # (S, C) successors
    signals: Ints  # state of each signal
    moves: Slots
    reads: Slots
    diagonal: Ints  # slot of (s, s) in moves

    @classmethod
    def of(cls, game: Game) -> Pattern:
        """Lay out the index arrays of a game."""
        states, actors = game.shape
        columns = _open_columns(game)
        repeated = [c.rows for c in columns for _ in range(2 if c.consent else 1)]
        signals = np.concatenate([np.zeros(0, np.int32), *repeated])
        chance = np.asarray(game.chance.succ, np.int32)
        moves = _moves(states, columns, chance)
        here = np.arange(states, dtype=np.int64)
        keys = np.repeat(here, np.diff(moves.starts)) * states + moves.indices
        return cls(
            states=states,
            actors=actors,
            columns=columns,
            chance=chance,
            signals=signals,
            moves=moves,
            reads=_reads(states, actors, columns, len(signals)),
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


KEEP = 3
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


def _open_columns(game: Game) -> tuple[OpenColumn, ...]:
    """The columns where they are open, their signals numbered one after another."""
    columns, first = [], 0
    for column in game.columns:
        rows = np.flatnonzero(np.asarray(column.action) >= 0).astype(np.int32)
        refused = rows if column.refused is None else np.asarray(column.refused, np.int32)[rows]
        succ = np.asarray(column.succ, np.int32)[rows]
        choice = slice(first, first + len(rows))
        consent = slice(choice.stop, choice.stop + len(rows)) if column.consenters else None
        first = (consent or choice).stop
        columns.append(OpenColumn(column.actor, column.consenters, rows, succ, refused, choice, consent))
    return tuple(columns)


def _moves(states: int, columns: tuple[OpenColumn, ...], chance: Ints) -> Slots:
    """Raw entries: chance by k; then by column its outcomes, and its refusal where it needs consent; then s itself."""
    here = np.arange(states, dtype=np.int32)
    rows: list[Ints] = [here] * chance.shape[1]
    to: list[Ints] = list(chance.T)
    for column in columns:
        rows += [column.rows] * column.succ.shape[1]
        to += list(column.succ.T)
        if column.consenters:
            rows.append(column.rows)
            to.append(column.refused)
    return Slots.of([*rows, here], [*to, here], (states, states))


def _reads(states: int, actors: int, columns: tuple[OpenColumn, ...], signals: int) -> Slots:
    """Raw entries by column, in the order in which the derivative lists their numbers."""
    rows: list[Ints] = []
    to: list[Ints] = []
    for column in columns:
        outcomes = (*column.succ.T, column.refused)
        signal = np.arange(column.choice.start, column.choice.stop, dtype=np.int32)
        rows += [signal] * (len(outcomes) + 1)
        to += [target * actors + column.mover for target in (*outcomes, column.rows)]
        if column.consent is not None:
            for r in column.consenters:
                rows += [signal + np.int32(len(signal))] * len(outcomes)
                to += [target * actors + r for target in outcomes]
    return Slots.of(rows, to, (signals, states * actors))
