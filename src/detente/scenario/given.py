"""What a function is given where it wants a case."""

from __future__ import annotations

from detente.problems import takes
from detente.scenario.model import Scenario

of_a_case = takes(Scenario, "get one by case('korea') or load('border.yaml')")


def in_months(scenario: Scenario) -> str:
    """Why a question is not asked of a case that moves in months, and which is."""
    return (
        f"With `moves: {scenario.moves}` play goes in months, and this is not asked of it. Ask: detente trace "
        f"{scenario.name} (or its file), which tells what each does; from Python: found = dt.periods(dt.case("
        f"{scenario.name!r})); dt.trace(found.game, found.precision, noise=found.noise). "
        "A case without `moves` goes in continuous time, and all questions are asked of that."
    )
