"""What a step does to states held as arrays: where it is open, and where each way it can turn out leads.

States are rows of level indices, ``levels[s, f]``. A step is an action or a chance rule. All effects of one
step read the state before it, so a branch maps a state to exactly one state:

    next(s)_f = effect_f(s)   for the factors that the branch sets,      s_f   for all others.

These are the array semantics of guards and effects that the compiled game uses; :mod:`detente.scenario.lookup` has
the same for states given by number, tabulated, for the closure and the checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from detente.scenario.model import Action, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Branch, Scenario

Step: TypeAlias = Action | Rule
Ranges: TypeAlias = dict[str, tuple[float, float]]
Levels: TypeAlias = "np.ndarray | Sequence[np.ndarray]"  # (S, F), or F columns (S,)


def declared(scenario: Scenario) -> Ranges:
    """The range of every parameter: as declared, widened where a what-if sets it to a number outside."""
    ranges = {p.name: (min(p.low, p.likely), max(p.high, p.likely)) for p in scenario.parameters}
    for what_if in scenario.what_ifs:
        for name, value in what_if.parameters.items():
            low, high = ranges.get(name, (value, value))
            ranges[name] = (min(low, value), max(high, value))
    return ranges


def steps_of(scenario: Scenario) -> tuple[Step, ...]:
    """The actions, then the rules."""
    return (*scenario.actions, *scenario.rules)


def open_in(step: Step, levels: np.ndarray) -> np.ndarray:
    """Where the step's guard holds: bool (S,) for levels (S, F)."""
    return np.broadcast_to(np.asarray(step.when(levels, {}), dtype=bool), levels.shape[:-1])


def after(effects: Mapping[int, LevelFormula], levels: np.ndarray) -> np.ndarray:
    """The states that these effects lead to: levels (S, F) of the same type, meaningful where the guard holds."""
    following = levels.copy()
    for factor, effect in effects.items():
        following[..., factor] = effect(levels)
    return following


def successors(step: Step, levels: np.ndarray) -> tuple[np.ndarray, ...]:
    """One array of levels (S, F) for each branch of the step, in the step's order of branches."""
    return tuple(after(branch.effects, levels) for branch in step.branches)


def after_refusal(action: Action, levels: np.ndarray) -> np.ndarray:
    """The states after a refused action: levels (S, F)."""
    return after(action.refused, levels)


def possible(branch: Branch, levels: np.ndarray, ranges: Ranges) -> np.ndarray:
    """Where a branch can happen at all: its probability's upper bound over the ranges is above zero. Bool (S,)."""
    return np.broadcast_to(upper_positive(branch.probability, levels, ranges), levels.shape[:-1])


def fires(rule: Rule, levels: np.ndarray, ranges: Ranges) -> np.ndarray:
    """Where a rule's rate can be above zero within the ranges. Bool (S,)."""
    return np.broadcast_to(upper_positive(rule.rate, levels, ranges), levels.shape[:-1])


def upper_positive(formula: Formula, levels: Levels, ranges: Ranges) -> np.ndarray:
    """Where the formula's upper bound over the ranges is above zero; an undefined bound counts as above."""
    return ~(np.asarray(formula.bounds(levels, ranges)[1]) <= 0)
