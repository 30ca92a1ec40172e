"""What the checks look at: the reachable states, and what every step does in them, worked out once.

A formula reads few factors, so it is judged on the distinct combinations of their levels that occur among the states
where it counts (its *rows*), not on the states.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.checks.damage import NONE, unread
from detente.scenario.lookup import Batch, distinct, guard
from detente.scenario.model import Action, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from detente.problems import Place
    from detente.scenario.checks.damage import Damage
    from detente.scenario.formula import Formula
    from detente.scenario.lookup import Move
    from detente.scenario.model import Scenario
    from detente.scenario.reach import Reach
    from detente.scenario.steps import Step

_EFFORT = 4_000_000  # characters of a formula times combinations that it is judged on
_LEAST_JUDGED = 1000  # combinations, however long the formula
_NUMBERS = ("likely", "low", "high")
_MARKED = 1 << 20  # combinations that are marked one by one rather than sorted


@dataclass(frozen=True, eq=False)
class Rows:
    """Distinct combinations of some factors' levels; the other factors are at zero."""

    reads: tuple[int, ...]
    levels: np.ndarray  # (T, F)

    def __len__(self) -> int:
        return len(self.levels)

    def of(self, row: int) -> dict[int, int]:
        """Factor index -> level index, of the factors read."""
        return {factor: int(self.levels[row, factor]) for factor in self.reads}


@dataclass(frozen=True, eq=False)
class Deeds:
    """What a step does in the reachable states."""

    step: Step
    open: np.ndarray  # (S,) bool: its guard holds and, for a rule, its rate can be above zero
    shifts: tuple[dict[int, bool], ...]  # for each branch: factor that it sets -> whether that ever changes it
    refusal: dict[int, bool]  # the same for a refusal

    @property
    def changes(self) -> bool:
        """Whether it ever changes anything, taken or refused."""
        return any(any(shift.values()) for shift in (*self.shifts, self.refusal))


class Survey:
    """A scenario with its reachable states.

    ``used`` and ``left`` tell for each factor which of its levels a reachable state has, and which of them some step
    leaves: bool (levels,). ``damage`` is what of the scenario could not be read; its states are then those that it has
    at most, or surely, and its steps those of the scenario that are known so far.
    """

    def __init__(self, scenario: Scenario, reach: Reach, damage: Damage = NONE):
        self.scenario = scenario
        self.reach = reach
        self.damage = damage
        self.ranges = reach.ranges
        self.batch = Batch(reach.space, reach.codes)
        self.used = tuple(np.zeros(size, dtype=bool) for size in reach.space.sizes)
        self.left = tuple(np.zeros(size, dtype=bool) for size in reach.space.sizes)
        for factor, marks in enumerate(self.used):
            marks[self.batch.column(factor)] = True
        self.deeds = {id(move.step): self._deeds_of(move) for move in reach.moves}

    def place(self, *steps: str | int) -> Place | None:
        """The place of a key in the file, where the file is known."""
        return self.scenario.source.key_place(*steps) if self.scenario.source else None

    def open(self, step: Step) -> np.ndarray:
        """Where a step can happen: bool (S,)."""
        return self.deeds[id(step)].open

    def knows(self, step: Step) -> bool:
        """Whether a step is among those followed."""
        return id(step) in self.deeds

    def blurred(self, step: Step) -> bool:
        """Whether anything of a step could not be read."""
        return self.damage.blurred(step, self.scenario)

    def readable(self, formula: Formula) -> bool:
        """Whether a number, and every number that it reads, could be read."""
        lost = any(self.damage.touched("parameters", name, key) for name in formula.parameters for key in _NUMBERS)
        return not lost and not unread(formula)

    def counts(self, owner: object) -> np.ndarray | None:
        """The states in which formulas of this entry count; None: all."""
        return self.open(owner) if isinstance(owner, (Action, Rule)) else None

    def holds(self, condition: Formula) -> np.ndarray:
        """Where a condition on the state holds: bool (S,)."""
        return guard(condition, self.reach.space)(self.batch)

    def rows(self, reads: Iterable[int], where: np.ndarray | None = None) -> Rows:
        """The combinations of these factors' levels that occur (where a mask holds)."""
        space, wanted = self.reach.space, tuple(sorted(reads))
        local = self.batch.local(wanted)
        if where is not None:
            local = local[where]
        size = space.combinations(wanted)
        if size <= _MARKED:
            marks = np.zeros(size, dtype=bool)
            marks[local] = True
            local = np.flatnonzero(marks)
        else:
            local = distinct(local)
        return Rows(wanted, space.spread(wanted, local))

    def rows_of(self, formula: Formula, where: np.ndarray | None = None) -> Rows:
        """The combinations on which a formula is judged: all, or an even part of very many if the formula is long."""
        rows = self.rows(formula.factors, where)
        most = max(_LEAST_JUDGED, _EFFORT // max(1, len(formula.text)))
        return rows if len(rows) <= most else Rows(rows.reads, rows.levels[:: -(-len(rows) // most)])

    def everywhere(self, formula: Formula) -> Rows:
        """One row for a formula that reads no factor; none for others, as it is not known where they count."""
        return Rows((), np.zeros((0 if formula.factors else 1, len(self.reach.space.sizes)), dtype=np.intp))

    @cached_property
    def likely(self) -> dict[str, float]:
        """The central numbers."""
        return self.scenario.likely

    def told(self, levels: Mapping[int, int], numbers: Mapping[str, float] | None = None) -> str:
        """'test_works is 0.8 and deterrent is icbm'."""
        factors = self.scenario.factors
        parts = [f"{name} is {value:.6g}" for name, value in sorted((numbers or {}).items())]
        parts += [f"{factors[factor].name} is {factors[factor].levels[level]}" for factor, level in levels.items()]
        return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    def _deeds_of(self, move: Move) -> Deeds:
        step = move.step
        shifts: list[dict[int, bool]] = [dict.fromkeys(branch.effects, False) for branch in step.branches]
        refusal = dict.fromkeys(step.refused, False) if isinstance(step, Action) else {}
        for branch, before, following in move.ways(self.batch):
            changed = refusal if branch < 0 else shifts[branch]
            for factor in changed:
                changed[factor] = self._note(factor, before, following)
        return Deeds(step, move.open(self.batch), tuple(shifts), refusal)

    def _note(self, factor: int, before: np.ndarray, following: np.ndarray) -> bool:
        stride, size = self.reach.space.strides[factor], self.reach.space.sizes[factor]
        old, new = before // stride % size, following // stride % size
        self.left[factor][old[old != new]] = True
        return bool((old != new).any())
