"""What questions are asked about: outcomes, deals and what-ifs that cannot be, must be or change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.scenario.inventory import title
from detente.scenario.limit import Limit
from detente.scenario.lookup import Batch, distinct, known
from detente.scenario.reach import LIMIT
from detente.scenario.starts import levels_of, packages

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.scenario.checks.survey import Survey
    from detente.scenario.model import Deals, WhatIf


def find(survey: Survey, found: Findings) -> None:
    """All findings about questions."""
    _outcomes(survey, found)
    if survey.scenario.deals and not survey.damage.touched("deals"):
        _deals(survey, survey.scenario.deals, found)
    for what_if in survey.scenario.what_ifs:
        if not survey.damage.touched("what_if", what_if.name):
            _what_if(survey, what_if, found)


def _outcomes(survey: Survey, found: Findings) -> None:
    scenario = survey.scenario
    for outcome in scenario.outcomes:
        if survey.damage.touched("outcomes", outcome.name):
            continue
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
    limit = Limit(scenario, space, len(survey.reach.codes) + LIMIT)
    every, *named = packages(deals, levels_of(scenario), space, limit)
    batch = Batch(space, every[known(every, survey.reach.codes)])
    for factor, levels in deals.terms.items():
        name, here = scenario.factors[factor].name, set(distinct(batch.column(factor)).tolist())
        missing = [scenario.factors[factor].levels[level] for level in levels if level not in here]
        if missing:
            found.warning(
                f"No deal can have {name!r} at {' or '.join(missing)}: 'never' excludes it in every situation",
                survey.place("deals", "terms", name) or deals.place,
                "Leave the level out of the terms, or set another factor under 'also'.", "deal-never",
            )  # fmt: skip
    for name, codes in zip(deals.named, named, strict=True):
        if not known(codes, survey.reach.codes).any():
            found.warning(
                f"The deal {name!r} cannot be: 'never' excludes it in every situation",
                survey.place("deals", "named", name) or deals.place, "Let it set another factor too.", "deal-never",
            )  # fmt: skip


def _what_if(survey: Survey, what_if: WhatIf, found: Findings) -> None:
    """What-ifs that leave everything as it is."""
    scenario = survey.scenario
    levels = scenario.situation(what_if.situation).levels
    state = any(levels[factor] != level for factor, level in what_if.levels.items())
    numbers = any(survey.likely.get(name) != value for name, value in what_if.parameters.items())
    struck = [scenario.actions[action] for action in what_if.never] + [scenario.rules[rule] for rule in what_if.without]
    acts = any(survey.open(step).any() for step in struck)
    if not (state or numbers or acts):
        found.warning(
            f"The what-if {what_if.name!r} changes nothing: it is {what_if.situation!r} as it was",
            what_if.place,
            "Let it set another level or number, or strike out an action or a rule that can happen.", "idle-what-if",
        )  # fmt: skip
