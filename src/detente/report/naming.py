"""Names as they are read: 'close_yongbyon' as 'close Yongbyon', 'rok_sanctions' as 'ROK sanctions'.

A scenario's names are identifiers. Their words are spelled as the scenario's own prose and its claims spell them: a
word that stands there in capitals, or always with a capital within a sentence, is written so here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente.outcome.telling import Teller
from detente.scenario.words import condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detente.scenario.model import Action, OutcomeSpec, Scenario

_WORD = re.compile(r"[A-Za-z][a-z]+\b|\b[A-Z]{2,}\b")
_WITHIN = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b")  # a capital within a sentence
_IDENTIFIER = re.compile(r"\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*\b")
_TITLE_ROOM = 46  # characters beside a bar


class Names:
    """The names of one scenario, as words."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.teller = Teller(scenario)
        self.teller.capitals.update(spellings(_prose(scenario)))
        for actor in scenario.actors:
            if len(actor.name) <= 4 and actor.name.isalpha() and actor.name.lower() != actor.title.lower():
                self.teller.capitals.setdefault(actor.name.lower(), actor.name.upper())

    def words(self, name: str) -> str:
        """An identifier as words; other text as it is."""
        return self.teller.words(name) if _IDENTIFIER.fullmatch(name) else name

    def action(self, action: Action) -> str:
        """An action's short name, such as 'Close Yongbyon'."""
        return _capital(self.words(action.name))

    def parameter(self, name: str) -> str:
        """A parameter's name in words."""
        return self.words(name)

    def condition(self, outcome: OutcomeSpec) -> str:
        """What an outcome is, in words: 'restraint is at least freeze', or 'North Korea: test'."""
        if outcome.when is not None:
            return _IDENTIFIER.sub(lambda found: self.words(found.group()), condition(outcome.when)) or "always"
        acts = [self.scenario.actions[index] for index in outcome.actions]
        return ", or ".join(f"{self.scenario.actors[act.actor].title}: {self.words(act.name)}" for act in acts)

    def cited(self, what: str) -> str:
        """What cites a claim, such as 'parameter clash rate' or 'interest dprk: economy'."""
        kind, _, name = what.partition(" ")
        owner, dot, rest = name.strip("'").partition(".")
        titles = {actor.name: actor.title for actor in self.scenario.actors}
        if dot and owner in titles:
            return f"{kind} {titles[owner]}: {self.words(rest)}"
        return f"{kind} {self.words(name.strip(chr(39)))}".strip()


def spellings(prose: Iterable[str]) -> dict[str, str]:
    """Words that the prose always writes with a capital, or in capitals: lower case -> as written."""
    lower: set[str] = set()
    capital: dict[str, str] = {}
    for text in prose:
        capital.update({word.lower(): word for word in _WITHIN.findall(text)})
        for word in _WORD.findall(text):
            if word.islower():
                lower.add(word)
            elif word.isupper():
                capital[word.lower()] = word
    return {word: written for word, written in capital.items() if written.isupper() or word not in lower}


def _prose(scenario: Scenario) -> Iterable[str]:
    yield from (scenario.title, scenario.about)
    for things in (scenario.actors, scenario.factors, scenario.actions, scenario.interests, scenario.parameters,
                   scenario.outcomes, scenario.situations):  # fmt: skip
        yield from (thing.about for thing in things)
    yield from (rule.name for rule in scenario.rules)
    yield from (claim.says for claim in scenario.claims.values())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
