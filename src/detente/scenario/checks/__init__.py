"""What reads well and still cannot be meant: the semantic findings about a scenario whose names and types are right.

Errors: numbers that can leave their meaning (a chance above one, a negative rate, an infinite payoff), states that
cannot be. Warnings: what can never happen, never changes anything or is never used, numbers without a range or a
basis. Whether something can happen is judged on the reachable states, and what a number can be over the declared
ranges of the parameters: first by interval bounds, then, where these do not clear it, at numbers that do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.problems import DetenteError, Findings, Problem
from detente.scenario.checks import asked, declarations, happenings, quantities, stakes
from detente.scenario.checks.survey import Survey
from detente.scenario.reach import LIMIT, closure

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

__all__ = ["check"]


def check(scenario: Scenario, limit: int = LIMIT) -> tuple[Problem, ...]:
    """All findings, in no particular order. Too many states are a finding too, after which states are not judged."""
    found = Findings()
    declarations.find(scenario, found)
    try:
        reach = closure(scenario, limit)
    except DetenteError as refusal:
        place = scenario.source.key_place("factors") if scenario.source else None
        found.error(str(refusal).rstrip("."), place, None, "too-many-states")
        return tuple(found.found)
    survey = Survey(scenario, reach)
    for part in (quantities, happenings, stakes, asked):
        part.find(survey, found)
    return tuple(found.found)
