"""The stationary equilibrium on the principal branch: the front door.

``solve(game)`` traces the ray from default play (:mod:`detente.equilibrium.ray`), corrects to the tolerance by Newton's
method (:mod:`detente.equilibrium.newton`) and says what may be said of the solution
(:mod:`detente.equilibrium.certificate`). ``solve(game, start=neighbour)`` continues a neighbour's solution
(:mod:`detente.equilibrium.continuation`) and falls back to the ray where that fails. Nothing is raised: an equilibrium
that was not reached is handed back with ``converged=False`` and a statement that says where the ray ended, and at which
t the branch turns back there; ``Settings(round_folds=True)`` has it followed round
(:mod:`detente.equilibrium.turning`).

Cost. A sweep is one evaluation of everybody's response or one product with its derivative. A game of 23 thousand states
and nine actors took about 150 of them to trace, 500 to 1,000 with a full certificate and 100 to re-solve, 6 to 40 ms
each, and 0.4 GB.

One actor alone with ``noise: shocks`` faces a decision problem, which has one solution and is solved at once, without
the ray (:mod:`detente.equilibrium.decision`).

When not to use it: to find all equilibria, or to follow a branch in another parameter than precision
(:mod:`detente.equilibrium.branch`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detente.equilibrium.decision import decide, decides
from detente.equilibrium.result import LEVELS, Equilibrium, Floats, Level, Progress, Settings, usable
from detente.given import tolerance_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.game.arrays import Game


def solve(
    game: Game,
    *,
    start: Equilibrium | Floats | None = None,
    neighbour: Game | None = None,
    nearest: Floats | None = None,
    tolerance: float = 1e-8,
    certify: bool | Level = True,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> Equilibrium:
    """The stationary equilibrium of a game, traced from default play or continued from a neighbour's.

    ``start``: a neighbour's equilibrium or values (S, N), payoff units; ``neighbour``: its game, which lets the way
    between the two be walked in steps where one step is too long. ``nearest``: values that may be nearer, tried before
    the start and given up after a step if they are not. ``tolerance``: largest error of the log odds of play.
    ``certify``: 'full', 'index' or 'none'; True is 'full' from default play and 'index' from a neighbour. DetenteError
    for a tolerance or a level that is none.
    """
    tolerance = tolerance_of(tolerance)
    if certify not in (True, False, *LEVELS):
        raise DetenteError(f"certify={certify!r} is none: say {', '.join(map(repr, LEVELS))}, True or False.")
    level: Level = "full" if start is None else "index"
    if certify is not True:
        level = certify or "none"
    settings = replace(settings or Settings(), tolerance=tolerance, certify=level)
    tell = progress or (lambda share, what: None)
    if decides(game):
        tell(0.1, "solving the decision problem of one actor")
        decided = decide(game, settings, usable(start, game.shape))
        if decided is not None:
            return decided
    from detente.equilibrium.tracing import Tracing  # a decision problem of a million states has no memory to spare

    return Tracing(game, settings, tell).run(start, neighbour, usable(nearest, game.shape))
