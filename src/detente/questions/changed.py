"""A case with something changed, beside the case as it is: the same draws on both sides.

What can be changed, and what has to be solved again for it:

- a **factor's level** at the start: nothing. Play is known in every state, so it is looked up in another one;
- a **number**: the case at its likely numbers with that number instead, continued from its own solution; each draw from
  its own solution, with the same added to its values as to the central ones, where that is near enough for one step,
  and otherwise from the changed central solution, as draws are from that of the case;
- a **chance rule** that does not happen: the same, with the rule's rate zero. All know it;
- an **act** that its actor does not take: nothing, since nobody expects it (:mod:`detente.outcome.struck`). Where all
  are to know it (``known``), the case is solved again with the act's weight zero.

Rules and acts are turned off by a number of their own that is 0 and might be 1, so that the same states can come about
and the solution can be continued from its own with the number at 1.

Draw n has the same numbers on both sides, but for the one that is set. So what they share cancels in the difference,
which spreads less than if each side had draws of its own: with s_0 and s_1 the standard deviations of the two chances
over the draws and r their correlation, the variance of the difference is s_0^2 + s_1^2 - 2 r s_0 s_1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.progress import by_share, watched
from detente.ensemble.solutions import Member, Solutions, Solved
from detente.ensemble.solve import Ensemble, members
from detente.outcome.calendar import schedule
from detente.outcome.forward import outlook
from detente.outcome.struck import chain_without
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.questions.asked import chances
from detente.questions.asked import over_time as ahead_of
from detente.questions.thesis import Verdict, judged
from detente.scenario.formula import Formula
from detente.scenario.model import Parameter, Situation
from detente.scenario.terms import Parameter as Number
from detente.scenario.terms import Product

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from detente.ensemble.progress import Progress
    from detente.ensemble.record import Report
    from detente.scenario.inquiry import Thesis
    from detente.scenario.model import OutcomeSpec, Scenario, WhatIf

SWITCH = "what is struck out"  # no name that a case could use
THEN = " (then): it holds at one of the two starts, so the chance is that it holds at the horizon."


class UnsolvedError(DetenteError):
    """The case has no solution at the numbers that a change gives it."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Both sides of a change: the case as it is, and changed."""

    change: WhatIf
    before: Situation
    after: Situation  # the same, with the changed levels
    base: Ensemble
    other: Ensemble  # solved anew where a number or a rule changes; otherwise the same
    struck: tuple[int, ...]  # acts that do not happen though nobody knows it

    @property
    def states(self) -> tuple[int, int]:
        """Where both sides start."""
        return _state(self.base, self.before), _state(self.base, self.after)  # both sides have the same states


def paired(base: Ensemble, change: WhatIf, *, known: bool = False, progress: Progress | None = None) -> Pair:
    """A solved case beside the same with a change. ``known``: all know which acts are struck out."""
    scenario = base.scenario
    before = scenario.situation(change.situation)
    levels = tuple(change.levels.get(f, level) for f, level in enumerate(before.levels))
    off = change.never if known else ()
    other = base
    if change.parameters or change.without or off:
        other = _again(base, change, off, progress or watched())
    pair = Pair(change, before, replace(before, levels=levels), base, other, () if known else change.never)
    _ = pair.states  # a start that cannot be is told before anything is computed
    return pair


def over_time(pair: Pair, months: int) -> tuple[list[dict[str, np.ndarray]], list[dict[str, np.ndarray]]]:
    """Chances of all outcomes from both starts, as it is and changed, by member: ``by`` and ``at`` (K, T + 1) each."""
    return _over_time(pair.base, pair.before, months, ()), _over_time(pair.other, pair.after, months, pair.struck)


def at_horizon(pair: Pair, outcome: OutcomeSpec, months: int) -> tuple[np.ndarray, str]:
    """(2, M) chances of an outcome at the horizon, as it is and changed, by member; and their kind, 'by' or 'at'.

    Looked up where nothing but the state changes: the other side is the same then.
    """
    kind = kind_of(pair, outcome)
    base = chances(pair.base, outcome, pair.before, months, kind)
    before, after = pair.states
    alike = pair.other is pair.base and not pair.struck
    other = base if alike else chances(pair.other, outcome, pair.before, months, kind, struck=pair.struck)
    return np.stack([base[:, before], other[:, after]]), kind


