"""A document while it is being resolved: what is known so far, and how its texts become formulas, claims and names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente.problems import did_you_mean
from detente.scenario import naming, terms
from detente.scenario.checks.damage import UNREAD
from detente.scenario.expression import RESERVED
from detente.scenario.formula import Formula, LevelFormula, ToLevel, always
from detente.scenario.model import Month
from detente.source import Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from detente.claims.model import Claims
    from detente.problems import Findings, Place
    from detente.scenario.document import Document
    from detente.scenario.model import Action, Actor, Factor, Parameter, Rule
    from detente.scenario.naming import Names
    from detente.source import Source, Steps

_SMALL = 1e-6  # above zero, so that what it stands for counts as possible
_NAME = re.compile(r"[^\W\d]\w{0,59}")


@dataclass
class Reading:
    """The document, the findings, and the parts resolved so far."""

    source: Source
    document: Document
    mended: frozenset[Steps]
    claims: Claims
    found: Findings
    names: Names = field(default_factory=lambda: naming.Names((), frozenset()))
    actors: tuple[Actor, ...] = ()
    factors: tuple[Factor, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    actions: tuple[Action, ...] = ()
    rules: tuple[Rule, ...] = ()
    broken: set[str] = field(default_factory=set)
    astray: set[str] = field(default_factory=set)  # actions whose actor is not known
    lost: set[Steps] = field(default_factory=set)  # paths of what was left out or could not be read
    actor_index: dict[str, int] = field(default_factory=dict)
    action_index: dict[int, dict[str, int]] = field(default_factory=dict)  # actor -> its actions' name -> index

    def error(self, message: str, place: Place | None, hint: str | None = None, code: str = "") -> None:
        """A mistake of the author's."""
        self.found.error(message, place, hint, code)

    # places

    def key(self, *steps: str | int) -> Place:
        """The place of a key."""
        return self.source.key_place(*steps)

    def at(self, *steps: str | int) -> Place:
        """The place of a value."""
        return self.source.place(*steps)

    def written(self, text: str, *steps: str | int) -> Written:
        """The scalar there, or just its text where the file has none (a default)."""
        mark = self.source.values.get(steps)
        return Written(text) if mark is None or mark.text is None else self.source.written(*steps)

    # formulas; what cannot be read is replaced by something harmless with the text '?', since its error stands already

    def number(self, text: str, *steps: str | int, only: str = "") -> Formula:
        """A number; ``only`` says why it may read no factor, if it may not."""
        found = None
        if not self.touched(*steps):
            found = naming.number(self.written(text, *steps), self.names, self.found, only)
        return found or self.unread(*steps)

    def unread(self, *steps: str | int) -> Formula:
        """What stands for a number that could not be read."""
        self.lost.add(steps)
        return Formula(UNREAD, terms.Constant(_SMALL))

    def test(self, text: str | None, *steps: str | int) -> Formula:
        """A test on the factors; always true where there is none."""
        touched = self.touched(*steps)
        if text is None and not touched:
            return always()
        found = None if touched else naming.condition(self.written(text or "", *steps), self.names, self.found)
        if found is None:
            self.lost.add(steps)
        return found or Formula(UNREAD, terms.Constant(True), "test")

    def level(self, written: Written, factor: int, *steps: str | int) -> LevelFormula:
        """A level formula for a factor."""
        found = naming.level(written, factor, self.names, self.found)
        if found is None:
            self.lost.add(steps)
        return found or LevelFormula(UNREAD, factor, len(self.factors[factor].levels) - 1, ToLevel(0))

    def misspelt(self, key: str, *steps: str | int) -> bool:
        """Whether what stands under this key was mended, or an unknown key beside it may be meant for it."""
        near = [str(path[-1]) for path in self.mended if path[:-1] == steps]
        return self.touched(*steps, key) or did_you_mean(key, near) is not None

    def touched(self, *steps: str | int) -> bool:
        """Whether what stands at this path was mended."""
        return any(steps[:length] in self.mended for length in range(1, len(steps) + 1))

    # names

    def name(self, kind: str, word: str, place: Place | None) -> bool:
        """Whether a word is fit to be a name in formulas; says so if not."""
        if word in RESERVED:
            self.error(
                f"{word!r} has a meaning of its own and cannot be the name of {kind}", place, None, "reserved-name"
            )
        elif not _NAME.fullmatch(word):
            better = re.sub(r"\W+", "_", word).strip("_")
            message = f"{word!r} cannot be the name of {kind}: a name has letters, digits and '_', 60 at most"
            self.error(message, place, f"Write {better!r}." if _NAME.fullmatch(better) else None, "bad-name")
        else:
            return True
        return False

    def index(self, kind: str, word: str, known: Mapping[str, int], place: Place | None) -> int | None:
        """The index of a name, or None after saying that there is none."""
        if word in known:
            return known[word]
        if word not in self.broken and not (kind == "action" and word in self.astray):
            hint = did_you_mean(word, known) or self._instead(kind, word, known)
            self.error(f"There is no {kind} {word!r}", place, hint, f"unknown-{kind}")
        return None

    def _instead(self, kind: str, word: str, known: Mapping[str, int]) -> str | None:
        for other, names in (
            ("a factor", self.names.index),
            ("an actor", self.actor_index),
            ("a parameter", self.names.parameters),
        ):
            if word in names and kind not in other:
                return f"{word!r} is {other}."
        return f"There are {', '.join(list(known)[:12])}{', ...' if len(known) > 12 else ''}." if known else None

    def actor(self, word: str, place: Place | None) -> int | None:
        """An actor's index, or None after saying that there is none."""
        return self.index("actor", word, self.actor_index, place)

    def factor(self, word: str, place: Place | None) -> int | None:
        """A factor's index, or None after saying that there is none."""
        return self.index("factor", word, self.names.index, place)

    def rule(self, word: str, place: Place | None) -> int | None:
        """The index of a chance rule by its name, or None after saying that there is none."""
        known = {rule.name: at for at, rule in enumerate(self.rules)}
        name = " ".join(word.split())
        if name not in known and not self.rules_unread:
            hint = did_you_mean(name, known) or self._instead("chance rule", name, known)
            self.error(f"There is no chance rule {name!r}", place, hint, "unknown-rule")
        return known.get(name)

    @property
    def rules_unread(self) -> bool:
        """Whether there may be chance rules whose names could not be read."""
        return any(path[:1] == ("chance",) and (len(path) < 3 or path[2] == "about") for path in self.mended)

    def level_of(self, factor: int, word: str, place: Place | None) -> int | None:
        """The index of one of a factor's levels by name."""
        entry = self.factors[factor]
        if word in entry.levels:
            return entry.levels.index(word)
        if entry.name not in self.broken:
            hint = did_you_mean(word, entry.levels) or f"Its levels are {', '.join(entry.levels[:12])}."
            self.error(f"{entry.name!r} has no level {word!r}", place, hint, "unknown-level")
        return None

    def settle(self, values: Mapping[str, object], *steps: str | int) -> dict[int, int]:
        """factor: level pairs as indices."""
        settled = {}
        for word, value in values.items():
            factor = self.factor(word, self.key(*steps, word))
            if factor is None:
                continue
            text = self.written(str(value), *steps, word).text
            level = self.level_of(factor, text, self.at(*steps, word))
            if level is not None:
                settled[factor] = level
        return settled

    # claims and months

    def cited(self, ids: Iterable[str], *steps: str | int) -> tuple[str, ...]:
        """Claim ids, each checked against the claims there are."""
        kept = []
        for position, word in enumerate(ids):
            place = self.at(*steps, position)
            if word in kept:
                self.found.warning(f"Claim {word!r} is cited twice here", place, None, "cited-twice")
            elif self.document.claims is None:
                self.error(
                    f"Claim {word!r} is cited, but no claims file is named",
                    place,
                    "Add 'claims: claims.yaml'.",
                    "no-claims",
                )
            elif word not in self.claims and not self.claims.damaged:
                self.error(f"There is no claim {word!r}", place, did_you_mean(word, self.claims), "unknown-claim")
            kept.append(word)
        return tuple(dict.fromkeys(kept))

    def month(self, text: str, place: Place | None) -> Month:
        """A month, or a harmless one after an error."""
        try:
            return Month.parse(text)
        except ValueError as error:
            self.error(str(error), place, None, "bad-month")
            return Month(2000, 1)

    def know(self, factors: tuple[Factor, ...], parameters: tuple[Parameter, ...]) -> None:
        """From here on, formulas can be read."""
        self.factors, self.parameters = factors, parameters
        self.actor_index = {word: at for at, word in enumerate(self.document.actors)}
        words = frozenset(parameter.name for parameter in parameters) - self.broken
        self.names = naming.Names(factors, words, frozenset(self.actor_index), frozenset(self.broken))

    def act(self, actions: tuple[Action, ...], rules: tuple[Rule, ...]) -> None:
        """From here on, actions and rules can be named."""
        self.actions, self.rules = actions, rules
        for at, action in enumerate(actions):
            self.action_index.setdefault(action.actor, {})[action.name] = at
