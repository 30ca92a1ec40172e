"""The solutions of one case: found in the cache, or solved and kept there.

A member is one set of numbers with what its solver said. The arrays of its solution, some megabytes, are read only when
somebody asks for them, and so are its game and, of a large case, its play as a jump process, which is kept as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar

import numpy as np

from detente.ensemble.cache import SOLVER, Cache, case_key, entry_key
from detente.ensemble.play import apart, game_at
from detente.ensemble.record import (
    RATE,
    REPORT,
    Report,
    chain_from,
    chain_to_arrays,
    equilibrium_from,
    report_from,
    to_arrays,
)
from detente.game.structure import Structure, compile  # noqa: A004
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import LARGE, Forward, Outlook, forward, outlook
from detente.outcome.targets import targets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from detente.equilibrium.result import Equilibrium, Progress
    from detente.game.arrays import Game
    from detente.outcome.calendar import Schedule
    from detente.outcome.process import Chain
    from detente.outcome.targets import Target
    from detente.scenario.model import Scenario, Situation

AGREE = 1e-3  # two solutions whose log odds differ by less are one
_APART = "apart"
_PLAY = "play"
_PROCESS = (*SOLVER, "outcome")  # packages that decide it
T = TypeVar("T")


class Asked(TypedDict):
    """How a solver is asked."""

    tolerance: float
    certify: Literal["index", "full"]
    progress: Progress | None


@dataclass(frozen=True)
class Numbers:
    """What a member is solved for."""

    name: str  # 'central', 'half precision', 'double precision' or 'draw 3'
    values: Mapping[str, float]  # parameter -> value
    scale: float = 1.0  # of all precisions
    how: Literal["traced", "continued"] = "traced"  # from default play, or from the central solution
    again: bool = False  # whether it is traced from default play a second time, to compare
    tolerance: float = 1e-8  # largest error of log odds
    certify: Literal["index", "full"] = "index"  # 'full' tries other starts as well


@dataclass(frozen=True, eq=False)
class Member:
    """One set of numbers, solved."""

    numbers: Numbers
    report: Report
    apart: float = math.nan  # largest difference in log odds from a second solution, traced; nan: not compared
    kept: Equilibrium | None = field(default=None, repr=False)  # the solution, where it is at hand

    @property
    def certified(self) -> bool:
        """Whether the solver certifies the solution and no second one contradicts it."""
        return self.report.certified and not self.apart > AGREE

    @property
    def statement(self) -> str:
        """The solver's sentence, and what tracing it again gave."""
        if not self.apart > AGREE:
            return self.report.statement
        if math.isinf(self.apart):
            return f"{self.report.statement} It could not be reached from default play."
        told = f"Traced from default play it ends elsewhere: log odds differ by {self.apart:.2g}."
        return f"{self.report.statement} {told}"


@dataclass(frozen=True)
class Later(Generic[T]):
    """Something that is made when it is asked for."""

    make: Callable[[], T]


def made(what: T | Later[T]) -> T:
    """The thing itself."""
    return what.make() if isinstance(what, Later) else what


@dataclass(frozen=True, eq=False)
class Solved:
    """All that a question needs of one member, each part made once, when it is first asked for."""

    structure: Structure
    _game: Game | Later[Game]
    _equilibrium: Equilibrium | Later[Equilibrium]
    numbers: Mapping[str, float] = field(default_factory=dict)  # parameter -> value
    _chain: Later[Chain] | None = None  # where it is kept; otherwise it is made from the others
    _ahead: dict[tuple[str, tuple[int, ...], int], Forward] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def game(self) -> Game:
        """The game at its numbers."""
        return made(self._game)

    @cached_property
    def equilibrium(self) -> Equilibrium:
        """Its solution."""
        return made(self._equilibrium)

    @cached_property
    def chain(self) -> Chain:
        """Play as a jump process."""
        return self._chain.make() if self._chain else chain_of(self.structure, self.game, self.equilibrium)

    def ahead(self, since: Situation, months: int) -> Forward:
        """All outcomes from a situation, over so many months, and how they come about; computed once."""
        key = (since.name, since.levels, months)
        if key not in self._ahead:
            self._ahead[key] = forward(self.chain, *self._asked(since, months))
        return self._ahead[key]

    def outlook(self, since: Situation, months: int) -> Outlook:
        """The chances of all outcomes from a situation, over so many months."""
        known = self._ahead.get((since.name, since.levels, months))
        return known or outlook(self.chain, *self._asked(since, months))

    def _asked(self, since: Situation, months: int) -> tuple[tuple[Target, ...], int, Schedule]:
        dates = schedule(self.structure.scenario, since, months)
        return targets_of(self.structure), self.structure.index(since), dates


