r"""A parameter swept over a range: the chance of an outcome along the equilibria, and where play has to jump.

Two ways of looking, both at the likely numbers of everything else:

- the **branch** (:func:`detente.ensemble.along.branch`): the equilibria connected with today's, followed through folds,
  stable and unstable. A *tipping point* is the first fold met on the way up from today's value, or on the way down:
  there the equilibrium that is played ends;
- the **sweep** (:func:`detente.ensemble.along.sweep`): the parameter goes up slowly and comes down again. It jumps
  where the branch folds, which is the cross-check, and where up and down differ, play depends on where it came from.

On a case of more than ``BRANCHED`` states a point of a branch costs some ten seconds, so it is swept only, on a coarse
grid, unless a number of points is asked for. Draws are swept on cases of up to ``DRAWN`` states.

How steep a curve c(x) is at its steepest, x being 0 at the low end of the range and 1 at the high end, is told by what
a tenth of the range can do:

    share = max_x |c(x + 1/10) - c(x)| / int |dc|

0.1 for a straight line, 1 for a jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.along import branch, sweep
from detente.ensemble.progress import by_share
from detente.ensemble.solution import Solution
from detente.equilibrium.branch import Pace
from detente.questions.asked import chances
from detente.questions.given_up import given_up
from detente.questions.jump_size import landed, left

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.ensemble.along import CaseBranch, CaseSweeps
    from detente.ensemble.progress import Progress
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.equilibrium.result import Progress as Share
    from detente.questions.followed import About
    from detente.scenario.model import Parameter, Scenario

BRANCHED, DRAWN = 5000, 300  # states: up to which a branch is followed unasked, and draws are swept
FINE, COARSE = 20, 8  # steps of a sweep, on a case that is branched and on a larger one
TIGHT, LOOSE = 1e-8, 1e-6  # and largest error of log odds
WINDOW = 0.1  # of the range: what steepness is measured in
_UP, _DOWN = 1, -1

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Tip:
    """Where play jumps if the parameter goes on. ``way``: +1 on its way up, -1 down."""

    p: float
    way: int
    exact: bool  # a fold, located; else a jump between two values of a sweep
    before: float  # the chance just before, and after; nan where it is not known
    after: float  # at the next step of the sweep
    size: float  # of the jump alone, without what the chance moves up to that step


@dataclass(frozen=True, eq=False)
class Swept:
    """What was found along a parameter. Chances; nan where no equilibrium was reached."""

    parameter: Parameter
    low: float
    high: float
    today: float  # where the parameter stands
    chance: float  # there
    states: int
    central: Arrays  # grid, up, down, differ; jumps (J, 3): last, first, way; status
    curve: Arrays | None  # p, chance, kind, stability in the order of the branch; status
    drawn: tuple[Arrays, ...]  # the sweeps of draws
    note: str  # what was not computed, and why

    @property
    def width(self) -> float:
        """Of the parameter's own range, or of the range swept where it has none: the unit of distances."""
        return self.parameter.high - self.parameter.low or self.high - self.low

    @property
    def folds(self) -> list[float]:
        """The parameter's values at all folds of the branch."""
        return [] if self.curve is None else [float(p) for p in self.curve["p"][self.curve["kind"] == "fold"]]

    @property
    def partings(self) -> list[float]:
        """The parameter's values where another branch crosses."""
        return [] if self.curve is None else [float(p) for p in self.curve["p"][self.curve["kind"] == "branch point"]]

    @property
    def hysteresis(self) -> tuple[float, float] | None:
        """From where to where the ways up and down differ."""
        apart = self.central["grid"][self.central["differ"]]
        return (float(apart[0]), float(apart[-1])) if len(apart) else None

    @property
    def unfinished(self) -> tuple[int, ...]:
        """The ways, +1 and -1, on which the branch was given up before a fold or the end of the range."""
        return () if self.curve is None else given_up(self.curve, self.low, self.high)

    def tips(self) -> list[Tip]:
        """Tipping points from today's equilibrium, the nearest first: at most one on the way up and one down."""
        curve, found = self.curve, list[Tip]()
        if curve is None:
            found = jumps(self.central, self.today, self.chance)
        else:
            found = _folds(curve, self.central)
            for way in self.unfinished:  # beyond where the branch was given up the sweep goes on
                last = -1 if way > 0 else 0
                beyond = jumps(self.central, float(curve["p"][last]), float(curve["chance"][last]))
                found += [tip for tip in beyond if tip.way == way]
        return sorted(found, key=lambda tip: abs(tip.p - self.today))

    def distance(self, tip: Tip) -> float:
        """How far a tipping point is from today's value, in units of the parameter's range; negative: below it."""
        return (tip.p - self.today) / self.width

    def line(self) -> tuple[np.ndarray, np.ndarray]:
        """Values and chances of the line from low to high: the branch if it is whole and unfolded, else the way up."""
        if self.curve is not None and not self.folds and not self.unfinished and len(self.curve["p"]) > 1:
            order = np.argsort(self.curve["p"])
            return self.curve["p"][order], self.curve["chance"][order]
        return self.central["grid"], self.central["up"]


