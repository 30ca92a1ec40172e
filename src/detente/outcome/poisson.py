"""Weights of uniformisation: how many steps of a Poisson clock fall within a span.

A jump process whose events come at no more than q a month is a discrete chain P = I + Q / q watched at the ticks of a
Poisson clock of rate q: exp(Q t) = sum_n w_n(q t) P^n with w_n(m) = e^-m m^n / n!. All terms are positive, so nothing
cancels; cutting the sum where the clock ticks more often with chance below ``CUT`` leaves out at most that much mass.

Weights are built by ratios from the mode, w_{n+1} = w_n m / (n + 1), and scaled to sum to one, which keeps their
relative error near n units in the last place (Fox and Glynn 1988, Communications of the ACM 31). One set of powers of P
serves many times at once: the weights of all months of an interval are the rows of one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CUT = 1e-12


@dataclass(frozen=True, eq=False)
class Ticks:
    """For each of J spans, the chance of n ticks and of more than n, n = 0 .. N."""

    exactly: np.ndarray  # (J, N + 1)
    more: np.ndarray  # (J, N + 1)

    @property
    def most(self) -> int:
        """N: the ticks after which the longest span is cut."""
        return int(self.exactly.shape[1]) - 1

    @property
    def cut(self) -> float:
        """The chance of more ticks than N in the longest span."""
        return float(self.more[:, -1].max(initial=0.0))


def ticks(means: np.ndarray, cut: float = CUT) -> Ticks:
    """Weights for spans with these mean numbers of ticks (J,), none negative."""
    largest = float(np.max(means, initial=0.0))
    beyond = int(np.ceil(largest + 10 * np.sqrt(largest) + 40))  # where the chance of more is below 1e-18
    exactly = np.stack([_weights(float(mean), beyond) for mean in means])
    more = np.zeros_like(exactly)
    more[:, :-1] = np.cumsum(exactly[:, :0:-1], axis=1)[:, ::-1]
    most = int(np.argmax(more.max(axis=0) < cut))
    return Ticks(exactly[:, : most + 1], more[:, : most + 1])


def _weights(mean: float, most: int) -> np.ndarray:
    """(most + 1,) chances of 0 .. most ticks."""
    mode = int(mean)
    weights = np.ones(most + 1)
    weights[mode + 1 :] = np.cumprod(mean / np.arange(mode + 1, most + 1))
    if mode:
        weights[:mode] = np.cumprod(np.arange(mode, 0, -1) / mean)[::-1]
    return np.asarray(weights / weights.sum())
