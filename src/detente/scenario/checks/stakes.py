"""What nobody gains or loses by: payoffs that never vary, steps without effect, vetoes of the indifferent.

A number depends on a factor if two states that occur, alike in the other factors that it reads, give it different
values; on a parameter if its value differs between numbers within the ranges. Both are judged where the number counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.checks.quantities import points
from detente.scenario.formula import Formula
from detente.scenario.inventory import title, uses
from detente.scenario.model import Action

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.scenario.checks.survey import Rows, Survey
    from detente.scenario.inventory import Use
    from detente.scenario.steps import Step

_TRIED = 6  # sets of numbers at which a value is compared
_SAME = 1e-12  # relative difference that is rounding
_VARYING = ("interest", "pay", "asking", "rate", "chance", "weight", "lean")


def find(survey: Survey, found: Findings) -> None:
    """All findings about what matters to nobody."""
    _constant(survey, found)
    for use in uses(survey.scenario):
        if use.kind in _VARYING:
            _no_effect(survey, use, found)
    for step in (*survey.scenario.actions, *survey.scenario.rules):
        _idle(survey, step, found)
    staked = {actor for actor in range(len(survey.scenario.actors)) if _has_stake(survey, actor)}
    _vetoes(survey, staked, found)
    _bystanders(survey, found)


def _values(survey: Survey, formula: Formula, rows: Rows) -> np.ndarray:
    """The formula's values at a few sets of numbers: (tried, T)."""
    tried = []
    for numbers in points(sorted(formula.parameters), survey.ranges, survey.likely):
        tried.append(np.asarray(formula(rows.columns, numbers), dtype=float))
        if len(tried) == _TRIED:
            break
    return np.array(tried)


def _differ(a: np.ndarray, b: np.ndarray) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((np.abs(a - b) > _SAME * np.maximum(np.abs(a), np.abs(b))).any())


def _constant(survey: Survey, found: Findings) -> None:
    """Interests that are the same in every state."""
    for interest in survey.scenario.interests:
        rows = survey.rows(interest.value.factors)
        values = _values(survey, interest.value, rows)
        if rows.count and not _differ(values, values[:, :1]):
            name = f"{survey.scenario.actors[interest.actor].name}'s interest {interest.name!r}"
            found.warning(
                f"{name} is the same in every state that can be reached, so no choice depends on it",
                interest.place, "Let it depend on a factor that changes, or delete it.", "constant-interest",
            )  # fmt: skip


def _no_effect(survey: Survey, use: Use, found: Findings) -> None:
    """Names that a number reads and that never change it."""
    formula = use.formula
    assert isinstance(formula, Formula)
    rows = survey.rows(formula.factors, survey.counts(use.owner))
    if not rows.count or (len(formula.parameters) + len(formula.factors) < 2 and use.kind == "interest"):
        return
    values = _values(survey, formula, rows)
    names = [survey.scenario.factors[factor].name for factor in rows.reads if not _moves(survey, rows, factor, values)]
    names += [name for name in sorted(formula.parameters) if not _bends(survey, formula, rows, name)]
    for name in names:
        found.warning(
            f"{name!r} never changes {use.what}",
            formula.place, "Look at the conditions and factors around it.", "no-effect",
        )  # fmt: skip


def _moves(survey: Survey, rows: Rows, factor: int, values: np.ndarray) -> bool:
    """Whether two rows that differ only in this factor differ in value (or no such rows occur)."""
    others = np.zeros(rows.count, dtype=np.int64)
    for other in rows.reads:
        if other != factor:
            others = others * survey.reach.space.sizes[other] + rows.columns[other]
    order = np.argsort(others, kind="stable")
    alike = others[order][1:] == others[order][:-1]
    if not alike.any():
        return True
    return _differ(values[:, order[1:][alike]], values[:, order[:-1][alike]])


def _bends(survey: Survey, formula: Formula, rows: Rows, name: str) -> bool:
    """Whether the value differs between the ends of this parameter's range, the others at a few sets of numbers."""
    low, high = survey.ranges[name]
    if low == high:
        return True  # told elsewhere
    for tried, numbers in enumerate(points(sorted(formula.parameters), survey.ranges, survey.likely)):
        ends = [np.asarray(formula(rows.columns, {**numbers, name: end}), dtype=float) for end in (low, high)]
        if _differ(*ends):
            return True
        if tried == _TRIED:
            break
    return False


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
    rows = survey.rows(formula.factors, survey.open(step))
    return bool(rows.count) and bool((_values(survey, formula, rows) != 0).any())


def _has_stake(survey: Survey, actor: int) -> bool:
    """Whether anything that can happen changes an actor's payoff."""
    scenario = survey.scenario
    for interest in scenario.interests:
        if interest.actor == actor:
            rows = survey.rows(interest.value.factors)
            values = _values(survey, interest.value, rows)
            if rows.count and _differ(values, values[:, :1]):
                return True
    steps: tuple[Step, ...] = (*scenario.actions, *scenario.rules)
    for step in steps:
        pays = [step.pay.get(actor), step.asking.get(actor) if isinstance(step, Action) else None]
        if any(formula is not None and _ever(survey, step, formula) for formula in pays):
            return True
    return False


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


def _bystanders(survey: Survey, found: Findings) -> None:
    """Actors that never move and are never asked."""
    scenario = survey.scenario
    asked = {consent.actor for action in scenario.actions for consent in action.consent}
    if scenario.deals:
        asked |= {*scenario.deals.parties, *scenario.deals.consent}
    for at, actor in enumerate(scenario.actors):
        rows = survey.rows(actor.tempo.factors)
        moves = bool((np.asarray(actor.tempo.bounds(rows.columns, survey.ranges)[1]) > 0).any())
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
