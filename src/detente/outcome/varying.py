"""The chance of each outcome where play changes from month to month, as it does when actors know dates.

As :mod:`detente.outcome.forward`, with a chain of its own for each month, which stands for the play of the whole month:
taken at its middle, that leaves an error of second order in the months over which play changes. Dated rules jump at the
starts of months.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.poisson import ticks
from detente.outcome.targets import Target, hits
from detente.outcome.uniform import uniform

if TYPE_CHECKING:
    from detente.outcome.calendar import Schedule
    from detente.outcome.process import Chain


def varying(
    chains: Callable[[int], Chain], targets: Sequence[Target], start: int, schedule: Schedule
) -> tuple[np.ndarray, np.ndarray]:
    """``by`` and ``at`` (K, T + 1) from a state; ``chains(j)`` is the process from month j to month j + 1.

    nan in ``at`` for an action, which is taken and does not hold.
    """
    by, at = (np.zeros((len(targets), schedule.months + 1)) for _ in range(2))
    chain, block = chains(0), None
    for month in range(schedule.months + 1):
        reach = hits(chain, [Target("nothing", np.zeros(len(chain), dtype=bool)), *targets])
        if block is None:
            block = np.zeros(reach.holds.shape)  # column 0: where the state is; k + 1: and outcome k not yet reached
            block[start] = ~reach.holds[start]
            by[:, 0] = reach.holds[start, 1:]
        at[:, month] = block[:, 0] @ reach.holds[:, 1:]
        if month == schedule.months:
            break
        tick = uniform(chain, reach, transposed=True)
        clock = ticks(np.array([tick.clock]))
        end, reached = np.zeros_like(block), np.zeros(len(targets) + 1)
        for exactly, more in zip(clock.exactly[0], clock.more[0], strict=True):
            end += exactly * block
            reached += more * np.einsum("sk,sk->k", block, tick.hit)
            block = tick.remaining(block)
        for rule in schedule.due(month + 1):
            following = np.asarray(chain.dated[rule].matrix.T @ end)
            reached += np.einsum("sk,sk->k", following, reach.holds)
            end = following * ~reach.holds
        block = end
        by[:, month + 1] = by[:, month] + reached[1:]
        chain = chains(month + 1) if month + 1 < schedule.months else chain
    at[[k for k, target in enumerate(targets) if target.holds is None]] = np.nan
    return by, at
