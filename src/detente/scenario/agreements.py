"""The agreements that a scenario proposes, and the scenario with one of them as part of the game.

The base case is compiled without any, so that its states and its solution stay as they are. :func:`with_agreement`
writes one into the parsed file (:mod:`detente.scenario.drafting`) and resolves it as any other: what comes back is an
ordinary scenario with one factor more, which everything that takes a scenario can take.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detente.problems import DetenteError, Findings, did_you_mean
from detente.scenario.drafting import draft
from detente.scenario.given import of_a_case
from detente.scenario.load import resolve

if TYPE_CHECKING:
    from detente.scenario.agreement import Agreement
    from detente.scenario.model import Scenario

_OF_THE_PARTS = ("idle-effect",)  # what is said once for several steps need not change something in each

__all__ = ["agreement_names", "agreement_of", "with_agreement"]


def agreement_names(scenario: Scenario) -> tuple[str, ...]:
    """The names of the agreements that a scenario proposes, in file order."""
    return tuple(agreement.name for agreement in scenario.agreements)


def agreement_of(scenario: Scenario, name: str) -> Agreement:
    """The agreement of that name, or a DetenteError that lists those there are."""
    for agreement in scenario.agreements:
        if agreement.name == name:
            return agreement
    known = agreement_names(scenario)
    if not known:
        raise DetenteError(
            f"{scenario.title} proposes no agreement, so there is no {name!r}. Write one under `agreements`."
        )
    hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
    raise DetenteError(f"There is no agreement {name!r}. {hint}")


@of_a_case
def with_agreement(scenario: Scenario, name: str) -> Scenario:
    """The scenario with that agreement as part of the game; in every situation it is not signed yet.

    Its factor is ``agreement_of(scenario, name).factor``. Raises a DetenteError if there is no such agreement, and
    Problems with everything that the whole shows to be wrong with it: a number out of its range, a step that leads
    where nothing may, too many states.
    """
    agreement = agreement_of(scenario, name)
    if scenario.source is None:
        raise DetenteError("A scenario that was not read from a file cannot take up an agreement.")
    written = draft(scenario, scenario.source, agreement)
    made = resolve(written, Findings(), scenario.path, claims=scenario.claims)
    known = set(scenario.warnings)
    kept = (one for one in made.warnings if one in known or one.code not in _OF_THE_PARTS)
    return replace(made, warnings=tuple(kept))
