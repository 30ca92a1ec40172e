"""Random stochastic games, and their logit equations written a second time, slowly: profile by profile."""

from __future__ import annotations

from itertools import product

import numpy as np

from detente.game.stochastic import StochasticGame


def random_game(seed: int, *, states: int = 2, players: int = 2, most: int = 3, masked: bool = False) -> StochasticGame:
    """Payoffs near 1; some coordination, so that branches fold; rows of transitions that may end the game."""
    rng = np.random.default_rng(seed)
    sizes = tuple(int(n) for n in rng.integers(2, most + 1, size=players))
    payoffs = rng.normal(size=(states, players, *sizes))
    if rng.random() < 0.4:
        for action in range(min(sizes)):
            payoffs[(slice(None), slice(None), *[action] * players)] += 3 * rng.random((states, 1))
    transitions = rng.dirichlet(0.3 * np.ones(states + 1), size=(states, *sizes))[..., :states]
    mask = [rng.random((states, size)) < 0.7 for size in sizes] if masked else None
    for each in mask or ():
        each[np.arange(states), rng.integers(0, each.shape[1], size=states)] = True
    weight = [rng.uniform(0.3, 2.0, size=(states, size)) for size in sizes] if masked else None
    discount = rng.choice([0.5, 0.9, 0.95], size=players)
    return StochasticGame(payoffs, transitions, discount, mask=mask, weight=weight)


def worth(game: StochasticGame, policy: np.ndarray, value: np.ndarray) -> np.ndarray:
    """(S, N, A) Q of every action, nan where there is none: one profile after another."""
    states, players = game.shape
    found = np.full((states, players, max(game.sizes)), np.nan)
    for s in range(states):
        for n in range(players):
            for a in np.flatnonzero(game.mask[n][s]):
                total = 0.0
                for profile in product(*(np.flatnonzero(mask[s]) for mask in game.mask)):
                    if profile[n] != a:
                        continue
                    chance = np.prod([policy[s, m, profile[m]] for m in range(players) if m != n])
                    ahead = sum(game.transitions[(s, *profile, t)] * value[t, n] for t in range(states))
                    total += chance * (game.payoffs[(s, n, *profile)] + game.discount[n] * ahead)
                found[s, n, a] = total
    return found


def errors(game: StochasticGame, policy: np.ndarray, value: np.ndarray, precision: np.ndarray, noise: str) -> float:
    """The largest error of the logit equations: of the chances, and of the values."""
    q, wrong = worth(game, policy, value), 0.0
    for s in range(game.shape[0]):
        for n in range(game.shape[1]):
            weight, mine = game.weight[n][s], game.mask[n][s]
            power = weight[mine] * np.exp(precision[n] * (q[s, n][: len(mine)][mine] - np.nanmax(q[s, n])))
            chances = power / power.sum()
            wrong = max(wrong, np.abs(policy[s, n][: len(mine)][mine] - chances).max())
            if noise == "errors":
                value_of = float(chances @ q[s, n][: len(mine)][mine])
            else:
                total = power.sum() / (weight[mine].sum() if noise == "shocks" else 1.0)
                value_of = float(np.nanmax(q[s, n]) + np.log(total) / precision[n])
            wrong = max(wrong, abs(value[s, n] - value_of))
    return wrong


def best_reply_values(game: StochasticGame, policy: np.ndarray, player: int, rounds: int = 3_000) -> np.ndarray:
    """(S,) by value iteration, profile by profile."""
    value = np.zeros(game.shape)
    for _ in range(rounds):
        value[:, player] = np.nanmax(worth(game, policy, value)[:, player], axis=1)
    return value[:, player]
