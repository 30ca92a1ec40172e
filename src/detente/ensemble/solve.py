"""A case solved for all its uncertain numbers at once: what every question starts from.

The members of an ensemble are

- the central one, at the likely numbers, traced from default play;
- the same at half and at double precision, each traced from default play: how far the answer hangs on how closely
  actors follow their interests;
- the draws, each continued from the central solution.

Draws 0, 1 and every tenth are traced from default play a second time. If the two solutions are apart, the draw was
continued onto another branch; it is then not certified, and the ensemble says so.

Solutions are looked up in the cache first and kept there, so that a second question about a case solves nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import ANSWERS, Cache, case_key, entry_key, standard
from detente.ensemble.continuation import apart, game_at, play_of, solve
from detente.ensemble.draws import draw, named
from detente.ensemble.parallel import each
from detente.ensemble.progress import Stage
from detente.ensemble.record import REPORT, Report, equilibrium_from, report_from, to_arrays
from detente.game.structure import Structure, compile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from detente.ensemble.parallel import Stop
    from detente.ensemble.progress import Progress
    from detente.equilibrium.response import Response
    from detente.equilibrium.result import Equilibrium
    from detente.game.arrays import Game
    from detente.scenario.model import Scenario

AGREE = 1e-3  # two solutions whose log odds differ by less are one
EVERY = 10  # every so many draws one is traced a second time, and the first two


@dataclass(frozen=True, eq=False)
class Member:
    """One set of numbers, solved. ``name`` is 'central', 'half precision', 'double precision' or 'draw 3'."""

    name: str
    numbers: Mapping[str, float]
    scale: float  # of all precisions
    how: str  # 'traced' from default play, or 'continued' from the central solution
    report: Report
    apart: float = math.nan  # largest difference in log odds from a second solution, traced; nan: not traced again
    kept: Equilibrium | None = field(default=None, repr=False)  # the solution, where it was found in this process

    @property
    def certified(self) -> bool:
        """Whether the solver certifies the solution and no second one contradicts it."""
        return self.report.certified and not self.apart > AGREE

    @property
    def statement(self) -> str:
        """The solver's sentence, and what tracing it again gave."""
        if self.apart > AGREE:
            return f"{self.report.statement} Traced from default play it ends elsewhere: log odds differ by {self.apart:.2g}."
        return self.report.statement


@dataclass(frozen=True, eq=False)
class Solved:
    """All that a question needs of one member."""

    structure: Structure
    game: Game
    equilibrium: Equilibrium
    play: Response


