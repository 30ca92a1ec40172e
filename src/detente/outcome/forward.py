"""From one start: the chance of each outcome by and at each month.

The distribution of the state moves forward by uniformisation (:mod:`detente.outcome.poisson`), one run of ticks for
every interval between dates, with one vector for where the state is and one for each outcome not yet reached. What
reaches outcome k at tick n, h_n, is counted at that tick, so first passage is exact at the jump that reaches it:

    by(t) = by(t_0) + sum_n P(more than n ticks in t - t_0) h_n        at(t) = sum_n P(n ticks) [x_n . holds_k]

The same ticks serve all months of the interval; only the weights differ. A forecast of T months with D dates takes
about q T + 7 sqrt(q T D) products of the sparse matrix with a block of K + 1 columns. At a date the vectors jump.

On a large chain the states in which play hardly ever is are made one, which nothing leaves (finite state projection,
Munsky and Khammash 2006): a pass with a single column says which they are, and what has gone there is lost. That being
some 1e-5, sums need not be cut at less than 1e-7 there; and where chances alone are asked, the same integrals are sums
of Chebyshev polynomials of the matrix, with three fifths of the products (:mod:`detente.outcome.chebyshev`).

The answer is wrong by no more than ``error``: twice the mass cut off the Poisson sums, as a clock that ticks less often
than outcomes are reached asks for (:mod:`detente.outcome.uniform`), or the bound on what is left out of the others, and
the mass lost, by which it lies below the truth. Rounding is near 1e-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.outcome.chebyshev import LONGEST, expansion
from detente.outcome.poisson import CUT, ticks
from detente.outcome.targets import Target, hits
from detente.outcome.uniform import Uniform, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.outcome.calendar import Interval, Schedule
    from detente.outcome.process import Chain, Jump

LARGE = 5_000  # states from which on those that play hardly visits are left out
SPARED = 1e-6  # of the time, that may be spent in them
COARSE = 1e-7  # where the sums of a large chain are cut
ROUNDING = 1e-12  # of the largest term of a sum: more than its rounding errors come to
_LOOK = 8  # terms after which their size is looked at
_PIECE = 1 << 13  # numbers of a block summed in one go
_TOGETHER = 8  # ticks whose blocks are summed in one pass


@dataclass(frozen=True, eq=False)
class Outlook:
    """Chances from one start, by month 0 .. T, of K outcomes."""

    by: np.ndarray  # (K, T + 1) reached by the month
    at: np.ndarray  # (K, T + 1) holding in the month; nan for actions
    error: float  # chance mass cut off
    products: int  # sparse products taken


@dataclass(frozen=True, eq=False)
class Forward(Outlook):
    """And how they come about. S states, A actions."""

    slips: np.ndarray  # (K, T + 1) the part of `by` whose last step was a slip
    counts: np.ndarray  # (A, T + 1) mean number of times that each action has been taken
    arrival: np.ndarray  # (K, S) chance of having reached it in this state, by the horizon; sums to by[:, -1]
    occupancy: np.ndarray  # (S,) distribution of the state at the horizon

    def on_arrival(self, worth: np.ndarray) -> np.ndarray:
        """(K, M) the mean of numbers of states (S, M) where each outcome comes about.

        nan where it holds from the start or does not come about within the horizon.
        """
        fresh = (self.by[:, -1] > 0) & (self.by[:, 0] < 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(fresh[:, None], self.arrival @ worth / self.by[:, -1:], np.nan)


def forward(chain: Chain, targets: Sequence[Target], start: int | np.ndarray, schedule: Schedule) -> Forward:
    """Chances of the outcomes from a start, a state or a distribution over states (S,), and how they come about."""
    run = _Run(chain, targets, start, schedule)
    part = _Part(run)
    run.go(schedule, part)
    occupancy = np.zeros(len(chain))
    occupancy[run.kept] = run.block[:-1, 0]
    return Forward(
        by=run.by,
        at=run.at,
        error=run.lost,
        products=run.products,
        slips=part.slips,
        counts=part.counts,
        arrival=part.arrival(len(chain)),
        occupancy=occupancy,
    )


def outlook(chain: Chain, targets: Sequence[Target], start: int | np.ndarray, schedule: Schedule) -> Outlook:
    """Chances of the outcomes from a start, as :func:`forward` has them, and nothing else."""
    run = _Run(chain, targets, start, schedule)
    run.go(schedule)
    return Outlook(run.by, run.at, run.lost, run.products)


def present(chain: Chain, worth: np.ndarray, start: int | np.ndarray, schedule: Schedule) -> np.ndarray:
    """(M, T + 1) the mean in each month, from a start, of numbers of states (S, M), none below zero."""
    run = _Run(chain, (), start, schedule, worth)
    run.go(schedule)
    return run.at


def _distribution(start: int | np.ndarray, size: int) -> np.ndarray:
    if isinstance(start, np.ndarray) and start.ndim:
        return start.astype(np.float64)
    first = np.zeros(size)
    first[int(start)] = 1.0
    return first


def _frequented(chain: Chain, first: np.ndarray, schedule: Schedule) -> np.ndarray:
    """(R,) the fewest states in which play spends all its time but a share of SPARED, those of the start among them.

    All in which it can be, where those are few.
    """
    tick = uniform(chain, hits(chain, []), transposed=True)
    x, time = first, np.zeros_like(first)
    for interval in schedule.intervals:
        clock, end = ticks(np.array([tick.clock * (interval.last - interval.first)]), SPARED), np.zeros_like(x)
        for n, (exactly, more) in enumerate(zip(clock.exactly[0], clock.more[0], strict=True)):
            x = np.asarray(tick.matrix @ x) if n else x
            end += exactly * x
            time += more * x
        x = end
        for rule in interval.rules:
            x = np.asarray(chain.dated[rule].matrix.T @ x)
    time += x * tick.clock  # in ticks, the last month counted twice
    if np.count_nonzero(time) <= LARGE:
        return np.flatnonzero(time)
    order = np.argsort(-time)
    enough = int(np.searchsorted(np.cumsum(time[order]), (1.0 - SPARED) * time.sum())) + 1
    kept = first > 0
    kept[order[:enough]] = True
    return np.flatnonzero(kept)


class _Run:
    """A forward run: column 0 of ``block`` is where the state is, the others where before an outcome still to come."""

    def __init__(
        self,
        chain: Chain,
        targets: Sequence[Target],
        start: int | np.ndarray,
        schedule: Schedule,
        worth: np.ndarray | None = None,
    ):
        first = _distribution(start, len(chain))
        if len(chain) > LARGE:
            self.kept, self.cut = _frequented(chain, first, schedule), COARSE
        else:
            self.kept, self.cut = np.flatnonzero(chain.reachable(first > 0, schedule.rules)), CUT
        self.chain, self.first = chain.within(self.kept), np.append(first[self.kept], 0.0)
        some = [target.within(self.kept) for target in targets]
        nowhere = np.zeros(len(self.chain), dtype=bool)
        reached = [nowhere if target.holds is None else target.holds for target in some]
        self.by = np.zeros((len(targets), schedule.months + 1))
        self.by[:] = np.array([self.first[holds].sum() for holds in reached]).reshape(-1, 1)
        self.holds = np.array(reached, dtype=np.float64).reshape(-1, len(nowhere)).T  # of what `at` is the mean
        if worth is not None:
            self.holds = np.append(worth[self.kept], np.zeros((1, worth.shape[1])), axis=0)
        self.at = np.repeat((self.first @ self.holds)[:, None], schedule.months + 1, axis=1)
        self.acts = [k for k, target in enumerate(targets) if target.holds is None]
        self.ahead = np.flatnonzero(self.by[:, 0] < 1.0)  # the outcomes that have a column
        reach = hits(self.chain, [Target("nothing", nowhere), *(some[k] for k in self.ahead)])
        self.tick: Uniform = uniform(self.chain, reach, transposed=True)
        self.block = np.where(reach.holds, 0.0, self.first[:, None])
        self.recent = np.empty((_TOGETHER, *self.block.shape))
        self.error, self.products = 0.0, 0

    def go(self, schedule: Schedule, part: _Part | None = None) -> None:
        """All months; ``part`` reads more of them."""
        for interval in schedule.intervals:
            if part or self.cut < COARSE or not self.expanded(interval):
                self.pass_through(interval, part)
            for rule in interval.rules:
                self.jump(self.chain.dated[rule], interval.last, part)
        self.at[self.acts] = np.nan

    def expanded(self, interval: Interval) -> bool:
        """As ``pass_through``, by Chebyshev polynomials; False, and nothing done, where they do not serve."""
        if self.tick.clock * (interval.last - interval.first) > LONGEST:
            return False
        terms = expansion(self.tick.clock * np.arange(1, interval.last - interval.first + 1))
        months, twice = slice(interval.first + 1, interval.last + 1), self.tick.doubled
        term = before = self.block
        end, scaled, size = np.zeros_like(term), np.empty_like(term), 0.0
        reached, holding = list[np.ndarray](), list[np.ndarray]()
        for n, (exactly, largest, rest) in enumerate(zip(terms.at[-1], terms.largest, terms.rest, strict=True)):
            if n % _LOOK == 0 and ROUNDING * _size(term) * largest > self.cut:
                return False
            if rest <= self.cut and 2 * (size := max(_size(term), _size(before))) * rest <= self.cut:
                break  # twice, as a clock that ticks less often than outcomes are reached asks for
            end += np.multiply(term, exactly, out=scaled)
            holding.append(term[:, 0] @ self.holds)
            following, there = twice.passed(term)
            reached.append(np.bincount(self.tick.outcome, there, term.shape[1]) / 2.0)
            if n:
                following -= before
            else:
                following /= 2.0
            term, before = following, term
        else:
            return False
        done, since = len(reached), self.by[self.ahead, interval.first, None]
        by = since + (terms.over[:, :done] @ np.array(reached))[:, 1:].T
        self.by[self.ahead, months] = np.clip(np.maximum.accumulate(by, axis=1), since, 1.0)
        self.at[:, months] = np.maximum((terms.at[:, :done] @ np.array(holding)).T, 0.0)
        self.block = end
        self.error += 2 * size * float(terms.rest[done])
        self.products += done
        return True

    def pass_through(self, interval: Interval, part: _Part | None) -> None:
        """The months of an interval, its last one before what is due at its start."""
        clock = ticks(self.tick.clock * np.arange(1, interval.last - interval.first + 1), self.cut / 2)
        months, count = slice(interval.first + 1, interval.last + 1), clock.most + 1
        reached, holding = np.zeros((count, self.block.shape[1])), np.empty((count, self.holds.shape[1]))
        end = np.zeros_like(self.block)
        for begin in range(0, count, _TOGETHER):
            blocks = self.recent[: min(_TOGETHER, count - begin)]
            for n, block in enumerate(blocks, begin):
                block[:] = self.block
                if n < clock.most:
                    self.block, there = self.tick.passed(self.block)
                    reached[n] = np.bincount(self.tick.outcome, there, self.block.shape[1])
                    if part:
                        part.arrived += clock.more[-1, n] * there
            some = slice(begin, begin + len(blocks))
            holding[some] = blocks[:, :, 0] @ self.holds
            _add(end, clock.exactly[-1, some], blocks)
            if part:
                part.read(blocks, clock.more[:, some], months)
        self.by[self.ahead, months] = self.by[self.ahead, interval.first, None] + (clock.more @ reached)[:, 1:].T
        self.at[:, months] = (clock.exactly @ holding).T
        self.block = end
        self.error += 2 * clock.cut
        self.products += clock.most

    def jump(self, jump: Jump, month: int, part: _Part | None) -> None:
        """A dated rule at the start of a month."""
        self.block = np.asarray(jump.matrix.T @ self.block)
        flat = self.block.ravel()
        there = np.where(self.tick.held, flat[self.tick.entries], 0.0)
        flat[self.tick.inside] = 0.0
        self.by[self.ahead, month] += np.bincount(self.tick.outcome, there, self.block.shape[1])[1:]
        self.at[:, month] = self.block[:, 0] @ self.holds
        if part:
            part.arrived += there

    @property
    def lost(self) -> float:
        """Chance mass cut off so far."""
        return self.error + float(self.block[-1, 0])


class _Part:
    """How what a run tells comes about: by a slip, in which state, and how often each action is taken before."""

    def __init__(self, run: _Run):
        self.run = run
        self.slips, self.counts = np.zeros_like(run.by), np.zeros((run.chain.actions, run.by.shape[1]))
        self.taking = sparse.csr_array(run.chain.taking / run.tick.clock)
        self.arrived = np.zeros(len(run.tick.entries))

    def read(self, blocks: np.ndarray, more: np.ndarray, months: slice) -> None:
        """Some successive ticks of an interval, from their blocks (n, S, K); ``more`` (months, n)."""
        state = np.ascontiguousarray(blocks[:, :, 0].T)
        slip = np.einsum("nsk,sk->nk", blocks, self.run.tick.slip)
        after = slice(months.start, None)  # and from its end on
        later = np.concatenate([more, np.repeat(more[-1:], self.run.by.shape[1] - months.stop, axis=0)])
        self.slips[self.run.ahead, after] += (later @ slip)[:, 1:].T
        self.counts[:, after] += (self.taking @ state) @ later.T

    def arrival(self, size: int) -> np.ndarray:
        """(K, S) on all states."""
        run = self.run
        found, flat = np.zeros((len(run.by), size)), np.zeros(run.block.size)
        flat[run.tick.entries] = self.arrived
        found[:, run.kept] = (run.first[:-1, None] * run.holds[:-1]).T
        found[np.ix_(run.ahead, run.kept)] += flat.reshape(run.block.shape)[:-1, 1:].T
        return found


def _size(block: np.ndarray) -> float:
    """The largest column's sum of sizes."""
    return float(np.abs(block).sum(axis=0).max(initial=0.0))


def _add(total: np.ndarray, weights: np.ndarray, blocks: np.ndarray) -> None:
    """Adds to the total (S, K) the blocks (n, S, K) with their weights (n,), in pieces that fit the cache."""
    flat, out = blocks.reshape(len(blocks), -1), total.reshape(-1)
    for at in range(0, flat.shape[1], _PIECE):
        piece = slice(at, at + _PIECE)
        out[piece] += weights @ flat[:, piece]
