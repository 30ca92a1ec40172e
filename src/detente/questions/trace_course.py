"""How far the branch is followed beyond the precision told: to the limit, and as far as it is drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.trace import trace

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.traced import Traced
    from detente.game.stochastic import Floats
    from detente.questions.trace_turns import Play

SMALL = 400  # states x players up to which the limit is looked for, and the branch drawn, unasked
SETTLED = 0.02  # of a chance: nearer than that to the limit, nothing more is to be seen
CERTAIN = 1e-4  # of a chance: an action so near to one at the end of the branch is sure in the limit
LEAST, MOST = 3.0, 5.0  # times the precision asked about: how far the branch is drawn
POINTS = 150  # of the branch drawn, at least


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


def line_of(play: Play, found: Traced, limit: Traced | None, top: float, target: Floats) -> Traced:
    """The branch with points near each other, as far as there is something to be seen."""
    if play.game.payoffs.shape[0] * len(play.players) > SMALL or play.noise == "raw" or not found.reached:
        return found
    end = LEAST * top if limit is None else _end(play, limit, top)
    if not (0 < end < math.inf):
        return found
    scale = target / top if 0 < top < math.inf else np.ones(len(target))
    return trace(play.game, end * scale, noise=play.noise, longest=end / POINTS)


def _end(play: Play, limit: Traced, top: float) -> float:
    """Up to where the branch is drawn: till it hardly moves any more, past what it meets, within reason."""
    path = limit.path
    last = play.chances(limit.policy)
    far = [max(np.abs(now - then).max() for now, then in zip(play.chances(policy), last, strict=True))
           for policy in path.policy]  # fmt: skip
    moving = np.flatnonzero(np.array(far) > SETTLED)
    settled = float(path.precision[min(moving[-1] + 1, len(path) - 1)]) if len(moving) else 0.0
    met = max((float(one.precision) for one in limit.met), default=0.0)
    if not 0 < top < math.inf:
        return max(settled, 1.2 * met) or float(path.precision[-1])
    return min(max(settled, 1.2 * met, LEAST * top), MOST * top)
