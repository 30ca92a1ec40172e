"""Which chance is followed while something is varied slowly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.ensemble.solutions import Solved
from detente.questions.asked import from_everywhere

if TYPE_CHECKING:
    from detente.ensemble.solution import Solution
    from detente.scenario.model import OutcomeSpec, Situation


@dataclass(frozen=True)
class About:
    """Which chance is followed."""

    outcome: OutcomeSpec
    situation: Situation
    months: int
    kind: str  # 'by', or 'at' for an outcome that holds at the start

    @property
    def key(self) -> dict[str, Any]:
        """On what an answer depends."""
        levels = list(self.situation.levels)
        return {"outcome": self.outcome.name, "situation": self.situation.name, "levels": levels,
                "months": self.months, "kind": self.kind}  # fmt: skip

    def chance(self, solution: Solution) -> float:
        """Its chance in one solution."""
        one = Solved(solution.structure, solution.game, solution.equilibrium, solution.numbers)
        found = from_everywhere(one, self.outcome, self.situation, self.months, self.kind)
        return float(found[solution.structure.index(self.situation)])
