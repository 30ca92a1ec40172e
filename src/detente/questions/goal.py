"""Where a path is to lead: a named deal, an outcome, or a condition as it is typed; and what of it is not met.

A goal is a list of conditions that must hold together: the levels of a deal, or the parts of a test that `and` joins.
So can be said which of them does not hold in a state, and which cannot be reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.telling import Teller
from detente.problems import DetenteError, Findings
from detente.scenario import naming, syntax, words
from detente.scenario.expression import parse
from detente.scenario.formula import Formula
from detente.scenario.naming import Names
from detente.scenario.resolver import Resolver
from detente.scenario.terms import Table
from detente.source import Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.scenario.model import Scenario
    from detente.scenario.syntax import Node

_IDENTIFIER = re.compile(r"\b[A-Za-z]\w*\b")


@dataclass(frozen=True)
class Condition:
    """A test on the state, and how it is said: 'restraint is at least freeze'."""

    says: str
    formula: Formula

    def holds(self, levels: np.ndarray) -> np.ndarray:
        """(...,) bool in states (..., F)."""
        return np.broadcast_to(np.asarray(self.formula(levels, {}), dtype=bool), levels.shape[:-1])


@dataclass(frozen=True)
class Goal:
    """Where a path is to lead: states in which all conditions hold, or (``actions``) to an act."""

    name: str
    conditions: tuple[Condition, ...] = ()
    actions: tuple[int, ...] = field(default=())

    def holds(self, levels: np.ndarray) -> np.ndarray:
        """(...,) bool: the states (..., F) that are the goal; none of them where it is an act."""
        found = np.full(levels.shape[:-1], not self.actions)
        for condition in self.conditions:
            found = found & condition.holds(levels)
        return found


def goal_of(scenario: Scenario, to: str | None = None) -> Goal:
    """The deal or outcome of that name, or the condition of that text; by default the deal that the case asks about.

    Without such a deal the case's first one, or else its outcome. DetenteError, with what is wrong, for anything else.
    """
    to = None if to is None else str(to)
    deals = scenario.deals.named if scenario.deals else {}
    outcomes = {outcome.name: outcome for outcome in scenario.outcomes}
    if to is not None and not to.strip():
        raise DetenteError(
            f"A goal is a deal, an outcome, or a condition such as {_example(scenario)!r}; this is empty."
        )
    chosen = to or scenario.ask.deal or next(iter(deals), None) or scenario.ask.outcome or next(iter(outcomes), None)
    if chosen is None:
        raise DetenteError('The case has neither deals nor outcomes to go to; name a state, such as --to "a is b".')
    if chosen in deals:
        return Goal(chosen, tuple(_is(scenario, factor, level) for factor, level in deals[chosen].items()))
    if chosen in outcomes:
        when = outcomes[chosen].when
        return Goal(chosen, () if when is None else conditions(scenario, when), outcomes[chosen].actions)
    found = Findings()
    typed = None if _IDENTIFIER.fullmatch(chosen) else naming.condition(Written(chosen), _names(scenario), found)
    if typed is not None:
        return Goal(chosen, conditions(scenario, typed))
    wrong = " ".join(f"{one.message}. {one.hint or ''}".strip() for one in found.problems().found)
    known = ", ".join((*deals, *outcomes))
    raise DetenteError(
        f"{chosen!r} is no deal, no outcome and no condition on the state. {wrong + ' ' if wrong else ''}"
        f"Write a condition such as {_example(scenario)!r}, or one of: {known}."
    )


def conditions(scenario: Scenario, formula: Formula) -> tuple[Condition, ...]:
    """The parts of a test that must hold together; none where it always holds."""
    resolver, teller = Resolver(_names(scenario), "", ""), Teller(scenario)
    return tuple(
        Condition(plain(teller, words.test(node, formula.text)), Formula(formula.text, resolver.test(node), "test"))
        for node in _joined(parse(formula.text))
    )


def lacking(scenario: Scenario, asked: tuple[Condition, ...], state: np.ndarray) -> list[str]:
    """The conditions that do not hold in a state (F,), each with how things are: 'treasury is paused (it is ...)'."""
    return [f"{each.says} ({_now(scenario, each, state)})" for each in asked if not each.holds(state)]


def why_not(goal: Goal, levels: np.ndarray, reached: np.ndarray) -> str:
    """Why no state of the goal is among those reached, bool (S,): what never holds there, or not together."""
    if goal.actions:
        return "in no state that can be reached from there is one of its acts open"
    holds = [condition.holds(levels) for condition in goal.conditions]
    never = [each.says for each, on in zip(goal.conditions, holds, strict=True) if not (on & reached).any()]
    if never:
        all_over = not any((on & ~reached).any() for on in holds)
        where = (
            "in the whole case" if all_over and not np.all(holds, axis=0).any() else "in any state reached from there"
        )
        return f"{words.listed(never, 'or')} never holds {where}"
    met = np.sum(holds, axis=0) * reached
    best = int(np.argmax(met))
    left = [each.says for each, on in zip(goal.conditions, holds, strict=True) if not on[best]]
    return f"each condition can be met, but not all together; the nearest states lack that {words.listed(left)}"


def plain(teller: Teller, text: str) -> str:
    """A text with its identifiers as words."""
    return _IDENTIFIER.sub(lambda found: teller.words(found.group()), text)


def _joined(node: Node) -> Iterator[Node]:
    if isinstance(node, syntax.Junction) and node.word == "and":
        for term in node.terms:
            yield from _joined(term)
    elif not (isinstance(node, syntax.Truth) and node.value):
        yield node


def _is(scenario: Scenario, factor: int, level: int) -> Condition:
    one, teller = scenario.factors[factor], Teller(scenario)
    test = Table(factor, tuple(n == level for n in range(len(one.levels))))
    says = f"{teller.words(one.name)} is {teller.words(one.levels[level])}"
    return Condition(says, Formula(f"{one.name} is {one.levels[level]}", test, "test"))


def _now(scenario: Scenario, condition: Condition, state: np.ndarray) -> str:
    """'it is hunting', or of several factors 'status is war, channel is closed'."""
    teller, reads = Teller(scenario), sorted(condition.formula.factors)
    level = {f: teller.words(scenario.factors[f].levels[state[f]]) for f in reads}
    if len(reads) == 1:
        return f"it is {level[reads[0]]}"
    return ", ".join(f"{teller.words(scenario.factors[f].name)} is {level[f]}" for f in reads) or "it never holds"


def _names(scenario: Scenario) -> Names:
    return Names(scenario.factors, frozenset(scenario.likely), frozenset(actor.name for actor in scenario.actors))


def _example(scenario: Scenario) -> str:
    factor = scenario.factors[0]
    return f"{factor.name} is {factor.levels[-1]}"