def swept(
    solved: Ensemble,
    parameter: Parameter,
    low: float,
    high: float,
    about: About,
    *,
    points: int | None = None,
    progress: Progress | None = None,
) -> Swept:
    """The chance along a parameter from low to high; ``points``: follow the branch though the case is large."""
    states = len(solved.solutions.structure.states)
    large, today = states > BRANCHED, float(solved.central.numbers.values[parameter.name])
    steps = COARSE if large else FINE
    state = solved.solutions.structure.index(about.situation)
    found = chances(solved, about.outcome, about.situation, about.months, about.kind, "central")
    chance = float(found[0, state])
    line: dict[str, Any] = {"about": about, "name": parameter.name, "low": low, "high": high}
    key = {**about.key, "along": parameter.name, "low": low, "high": high}
    go = partial(_sweep, **line, steps=steps, tolerance=LOOSE if large else TIGHT)
    (central,) = solved.answers(
        "sweep along", partial(go, tell=by_share(progress, f"sweep of {parameter.name}")), "central", **key, steps=steps
    )
    curve = None
    if not large or points is not None:
        most = points or Pace().most_points
        tell = by_share(progress, f"branch in {parameter.name}")
        follow = partial(_branch, **line, most=most, large=large, tell=tell)
        (curve,) = solved.answers("branch along", follow, "central", **key, points=most)
        if not len(curve["p"]):
            curve = None
    drawn = solved.answers("sweep along", go, "drawn", progress, **key, steps=steps)[1:] if states <= DRAWN else []
    return Swept(
        parameter, low, high, today, chance, states, central, curve, tuple(drawn), _note(states, curve, solved)
    )


def jumps(found: Mapping[str, np.ndarray], today: float, chance: float = np.nan) -> list[Tip]:
    """The first jump of a sweep beyond today's value on the way up, and on the way down.

    ``chance``: today's; where up and down differ today, only the way that is nearer to it counts.
    """
    tips, grid = list[Tip](), found["grid"]
    ways = [(_UP, "up"), (_DOWN, "down")]
    if np.isfinite(chance) and found["differ"][int(np.argmin(np.abs(grid - today)))]:
        ways = [min(ways, key=lambda way: abs(float(np.interp(today, grid, found[way[1]])) - chance))]
    for way, name in ways:
        ahead = [(last, first) for last, first, which in found["jumps"] if which == way and (last - today) * way >= 0]
        if ahead:
            last, first = min(ahead, key=lambda jump: abs(jump[0] - today))
            before = np.flatnonzero((last - grid) * way >= 0.0)
            after = np.flatnonzero((grid - first) * way >= 0.0)
            near = (before[-1], after[0]) if way > 0 else (before[0], after[-1])
            before_it, after_it = (float(found[name][k]) for k in near)
            size = (
                abs(landed(found, way, float(first)) - left(found, way, float(last)))
                if np.isfinite(after_it)
                else np.nan
            )
            tips.append(Tip(float(last), way, False, before_it, after_it, size))
    return tips


def steepest(p: np.ndarray, chance: np.ndarray) -> tuple[float, float, float]:
    """(share of all change, change, middle) of the tenth of the range in which a curve changes most; nan if flat."""
    known = np.isfinite(chance)
    if known.sum() < 2 or not np.ptp(chance[known]) > 0.0:
        return np.nan, 0.0, np.nan
    p, chance = p[known], chance[known]
    x = (p - p[0]) / (p[-1] - p[0])
    whole = float(np.abs(np.diff(chance)).sum())
    starts = np.unique(np.clip(np.concatenate([x, x - WINDOW]), 0.0, 1.0 - WINDOW))
    change = np.interp(starts + WINDOW, x, chance) - np.interp(starts, x, chance)
    most = int(np.argmax(np.abs(change)))
    middle = p[0] + (starts[most] + WINDOW / 2) * (p[-1] - p[0])
    return float(abs(change[most]) / whole), float(change[most]), float(middle)


