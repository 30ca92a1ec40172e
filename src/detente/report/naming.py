"""Names as they are read: 'close_yongbyon' as 'Close Yongbyon', 'north.trade' as 'Northland: trade'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente.outcome.telling import Teller
from detente.report.words import capital
from detente.scenario.words import condition

if TYPE_CHECKING:
    from detente.scenario.model import Action, OutcomeSpec, Scenario

_QUOTED = re.compile(r"""(['"])(.*)\1$""")
_IDENTIFIER = re.compile(r"\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*\b")
_ABBREVIATION = re.compile(r"\b[A-Z]{2,}\b")  # such as ICBM, which a case may write out in its claims only
_ROOM = 46  # characters of an action's description that stand beside a bar


class Names:
    """The names of one scenario, as words."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.teller = Teller(scenario)
        told = " ".join(claim.says for claim in scenario.claims.values())
        self.teller.capitals.update({word.lower(): word for word in _ABBREVIATION.findall(told)})

    def words(self, name: str) -> str:
        """An identifier as words; other text as it is."""
        return self.teller.words(name) if _IDENTIFIER.fullmatch(name) else name

    def action(self, action: Action) -> str:
        """An action in a line: the first clause of its description where that is short, or its name."""
        clause = re.split(r"[;:.]", action.about, maxsplit=1)[0].strip()
        return capital(clause if 0 < len(clause) <= _ROOM else self.words(action.name))

    def condition(self, outcome: OutcomeSpec) -> str:
        """What an outcome is, in words: 'restraint is at least freeze', or 'North Korea: test'."""
        if outcome.when is not None:
            return _IDENTIFIER.sub(lambda found: self.words(found.group()), condition(outcome.when)) or "always"
        acts = [self.scenario.actions[index] for index in outcome.actions]
        return ", or ".join(f"{self.scenario.actors[act.actor].title}: {self.words(act.name)}" for act in acts)

    def cited(self, what: str) -> str:
        """What cites a claim, such as 'parameter clash rate' or 'interest Northland: trade'."""
        kind, _, name = what.partition(" ")
        name = _QUOTED.sub(lambda found: self.words(found[2]), name)
        owner, dot, rest = name.partition(".")
        if kind == "parameter" and (title := next((p.title for p in self.scenario.parameters if p.name == name), "")):
            return f"{kind} '{title}'"
        titles = {actor.name: actor.title for actor in self.scenario.actors}
        told = f"{titles[owner]}: {self.words(rest)}" if dot and owner in titles else self.words(name)
        return f"{kind} {told}".strip()
