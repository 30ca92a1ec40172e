"""A case's equilibria along one of its parameters, all other numbers held: followed through folds, or swept to and fro.

:func:`branch` is :mod:`detente.equilibrium.branch` and :func:`sweep` is :mod:`detente.equilibrium.sweep` with a
scenario's parameter for p: its range is the parameter's own, the start its likely value. Every parameter will do, for
none decides which moves there are. A factor has levels and no folds.

What comes back keeps the case beside the points, so that each can be read as a solution: what everybody does there, and
the chance of an outcome from a situation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.ensemble.chances import situation_of
from detente.ensemble.play import game_at
from detente.ensemble.solution import Solution, labels
from detente.equilibrium.branch import Branch, Pace, Point, Stopped
from detente.equilibrium.branch import branch as follow
from detente.equilibrium.from_values import BACKWARDS, Told, equilibrium_from_values
from detente.equilibrium.sweep import Jump, Sweeps
from detente.equilibrium.sweep import sweep as go
from detente.game.structure import compile as compiled
from detente.given import months_ahead, number, plain
from detente.problems import DetenteError, did_you_mean
from detente.scenario.given import numbers_of, of_a_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from detente.equilibrium.result import Progress
    from detente.game.arrays import Game
    from detente.game.structure import Structure
    from detente.scenario.model import Parameter, Scenario

_STABILITY = {True: "stable", False: "unstable", None: "unknown"}
_KINDS = {"": "A point", "start": "The start", "fold": "A fold", "branch point": "A branch point", "end": "An end"}


@dataclass(frozen=True, eq=False)
class Line:
    """A case with one parameter to vary."""

    structure: Structure = field(repr=False)
    parameter: Parameter
    numbers: Mapping[str, float] = field(repr=False)  # all others, and where the parameter stands

    def game(self, p: float) -> Game:
        """The game with the parameter at p."""
        return game_at(self.structure, {**self.numbers, self.parameter.name: p})

    def solution(self, p: float, value: np.ndarray, told: Told) -> Solution:
        """Values (S, N) at p as a solution."""
        found = equilibrium_from_values(self.game(p), value, told)
        return Solution(self.structure.scenario, {**self.numbers, self.parameter.name: p}, self.structure, found)


@dataclass(frozen=True, eq=False)
class CaseBranch:
    """Equilibria along a parameter, stable and not, folds among them. Read ``status`` first."""

    line: Line
    found: Branch = field(repr=False)

    @property
    def status(self) -> str:
        """Where it began, where it ended and why."""
        return self.found.status

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Why it went no further, upward and downward: see :class:`~detente.equilibrium.branch.Branch`."""
        return self.found.stopped

    @property
    def points(self) -> tuple[Point, ...]:
        """Along the branch: p, value (S, N), kind, stable or not, eigenvalues."""
        return self.found.points

    @property
    def folds(self) -> tuple[Point, ...]:
        """Where the parameter turns: beyond, play has to jump."""
        return self.found.folds

    @property
    def branch_points(self) -> tuple[Point, ...]:
        """Where another branch crosses this one."""
        return self.found.branch_points

    def at(self, p: float) -> tuple[Point, ...]:
        """All equilibria of the branch at p; DetenteError for a p outside the range."""
        return self.found.at(p)

    def solution(self, point: Point) -> Solution:
        """A point as a solution: play, residual, regret; a start for :func:`branch` or ``dt.solve``."""
        name = self.line.parameter.name
        told = (
            f"{_KINDS[point.kind]} of a branch in {name}, at {point.p:.6g}, {BACKWARDS[point.stable]}; not certified."
        )
        method = f"pseudo-arclength continuation in {name}"
        return self.line.solution(point.p, point.value, Told(told, method, self.found.pace.tolerance, point.rightmost))

    @cached_property
    def data(self) -> xr.Dataset:
        """``value`` (point, state, actor) and, by point, ``p``, ``kind``, ``stability``, ``arc``, ``rightmost``."""
        import xarray as xr

        points, structure = self.points, self.line.structure
        value = np.stack([point.value for point in points]) if points else np.zeros((0, *self._shape))
        first = [point.rightmost[0] if point.rightmost else complex(np.nan) for point in points]
        return xr.Dataset(
            {
                "value": (("point", "state", "actor"), value),
                "arc": ("point", np.array([point.arc for point in points])),
                "residual": ("point", np.array([point.residual for point in points])),
                "rightmost": ("point", np.array(first, dtype=complex)),
            },
            coords=labels(structure) | self._by_point,
            attrs={"parameter": self.line.parameter.name, "unit": self.line.parameter.unit, "status": self.status},
        )

    def chances(self, since: str | None = None, months: int = 60) -> xr.Dataset:
        """``by`` and ``at`` (point, outcome): each outcome's chance so many months after a situation (the latest)."""
        import xarray as xr

        months, situation = months_ahead(months), situation_of(self.line.structure.scenario, since)
        each = [self.solution(point).chances(situation.name, months).isel(month=-1) for point in self.points]
        if not each:
            raise DetenteError(f"There are no points to forecast from. {self.status}")
        return xr.concat(each, dim="point").assign_coords(self._by_point)

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.line.structure.states), len(self.line.structure.scenario.actors)

    @property
    def _by_point(self) -> dict[str, tuple[str, np.ndarray]]:
        points = self.points
        return {
            "p": ("point", np.array([point.p for point in points])),
            "kind": ("point", np.array([point.kind for point in points], dtype="U12")),
            "stability": ("point", np.array([_STABILITY[point.stable] for point in points], dtype="U8")),
        }

    def __repr__(self) -> str:
        return f"<Branch in {self.line.parameter.name}: {len(self.points)} points, {len(self.folds)} folds>"


