"""What a player's own action makes a difference of: the measure by which steps are long and gains are small.

What the others do to a player, and numbers of actions that nobody has, change no play, so they must not count. With
V0 the values of default play, x what the others do and a, b open actions of player n in state s,

    spread_sn = max over x, a, b of  Q(a, x) - Q(b, x),     Q the payoff, or with discount E V0 of the next state
    span      = max of spread_sn; 1 where no action makes a difference                          (payoff units)
    edge_sn   = max over x of the best payoff less the second best, spread_sn where that is 0, at least span / 10 000

A gain is judged by ``edge``: one action that is very bad must not make all gains among the others look small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.game.stochastic import profiles_open

if TYPE_CHECKING:
    from detente.game.stochastic import Bools, Floats, StochasticGame

LEAST = 1e-4  # of the span: the smallest edge
ROUNDING = 1e-12  # of the largest value: differences of values that are none
NOTHING = 1e-100  # payoff: a span whose square is still a number


def scales(game: StochasticGame, values: Floats) -> tuple[float, Floats]:
    """The span, and the edge (S, N), with values (S, N) of default play."""
    players, open_here = game.shape[1], profiles_open(game)
    later = game.discounts * np.abs(values)
    spread, edge, goes_on = np.zeros(game.shape), np.zeros(game.shape), game.transitions.any()
    for n in range(players):
        spread[:, n], edge[:, n] = _differences(game.payoffs[:, n], open_here, n)
        if not goes_on:
            continue
        ahead = game.discounts[:, n].reshape(-1, *[1] * players) * (game.transitions @ values[:, n])
        whole = _differences(game.payoffs[:, n] + ahead, open_here, n)[0]
        spread[:, n] = np.maximum(spread[:, n], np.where(whole > ROUNDING * later[:, n].max(), whole, 0.0))
    span = float(spread.max())
    if span < NOTHING:
        return 1.0, np.ones(game.shape)
    return span, np.maximum(np.where(edge > 0.0, edge, spread), LEAST * span)


def _differences(pay: Floats, open_here: Bools, n: int) -> tuple[Floats, Floats]:
    """By state, the most that the best of n's actions is above its worst, and above its second best."""
    states, size = pay.shape[0], pay.shape[n + 1]
    if size == 1:
        return np.zeros(states), np.zeros(states)
    mine = np.moveaxis(pay, n + 1, -1).reshape(states, -1, size)
    there = np.moveaxis(open_here, n + 1, -1).reshape(states, -1, size)
    second, best = np.moveaxis(np.partition(np.where(there, mine, -np.inf), size - 2)[..., -2:], -1, 0)
    worst = np.where(there, mine, np.inf).min(axis=-1)
    choice = there.sum(axis=-1) > 1
    found = [np.where(choice, best, 0.0) - np.where(choice, other, 0.0) for other in (worst, second)]
    return found[0].max(axis=1), found[1].max(axis=1)