def _folds(curve: Arrays, found: Arrays) -> list[Tip]:
    """The first fold of a branch on either side of its start."""
    start, tips = int(np.flatnonzero(curve["kind"] == "start")[0]), list[Tip]()
    for way, path in ((_UP, range(start + 1, len(curve["p"]))), (_DOWN, range(start - 1, -1, -1))):
        first = next((k for k in path if curve["kind"][k] == "fold"), None)
        if first is not None:
            p, before = float(curve["p"][first]), float(curve["chance"][first])
            after = _after(found, p, way)
            size = abs(landed(found, way, p, curve) - before) if np.isfinite(after) else np.nan
            tips.append(Tip(p, way, True, before, after, size))
    return tips


def _after(found: Arrays, p: float, way: int) -> float:
    """The chance to which a sweep jumps at a fold; nan where it does not jump there."""
    grid, near = found["grid"], float(np.diff(found["grid"]).max())
    if not any(which == way and abs(last - p) <= near for last, _, which in found["jumps"]):
        return np.nan
    beyond = np.flatnonzero((grid - p) * way > 0.0)
    return np.nan if not len(beyond) else float(found["up" if way > 0 else "down"][beyond[0 if way > 0 else -1]])


def _sweep(
    one: Solved, about: About, name: str, low: float, high: float, steps: int, tolerance: float,
    tell: Share | None = None,
) -> Arrays:  # fmt: skip
    """A sweep with the chance at each step, up and down."""
    scenario = one.structure.scenario
    found = sweep(scenario, name, low, high, numbers=one.numbers, steps=steps, tolerance=tolerance, progress=tell)
    return of_sweep(found, about)


def of_sweep(found: CaseSweeps, about: About) -> Arrays:
    """A sweep as arrays: grid, up, down, differ (G,), jumps (J, 3)."""
    differ = found.data["differ"].values
    reached = np.isfinite(found.data["value"].values).all(axis=(2, 3))
    chance = np.full(reached.shape, np.nan)
    for k in range(len(found.grid)):
        for w, way in enumerate(("up", "down")):
            same = w == 1 and reached[0, k] and not differ[k]
            if reached[w, k]:
                chance[w, k] = chance[0, k] if same else about.chance(found.solution(k, way))
    met = [(jump.last, jump.first, _UP if jump.first > jump.last else _DOWN) for jump in found.jumps]
    return {"grid": found.grid, "up": chance[0], "down": chance[1], "differ": differ,
            "jumps": np.array(met, dtype=float).reshape(-1, 3), "status": np.array(found.status)}  # fmt: skip


def _branch(
    one: Solved, about: About, name: str, low: float, high: float, most: int, large: bool, tell: Share | None
) -> Arrays:
    """A branch with the chance at each point."""
    pace = Pace(first=0.1, longest=1.0, tolerance=1e-6, most_points=most) if large else Pace(most_points=most)
    scenario: Scenario = one.structure.scenario
    found: CaseBranch
    if low <= one.numbers[name] <= high:
        start = Solution(scenario, one.numbers, one.structure, one.equilibrium)
        found = branch(scenario, name, low, high, start=start, pace=pace, progress=tell)
    else:
        found = branch(scenario, name, low, high, numbers=one.numbers, pace=pace, progress=tell)
    chance = [about.chance(found.solution(point)) for point in found.points]
    told = {True: "stable", False: "unstable", None: "unknown"}
    return {
        "p": np.array([point.p for point in found.points]),
        "chance": np.array(chance),
        "kind": np.array([point.kind for point in found.points], dtype="U12"),
        "stability": np.array([told[point.stable] for point in found.points], dtype="U8"),
        "status": np.array(found.status),
        "stopped": np.array(found.stopped, dtype="U8"),
    }


def _note(states: int, curve: Arrays | None, solved: Ensemble) -> str:
    """What was not computed."""
    told = []
    if states > BRANCHED and curve is None:
        told.append(f"with {states:,} states the case was swept up and down only, and no branch was followed")
    if states > DRAWN and len(solved.draws):
        told.append("the range over draws was not computed along the parameter")
    return "; ".join(told)