def kind_of(pair: Pair, outcome: OutcomeSpec) -> str:
    """'at' for an outcome that holds at one of the two starts, else 'by'."""
    (target,) = targets_of(pair.base.solutions.structure, [outcome])
    return "at" if target.holds is not None and target.holds[list(pair.states)].any() else "by"


def verdict(pair: Pair, thesis: Thesis, months: int) -> Verdict:
    """Whether the change moves an outcome's chance the way a thesis has it; ``months`` where it does not say."""
    (before, after), _ = at_horizon(pair, pair.base.scenario.outcome(thesis.outcome), thesis.months or months)
    return judged(thesis, (after - before) * (1 if thesis.moves == "up" else -1))


def told(scenario: Scenario, change: WhatIf, titled: bool = False) -> str:
    """What is changed: 'us_president strategist to dealmaker, precision 0.3 to 0.2, no us.walk_out'.

    ``titled``: parameters by their titles, for a sentence.
    """
    called = {one.name: one.said if titled else one.name for one in scenario.parameters}
    start = scenario.situation(change.situation)
    factors = [(scenario.factors[f], start.levels[f], level) for f, level in change.levels.items()]
    parts = [
        f"{factor.name} {factor.levels[old]} to {factor.levels[new]}" for factor, old, new in factors if old != new
    ]
    parts += [f"{called[name]} {scenario.likely[name]:g} to {value:g}" for name, value in change.parameters.items()]
    acts = [scenario.actions[a] for a in change.never]
    parts += [f"no {scenario.actors[act.actor].name}.{act.name}" for act in acts]
    parts += [f"without {scenario.rules[r].name!r}" for r in change.without]
    return ", ".join(parts) or "nothing"


def outside(scenario: Scenario, change: WhatIf) -> str:
    """Which numbers lie beyond what the case holds possible, in a sentence; '' where none does."""
    ranges = {one.name: (one.said, one.low, one.high) for one in scenario.parameters}
    beyond = [(value, *ranges[name]) for name, value in change.parameters.items() if name in ranges]
    said = [
        f"{value:g} for {title}, {low:g} to {high:g}"
        for value, title, low, high in beyond
        if low < high and not low <= value <= high
    ]
    return f"Beyond the range that the case states: {'; '.join(said)}." if said else ""


def idle(scenario: Scenario, change: WhatIf) -> bool:
    """Whether a change changes nothing."""
    start, likely = scenario.situation(change.situation).levels, scenario.likely
    same = all(start[f] == level for f, level in change.levels.items())
    fixed = {one.name for one in scenario.parameters if one.low == one.high}
    numbers = all(name in fixed and likely[name] == value for name, value in change.parameters.items())
    return same and numbers and not change.never and not change.without


def _over_time(solved: Ensemble, since: Situation, months: int, struck: tuple[int, ...]) -> list[dict[str, np.ndarray]]:
    """All outcomes by month from one start, by member; got from the cache where they were found before."""
    if not struck:
        return ahead_of(solved, since, months)
    work = partial(_ahead, since=since, months=months, struck=struck)
    key: dict[str, Any] = {"situation": since.name, "levels": list(since.levels), "months": months,
                           "struck": list(struck)}  # fmt: skip
    return solved.answers("chances over time", work, "drawn", **key)


def _ahead(solved: Solved, since: Situation, months: int, struck: Collection[int]) -> dict[str, np.ndarray]:
    """With some acts struck out."""
    structure = solved.structure
    chain = chain_without(structure, solved.game, solved.equilibrium, struck)
    dates = schedule(structure.scenario, since, months)
    found = outlook(chain, targets_of(structure), structure.index(since), dates)
    return {"by": found.by, "at": found.at}


def _again(base: Ensemble, change: WhatIf, off: tuple[int, ...], progress: Progress | None) -> Ensemble:
    """The case solved with other numbers and without some rules and acts."""
    if change.without or off:
        switched = _switched(base.scenario, change.without, off)
        return again(base, switched, {**change.parameters, SWITCH: 0.0}, progress)
    return again(base, base.scenario, change.parameters, progress)