@dataclass(eq=False)
class Solutions:
    """Where the members of one case are found, solved and kept. May be used by several threads at once."""

    scenario: Scenario
    cache: Cache
    _central: Member | None = field(default=None, init=False)
    _once: RLock = field(default_factory=RLock, init=False, repr=False)

    @cached_property
    def structure(self) -> Structure:
        """The game without its numbers, compiled when first needed."""
        return compile(self.scenario)

    @cached_property
    def _case(self) -> str:
        return case_key(self.scenario)

    def central(self, progress: Progress | None = None) -> Member:
        """The case at its likely numbers, traced from default play and checked in full; found, or solved once."""
        with self._once:
            if self._central is None:
                numbers = Numbers("central", self.scenario.likely, certify="full")
                self._central = self.find(numbers) or self.solve(numbers, progress=progress)
            return self._central

    def find(self, numbers: Numbers) -> Member | None:
        """The member if the cache holds all of it."""
        report = report_from(self.get(numbers, "solution", [REPORT]) or {})
        compared = self.get(numbers, _APART) if numbers.again else {_APART: np.array(math.nan)}
        return None if report is None or compared is None else Member(numbers, report, float(compared[_APART]))

    def solve(
        self,
        numbers: Numbers,
        origin: Solved | None = None,
        progress: Progress | None = None,
        nearest: np.ndarray | None = None,
    ) -> Member:
        """The member solved, from the solution of ``origin`` or from default play, and kept.

        ``nearest``: values (S, N) tried before.
        """
        from detente.equilibrium.stationary import solve  # starts JAX, which what is found needs not

        game = game_at(self.structure, numbers.values, numbers.scale)
        asked: Asked = {"tolerance": numbers.tolerance, "certify": numbers.certify, "progress": progress}
        if origin is not None and origin.equilibrium.converged:
            solution = solve(game, start=origin.equilibrium, neighbour=origin.game, nearest=nearest, **asked)
        else:
            solution = solve(game, **asked)
        self.put(numbers, "solution", to_arrays(solution))
        member = Member(numbers, Report.of(solution), kept=solution)
        return replace(member, apart=self._compare(member, game, progress)) if numbers.again else member

    def equilibrium(self, member: Member) -> Equilibrium:
        """A member's solution: at hand, from the cache, or traced if it has gone from there."""
        return member.kept or equilibrium_from(self.get(member.numbers, "solution") or {}) or self._anew(member.numbers)

    def solved(self, member: Member) -> Solved:
        """A member's game and solution."""
        numbers = member.numbers
        game = Later(partial(game_at, self.structure, numbers.values, numbers.scale))
        solved = Solved(self.structure, game, Later(partial(self.equilibrium, member)), numbers.values)
        if len(self.structure.states) < LARGE:
            return solved
        parts = Later(lambda: solved.game), Later(lambda: solved.equilibrium)
        return Solved(self.structure, *parts, numbers.values, Later(partial(self._play, numbers, solved)))

    def _play(self, numbers: Numbers, solved: Solved) -> Chain:
        """A member's play, from the cache or made and kept."""
        chain = chain_from(self.get(numbers, _PLAY, parts=_PROCESS) or {})
        if chain is None:
            chain = solved.chain
            self.put(numbers, _PLAY, chain_to_arrays(chain), plain=(RATE,), parts=_PROCESS)
        return chain

    def get(
        self, numbers: Numbers, what: str, only: list[str] | None = None, **key: Any
    ) -> dict[str, np.ndarray] | None:
        """What the cache holds of a member under the name ``what``."""
        return self.cache.get(self._case, self._key(numbers, what, **key), only)

    def has(self, numbers: Numbers, what: str, **key: Any) -> bool:
        """Whether the cache holds something of a member under the name ``what``."""
        return self.cache.has(self._case, self._key(numbers, what, **key))

    def put(
        self, numbers: Numbers, what: str, arrays: Mapping[str, np.ndarray], plain: Collection[str] = (), **key: Any
    ) -> None:
        """Keep arrays of a member under the name ``what``."""
        self.cache.put(self._case, self._key(numbers, what, **key), arrays, plain)

    def _compare(self, member: Member, game: Game, progress: Progress | None) -> float:
        """How far the solution lies from one traced from default play; infinitely far if the ray ends."""
        from detente.equilibrium.stationary import solve

        again = solve(game, tolerance=member.numbers.tolerance, certify=False, progress=progress)
        off = apart(game, self.equilibrium(member), again) if again.converged else math.inf
        self.put(member.numbers, _APART, {_APART: np.array(off)})
        return off

    def _anew(self, numbers: Numbers) -> Equilibrium:
        """A solution that has gone from the cache, reached as it was."""
        origin = self.solved(self.central()) if numbers.how == "continued" else None
        return self.equilibrium(self.solve(replace(numbers, again=False), origin))

    def _key(self, numbers: Numbers, what: str, **key: Any) -> str:
        settings: dict[str, Any] = {"how": numbers.how, "tolerance": numbers.tolerance, "certify": numbers.certify}
        return entry_key(numbers.values, what, scale=numbers.scale, **settings, **key)
