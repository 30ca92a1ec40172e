"""What each actor gains and loses: the value of the future, split over its interests, now and with each outcome.

V_i(s) is what the future is worth to actor i from state s on, given how everybody plays. Under fixed play it is a sum:
every interest is a stream of payoffs with a value of its own, and what is paid once, when an action is taken or an
event happens, is what remains:

    V_i(s) = sum over i's interests k of W_k(s) + once_i(s),     (rho_i + sum of rates) W_k = u_k + rates . W_k

The value with an outcome is that of the state in which it comes about, averaged over the ways in which it does within
the horizon; its gain is that less the value now. The value now already holds the hope and the fear of what may come, so
gains of outcomes do not add up to anything. All at the likely numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.valuation import value_of

if TYPE_CHECKING:
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import Situation


@dataclass(frozen=True, eq=False)
class Stakes:
    """N actors, I interests (of ``scenario.interests``), K outcomes. Payoff units; flow and discount a month."""

    state: int
    value: np.ndarray  # (N,) now
    interests: np.ndarray  # (I,) the part of each interest in its actor's value
    once: np.ndarray  # (N,) the part of what is paid once
    flow: np.ndarray  # (I,) what each interest pays a month now
    gain: np.ndarray  # (K, N) value with the outcome less value now; nan: it holds now, or does not come about
    interests_gain: np.ndarray  # (K, I)
    once_gain: np.ndarray  # (K, N)
    discount: np.ndarray  # (N,) rho
    split: np.ndarray  # (S, I) the part of each interest in every state
    whole: np.ndarray  # (S, N) value in every state

    def parts_of(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Interests' parts (I,) and values (N,) averaged over states with these weights (S,), less those now."""
        return weights @ self.split - self.interests, weights @ self.whole - self.value


def stakes(solved: Ensemble, situation: Situation, months: int) -> Stakes:
    """What each actor gains and loses from a situation, over so many months, at the likely numbers."""
    return _stakes(solved.solved(solved.central), situation, months)


def _stakes(solved: Solved, situation: Situation, months: int) -> Stakes:
    structure, game, whole = solved.structure, solved.game, solved.equilibrium.value
    scenario, state = structure.scenario, structure.index(situation)
    owner = np.array([interest.actor for interest in scenario.interests], dtype=int)
    flows = np.asarray(structure.interests(), dtype=np.float64)
    discount = np.asarray(game.discount)
    split = np.asarray(value_of(game, solved.equilibrium, flows, discount[owner]))
    found = solved.ahead(situation, months)
    interests_gain, gain = found.on_arrival(split) - split[state], found.on_arrival(whole) - whole[state]
    owned = np.eye(len(scenario.actors))[owner] if len(owner) else np.zeros((0, len(scenario.actors)))
    return Stakes(
        state=state,
        value=whole[state],
        interests=split[state],
        once=whole[state] - split[state] @ owned,
        flow=flows[state],
        gain=gain,
        interests_gain=interests_gain,
        once_gain=gain - interests_gain @ owned,
        discount=discount,
        split=split,
        whole=whole,
    )
