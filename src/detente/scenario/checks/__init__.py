"""What reads well and still cannot be meant: the semantic findings about a scenario whose names and types are right.

Errors: numbers that can leave their meaning (a chance above one, a negative rate, an infinite payoff), states that
cannot be. Warnings: what can never happen, never changes anything or is never used, numbers without a range or a
basis. Whether something can happen is judged on the reachable states, and what a number can be over the declared
ranges of the parameters: first by interval bounds, then, where these do not clear it, at numbers that do it.

A file with mistakes is judged as well, as far as that makes sense: see :mod:`detente.scenario.checks.damage`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.problems import DetenteError, Findings, Problem
from detente.scenario.checks import agreed, asked, declarations, happenings, periods, quantities, stakes
from detente.scenario.checks.damage import NONE, surest, widest
from detente.scenario.checks.survey import Survey
from detente.scenario.reach import LIMIT, closure

if TYPE_CHECKING:
    from detente.scenario.checks.damage import Damage
    from detente.scenario.model import Scenario
    from detente.scenario.reach import Reach

__all__ = ["check"]


def check(scenario: Scenario, limit: int = LIMIT, damage: Damage = NONE) -> tuple[Problem, ...]:
    """All findings, in no particular order. Too many states are a finding too, after which states are not judged."""
    found = Findings()
    declarations.find(scenario, damage, found)
    most = _closed(widest(scenario, damage), limit, None if damage.lost else found)
    least = _closed(surest(scenario, damage), limit, found) if damage.lost else most
    if least is not None:
        sure = Survey(scenario, least, damage)
        quantities.find(sure, found)
        happenings.find_wrong(sure, found)
        if most is not None and len(most.codes):
            survey = sure if most is least else Survey(scenario, most, damage)
            for part in (happenings, stakes, asked, periods, agreed):
                part.find(survey, found)
    return tuple(found.found)


def _closed(scenario: Scenario, limit: int, found: Findings | None) -> Reach | None:
    """The reachable states; None, and a finding where that is wanted, if there are too many."""
    try:
        return closure(scenario, limit)
    except DetenteError as refusal:
        if found is not None:
            place = scenario.source.key_place("factors") if scenario.source else None
            found.error(str(refusal).rstrip("."), place, None, "too-many-states")
        return None
