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
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import Cache, shared
from detente.ensemble.draws import draw, draws_of, named
from detente.ensemble.parallel import each, workers
from detente.ensemble.processes import LARGE, Processes, guess, read_here, solve_here
from detente.ensemble.progress import Stage, by_share
from detente.ensemble.readings import Arrays, Reading, Who
from detente.ensemble.solutions import AGREE, Member, Numbers, Solutions, Solved
from detente.given import seed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.ensemble.parallel import Stop
    from detente.ensemble.progress import Progress
    from detente.scenario.model import Scenario

EVERY = 10  # every so many draws one is traced a second time, and the first two
LONG = 30.0  # seconds of readings from which on they are made on processes, which take some to start, and not threads
TOLERANCE = 1e-4  # of a draw, in log odds; the central solution has the solver's own


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
    pool: Processes | None = field(default=None, repr=False)  # where processes are at hand for more
    readings: list[Reading] = field(default_factory=list, repr=False)  # all that has been asked of its members
    before: Callable[[Ensemble, Reading], None] | None = field(default=None, repr=False)  # called before draws are read

    def members(self, who: Who) -> tuple[Member, ...]:
        """Whom a reading is of: the central member first, half and double precision, then the draws."""
        central = () if who == "draws" else (self.central,)
        precisions = (self.half, self.double) if who in ("all", "precisions") else ()
        return (*central, *precisions, *(() if who in ("central", "precisions") else self.draws))

    @property
    def alone(self) -> Ensemble:
        """The same without draws, of which nothing has been asked yet."""
        return replace(self, numbers=self.numbers[:0], draws=(), pool=None, readings=[], before=None)

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
            again = (
                f"; {len(compared)} were traced a second time from default play, and "
                f"{f'{off} ended elsewhere' if off else 'ended in the same place'}"
            )
            told.append(
                f"{int(self.certified.sum())} of {len(self.draws)} draws are certified{again if compared else ''}."
            )
        told += [f"At {one.numbers.name}: {one.statement}" for one in (self.half, self.double) if not one.certified]
        return " ".join(told)

    def solved(self, member: Member) -> Solved:
        """A member's game and solution, and its play when that is asked for; tenths of a second on a large case."""
        return self.solutions.solved(member)

    def answers(
        self, what: str, work: Callable[[Solved], Arrays], who: Who, progress: Progress | None = None, **key: Any
    ) -> list[Arrays]:
        """``work`` done for each of the members, or got from the cache; see :class:`Reading`."""
        reading, chosen = Reading(what, work, key, who), self.members(who)
        self.readings.append(reading)
        found = [reading.kept(self.solutions, member) for member in chosen]
        if self.before and sum(arrays is None for arrays in found) > 1 and self.large:
            self.before(self, reading)
            found = [reading.kept(self.solutions, member) for member in chosen]
        missing = [member for member, arrays in zip(chosen, found, strict=True) if arrays is None]
        self._make([(member, [reading]) for member in missing], Stage(progress, what, len(missing)))
        return [self._answer(reading, member) if arrays is None else arrays
                for member, arrays in zip(chosen, found, strict=True)]  # fmt: skip

    def _answer(self, reading: Reading, member: Member) -> Arrays:
        """A reading just made; made again where nothing more can be kept."""
        arrays = reading.kept(self.solutions, member)
        return reading.make(self.solutions, member, self.solved(member)) if arrays is None else arrays

    def read(self, readings: Sequence[Reading], progress: Progress | None = None) -> None:
        """Many readings of all members but the central one where they are missing, each member loaded once for all."""
        once = {one.name: one for one in sorted(readings, key=lambda one: one.who == "all")}.values()
        pieces = []
        for member in (self.half, self.double, *self.draws):
            who = ("all", "drawn", "draws") if member in self.draws else ("all", "precisions")
            asked = [one for one in once if one.who in who and not one.known(self.solutions, member)]
            pieces += [(member, asked)] if asked else []
        self._make(pieces, Stage(progress, "answers", len(pieces)))

    def _make(self, pieces: Sequence[tuple[Member, Sequence[Reading]]], stage: Stage) -> None:
        """Readings made and left in the cache, each member loaded once; on processes where that takes long."""
        if not pieces:
            return
        _ = self.solutions.structure  # compiled once, before there are threads

        def piece(member: Member, readings: Sequence[Reading], stop: Stop) -> None:
            stop()
            solved = self.solved(member)
            for reading in readings:
                reading.make(self.solutions, member, solved)

        began, ready = time.perf_counter(), self.pool is not None and self._apart and len(pieces) > 1
        tried = 0 if ready else workers(self.threads)  # to see how long one takes
        rest = pieces[tried:]
        each([partial(piece, *one) for one in pieces[:tried]], stage, self.threads)
        if not (ready or (self._apart and len(rest) * (time.perf_counter() - began) > LONG)):
            each([partial(piece, *one) for one in rest], stage, self.threads)
            return
        with nullcontext(self.pool) if self.pool else Processes(self.solutions.cache, self.threads) as pool:
            pool.each(read_here, [(self.scenario, member.numbers, readings) for member, readings in rest], stage)

    @property
    def large(self) -> bool:
        """Whether the game has so many states that what is read of it takes a while."""
        return len(self.solutions.structure.states) >= LARGE

    @property
    def _apart(self) -> bool:
        """Whether processes are worth their start."""
        return workers(self.threads) > 1 and self.large


