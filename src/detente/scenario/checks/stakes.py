"""What nobody gains or loses by: payoffs that never vary, steps without effect, vetoes of the indifferent.

A number depends on a factor if two states that occur, alike in the other factors that it reads, give it different
values; on a parameter if its value differs between numbers within the ranges. Both are judged where the number counts.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.checks.quantities import points
from detente.scenario.formula import Formula
from detente.scenario.inventory import title, uses
from detente.scenario.model import Action
from detente.scenario.steps import steps_of, upper_positive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.problems import Findings
    from detente.scenario.checks.survey import Rows, Survey
    from detente.scenario.inventory import Use
    from detente.scenario.steps import Step

_TRIED = 6  # sets of numbers at which a value is compared
_SAME = 1e-12  # relative difference that is rounding
_VARYING = ("interest", "pay", "asking", "rate", "chance", "weight", "lean")


def find(survey: Survey, found: Findings) -> None:
    """All findings about what matters to nobody."""
    staked = _constant(survey, found) | _paid(survey) | _named(survey)
    for use in uses(survey.scenario):
        if use.kind in _VARYING and isinstance(use.formula, Formula) and survey.readable(use.formula):
            _no_effect(survey, use, found)
    for step in steps_of(survey.scenario):
        if not survey.blurred(step):
            _idle(survey, step, found)
    _vetoes(survey, staked, found)
    _parties(survey, staked, found)
    _bystanders(survey, found)


def _numbers(survey: Survey, formula: Formula) -> Iterator[dict[str, float]]:
    """A few sets of numbers to try, the likely ones first."""
    return islice(points(sorted(formula.parameters), survey.ranges, survey.likely), _TRIED)


def _value(formula: Formula, rows: Rows, numbers: Mapping[str, float]) -> np.ndarray:
    return np.asarray(formula(rows.levels, numbers), dtype=float)


def _differ(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two rows of values differ anywhere; what is not finite is told elsewhere, and counts as different."""
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return True
    return bool((np.abs(a - b) > _SAME * np.maximum(np.abs(a), np.abs(b))).any())


def _varies(survey: Survey, formula: Formula, rows: Rows) -> bool:
    """Whether a number differs between states."""
    values = (_value(formula, rows, numbers) for numbers in _numbers(survey, formula))
    return bool(len(rows)) and any(_differ(value, value[0]) for value in values)


def _constant(survey: Survey, found: Findings) -> set[int]:
    """Tell of interests that are the same in every state; the actors who have others."""
    moved = set()
    for interest in survey.scenario.interests:
        dim = not survey.readable(interest.value)
        if dim or _varies(survey, interest.value, survey.rows_of(interest.value)):
            moved.add(interest.actor)
            continue
        name = f"{survey.scenario.actors[interest.actor].name}'s interest {interest.name!r}"
        found.warning(
            f"{name} is the same in every state that can be reached, so no choice depends on it",
            interest.place, "Let it depend on a factor that changes, or delete it.", "constant-interest",
        )  # fmt: skip
    return moved


def _no_effect(survey: Survey, use: Use, found: Findings) -> None:
    """Names that a number reads and that never change it."""
    formula = use.formula
    assert isinstance(formula, Formula)
    rows = survey.rows_of(formula, survey.counts(use.owner))
    if not len(rows) or len(formula.parameters) + len(formula.factors) < 2:
        return  # a single name is told of elsewhere, if need be
    pairs = {factor: _pairs(survey, rows, factor) for factor in rows.reads}
    factors = {factor for factor, (one, _) in pairs.items() if len(one)}
    parameters = {name for name in formula.parameters if survey.ranges[name][0] < survey.ranges[name][1]}
    for numbers in _numbers(survey, formula):
        if not factors and not parameters:
            return
        value = _value(formula, rows, numbers)
        factors = {factor for factor in factors if not _differ(value[pairs[factor][0]], value[pairs[factor][1]])}
        parameters = {name for name in parameters if not _bends(survey, formula, rows, numbers, name)}
    for name in [survey.scenario.factors[factor].name for factor in sorted(factors)] + sorted(parameters):
        found.warning(
            f"{name!r} never changes {use.what}",
            formula.place, "Look at the conditions and factors around it.", "no-effect",
        )  # fmt: skip


