"""Play with acts struck out: the mover does without them, and nobody expects it.

At a move the chances are pi(a) in proportion to w_a exp(lam Q(a)). Where the acts of a set X do not happen, though the
mover would choose them with chance x = sum of pi over X, what remains keeps its proportions:

    pi'(a) = pi(a) / (1 - x) for a not in X, waiting among them;  0 for a in X

which is what the mover would do with the same values Q among the acts that remain. The values are those of play in
which the acts do happen: whoever else moves, or is asked for consent, goes on as before, and so does the mover at its
other acts. It is the play of people who are surprised, again and again, that the act does not come. What everybody
would do who knew it is another equilibrium, that of ``game.without(acts)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.chain import Play, chain_of, chain_of_play
from detente.outcome.slips import slips

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from detente.equilibrium.result import Equilibrium
    from detente.game.arrays import Game
    from detente.game.structure import Structure
    from detente.outcome.process import Chain


def chain_without(structure: Structure, game: Game, equilibrium: Equilibrium, actions: Collection[int]) -> Chain:
    """The chain of an equilibrium's play in which these actions (indices into Scenario.actions) do not happen."""
    if not actions:
        return chain_of(structure, game, equilibrium)
    slip = slips(game, equilibrium.value, equilibrium.accepted, np.asarray(game.precision) * equilibrium.reached)
    return chain_of_play(
        structure.scenario, game, Play(policy_without(game, equilibrium.policy, actions), equilibrium.accepted, slip)
    )


def policy_without(game: Game, policy: Sequence[np.ndarray], actions: Collection[int]) -> tuple[np.ndarray, ...]:
    """The chances (S,) by column, each mover's actions but these in the same proportions, waiting among them."""
    wanted = list(actions)
    gone = [np.isin(np.asarray(column.action), wanted) for column in game.columns]
    struck = np.zeros((game.shape[1], game.shape[0]))
    for column, here, chosen in zip(game.columns, gone, policy, strict=True):
        struck[column.actor] += np.where(here, chosen, 0.0)
    return tuple(
        np.where(here, 0.0, chosen / (1.0 - struck[column.actor]))
        for column, here, chosen in zip(game.columns, gone, policy, strict=True)
    )
