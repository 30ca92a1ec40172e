"""Agreements: from what is written to what is meant.

Each part is read by itself, so that a mistake is told at its own word. What is compiled of the parts
(:mod:`detente.scenario.drafting`) then reads without a mistake; what only the whole game shows is checked when the
agreement is made part of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detente.scenario import naming, parts
from detente.scenario.agreed_names import NONE, clash, factor_of, level_clash, standing
from detente.scenario.agreement import Agreement, Ending, Payments
from detente.scenario.asking import step_of
from detente.scenario.branching import sure
from detente.scenario.formula import Formula, constant
from detente.scenario.model import Consent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from detente.scenario.agreement_text import AgreementText, BreachText, LeaveText
    from detente.scenario.formula import LevelFormula
    from detente.scenario.model import Parameter
    from detente.scenario.reading import Reading

_STILL = ("0", "0.0")  # a tempo at which nobody moves


def agreements(reading: Reading) -> tuple[Agreement, ...]:
    """The agreements without a mistake; what is wrong with the others goes to the findings."""
    found: list[Agreement] = []
    for name, text in reading.document.agreements.items():
        before = _errors(reading)
        one = _agreement(reading, name, text, {other.factor for other in found})
        hurt = reading.mended | reading.lost
        if one and before == _errors(reading) and not any(path[:2] == ("agreements", name) for path in hurt):
            found.append(one)
    return tuple(found)


def _errors(reading: Reading) -> int:
    return sum(problem.severity == "error" for problem in reading.found.found)


def _agreement(outer: Reading, name: str, text: AgreementText, taken: set[str]) -> Agreement | None:
    at = ("agreements", name)
    factor = factor_of(outer, name, taken)
    own = _parameters(outer, text, *at)
    words = outer.names.parameters | {parameter.name for parameter in own}
    names = naming.Names(outer.factors, words, outer.names.actors, outer.names.broken)
    reading = replace(outer, names=names, parameters=(*outer.parameters, *own))
    parties = _parties(reading, text, *at)
    proposers = _proposers(reading, text, parties, *at)
    keeps = _keeps(reading, text, parties, *at)
    movers = tuple(party for party in parties if _moves(reading, party))
    breach = _ending(reading, text.breach, keeps, *at, "breach")
    leave = _ending(reading, text.leave, movers, *at, "leave")
    weight = _by_actor(reading, text.weight, proposers, *at, "weight", default=constant(1.0))
    if text.breach is not None and text.verified is None and not reading.misspelt("verified", *at):
        hint = "Add 'verified: {seen: ...}': how often a month a breach is seen."
        reading.error(
            "A breach that nobody can see brings nothing", reading.key(*at, "breach"), hint, "agreement-unseen"
        )
    watched, errs = text.verified, dict[int, Formula]()
    if watched is not None:
        errs = _by_actor(reading, watched.errs, keeps, *at, "verified", "errs")
    steps = _steps(reading, text, parties, *at)
    payments = _payments(reading, text, parties, *at)
    levels = (NONE, *(f"step_{step + 1}" for step in range(len(text.steps))), *standing(text))
    level_clash(reading, name, levels)
    clash(outer, name, text, factor, levels, proposers, movers)
    return Agreement(
        name=name,
        factor=factor,
        levels=levels,
        parties=parties,
        keeps=keeps,
        when=reading.test(text.when, *at, "when"),
        weight=weight,
        lean=_by_actor(reading, text.lean, parties, *at, "lean", default=constant(0.5)),
        consent=_needs(reading, text, parties, *at),
        then=_sure(reading, text.then, *at),
        steps=steps,
        seen=_by_actor(reading, watched.seen, keeps, *at, "verified", "seen") if watched else {},
        errs=errs,
        breach=breach,
        leave=leave,
        leave_weight=_leaving(reading, text, movers, *at),
        payments=payments,
        parameters=own,
        text=text,
        about=text.about,
        claims=reading.cited(text.claims, *at, "claims"),
        place=reading.key(*at),
    )


# numbers of its own


def _parameters(reading: Reading, text: AgreementText, *at: str) -> tuple[Parameter, ...]:
    """Its own numbers."""
    known = {**dict.fromkeys(reading.names.index), **dict.fromkeys(reading.actor_index)}
    known |= {**dict.fromkeys(reading.names.parameters), **dict.fromkeys(reading.names.owners)}
    for word in text.parameters:
        place = reading.key(*at, "parameters", word)
        if reading.name("a parameter", word, place) and word in known:
            reading.error(f"{word!r} is the name of something else already", place, "Choose another.", "name-clash")
    return tuple(parts.parameter(reading, one, *at, "parameters", word) for word, one in text.parameters.items())


# who


def _moves(reading: Reading, actor: int) -> bool:
    return reading.actors[actor].tempo.text not in _STILL


def _listed(reading: Reading, words: tuple[str, ...], *at: str) -> tuple[int, ...]:
    """Actors by name, each once."""
    found: list[int] = []
    for position, word in enumerate(words):
        actor = reading.actor(word, reading.at(*at, position))
        if actor is None:
            reading.lost.add((*at, position))
        elif actor in found:
            reading.error(f"{word!r} is there twice", reading.at(*at, position), None, "agreement-actor-twice")
        else:
            found.append(actor)
    return tuple(found)


def _parties(reading: Reading, text: AgreementText, *at: str) -> tuple[int, ...]:
    found = _listed(reading, text.parties, *at, "parties")
    if len(text.parties) < 2 and not reading.touched(*at, "parties"):
        hint = "Name those who promise, such as [north, south]."
        reading.error("An agreement has at least two parties", reading.key(*at, "parties"), hint, "agreement-parties")
    return found


def _proposers(reading: Reading, text: AgreementText, parties: tuple[int, ...], *at: str) -> tuple[int, ...]:
    found = _listed(reading, text.proposes, *at, "proposes")
    if not text.proposes:
        found = tuple(party for party in parties if _moves(reading, party))
    if not found and not reading.touched(*at, "proposes") and parties:
        hint = "Add 'proposes:' with an actor whose tempo is above 0."
        reading.error("Nobody who could put it forward ever moves", reading.key(*at), hint, "agreement-proposes")
    for position, word in enumerate(text.proposes):
        actor = reading.actor_index.get(word)
        if actor is not None and not _moves(reading, actor):
            message = f"{word!r} has a tempo of 0 and so never puts anything forward"
            reading.error(message, reading.at(*at, "proposes", position), None, "agreement-proposes")
    return found


def _party(reading: Reading, word: str, among: Iterable[int], why: str, *at: str) -> int | None:
    """An actor among those, or None after saying that it is not."""
    actor = reading.actor(word, reading.key(*at))
    if actor is None:
        reading.lost.add(at)
    elif actor not in among:
        reading.error(f"{word!r} {why}", reading.key(*at), None, "agreement-party")
        return None
    return actor


def _keeps(reading: Reading, text: AgreementText, parties: tuple[int, ...], *at: str) -> dict[int, Formula]:
    found = {}
    for word, test in text.keeps.items():
        formula = reading.test(test, *at, "keeps", word)
        actor = _party(reading, word, parties, "is no party to it; add it to 'parties'", *at, "keeps", word)
        if actor is not None:
            found[actor] = formula
    if not text.keeps and not text.payments and not any(reading.misspelt(key, *at) for key in ("keeps", "payments")):
        hint = "Add 'keeps:', by party the test that holds while it keeps its word."
        reading.error("Nobody promises anything in it", reading.key(*at), hint, "agreement-empty")
    return found


def _needs(reading: Reading, text: AgreementText, parties: tuple[int, ...], *at: str) -> tuple[Consent, ...]:
    found: dict[int, Consent] = {}
    for position, word in enumerate(text.needs):
        if isinstance(text.needs, dict):
            place, lean = reading.key(*at, "needs", word), reading.number(text.needs[word], *at, "needs", word)
        else:
            place, lean = reading.at(*at, "needs", position), constant(0.5)
        actor = reading.actor(word, place)
        if actor is None:
            reading.lost.add((*at, "needs"))
        elif actor in parties or actor in found:
            why = "is a party, which is asked anyway" if actor in parties else "is asked twice"
            reading.error(f"{word!r} {why}", place, "A party's chance of yes stands under 'lean'.", "asked-twice")
        else:
            found[actor] = Consent(actor, lean)
    return tuple(found.values())


# what


def _by_actor(
    reading: Reading, value: str | dict[str, str], actors: Iterable[int], *at: str, default: Formula | None = None
) -> dict[int, Formula]:
    """One number for all of these actors, or one for each that is named, and the default for the others."""
    if isinstance(value, str):
        formula = reading.number(value, *at)
        return dict.fromkeys(actors, formula)
    found = {} if default is None else dict.fromkeys(actors, default)
    for word, text in value.items():
        formula = reading.number(text, *at, word)
        actor = _party(reading, word, tuple(actors), "has no part in this", *at, word)
        if actor is not None:
            found[actor] = formula
    return found


def _sure(reading: Reading, then: Mapping[str, object], *at: str) -> dict[int, LevelFormula]:
    return sure(reading, then, *at, "then", what="This")


def _ending(reading: Reading, text: BreachText | LeaveText | None, who: Iterable[int], *at: str) -> Ending:
    if text is None:
        return Ending()
    return Ending(_sure(reading, text.then, *at), _by_actor(reading, text.cost, who, *at, "cost"))


def _leaving(reading: Reading, text: AgreementText, movers: tuple[int, ...], *at: str) -> dict[int, Formula]:
    """How often each party that can move leaves it: as is said, or as often as it is put forward."""
    if text.leave is not None and text.leave.weight is not None:
        return _by_actor(reading, text.leave.weight, movers, *at, "leave", "weight", default=constant(1.0))
    if isinstance(text.weight, str):
        return _by_actor(reading, text.weight, movers, *at, "weight")
    named = {word: number for word, number in text.weight.items() if reading.actor_index.get(word) in movers}
    return _by_actor(reading, named, movers, *at, "weight", default=constant(1.0))


def _steps(reading: Reading, text: AgreementText, parties: tuple[int, ...], *at: str) -> tuple[int, ...]:
    found = []
    for position, word in enumerate(text.steps):
        step = step_of(reading, word, *at, "steps", position)
        if step is None or step.action is None:
            reading.lost.add((*at, "steps"))
            continue
        actor = reading.actions[step.action].actor
        if actor not in parties:
            message = f"{reading.actors[actor].name!r} is no party to it, so no step is its to take"
            reading.error(message, reading.at(*at, "steps", position), "Add it to 'parties'.", "agreement-party")
        found.append(step.action)
    if text.steps and text.then:
        hint = "Signing brings it about at once ('then'), or it is carried out in turn ('steps')."
        reading.error("It has both 'then' and 'steps'", reading.key(*at, "steps"), hint, "agreement-steps")
    if text.steps and text.payments and len(text.payments.sizes) > 1:
        message = "An agreement in steps has one size of payment"
        reading.error(message, reading.key(*at, "payments"), "Leave one under 'sizes'.", "agreement-steps")
    return tuple(found)


def _payments(reading: Reading, text: AgreementText, parties: tuple[int, ...], *at: str) -> Payments | None:
    paid = text.payments
    if paid is None:
        return None
    path = (*at, "payments")
    sizes = tuple(reading.number(size, *path, "sizes", position) for position, size in enumerate(paid.sizes))
    worth = reading.number(paid.worth, *path, "worth") if "worth" in paid.model_fields_set else constant(1.0)
    among = {*parties, *(reading.actor_index[word] for word in text.needs if word in reading.actor_index)}
    ends = []
    for key, word in (("from", paid.from_), ("to", paid.to)):
        actor = None if reading.touched(*path, key) else reading.actor(word, reading.at(*path, key))
        if actor is None:
            reading.lost.add((*path, key))
        elif actor not in among:
            message = f"{word!r} is neither a party nor asked for consent"
            reading.error(message, reading.at(*path, key), "Add it to 'parties' or 'needs'.", "agreement-party")
        else:
            ends.append(actor)
    if not paid.sizes and not reading.touched(*path, "sizes"):
        reading.error("No size of payment is named", reading.key(*path), "sizes: [small, large].", "agreement-payment")
    if len(ends) < 2:
        return None
    if ends[0] == ends[1]:
        reading.error("It pays itself", reading.at(*path, "to"), None, "agreement-payment")
    return Payments(ends[0], ends[1], sizes, worth)
