"""How much a player could gain: the value of its best reply to what the others do, less the value of what it does.

With the others' play fixed a player faces a Markov decision problem, solved exactly by policy iteration (Howard 1960;
Puterman, Markov Decision Processes, 1994, 6.4). The gain from each state on is a certificate that needs no trust in the
solver: play is an equilibrium of best replies exactly when it is zero everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.contract import leave_one_out

if TYPE_CHECKING:
    from detente.game.stochastic import Floats, StochasticGame

MOST = 1_000  # rounds of policy iteration; each is better than the last, so they end


def regret(game: StochasticGame, policy: list[Floats]) -> Floats:
    """(S, N) payoff that each player forgoes from each state on by its policy (S, A_n) against those of the others."""
    states, players = game.shape
    chances = {n + 1: each for n, each in enumerate(policy)}
    axes = range(1, players + 1)
    onward = leave_one_out(game.transitions, chances, axes) if game.transitions.any() else None
    found = np.empty((states, players))
    for n in range(players):
        pay = leave_one_out(np.ascontiguousarray(game.payoffs[:, n]), chances, axes)[n + 1]
        if onward is None:  # nothing follows
            best = np.where(game.mask[n], pay, -np.inf).max(axis=1)
            found[:, n] = np.maximum(best - (policy[n] * pay).sum(axis=1), 0.0)
            continue
        ahead = game.discounts[:, n, None, None] * onward[n + 1]
        own = _value(pay, ahead, policy[n])
        found[:, n] = np.maximum(_best(pay, ahead, game.mask[n], own) - own, 0.0)
    return found


def _value(pay: Floats, ahead: Floats, policy: Floats) -> Floats:
    matrix = np.eye(len(pay)) - np.einsum("sa,sat->st", policy, ahead)
    return np.linalg.solve(matrix, (policy * pay).sum(axis=1))


def _best(pay: Floats, ahead: Floats, mask: np.ndarray, start: Floats) -> Floats:
    """The value of the best reply."""
    value, states = start, np.arange(len(pay))
    chosen = np.full(len(pay), -1)
    for _ in range(MOST):
        worth = np.where(mask, pay + ahead @ value, -np.inf)
        better = worth.argmax(axis=1)
        same = chosen >= 0
        keep = same & (worth[states, chosen] >= worth[states, better] - 1e-12 * (1.0 + np.abs(worth[states, better])))
        better = np.where(keep, chosen, better)
        if (better == chosen).all():
            break
        chosen = better
        value = _solve(np.eye(len(pay)) - ahead[states, chosen], pay[states, chosen])
    return value


def _solve(matrix: Floats, pay: Floats) -> Floats:
    """Values of a reply; one by which an undiscounted game never ends is cut short after a very long time."""
    try:
        return np.asarray(np.linalg.solve(matrix, pay), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.solve(matrix + 1e-9 * np.eye(len(pay)), pay), dtype=np.float64)
