"""Many draws of the Korean case: ``python -m benchmarks.draws [draws]`` (default 100).

They are solved as an ensemble solves them, from an empty cache, on as many processes as there are cores: continued
from the central solution, every tenth a second time from default play. One draw by itself stands beside them: what the
ensemble takes is held against so many times that, and extrapolated to 1,000 draws on this machine (``python -m
benchmarks.draws 1000`` measures them, in forty minutes) and, since draws need nothing of one another, on 64 cores of
the same speed.
"""

from __future__ import annotations

import resource
import sys
import time

from benchmarks.startup import machine
from detente.ensemble.cache import fleeting
from detente.ensemble.draws import draw, named
from detente.ensemble.parallel import workers
from detente.ensemble.solve import TOLERANCE, ensemble
from detente.equilibrium.stationary import solve
from detente.scenario.cases import case

MANY, CORES = 1000, 64


def processor() -> float:
    """Seconds of processor that processes begun and ended here have taken."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def main(arguments: list[str]) -> None:
    """One draw, then all of them, then what more would take."""
    count = int(arguments[0]) if arguments else 100
    scenario, cache = case("korea"), fleeting()
    alone = ensemble(scenario, 0, cache=cache, threads=1)  # central, half and double precision
    origin = alone.solved(alone.central)
    print(f"{machine()}; korea: {len(origin.structure.states):,} states, {count} draws to {TOLERANCE:g} in log odds")
    game = origin.structure.game(named(scenario, draw(scenario, 4)[3]))
    began = time.process_time()
    solve(game, start=origin.equilibrium, neighbour=origin.game, tolerance=TOLERANCE, certify="index")
    one = time.process_time() - began
    print(f"{'one draw by itself':34}{one:8.2f} s of processor", flush=True)
    before, began = processor(), time.perf_counter()
    solved = ensemble(scenario, count, cache=cache)
    clock, spent = time.perf_counter() - began, processor() - before
    print(f"{'all draws, a draw':34}{spent / count:8.2f} s of processor, {spent / count / one:.2f} times one by itself")
    print(f"{'':34}{clock / count:8.2f} s on the clock of {workers(None)} processes")
    print(solved.statement)
    how = "measured" if count == MANY else "extrapolated"
    print(f"{MANY:,} draws: {MANY * clock / count / 60:.0f} minutes here ({how}), "
          f"{MANY * spent / count / CORES / 60:.1f} minutes on {CORES} cores (extrapolated)")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
