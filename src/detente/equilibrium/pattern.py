"""Where a game's derivative has entries: index arrays that depend on structure alone, laid out once.

Written once per structure (``pattern_of`` keeps the last few) and shared by every Newton step, every precision and every parameter draw. Two sparse
matrices are prepared (see :mod:`detente.equilibrium.derivative` for what goes into them): ``moves`` (S, S), from a
state to every state that may follow; ``reads`` (signals, S N), the values on which a mover's or a consenter's decision
in a state depends. A signal is one open (state, column), or one more where the column needs consent.
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
        keys = np.concatenate([r.astype(np.int64) * shape[1] + c for r, c in zip(rows, columns, strict=True)])
        places, slot = np.unique(keys, return_inverse=True)
        starts = np.searchsorted(places, np.arange(shape[0] + 1, dtype=np.int64) * shape[1])
        return cls(shape, starts.astype(np.int32), (places % shape[1]).astype(np.int32), slot.astype(np.intp))

    def fill(self, entries: Sequence[Floats]) -> Any:
        """The CSR matrix with these raw entries, given in the order of ``of``."""
        data = np.bincount(self.slot, weights=np.concatenate(entries), minlength=len(self.indices))
        return sp.csr_array((data, self.indices, self.starts), shape=self.shape)


@dataclass(frozen=True, eq=False)
class OpenColumn:
    """One column where it is open: n rows."""

    mover: int
    consenters: tuple[int, ...]
    rows: Ints  # (n,) states
    succ: Ints  # (n, K)
    refused: Ints  # (n,) the state itself where a refusal changes nothing
    choice: Ints  # (n,) signal of the mover's gain
    consent: Ints | None  # (n,) signal of the chance of acceptance


@dataclass(frozen=True, eq=False)
class Pattern:
    """Index arrays of a game; see the module's words."""

    states: int
    actors: int
    columns: tuple[OpenColumn, ...]
    chance: Ints  # (S, C) successors
    signal_starts: Ints  # (S + 1,) signals are numbered by state
    moves: Slots
    reads: Slots
    diagonal: Ints  # slot of (s, s) in moves

    @classmethod
    def of(cls, game: Game) -> Pattern:
        """Lay out the index arrays of a game."""
        states, actors = game.shape
        columns, signal_starts = _number_signals(game)
        chance = np.asarray(game.chance.succ, np.int32)
        moves = _moves(states, columns, chance)
        here = np.arange(states, dtype=np.int64)
        keys = np.repeat(here, np.diff(moves.starts)) * states + moves.indices
        return cls(
            states=states,
            actors=actors,
            columns=columns,
            chance=chance,
            signal_starts=signal_starts,
            moves=moves,
            reads=_reads(states, actors, columns, int(signal_starts[-1])),
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


def _number_signals(game: Game) -> tuple[tuple[OpenColumn, ...], Ints]:
    """The open columns with their signals, numbered by state, and where each state's signals start."""
    where = [np.flatnonzero(np.asarray(column.action) >= 0).astype(np.int32) for column in game.columns]
    kinds = [rows for rows, column in zip(where, game.columns, strict=True) for _ in range(2 if column.consenters else 1)]
    states = np.concatenate(kinds) if kinds else np.zeros(0, np.int32)
    number = np.empty(len(states), np.int32)
    number[np.argsort(states, kind="stable")] = np.arange(len(states), dtype=np.int32)
    pieces = iter(np.split(number, np.cumsum([len(rows) for rows in kinds])[:-1]) if kinds else [])
    columns = []
    for rows, column in zip(where, game.columns, strict=True):
        refused = rows if column.refused is None else np.asarray(column.refused, np.int32)[rows]
        choice = next(pieces)
        consent = next(pieces) if column.consenters else None
        succ = np.asarray(column.succ, np.int32)[rows]
        columns.append(OpenColumn(column.actor, column.consenters, rows, succ, refused, choice, consent))
    starts = np.searchsorted(np.sort(states), np.arange(game.shape[0] + 1)).astype(np.int32)
    return tuple(columns), starts


def _moves(states: int, columns: tuple[OpenColumn, ...], chance: Ints) -> Slots:
    """Raw entries: chance by k; then by column its outcomes, and its refusal where it needs consent; then s itself."""
    here = np.arange(states, dtype=np.int32)
    rows, to = [here] * chance.shape[1], list(chance.T)
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
        readers = [(column.choice, column.mover)] + [(column.consent, r) for r in column.consenters if column.consent is not None]
        for signal, reader in readers:
            for target in (*column.succ.T, column.refused, *([column.rows] if signal is column.choice else [])):
                rows.append(signal)
                to.append(target * actors + reader)
    return Slots.of(rows, to, (signals, states * actors)) if rows else Slots.of([np.zeros(0, np.int32)], [np.zeros(0, np.int32)], (0, states * actors))
