"""Answers that a textbook gives without following a branch: a second way to know where one should lead.

**Two players, two actions each, played once.** With a_n the gain of n's second action over its first against the
other's first, and b_n against the other's second: a pair of actions is a Nash equilibrium where neither gains by the
other action. Where a_n and b_n differ in sign for both there is one in chances besides, in which each makes the other
indifferent: the other's second action has the chance a_n / (a_n - b_n). A game with a tie (a gain of zero) may have
infinitely many, and is left alone.

**One at a time, never twice in the same state.** Backward induction: at the last decisions the best action, then at
those before them the best given these, and so on up. It is unique where no two actions are worth the same.

References: Nash 1951; Kuhn 1953; von Stengel 2002 (Handbook of Game Theory 3, 45).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detente.game.stochastic import Floats, StochasticGame

SAME = 1e-12  # of the largest payoff: a gain that is none


def nash_of_two(payoffs: Floats) -> list[tuple[float, float]] | None:
    """All Nash equilibria of a 2 x 2 game (2, 2, 2: player, action of each), as chances of each one's second action.

    None where payoffs tie, so that there may be infinitely many. Those in pure actions come first.
    """
    gains = np.stack([payoffs[0, 1] - payoffs[0, 0], payoffs[1, :, 1] - payoffs[1, :, 0]])  # by the other's action
    if (np.abs(gains) <= SAME * np.abs(payoffs).max()).any():
        return None
    found = [
        (float(a), float(b))
        for a in (0, 1)
        for b in (0, 1)
        if (gains[0, b] > 0) == (a == 1) and (gains[1, a] > 0) == (b == 1)
    ]
    if (gains[:, 0] * gains[:, 1] < 0).all():
        share = gains[:, 0] / (gains[:, 0] - gains[:, 1])
        found.append((float(share[1]), float(share[0])))
    return found


def order_of(game: StochasticGame) -> list[int] | None:
    """The states, each before all that can follow it; None where play can come back to one."""
    axes = tuple(range(1, 1 + game.shape[1]))
    leads = np.asarray((game.transitions > 0).any(axis=axes))
    before, found = leads.sum(axis=0), list[int]()  # how many lead to each that are not yet found
    fresh = np.flatnonzero(before == 0).tolist()
    while fresh:
        state = fresh.pop(0)
        found.append(state)
        after = np.flatnonzero(leads[state])
        before[after] -= 1
        fresh += [int(each) for each in after if before[each] == 0]
    return found if len(found) == len(leads) else None


def backward_induction(game: StochasticGame) -> tuple[list[int], Floats] | None:
    """The action that whoever decides in each state takes, (S,) columns, and the values (S, N).

    None where play can come back to a state, two decide in one, or two actions are worth the same to who decides.
    """
    order = order_of(game)
    if order is None:
        return None
    states, players = game.shape
    value, taken = np.zeros((states, players)), [0] * states
    for s in reversed(order):
        choices = [np.flatnonzero(mask[s]) for mask in game.mask]
        movers = [n for n in range(players) if len(choices[n]) > 1]
        if len(movers) > 1:
            return None
        profile = [int(each[0]) for each in choices]
        worth = []
        mover = movers[0] if movers else 0
        for action in choices[mover]:
            profile[mover] = int(action)
            at = tuple(profile)
            ahead = game.transitions[s][at] @ value
            worth.append(game.payoffs[s][(slice(None), *at)] + game.discounts[s] * ahead)
        own = np.array([each[mover] for each in worth])
        best = int(own.argmax())
        rest = np.delete(own, best)
        if len(rest) and own[best] - rest.max() <= SAME * max(np.abs(game.payoffs).max(), np.abs(own).max()):
            return None
        value[s], taken[s] = worth[best], int(choices[mover][best])
    return taken, value
