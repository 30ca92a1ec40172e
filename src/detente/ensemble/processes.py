"""Members of a large case solved on several processes.

SciPy's sparse products, half the work of a solution, hold the interpreter's lock, so threads wait for one another where
processes do not. Each process compiles the case once and computes on one thread; a member comes out as it would alone,
to the rounding of sums. Loky starts the processes: unlike the standard library's way it does not run the user's own
script again, so a forecast may be asked for anywhere, in a notebook too.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from concurrent.futures import as_completed
from typing import TYPE_CHECKING

from detente.ensemble.solutions import Member, Numbers, Solutions, Solved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.ensemble.cache import Cache
    from detente.ensemble.progress import Stage
    from detente.scenario.model import Scenario

LARGE = 5_000  # states from which processes are worth their start
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_origin: list[tuple[Solutions, Solved]] = []  # of this process: the case, and its central solution


def solve_apart(
    solutions: Solutions, wanted: Sequence[Numbers], central: Member, stage: Stage, processes: int
) -> list[Member]:
    """The members in order; the stage hears of each. An error or an interrupt ends the processes at once."""
    from loky import ProcessPoolExecutor

    central = Member(central.numbers, central.report, central.apart, solutions.equilibrium(central))
    pool = ProcessPoolExecutor(
        min(processes, len(wanted)),
        initializer=_begin,
        initargs=(solutions.scenario, solutions.cache, central, os.getpid()),
        env=ONE_THREAD,
    )
    try:
        futures = [pool.submit(_solve, numbers) for numbers in wanted]
        for future in as_completed(futures):
            future.result()
            stage.step()
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True, kill_workers=True)
        del pool
        gc.collect()  # gives the system's semaphores back now, as an interrupted program may not come to it later


def _begin(scenario: Scenario, cache: Cache, central: Member, parent: int) -> None:
    """Make this process ready, and let it end when its parent does."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    solutions = Solutions(scenario, cache)
    _origin[:] = [(solutions, solutions.solved(central))]


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _solve(numbers: Numbers) -> Member:
    solutions, central = _origin[0]
    return solutions.solve(numbers, central if numbers.how == "continued" else None)
