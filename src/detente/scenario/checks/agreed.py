"""Agreements, judged on the states of the case without them.

Whether they can be signed and kept at all, whether signing brings about what is promised, and whether their numbers
keep their meaning. What only the states with an agreement show is told by
:func:`detente.scenario.agreements.with_agreement`.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.checks.quantities import judge
from detente.scenario.inventory import Use
from detente.scenario.lookup import Batch, distinct, guard
from detente.scenario.steps import after

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.problems import Findings
    from detente.scenario.agreement import Agreement
    from detente.scenario.checks.survey import Survey
    from detente.scenario.formula import Formula
    from detente.scenario.inventory import Kind
    from detente.scenario.lookup import Lookup


def find(survey: Survey, found: Findings) -> None:
    """All findings about agreements."""
    if survey.damage.lost:
        return
    for agreement in survey.scenario.agreements:
        _signing(survey, agreement, found)
        _numbers(survey, agreement, found)


def _signing(survey: Survey, agreement: Agreement, found: Findings) -> None:
    """Where it can be signed, and what holds after."""
    space, place = survey.reach.space, agreement.place
    can = survey.holds(agreement.when)
    before = survey.batch.codes[can]
    following = space.code(after(agreement.then, survey.batch.levels()[can]))
    if not len(before):
        hint = "Its 'when' holds in no state that can be reached."
        found.warning(f"The agreement {agreement.name!r} can never be signed", place, hint, "agreement-never-signed")
        return
    reached = Batch(space, following)
    for excluded in survey.scenario.never:
        wrong = np.flatnonzero(guard(excluded, space)(reached))
        if len(wrong):
            state = survey.told(_changed(survey, before[wrong[0]], following[wrong[0]]))
            message = (
                f"Signing {agreement.name!r} leads into what 'never' excludes ('{excluded.text}'): it makes {state}"
            )
            hint = "Guard it with 'when', or let 'then' set the other factor too."
            found.error(message.replace(" is ", " "), place, hint, "agreement-into-never")
            return
    kept = [guard(keeps, space) for keeps in agreement.keeps.values()]
    everywhere = Batch(space, distinct(survey.batch.codes, following))
    together = _all(kept, everywhere)
    if not together.any():
        promises = " and ".join(f"'{keeps.text}'" for keeps in agreement.keeps.values())
        message = f"What the parties to {agreement.name!r} keep cannot hold at once: {promises}"
        found.error(message, place, "Look at 'keeps', and at the lines under 'never'.", "agreement-never-kept")
    elif not agreement.then and not agreement.steps and not _all(kept, Batch(space, before)).any():
        message = f"The agreement {agreement.name!r} can never be signed: where its 'when' holds, its terms do not"
        hint = "Add 'then', what signing brings about, or 'steps'."
        found.warning(message, place, hint, "agreement-never-signed")
    elif agreement.then:
        for actor, keeps in agreement.keeps.items():
            broken = np.flatnonzero(~guard(keeps, space)(reached))
            if len(broken):
                levels = dict(enumerate(space.levels(following[broken[:1]])[0].tolist()))
                read = {factor: levels[factor] for factor in sorted(keeps.factors)}
                name = survey.scenario.actors[actor].name
                found.warning(
                    f"Signing {agreement.name!r} does not bring about what {name} keeps: "
                    f"after it, it can be that {survey.told(read)}",
                    keeps.place or place, "Let 'then' set it, or guard it with 'when'.", "agreement-broken-at-once",
                )  # fmt: skip


def _all(tests: list[Lookup], batch: Batch) -> np.ndarray:
    """Where all of these hold: bool (S,)."""
    kept = np.ones(len(batch.codes), dtype=bool)
    for test in tests:
        kept &= test(batch)
    return kept


def _changed(survey: Survey, before: int, following: int) -> dict[int, int]:
    old, new = survey.reach.space.levels(np.array([before, following])).tolist()
    return {factor: level for factor, level in enumerate(new) if level != old[factor]}


def _numbers(survey: Survey, agreement: Agreement, found: Findings) -> None:
    """Weights, leans, rates and payoffs that can leave what they mean."""
    view = copy(survey)
    view.ranges = {**survey.ranges, **{one.name: (one.low, one.high) for one in agreement.parameters}}
    view.__dict__["likely"] = {**survey.likely, **agreement.likely}
    told = set[int]()
    for use in _uses(survey, agreement):
        if id(use.formula) not in told:
            told.add(id(use.formula))
            judge(view, use, found)


def _uses(survey: Survey, agreement: Agreement) -> Iterator[Use]:
    name = f"the agreement {agreement.name!r}"

    def use(formula: Formula, kind: Kind, what: str) -> Use:
        return Use(formula, kind, None, f"{what} of {name}")

    for formula in (*agreement.weight.values(), *agreement.leave_weight.values()):
        yield use(formula, "weight", "a weight")
    for formula in (*agreement.lean.values(), *(consent.lean for consent in agreement.consent)):
        yield use(formula, "lean", "a lean")
    for formula in (*agreement.seen.values(), *agreement.errs.values()):
        yield use(formula, "rate", "a rate")
    for formula in (*agreement.breach.cost.values(), *agreement.leave.cost.values()):
        yield use(formula, "pay", "a cost")
    for formula in (*agreement.payments.sizes, agreement.payments.worth) if agreement.payments else ():
        yield use(formula, "pay", "a payment")