def _pairs(survey: Survey, rows: Rows, factor: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows that differ in this factor only, two by two."""
    others = np.zeros(len(rows), dtype=np.int64)
    for other in rows.reads:
        if other != factor:
            others = others * survey.reach.space.sizes[other] + rows.levels[:, other]
    order = np.argsort(others, kind="stable")
    alike = others[order][1:] == others[order][:-1]
    return order[1:][alike], order[:-1][alike]


def _bends(survey: Survey, formula: Formula, rows: Rows, numbers: Mapping[str, float], name: str) -> bool:
    """Whether the value differs between the ends of this parameter's range, the others as given."""
    low, high = (_value(formula, rows, {**numbers, name: end}) for end in survey.ranges[name])
    return _differ(low, high)


def _idle(survey: Survey, step: Step, found: Findings) -> None:
    """Steps that are as good as waiting, and single effects that change nothing."""
    deeds, name = survey.deeds[id(step)], title(survey.scenario, step)
    if not deeds.open.any():
        return
    pays = [*step.pay.values(), *(step.asking.values() if isinstance(step, Action) else ())]
    if not deeds.changes and not any(_ever(survey, step, formula) for formula in pays):
        found.warning(
            f"{name} changes nothing and pays nothing: it is the same as waiting",
            step.place, "Give it an effect ('then') or a price, or delete it.", "idle-step",
        )  # fmt: skip
        return
    effects = [(b.effects[f], f) for b, shift in zip(step.branches, deeds.shifts, strict=True) for f in shift]
    changing = {f for shift in deeds.shifts for f, changed in shift.items() if changed}
    for effect, factor in {factor: (effect, factor) for effect, factor in effects}.values():
        if factor not in changing:
            found.warning(
                f"{name} sets {survey.scenario.factors[factor].name!r} only where it already is so",
                effect.place or step.place, "Leave it out, or look at the guard.", "idle-effect",
            )  # fmt: skip


def _ever(survey: Survey, step: Step, formula: Formula) -> bool:
    """Whether a payoff is ever other than zero where the step is open."""
    rows = survey.rows_of(formula, survey.open(step))
    return any(bool(_value(formula, rows, numbers).any()) for numbers in _numbers(survey, formula))


def _paid(survey: Survey) -> set[int]:
    """The actors to whom some step that can happen pays something, or costs."""
    found = set()
    for step in steps_of(survey.scenario):
        asking = step.asking.items() if isinstance(step, Action) else ()
        for actor, formula in (*step.pay.items(), *asking):
            if actor not in found and _ever(survey, step, formula):
                found.add(actor)
    return found


def _named(survey: Survey) -> set[int]:
    """The actors named in what could not be read, who may be paid or asked there."""
    return {at for at, actor in enumerate(survey.scenario.actors) if actor.name in survey.damage.words}


def _vetoes(survey: Survey, staked: set[int], found: Findings) -> None:
    """Consents asked of actors whose payoff nothing changes."""
    for action in survey.scenario.actions:
        for consent in action.consent:
            if consent.actor not in staked:
                actor = survey.scenario.actors[consent.actor].name
                found.warning(
                    f"{actor} must consent to {title(survey.scenario, action)}, but nothing that can happen changes "
                    f"its payoff: its answer is the lean alone",
                    consent.lean.place or action.place,
                    f"Give {actor} interests, or a 'cost' or 'gain' in this action.", "indifferent-veto",
                )  # fmt: skip


def _parties(survey: Survey, staked: set[int], found: Findings) -> None:
    """Parties to deals, and those who must consent, who can gain nothing."""
    deals = survey.scenario.deals
    for key, actors in (("parties", deals.parties), ("consent", deals.consent)) if deals else ():
        for at, actor in enumerate(actors):
            if actor not in staked:
                name = survey.scenario.actors[actor].name
                found.warning(
                    f"{name} is asked about deals, but nothing that can happen changes its payoff",
                    survey.place("deals", key, at), f"Give {name} interests, or leave it out.", "indifferent-party",
                )  # fmt: skip


def _bystanders(survey: Survey, found: Findings) -> None:
    """Actors that never move and are never asked."""
    scenario = survey.scenario
    asked = {consent.actor for action in scenario.actions for consent in action.consent} | _named(survey)
    if scenario.deals:
        asked |= {*scenario.deals.parties, *scenario.deals.consent}
    for at, actor in enumerate(scenario.actors):
        if survey.damage.touched("actions", actor.name) or survey.damage.touched("actors", actor.name):
            continue
        moves = bool(upper_positive(actor.tempo, survey.rows(()).levels, survey.ranges).any())
        own = [action for action in scenario.actions if action.actor == at]
        if own and not moves:
            found.warning(
                f"{actor.name} has actions but a tempo of 0, so it never moves",
                actor.place, "Give it a tempo above 0: fresh decisions a month.", "actor-never-moves",
            )  # fmt: skip
        elif at not in asked and not any(survey.open(action).any() for action in own):
            found.warning(
                f"{actor.name} never moves and is never asked: it plays no part",
                actor.place, "Give it actions, or a say under 'needs', or leave it out.", "bystander",
            )  # fmt: skip
