"""Effects and chances: the ways in which a step can turn out.

A step's ``then`` may set factors to levels, or to one of several levels with a chance each (a distribution). Its
``chance`` lists exclusive alternatives, each of which adds to or overrides ``then``; what remains is ``then`` alone.
Here all of that is multiplied out into branches, whose probabilities sum to one. Where the written chances sum to one
by themselves, whatever the parameters, nothing remains and no branch is made for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from detente.scenario import terms
from detente.scenario.formula import Formula, LevelFormula, constant, difference, times
from detente.scenario.model import Branch
from detente.source import Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detente.problems import Place
    from detente.scenario.document import ChanceText
    from detente.scenario.reading import Reading
    from detente.source import Steps

MOST_BRANCHES = 64
_CLOSE = 1e-9
_SAMPLED = 4096  # combinations of levels at which sums of chances are tried


@dataclass(frozen=True)
class _Way:
    """One way for one factor, or for a step: its chance (None: sure), and what it sets."""

    chance: Formula | None
    effects: Mapping[int, LevelFormula]
    written: tuple[Formula, ...] = ()
    about: str = ""


def branches(
    reading: Reading, then: Mapping[str, object], chance: Sequence[ChanceText], place: Place | None, *at: str | int
) -> tuple[Branch, ...]:
    """The branches of a step whose entry is at a path."""
    base = effects(reading, then, *at, "then")
    alternatives = []
    for position, entry in enumerate(chance):
        if (*at, "chance", position) in reading.mended:
            continue
        p = probability(reading, entry.p, *at, "chance", position, "p")
        override = effects(reading, entry.then, *at, "chance", position, "then")
        alternatives.append((p, {**base, **override}, entry.about))
    ways: list[_Way] = []
    rest = remainder(reading, [p for p, _, _ in alternatives], place, (*at, "chance"))
    for p, sets, about in alternatives:
        ways += [replace(_joined(p, way), about=about) for way in _expanded(sets)]
    if rest is not None:
        ways += [_joined(rest if alternatives else None, way) for way in _expanded(base)]
    if len(ways) > MOST_BRANCHES:
        message = f"This can turn out in {len(ways)} ways; at most {MOST_BRANCHES} can be followed"
        reading.error(message, place, "Split it into several rules or actions.", "too-many-branches")
    return tuple(Branch(way.chance or constant(1.0, place), way.effects, way.written, way.about) for way in ways)


def effects(reading: Reading, then: Mapping[str, object], *at: str | int) -> dict[int, tuple[_Way, ...]]:
    """For each factor set: the ways in which it is set."""
    found: dict[int, tuple[_Way, ...]] = {}
    for word, value in then.items():
        factor = reading.factor(word, reading.key(*at, word))
        if factor is None or word in reading.broken:
            reading.lost.add((*at, word))
            continue
        if isinstance(value, dict):
            found[factor] = _distribution(reading, factor, value, *at, word)
        else:
            formula = reading.level(reading.written(str(value), *at, word), factor, *at, word)
            found[factor] = (_Way(None, {factor: formula}),)
    return found


def sure(
    reading: Reading, then: Mapping[str, object], *at: str | int, what: str = "A refusal"
) -> dict[int, LevelFormula]:
    """Effects without chance, as after a refusal."""
    found: dict[int, LevelFormula] = {}
    for factor, ways in effects(reading, then, *at).items():
        if any(way.chance is not None for way in ways):
            place = reading.key(*at, reading.factors[factor].name)
            reading.error(f"{what} has one effect, not several with chances", place, None, "refused-chance")
        found.update(ways[0].effects)
    return found


def probability(reading: Reading, text: str, *at: str | int) -> Formula:
    """A written chance; a number outside 0 to 1 is an error at once."""
    formula = reading.number(text, *at)
    if isinstance(formula.term, terms.Constant) and not 0 <= formula.term.number <= 1:
        message = f"A chance lies between 0 and 1, and here is {formula.term.number:g}"
        reading.error(message, formula.place, None, "chance-range")
    return formula


def remainder(reading: Reading, chances: list[Formula], place: Place | None, at: Steps) -> Formula | None:
    """What remains beside these chances, or None where nothing does."""
    if not chances:
        return constant(1.0, place)
    fixed = [formula.term.number for formula in chances if isinstance(formula.term, terms.Constant)]
    if sum(fixed) > 1 + _CLOSE and max(fixed) <= 1:
        message = f"The chances here sum to {sum(fixed):g}, more than 1"
        reading.error(message, reading.key(*at), None, "chances-beyond-one")
        return None
    if _complete(reading, chances):
        return None
    rest = difference(constant(1.0), *chances)
    return Formula(rest.text, rest.term, "number", place, rest.literals)


def _complete(reading: Reading, chances: list[Formula]) -> bool:
    """Whether the chances sum to one identically: tried at several parameter values and many states."""
    reads = sorted(frozenset().union(*(formula.factors for formula in chances)))
    sizes = [max(1, len(reading.factors[factor].levels)) for factor in reads]
    count = min(prod(sizes), _SAMPLED)
    step = max(1, prod(sizes) // count)
    levels = np.zeros((count, len(reading.factors)), dtype=np.int64)
    rest = np.arange(count) * step
    for factor, size in zip(reads, sizes, strict=True):
        levels[:, factor], rest = rest % size, rest // size
    for share in (0.1273, 0.5, 0.8419):
        numbers = {p.name: p.low + (p.high - p.low) * share for p in reading.parameters}
        total = sum(np.asarray(formula(levels, numbers)) for formula in chances)
        if not np.all(np.abs(total - 1) <= _CLOSE):
            return False
    return True


def _distribution(reading: Reading, factor: int, chances: Mapping[str, str], *at: str | int) -> tuple[_Way, ...]:
    ways, kept = [], []
    for word, text in chances.items():
        p = probability(reading, text, *at, word)
        key = reading.source.keys.get((*at, word))
        formula = reading.level(Written(word, reading.source, key) if key else Written(word), factor, *at, word)
        kept.append(p)
        ways.append(_Way(p, {factor: formula}, (p,)))
    rest = remainder(reading, kept, reading.key(*at), at)
    return tuple(ways) if rest is None else (*ways, _Way(rest, {}))


def _expanded(sets: Mapping[int, tuple[_Way, ...]]) -> list[_Way]:
    """Every combination of the factors' ways."""
    if prod(len(ways) for ways in sets.values()) > 16 * MOST_BRANCHES:
        return [_Way(None, {})] * (MOST_BRANCHES + 1)
    combined = []
    for combination in product(*sets.values()):
        way = _Way(None, {})
        for part in combination:
            way = _joined(part.chance, _Way(way.chance, {**way.effects, **part.effects}, way.written), part.written)
        combined.append(way)
    return combined


def _joined(chance: Formula | None, way: _Way, written: tuple[Formula, ...] | None = None) -> _Way:
    """A way that also needs another chance to come true."""
    if chance is None:
        return way
    both = chance if way.chance is None else times(chance, way.chance)
    named = (chance,) if written is None and chance.tree is not None else written or ()
    return _Way(both, way.effects, (*named, *way.written))
