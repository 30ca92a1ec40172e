"""What questions are asked about: outcomes, deals and what-ifs that cannot be, must be or change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.inventory import title
from detente.scenario.lookup import guard
from detente.scenario.starts import packages
from detente.scenario.lookup import Batch

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.scenario.checks.survey import Survey
    from detente.scenario.model import Deals, WhatIf


def find(survey: Survey, found: Findings) -> None:
    """All findings about questions."""
    _outcomes(survey, found)
    if survey.scenario.deals:
        _deals(survey, survey.scenario.deals, found)
    for what_if in survey.scenario.what_ifs:
        _what_if(survey, what_if, found)


def _outcomes(survey: Survey, found: Findings) -> None:
    scenario = survey.scenario
    for outcome in scenario.outcomes:
        if outcome.when is None:
            if not any(survey.open(scenario.actions[action]).any() for action in outcome.actions):
                names = " or ".join(title(scenario, scenario.actions[action]) for action in outcome.actions)
                found.warning(
                    f"Outcome {outcome.name!r} can never happen: {names} is never open",
                    outcome.place, "Look at the action's guard.", "outcome-never",
                )  # fmt: skip
            continue
        holds = survey.holds(outcome.when)
        if not holds.any():
            found.warning(
                f"Outcome {outcome.name!r} holds in no state that can be reached",
                outcome.when.place or outcome.place, "Which step should bring it about?", "outcome-never",
            )  # fmt: skip
        elif holds.all():
            found.warning(
                f"Outcome {outcome.name!r} holds in every state that can be reached",
                outcome.when.place or outcome.place, "Look at its condition.", "outcome-always",
            )  # fmt: skip


def _deals(survey: Survey, deals: Deals, found: Findings) -> None:
    """Terms and named deals that `never` excludes in every situation."""
    scenario, space = survey.scenario, survey.reach.space
    allowed = packages(scenario, deals, space)
    batch = Batch(space, survey.within(allowed))
    for factor, levels in deals.terms.items():
        here = set(np.unique(batch.column(factor)).tolist())
        missing = [scenario.factors[factor].levels[level] for level in levels if level not in here]
        if missing:
            found.warning(
                f"Deals with {scenario.factors[factor].name!r} at {' or '.join(missing)} cannot be: 'never' excludes them",
                survey.place("deals", "terms", scenario.factors[factor].name) or deals.place,
                "Leave the level out of the terms, or set another factor under 'also'.", "deal-never",
            )  # fmt: skip
