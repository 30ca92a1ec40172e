"""Slowly up and slowly down again: where behaviour jumps, and whether it comes back by the same way.

The plain cross-check of :mod:`detente.equilibrium.branch`, and what an analyst means by tipping. p goes up in even
steps, and at each the last equilibrium, carried on in a straight line, is corrected at fixed p by Newton's method; then
down again from where that ended. Where Newton's method contracts badly the step is walked in halves; where the shortest
fails as well, the equilibrium has gone, as at a fold, and from the last values play goes where backward induction leads
(:mod:`detente.equilibrium.settling`): a *jump*, told with the two values of p between which it lies. Where the ways up
and down differ play depends on the past: *hysteresis*. A step that was walked up without a jump can be walked back, so
on its way down play retraces it, unless it is at another equilibrium there; then the step is walked anew.

Equilibria that are not stable backwards are followed too, where they are continued from stable ones without a fold; a
sweep passes a branch point straight on. It never goes round a fold, and never sees what lies behind one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.branch import AGREE
from detente.equilibrium.continuation import close
from detente.equilibrium.family import Family, Games
from detente.equilibrium.settling import FAR, settle
from detente.given import tolerance_of, whole

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.problem import Problem
    from detente.equilibrium.result import Progress

LEAST = 1 / 256  # of a step: the bracket of a jump
STRAIGHT = 0.2  # where Newton's first step cuts the residual to this share, it may end twice as far from the guess
FAR_AHEAD = 2.0  # times the last step: as far as a straight line is trusted


@dataclass(frozen=True)
class Jump:
    """Behaviour changes at once between two values of p; ``size``: by so much in log odds of play."""

    last: float  # p at which the old equilibrium was still there
    first: float  # p at which it was not
    size: float


@dataclass(frozen=True, eq=False)
class Sweeps:
    """Values (S, N) at each p of ``grid``, going up and coming down; None where nothing was reached."""

    grid: Floats
    up: tuple[Floats | None, ...]
    down: tuple[Floats | None, ...]
    jumps_up: tuple[Jump, ...]
    jumps_down: tuple[Jump, ...]
    differ: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]  # by p: whether up and down are two equilibria
    status: str
    sweeps: int
    tolerance: float = 1e-8  # of the log odds of play


def sweep(
    games: Games,
    low: float,
    high: float,
    steps: int = 40,
    *,
    values: Floats | None = None,
    name: str = "p",
    tolerance: float = 1e-8,
    progress: Progress | None = None,
) -> Sweeps:
    """Up from low to high in so many even steps and down again.

    ``values``: (S, N), near the equilibrium at ``low`` to start from; the principal branch's if not given. Raises
    DetenteError as :func:`detente.equilibrium.branch.branch` does, and for fewer than one step.
    """
    steps, tolerance = whole(steps, f"A sweep of {name} needs at least one step", 1), tolerance_of(tolerance)
    family, tell = Family(games, low, high, name), progress or (lambda share, what: None)
    grid = np.linspace(family.low, family.high, steps + 1)
    start, why = family.begin(family.low, values, tolerance)
    going = _Going(family, tolerance)
    up = going.along(grid, start, lambda k: tell(k / steps / 2, f"{name} goes up"))
    upwards, going.jumps = tuple(going.jumps), []
    down = going.back(grid, up, upwards, lambda k: tell(0.5 + k / steps / 2, f"{name} comes down"))
    downwards = tuple(going.jumps)
    differ = np.array([_apart(family, p, a, b) for p, a, b in zip(grid, up, down, strict=True)])
    status = f"No sweep: {why}" if start is None else _status(name, grid, up, down, differ, (upwards, downwards))
    return Sweeps(grid, tuple(up), down, upwards, downwards, differ, status, family.sweeps, tolerance)


class _Going:
    """One way over the grid: the last solution, carried along."""

    def __init__(self, family: Family, tolerance: float):
        self.family, self.tolerance = family, tolerance
        self.jumps: list[Jump] = []
        self._last: tuple[float, Floats] | None = None  # the solution before the last, where it leads on to that

    def along(self, grid: Floats, value: Floats | None, tell: Callable[[int], None]) -> list[Floats | None]:
        """Values at each p, the first given; None from where nothing was reached."""
        found = [value]
        for k in range(1, len(grid)):
            if value is not None:
                value = self._to(grid[k - 1], grid[k], value)
            found.append(value)
            tell(k)
        return found

    def back(
        self, grid: Floats, up: list[Floats | None], jumps: tuple[Jump, ...], tell: Callable[[int], None]
    ) -> tuple[Floats | None, ...]:
        """The same from the last p down to the first, retracing the way up where that did not jump."""
        value, self._last = up[-1], None
        found, jumped = [value], {int(np.searchsorted(grid, jump.first)) for jump in jumps}
        for k in range(len(grid) - 1, 0, -1):
            if value is not None and value is up[k] and k not in jumped:
                value, self._last = up[k - 1], None
            elif value is not None:
                value = self._to(grid[k], grid[k - 1], value)
                value = up[k - 1] if _same(self.family, grid[k - 1], up[k - 1], value) else value
            found.append(value)
            tell(len(grid) - k)
        return tuple(reversed(found))

    def _to(self, here: float, there: float, value: Floats) -> Floats | None:
        """Values at ``there``: continued, or jumped to."""
        least, length = LEAST * (there - here), there - here
        while True:
            ahead = there if abs(there - here) <= abs(length) * (1.0 + 1e-9) else here + length
            problem = self.family.problem(ahead)
            guess = self._ahead(here, ahead, value)
            tried = close(problem, guess, self.tolerance)
            far = 2.0 * FAR if tried.contraction <= STRAIGHT else FAR
            if tried.converged and self._moved(problem, guess, tried.value) <= far:
                self._last = here, value
                value, here = tried.value, ahead
                if ahead == there:
                    return value
            elif abs(length) > abs(least):
                length /= 2.0
            else:
                problem, self._last = self.family.problem(there), None
                settled = settle(problem, value, self.tolerance)
                if settled.converged:
                    self.jumps.append(Jump(float(here), float(ahead), self._moved(problem, value, settled.value)))
                return settled.value if settled.converged else None

    def _ahead(self, here: float, there: float, value: Floats) -> Floats:
        """Values at ``there`` in a straight line from the last two solutions, if those lie no nearer to each other."""
        if self._last is None or abs(there - here) > FAR_AHEAD * abs(here - self._last[0]):
            return value
        before, old = self._last
        return value + (there - here) / (here - before) * (value - old)

    @staticmethod
    def _moved(problem: Problem, one: Floats, other: Floats) -> float:
        """The largest change of log odds between two solutions."""
        return float((problem.terms.precision * np.ptp(other - one, axis=0)).max())


def _apart(family: Family, p: float, one: Floats | None, other: Floats | None) -> bool:
    """Whether both were reached, and are two."""
    return one is not None and other is not None and not _same(family, p, one, other)


def _same(family: Family, p: float, one: Floats | None, other: Floats | None) -> bool:
    """Whether both were reached, and are one equilibrium."""
    if one is None or other is None:
        return False
    return one is other or family.problem(p).size(one - other, one) <= AGREE


def _status(
    name: str,
    grid: Floats,
    up: list[Floats | None],
    down: tuple[Floats | None, ...],
    differ: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    jumps: tuple[tuple[Jump, ...], tuple[Jump, ...]],
) -> str:
    """What was met on the way up and down."""
    told = []
    for way, found, met in (("Up", up, jumps[0]), ("Down", down, jumps[1])):
        lost = sum(value is None for value in found)
        at = ", ".join(f"{jump.last:.6g}" for jump in met)
        told.append(
            f"{way}: {f'jumps at {name} = {at}' if met else 'no jump'}" + (f", {lost} not reached." if lost else ".")
        )
    if differ.any():
        told.append(f"Hysteresis: the two differ from {name} = {grid[differ][0]:.6g} to {grid[differ][-1]:.6g}.")
    return " ".join(told)
