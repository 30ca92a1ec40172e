"""Actions and chance rules: from what is written to what is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente.problems import did_you_mean
from detente.scenario.branching import branches, sure
from detente.scenario.formula import Formula, constant, difference
from detente.scenario.model import Action, Calendar, Consent, Month, Rule
from detente.scenario.terms import Constant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.scenario.document import ActionText, RuleText, StepText
    from detente.scenario.reading import Reading

_EVERY = re.compile(r"([0-9]{1,4}) +(months?|years?)")


def actions(reading: Reading) -> tuple[Action, ...]:
    """The actions, actor by actor."""
    found = []
    for owner, entries in reading.document.actions.items():
        actor = reading.actor(owner, reading.key("actions", owner))
        for name, text in entries.items():
            reading.name("an action", name, reading.key("actions", owner, name))
            action = _action(reading, -1 if actor is None else actor, owner, name, text)
            if actor is None:
                reading.astray.add(name)
            else:
                found.append(action)
    return tuple(found)


def _action(reading: Reading, actor: int, owner: str, name: str, text: ActionText) -> Action:
    at, place = ("actions", owner, name), reading.key("actions", owner, name)
    consent = _consent(reading, owner, text, *at)
    if text.refused and not text.needs and not reading.misspelt("needs", *at):
        hint = "Add 'needs:' with those who can refuse, or take 'refused' out."
        reading.error(
            "Nobody's consent is needed, so nobody can refuse", reading.key(*at, "refused"), hint, "refused-by-nobody"
        )
    return Action(
        actor=actor,
        name=name,
        about=text.about,
        weight=reading.number(text.weight, *at, "weight"),
        when=reading.test(text.when, *at, "when"),
        consent=consent,
        branches=branches(reading, text.then, text.chance, place, *at),
        refused=sure(reading, text.refused, *at, "refused"),
        pay=_pay(reading, text, *at),
        asking=_by_actor(reading, text.asking, *at, "asking"),
        claims=reading.cited(text.claims, *at, "claims"),
        place=place,
    )


def _consent(reading: Reading, owner: str, text: ActionText, *at: str) -> tuple[Consent, ...]:
    found: dict[int, Consent] = {}
    listed = not isinstance(text.needs, dict)
    for position, word in enumerate(text.needs):
        place = reading.at(*at, "needs", position) if listed else reading.key(*at, "needs", word)
        actor = reading.actor(word, place)
        if word == owner:
            message = f"{word!r} takes this action itself and cannot be asked for consent"
            reading.error(message, place, None, "mover-consents")
        elif actor is not None and actor in found:
            reading.error(f"{word!r} is asked twice", place, None, "asked-twice")
        elif actor is not None:
            lean = (
                reading.number(text.needs[word], *at, "needs", word) if isinstance(text.needs, dict) else constant(0.5)
            )
            found[actor] = Consent(actor, lean)
    return tuple(found.values())


def _by_actor(reading: Reading, values: Mapping[str, str], *at: str | int) -> dict[int, Formula]:
    found = {}
    for word, text in values.items():
        actor = reading.actor(word, reading.key(*at, word))
        formula = reading.number(text, *at, word)
        if actor is not None:
            found[actor] = formula
    return found


def _pay(reading: Reading, text: StepText, *at: str | int) -> dict[int, Formula]:
    """Gain less cost, by actor."""
    pay = _by_actor(reading, text.gain, *at, "gain")
    for actor, cost in _by_actor(reading, text.cost, *at, "cost").items():
        pay[actor] = difference(pay.get(actor), cost)
    return pay


def rules(reading: Reading) -> tuple[Rule, ...]:
    """The chance rules; each has a name of its own, its ``about``."""
    found: list[Rule] = []
    names = set[str]()
    for position, text in enumerate(reading.document.chance):
        if ("chance", position) in reading.mended:
            continue
        rule = _rule(reading, position, text)
        place = reading.at("chance", position, "about")
        if not rule.name:
            if not reading.misspelt("about", "chance", position):
                reading.error("A chance rule needs a name: its 'about' is empty", place, None, "rule-without-name")
        elif rule.name in names:
            message = f"Two chance rules are called {rule.name!r}"
            reading.error(message, place, "Tell them apart in 'about'.", "duplicate-rule")
        names.add(rule.name)
        found.append(rule)
    return tuple(found)


def _rule(reading: Reading, position: int, text: RuleText) -> Rule:
    at = ("chance", position)
    place = reading.key(*at, "about")
    rate, calendar = _timing(reading, position, text)
    return Rule(
        name=text.about,
        when=reading.test(text.when, *at, "when"),
        rate=rate,
        calendar=calendar,
        branches=branches(reading, text.then, text.chance, place, *at),
        pay=_pay(reading, text, *at),
        claims=reading.cited(text.claims, *at, "claims"),
        place=place,
    )


def _timing(reading: Reading, position: int, text: RuleText) -> tuple[Formula, Calendar | None]:
    """The rate a month, and the calendar of a dated rule."""
    at = ("chance", position)
    if any(reading.misspelt(key, *at) for key in ("rate", "every", "next")):
        return reading.unread(*at, "rate"), None
    if text.every is None and text.rate is not None:
        if text.next is not None:
            hint = "A rule with a 'rate' has no dates; a dated rule has 'every' instead."
            reading.error("'next' goes with 'every'", reading.key(*at, "next"), hint, "rule-timing")
        return reading.number(text.rate, *at, "rate"), None
    if text.every is None or text.next is None or text.rate is not None:
        hint = "rate: 0.04 a month; or every: 48 months and next: 2029-01."
        message = f"{text.about!r} needs either 'rate', or 'every' and 'next'"
        reading.error(message, reading.key(*at, "about"), hint, "rule-timing")
        return reading.unread(*at, "rate"), None
    following = reading.month(text.next, reading.at(*at, "next"))
    match = _EVERY.fullmatch(text.every)
    if match is None or int(match.group(1)) == 0:
        hint = "Write '48 months' or '4 years'."
        reading.error(f"{text.every!r} is no span of time", reading.at(*at, "every"), hint, "every")
        return reading.unread(*at, "rate"), None
    months = int(match.group(1)) * (12 if match.group(2).startswith("year") else 1)
    rate = Formula(f"1 / {months}", Constant(1 / months), place=reading.at(*at, "every"))
    return rate, Calendar(months, following)


def next_dates(reading: Reading, given: Mapping[str, str], *at: str) -> dict[str, Month]:
    """``next:`` of a situation: dated rule -> its next date as then scheduled."""
    texts = {text.about: text for text in reading.document.chance}
    dated = [text.about for text in reading.document.chance if text.every is not None or text.rate is None]
    found = {}
    for word, text in given.items():
        if word in dated:
            found[word] = reading.month(text, reading.at(*at, word))
        elif word in texts or not reading.rules_unread:
            message = f"{word!r} has a rate, not dates" if word in texts else f"There is no chance rule {word!r}"
            hint = did_you_mean(word, dated) or f"Dated rules are: {', '.join(dated) or 'none'}."
            reading.error(message, reading.key(*at, word), hint, "unknown-rule")
    return found