@dataclass(eq=False)
class Ensemble:
    """A case solved at its likely numbers, at half and double precision, and at draws of its uncertain numbers."""

    scenario: Scenario
    seed: int
    numbers: np.ndarray  # (D, P)
    cache: Cache
    threads: int | None = None
    central: Member = field(init=False)
    half: Member = field(init=False)
    double: Member = field(init=False)
    draws: tuple[Member, ...] = field(init=False)

    @cached_property
    def structure(self) -> Structure:
        """The game without its numbers, compiled when first needed."""
        return compile(self.scenario)

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
        """How far the solutions can be relied on, in one or a few sentences."""
        told = [self.central.statement]
        if self.draws:
            traced = sum(not math.isnan(member.apart) for member in self.draws)
            off = sum(member.apart > AGREE for member in self.draws)
            told.append(
                f"{int(self.certified.sum())} of {len(self.draws)} draws are certified; {traced} were traced a second "
                f"time from default play, and {'all agreed' if not off else f'{off} did not agree'}."
            )
        for member in (self.half, self.double):
            if not member.certified:
                told.append(f"At {member.name} play is not certified: {member.statement}")
        return " ".join(told)

    def equilibrium(self, member: Member) -> Equilibrium:
        """A member's solution: as found, from the cache, or solved again if it has gone from there."""
        return member.kept or self._look_up(member) or self._solve(member)

    def solved(self, member: Member) -> Solved:
        """A member's game, solution and play."""
        game = game_at(self.structure, member.numbers, member.scale)
        equilibrium = self.equilibrium(member)
        return Solved(self.structure, game, equilibrium, play_of(game, equilibrium))

    def answers(
        self,
        what: str,
        work: Callable[[Solved], dict[str, np.ndarray]],
        members: Sequence[Member] | None = None,
        progress: Progress | None = None,
        **settings: Any,
    ) -> list[dict[str, np.ndarray]]:
        """``work`` done for each member, or got from the cache under ``what`` and the settings on which it depends."""
        chosen = self.members if members is None else tuple(members)
        keys = [self._key(member, what, parts=ANSWERS, **settings) for member in chosen]
        found = [self.cache.get(case_key(self.scenario), key) for key in keys]
        missing = [n for n, arrays in enumerate(found) if arrays is None]
        stage = Stage(progress, what, len(missing))
        if missing:
            _ = self.structure  # compiled here, once, not in every thread
        pieces = [partial(self._answer, work, chosen[n], keys[n]) for n in missing]
        fresh = dict(zip(missing, each(pieces, stage, self.threads), strict=True))
        return [fresh[n] if arrays is None else arrays for n, arrays in enumerate(found)]

    def _answer(
        self, work: Callable[[Solved], dict[str, np.ndarray]], member: Member, key: str, stop: Stop
    ) -> dict[str, np.ndarray]:
        stop()
        arrays = work(self.solved(member))
        self.cache.put(case_key(self.scenario), key, arrays)
        return arrays

    def fill(self, progress: Progress | None) -> None:
        """Solve all members that the cache does not hold."""
        likely = self.scenario.likely
        self.central = self._member("central", likely, 1.0, "traced", _told_by_share(progress, "central solution"))
        named_draws = [named(self.scenario, row) for row in self.numbers]
        stage = Stage(progress, "draws", 2 + len(named_draws))
        pieces = [
            partial(self._member, "half precision", likely, 0.5, "traced"),
            partial(self._member, "double precision", likely, 2.0, "traced"),
            *(partial(self._draw, n, numbers) for n, numbers in enumerate(named_draws)),
        ]
        self.half, self.double, *draws = each(pieces, stage, self.threads)
        self.draws = tuple(draws)

    def _member(self, name: str, numbers: Mapping[str, float], scale: float, how: str, stop: Any) -> Member:
        """One member, from the cache or solved; ``stop`` hears of the solver's progress."""
        member = Member(name, numbers, scale, how, report=_UNKNOWN)
        arrays = self.cache.get(case_key(self.scenario), self._key(member, "solution"), only=[REPORT])
        report = report_from(arrays or {})
        if report is not None:
            return replace(member, report=report)
        solution = self._solve(member, stop)
        return replace(member, report=Report.of(solution), kept=solution)

    def _draw(self, n: int, numbers: Mapping[str, float], stop: Stop) -> Member:
        """Draw n; the first two and every tenth are traced from default play as well, and the two compared."""
        member = self._member(f"draw {n}", numbers, 1.0, "continued", stop)
        if n > 1 and n % EVERY:
            return member
        key = self._key(member, "apart")
        arrays = self.cache.get(case_key(self.scenario), key)
        if arrays is None:
            again = self.equilibrium(self._member(member.name, numbers, 1.0, "traced", stop))
            off = apart(game_at(self.structure, numbers), self.equilibrium(member), again)
            arrays = {"apart": np.array(off if again.converged else math.nan)}
            self.cache.put(case_key(self.scenario), key, arrays)
        return replace(member, apart=float(arrays["apart"]))

    def _solve(self, member: Member, stop: Any = None) -> Equilibrium:
        start = self.equilibrium(self.central) if member.how == "continued" else None
        game = game_at(self.structure, member.numbers, member.scale)
        solution = solve(game, start=start if start is None or start.converged else None, progress=stop)
        self.cache.put(case_key(self.scenario), self._key(member, "solution"), to_arrays(solution))
        return solution

    def _look_up(self, member: Member) -> Equilibrium | None:
        return equilibrium_from(self.cache.get(case_key(self.scenario), self._key(member, "solution")) or {})

    def _key(self, member: Member, what: str, **settings: Any) -> str:
        return entry_key(member.numbers, what, scale=member.scale, how=member.how, **settings)
