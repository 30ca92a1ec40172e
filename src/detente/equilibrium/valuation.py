"""What a stream of payoffs is worth under fixed play: linear policy evaluation.

With play held, the value W of a stream that pays u(s) a month, discounted at rho, solves

    (rho - A) W = u,

A the generator of play and chance. An actor's value is the sum of such values: one of each of its interests, and one of
what is paid once (costs, gains, asking, events of chance and, with ``noise='shocks'``, the shocks of its own moves).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.derivative import generator
from detente.equilibrium.held import Held
from detente.equilibrium.krylov import gmres
from detente.equilibrium.pattern import pattern_of
from detente.equilibrium.play import Terms, on_entries
from detente.problems import DetenteError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from detente.equilibrium.result import Equilibrium, Floats
    from detente.game.arrays import Game


def value_of(
    game: Game, equilibrium: Equilibrium, rewards: ArrayLike, discounts: ArrayLike, tolerance: float = 1e-11
) -> Floats:
    """The value (S, R) of reward streams (S, R), payoff a month, at ``discounts`` (R,), a month, under the play found.

    ``tolerance`` is relative to each stream. Raises DetenteError where a stream has no finite value (no discount, and
    play that does not end).
    """
    reward = np.asarray(rewards, dtype=np.float64)
    rho = np.broadcast_to(np.asarray(discounts, dtype=np.float64), (reward.shape[1],))
    if reward.shape[1] == 0:
        return np.zeros(reward.shape)
    pattern = pattern_of(game)
    policy, accepted = (on_entries(pattern, each) for each in (equilibrium.policy, equilibrium.accepted))
    rates = generator(pattern, Terms.of(pattern, game), policy, accepted)
    scale = np.abs(reward).max(axis=0)
    scale = np.where(scale > 0.0, scale, 1.0)

    def apply(worth: Floats) -> Floats:
        out: Floats = rates @ worth
        out -= rho * worth
        return out

    solved = gmres(apply, -reward / scale, Held(rates, rho), tolerance, most=2000)
    if not np.isfinite(solved.x).all() or solved.residual > max(1e-6, 10 * tolerance):
        raise DetenteError(
            f"The value of the payoff streams could not be computed: the linear system was solved only to "
            f"{solved.residual:.1e}. A discount of 1 a year, or numbers that are not finite, may be the reason."
        )
    out: Floats = solved.x * scale
    return out
