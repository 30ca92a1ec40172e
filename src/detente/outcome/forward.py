"""From one start: the chance of each outcome by and at each month.

The distribution of the state moves forward by uniformisation (:mod:`detente.outcome.poisson`), one run of ticks for
every interval between dates, with one vector for where the state is and one for each outcome not yet reached. What
reaches outcome k at tick n, h_n, is counted at that tick, so first passage is exact at the jump that reaches it:

    by(t) = by(t_0) + sum_n P(more than n ticks in t - t_0) h_n        at(t) = sum_n P(n ticks) [x_n . holds_k]

The same ticks serve all months of the interval; only the weights differ. A forecast of T months with D dates takes
about q T + 7 sqrt(q T D) products of the sparse matrix with a block of K + 1 columns. At a date the vectors jump.

On a large chain the states in which play hardly ever is are made one, which nothing leaves (finite state projection,
Munsky and Khammash 2006): a pass with a single column says which they are, and what has gone there is lost.

The answer lies below the truth by no more than ``error``, the mass cut off the Poisson sums and the mass lost; rounding
is near 1e-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.outcome.poisson import ticks
from detente.outcome.targets import Target, hits
from detente.outcome.uniform import Uniform, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.outcome.calendar import Interval, Schedule
    from detente.outcome.process import Chain, Jump

LARGE = 5_000  # states from which on those that play hardly visits are left out
SPARED = 1e-6  # of the time, that may be spent in them
_PIECE = 1 << 13  # numbers of a block summed in one go
_TOGETHER = 8  # ticks whose blocks are read and summed in one pass


@dataclass(frozen=True, eq=False)
class Forward:
    """Chances from one start, by month 0 .. T. K outcomes, S states, A actions."""

    by: np.ndarray  # (K, T + 1) reached by the month
    at: np.ndarray  # (K, T + 1) holding in the month; nan for actions
    slips: np.ndarray  # (K, T + 1) the part of `by` whose last step was a slip
    counts: np.ndarray  # (A, T + 1) mean number of times that each action has been taken
    arrival: np.ndarray  # (K, S) chance of having reached it in this state, by the horizon; sums to by[:, -1]
    occupancy: np.ndarray  # (S,) distribution of the state at the horizon
    error: float  # chance mass cut off
    products: int  # sparse products taken

    def on_arrival(self, worth: np.ndarray) -> np.ndarray:
        """(K, M) the mean of numbers of states (S, M) where each outcome comes about.

        nan where it holds from the start or does not come about within the horizon.
        """
        fresh = (self.by[:, -1] > 0) & (self.by[:, 0] < 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(fresh[:, None], self.arrival @ worth / self.by[:, -1:], np.nan)


def forward(chain: Chain, targets: Sequence[Target], start: int | np.ndarray, schedule: Schedule) -> Forward:
    """Chances of the outcomes from a start: a state, or a distribution over states (S,)."""
    first = _distribution(start, len(chain))
    kept = np.flatnonzero(chain.reachable(first > 0, schedule.rules))
    if len(kept) > LARGE:
        kept = _frequented(chain, first, schedule)
    run = _Run(chain.within(kept), [target.within(kept) for target in targets], np.append(first[kept], 0.0), schedule)
    return run.finish(kept, len(first))


def _frequented(chain: Chain, first: np.ndarray, schedule: Schedule) -> np.ndarray:
    """(R,) the fewest states in which play spends all its time but a share of SPARED, those of the start among them."""
    run = _Run(chain, [], first, schedule)
    time = run.spent[:, 0] + run.block[:, 0] * run.tick.clock  # in ticks, the last month counted twice
    order = np.argsort(-time)
    enough = int(np.searchsorted(np.cumsum(time[order]), (1.0 - SPARED) * time.sum())) + 1
    kept = first > 0
    kept[order[:enough]] = True
    return np.flatnonzero(kept)


def _distribution(start: int | np.ndarray, size: int) -> np.ndarray:
    if isinstance(start, np.ndarray) and start.ndim:
        return start.astype(np.float64)
    first = np.zeros(size)
    first[int(start)] = 1.0
    return first


@dataclass(frozen=True, eq=False)
class _Readings:
    """What each of N ticks adds: (N, K) chances of reaching an outcome, by a slip, of its holding; (N, A) actions."""

    hit: np.ndarray
    slip: np.ndarray
    holding: np.ndarray
    taken: np.ndarray

    @classmethod
    def empty(cls, count: int, outcomes: int, actions: int) -> _Readings:
        """Room for so many ticks."""
        return cls(*(np.empty((count, width)) for width in (outcomes, outcomes, outcomes, actions)))


class _Run:
    """A forward run: column 0 of ``block`` is where the state is, column k + 1 where before outcome k."""

    def __init__(self, chain: Chain, targets: Sequence[Target], first: np.ndarray, schedule: Schedule):
        nothing = Target("nothing", np.zeros(len(chain), dtype=bool))
        self.hits = hits(chain, [nothing, *targets])
        self.tick: Uniform = uniform(chain, self.hits, transposed=True)
        self.holds = self.hits.holds.astype(np.float64)
        self.taking = sparse.csr_array(chain.taking / self.tick.clock)
        self.error, self.products = 0.0, 0
        shape = (len(targets) + 1, schedule.months + 1)
        self.by, self.at, self.slips = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.counts = np.zeros((chain.actions, schedule.months + 1))
        everywhere = np.repeat(first[:, None], shape[0], axis=1)
        self.arrival = everywhere * self.hits.holds
        self.block = everywhere - self.arrival
        self.spent = np.zeros_like(self.block)  # expected ticks in each state before the outcome
        self.recent = np.empty((_TOGETHER, *self.block.shape))
        self.by[:, 0] = self.arrival.sum(axis=0)
        self.at[:, 0] = first @ self.holds
        for interval in schedule.intervals:
            self.pass_through(interval)
            for rule in interval.rules:
                self.jump(chain.dated[rule], interval.last)

    def pass_through(self, interval: Interval) -> None:
        """The months of an interval, its last one before what is due at its start."""
        months = slice(interval.first + 1, interval.last + 1)
        clock = ticks(self.tick.clock * np.arange(1, interval.last - interval.first + 1))
        read, (end, spent) = self._ticks(np.stack([clock.exactly[-1], clock.more[-1]]))
        for sums, part in ((self.by, read.hit), (self.slips, read.slip), (self.counts, read.taken)):
            sums[:, months] = sums[:, [interval.first]] + (clock.more @ part).T
        self.at[:, months] = (clock.exactly @ read.holding).T
        self.block, self.spent = end, self.spent + spent
        self.error += clock.cut
        self.products += clock.most

    def _ticks(self, weights: np.ndarray) -> tuple[_Readings, np.ndarray]:
        """What is read at each tick, and the blocks summed with each of two rows of weights (2, N + 1): (2, S, K)."""
        count = weights.shape[1]
        read = _Readings.empty(count, len(self.by), len(self.counts))
        sums = np.zeros((2, *self.block.shape))
        self.recent[0] = self.block
        for begin in range(0, count, _TOGETHER):
            some = slice(begin, min(begin + _TOGETHER, count))
            blocks = self.recent[: some.stop - begin]
            for n in range(1, len(blocks)):
                self.tick.remaining(blocks[n - 1], out=blocks[n])
            self._read(blocks, read, some)
            _add(sums, weights[:, some], blocks)
            if some.stop < count:
                self.tick.remaining(blocks[-1], out=self.recent[0])
        return read, sums

    def _read(self, blocks: np.ndarray, read: _Readings, some: slice) -> None:
        """Readings at some successive ticks, from their blocks (n, S, K)."""
        state = np.ascontiguousarray(blocks[:, :, 0].T)
        np.einsum("nsk,sk->nk", blocks, self.tick.hit, out=read.hit[some])
        np.einsum("nsk,sk->nk", blocks, self.tick.slip, out=read.slip[some])
        read.holding[some] = state.T @ self.holds
        read.taken[some] = (self.taking @ state).T

    def jump(self, jump: Jump, month: int) -> None:
        """A dated rule at the start of a month."""
        following = np.asarray(jump.matrix.T @ self.block)
        reached = following * self.hits.holds
        self.arrival += reached
        self.by[:, month] += reached.sum(axis=0)
        self.block = following - reached
        self.at[:, month] = self.block[:, 0] @ self.holds

    def finish(self, kept: np.ndarray, size: int) -> Forward:
        """The results, on all ``size`` states; what was reached at ticks is told by state in one last product."""
        reached = np.asarray(self.tick.matrix @ self.spent) * self.hits.holds
        reached.ravel()[self.tick.rows] = self.tick.taken @ self.spent.ravel()
        self.at[[k for k, taken in enumerate(self.hits.taken) if taken is not None]] = np.nan
        arrival, occupancy = np.zeros((self.by.shape[0] - 1, size)), np.zeros(size)
        arrival[:, kept] = (self.arrival + reached)[:-1, 1:].T
        occupancy[kept] = self.block[:-1, 0]
        return Forward(
            by=self.by[1:],
            at=self.at[1:],
            slips=self.slips[1:],
            counts=self.counts,
            arrival=arrival,
            occupancy=occupancy,
            error=self.error + float(self.block[-1, 0]),
            products=self.products,
        )


def _add(sums: np.ndarray, weights: np.ndarray, blocks: np.ndarray) -> None:
    """Adds to each of the sums (W, S, K) the blocks (n, S, K) with its weights (W, n), in pieces that fit the cache."""
    flat, total = blocks.reshape(len(blocks), -1), sums.reshape(len(sums), -1)
    for at in range(0, flat.shape[1], _PIECE):
        piece = slice(at, at + _PIECE)
        total[:, piece] += weights @ flat[:, piece]