def ensemble(
    scenario: Scenario,
    draws: int = 50,
    seed: int = 0,
    progress: Progress | None = None,
    cache: Cache | None = None,
    threads: int | None = None,
    pool: Processes | None = None,
) -> Ensemble:
    """Solve a case, or find it solved. ``threads`` changes the time it takes and nothing else.

    ``pool``: processes that share the cache; a large case has its own for the time of the work if there are none.
    Raises DetenteError for a case that cannot be compiled, such as one with too many states.
    """
    draws, seed = draws_of(draws), seed_of(seed)
    solutions = Solutions(scenario, shared(cache))
    numbers = _drawn(solutions, draws, seed)
    central = solutions.central(by_share(progress, "central solution"))
    wanted = [
        Numbers("half precision", scenario.likely, 0.5),
        Numbers("double precision", scenario.likely, 2.0),
        *(
            Numbers(f"draw {n}", named(scenario, row), 1.0, "continued", n < 2 or n % EVERY == 0, TOLERANCE)
            for n, row in enumerate(numbers)
        ),
    ]
    half, double, *others = members(solutions, wanted, central, (progress, "draws"), threads, pool)
    return Ensemble(scenario, seed, numbers, solutions, central, half, double, tuple(others), threads, pool)


def _drawn(solutions: Solutions, draws: int, seed: int) -> np.ndarray:
    """The draws (D, P), kept: to import what makes them takes longer than to read them."""
    central = Numbers("central", solutions.scenario.likely)
    key: dict[str, Any] = {"draws": draws, "seed": seed}
    known = solutions.get(central, "draws", **key)
    if known is None:
        known = {"numbers": draw(solutions.scenario, draws, seed)}
        solutions.put(central, "draws", known, **key)
    return known["numbers"]


def members(
    solutions: Solutions,
    wanted: Sequence[Numbers],
    central: Member,
    told: tuple[Progress | None, str],
    threads: int | None = None,
    pool: Processes | None = None,
    like: Ensemble | None = None,
) -> list[Member]:
    """Members in order: those that the cache holds, and the rest solved, several at once.

    Those to be continued start from ``central``. ``told``: who hears how far it has come, and of what. ``like``: a like
    case, whose draws, one for each that is wanted, tell where to look first.
    """
    found = [solutions.find(numbers) for numbers in wanted]
    missing = [numbers for numbers, member in zip(wanted, found, strict=True) if member is None]
    others = [(one.numbers, like.central.numbers) for one in like.draws] if like else [None] * len(wanted)
    near = [other for other, member in zip(others, found, strict=True) if member is None]
    stage = Stage(*told, len(missing))
    if not missing:
        return [member for member in found if member is not None]
    several = pool.count if pool else workers(threads)
    if several > 1 and len(missing) > several and len(solutions.structure.states) >= LARGE:
        with nullcontext(pool) if pool else Processes(solutions.cache, several) as own:
            pieces = [
                (solutions.scenario, numbers, central.numbers, (like.scenario, *one) if like and one else None)
                for numbers, one in zip(missing, near, strict=True)
            ]
            fresh = iter(own.each(solve_here, pieces, stage))
    else:
        origin = solutions.solved(central)

        def piece(numbers: Numbers, one: tuple[Numbers, Numbers] | None, stop: Stop) -> Member:
            start = origin if numbers.how == "continued" else None
            nearest = guess(like.solutions, *one, start) if like and one and start else None
            return solutions.solve(numbers, start, progress=stop, nearest=nearest)

        fresh = iter(each([partial(piece, *one) for one in zip(missing, near, strict=True)], stage, threads))
    return [next(fresh) if member is None else member for member in found]
