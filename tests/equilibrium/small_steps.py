"""A branch in a parameter by very small steps of dense arclength: slow, and sure to stay on it round sharp corners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from detente.game.arrays import Game
from tests.equilibrium.plain import plain_residual


@dataclass(frozen=True, eq=False)
class Steps:
    """Where it went: p, values (S, N), and the real eigenvalues of G' that are right of zero, all at its end."""

    p: float
    value: np.ndarray
    right: int
    turns: int  # of p
    sharpest: float  # the smallest singular value of the derivative bordered with the tangent
    count: int


def small_steps(games: Callable[[float], Game], low: float, high: float, longest: float = 0.02) -> Steps:
    """From the one equilibrium near zero values at ``low`` until p leaves the range.

    Unknowns are log odds relative to the first state, and p. A step after which the tangent has turned by more than
    two and a half degrees is taken again at half the length, down to a ten-millionth.
    """
    lam, shape = np.asarray(games(low).precision), games(low).shape
    size = (shape[0] - 1) * shape[1]

    def rest(x: np.ndarray, p: float) -> np.ndarray:
        """At log odds (.., unknowns)."""
        odds = x.reshape(*x.shape[:-1], shape[0] - 1, shape[1])
        value = np.concatenate([np.zeros((*x.shape[:-1], 1, shape[1])), odds / lam], axis=-2)
        found = plain_residual(games(p), value)
        out: np.ndarray = (found[..., 1:, :] - found[..., :1, :]).reshape(x.shape)
        return out

    def rows(x: np.ndarray) -> np.ndarray:
        odds, p, bumps = x[:-1], float(x[-1]), 1e-6 * np.eye(size)
        by_odds = rest(odds + bumps, p) - rest(odds - bumps, p)
        by_p = rest(odds, p + 1e-6) - rest(odds, p - 1e-6)
        return np.vstack([by_odds, by_p]).T / 2e-6

    def met(x: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        for _ in range(8):
            matrix = np.vstack([rows(x), along])
            change = np.linalg.solve(matrix, np.append(rest(x[:-1], float(x[-1])), 0.0))
            x = x - change
            if np.linalg.norm(change) < 1e-10 * (1 + np.linalg.norm(x)):
                break
        ahead = np.linalg.solve(np.vstack([rows(x), along]), np.append(np.zeros(size), 1.0))
        return x, ahead / np.linalg.norm(ahead)

    x, along = met(np.append(np.zeros(size), low), np.append(np.zeros(size), 1.0))
    length, turns, sharpest, count = longest, 0, np.inf, 0
    while True:
        there, ahead = met(x + length * along, along)
        if ahead @ along < 0.999 or np.linalg.norm(there - x) > 1.1 * length:
            length /= 2
            assert length > 1e-7, x[-1]
            continue
        if not low <= there[-1] <= high:
            break
        turns += int(along[-1] * ahead[-1] < 0.0)
        sharpest = min(sharpest, float(np.linalg.svd(np.vstack([rows(there), ahead]), compute_uv=False)[-1]))
        x, along, length, count = there, ahead, min(1.5 * length, longest), count + 1
    end = high if there[-1] > high else low
    x = x + (end - x[-1]) / along[-1] * along
    x, _ = met(x, np.append(np.zeros(size), 1.0))
    values = np.linalg.eigvals(rows(x)[:, :-1])
    right = int(np.sum((np.abs(values.imag) < 1e-9) & (values.real > 0.0)))
    relative = np.vstack([np.zeros(shape[1]), x[:-1].reshape(-1, shape[1]) / lam])
    return Steps(end, relative, right, turns, sharpest, count)
