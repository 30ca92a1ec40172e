"""A case solved again and again: derivatives by each of its parameters from differences of solutions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from detente.equilibrium.result import Equilibrium
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.structure import Structure
from detente.game.structure import compile as compiled
from detente.scenario.load import load_text
from detente.scenario.starter import starter
from tests.game.small import TEXT as FENCE
from tests.scenario.small import CLAIMS, SMALL

WIDTH = 1e-4  # of the steps, as a share of the direction: then curvature and rounding both show below 1e-7
STENCIL = ((1, 0.5), (-1, -0.5))


@dataclass(frozen=True, eq=False)
class Solution:
    numbers: dict[str, float]
    game: Game
    equilibrium: Equilibrium


class Differences:
    """A scenario's solution, and those around it."""

    def __init__(self, text: str, claims: str | None = None, numbers: dict[str, float] | None = None):
        self.structure: Structure = compiled(load_text(text, "case.yaml", claims))
        self.numbers = {**self.structure.scenario.likely, **(numbers or {})}
        self.close: dict[tuple[tuple[str, float], ...], list[Solution]] = {}
        self.central = self.solved(self.numbers)

    def solved(self, numbers: dict[str, float], start: Solution | None = None) -> Solution:
        game = self.structure.game(numbers)
        near = {} if start is None else {"start": start.equilibrium, "neighbour": start.game}
        found = solve(game, tolerance=1e-12, certify="none", **near)
        assert found.converged
        return Solution(numbers, game, found)

    def by(self, name: str, of: Callable[[Solution], np.ndarray]) -> np.ndarray:
        """The derivative by a parameter of anything that a solution has."""
        return self.along({name: self.numbers[name]}, of) / self.numbers[name]

    def along(self, direction: dict[str, float], of: Callable[[Solution], np.ndarray]) -> np.ndarray:
        """The derivative along a direction of parameters, about as long as they are."""
        key = tuple(direction.items())
        if key not in self.close:
            moved = [{name: self.numbers[name] + step * WIDTH * by for name, by in key} for step, _ in STENCIL]
            self.close[key] = [self.solved(self.numbers | numbers, self.central) for numbers in moved]
        pairs = zip(STENCIL, self.close[key], strict=True)
        return np.asarray(sum(weight / WIDTH * of(solution) for (_, weight), solution in pairs))


SPARE = "  spare: {likely: 3, low: 1, high: 4, unit: payoff, basis: judgement}\n"


def _fence() -> str:
    """The fence with private shocks, a lean that is a number, and a number that nobody reads."""
    keen = "  keen: {likely: 0.8, low: 0.3, high: 0.95, unit: probability, basis: judgement}\n"
    text = FENCE.replace("parameters:\n", "parameters:\n" + keen + SPARE).replace("court: 0.9", "court: keen")
    return text.replace("unit: month\nactors", "unit: month\nnoise: shocks\nactors")


@cache
def differences(name: str) -> Differences:
    """Of one of the cases below."""
    text, claims = starter("border")
    return {
        "border": lambda: Differences(text, claims),
        "border, shocks": lambda: Differences(text.replace("unit: month", "noise: shocks\nunit: month", 1), claims),
        "fence, shocks": lambda: Differences(_fence()),
        "two": lambda: Differences(SMALL, CLAIMS, {"sharp": 0.15}),  # at its likely 0.3 the branch folds
    }[name]()
