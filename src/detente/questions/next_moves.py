"""Who moves next: what each actor would do if its next decision came in the state given.

Actor m decides at rate r_m. It then chooses action a with chance pi(a), those whose consent is needed agree with chance
Y, and so the action is taken at rate r_m pi(a) Y a month for as long as the state stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.steps import options_at

if TYPE_CHECKING:
    from detente.ensemble.solutions import Solved


def next_moves(solved: Solved, state: int) -> dict[str, np.ndarray]:
    """Chances at a state, by action of the scenario (A,) and actor (N,); nan for what is not open there.

    ``chosen`` at the actor's move, ``accepted`` when chosen, ``taken`` times a month, ``advantage`` over the actor's
    best open action (payoff; 0 for the best itself), ``yes`` (A, N) of each whose consent is needed, ``waits`` (N,).
    """
    scenario, tempo = solved.structure.scenario, np.asarray(solved.game.tempo)
    chosen, accepted, taken, advantage = (np.full(len(scenario.actions), np.nan) for _ in range(4))
    yes = np.full((len(scenario.actions), len(scenario.actors)), np.nan)
    waits = np.where(tempo > 0, 1.0, np.nan)
    (options,) = options_at(solved, [state])
    for option in options:
        a = option.action
        chosen[a], accepted[a], yes[a] = option.chosen, option.accepted, option.yes
        taken[a] = option.pace * option.chosen * option.accepted
        best = max(0.0, *(other.expected for other in options if other.mover == option.mover))
        advantage[a] = option.expected - best
        waits[option.mover] -= option.chosen
    return {
        "chosen": chosen,
        "accepted": accepted,
        "taken": taken,
        "advantage": advantage,
        "yes": yes,
        "waits": np.maximum(waits, 0.0),
    }
