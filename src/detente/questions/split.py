"""The change of a chance between two situations, split among the forces that differ.

Between situations A and B some factors differ. Each force of the case holds some of them; those that no force holds are
`other`; and the `calendar`, what is dated ahead, is a force of its own. A mixture takes the factors of some forces, and
the calendar or not, from B and the rest from A. Play is known in every state, so each mixture has its chance v, the
last of them B's own and the first A's; a force's share is its Shapley value (:mod:`detente.questions.shapley`), and

    sum of the shares = v(B) - v(A).

A factor by which the outcome is defined would explain the outcome by itself. Where a force holds one that differs, it
is taken out of the force and counted in `other`, and that is said.

**Mixtures that cannot be.** `never` excludes some combinations, and others come about from no situation; no state is
there to be looked up. Such a mixture is scored by the mean over the mixtures nearest to it, those that exchange the
fewest forces, among those that can be. So A and B, and forces among themselves, are treated alike: no order of forces
enters, and turning A and B round turns the signs of the shares. ``excluded`` is the part of each share's weight in
which such a mixture enters: what in the share is owed to this rule.

The chance is that of the outcome coming about by the horizon; where it holds at A or at B, that it holds then (`at`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.calendar import schedule
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.questions.asked import chances
from detente.questions.shapley import shapley, sizes, weight_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import OutcomeSpec, Scenario, Situation

OTHER, CALENDAR = "other", "calendar"
LEADERS = "leaders"  # set against all other forces, where the case has them
MOST = 14  # forces that differ


@dataclass(frozen=True, eq=False)
class Split:
    """Shares of n forces. M members: the one at the likely numbers, then the draws; chances throughout."""

    outcome: OutcomeSpec
    first: Situation
    second: Situation
    months: int
    kind: str  # 'by' or 'at'
    forces: tuple[str, ...]  # n
    factors: tuple[tuple[int, ...], ...]  # those that differ, by force; none of the calendar's
    moved: tuple[tuple[str, int], ...]  # (force, factor): taken out of the force, since it defines the outcome
    worth: np.ndarray  # (M, 2^n) by mixture: bit i says that force i is as in the second situation
    exists: np.ndarray  # (2^n,) bool: the mixture is a state; elsewhere it is scored by the rule
    shares: np.ndarray  # (M, n)
    excluded: np.ndarray  # (n,) the part of each share's weight in which mixtures that cannot be enter

    @property
    def change(self) -> np.ndarray:
        """(M,) the chance at the second situation less that at the first."""
        return np.asarray(self.worth[:, -1] - self.worth[:, 0])

    @property
    def direction(self) -> float:
        """1 where the chance rises at the likely numbers, -1 where it falls."""
        return -1.0 if self.change[0] < 0 else 1.0

    def part(self, forces: Sequence[str]) -> np.ndarray:
        """(M,) what these forces together contribute to the change, in its direction; 0 from one that is the same."""
        return np.asarray(self.direction * self.shares[:, [force in forces for force in self.forces]].sum(axis=1))


def split(solved: Ensemble, outcome: OutcomeSpec, first: Situation, second: Situation, months: int) -> Split:
    """The shares of the forces in the change of the outcome's chance from the first situation to the second."""
    scenario = solved.scenario
    forces, moved = differing(scenario, outcome, first, second)
    dated = schedule(scenario, first, months).events != schedule(scenario, second, months).events
    if len(forces) + dated > MOST:
        raise DetenteError(f"{first.name} and {second.name} differ in {len(forces)} forces; {MOST} are the most.")
    found = solved.solutions.structure.states.find(mixtures(first.levels, second.levels, list(forces.values())))
    for situation, state in ((first, found[0]), (second, found[-1])):
        if state < 0:
            raise DetenteError(f"The situation {situation.name!r} is excluded by `never`; `detente check` says how.")
    kind = _kind(solved, outcome, (int(found[0]), int(found[-1])))
    sides = [chances(solved, outcome, since, months, kind) for since in ((first, second) if dated else (first,))]
    worth = np.concatenate([side[:, np.maximum(found, 0)] for side in sides], axis=1)
    exists = np.tile(found >= 0, len(sides))
    worth = filled(worth, exists)
    names = (*forces, CALENDAR) if dated else tuple(forces)
    return Split(
        outcome,
        first,
        second,
        months,
        kind,
        names,
        (*forces.values(), ()) if dated else tuple(forces.values()),
        moved,
        worth,
        exists,
        shapley(worth),
        weight_of(~exists),
    )


def differing(
    scenario: Scenario, outcome: OutcomeSpec, first: Situation, second: Situation
) -> tuple[dict[str, tuple[int, ...]], tuple[tuple[str, int], ...]]:
    """The factors that differ, by force, `other` last; and those taken out of a force since they define the outcome."""
    free = [f for f, (a, b) in enumerate(zip(first.levels, second.levels, strict=True)) if a != b]
    defining = outcome.when.factors if outcome.when is not None else frozenset()
    found, moved = dict[str, tuple[int, ...]](), list[tuple[str, int]]()
    for name, factors in scenario.forces.items():
        mine = [f for f in free if f in factors]
        moved += [(name, f) for f in mine if f in defining]
        if kept := tuple(f for f in mine if f not in defining):
            found[name] = kept
            free = [f for f in free if f not in kept]
    return found | ({OTHER: tuple(free)} if free else {}), tuple(moved)


def mixtures(first: Sequence[int], second: Sequence[int], groups: Sequence[Sequence[int]]) -> np.ndarray:
    """(2^n, F) levels: those of the first, with the groups of factors whose bit is set from the second."""
    levels = np.tile(np.asarray(first, dtype=np.int64), (1 << len(groups), 1))
    masks = np.arange(len(levels))
    for bit, group in enumerate(groups):
        there, mine = np.flatnonzero(masks >> bit & 1), np.array(group, dtype=np.int64)
        levels[there[:, None], mine] = np.asarray(second, dtype=np.int64)[mine]
    return levels


def filled(worth: np.ndarray, exists: np.ndarray) -> np.ndarray:
    """Worths (..., 2^n) with those that do not exist, bool (2^n,), scored by the mean of the nearest that do."""
    known, count = np.flatnonzero(exists), len(exists).bit_length() - 1
    size, scored = sizes(count), worth.copy()
    for mixture in np.flatnonzero(~exists):
        far = size[known ^ mixture]
        scored[..., mixture] = worth[..., known[far == far.min()]].mean(axis=-1)
    return scored


def _kind(solved: Ensemble, outcome: OutcomeSpec, states: tuple[int, int]) -> str:
    (target,) = targets_of(solved.solutions.structure, [outcome])
    return "at" if target.holds is not None and target.holds[list(states)].any() else "by"
