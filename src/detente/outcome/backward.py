"""From every state at once: the chance of each outcome by the horizon.

v_k(s), the chance that outcome k, not yet reached, is reached within the time left, obeys dv/dt = Q_k v + g_k, where
Q_k is the generator without what reaches k and g_k(s) the rate of reaching it. Uniformised, v_{n+1} = P_k v_n + g_k / q
is the chance within n + 1 ticks, and v = sum_n P(n ticks) v_n. The intervals between dates are taken from the last to
the first, and at a date v(s) becomes the mean over the jump. One backward pass over T months answers for all S states
at the price of one forward pass from one state; it agrees with :mod:`detente.outcome.forward` to 1e-10.

Dates are those after the given start: the answer is for being in s at that month, whatever s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.poisson import CUT, ticks
from detente.outcome.targets import Target, hits
from detente.outcome.uniform import Uniform, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.outcome.calendar import Schedule
    from detente.outcome.process import Chain


@dataclass(frozen=True, eq=False)
class Backward:
    """Chances by the horizon from each of S states, of K outcomes."""

    by: np.ndarray  # (S, K) reached by the horizon; 1 where it holds at the start
    error: float  # chance mass cut off
    products: int  # sparse products taken
    slips: np.ndarray | None = None  # (S, K) the part of `by` whose last step is a slip, if asked for


def backward(chain: Chain, targets: Sequence[Target], schedule: Schedule, *, slips: bool = False) -> Backward:
    """Chances of the outcomes by the schedule's horizon from every state; ``slips`` doubles the work."""
    reach = hits(chain, targets)
    tick = uniform(chain, reach, transposed=False)
    nothing = np.zeros_like(tick.hit)
    by, error, products = _run(chain, tick, nothing, tick.hit, reach.holds.astype(np.float64), schedule)
    part = _run(chain, tick, nothing, tick.slip, nothing, schedule)[0] if slips else None
    return Backward(by, error, products, part)


def holding(chain: Chain, worth: np.ndarray, schedule: Schedule) -> np.ndarray:
    """(S, K) mean at the schedule's horizon of what is worth so much there (S, K), from every state at its start.

    With 1 where a condition holds and 0 elsewhere: the chance that it holds then, whatever comes between.
    """
    never = np.zeros_like(worth, dtype=np.float64)
    nothing = Target("nothing", np.zeros(len(chain), dtype=bool))
    tick = uniform(chain, hits(chain, [nothing] * worth.shape[1]), transposed=False)
    return _run(chain, tick, np.asarray(worth, dtype=np.float64), never, never, schedule)[0]


def _run(
    chain: Chain, tick: Uniform, last: np.ndarray, source: np.ndarray, reached: np.ndarray, schedule: Schedule
) -> tuple[np.ndarray, float, int]:
    """(S, K) ``last`` at the horizon and what ``source`` adds up to until then, ``reached`` where the outcome holds."""
    value, error, products = last, 0.0, 0
    for interval in reversed(schedule.intervals):
        for rule in reversed(interval.rules):
            value = np.asarray(chain.dated[rule].matrix @ (value + reached))
            value.ravel()[tick.inside] = 0.0
        clock = ticks(np.array([tick.clock * (interval.last - interval.first)]), CUT / 2)
        mean, scaled = np.zeros_like(value), np.empty_like(value)
        for n, weight in enumerate(clock.exactly[0]):
            mean += np.multiply(value, weight, out=scaled)
            if n < clock.most:
                value = tick.remaining(value)
                value += source
        value, error, products = mean, error + 2 * clock.cut, products + clock.most
    return value + reached, error, products
