"""Who moves next: what each actor would do if its next decision came in the state given.

Actor m decides at rate r_m. It then chooses action a with chance pi(a), those whose consent is needed agree with chance
Y, and so the action is taken at rate r_m pi(a) Y a month for as long as the state stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detente.ensemble.solutions import Solved


def next_moves(solved: Solved, state: int) -> dict[str, np.ndarray]:
    """Chances at a state, by action of the scenario (A,) and actor (N,); nan for what is not open there.

    ``chosen`` at the actor's move, ``accepted`` when chosen, ``taken`` times a month, ``advantage`` over the actor's
    best open action (payoff; 0 for the best itself), ``yes`` (A, N) of each whose consent is needed, ``waits`` (N,).
    """
    game, play, scenario = solved.game, solved.play, solved.structure.scenario
    tempo = np.asarray(game.tempo)
    chosen, accepted, taken, advantage = (np.full(len(scenario.actions), np.nan) for _ in range(4))
    yes = np.full((len(scenario.actions), len(scenario.actors)), np.nan)
    waits = np.where(tempo > 0, 1.0, np.nan)
    for c, column in enumerate(game.columns):
        action = int(column.action[state])
        if action < 0 or not tempo[column.actor] > 0:
            continue
        chosen[action] = play.policy[c][state]
        accepted[action] = play.accepted[c][state]
        advantage[action] = play.advantage[c][state]
        taken[action] = tempo[column.actor] * chosen[action] * accepted[action]
        waits[column.actor] -= chosen[action]
        given = play.yes[c]
        if given is not None:
            yes[action, list(column.consenters)] = given[state]
    return {
        "chosen": chosen,
        "accepted": accepted,
        "taken": taken,
        "advantage": advantage,
        "yes": yes,
        "waits": np.maximum(waits, 0.0),
    }
