"""Formulas looked up for states given by number.

A :class:`Space` numbers all combinations of levels in mixed radix, ``code = strides . levels``. A formula reads few
factors, so a :class:`Lookup` evaluates it once, on the few combinations of their levels, and then takes its value for
any number of states by their local number. A :class:`Move` is a step in that form: an effect on a factor adds
``(new level - old level) * stride`` to a state's number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError
from detente.scenario.model import Action, Rule
from detente.scenario.steps import upper_positive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Scenario
    from detente.scenario.steps import Ranges, Step

MOST_LEVELS = 256  # of one factor: level indices are kept in a byte
_LARGEST_TABLE = 1 << 17  # entries; a formula that reads more combinations is evaluated on the states themselves


@dataclass(frozen=True)
class Space:
    """All combinations of levels, numbered: ``code = strides . levels``, the first factor slowest."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Space:
        """The space of a scenario's factors; refused with a sentence when it cannot be numbered."""
        for factor in scenario.factors:
            if len(factor.levels) > MOST_LEVELS:
                raise DetenteError(
                    f"Factor {factor.name!r} has {len(factor.levels):,} levels; at most {MOST_LEVELS} can be told "
                    "apart. Group them into a few that matter to somebody's choice."
                )
        sizes = tuple(len(factor.levels) for factor in scenario.factors)
        if math.prod(sizes) >= 2**62:
            largest = sorted(scenario.factors, key=lambda factor: -len(factor.levels))[:3]
            named = ", ".join(f"{factor.name!r} ({len(factor.levels)} levels)" for factor in largest)
            raise DetenteError(
                f"The {len(sizes)} factors have about 10^{math.log10(math.prod(sizes)):.0f} combinations of levels, "
                f"more than can be numbered. Merge factors or levels; the largest are {named}."
            )
        return cls.numbered(sizes)

    @classmethod
    def numbered(cls, sizes: Sequence[int]) -> Space:
        """The space of factors with so many levels each."""
        strides = [1] * len(sizes)
        for at in range(len(sizes) - 2, -1, -1):
            strides[at] = strides[at + 1] * sizes[at + 1]
        return cls(tuple(sizes), tuple(strides))

    def code(self, levels: np.ndarray) -> np.ndarray:
        """The numbers of states given as levels (..., F): int64 (...)."""
        return np.asarray(levels, dtype=np.int64) @ np.array(self.strides, dtype=np.int64)

    def combinations(self, factors: Sequence[int]) -> int:
        """How many combinations of levels these factors have."""
        return math.prod(self.sizes[factor] for factor in factors)

    def spread(self, factors: Sequence[int], local: np.ndarray) -> np.ndarray:
        """The levels of combinations of these factors given by local number, zero elsewhere: intp (T, F)."""
        found = np.zeros((len(local), len(self.sizes)), dtype=np.intp, order="F")
        for factor in reversed(factors):
            local, found[:, factor] = np.divmod(local, self.sizes[factor])
        return found

    def levels(self, codes: np.ndarray) -> np.ndarray:
        """The levels of states given by number: uint8 (S, F)."""
        found = np.empty((len(codes), len(self.sizes)), dtype=np.uint8)
        for factor, (stride, size) in enumerate(zip(self.strides, self.sizes, strict=True)):
            found[:, factor] = codes // stride % size
        return found


class Batch:
    """Some states given by number, with what lookups share between them: columns of levels, and local numbers."""

    def __init__(self, space: Space, codes: np.ndarray):
        self.space = space
        self.codes = codes
        self._columns: dict[int, np.ndarray] = {}
        self._local: dict[tuple[int, ...], np.ndarray] = {}

    def column(self, factor: int) -> np.ndarray:
        """The level of one factor: intp (S,)."""
        if factor not in self._columns:
            level = self.codes // self.space.strides[factor] % self.space.sizes[factor]
            self._columns[factor] = level.astype(np.intp)
        return self._columns[factor]

    def levels(self) -> np.ndarray:
        """The levels of every factor: intp (S, F)."""
        found = np.empty((len(self.codes), len(self.space.sizes)), dtype=np.intp, order="F")
        for factor in range(len(self.space.sizes)):
            found[:, factor] = self.column(factor)
        return found

    def local(self, reads: tuple[int, ...]) -> np.ndarray:
        """Each state's number among the combinations of the factors read: intp (S,)."""
        found = self._local.get(reads)
        if found is None:
            found = np.zeros(len(self.codes), dtype=np.intp)
            for factor in reads:
                found = found * self.space.sizes[factor] + self.column(factor)
            self._local[reads] = found
        return found


