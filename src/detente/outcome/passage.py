r"""How a chance over time changes with each rate of a jump process: one pass forward, one back.

A chance is linear in where one starts and in what counts at the end, with the process between, Q its generator and J_d
the chances at the dates:

    chance = x_0 exp(Q t_1) J_1 exp(Q t_2) J_2 ... exp(Q t_n) v_T.

With x_t the distribution forward and v_t the chance still to come backward, more of an event from s to s' at rate h
changes it by

    d chance / d h(s -> s') = integral of x_t(s) (v_t(s') - v_t(s)) dt,

and more of a date's chance from s to s', at the cost of staying, by x(s) (v(s') - v(s)), x before it and v after.
With P = I + Q / q and w_n the Poisson weights of an interval (:mod:`detente.outcome.poisson`), the integral is a sum
over ticks of x_n = x_{n-1} P and, backward, z_n = w_n v + P z_{n+1},

    integral over the interval = (1 / q) sum_n x_n(s) (z_{n+1}(s') - z_{n+1}(s)),      z_0 = v at its start,

the exact derivative of the uniformised sum. Intervals are cut into pieces such that the x_n of one, ``PIECE`` numbers
at most (or of some fifty ticks), fit in memory; they are computed again from the start of their piece. So the whole
takes three runs of ticks: products with the sparse P, and in the last one as many sums again.

Reference: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3 and 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.outcome.poisson import ticks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.outcome.calendar import Schedule

PIECE = 1 << 24  # numbers kept of a piece: 128 MB


@dataclass(frozen=True, eq=False)
class Flows:
    """Rates between states: E pairs of a state and the one after, each at most once, and how fast."""

    states: int
    source: np.ndarray  # (E,)
    after: np.ndarray  # (E,)
    rate: np.ndarray  # (E,) a month, not negative


@dataclass(frozen=True, eq=False)
class Date:
    """One date of the schedule, as it was passed."""

    rule: int
    x: np.ndarray  # (S,) the distribution before it
    v: np.ndarray  # (S,) the chance to come after it


@dataclass(frozen=True, eq=False)
class Passed:
    """A chance, and how it changes."""

    chance: float
    by_rate: np.ndarray  # (E,) months: with each pair's rate
    dates: tuple[Date, ...]


def passage(
    flows: Flows, jumps: Mapping[int, sparse.csr_array], first: np.ndarray, last: np.ndarray, schedule: Schedule
) -> Passed:
    """From the distribution ``first`` (S,) to the mean of ``last`` (S,) at the horizon; ``jumps`` (S, S) by rule."""
    run = _Run(flows)
    x, starts, before = first, [], []
    for interval in schedule.intervals:
        for weights in run.pieces(interval.last - interval.first):
            starts.append(x)
            x = run.mean(x, weights)
        for rule in interval.rules:
            before.append(x)
            x = np.asarray(jumps[rule].T @ x)
    v, dates = last, []
    for interval in reversed(schedule.intervals):
        for rule in reversed(interval.rules):
            dates.append(Date(rule, before.pop(), v))
            v = np.asarray(jumps[rule] @ v)
        for weights in run.pieces(interval.last - interval.first):
            v = run.back(starts.pop(), v, weights)
    return Passed(float(x @ last), run.by_rate, tuple(reversed(dates)))


class _Run:
    """The uniformised chain, and the sums over ticks so far."""

    def __init__(self, flows: Flows):
        self.flows = flows
        moves = flows.source != flows.after
        source, after, rate = flows.source[moves], flows.after[moves], flows.rate[moves]
        leaving = np.bincount(source, weights=rate, minlength=flows.states)
        self.clock = float(leaving.max(initial=0.0)) or 1.0
        entries = (rate / self.clock, (source, after))
        chances = sparse.csr_array(sparse.coo_array(entries, shape=(flows.states, flows.states)))
        chances.eliminate_zeros()
        self.matrix = sparse.csr_array(chances + sparse.diags_array(1.0 - leaving / self.clock))
        self.onward = sparse.csr_array(self.matrix.T)
        self.ends = np.zeros(len(flows.source))  # sums of x_n(s) z_{n+1}(s')
        self.stays = np.zeros(flows.states)  # and of x_n(s) z_{n+1}(s)

    @property
    def by_rate(self) -> np.ndarray:
        """(E,) months."""
        return np.asarray((self.ends - self.stays[self.flows.source]) / self.clock)

    def pieces(self, months: int) -> list[np.ndarray]:
        """The Poisson weights (n,) of the equal pieces into which an interval is cut; what is cut off is shared out."""
        room = max(PIECE // self.flows.states, 1)
        count = int(np.ceil(self.clock * months / room)) or 1
        weights = ticks(np.array([self.clock * months / count])).exactly[0]
        return [weights / weights.sum()] * count

    def mean(self, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The distribution at the end of a piece."""
        total = np.zeros_like(x)
        for weight, each in zip(weights, self._ahead(x, len(weights)), strict=True):
            total += weight * each
        return total

    def back(self, x: np.ndarray, v: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The chance to come at the start of a piece, where the distribution is x, from ``v`` at its end."""
        kept = np.array(list(self._ahead(x, len(weights))))
        z = weights[-1] * v
        for n in range(len(weights) - 2, -1, -1):
            self.ends += kept[n][self.flows.source] * z[self.flows.after]
            self.stays += kept[n] * z
            z = weights[n] * v + self.matrix @ z
        return np.asarray(z)

    def _ahead(self, x: np.ndarray, count: int) -> Iterator[np.ndarray]:
        """The distribution at so many ticks."""
        yield x
        for _ in range(count - 1):
            x = np.asarray(self.onward @ x)
            yield x
