"""An event in plain words.

'March 2027: the United States offers talks; North Korea agrees; channel: closed -> working.'

Actions are named by identifiers in the imperative (``offer_talks``, ``walk_out``), so the first word is turned into the
third person and the rest follows. A word that the scenario's prose writes with capitals (UN, Washington) and never
without is written so here, and so is an actor's name that abbreviates its title (ROK).
"""

from __future__ import annotations

import re
from calendar import month_name
from typing import TYPE_CHECKING

from detente.scenario.words import listed

if TYPE_CHECKING:
    from detente.outcome.histories import Change, Event
    from detente.scenario.model import Action, Scenario

_SHORT = 4  # letters of an actor's name that can abbreviate its title
_IRREGULAR = {"be": "is", "have": "has"}
_ARTICLES = {"A", "An", "The"}
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b|(?<=[a-z,'] )[A-Z][a-z]+")  # an abbreviation, or a name within a sentence


class Teller:
    """Tells the events of one scenario."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.capitals = _capitals(scenario)

    def sentence(self, event: Event) -> str:
        """One event with its month, who did what, who agreed, and what changed."""
        parts = [self._who(event), *(self.change(change) for change in event.changes)]
        if not event.changes and not event.refused:
            parts.append("nothing changes")
        slip = " (a slip)" if event.slip else ""
        return f"{month_name[event.month.month]} {event.month.year}: {'; '.join(parts)}{slip}."

    def change(self, change: Change) -> str:
        """A factor that moved: 'channel: closed -> working'."""
        factor = self.scenario.factors[change.factor]
        before, after = (self.words(factor.levels[level]) for level in (change.before, change.after))
        return f"{self.words(factor.name)}: {before} -> {after}"

    def words(self, name: str) -> str:
        """An identifier as words."""
        return " ".join(self.capitals.get(word, word) for word in name.split("_"))

    def actor(self, index: int) -> str:
        """An actor's title as it stands in a sentence: 'the United States', 'North Korea', 'the US military'."""
        title = self.scenario.actors[index].title
        first, _, rest = title.partition(" ")
        if first in _ARTICLES:
            return f"{first.lower()} {rest}"
        return f"the {title}" if first == "United" or (rest and rest.split()[-1].islower()) else title

    def _who(self, event: Event) -> str:
        if event.action is None:
            return self.scenario.rules[event.rule or 0].name
        action = self.scenario.actions[event.action]
        did = f"{self.actor(action.actor)} {self._does(action)}"
        if not action.consent:
            return did
        others = [self.actor(consent.actor) for consent in action.consent]
        several = len(others) > 1 or " and " in others[0]
        if event.refused:
            answer = "do not all agree" if len(others) > 1 else "refuse" if several else "refuses"
        else:
            answer = "agree" if several else "agrees"
        return f"{did}; {listed(others)} {answer}"

    def _does(self, action: Action) -> str:
        verb, _, rest = self.words(action.name).partition(" ")
        several = " and " in self.scenario.actors[action.actor].title
        return f"{verb if several else third_person(verb)} {rest}".rstrip()


def _capitals(scenario: Scenario) -> dict[str, str]:
    """Words in small letters -> as they are to be written."""
    prose = [scenario.title, scenario.about, *(rule.name for rule in scenario.rules)]
    prose += [text for actor in scenario.actors for text in (actor.title, actor.about)]
    prose += [factor.about for factor in scenario.factors] + [action.about for action in scenario.actions]
    small = {word for text in prose for word in re.findall(r"\b[a-z]+\b", text)}
    found = {word.lower(): word for text in prose for word in _CAPITALS.findall(text)}
    short = [actor.name for actor in scenario.actors if len(actor.name) <= _SHORT and actor.name.isalpha()]
    in_titles = {word for actor in scenario.actors for word in re.findall(r"\w+", actor.title.lower())}
    found |= {name.lower(): name.upper() for name in short if name.lower() not in in_titles}
    found |= {
        word.lower(): word for text in prose for word in _CAPITALS.findall(text) if word.isupper() and len(word) > 1
    }
    return {word: written for word, written in found.items() if word not in small}


def third_person(verb: str) -> str:
    """The third person singular of an English verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if re.search(r"([sxzo]|[cs]h)$", verb):
        return f"{verb}es"
    return re.sub(r"([^aeiou])y$", r"\1ie", verb) + "s"
