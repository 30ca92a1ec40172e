"""Every formula of a scenario, with what it is for and where it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from detente.scenario.model import Action, Actor, Interest, OutcomeSpec, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Scenario

Owner: TypeAlias = Action | Rule | Actor | Interest | OutcomeSpec | None
Kind: TypeAlias = Literal[
    "tempo", "discount", "precision", "weight", "lean", "rate", "pay", "asking", "interest",
    "chance", "branch",  # as written; of a branch, worked out of those
    "guard", "outcome", "never",  # conditions
    "effect",
]  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A formula at its place in the scenario: ``what`` says it in words, ``owner`` is the entry it belongs to."""

    formula: Formula | LevelFormula
    kind: Kind
    owner: Owner
    what: str

    @property
    def structural(self) -> bool:
        """Whether it shapes the graph of states, and so reads no parameter."""
        return self.kind in ("guard", "outcome", "never", "effect")


def uses(scenario: Scenario) -> Iterator[Use]:
    """Every formula, in the order in which a scenario is written."""
    for actor in scenario.actors:
        yield Use(actor.tempo, "tempo", actor, f"the tempo of {actor.name}")
        yield Use(actor.discount, "discount", actor, f"the discount of {actor.name}")
        yield Use(actor.precision, "precision", actor, f"the precision of {actor.name}")
    for action in scenario.actions:
        yield from _of_action(scenario, action)
    for rule in scenario.rules:
        yield from _of_rule(scenario, rule)
    for interest in scenario.interests:
        name = f"{scenario.actors[interest.actor].name}'s interest {interest.name!r}"
        yield Use(interest.value, "interest", interest, name)
    for outcome in scenario.outcomes:
        if outcome.when is not None:
            yield Use(outcome.when, "outcome", outcome, f"the outcome {outcome.name!r}")
    for excluded in scenario.never:
        yield Use(excluded, "never", None, "what can never be")


def title(scenario: Scenario, step: Action | Rule) -> str:
    """'us.strike' for an action, the name in quotes for a rule."""
    return f"{scenario.actors[step.actor].name}.{step.name}" if isinstance(step, Action) else repr(step.name)


def _of_action(scenario: Scenario, action: Action) -> Iterator[Use]:
    name = title(scenario, action)
    yield Use(action.weight, "weight", action, f"the weight of {name}")
    yield Use(action.when, "guard", action, f"the guard of {name}")
    for consent in action.consent:
        yield Use(consent.lean, "lean", action, f"the lean of {scenario.actors[consent.actor].name} on {name}")
    yield from _of_branches(action, name)
    for factor, effect in action.refused.items():
        yield Use(effect, "effect", action, f"the effect of refusing {name} on {scenario.factors[factor].name}")
    for actor, formula in action.asking.items():
        yield Use(formula, "asking", action, f"what asking for {name} costs {scenario.actors[actor].name}")
    yield from _of_pay(scenario, action, name)


def _of_rule(scenario: Scenario, rule: Rule) -> Iterator[Use]:
    name = title(scenario, rule)
    yield Use(rule.when, "guard", rule, f"the guard of {name}")
    if rule.calendar is None:
        yield Use(rule.rate, "rate", rule, f"the rate of {name}")
    yield from _of_branches(rule, name)
    yield from _of_pay(scenario, rule, name)


def _of_branches(step: Action | Rule, name: str) -> Iterator[Use]:
    """The chances as written, what is made of them, and the effects, each once."""
    written = {id(formula): formula for branch in step.branches for formula in branch.written}
    for formula in written.values():
        yield Use(formula, "chance", step, f"a chance in {name}")
    for branch in step.branches:
        if len(step.branches) > 1:
            yield Use(branch.probability, "branch", step, f"the chance of one way in which {name} turns out")
    effects = {id(effect): effect for branch in step.branches for effect in branch.effects.values()}
    for effect in effects.values():
        yield Use(effect, "effect", step, f"an effect of {name}")


def _of_pay(scenario: Scenario, step: Action | Rule, name: str) -> Iterator[Use]:
    for actor, formula in step.pay.items():
        yield Use(formula, "pay", step, f"what {scenario.actors[actor].name} gains or loses by {name}")