class Lookup:
    """Values of a function of a few factors, tabulated on their combinations when there are few enough."""

    def __init__(self, function: Callable[[np.ndarray], np.ndarray], reads: frozenset[int], space: Space):
        self._function = function
        self._reads = tuple(sorted(reads))
        count = space.combinations(self._reads)
        self._table: np.ndarray | None = None
        if count <= _LARGEST_TABLE:
            every = space.spread(self._reads, np.arange(count, dtype=np.intp))
            self._table = np.array(np.broadcast_to(function(every), (count,)))

    def __call__(self, batch: Batch) -> np.ndarray:
        """The values on these states: (S,)."""
        if self._table is None:
            return np.broadcast_to(self._function(batch.levels()), (len(batch.codes),))
        return np.asarray(self._table[batch.local(self._reads)])


class Move:
    """One step, tabulated: where it is open, where each branch can happen, and by how much it changes the number."""

    def __init__(self, step: Step, space: Space, ranges: Ranges):
        self.step = step
        self._open = [guard(step.when, space)]
        if isinstance(step, Rule):
            self._open.append(_can(step.rate, space, ranges))
        self._ways = [
            (at, _can(branch.probability, space, ranges), _shifts(branch.effects, space))
            for at, branch in enumerate(step.branches)
        ]
        if isinstance(step, Action) and step.consent and step.refused:
            always = Lookup(lambda levels: np.array([True]), frozenset(), space)
            self._ways.append((-1, always, _shifts(step.refused, space)))

    def open(self, batch: Batch) -> np.ndarray:
        """Where the guard holds and, for a rule, the rate can be above zero: bool (S,)."""
        mask = self._open[0](batch)
        for also in self._open[1:]:
            mask = mask & also(batch)
        return mask

    def ways(self, batch: Batch) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """For each branch that changes something: its index, the states it comes from, those it leads to."""
        mask = self.open(batch)
        if not mask.any():
            return
        before = batch.codes[mask]
        for branch, can, shifts in self._ways:
            following = before
            for shift in shifts:
                following = following + shift(batch)[mask]
            happens = can(batch)[mask] & (following != before)
            if happens.any():
                yield branch, before[happens], following[happens]


def guard(formula: Formula, space: Space) -> Lookup:
    """A condition on the state, tabulated."""
    return Lookup(lambda levels: np.asarray(formula(levels, {}), dtype=bool), formula.factors, space)


def _can(formula: Formula, space: Space, ranges: Ranges) -> Lookup:
    return Lookup(lambda levels: upper_positive(formula, levels, ranges), formula.factors, space)


def _shifts(effects: Mapping[int, LevelFormula], space: Space) -> list[Lookup]:
    return [_shift(factor, effect, space) for factor, effect in effects.items()]


def _shift(factor: int, effect: LevelFormula, space: Space) -> Lookup:
    stride = space.strides[factor]

    def difference(levels: np.ndarray) -> np.ndarray:
        return np.asarray((np.asarray(effect(levels), dtype=np.int64) - levels[:, factor]) * stride)

    return Lookup(difference, effect.factors | {factor}, space)


def distinct(*parts: np.ndarray) -> np.ndarray:
    """The numbers in these arrays, ascending, without repetition (for many equal ones quicker than np.unique)."""
    together: np.ndarray = np.sort(np.concatenate(parts))
    return np.asarray(together[np.concatenate([together[:1] == together[:1], together[1:] != together[:-1]])])


def known(codes: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which of ``codes`` are in ``among``, which ascends without repetition: bool (S,)."""
    if not len(among):
        return np.zeros(len(codes), dtype=bool)
    at = np.minimum(np.searchsorted(among, codes), len(among) - 1)
    return np.asarray(among[at] == codes)


def without(codes: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Those of ``codes`` that are not in ``among``, which ascends without repetition."""
    return np.asarray(codes[~known(codes, among)])
