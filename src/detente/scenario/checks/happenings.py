"""What can never happen, what happens and may not, and what never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.checks.damage import surest, unread
from detente.scenario.inventory import title
from detente.scenario.model import Rule
from detente.scenario.steps import steps_of

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.scenario.checks.survey import Survey
    from detente.scenario.steps import Step


def find_wrong(survey: Survey, found: Findings) -> None:
    """All errors about what happens."""
    _situations(survey, found)
    _forbidden(survey, found)


def find(survey: Survey, found: Findings) -> None:
    """All findings about what never happens, and what never ends."""
    _closed(survey, found)
    _levels(survey, found)


def _situations(survey: Survey, found: Findings) -> None:
    """Situations and what-ifs that begin in what can never be."""
    scenario = surest(survey.scenario, survey.damage)
    for situation in scenario.situations:
        broken = _broken(survey, situation.levels)
        if broken:
            found.error(
                f"Situation {situation.name!r} is one that 'never' excludes: {broken}",
                situation.place, "Change the situation, or the line under 'never'.", "situation-never",
            )  # fmt: skip
    for what_if in scenario.what_ifs:
        levels = list(scenario.situation(what_if.situation).levels)
        for factor, level in what_if.levels.items():
            levels[factor] = level
        broken = _broken(survey, tuple(levels))
        if broken and not _broken(survey, scenario.situation(what_if.situation).levels):
            found.error(
                f"The what-if {what_if.name!r} begins in a state that 'never' excludes: {broken}",
                what_if.place, "Set the other factor as well.", "what-if-never",
            )  # fmt: skip


def _broken(survey: Survey, levels: tuple[int, ...]) -> str:
    """The first excluded combination that a state falls under, as written; '' if none."""
    state = np.array([levels])
    known = (excluded for excluded in survey.scenario.never if not unread(excluded))
    return next((f"'{excluded.text}'" for excluded in known if excluded(state, {})[0]), "")


def _forbidden(survey: Survey, found: Findings) -> None:
    """Steps that lead into what can never be."""
    scenario = survey.scenario
    for way in survey.reach.forbidden:
        excluded = next(f for f in scenario.never if not unread(f) and f(np.array([way.following]), {})[0])
        changed = {f: new for f, (old, new) in enumerate(zip(way.before, way.following, strict=True)) if old != new}
        read = set(excluded.factors) | way.step.when.factors | set(changed)
        before = {factor: way.before[factor] for factor in sorted(read)}
        what = f"Refusing {title(scenario, way.step)}" if way.branch < 0 else title(scenario, way.step)
        found.error(
            f"{what} leads into what 'never' excludes ('{excluded.text}'): where {survey.told(before)}, "
            f"it makes {survey.told(changed).replace(' is ', ' ')}",
            way.step.place,
            "Guard the step against it with 'when', or let it set the other factor too.", "step-into-never",
        )  # fmt: skip


def _closed(survey: Survey, found: Findings) -> None:
    """Actions and rules that can happen nowhere."""
    for step in steps_of(survey.scenario):
        if survey.open(step).any() or unread(step.when):
            continue
        name = title(survey.scenario, step)
        holds = survey.holds(step.when)
        if isinstance(step, Rule) and holds.any():
            rows = survey.rows_of(step.rate, holds)
            if (np.asarray(step.rate.bounds(rows.levels, survey.ranges)[0]) < 0).any():
                continue  # a negative rate is told elsewhere
            found.warning(
                f"{name} never happens: its rate is zero wherever it could",
                step.place, "Give it a rate, or delete it.", "never-fires",
            )  # fmt: skip
        else:
            found.warning(
                f"{name} is never open: its guard holds in no state that can be reached",
                step.when.place or step.place, _hint(survey, step), "guard-never-holds",
            )  # fmt: skip


def _hint(survey: Survey, step: Step) -> str:
    if len(step.when.factors) == 1:
        (factor,) = step.when.factors
        levels = survey.scenario.factors[factor].levels
        names = [level for level, used in zip(levels, survey.used[factor], strict=True) if used]
        return f"{survey.scenario.factors[factor].name!r} is only ever {', '.join(names)}."
    return "Which step or situation should bring it about?"


def _levels(survey: Survey, found: Findings) -> None:
    """Levels that no state has, and levels that no step leaves."""
    for at, factor in enumerate(survey.scenario.factors):
        used, left = survey.used[at], survey.left[at]
        unused = [name for name, here in zip(factor.levels, used, strict=True) if not here]
        if survey.damage.touched("factors", factor.name):
            continue
        if unused:
            found.warning(
                f"{_plural(unused)} of {factor.name!r} {'is' if len(unused) == 1 else 'are'} never reached",
                factor.place, "Let a situation or a step bring it about, or leave it out.", "level-never-reached",
            )  # fmt: skip
        stuck = [name for name, here, gone in zip(factor.levels, used, left, strict=True) if here and not gone]
        if len(stuck) == int(used.sum()):
            found.warning(
                f"No step ever changes {factor.name!r}: it stays for ever as the situation has it",
                factor.place, "Let a step change it, or make it part of the numbers.", "factor-never-changes",
            )  # fmt: skip
        elif stuck:
            found.warning(
                f"{_plural(stuck)} of {factor.name!r} {'is' if len(stuck) == 1 else 'are'} never left: "
                f"no step leads away",
                factor.place, "If that is meant, it is an end; else add the step that leads away.", "level-never-left",
            )  # fmt: skip


def _plural(levels: list[str]) -> str:
    """'Level a', 'Levels a and b'."""
    if len(levels) == 1:
        return f"Level {levels[0]!r}"
    return f"Levels {', '.join(repr(level) for level in levels[:-1])} and {levels[-1]!r}"
