"""Work on a large case done on several processes, which stay for as long as there is more of it.

A solution is thousands of short steps that hold the interpreter's lock between sparse products, so threads that solve
wait for one another where processes do not. (Readings are mostly products, and threads serve them.) Each process
compiles a case once and computes on one thread; what comes out is as it would be alone, to the rounding of sums.
Solutions and answers are handed over in the cache, so only their names go back and forth. Loky starts the processes:
unlike the standard library's way it does not run the user's own script again, so a forecast may be asked for anywhere,
in a notebook too.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from concurrent.futures import as_completed
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from detente.ensemble.cache import Cache, case_key
from detente.ensemble.parallel import workers
from detente.ensemble.solutions import Member, Numbers, Solutions, Solved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.ensemble.progress import Stage
    from detente.ensemble.readings import Reading
    from detente.scenario.model import Scenario

T = TypeVar("T")
LARGE = 5_000  # states from which processes are worth their start
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROOM = {"LOKY_MAX_MEMORY_LEAK_SIZE": "4e9"}  # a solution under way is no leak for which a process need begin anew
_CASES = 2  # that a process remembers


class Processes:
    """Processes that share a cache; started when first needed, ended with the block that they are opened for."""

    def __init__(self, cache: Cache, count: int | None = None):
        self.cache = cache
        self.count = workers(count)
        self._pool: Any = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)
            self._pool = None
            gc.collect()  # gives the system's semaphores back now, as an interrupted program may not come to it later

    @property
    def begun(self) -> bool:
        """Whether they have been needed."""
        return self._pool is not None

    def each(self, work: Callable[..., T], pieces: Sequence[tuple[Any, ...]], stage: Stage) -> list[T]:
        """``work(*piece)`` for each piece, in order; the stage hears of each. An error ends the others at once."""
        from loky import ProcessPoolExecutor

        if self._pool is None:
            begun = (self.cache, os.getpid())
            self._pool = ProcessPoolExecutor(self.count, initializer=_begin, initargs=begun, env=ONE_THREAD | ROOM)
        futures = [self._pool.submit(work, *piece) for piece in pieces]
        try:
            for future in as_completed(futures):
                future.result()
                stage.step()
            return [future.result() for future in futures]
        except BaseException:
            self.__exit__()
            raise


_here: dict[str, Solutions] = {}  # of this process: its cases
_starts: dict[str, tuple[Numbers, Solved]] = {}  # and from where each was last continued
_cache: list[Cache] = []


def _begin(cache: Cache, parent: int) -> None:
    """Make this process ready, and let it end when its parent does."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    _cache[:] = [cache]


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def cache_here() -> Cache:
    """In a process: the cache that all share."""
    return _cache[0]


def solutions_here(scenario: Scenario) -> Solutions:
    """In a process: the solutions of a case, compiled once."""
    key = case_key(scenario)
    if key not in _here:
        while len(_here) >= _CASES:
            oldest = next(iter(_here))
            del _here[oldest]
            _starts.pop(oldest, None)
        _here[key] = Solutions(scenario, cache_here())
    return _here[key]


def solve_here(
    scenario: Scenario, numbers: Numbers, origin: Numbers, like: tuple[Scenario, Numbers, Numbers] | None = None
) -> Member:
    """In a process: a member solved, continued from another where its numbers say so; ``like``: see ``guess``."""
    solutions = solutions_here(scenario)
    start = _start(solutions, case_key(scenario), origin) if numbers.how == "continued" else None
    nearest = guess(solutions_here(like[0]), *like[1:], start) if like and start else None
    member = solutions.solve(numbers, start, nearest=nearest)
    return replace(member, kept=None) if solutions.find(numbers) else member


def guess(like: Solutions, same: Numbers, centre: Numbers, start: Solved) -> np.ndarray | None:
    """Values that a member of a changed case may have, if those of a like case are known: its own there, ``same``, and
    what the change makes of the central ones, from ``centre`` there to ``start`` here.
    """
    own, middle = like.find(same), like.find(centre)
    if own is None or middle is None:
        return None
    here, there, then = (
        np.asarray(one.value) for one in (start.equilibrium, like.equilibrium(middle), like.equilibrium(own))
    )
    return then + (here - there)


def read_here(scenario: Scenario, numbers: Numbers, readings: Sequence[Reading]) -> None:
    """In a process: what is asked of a member, read once for all and left in the cache."""
    solutions = solutions_here(scenario)
    member, solved = solutions.find(numbers), None
    for reading in readings:
        if member is not None and reading.kept(solutions, member) is None:
            solved = solved or solutions.solved(member)
            reading.make(solutions, member, solved)


def _start(solutions: Solutions, case: str, origin: Numbers) -> Solved:
    known = _starts.get(case)
    if known is None or known[0] != origin:
        member = solutions.find(origin) or solutions.solve(origin)
        known = _starts[case] = (origin, solutions.solved(member))
    return known[1]
