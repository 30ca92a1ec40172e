"""A Markov jump process, event by event.

A :class:`Chain` lists what can happen in each state, at which rate and where it leads, sorted by state, with what each
event is: an action taken, a request refused, or a chance rule. An action counts as taken when it takes effect, also
where the state stays the same (a test that fails), and a refused request is something to tell; so events that change
nothing are kept, except those of chance. The generator, where they cancel, is derived.

Dated rules are no part of the generator: they happen on their dates (:mod:`detente.outcome.calendar`), and each is a
matrix of jump chances.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

NOBODY = -1  # no action, or no rule
_ROUNDING = 1e-12  # events a month


@dataclass(frozen=True, eq=False)
class Events:
    """One kind of event for every state at once: (S,) arrays, or one value for all states."""

    target: np.ndarray
    rate: np.ndarray  # a month; 0 where it cannot happen
    action: np.ndarray | int = NOBODY
    rule: np.ndarray | int = NOBODY
    refused: bool = False
    slip: np.ndarray | bool = False


@dataclass(frozen=True, eq=False)
class Jump:
    """A dated rule on its date: ``matrix[s, s']`` chances, rows sum to one; ``holds`` where its guard does."""

    matrix: sparse.csr_array
    holds: np.ndarray  # (S,) bool; elsewhere nothing happens

    def within(self, kept: np.ndarray) -> Jump:
        """On some states, indices (R,), and one for all others, the last, which nothing leaves."""
        inside = sparse.csr_array(self.matrix[kept][:, kept])
        leaves = np.maximum(1.0 - np.asarray(inside.sum(axis=1)).ravel(), 0.0)
        leaves[leaves < _ROUNDING] = 0.0
        whole = sparse.block_array([[inside, leaves[:, None]], [None, sparse.eye_array(1)]])
        return Jump(sparse.csr_array(whole), np.append(self.holds[kept], False))


@dataclass(frozen=True, eq=False)
class Chain:
    """The events of play, sorted by state: those of state s are ``first[s]:first[s + 1]``."""

    actions: int  # of the scenario
    first: np.ndarray  # (S + 1,)
    target: np.ndarray  # (E,)
    rate: np.ndarray  # (E,) a month, above zero
    action: np.ndarray  # (E,) index into Scenario.actions, or NOBODY
    rule: np.ndarray  # (E,) index into Scenario.rules, or NOBODY
    refused: np.ndarray  # (E,) bool
    slip: np.ndarray  # (E,) bool
    dated: Mapping[int, Jump]  # rule -> jump

    def __len__(self) -> int:
        return len(self.first) - 1

    @cached_property
    def source(self) -> np.ndarray:
        """(E,) the state in which each event happens."""
        return np.repeat(np.arange(len(self), dtype=self.target.dtype), np.diff(self.first))

    @cached_property
    def rates(self) -> sparse.csr_array:
        """(S, S) rates between different states, a month."""
        moves = self.source != self.target
        return self.summed(moves)

    def summed(self, which: np.ndarray) -> sparse.csr_array:
        """(S, S) rates of some events, bool (E,), summed by state before and after."""
        pairs = (self.source[which], self.target[which])
        return sparse.csr_array(sparse.coo_array((self.rate[which], pairs), shape=(len(self), len(self))))

    def total(self, which: np.ndarray) -> np.ndarray:
        """(S,) the rate at which some events, bool (E,), happen in each state."""
        return np.asarray(np.bincount(self.source[which], weights=self.rate[which], minlength=len(self)))

    def takes(self, actions: Collection[int]) -> np.ndarray:
        """(E,) bool: the events in which one of these actions is taken, that is, takes effect."""
        return np.asarray(np.isin(self.action, list(actions)) & ~self.refused)

    @cached_property
    def taking(self) -> sparse.csr_array:
        """(actions, S) the rate at which each action is taken in each state."""
        which = (self.action != NOBODY) & ~self.refused
        pairs = (self.action[which], self.source[which])
        return sparse.csr_array(sparse.coo_array((self.rate[which], pairs), shape=(self.actions, len(self))))

    def reachable(self, start: np.ndarray, rules: Collection[int]) -> np.ndarray:
        """(S,) bool: the states that play and these dated rules can reach from those of ``start``, bool (S,)."""
        ways = [self.rates.T.astype(bool), *(self.dated[rule].matrix.T.astype(bool) for rule in rules)]
        seen = np.asarray(start, dtype=bool)
        fresh = seen
        while fresh.any():
            fresh = np.logical_or.reduce([way @ fresh for way in ways]) & ~seen
            seen = seen | fresh
        return seen

    def within(self, kept: np.ndarray) -> Chain:
        """The chain on some states, ascending indices (R,); all others are one, the last, which nothing leaves."""
        renumbered = np.full(len(self), len(kept), dtype=self.target.dtype)
        renumbered[kept] = np.arange(len(kept))
        count = np.diff(self.first)[kept]
        first = np.concatenate([[0], np.cumsum(count)])
        which = np.arange(first[-1]) + np.repeat(self.first[kept] - first[:-1], count)  # the events of those states
        return Chain(
            actions=self.actions,
            first=np.append(first, first[-1]),
            target=renumbered[self.target[which]],
            rate=self.rate[which],
            action=self.action[which],
            rule=self.rule[which],
            refused=self.refused[which],
            slip=self.slip[which],
            dated={rule: jump.within(kept) for rule, jump in self.dated.items()},
        )

    def only(self, which: np.ndarray) -> Chain:
        """The chain with some of its events only, bool (E,); what is left out does not happen."""
        return Chain(
            actions=self.actions,
            first=np.concatenate([[0], np.cumsum(which)])[self.first],
            target=self.target[which],
            rate=self.rate[which],
            action=self.action[which],
            rule=self.rule[which],
            refused=self.refused[which],
            slip=self.slip[which],
            dated=self.dated,
        )


def assemble(size: int, actions: int, events: Iterable[Events], dated: Mapping[int, Jump] | None = None) -> Chain:
    """A chain of ``size`` states from kinds of events; DetenteError where a rate is not a number of at least zero."""
    kinds = list(events)
    rate = _beside(kinds, "rate", size, np.float64)
    rate[(rate < 0) & (rate > -_ROUNDING)] = 0.0  # a chance computed as one less the others
    if not np.isfinite(rate).all() or (rate < 0).any():
        raise DetenteError(
            "Play has a rate that is negative or not a finite number; the game's numbers must be finite."
        )
    target = _beside(kinds, "target", size, np.int32)
    happens = rate > 0
    chance = _beside(kinds, "action", size, np.int16) == NOBODY
    happens &= ~(chance & (target == np.arange(size)[:, None]))
    return Chain(
        actions=actions,
        first=np.concatenate([[0], np.cumsum(happens.sum(axis=1))]),
        target=target[happens],
        rate=rate[happens],
        action=_beside(kinds, "action", size, np.int16)[happens],
        rule=_beside(kinds, "rule", size, np.int16)[happens],
        refused=_beside(kinds, "refused", size, np.bool_)[happens],
        slip=_beside(kinds, "slip", size, np.bool_)[happens],
        dated=dict(dated or {}),
    )


def _beside(kinds: Sequence[Events], name: str, size: int, dtype: type) -> np.ndarray:
    """(S, kinds) one field of all kinds, so that reading row by row sorts by state."""
    table: np.ndarray = np.empty((size, len(kinds)), dtype=dtype)
    for at, kind in enumerate(kinds):
        table[:, at] = getattr(kind, name)
    return table
