"""A case reduced to what can happen while some factors stand still: small enough to be mapped.

Every effect on a frozen factor is taken out of acts and rules, which otherwise stay as they are: a test is still
carried out, still costs what it costs, and no longer improves the arsenal. What remains is another game, in which all
know that the frozen factors will not move; its answers are about that game.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from detente.game.structure import compile as compiled
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.scenario.model import Action, Branch, OutcomeSpec, Rule, Scenario, Situation

_Step = TypeVar("_Step", "Action", "Rule")


def frozen(scenario: Scenario, names: Sequence[str], situation: Situation, outcome: OutcomeSpec) -> Scenario:
    """The case with these factors held as a situation has them, and that situation alone.

    DetenteError for an unknown factor, for an outcome that reads frozen factors only, and where acts would then lead
    into what `never` excludes.
    """
    known = {factor.name: f for f, factor in enumerate(scenario.factors)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
            raise DetenteError(f"There is no factor {name!r} to freeze. {hint}")
    held = frozenset(known[name] for name in names)
    if outcome.when is not None and outcome.when.factors <= held:
        raise DetenteError(f"{outcome.name!r} hangs on frozen factors only, so it cannot change; freeze fewer factors.")
    reduced = replace(
        scenario,
        actions=tuple(
            replace(_still(action, held), refused={f: to for f, to in action.refused.items() if f not in held})
            for action in scenario.actions
        ),
        rules=tuple(_still(rule, held) for rule in scenario.rules),
        situations=(situation,),
        forces={},
        deals=None,
        what_ifs=(),
        theses=(),
        paths=(),
    )
    try:
        compiled(reduced)
    except DetenteError as error:
        raise DetenteError(f"With {', '.join(names)} frozen the case makes no sense: {error}") from error
    return reduced


def _still(step: _Step, held: frozenset[int]) -> _Step:
    branches: tuple[Branch, ...] = tuple(
        replace(branch, effects={f: to for f, to in branch.effects.items() if f not in held})
        for branch in step.branches
    )
    return replace(step, branches=branches)
