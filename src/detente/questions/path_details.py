"""A path in plain data: each step's numbers, consents, gains, and what mends it; for JSON and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.outcome.histories import Change
from detente.outcome.telling import Teller
from detente.questions.asked import ends
from detente.questions.mending import deciders, mends
from detente.questions.path_words import SURE, label
from detente.questions.steps import NOBODY

if TYPE_CHECKING:
    from detente.questions.path import Path, Route
    from detente.questions.steps import Taken


def details(answer: Path, route: Route) -> dict[str, Any]:
    """A path in plain data."""
    return {
        "kind": route.kind,
        "situation": route.situation.name,
        "steps": [_detail(answer, route, k) for k in range(len(route.legs))],
        "likelihood": route.likelihood[0],
        "likelihood_range": ends(route.likelihood[1:]),
        "months_if_so": route.months[0] if not any(leg.shut for leg in route.legs) else None,
        "all_hold_in": int(route.holds[1:].all(axis=1).sum()),
        "unmet": list(route.unmet),
    }


def _detail(answer: Path, route: Route, k: int) -> dict[str, Any]:
    scenario, leg, one = answer.ensemble.scenario, route.legs[k], route.found
    told: dict[str, Any] = {"step": label(scenario, leg.taken), "open": not leg.shut}
    if leg.shut:
        return told | {"asks": list(leg.shut), "open_before_step": None if leg.later is None else leg.later + 1,
                       "opened_by": [label(scenario, step) for step in leg.bridge]}  # fmt: skip
    names = [actor.name for actor in scenario.actors]
    asked, rival = deciders(scenario, leg.taken)[1:], int(one["rival"][0, k])
    told |= {
        "luck": leg.taken.rule != NOBODY or bool(one["share"][0, k] < SURE),
        "changes": changes(answer, leg.taken),
        "chance_next": route.chance[0, k],
        "chance_of_outcome": one["share"][0, k],
        "months_if_nothing_else": route.waits[0, k],
    }
    if leg.taken.rule != NOBODY:
        return told
    return told | {
        "slack": route.slack[0, k],
        "range": ends(route.slack[1:, k]),
        "holds_in": int(route.holds[1:, k].sum()),
        "temptation": one["tempted"][0, k],
        "tempted_by": scenario.actions[rival].name if rival != NOBODY else None,
        "chosen_at_next_decision": one["chosen"][0, k],
        "consents": {names[r]: {"gain": one["stake"][0, k, r], "yes": one["yes"][0, k, r],
                                "range": ends(one["stake"][1:, k, r])} for r in asked},
        "gains": dict(zip(names, one["gain"][0, k].tolist(), strict=True)),
        "mended_by": [
            {"to": names[mend.actor], "once": mend.payment, "a_month_for_good": mend.monthly,
             "could_pay": {names[actor]: gains for actor, gains in mend.payers}, "only_together": mend.together}
            for mend in mends(scenario, route, k)
        ],
    }  # fmt: skip


def changes(answer: Path, step: Taken) -> list[str]:
    """What a step changes: 'restraint: none -> moratorium'."""
    structure = answer.ensemble.solutions.structure
    before, after = (structure.states.levels[state].tolist() for state in (step.state, step.after))
    teller = Teller(answer.ensemble.scenario)
    return [
        teller.change(Change(f, old, new)) for f, (old, new) in enumerate(zip(before, after, strict=True)) if old != new
    ]
