"""Situations, forces, deals and what-ifs: where things stand, might stand, and might have stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.problems import did_you_mean
from detente.scenario.asking import NO_FORCE
from detente.scenario.deeds import next_dates
from detente.scenario.model import Deals, Month, Situation, WhatIf

if TYPE_CHECKING:
    from detente.scenario.document import DealsText, SituationText, WhatIfText
    from detente.scenario.reading import Reading


def situations(reading: Reading) -> tuple[Situation, ...]:
    """The situations, each whole: what it does not say it takes from the one it is like."""
    written = reading.document.situations
    own: dict[str, dict[int, int]] = {}
    for name, text in written.items():
        own[name] = reading.settle(_levels(reading, name, text), "situations", name)
    ancestry = {name: _ancestry(reading, name) for name in written}
    told = frozenset[str]()
    found = []
    for name, text in written.items():
        levels: dict[int, int] = {}
        for ancestor in reversed(ancestry[name]):
            levels |= own[ancestor]
        told = _complete(reading, name, levels, ancestry[name], told)
        at = ("situations", name)
        found.append(
            Situation(
                name,
                _date(reading, name, text),
                tuple(levels.get(factor, 0) for factor in range(len(reading.factors))),
                text.about,
                next_dates(reading, text.next, *at, "next"),
                reading.cited(text.claims, *at, "claims"),
                reading.key(*at),
            )
        )
    if not written:
        hint = "Write at least one, with a level for every factor."
        reading.error("There is no situation to start from", reading.key("situations"), hint, "no-situation")
    return tuple(found)


def _levels(reading: Reading, name: str, text: SituationText) -> dict[str, str]:
    """What it says about factors; other keys are mistakes."""
    levels = dict(text.model_extra or {})
    for key in list(levels):
        if key not in reading.names.index and key not in reading.broken:
            known = [*reading.names.index, "about", "like", "date", "next", "claims"]
            hint = (
                did_you_mean(key, known)
                or "A situation has a level for each factor, and about, like, date, next, claims."
            )
            reading.error(f"There is no factor {key!r}", reading.key("situations", name, key), hint, "unknown-factor")
            del levels[key]
    return levels


def _ancestry(reading: Reading, name: str) -> list[str]:
    """The situation, the one it is like, and so on."""
    written, chain = reading.document.situations, [name]
    while (like := written[chain[-1]].like) is not None:
        place = reading.at("situations", chain[-1], "like")
        if like in chain:
            circle = [*chain[chain.index(like) :], like]
            if like == name:  # tell a circle once for each of its members, and not for those who lead into it
                message = (
                    f"{name!r} is like itself"
                    if len(circle) == 2
                    else f"This goes in a circle: {' like '.join(circle)}"
                )
                reading.error(message, reading.at("situations", name, "like"), None, "circular-like")
            break
        if like not in written:
            if len(chain) == 1:
                hint = did_you_mean(like, written) or f"There are {', '.join(written)}."
                reading.error(f"There is no situation {like!r}", place, hint, "unknown-situation")
            break
        chain.append(like)
    return chain


def _complete(
    reading: Reading, name: str, levels: dict[int, int], chain: list[str], told: frozenset[str]
) -> frozenset[str]:
    """Says what a situation leaves out, unless the one that it is like leaves it out too, or it goes in a circle."""
    last = reading.document.situations[chain[-1]]
    said = {word for ancestor in chain for word in reading.document.situations[ancestor].model_extra or {}}
    missing = [factor.name for at, factor in enumerate(reading.factors) if at not in levels and factor.name not in said]
    missing = [word for word in missing if word not in reading.broken]
    if not missing or last.like is not None or told.intersection(chain):
        return told
    listed = ", ".join(missing[:8]) + (", ..." if len(missing) > 8 else "")
    hint = "Give each a level, or say which situation this is 'like:'."
    reading.error(
        f"Situation {name!r} says nothing about {listed}", reading.key("situations", name), hint, "incomplete-situation"
    )
    return told | {name}


def _date(reading: Reading, name: str, text: SituationText) -> Month:
    if text.date is not None:
        return reading.month(text.date, reading.at("situations", name, "date"))
    try:
        return Month.parse(name)
    except ValueError:
        hint = "Add 'date: 2018-03', or make the month its key."
        reading.error(f"Situation {name!r} has no date", reading.key("situations", name), hint, "no-date")
        return Month(2000, 1)


def forces(reading: Reading) -> dict[str, tuple[int, ...]]:
    """The forces; no factor is in two."""
    found, owner = {}, dict[int, str]()
    for name, words in reading.document.forces.items():
        if name in NO_FORCE:
            message = f"{name!r} cannot be the name of a force: it is what is in no force"
            reading.error(message, reading.key("forces", name), None, "reserved-name")
        kept = []
        for position, word in enumerate(words):
            place = reading.at("forces", name, position)
            factor = reading.factor(word, place)
            if factor is None:
                continue
            if factor in owner:
                where = "twice in this force" if owner[factor] == name else f"in the force {owner[factor]!r} already"
                reading.error(f"{word!r} is {where}", place, "A factor belongs to one force.", "overlapping-forces")
            else:
                owner[factor] = name
                kept.append(factor)
        found[name] = tuple(kept)
    return found


def deals(reading: Reading) -> Deals | None:
    """What can be bargained over."""
    text = reading.document.deals
    if text is None:
        return None
    parties = _actors(reading, text.parties, "parties", ())
    consent = _actors(reading, text.consent, "consent", parties)
    if len(text.parties) < 2 and ("deals", "parties") not in reading.mended:
        reading.error("A deal has at least two parties", reading.key("deals", "parties"), None, "deal-parties")
    terms = _terms(reading, text)
    if not text.terms and ("deals", "terms") not in reading.mended:
        reading.error("A deal has at least one term", reading.key("deals", "terms"), None, "deal-terms")
    also = reading.settle(text.also, "deals", "also")
    for factor in also.keys() & terms.keys():
        word = reading.factors[factor].name
        message = f"{word!r} is a term, so it cannot go with every deal as well"
        reading.error(message, reading.key("deals", "also", word), None, "deal-also")
    named, abouts, claims = {}, {}, {}
    for name, deal in text.named.items():
        at = ("deals", "named", name)
        named[name] = _package(reading, terms, dict(deal.model_extra or {}), *at)
        abouts[name], claims[name] = deal.about, reading.cited(deal.claims, *at, "claims")
    cited = reading.cited(text.claims, "deals", "claims")
    return Deals(parties, consent, terms, also, named, text.about, cited, abouts, claims, reading.key("deals"))


def _actors(reading: Reading, words: tuple[str, ...], key: str, taken: tuple[int, ...]) -> tuple[int, ...]:
    found: list[int] = []
    for position, word in enumerate(words):
        place = reading.at("deals", key, position)
        actor = reading.actor(word, place)
        if actor is not None and (actor in found or actor in taken):
            why = "is a party, whose consent is needed anyway" if actor in taken else "is there twice"
            reading.error(f"{word!r} {why}", place, None, "deal-actor-twice")
        elif actor is not None:
            found.append(actor)
    return tuple(found)


def _terms(reading: Reading, text: DealsText) -> dict[int, tuple[int, ...]]:
    found = {}
    for word, levels in text.terms.items():
        at = ("deals", "terms", word)
        factor = reading.factor(word, reading.key(*at))
        if factor is None or word in reading.broken:
            continue
        if levels == "all":
            found[factor] = tuple(range(len(reading.factors[factor].levels)))
            continue
        picked = [reading.level_of(factor, level, reading.at(*at, position)) for position, level in enumerate(levels)]
        kept = tuple(dict.fromkeys(level for level in picked if level is not None))
        if len(kept) < len(picked) and None not in picked:
            reading.error("A level is there twice", reading.key(*at), None, "duplicate-level")
        if not levels:
            reading.error(
                f"No level of {word!r} is permitted", reading.key(*at), "Write 'all' for every level.", "deal-terms"
            )
        found[factor] = kept
    return found


def _package(reading: Reading, terms: dict[int, tuple[int, ...]], values: dict[str, str], *at: str) -> dict[int, int]:
    package = reading.settle(values, *at)
    if not values:
        reading.error(f"The deal {at[-1]!r} sets nothing", reading.key(*at), None, "deal-empty")
    for factor, level in package.items():
        word, permitted = reading.factors[factor].name, terms.get(factor)
        if permitted is None and ("deals", "terms", word) in reading.mended:
            continue
        if permitted is None:
            hint = "Add it to 'terms', or to 'also'."
            reading.error(f"{word!r} is not among the terms", reading.key(*at, word), hint, "deal-outside-terms")
        elif permitted and level not in permitted:
            name = reading.factors[factor].levels[level]
            reading.error(
                f"The terms do not permit {name!r} of {word!r}", reading.at(*at, word), None, "deal-outside-terms"
            )
    return package


def what_ifs(reading: Reading) -> tuple[WhatIf, ...]:
    """Changed states, numbers and acts."""
    return tuple(_what_if(reading, name, text) for name, text in reading.document.what_if.items())


def _what_if(reading: Reading, name: str, text: WhatIfText) -> WhatIf:
    at = ("what_if", name)
    if (*at, "from") not in reading.mended and text.from_ not in reading.document.situations:
        hint = did_you_mean(text.from_, reading.document.situations)
        reading.error(f"There is no situation {text.from_!r}", reading.at(*at, "from"), hint, "unknown-situation")
    numbers = {}
    levels = {}
    for word, value in text.set.items():
        if word in reading.names.parameters:
            if isinstance(value, str):
                message = f"{word!r} is a parameter, so a number is needed here"
                reading.error(message, reading.at(*at, "set", word), None, "wrong-type")
            else:
                numbers[word] = value
        elif word in reading.names.index:
            levels[word] = str(value)
        elif word not in reading.broken:
            hint = did_you_mean(word, [*reading.names.index, *reading.names.parameters])
            reading.error(
                f"There is no factor or parameter {word!r}", reading.key(*at, "set", word), hint, "unknown-name"
            )
    never = [action for owner, lines in text.do.items() for action in _struck(reading, owner, lines, *at, "do", owner)]
    without = tuple(reading.rule(word, reading.at(*at, "without", spot)) for spot, word in enumerate(text.without))
    changes = ("set", "do", "without")
    if not any(getattr(text, key) for key in changes) and not reading.mended & {(*at, key) for key in changes}:
        hint = "Add 'set:', 'do:' or 'without:'."
        reading.error(f"The what-if {name!r} changes nothing", reading.key(*at), hint, "what-if-empty")
    settled = reading.settle(levels, *at, "set")
    claims = reading.cited(text.claims, *at, "claims")
    if None in without:
        reading.lost.add((*at, "without"))
    gone = tuple(dict.fromkeys(rule for rule in without if rule is not None))
    return WhatIf(name, text.from_, settled, numbers, tuple(never), gone, text.about, claims, reading.key(*at))


def _struck(reading: Reading, owner: str, lines: tuple[str, ...], *at: str) -> list[int]:
    """The actions that an actor is not to take."""
    actor = reading.actor(owner, reading.key(*at))
    own = reading.action_index.get(-1 if actor is None else actor, {})
    found = []
    for position, line in enumerate(lines):
        place = reading.at(*at) if at in reading.source.values and len(lines) == 1 else reading.at(*at, position)
        word, _, rest = line.partition(" ")
        if word != "not" or not rest.strip():
            hint = f"Write 'not {line.split()[-1] if line.split() else 'attack'}'."
            reading.error("Only 'not' and an action can be said here", place, hint, "what-if-do")
        elif actor is not None and (action := reading.index("action", rest.strip(), own, place)) is not None:
            found.append(action)
    return found
