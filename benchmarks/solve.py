"""Solving the Korean case: ``python -m benchmarks.solve``.

The central solution from default play, cold (loading, compiling and certifying included) and warm; a re-solve from a
neighbouring parameter value; one sweep (everybody's response to given values) and one product with the backward
operator's derivative, in nanoseconds per (state, action, chance outcome, actor). Beside them the same count of numbers
read from memory in order (the triad a = b + c x of STREAM), which no code can beat. To reach: 30 s cold, 2 s again.
"""

from __future__ import annotations

import time

_BEGAN = time.perf_counter()

import numpy as np  # noqa: E402

from benchmarks.startup import machine  # noqa: E402
from benchmarks.structure import best  # noqa: E402
from detente.ensemble.solve import TOLERANCE  # noqa: E402
from detente.equilibrium.problem import Problem  # noqa: E402
from detente.equilibrium.result import Equilibrium  # noqa: E402
from detente.equilibrium.stationary import solve  # noqa: E402
from detente.game.arrays import Game  # noqa: E402
from detente.game.structure import compile as compiled  # noqa: E402
from detente.scenario.cases import case  # noqa: E402


def units(game: Game) -> int:
    """(state, action, chance outcome, actor) quadruples of one sweep: open actions only, and chance."""
    _, actors = game.shape
    open_ones = sum(int((np.asarray(c.chance)[np.asarray(c.weight) > 0] > 0).sum()) for c in game.columns)
    return actors * (open_ones + int((np.asarray(game.chance.rate) > 0).sum()))


def triad(numbers: int) -> float:
    """Seconds to compute a = b + c x over so many numbers in double precision."""
    b, c, a = np.ones(numbers), np.ones(numbers), np.empty(numbers)

    def work() -> None:
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)

    return best(work)


def line(name: str, seconds: float, found: Equilibrium) -> None:
    """One solve."""
    quality = f"residual {found.residual:.0e}, regret {found.regret:.0e}"
    print(f"{name:34}{seconds:7.1f} s {found.sweeps:6} sweeps  {quality}  {found.statement}", flush=True)


def main() -> None:
    """Print the table."""
    scenario = case("korea")
    structure = compiled(scenario)
    game = structure.game(scenario.likely)
    central = solve(game)
    print(f"{machine()}; korea: {len(structure.states):,} states, {game.shape[1]} actors, {len(game.columns)} columns")
    line("central, cold, start-up included", time.perf_counter() - _BEGAN, central)
    began = time.perf_counter()
    again = solve(game)
    line("central, warm", time.perf_counter() - began, again)
    name = "precision"
    for share in (1.05, 1.2):
        near = structure.game(scenario.likely | {name: share * scenario.likely[name]})
        for told, tolerance in (("", 1e-8), (", as a draw", TOLERANCE)):
            began = time.perf_counter()
            found = solve(near, start=central, neighbour=game, tolerance=tolerance)
            line(f"{name} x {share}{told}", time.perf_counter() - began, found)
    problem = Problem(game)
    play = problem.at(central.value, 1.0)
    slope = problem.slope(play)
    count = units(game)
    for told, seconds in (
        ("one sweep", best(lambda: problem.at(central.value, 1.0))),
        ("one product with the derivative", best(lambda: slope(central.value))),
        ("triad over as many numbers", triad(count)),
    ):
        print(f"{told:34}{1e3 * seconds:7.1f} ms {1e9 * seconds / count:6.2f} ns each of {count:,}", flush=True)


if __name__ == "__main__":
    main()
