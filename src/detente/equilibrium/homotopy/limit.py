"""Whether a walk to precision without bound has come to its end: nobody gains by another action, at once or for good.

A gain is small by the player's own measure (:mod:`detente.equilibrium.homotopy.scale`), and by what its actions differ
in against what the others in fact do there, or nearly do:

    edge_sn = max over x nearly played of the smallest Q(best, x) - Q(a, x) above rounding,     Q with the values there

So an action that forbids itself, or what nobody would do, makes no gain among the others look small.

Default play may be an equilibrium itself, or nearly, as in symmetric games, and lose its branch only later: where play
mixes A actions, own choices begin to feed on one another at precisions of about A over the span. So nothing is settled
before some times that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.best import regret
from detente.equilibrium.homotopy.point import EXACT

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.path import Stand, Walker
    from detente.equilibrium.homotopy.point import Point
    from detente.game.stochastic import Floats

SETTLED = 1e-6  # one-step gain over the edge (S, N) of its player at which a limit has been reached
AGREED = 1e-4  # regret over the player's largest edge at which it has
LATE = 5.0  # times the largest number of a player's actions, over the span: no limit comes before this precision
NEARLY = 1e-6  # a chance of which more is nearly played


def settled(walker: Walker, stand: Stand) -> bool:
    """Whether nobody gains anything by another action, neither at once nor for good."""
    if stand.lam * walker.span < LATE * max(walker.system.game.sizes):
        return False
    point, system = walker.at(stand.place), walker.system
    mean = (point.policy * point.worth) @ system.sums
    gain = np.where(system.open, point.worth - mean[:, system.owner], 0.0)
    slack = EXACT * float(np.abs(np.where(point.policy > NEARLY, point.worth, 0.0)).max())
    if (gain > SETTLED * walker.edge[:, system.owner] + slack).any():
        return False
    left = regret(system.game, [point.policy[:, part] for part in system.slices])
    few = EXACT * np.abs(stand.place.value).max()
    if (left > AGREED * walker.edge.max(axis=0) + few).any():
        return False
    edge = edges(point)
    return bool((gain <= SETTLED * edge[:, system.owner] + slack).all() and (left <= AGREED * edge.max(0) + few).all())


def edges(point: Point) -> Floats:
    """(S, N) by how little the best action is above the next, against what others nearly play; infinite if all tie."""
    system, game = point.system, point.system.game
    states, players = game.shape
    play = [point.policy[:, part] for part in system.slices]
    found = np.empty((states, players))
    for n in range(players):
        pay = game.payoffs[:, n]
        if not system.alone:
            pay = pay + game.discounts[:, n].reshape(-1, *[1] * players) * (game.transitions @ point.value[:, n])
        open_here = np.ones_like(pay, dtype=bool)
        for m, chances in enumerate(play):
            kept = game.mask[m] if m == n else chances > NEARLY
            open_here &= kept.reshape(states, *[size if k == m else 1 for k, size in enumerate(game.sizes)])
        mine = np.moveaxis(np.where(open_here, pay, -np.inf), n + 1, -1)
        best = mine.max(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore"):
            below = best - mine
        rounding = EXACT * (np.abs(best) + np.abs(point.value[:, n]).max())
        less = np.where(below > rounding, below, np.inf).min(axis=-1).reshape(states, -1)
        found[:, n] = np.where(np.isfinite(less), less, 0.0).max(axis=1)
    return np.where(found > 0.0, found, np.inf)
