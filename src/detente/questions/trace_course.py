"""How far the branch is followed beyond the precision told: to the limit, and as far as it is drawn."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.trace import trace
from detente.equilibrium.homotopy.traced import Path

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.traced import Traced
    from detente.game.stochastic import Floats
    from detente.questions.trace_turns import Play

SMALL = 400  # states x players up to which the limit is looked for, and the branch drawn, unasked
CERTAIN = 1e-4  # of a chance: an action so near to one at the end of the branch is sure in the limit
LEAST = 3.0  # times the precision asked about: how far the branch is drawn where its limit is not known
NEAR, POINTS = 5.0, 150  # times the middle of what changes: so far the branch has so many points at least


def limit_of(play: Play, found: Traced, target: Floats, ratio: Floats) -> tuple[Traced | None, str]:
    """The equilibrium of the limit, or why it is not told."""
    if math.isinf(target.max()):
        return (found, "") if found.reached else (None, found.status)
    if play.noise == "raw":
        return None, "With raw shocks there is no limit of this branch to be told."
    if not (ratio == 1.0).all():
        return None, "The players' precisions differ, and the limit is not looked for."
    if play.game.payoffs.shape[0] * len(play.players) > SMALL:
        return None, f"With more than {SMALL} states times players the limit is looked for only by --precision inf."
    limit = trace(play.game, math.inf, noise=play.noise)
    return (limit, "") if limit.reached else (None, f"The limit was not come to. {limit.status}")


def settled(chances: Floats) -> Floats:
    """The chances of a decision in the limit: an action that is all but sure where the branch ended is sure there."""
    sure = float(chances.max()) >= 1.0 - CERTAIN
    return (np.arange(len(chances)) == chances.argmax()).astype(float) if sure else chances


def middle(play: Play, branch: Traced) -> float:
    """The precision at which half of all that changes along a branch has changed; 1 if nothing does."""
    chances = np.stack([np.concatenate(play.chances(policy)) for policy in branch.path.policy])
    passed = np.cumsum([0.0, *np.abs(np.diff(chances, axis=0)).sum(axis=1)])
    if not passed[-1] > 0:
        return 1.0
    return float(np.interp(0.5 * passed[-1], passed, branch.path.precision)) or 1.0


def line_of(play: Play, found: Traced, limit: Traced | None, top: float, target: Floats) -> Traced:
    """The branch with points near each other where most happens, to the limit if there is one."""
    if play.game.payoffs.shape[0] * len(play.players) > SMALL or play.noise == "raw" or not found.reached:
        return found
    if limit is None:
        end = LEAST * top
        return trace(play.game, end * target / top, noise=play.noise, longest=end / POINTS) if end > 0 else found
    end = NEAR * middle(play, limit)
    near = trace(play.game, end, noise=play.noise, longest=end / POINTS)
    beyond = int(np.argmax(limit.path.precision > end)) if limit.precision > end else len(limit.path)
    parts = (
        (getattr(near.path, name), getattr(limit.path, name)[beyond:]) for name in ("precision", "policy", "value")
    )
    return replace(limit, path=Path(*(np.concatenate(pair) for pair in parts)))
