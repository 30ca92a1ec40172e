"""Which states can come about: the closure of the starting states under every step.

Begin with the starting states (:mod:`detente.scenario.starts`); add what any open action, its refusal or any chance
rule can lead to, until nothing is new. A branch counts as possible where its probability can be above zero within the
declared ranges, a rule where its rate can. Combinations that ``never`` excludes are left out; a step that leads into
one is recorded (the checks make an error of it), not followed.

States are numbers in mixed radix and sets of states sorted arrays, so that a round costs a few lookups a step and a
sort. Time and memory are bounded: the search stops as soon as it passes the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import is_
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError
from detente.scenario.limit import Limit
from detente.scenario.lookup import Batch, Move, Space, distinct, guard, known, without
from detente.scenario.starts import starts
from detente.scenario.steps import declared, steps_of

if TYPE_CHECKING:
    from detente.scenario.model import Scenario
    from detente.scenario.steps import Ranges, Step

LIMIT = 200_000
_MOST_TURNS = 400_000  # rounds times steps, some seconds; only a counter of many digits takes so many
_SPREAD = 2_000_000  # successors held before they are merged
_last: list[tuple[list[object], Reach]] = []  # of which scenario, by its parts, and the answer; one at most


@dataclass(frozen=True)
class Forbidden:
    """A way from a reachable state into a combination that ``never`` excludes."""

    step: Step
    branch: int  # -1: its refusal
    before: tuple[int, ...]
    following: tuple[int, ...]


@dataclass(frozen=True)
class Reach:
    """The reachable states, ascending by number, and the steps that would leave them."""

    space: Space
    codes: np.ndarray  # (S,) int64, ascending
    moves: tuple[Move, ...]  # the actions, then the rules
    ranges: Ranges  # of the parameters, over which a chance counted as possible
    forbidden: tuple[Forbidden, ...]

    @property
    def levels(self) -> np.ndarray:
        """(S, F) uint8."""
        return self.space.levels(self.codes)


def reachable(scenario: Scenario, limit: int = LIMIT) -> np.ndarray:
    """The reachable states as level indices, uint8 (S, F); DetenteError when there are more than ``limit``."""
    return closure(scenario, limit).levels


def closure(scenario: Scenario, limit: int = LIMIT) -> Reach:
    """The reachable states, and the steps that lead where nothing may; DetenteError when there are too many.

    The last answer is kept: a case is judged, and then compiled. It is that of the very same parts, which nobody is to
    change in place.
    """
    parts = _parts(scenario)
    for of, reach in _last:
        if len(of) == len(parts) and all(map(is_, of, parts)) and len(reach.codes) <= limit:
            return reach
    reach = _closure(scenario, limit)
    _last[:] = [(parts, reach)]
    return reach


def _parts(scenario: Scenario) -> list[object]:
    """All parts of a scenario but what was found wrong with it."""
    parts: list[object] = []
    for each in fields(scenario):
        if each.name != "warnings":
            value = getattr(scenario, each.name)
            parts += [len(value), *value] if isinstance(value, tuple) else [value]
    return parts


def _closure(scenario: Scenario, limit: int) -> Reach:
    space = Space.of(scenario)
    bound = Limit(scenario, space, limit)
    search = _Search(scenario, space, bound)
    seen = search.allowed(starts(scenario, space, bound))
    fresh, rounds = seen, 0
    while len(fresh):
        rounds += 1
        if rounds * len(search.moves) > _MOST_TURNS:
            raise DetenteError(_endless(len(seen), rounds, scenario))
        fresh = without(search.spread(fresh), seen)
        seen = distinct(seen, fresh)
        bound.hold(seen)
    forbidden = tuple(search.forbidden[key] for key in sorted(search.forbidden))
    return Reach(space, seen, search.moves, search.ranges, forbidden)


class _Search:
    """One round of the closure at a time."""

    def __init__(self, scenario: Scenario, space: Space, bound: Limit):
        self.ranges = declared(scenario)
        self.moves = tuple(Move(step, space, self.ranges) for step in steps_of(scenario))
        self.forbidden: dict[tuple[int, int], Forbidden] = {}
        self._never = [guard(formula, space) for formula in scenario.never]
        self._space = space
        self._bound = bound

    def spread(self, fresh: np.ndarray) -> np.ndarray:
        """What one step from these states leads to: ascending numbers without repetition."""
        batch = Batch(self._space, fresh)
        found, held = [fresh[:0]], 0
        for move in self.moves:
            for _, _, following in move.ways(batch):
                found.append(following)
                held += len(following)
            if held > _SPREAD:
                found = [distinct(*found)]
                held = len(found[0])
                self._bound.hold(found[0])
        together = distinct(*found)
        kept = self.allowed(together)
        if len(kept) < len(together):
            self._blame(batch, without(together, kept))
        return kept

    def allowed(self, codes: np.ndarray) -> np.ndarray:
        """Those of these states that `never` does not exclude."""
        kept = np.ones(len(codes), dtype=bool)
        batch = Batch(self._space, codes)
        for excluded in self._never:
            kept &= ~excluded(batch)
        return codes[kept]

    def _blame(self, batch: Batch, excluded: np.ndarray) -> None:
        """Note the first way of each branch into an excluded state."""
        for number, move in enumerate(self.moves):
            for branch, before, following in move.ways(batch):
                wrong = np.flatnonzero(known(following, excluded))
                if len(wrong) and (number, branch) not in self.forbidden:
                    pair = self._space.levels(np.array([before[wrong[0]], following[wrong[0]]])).tolist()
                    self.forbidden[number, branch] = Forbidden(move.step, branch, tuple(pair[0]), tuple(pair[1]))


def _endless(found: int, rounds: int, scenario: Scenario) -> str:
    factor = max(scenario.factors, key=lambda factor: len(factor.levels))
    return (
        f"After {rounds:,} steps in a row new states still come up ({found:,} so far), as if a factor were a counter. "
        f"Give the counter fewer levels; the factor with most is {factor.name!r} ({len(factor.levels)} levels)."
    )
