"""What an agreement brings by name: its factor, that factor's levels, its actions and its outcome."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente.scenario import parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detente.scenario.agreement_text import AgreementText
    from detente.scenario.reading import Reading

NONE, STANDS = "none", "stands"  # levels of an agreement's factor
_LONGEST = 40  # characters of its name as a factor: 'sign_' and a size go with it


def word_of(name: str) -> str:
    """An agreement's name as the name of a factor: 'tests for exercises' as 'tests_for_exercises'."""
    return re.sub(r"\W+", "_", name).strip("_").lower()


def factor_of(reading: Reading, name: str, taken: set[str]) -> str:
    """The name of the factor that the agreement becomes; says so where it cannot be one."""
    word, place = word_of(name), reading.key("agreements", name)
    known = {**reading.names.index, **dict.fromkeys(reading.actor_index), **dict.fromkeys(reading.names.parameters)}
    if not word or len(word) > _LONGEST or word in parts.SITUATION_KEYS:
        hint = f"Give it a name with letters, {_LONGEST} characters at most."
        reading.error(f"{name!r} cannot be the name of an agreement", place, hint, "agreement-name")
    elif word in known or word in taken:
        message = f"The agreement {name!r} becomes the factor {word!r}, and there is something of that name"
        reading.error(message, place, "Give it another name.", "name-clash")
    else:
        reading.name("an agreement", word, place)
    return word


def level_clash(reading: Reading, name: str, words: Iterable[str]) -> None:
    """Says so where a level that the agreement brings is called as something else is."""
    for word in words:
        if word in reading.names.index or word in reading.names.parameters:
            message = f"The agreement {name!r} brings the level {word!r}, which is the name of something else"
            reading.error(message, reading.key("agreements", name), "Rename that.", "name-clash")


def clash(
    reading: Reading,
    name: str,
    text: AgreementText,
    factor: str,
    levels: tuple[str, ...],
    proposers: tuple[int, ...],
    movers: tuple[int, ...],
) -> None:
    """Says so where an action, a rule, an outcome or an interest has a name that the agreement needs."""
    for actors, words in ((proposers, signings(factor, levels, len(text.steps))), (movers, (leaving(factor),))):
        for actor in actors:
            for word in words:
                if word in reading.action_index.get(actor, {}):
                    message = f"{reading.actors[actor].name} has an action {word!r} already, which {name!r} needs"
                    reading.error(message, reading.key("agreements", name), "Give one another name.", "name-clash")
    if outcome_of(name) in reading.document.outcomes:
        message = f"There is an outcome {outcome_of(name)!r} already, which the agreement needs"
        reading.error(message, reading.key("agreements", name), "Give one another name.", "name-clash")


def signings(factor: str, levels: tuple[str, ...], steps: int) -> tuple[str, ...]:
    """The names of the actions by which it is signed: one, or one for each size of payment."""
    found = levels[1 + steps :]
    return (f"sign_{factor}",) if len(found) == 1 else tuple(f"sign_{factor}_{level}" for level in found)


def leaving(factor: str) -> str:
    """The name of the action by which a party leaves it."""
    return f"leave_{factor}"


def sighting(party: str, name: str) -> str:
    """The chance rule by which a party's breach is seen."""
    return f"{party}'s breach of {name} is seen"


def mistake(party: str, name: str) -> str:
    """The chance rule by which a party that keeps its word is thought to have broken it."""
    return f"{party} is wrongly thought to have broken {name}"


def outcome_of(name: str) -> str:
    """The outcome that it stands."""
    return f"{name} stands"


def standing(text: AgreementText) -> tuple[str, ...]:
    """The levels at which it stands."""
    sizes = text.payments.sizes if text.payments else ()
    return (STANDS,) if len(sizes) < 2 else tuple(f"pays_{size + 1}" for size in range(len(sizes)))
