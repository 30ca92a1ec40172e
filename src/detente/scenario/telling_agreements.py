"""Agreements told in sentences: who promises what, who must agree, how it is watched, what ends it, who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.scenario import words
from detente.scenario.inventory import title
from detente.scenario.telling_questions import who
from detente.scenario.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from detente.scenario.agreement import Agreement
    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Scenario


def agreements(scenario: Scenario) -> list[str]:
    """One entry for each."""
    return [" ".join(words.line(part) for part in _parts(scenario, one)) for one in scenario.agreements]


def _parts(scenario: Scenario, one: Agreement) -> Iterator[str]:
    likely = {**scenario.likely, **one.likely}
    titles = words.titles((*scenario.parameters, *one.parameters))

    def number(formula: Formula) -> str:
        return words.number(formula, likely, titles)

    def each(numbers: Mapping[int, Formula], told: str) -> Iterator[str]:
        """The same sentence for actors with the same number; '{}' stands for those."""
        for text in dict.fromkeys(formula.text for formula in numbers.values()):
            same = [actor for actor, formula in numbers.items() if formula.text == text]
            yield told.format(_names(scenario, same, "or"), number(numbers[same[0]]))

    kept = [f"{who(scenario, actor)} sees to it that {words.condition(test)}" for actor, test in one.keeps.items()]
    yield f"{one.name}: {'; '.join(kept) or f'{_names(scenario, one.parties)} promise nothing'}"
    if one.about:
        yield words.sentence(one.about)
    when = words.condition(one.when)
    terms = "" if one.then or one.steps or not one.keeps else ", once all of it holds"
    yield f"{_names(scenario, one.weight, 'or')} can put it forward{f' while {when}' if when else ''}{terms}"
    asked = [f"{who(scenario, party)} ({number(lean)})" for party, lean in one.lean.items()]
    asked += [f"{who(scenario, consent.actor)} ({number(consent.lean)})" for consent in one.consent]
    yield f"Those who did not put it forward must agree, if indifferent with the chance in brackets: {listed(asked)}"
    if one.then:
        yield f"Signed, {_effects(scenario, one.then)}"
    if one.steps:
        steps = ", then ".join(title(scenario, scenario.actions[step]) for step in one.steps)
        yield f"It is carried out in turn: {steps}; a step with nothing left to do is passed over"
    yield from each(one.seen, "A breach by {} is seen at a rate of {} a month, and goes on until then")
    if not one.seen:
        yield "Nobody watches it"
    doubted = {actor: rate for actor, rate in one.errs.items() if rate.text not in ("0", "0.0")}
    yield from each(doubted, "That {} keeps its word is taken for a breach at a rate of {} a month")
    if one.seen:
        also = f", and {_effects(scenario, one.breach.effects)}" if one.breach.effects else ""
        yield f"A breach that is seen, rightly or wrongly, ends it{also}"
        yield from each(one.breach.cost, "{} then loses {} for its own, once")
    also = f"; then {_effects(scenario, one.leave.effects)}" if one.leave.effects else ""
    yield f"{_names(scenario, one.leave_weight, 'or')} can leave it openly{also}"
    yield from each(one.leave.cost, "{} loses {} by leaving, once")
    if one.payments:
        sizes = listed([number(size) for size in one.payments.sizes], "or")
        payer, receiver = who(scenario, one.payments.payer), who(scenario, one.payments.receiver)
        worth = f", which is worth {number(one.payments.worth)} times as much to {receiver}"
        told = f"While it stands, {payer} pays {receiver} {sizes} a month"
        yield told if one.payments.worth.text == "1" else f"{told}{worth}"


def _names(scenario: Scenario, actors: Iterable[int], word: str = "and") -> str:
    return listed([who(scenario, actor) for actor in actors], word)


def _effects(scenario: Scenario, effects: Mapping[int, LevelFormula]) -> str:
    factors = scenario.factors
    told = [f"{factors[at].name} {words.effect(effect, factors[at])}" for at, effect in effects.items()]
    return "; ".join(told) if any(" if " in effect for effect in told) else listed(told)
