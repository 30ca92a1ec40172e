"""Answers that a textbook gives without following a branch: a second way to know where one should lead.

**Two players, two actions each, played once.** With a_n the gain of n's second action over its first against the
other's first, and b_n against the other's second: a pair of actions is a Nash equilibrium where neither gains by the
other action. Where a_n and b_n differ in sign for both there is one in chances besides, in which each makes the other
indifferent: the other's second action has the chance a_n / (a_n - b_n). A game with a tie (a gain of zero) may have
infinitely many: then only those in pure actions are told.

**More players or actions, played once.** Those in pure actions: every profile is tried. Others are not sought.

**One at a time, never twice in the same state.** Backward induction: at the last decisions the best action, then at
those before them the best given these, and so on up. It is unique where no two actions are worth the same; else it says
which the first two are that it comes to.

References: Nash 1951; Kuhn 1953; von Stengel 2002 (Handbook of Game Theory 3, 45).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detente.game.stochastic import Bools, Floats, StochasticGame

SAME = 1e-12  # of the largest payoff: a gain that is none


def nash_of_two(payoffs: Floats) -> list[tuple[float, float]] | None:
    """All Nash equilibria of a 2 x 2 game (2, 2, 2: player, action of each), as chances of each one's second action.

    None where payoffs tie, so that there may be infinitely many. Those in pure actions come first.
    """
    gains = _gains(payoffs)
    if not gains.all():
        return None
    found = pure_of_two(payoffs)
    if (gains[:, 0] * gains[:, 1] < 0).all():
        share = gains[:, 0] / (gains[:, 0] - gains[:, 1])
        found.append((float(share[1]), float(share[0])))
    return found


def pure_of_two(payoffs: Floats) -> list[tuple[float, float]]:
    """The Nash equilibria of a 2 x 2 game in pure actions, ties included."""
    return [(float(a), float(b)) for a, b in pure(payoffs)]


def pure(payoffs: Floats) -> list[tuple[int, ...]]:
    """All Nash equilibria in pure actions (N, A1, .., AN), ties included: nobody gains by another action of its own."""
    stays = np.ones(payoffs.shape[1:], dtype=bool)
    for n, own in enumerate(payoffs):
        stays &= own >= own.max(axis=n, keepdims=True) - SAME * np.abs(payoffs).max()
    return [tuple(map(int, each)) for each in np.argwhere(stays)]


def _gains(payoffs: Floats) -> Floats:
    """(2, 2) each player's gain of its second action over its first, by the other's action; zero for a tie."""
    gains = np.stack([payoffs[0, 1] - payoffs[0, 0], payoffs[1, :, 1] - payoffs[1, :, 0]])
    return np.where(np.abs(gains) <= SAME * np.abs(payoffs).max(), 0.0, gains)


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


@dataclass(frozen=True)
class Tie:
    """Two actions, by column, that are worth the same to who decides in a state."""

    state: int
    player: int
    actions: tuple[int, int]


def backward_induction(game: StochasticGame, among: Bools | None = None) -> tuple[list[int], Floats] | None:
    """The action that whoever decides in each state takes, (S,) columns, and the values (S, N).

    ``among`` (S,): the states that count, from which play leads to no other; left out, all. None where play can come
    back to a state, two decide in one, or two actions are worth the same to who decides.
    """
    found = _induced(game, among)
    return None if isinstance(found, Tie) else found


def tie_of(game: StochasticGame, among: Bools | None = None) -> Tie | None:
    """The first two actions that backward induction comes to, from the end, and cannot choose between."""
    found = _induced(game, among)
    return found if isinstance(found, Tie) else None


def _induced(game: StochasticGame, among: Bools | None) -> tuple[list[int], Floats] | Tie | None:
    order = order_of(game)
    if order is None:
        return None
    states, players = game.shape
    counts = np.ones(states, dtype=bool) if among is None else among
    value, taken = np.zeros((states, players)), [0] * states
    for s in (each for each in reversed(order) if counts[each]):
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
        best, *rest = np.argsort(-own, kind="stable").tolist()
        if rest and own[best] - own[rest[0]] <= SAME * max(np.abs(game.payoffs).max(), np.abs(own).max()):
            return Tie(s, mover, (int(choices[mover][best]), int(choices[mover][rest[0]])))
        value[s], taken[s] = worth[best], int(choices[mover][best])
    return taken, value
