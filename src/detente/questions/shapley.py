"""Shapley values: what each of n players adds, averaged over all orders in which they may join.

With v(S) the worth of a coalition S,

    phi_i = sum over S without i of  |S|! (n - 1 - |S|)! / n!  [ v(S + i) - v(S) ]

They are the only shares that sum to v(all) - v(none), treat alike players alike, give nothing to one who never adds
anything, and add up over sums of games (Shapley 1953, A value for n-person games).

A coalition is a number whose bit i says whether player i has joined, so a game is an array of 2^n worths: (..., 2^n),
any number of games at once, to shares (..., n). The work is n 2^n; beyond some twenty players it is too much.
"""

from __future__ import annotations

from math import comb

import numpy as np

from detente.problems import DetenteError


def shapley(worth: np.ndarray) -> np.ndarray:
    """Shares (..., n) of games (..., 2^n), in the games' unit; DetenteError where their size is no power of two."""
    count = players(worth.shape[-1])
    shares = np.zeros((*worth.shape[:-1], count))
    for player in range(count):
        before, after, weight = _joining(player, count)
        shares[..., player] = (worth[..., after] - worth[..., before]) @ weight
    return shares


def weight_of(coalitions: np.ndarray) -> np.ndarray:
    """(n,) the part of each share's weights, which sum to one, in which one of these coalitions enters: bool (2^n,)."""
    count = players(len(coalitions))
    found = np.zeros(count)
    for player in range(count):
        before, after, weight = _joining(player, count)
        found[player] = weight @ (coalitions[before] | coalitions[after])
    return found


def players(size: int) -> int:
    """n of a game of 2^n coalitions."""
    count = size.bit_length() - 1
    if size != 1 << count:
        raise DetenteError(f"A game has the worth of every coalition, a power of two of them, not {size}.")
    return count


def sizes(count: int) -> np.ndarray:
    """(2^n,) how many have joined in each coalition."""
    coalition = np.arange(1 << count)
    return np.asarray(np.sum((coalition[:, None] >> np.arange(count)) & 1, axis=1))


def _joining(player: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The coalitions without a player, those with it, and the weight of its joining."""
    coalition = np.arange(1 << count)
    before = coalition[(coalition >> player) & 1 == 0]
    weight = np.array([1 / (count * comb(count - 1, size)) for size in range(count)])
    return before, before | 1 << player, weight[sizes(count)[before]]