@dataclass(frozen=True, eq=False)
class CaseSweeps:
    """What a slow change of a parameter up and down again leads to. Read ``status`` first."""

    line: Line
    found: Sweeps = field(repr=False)

    @property
    def status(self) -> str:
        """Where play jumped, and from where to where the two ways differ."""
        return self.found.status

    @property
    def grid(self) -> np.ndarray:
        """The parameter's values."""
        return self.found.grid

    @property
    def jumps(self) -> tuple[Jump, ...]:
        """Where play changes at once, on the way up, then on the way down."""
        return (*self.found.jumps_up, *self.found.jumps_down)

    @cached_property
    def data(self) -> xr.Dataset:
        """``value`` (way, p, state, actor), nan where nothing was reached; ``differ`` (p): whether up and down do."""
        import xarray as xr

        found, structure = self.found, self.line.structure
        nothing = np.full((len(structure.states), len(structure.scenario.actors)), np.nan)
        ways = [[nothing if value is None else value for value in way] for way in (found.up, found.down)]
        return xr.Dataset(
            {"value": (("way", "p", "state", "actor"), np.array(ways)), "differ": ("p", found.differ)},
            coords=labels(structure) | {"way": ["up", "down"], "p": found.grid},
            attrs={"parameter": self.line.parameter.name, "unit": self.line.parameter.unit, "status": self.status},
        )

    def solution(self, step: int, way: str = "up") -> Solution:
        """Step k of the grid on the way up or down as a solution; DetenteError where nothing was reached."""
        if way not in ("up", "down") or not 0 <= step < len(self.grid):
            raise DetenteError(f"A sweep goes 'up' and 'down' over steps 0 to {len(self.grid) - 1}, not {way} {step}.")
        value, p = (self.found.up if way == "up" else self.found.down)[step], float(self.grid[step])
        if value is None:
            raise DetenteError(f"Going {way}, nothing was reached at {self.line.parameter.name} = {p:g}.")
        told = f"On a sweep {way} in {self.line.parameter.name}, at {p:.6g}; stability not looked at, not certified."
        return self.line.solution(p, value, Told(told, f"sweep in {self.line.parameter.name}", self.found.tolerance))

    def __repr__(self) -> str:
        return f"<Sweep of {self.line.parameter.name}: {len(self.grid)} steps, {len(self.jumps)} jumps>"


