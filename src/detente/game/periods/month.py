"""What a month's end does, for either order of moves: the rules, the payoff of the month, where the game is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.game.arrays import States
    from detente.game.periods.steps import Deed, Reading
    from detente.game.stochastic import Bools, Floats


@dataclass(frozen=True, eq=False)
class Month:
    """A scenario's month on its states. ``chance[s]``: states and chances with which the month ends from s.

    ``payoff`` (S, N): what is expected of the rules and of the state at the end; ``over`` (S,): the game has ended.
    """

    states: States
    deeds: tuple[Deed, ...]
    turns: Floats  # (N,)
    chance: tuple[dict[int, float], ...]
    payoff: Floats
    over: Bools

    @classmethod
    def of(cls, reading: Reading, states: States) -> Month:
        """The month; DetenteError where all states are over."""
        deeds, events, stream = reading.deeds(), reading.events(), reading.stream()
        payoff = np.zeros_like(stream)
        chance = [dict[int, float]() for _ in range(len(states))]
        ends = 1.0 - sum((event.chance for event in events), np.zeros(len(states)))
        parts = [(ends, np.arange(len(states)))]
        for event in events:
            payoff += event.chance[:, None] * event.pay
            for way in event.ways:
                share = event.chance * way.chance
                parts.append((share, found_at(states, way.after, share > 0)))
        for share, succ in parts:
            for s in np.flatnonzero(share > 0):
                chance[s][int(succ[s])] = chance[s].get(int(succ[s]), 0.0) + float(share[s])
                payoff[s] += share[s] * stream[succ[s]]
        quiet = np.ones(len(states), dtype=bool)
        for deed in deeds:
            quiet &= ~deed.open
        for event in events:
            quiet &= event.chance == 0
        over = quiet & (stream == 0).all(axis=1)
        if over.all():
            raise DetenteError(
                "The game is over in every state: nobody can do anything, and nothing happens or is paid."
            )
        return cls(states, deeds, reading.turns(), tuple(chance), payoff, over)


def found_at(states: States, levels: np.ndarray, wanted: Bools) -> np.ndarray:
    """The state numbers (S,) of levels (S, F), -1 where not wanted."""
    found = np.where(wanted, states.find(levels), -1)
    if (wanted & (found < 0)).any():
        raise DetenteError(
            "Internal error: a step leads to a state that was not among the reachable ones. This is a fault of "
            "detente, not of the scenario; please report it with the scenario."
        )
    return found
