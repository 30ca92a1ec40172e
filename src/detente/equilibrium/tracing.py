"""One tracing of a game's principal branch, or continuation of a neighbour's solution, with what may be said of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from detente.cores import both
from detente.equilibrium.certificate import Evidence, Trial, other_starts, verdict
from detente.equilibrium.continuation import close, follow
from detente.equilibrium.newton import Corrected, newton
from detente.equilibrium.play import whole
from detente.equilibrium.problem import Problem
from detente.equilibrium.ray import Steps, trace
from detente.equilibrium.regret import regret
from detente.equilibrium.result import Equilibrium, Floats, Progress, Settings, usable
from detente.equilibrium.spectrum import Index, index, rightmost
from detente.equilibrium.turning import turn

if TYPE_CHECKING:
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.play import Play
    from detente.game.arrays import Game

AROUND = 2e-3  # the shortest step in t where folds are gone round: arclength takes over there


class Tracing:
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
        value = usable(start, self.problem.game.shape)
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
        rough, most = slope.single(), 120 if level == "full" else 30
        if not self.indices or self.indices[-1][0] < point.t:
            counted, spectrum = both(partial(index, rough), partial(rightmost, rough, point.value, most=most))
            self.indices.append((point.t, counted))
            self.problem.sweeps += counted.products
        else:
            spectrum = rightmost(rough, point.value, most=most)
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
            turned=not found.converged and bool(self.folds),
        )
