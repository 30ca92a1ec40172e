"""Coordination on standards: whoever has the other's standard gains, and which standard hardly matters.

At low precision all standards are used alike. At a higher one that way of playing branches: exactly, where standards
are equally good; with a *bias* the branch turns a corner there, about the root of the bias wide, towards the best, and
the other ways to play lie on branches of their own, which pass it by at that distance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from detente.game.arrays import Chance, Column, Game


def standards(*bias: float) -> Callable[[float], Game]:
    """Precision -> game of two actors with as many standards as biases: 1 + bias[k] a month where both have k."""
    count = len(bias)
    states = count**2
    here = np.arange(states)
    own = np.stack([here // count, here % count])
    columns = []
    for actor in range(2):
        for k in range(count):
            other = own.copy()
            other[actor] = k
            is_open = own[actor] != k
            column = Column(
                actor=actor,
                consenters=(),
                action=np.where(is_open, len(columns), -1),
                weight=np.where(is_open, 1.0 / count, 0.0),
                succ=(other[0] * count + other[1])[:, None],
                chance=np.ones((states, 1)),
                refused=None,
                lean=None,
                pay=None,
                asking=None,
            )
            columns.append(column)
    alike = np.where(own[0] == own[1], 1.0 + np.asarray(bias)[own[0]], 0.0)
    game = Game(
        noise="errors",
        columns=tuple(columns),
        chance=Chance(succ=here[:, None], rate=np.zeros((states, 1)), rule=np.full((states, 1), -1)),
        flow=np.stack([alike, alike], axis=1),
        tempo=np.ones(2),
        discount=np.full(2, 0.06),
        precision=np.ones(2),
    )
    return lambda precision: dataclasses.replace(game, precision=np.full(2, precision))
