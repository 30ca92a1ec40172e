"""What of a file could not be read, and what therefore is not judged.

Checks go on when a file has mistakes, on the reading as it was mended. Two readings bracket what the author may have
meant, so that no finding is a consequence of the mending:

- *at most*: a guard that could not be read holds everywhere, and a factor that something unread may set goes to any
  level at any time. What never happens even then never happens.
- *surely*: steps and situations with something unread are left out. A number that leaves its meaning even then does.

A formula that could not be read stands as ``?`` in its own text and so in every text made of it. Of the rest the paths
are known (a key that is unknown, a value of the wrong kind), and the words written there: a parameter that is named
in what could not be read, or nearly so, is not called unused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from detente.scenario.formula import Formula, LevelFormula, ToLevel, always, constant
from detente.scenario.model import Action, Branch, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detente.problems import Place, Problem
    from detente.scenario.model import Interest, OutcomeSpec, Scenario
    from detente.source import Source, Steps

Owner: TypeAlias = "Action | Rule | Interest | OutcomeSpec"

UNREAD = "?"  # the text of a formula that could not be read; no formula has this sign
_WORD = re.compile(r"[^\W\d]\w*")
_MOST_WORDS = 300  # unknown words that are compared with the names there are
_DEPTH = {"deals": 1, "actions": 3, "interests": 3} | dict.fromkeys(
    ("actors", "factors", "parameters", "chance", "outcomes", "situations", "what_if"), 2
)  # how deep an entry's own keys lie
_ASIDE = frozenset(("title", "about", "format", "unit", "noise", "moves", "claims", "basis", "note", "name", "date"))
_ASKED = frozenset(("ask", "theses", "paths", "record", "agreements"))  # these sections change nothing that is checked
_PAYS = frozenset(("cost", "gain", "asking", "weight", "needs"))  # these move no factor
_STILL = frozenset(("interests", "outcomes", "actors", "parameters", "never", "factors"))  # nor do these sections
_SHAPE = frozenset(("unknown-key", "missing-key", "wrong-type", "empty-value"))  # told at the owner's place
_SLIGHT = frozenset(("no-date", "bad-month", "unknown-claim", "no-claims", "basis", "estimate-without-note"))


@dataclass(frozen=True)
class Damage:
    """``lost``: paths of what could not be read. ``words``: names in it. ``moved``: factors that it may set."""

    lost: frozenset[Steps] = frozenset()
    words: frozenset[str] = frozenset()
    moved: frozenset[int] = frozenset()
    veiled: frozenset[int] = frozenset()  # factors named under `never` where that could not be read
    told: frozenset[Place] = frozenset()  # where a mistake is told already
    rules: dict[Place | None, int] = field(default_factory=dict)  # a rule's place -> its position in the file

    def touched(self, *steps: str | int) -> bool:
        """Whether something at this path, below or above it was lost."""
        return any(path[: len(steps)] == steps[: len(path)] for path in self.lost)

    def base(self, step: Action | Rule, scenario: Scenario) -> Steps:
        """The path of a step."""
        if isinstance(step, Action):
            return "actions", scenario.actors[step.actor].name, step.name
        return "chance", self.rules.get(step.place, -1)

    def blurred(self, step: Action | Rule, scenario: Scenario) -> bool:
        """Whether anything of a step is not as its author meant it."""
        return bool(self.lost) and (self.touched(*self.base(step, scenario)) or any(map(unread, _formulas(step))))

    def sure(self, step: Action | Rule, scenario: Scenario) -> bool:
        """Whether it is known where a step is open and where it leads, whatever it pays."""
        if any(map(unread, _shaping(step))):
            return False
        base = self.base(step, scenario)
        here = [path for path in self.lost if path[: len(base)] == base[: len(path)]]
        return all(len(path) > len(base) and path[len(base)] in _PAYS for path in here)


NONE = Damage()


def unread(formula: Formula | LevelFormula) -> bool:
    """Whether a formula, or a part of it, could not be read."""
    return UNREAD in formula.text


def widest(scenario: Scenario, damage: Damage) -> Scenario:
    """The scenario with all that it may mean at most."""
    free = tuple(_anywhere(factor, len(scenario.factors[factor].levels)) for factor in sorted(damage.moved))
    known = {situation.name for situation in scenario.situations}
    return replace(
        scenario,
        rules=scenario.rules + free,
        never=tuple(test for test in scenario.never if not unread(test)),
        what_ifs=tuple(what_if for what_if in scenario.what_ifs if what_if.situation in known),
    )


def surest(scenario: Scenario, damage: Damage) -> Scenario:
    """The scenario without what could not be read."""
    if not damage.lost:
        return scenario
    situations = tuple(one for one in scenario.situations if _whole(one.name, scenario, damage))
    known = {situation.name for situation in situations}
    return replace(
        scenario,
        actions=tuple(step for step in scenario.actions if damage.sure(step, scenario)),
        rules=tuple(step for step in scenario.rules if damage.sure(step, scenario)),
        situations=situations,
        forces={} if damage.touched("forces") else scenario.forces,
        never=tuple(test for test in scenario.never if not unread(test)),
        deals=None if damage.touched("deals") else scenario.deals,
        what_ifs=tuple(
            one for one in scenario.what_ifs if one.situation in known and not damage.touched("what_if", one.name)
        ),
    )


def damage_of(scenario: Scenario, source: Source, mended: Iterable[Steps], errors: Iterable[Problem]) -> Damage:
    """What was lost: the paths mended while reading, and those at which a mistake in a name or a formula was told."""
    told = [error for error in errors if error.place is not None and error.place.file == source.file]
    places = [error.place for error in told if error.code not in _SHAPE | _SLIGHT and error.place is not None]
    lost = {path for path in (*mended, *_paths(source, places)) if path and not _aside(path)}
    names = {actor.name for actor in scenario.actors} | {factor.name for factor in scenario.factors}
    names |= {parameter.name for parameter in scenario.parameters}
    words, moved, veiled = set[str](), set[str](), set[str]()
    for path in sorted(lost, key=str):
        here = _near(_words(path, source), names)
        words |= here | (set(map(str, path)) if path[0] == "interests" or not _PAYS.isdisjoint(path) else set())
        if path[0] not in _STILL and _PAYS.isdisjoint(path[2:]) and path[-1] != "when":
            moved |= here | _near(set(map(str, path)), names) | _silent(path, source, scenario)
        if path[0] == "never":
            veiled |= here
    rules = source.data.get("chance") if isinstance(source.data, dict) else None
    positions = range(len(rules) if isinstance(rules, list) else 0)
    return Damage(
        frozenset(lost),
        frozenset(words),
        _meant(moved, scenario),
        _meant(veiled, scenario),
        frozenset(error.place for error in told if error.place is not None),
        {source.key_place("chance", at, "about"): at for at in positions},
    )


def _formulas(step: Action | Rule) -> Iterator[Formula | LevelFormula]:
    yield from _shaping(step)
    yield from step.pay.values()
    if isinstance(step, Action):
        yield step.weight
        yield from step.asking.values()
        yield from (consent.lean for consent in step.consent)


def _shaping(step: Action | Rule) -> Iterator[Formula | LevelFormula]:
    """The formulas that say where a step is open and where it leads."""
    yield step.when
    for branch in step.branches:
        yield branch.probability
        yield from branch.effects.values()
    if isinstance(step, Rule):
        yield step.rate
    else:
        yield from step.refused.values()


def _anywhere(factor: int, levels: int) -> Rule:
    """A rule by which a factor goes to any level at any time."""
    share = constant(1 / levels)
    ways = (LevelFormula("", factor, levels - 1, ToLevel(level)) for level in range(levels))
    return Rule("", always(), constant(1.0), None, tuple(Branch(share, {factor: way}) for way in ways), {})


def _whole(name: str, scenario: Scenario, damage: Damage) -> bool:
    """Whether a situation, and those that it is like, could be read."""
    written = scenario.source.data.get("situations") if scenario.source and scenario.source.data else None
    seen = set[str]()
    while isinstance(written, dict) and isinstance(entry := written.get(name), dict):
        if name in seen or damage.touched("situations", name):
            return False
        seen.add(name)
        if "like" not in entry:
            return True
        name = str(entry["like"])
    return False


def _aside(path: Steps) -> bool:
    """Whether a path holds what no check of the reading looks at."""
    if path[0] in _ASIDE | _ASKED:
        return True
    depth = _DEPTH.get(str(path[0]), 0)
    named = path[0] == "deals" and len(path) > 3 and path[1] == "named" and path[3] in _ASIDE
    dated = path[0] == "situations" and path[depth : depth + 1] == ("next",)
    return named or dated or (0 < depth < len(path) and path[depth] in _ASIDE)


def _paths(source: Source, places: Iterable[Place]) -> Iterator[Steps]:
    """The path of what stands at each place."""
    marks = sorted(
        (mark.start, len(path), path) for marks in (source.keys, source.values) for path, mark in marks.items()
    ) if places else []  # fmt: skip
    for place in places:
        at = bisect_right(marks, (place.line, place.column), key=lambda mark: _spot(source, mark[0])) - 1
        if at >= 0:
            yield marks[at][2]


def _spot(source: Source, start: int) -> tuple[int, int]:
    place = source.at(start, start + 1)
    return place.line, place.column


def _words(path: Steps, source: Source) -> set[str]:
    """The words written at a path, keys among them."""
    here = source.data
    for step in path:
        try:
            here = here[step]
        except (LookupError, TypeError):
            return set()
    return {word for text in _texts({path[-1]: here}) for word in _WORD.findall(text)}


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        yield from map(str, data)
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from _texts(part)
    elif data is not None:
        yield str(data)


def _near(words: set[str], names: set[str]) -> set[str]:
    """These words, and the names that they may have been meant for."""
    strange = sorted(word for word in words - names if len(word) < 60)[:_MOST_WORDS]
    return words | {name for word in strange for name in get_close_matches(word, names, n=3)}


def _meant(words: set[str], scenario: Scenario) -> frozenset[int]:
    """The factors that are named, or that have a level of such a name."""
    return frozenset(
        at for at, factor in enumerate(scenario.factors) if factor.name in words or not words.isdisjoint(factor.levels)
    )


def _silent(path: Steps, source: Source, scenario: Scenario) -> set[str]:
    """The factors about which a situation says nothing, where it should."""
    if path[0] != "situations" or (len(path) > 2 and path[2] != "like"):
        return set()
    entries = source.data.get("situations")
    entry = entries.get(path[1]) if isinstance(entries, dict) and len(path) > 1 else {}
    return {factor.name for factor in scenario.factors} - set(entry if isinstance(entry, dict) else {})
