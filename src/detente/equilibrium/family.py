"""Games of one structure, one for each value of a parameter p in a range: what a branch is followed in.

``dG/dp`` at given values V is taken by differences of exact residuals at fixed V, not by forward differentiation. Any
callable will then do, of a scenario's formulas or of arrays, and nothing is compiled (4 to 8 seconds on a large case);
two more games and sweeps cost less than one linear system. Nothing is lost either: the error is (e^2 / 6) G''' +
(rounding / e) with e a ten-thousandth of the range, about 1e-9 of G where p makes a difference at all, and zero where G
is linear in p, as it is in every payoff. The tests compare it with forward differentiation. At the ends of the range,
beyond which a formula may leave its bounds (a chance above one), the difference is one-sided and of the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.newton import newton
from detente.equilibrium.problem import Problem
from detente.equilibrium.stationary import solve
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats, Pattern
    from detente.game.arrays import Game

Games = Callable[[float], "Game"]
NEAR = 1e-4  # of the range: the step of differences


class Family:
    """``games(p)`` for p from ``low`` to ``high``, with a count of the sweeps spent on them.

    Raises DetenteError if the range is none, or the games turn out to differ in more than their numbers.
    """

    def __init__(self, games: Games, low: float, high: float, name: str = "p"):
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise DetenteError(f"{name} cannot run from {low:g} to {high:g}; its low end must lie below its high end.")
        self.games, self.low, self.high, self.name = games, float(low), float(high), name
        self.spent = 0  # sweeps of problems that are let go
        self._pattern: Pattern | None = None
        self._kept: dict[float, Problem] = {}

    @property
    def span(self) -> float:
        """High less low."""
        return self.high - self.low

    @property
    def sweeps(self) -> int:
        """Responses and products with derivatives so far."""
        return self.spent + sum(problem.sweeps for problem in self._kept.values())

    def has(self, p: float) -> bool:
        """Whether p lies in the range."""
        return self.low <= p <= self.high

    def inside(self, p: float) -> float:
        """p as it is. Raises DetenteError where it lies outside the range."""
        if not self.has(p):
            raise DetenteError(f"{self.name} = {p:g} lies outside the range from {self.low:g} to {self.high:g}.")
        return float(p)

    def problem(self, p: float) -> Problem:
        """The game at p, ready for solving; the last two are kept."""
        if p not in self._kept:
            self._kept[p] = self._checked(p)
            while len(self._kept) > 2:
                self.spent += self._kept.pop(next(iter(self._kept))).sweeps
        return self._kept[p]

    def begin(self, p: float, values: Floats | None, tolerance: float) -> tuple[Floats | None, str]:
        """An equilibrium at p: near ``values``, or the principal branch's; or none, and a sentence why.

        Raises DetenteError for values of another shape than the game's.
        """
        problem = self.problem(p)
        if values is None:
            solved = solve(problem.game, certify="none", tolerance=tolerance)
            problem.sweeps += solved.sweeps
            why = f"at {self.name} = {p:.6g} the principal branch was not reached. {solved.statement}"
            return (solved.value, "") if solved.converged else (None, why)
        value = np.array(values, dtype=np.float64)
        if value.shape != problem.game.shape:
            raise DetenteError(
                f"Values have the shape {value.shape}; the game has (states, actors) {problem.game.shape}."
            )
        found = newton(problem, value, 1.0, tolerance)
        why = f"at {self.name} = {p:.6g} Newton's method did not converge from the values given."
        return (found.value, "") if found.converged else (None, why)

    def slope(self, value: Floats, p: float) -> Floats:
        """dG/dp at fixed values, times the width of the range: payoff a month, (S, N)."""
        near = NEAR * self.span
        if self.has(p - near) and self.has(p + near):
            return (self._residual(value, p + near) - self._residual(value, p - near)) / (2.0 * NEAR)
        step = near if self.has(p + 2.0 * near) else -near
        here, one, two = (self._residual(value, p + k * step) for k in range(3))
        out: Floats = np.sign(step) * (4.0 * one - 3.0 * here - two) / (2.0 * NEAR)
        return out

    def _residual(self, value: Floats, p: float) -> Floats:
        kept = self._kept.get(p)
        if kept is not None:
            return kept.at(value, 1.0).residual
        self.spent += 1
        return self._checked(p).at(value, 1.0).residual

    def _checked(self, p: float) -> Problem:
        problem = Problem(self.games(p))
        first = self._pattern = self._pattern or problem.pattern
        if first is not problem.pattern and not _same(first, problem.pattern):
            raise DetenteError(
                f"The games along {self.name} differ in more than their numbers; a branch is followed in one structure."
            )
        return problem


def _same(one: Pattern, other: Pattern) -> bool:
    arrays = ((pattern.entries.rows, pattern.entries.succ, pattern.moves.indices) for pattern in (one, other))
    same_size = (one.states, one.actors, one.columns) == (other.states, other.actors, other.columns)
    return same_size and all(np.array_equal(a, b) for a, b in zip(*arrays, strict=True))
