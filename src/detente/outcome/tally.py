"""Counting over very many sampled histories, all drawn together.

This is the plain way to chances over time, slow and noisy where :mod:`detente.outcome.forward` is quick and exact, and
it shares nothing with uniformisation: exponential waiting times, one event at a time, each outcome noted when it is
reached. It is here to check the other by, within the sampling error sqrt(p (1 - p) / count).

Histories are drawn in blocks that fit the cache. Each month all histories of a block start it together; those
whose next event falls within the month take it, the others are done with that month (waiting times have no memory,
so a fresh one may be drawn at each month). All running sums of rates lie in one array; bisection finds an event there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.outcome.calendar import Schedule
    from detente.outcome.process import Chain
    from detente.outcome.targets import Target

_BLOCK = 1 << 16  # histories drawn together
_MOST = 62  # outcomes, one bit each


@dataclass(frozen=True, eq=False)
class Tally:
    """Shares of the sampled histories, by month 0 .. T; as in :class:`detente.outcome.forward.Forward`."""

    by: np.ndarray  # (K, T + 1)
    at: np.ndarray  # (K, T + 1), nan for actions
    slips: np.ndarray  # (K, T + 1)
    count: int


def tally(chain: Chain, targets: Sequence[Target], start: int, schedule: Schedule, count: int, seed: int) -> Tally:
    """Shares of ``count`` sampled histories that reach each outcome by, and are in it at, each month."""
    if len(targets) > _MOST:
        raise DetenteError(f"At most {_MOST} outcomes can be counted at once; there are {len(targets)}.")
    draw = _Draws(chain, targets, schedule)
    generator = np.random.default_rng(seed)
    sums = np.zeros((3, len(targets), schedule.months + 1), dtype=np.int64)
    for done in range(0, count, _BLOCK):
        sums += draw.block(start, min(_BLOCK, count - done), generator)
    by, at, slips = sums / count
    at[[k for k, target in enumerate(targets) if target.holds is None]] = np.nan
    return Tally(by, at, slips, count)


@dataclass(frozen=True, eq=False)
class _Choice:
    """Rows of weights laid end to end, to draw an entry of many rows at once."""

    first: np.ndarray  # (S + 1,)
    ends: np.ndarray  # (E + 1,) running sums, from zero

    @classmethod
    def of(cls, first: np.ndarray, weights: np.ndarray) -> _Choice:
        return cls(first, np.concatenate([[0.0], np.cumsum(weights)]))

    def draw(self, rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """One entry of each row, with chance in proportion to its weight."""
        low, high = self.ends[self.first[rows]], self.ends[self.first[rows + 1]]
        entry = np.searchsorted(self.ends, low + generator.random(len(rows)) * (high - low), side="right") - 1
        return np.asarray(np.clip(entry, self.first[rows], self.first[rows + 1] - 1))


class _Draws:
    """What drawing blocks of histories needs: events that matter, and the outcomes they reach as bits."""

    def __init__(self, chain: Chain, targets: Sequence[Target], schedule: Schedule):
        self.schedule = schedule
        self.bits = np.int64(1) << np.arange(len(targets), dtype=np.int64)
        self.holds = np.zeros(len(chain), dtype=np.int64)
        reached = np.zeros(len(chain.rate), dtype=np.int64)
        for bit, target in zip(self.bits, targets, strict=True):
            if target.holds is None:
                reached |= bit * chain.takes(target.actions)
            else:
                self.holds |= bit * target.holds
        reached |= self.holds[chain.target]
        matters = (chain.source != chain.target) | (chain.takes(range(chain.actions)))
        self.target, self.reached, self.slip = chain.target[matters], reached[matters], chain.slip[matters]
        first = np.concatenate([[0], np.cumsum(matters)])[chain.first]
        self.events = _Choice.of(first, chain.rate[matters])
        self.total = np.diff(self.events.ends[first])
        self.dated = {
            rule: (_Choice.of(jump.matrix.indptr, jump.matrix.data), jump.matrix.indices)
            for rule, jump in chain.dated.items()
        }

    def block(self, start: int, count: int, generator: np.random.Generator) -> np.ndarray:
        """(3, K, T + 1) how many of these histories have reached, are in, and have slipped into each outcome."""
        state = np.full(count, start)
        reached, slipped = np.full(count, self.holds[start]), np.zeros(count, dtype=np.int64)
        sums = np.zeros((3, len(self.bits), self.schedule.months + 1), dtype=np.int64)
        for month in range(self.schedule.months + 1):
            if month:
                self._month(state, reached, slipped, generator)
                for rule in self.schedule.due(month):
                    choice, target = self.dated[rule]
                    state = target[choice.draw(state, generator)]
                    reached |= self.holds[state]
            for row, marks in enumerate((reached, self.holds[state], slipped)):
                sums[row, :, month] = [np.count_nonzero(marks & bit) for bit in self.bits]
        return sums

    def _month(
        self, state: np.ndarray, reached: np.ndarray, slipped: np.ndarray, generator: np.random.Generator
    ) -> None:
        """One month's events; the arrays are those of all histories of the block and are changed in place."""
        going, time = np.arange(len(state)), np.zeros(len(state))
        with np.errstate(divide="ignore"):
            mean = 1 / self.total
        while len(going):
            here = state[going]
            time = time + generator.exponential(size=len(going)) * mean[here]
            within = time < 1
            going, time, here = going[within], time[within], here[within]
            event = self.events.draw(here, generator)
            state[going] = self.target[event]
            fresh = self.reached[event] & ~reached[going]
            reached[going] |= fresh
            slipped[going] |= fresh * self.slip[event]