@of_a_case
def branch(
    scenario: Scenario,
    parameter: str,
    low: float | None = None,
    high: float | None = None,
    *,
    numbers: Mapping[str, float] | None = None,
    start: float | Solution | None = None,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> CaseBranch:
    """All equilibria connected with one as a parameter varies from ``low`` to ``high``, its own range if not given.

    ``numbers``: others than the likely ones. ``start``: the parameter's value at which the equilibrium of the principal
    branch is taken, by default where it stands in ``numbers`` or its likely value, or the end of the range nearest to
    that; or a solution of the case, whose numbers are then the others' too: another equilibrium's branch. ``pace``: how
    to step. DetenteError for an unknown parameter, a range that is none, a start outside it or of another case.
    """
    if not isinstance(pace, Pace | None):
        raise DetenteError(f"pace is how to step, such as Pace(longest=0.1), not {pace!r:.60}.")
    if isinstance(start, Solution):
        start.must_be_of(scenario)
        line, low, high = _line(start.structure, parameter, low, high, numbers, start.numbers)
        at, values = float(start.numbers[parameter]), start.equilibrium.value
    else:
        line, low, high = _line(compiled(scenario), parameter, low, high, numbers)
        likely = float(np.clip(line.numbers[parameter], low, high))
        begin = likely if start is None else number(start, f"The start is a value of {parameter} or a solution")
        at, values = begin, None
    found = follow(line.game, low, high, start=at, values=values, name=parameter, pace=pace, progress=progress)
    return CaseBranch(line, found)


@of_a_case
def sweep(
    scenario: Scenario,
    parameter: str,
    low: float | None = None,
    high: float | None = None,
    *,
    numbers: Mapping[str, float] | None = None,
    steps: int = 40,
    tolerance: float = 1e-8,
    progress: Progress | None = None,
) -> CaseSweeps:
    """A parameter goes up from ``low`` to ``high`` in even steps and down again: where play jumps, and back.

    The cross-check of :func:`branch`: it sees no equilibrium behind a fold. Arguments and errors as there.
    """
    line, low, high = _line(compiled(scenario), parameter, low, high, numbers)
    return CaseSweeps(line, go(line.game, low, high, steps, name=parameter, tolerance=tolerance, progress=progress))


def _line(
    structure: Structure,
    name: str,
    low: float | None,
    high: float | None,
    numbers: Mapping[str, float] | None,
    others: Mapping[str, float] | None = None,
) -> tuple[Line, float, float]:
    """The case along a parameter, and its range."""
    scenario = structure.scenario
    known = {parameter.name: parameter for parameter in scenario.parameters}
    if not isinstance(name, str) or name not in known:
        if any(factor.name == name for factor in scenario.factors):
            raise DetenteError(f"{name!r} is a factor: it has levels, which follow no branch. Choose a parameter.")
        hint = did_you_mean(name, known) or "`detente show` lists the parameters."
        raise DetenteError(f"There is no parameter {name!r}. {hint}")
    own, at = known[name], numbers_of(scenario, numbers, others)
    bottom, top = own.low if low is None else plain(low), own.high if high is None else plain(high)
    if bottom is None or top is None:
        raise DetenteError(f"{name} runs from one number to another, not from {low!r} to {high!r}.")
    if not bottom < top:
        raise DetenteError(
            f"{name} cannot run from {bottom:g} to {top:g}: its low end must lie below its high end. "
            f"Give `low` and `high`; its own range is {own.low:g} to {own.high:g}."
        )
    return Line(structure, own, at), bottom, top
