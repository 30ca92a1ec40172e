"""A case solved for all its uncertain numbers at once: what every question starts from.

The members of an ensemble are

- the central one, at the likely numbers, traced from default play;
- the same at half and at double precision, each traced from default play: how far the answer hangs on how closely
  actors follow their interests;
- the draws, each continued from the central solution, to a tolerance that no chance shows.

Draws 0, 1 and every tenth are traced from default play a second time. If the two solutions are apart, the draw was
continued onto another branch; it is then not certified, and the ensemble says so.

Solutions are looked up in the cache first and kept there, so that a second question about a case solves nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import ANSWERS, Cache, standard
from detente.ensemble.draws import draw, named
from detente.ensemble.parallel import each, workers
from detente.ensemble.processes import LARGE, solve_apart
from detente.ensemble.progress import Stage, by_share
from detente.ensemble.solutions import AGREE, Member, Numbers, Solutions, Solved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.ensemble.parallel import Stop
    from detente.ensemble.progress import Progress
    from detente.scenario.model import Scenario

EVERY = 10  # every so many draws one is traced a second time, and the first two
TOLERANCE = 1e-4  # of a draw, in log odds; the central solution has the solver's own

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A case solved at its likely numbers, at half and double precision, and at draws of its uncertain numbers."""

    scenario: Scenario
    seed: int
    numbers: np.ndarray  # (D, P)
    solutions: Solutions
    central: Member
    half: Member
    double: Member
    draws: tuple[Member, ...]
    threads: int | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """The central member, half and double precision, then the draws."""
        return (self.central, self.half, self.double, *self.draws)

    @property
    def certified(self) -> np.ndarray:
        """(D,) bool: which draws are certified."""
        return np.array([member.certified for member in self.draws], dtype=bool)

    @property
    def statement(self) -> str:
        """How far the solutions can be relied on, in a few sentences."""
        told = [self.central.statement]
        if self.draws:
            compared = [member.apart for member in self.draws if not math.isnan(member.apart)]
            off = sum(distance > AGREE for distance in compared)
            told.append(
                f"{int(self.certified.sum())} of {len(self.draws)} draws are certified; {len(compared)} were traced a "
                f"second time from default play, and {f'{off} ended elsewhere' if off else 'ended in the same place'}."
            )
        told += [f"At {one.numbers.name}: {one.statement}" for one in (self.half, self.double) if not one.certified]
        return " ".join(told)

    def solved(self, member: Member) -> Solved:
        """A member's game and solution, and its play when that is asked for; tenths of a second on a large case."""
        return self.solutions.solved(member)

    def answers(
        self,
        what: str,
        work: Callable[[Solved], Arrays],
        members: Sequence[Member] | None = None,
        progress: Progress | None = None,
        **key: Any,
    ) -> list[Arrays]:
        """``work`` done for each member, or got from the cache.

        ``what`` names the answer, and ``key`` holds all else on which it depends (the situation, the horizon).
        """
        chosen = self.members if members is None else tuple(members)
        found = [self.solutions.get(member.numbers, what, parts=ANSWERS, **key) for member in chosen]
        missing = [n for n, arrays in enumerate(found) if arrays is None]
        if missing:
            _ = self.solutions.structure  # compiled once, before there are threads

        def answer(member: Member, stop: Stop) -> Arrays:
            stop()
            arrays = work(self.solved(member))
            self.solutions.put(member.numbers, what, arrays, parts=ANSWERS, **key)
            return arrays

        stage = Stage(progress, what, len(missing))
        fresh = iter(each([partial(answer, chosen[n]) for n in missing], stage, self.threads))
        return [next(fresh) if arrays is None else arrays for arrays in found]


def ensemble(
    scenario: Scenario,
    draws: int = 50,
    seed: int = 0,
    progress: Progress | None = None,
    cache: Cache | None = None,
    threads: int | None = None,
) -> Ensemble:
    """Solve a case, or find it solved. ``threads`` changes the time it takes and nothing else.

    Raises DetenteError for a case that cannot be compiled, such as one with too many states.
    """
    solutions = Solutions(scenario, standard() if cache is None else cache)
    numbers = draw(scenario, draws, seed)
    central = solutions.central(by_share(progress, "central solution"))
    wanted = [
        Numbers("half precision", scenario.likely, 0.5),
        Numbers("double precision", scenario.likely, 2.0),
        *(
            Numbers(f"draw {n}", named(scenario, row), 1.0, "continued", n < 2 or n % EVERY == 0, TOLERANCE)
            for n, row in enumerate(numbers)
        ),
    ]
    half, double, *others = _members(solutions, wanted, central, progress, threads)
    return Ensemble(scenario, seed, numbers, solutions, central, half, double, tuple(others), threads)


def _members(
    solutions: Solutions, wanted: list[Numbers], central: Member, progress: Progress | None, threads: int | None
) -> list[Member]:
    """The other members in order: those that the cache holds, and the rest solved in parallel."""
    found = [solutions.find(numbers) for numbers in wanted]
    missing = [numbers for numbers, member in zip(wanted, found, strict=True) if member is None]
    stage = Stage(progress, "draws", len(missing))
    if not missing:
        return [member for member in found if member is not None]
    several = workers(threads)
    if several > 1 and len(missing) > several and len(solutions.structure.states) >= LARGE:
        fresh = iter(solve_apart(solutions, missing, central, stage, several))
        return [next(fresh) if member is None else member for member in found]
    origin = solutions.solved(central)

    def piece(numbers: Numbers, stop: Stop) -> Member:
        return solutions.solve(numbers, origin if numbers.how == "continued" else None, progress=stop)

    fresh = iter(each([partial(piece, numbers) for numbers in missing], stage, threads))
    return [next(fresh) if member is None else member for member in found]
