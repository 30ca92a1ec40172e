"""Draws of the Korean case in one call: ``python -m benchmarks.batch [draws]`` (default 8).

The same draws three ways, each from the central solution and to the tolerance of an ensemble's draws: all together by
``solve_batch`` in double and in single precision, and one after another by ``stationary.solve``, which is what an
ensemble does on each of its processes. Seconds on the clock and of the processor a draw, compilation told apart (the
first call less the second), and the most memory so far. Then what 1,000 draws would take.
"""

from __future__ import annotations

import resource
import sys
import time

import jax
import numpy as np

from benchmarks.solve import triad
from benchmarks.startup import machine
from detente.ensemble.cache import standard
from detente.ensemble.draws import draw, named
from detente.ensemble.solutions import Solutions
from detente.ensemble.solve import TOLERANCE
from detente.equilibrium.batch import Batch, Precision, finish, solve_batch
from detente.equilibrium.batch_games import one_of, stack
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.scenario.cases import case

MANY, CORES = 1000, 64
GPU, SHARES = 4800, (0.5, 0.1)  # GB/s of an H200 by its data sheet; what gathers may reach of it


def line(name: str, clock: float, processor: float, draws: int) -> None:
    """One way of solving."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    each = f"{clock / draws:7.2f} s, {processor / draws:7.2f} s of processor a draw"
    print(f"{name:34}{each}   peak so far {peak:5.2f} GB", flush=True)


def together(games: Game, start: np.ndarray, neighbour: Game, precision: Precision) -> tuple[Batch, float]:
    """The batch, solved twice; processor seconds of the second time."""
    compiling = solve_batch(games, start, tolerance=TOLERANCE, precision=precision, neighbour=neighbour)
    spent = time.process_time()
    found = solve_batch(games, start, tolerance=TOLERANCE, precision=precision, neighbour=neighbour)
    spent = time.process_time() - spent
    draws = len(found.converged)
    line(f"together, {precision}", found.seconds, spent, draws)
    print(f"    compiling {compiling.seconds - found.seconds:.0f} s; {found.products.mean():.0f} products a draw in "
          f"chunks of {found.chunk}. {found.statement}", flush=True)  # fmt: skip
    return found, spent


def main(arguments: list[str]) -> None:
    """Print the table."""
    count = int(arguments[0]) if arguments else 8
    scenario = case("korea")
    solutions = Solutions(scenario, standard())
    central = solutions.solved(solutions.central())
    start, structure = central.equilibrium.value, solutions.structure
    games = stack([structure.game(named(scenario, row)) for row in draw(scenario, count)])
    device = jax.local_devices()[0]
    states, actors = start.shape
    print(f"{machine()}; JAX on {device.platform} ({device.device_kind}); korea: {states:,} states, {actors} actors, "
          f"{count} draws to {TOLERANCE:g} in log odds", flush=True)  # fmt: skip
    double, spent = together(games, start, central.game, "float64")
    single, _ = together(games, start, central.game, "float32")
    began, used = time.perf_counter(), time.process_time()
    alone = [
        solve(one_of(games, d), start=start, neighbour=central.game, tolerance=TOLERANCE, certify="none")
        for d in range(count)
    ]
    one_by_one, used = time.perf_counter() - began, time.process_time() - used
    line("one after another, NumPy", one_by_one, used, count)
    lam = [np.asarray(one_of(games, d).precision) for d in range(count)]
    for name, batch in (("float64", double), ("float32", single)):
        apart = [
            float(np.max(lam[d] * np.ptp(batch.value[d] - alone[d].value, axis=0)))
            for d in np.flatnonzero(batch.converged)
        ]
        print(f"{name}: from the draws solved alone at most {max(apart, default=np.nan):.1e} in log odds", flush=True)
    finished = finish(double, games, start, central.game)
    print(f"finishing what did not converge: {finished.seconds - double.seconds:.1f} s. {finished.statement}")
    extrapolate(device, double.seconds / count, spent / count, one_by_one / count, used / count)


def extrapolate(device: jax.Device, batch: float, batch_used: float, alone: float, used: float) -> None:
    """What many draws would take, from the seconds a draw just measured."""
    print(f"{MANY:,} draws here, in proportion: {MANY * batch / 60:.0f} min together, {MANY * alone / 60:.0f} min one "
          f"after another; draws do not wait for each other, so on {CORES} such cores about "
          f"{MANY * batch_used / CORES / 60:.1f} min or {MANY * used / CORES / 60:.1f} min. Not measured: what cores "
          "that share memory lose to each other.")  # fmt: skip
    if device.platform == "cpu":
        numbers = 10**7
        here = 40e-9 * numbers / triad(numbers)  # GB/s: NumPy's triad reads three numbers and writes two
        each = [batch_used * here / (GPU * share) for share in SHARES]
        print(
            f"Not measured: a GPU. Most of the work reads memory, {here:.0f} GB/s here (triad, one core). One of "
            f"{GPU:,} GB/s of which gathers reach {SHARES[0]:.0%} to {SHARES[1]:.0%} would take {each[0]:.3f} to "
            f"{each[1]:.3f} s a draw, {MANY * each[0]:.0f} to {MANY * each[1]:.0f} s for {MANY:,}: extrapolated from "
            "bandwidth alone."
        )
    else:
        print(f"The batch ran on {device.platform} ({device.device_kind}): {batch:.3f} s a draw.")


if __name__ == "__main__":
    main(sys.argv[1:])
