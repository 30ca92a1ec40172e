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

import numpy as np

from detente.equilibrium.certificate import Evidence, Trial, other_starts, verdict
from detente.equilibrium.continuation import close, follow
from detente.equilibrium.decision import decide, decides
from detente.equilibrium.newton import Corrected, newton
from detente.equilibrium.play import whole
from detente.equilibrium.problem import Problem
from detente.equilibrium.ray import Steps, trace
from detente.equilibrium.regret import regret
from detente.equilibrium.result import LEVELS, Equilibrium, Floats, Level, Progress, Settings
from detente.equilibrium.spectrum import Index, index_of, rightmost
from detente.equilibrium.turning import turn
from detente.given import tolerance_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.play import Play
    from detente.game.arrays import Game

AROUND = 2e-3  # the shortest step in t where folds are gone round: arclength takes over there


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
        decided = decide(game, settings, _usable(start, game.shape))
        if decided is not None:
            return decided
    return _Solving(game, settings, tell).run(start, neighbour, _usable(nearest, game.shape))


def _usable(start: Equilibrium | Floats | None, shape: tuple[int, int]) -> Floats | None:
    """The values to start from, if they are numbers and as many as the game has."""
    if start is None:
        return None
    value = np.array(start.value if isinstance(start, Equilibrium) else start, dtype=np.float64)
    return value if value.shape == shape and np.isfinite(value).all() else None


class _Solving:
    """One call of ``solve``: what is at hand while it runs."""

    def __init__(self, game: Game, settings: Settings, tell: Progress):
        self.problem = Problem(game, settings.most_sweeps)
        self.settings, self.tell = settings, tell
        self.default: Floats | None = None  # values of default play
        self.indices: list[tuple[float, Index]] = []
        self.folds: tuple[float, ...] = ()  # that the branch passed, or ended at

    def run(
        self, start: Equilibrium | Floats | None, neighbour: Game | None, nearest: Floats | None = None
    ) -> Equilibrium:
        """Continue or trace, then check."""
        found, continued = None, False
        value = _usable(start, self.problem.game.shape)
        if nearest is not None:
            self.tell(0.1, "continuing the nearest solution")
            found = close(self.problem, nearest, self.settings.tolerance)
            continued = found.converged
        if value is not None and not continued:
            self.tell(0.1, "continuing a neighbouring solution")
            found = follow(self.problem, value, neighbour, self.settings.tolerance)
            continued = found.converged
        if not continued:
            found = self._along_the_ray()
        assert found is not None
        return self._checked(found, continued)

    def _along_the_ray(self) -> Corrected:
        """t = 1 to the tolerance, or the last point that the ray reached."""
        self.indices, settings, ways = [], self.settings, list[tuple[Floats, float]]()
        least = max(settings.least_step, AROUND) if settings.round_folds else settings.least_step
        for stop in trace(
            self.problem, Steps(settings.first_step, least, 1e-3, settings.tolerance, settings.round_folds)
        ):
            self.tell(0.5 * stop.t, f"tracing the branch from default play, t = {stop.t:.2f}")
            self.default = stop.found.value if stop.t == 0.0 else self.default
            self.indices.append((stop.t, stop.index))
            self.folds = stop.folds
            ways = [*ways[-1:], (stop.found.value, stop.t)]
        if stop.t == 1.0:
            return stop.found
        if len(ways) == 2 and not self.problem.spent:
            self.tell(0.5, "looking for a fold where the ray ended")
            self.folds = turn(self.problem, *ways, look=True).folds
        return replace(stop.found, converged=False)

    def _evidence(self, point: Play, slope: Derivative, continued: bool) -> Evidence:
        """What the level of certificate asks to be looked at."""
        level = self.settings.certify
        if level == "none":
            return Evidence("none")
        self.tell(0.6, "checking the index")
        if not self.indices or self.indices[-1][0] < point.t:
            self.indices.append((point.t, index_of(self.problem, slope)))
        spectrum = rightmost(slope.single(), point.value, most=120 if level == "full" else 30)
        self.problem.sweeps += spectrum.products
        trials = self._trials(point) if level == "full" else ()
        return Evidence(level, tuple(self.indices), spectrum, trials, continued, () if continued else self.folds)

    def _trials(self, point: Play) -> tuple[Trial, ...]:
        self.tell(0.7, "trying other starts")
        if self.default is None:
            self.default = newton(self.problem, np.zeros(point.value.shape), 0.0, 1e-6).value
        return other_starts(self.problem, point, self.default, self.settings.tolerance)

    def _checked(self, found: Corrected, continued: bool) -> Equilibrium:
        """The result with what may be said of it."""
        problem = self.problem
        point = found.play or problem.at(found.value, found.t)
        slope = found.slope or problem.slope(point)
        if found.converged:
            evidence = self._evidence(point, slope, continued)
        else:
            ended = rightmost(slope, point.value) if 0.0 < found.t < 1.0 else None
            evidence = Evidence("none", spectrum=ended, folds=self.folds)
        certified, statement = verdict(found.t, found.converged, evidence)
        return Equilibrium(
            value=point.value,
            policy=whole(problem.pattern, point.policy, 0.0),
            accepted=whole(problem.pattern, point.accepted, 1.0),
            residual=float(np.abs(point.residual).max()),
            regret=regret(problem, point, slope),
            sweeps=problem.sweeps,
            rightmost=evidence.spectrum.values if evidence.spectrum else (),
            reached=found.t,
            converged=found.converged,
            certified=certified,
            statement=statement,
            settings=self.settings,
        )
