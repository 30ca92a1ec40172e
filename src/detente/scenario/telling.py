"""A scenario told back in plain sentences, so that an analyst can hear whether it says what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.scenario import words
from detente.scenario.inventory import title
from detente.scenario.telling_agreements import agreements
from detente.scenario.telling_questions import questions, state, who
from detente.scenario.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Action, Actor, Branch, Factor, OutcomeSpec, Parameter, Rule, Scenario


def tell(scenario: Scenario) -> str:
    """The whole scenario in sentences, one entry a line, under a heading for each part."""
    parts = [
        ("", _opening(scenario)),
        ("The state", [_factor(factor) for factor in scenario.factors]),
        ("What can never be", [words.line(words.condition(formula)) for formula in scenario.never]),
        *((_heading(actor), _actor(scenario, at)) for at, actor in enumerate(scenario.actors)),
        ("What nobody decides", [_rule(scenario, rule) for rule in scenario.rules]),
        ("What is forecast", [_outcome(scenario, outcome) for outcome in scenario.outcomes]),
        ("Where it can start", _situations(scenario)),
        ("Which agreements are proposed (none is in force)", agreements(scenario)),
        *questions(scenario),
        ("The numbers", [_parameter(parameter) for parameter in scenario.parameters]),
    ]
    return "\n\n".join(_part(heading, list(lines)) for heading, lines in parts if lines) + "\n"


def _part(heading: str, lines: list[str]) -> str:
    if not heading:
        return "\n\n".join(lines)
    return "\n".join([heading, "-" * len(heading), *(line if line.startswith("  ") else f"- {line}" for line in lines)])


def _opening(scenario: Scenario) -> list[str]:
    counts = [
        _count(len(scenario.actors), "actor"), _count(len(scenario.factors), "factor"),
        _count(len(scenario.actions), "action"), _count(len(scenario.rules), "chance rule"),
    ]  # fmt: skip
    about = [words.sentence(scenario.about)] if scenario.about else []
    return [scenario.title, *about, f"It has {listed(counts)}. Rates and payoffs are per month."]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _factor(factor: Factor) -> str:
    if factor.ordered:
        told = f"{factor.name} goes from {' over '.join(_ends(factor.levels))}"
    else:
        told = f"{factor.name} is {listed(factor.levels, 'or')}"
    return f"{told}{words.aside(factor.about)}."


def _ends(levels: tuple[str, ...]) -> list[str]:
    return [*levels[:-2], f"{levels[-2]} to {levels[-1]}"] if len(levels) > 1 else list(levels)


def _heading(actor: Actor) -> str:
    return actor.title if actor.title == actor.name or not actor.title else f"{actor.title} ({actor.name})"


def _actor(scenario: Scenario, at: int) -> Iterator[str]:
    """How an actor decides, what it wants, what it can do and what it is asked."""
    actor = scenario.actors[at]
    if actor.tempo.text in ("0", "0.0"):
        yield "It never moves; its consent is asked."
    else:
        tempo, discount, precision = (
            _number(scenario, formula) for formula in (actor.tempo, actor.discount, actor.precision)
        )
        yield (
            f"It decides afresh at a rate of {tempo} a month, counts a payoff a year away at {discount}, "
            f"and chooses with a precision of {precision}."
        )
    for interest in scenario.interests:
        if interest.actor == at:
            value = _number(scenario, interest.value)
            yield f"Its interest {interest.name!r} pays {value} a month.{words.after(interest.about)}"
    for action in scenario.actions:
        if action.actor == at:
            yield _action(scenario, action)
    needing = [action for action in scenario.actions if any(consent.actor == at for consent in action.consent)]
    asked = [title(scenario, action) for action in needing]
    if asked:
        yield f"Its consent is needed for {listed(asked)}."


def _action(scenario: Scenario, action: Action) -> str:
    """What, when, with whose consent, with what effect, at what price."""
    about = f" ({action.about.strip().rstrip('.')})" if action.about else ""
    told = [f"It can {action.name.replace('_', ' ')}{about}{_when(action.when)}{_consent(scenario, action)}"]
    told += _turns(scenario, action.branches)
    told += [_changes(scenario, action.refused, "Refused, ")] if action.refused else []
    for actor, formula in action.asking.items():
        told.append(f"{who(scenario, actor)} pays {_number(scenario, formula)} for asking")
    told += _prices(scenario, action.pay)
    if action.weight.text not in ("1", "1.0"):
        weight = _number(scenario, action.weight)
        told.append(f"Were all equally attractive, it would come up {weight} times as often as waiting")
    return " ".join(words.line(part) for part in told)


def _rule(scenario: Scenario, rule: Rule) -> str:
    if rule.calendar:
        often = f"happens every {rule.calendar.every} months, next in {rule.calendar.next}"
    else:
        often = f"happens at a rate of {_number(scenario, rule.rate)} a month"
    told = [f"{rule.name}: {often}{_when(rule.when)}", *_turns(scenario, rule.branches), *_prices(scenario, rule.pay)]
    return " ".join(words.line(part) for part in told)


def _when(formula: Formula) -> str:
    told = words.condition(formula)
    return f" while {told}" if told else ""


def _consent(scenario: Scenario, action: Action) -> str:
    asked = []
    for consent in action.consent:
        lean = _number(scenario, consent.lean)
        lean = f" (if indifferent, with chance {lean})" if consent.lean.text != "0.5" else ""
        asked.append(f"{who(scenario, consent.actor)}{lean}")
    return f", if {listed(asked)} {'agrees' if len(asked) == 1 else 'agree'}" if asked else ""


def _turns(scenario: Scenario, branches: tuple[Branch, ...]) -> list[str]:
    """What happens for sure, then what happens by chance."""
    sure = {
        factor: effect
        for factor, effect in branches[0].effects.items()
        if all(branch.effects.get(factor) == effect for branch in branches)
    }
    told = [_changes(scenario, sure, "Then ")] if sure else []
    for branch in branches if len(branches) > 1 else ():
        rest = {factor: effect for factor, effect in branch.effects.items() if factor not in sure}
        if branch.written:
            start = f"With chance {_number(scenario, branch.probability)}{words.aside(branch.about)}, "
            told.append(_changes(scenario, rest, start) if rest else f"{start}nothing else changes")
        elif rest:
            told.append(_changes(scenario, rest, "Otherwise, "))
    return told or ["Nothing changes"]


def _changes(scenario: Scenario, effects: Mapping[int, LevelFormula], start: str) -> str:
    factors = scenario.factors
    told = [f"{factors[at].name} {words.effect(effect, factors[at])}" for at, effect in effects.items()]
    return start + ("; ".join(told) if any(" if " in effect for effect in told) else listed(told))


def _prices(scenario: Scenario, pay: Mapping[int, Formula]) -> list[str]:
    """Who gains and who loses, once, when it takes effect."""
    told = []
    for actor, formula in pay.items():
        cost = _loss(formula.text)
        if cost is not None:
            cost = words.amount(cost)
            if formula.parameters and not formula.factors:
                value = -words.at_likely(formula, scenario.likely)
                cost = words.valued(cost, value, words.titles(scenario.parameters))
            told.append(f"{who(scenario, actor)} loses {cost} by it, once")
        else:
            told.append(f"{who(scenario, actor)} gains {_number(scenario, formula)} by it, once")
    return told


def _number(scenario: Scenario, formula: Formula) -> str:
    return words.number(formula, scenario.likely, words.titles(scenario.parameters))


def _loss(text: str) -> str | None:
    """The cost in a payoff that is nothing but a cost."""
    if text.startswith("0 - "):
        return text[4:]
    return text[1:] if text.startswith("-") and text[1:].replace(".", "").isdigit() else None


def _outcome(scenario: Scenario, outcome: OutcomeSpec) -> str:
    if outcome.when is not None:
        told = words.condition(outcome.when) or "anything"
    else:
        told = listed([f"{title(scenario, scenario.actions[action])} is done" for action in outcome.actions], "or")
    return words.line(f"{outcome.name}: {told}") + words.after(outcome.about)


def _situations(scenario: Scenario) -> Iterator[str]:
    for situation in scenario.situations:
        name = situation.name if situation.name == str(situation.date) else f"{situation.name} ({situation.date})"
        about = f", {situation.about.strip().rstrip('.')}" if situation.about else ""
        yield f"{name}{about}: {state(scenario, enumerate(situation.levels))}."
        for rule, date in situation.next.items():
            yield f"  From there, {rule} is next in {date}."


def _parameter(parameter: Parameter) -> str:
    basis = listed(parameter.basis) if parameter.basis else parameter.basis_kind
    title = f" ({parameter.title})" if parameter.title else ""
    told = f"{parameter.name}{title} is {parameter.likely:g}, between {parameter.low:g} and {parameter.high:g}"
    return f"{told} ({parameter.unit}; {basis}).{words.after(parameter.about)}{words.after(parameter.note)}"