def again(base: Ensemble, scenario: Scenario, changed: Mapping[str, float], progress: Progress | None) -> Ensemble:
    """A solved case solved with other numbers: the central one continued from its own; each draw from its own values
    and what was added to the central ones, if that is near enough for one step; if not, from the changed central one.

    ``scenario``: that of the case, or one with the same states that is the same game with the number SWITCH at 1.
    """
    solutions = base.solutions if scenario is base.scenario else Solutions(scenario, base.solutions.cache)
    first, *rest = [
        replace(
            one.numbers,
            name=f"{one.numbers.name}, changed",
            values={**one.numbers.values, **changed},
            how="continued",
            again=False,
            certify="index",
        )
        for one in base.members("drawn")
    ]
    central = solutions.find(first) or solutions.solve(
        first, _origin(base, solutions, base.central), by_share(progress, "changed case, at the likely numbers")
    )
    if not central.report.converged:
        at = ", ".join(f"{name} at {value:g}" for name, value in changed.items())
        raise UnsolvedError(
            f"With {at} the case cannot be solved, and nothing can be said of it. {central.report.statement}"
            f"{_round(base.scenario, central.report, changed)} Choose a number nearer to the likely one."
        )
    told = (progress, "changed case")
    draws = members(solutions, rest, central, told, base.threads, base.pool, base)
    return Ensemble(scenario, base.seed, base.numbers, solutions, central, central, central, tuple(draws),
                    base.threads, base.pool)  # fmt: skip


def _round(scenario: Scenario, report: Report, changed: Mapping[str, float]) -> str:
    """Where the branch folds on the way: what follows it round the fold, one number at a time."""
    if not report.turned:
        return ""
    said = " So the branch of solutions folds on the way, and what lies beyond is not reached by it."
    ranges = [one for one in scenario.parameters if one.name in changed]
    if len(changed) != 1 or not ranges:
        return said
    (one,), (value,) = ranges, changed.values()
    end = f" --low {value:g}" * (value < one.low) + f" --high {value:g}" * (value > one.high)
    return (
        f"{said} Round the fold there may be another solution: `detente tipping` with `--along {one.name}{end}` "
        "follows solutions round folds, and tells where play jumps and what the chance is there."
    )


def _origin(base: Ensemble, solutions: Solutions, member: Member) -> Solved:
    """A member's own solution, as one of the case that is solved again: with nothing struck out yet."""
    solved = base.solved(member)
    if solutions is base.solutions:
        return solved
    values = {**member.numbers.values, SWITCH: 1.0}
    return Solved(solutions.structure, solutions.structure.game(values), solved.equilibrium, values)


def _switched(scenario: Scenario, rules: Collection[int], acts: Collection[int]) -> Scenario:
    """The case with a number by which some rules' rates and acts' weights are multiplied."""
    switch = Parameter(SWITCH, 0.0, 0.0, 1.0, "share", (), "judgement")
    return replace(
        scenario,
        parameters=(*scenario.parameters, switch),
        rules=tuple(
            replace(rule, rate=times_switch(rule.rate)) if r in rules else rule for r, rule in enumerate(scenario.rules)
        ),
        actions=tuple(
            replace(act, weight=times_switch(act.weight)) if a in acts else act
            for a, act in enumerate(scenario.actions)
        ),
    )


def times_switch(formula: Formula) -> Formula:
    """A rate or a weight times the number that turns it off."""
    return Formula(f"({formula.text}) * [{SWITCH}]", Product((formula.term, Number(SWITCH)), (False, False)))


def _state(solved: Ensemble, start: Situation) -> int:
    found = int(solved.solutions.structure.states.find(np.asarray(start.levels)))
    if found < 0:
        factors = solved.scenario.factors
        words = ", ".join(f"{f.name} {f.levels[level]}" for f, level in zip(factors, start.levels, strict=True))
        raise DetenteError(
            "The changed start comes about from no situation of the case, so nothing is known of it. Write it under "
            f"`what_if` there, and it is solved with the rest: {words}."
        )
    return found
