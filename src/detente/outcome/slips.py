"""Which moves are slips: actions much worse for the mover than its best open one.

    advantage = Q_m - max(V_m, Q_m of every action that is open to m)        a slip:  advantage < -2 / lam_m

With precision lam, an action that is worse by 2 / lam comes up about a seventh as often as it would if it were as good
as the best. In a chain of many decisions such steps add up, and a rare disaster may be made of nothing else, so every
outcome is told with the part whose last step was one. Acceptance, and with it Q, is the solution's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.game.arrays import Column, Game


def slips(game: Game, value: np.ndarray, accepted: Sequence[np.ndarray], precision: np.ndarray) -> list[np.ndarray]:
    """By column, (S,) bool: choosing it there is a slip. ``value`` (S, N), ``precision`` (N,) as they are played at."""
    worth = [_worth(column, value, yes) for column, yes in zip(game.columns, accepted, strict=True)]
    best = value.copy()
    for column, q in zip(game.columns, worth, strict=True):
        is_open = np.asarray(column.action) >= 0
        best[is_open, column.actor] = np.maximum(best[is_open, column.actor], q[is_open])
    return [
        (q - best[:, column.actor] < worse_than(float(precision[column.actor]))) & (np.asarray(column.action) >= 0)
        for column, q in zip(game.columns, worth, strict=True)
    ]


def worse_than(precision: float) -> float:
    """The advantage below which an action is a slip, -2 / lam; nothing is at precision zero."""
    return -2 / precision if precision > 0 else -np.inf


def _worth(column: Column, value: np.ndarray, yes: np.ndarray) -> np.ndarray:
    """(S,) the mover's Q of a column's action, payoff."""
    own = value[:, column.actor]
    taken = np.einsum("sk,sk->s", np.asarray(column.chance), own[np.asarray(column.succ)])
    if column.pay is not None:
        taken = taken + np.asarray(column.pay)[:, column.actor]
    refused = own if column.refused is None else own[np.asarray(column.refused)]
    asking = 0.0 if column.asking is None else np.asarray(column.asking)[:, column.actor]
    worth: np.ndarray = yes * taken + (1 - yes) * refused - asking
    return worth
