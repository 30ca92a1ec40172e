"""A large generated game: ``python -m benchmarks.large [states] [actors] [actions] [level] [precision] [rivals]``.

250 thousand states unless told otherwise; ``1000000`` for a million. Scenario files stop at 200 thousand, so the check
of the file is left out here and the limit raised. Compiled, laid out and solved from default play, on one core: 4
actors, 20 actions, the level of certificate 'index' and the precision of the Korean case, 0.15, unless told otherwise.
Where the branch folds it is followed round by arclength. Then the size of a round of plain iteration at the solution
(:mod:`benchmarks.plain`), and plain iteration for as long as the solver took. Memory is the largest that the process
has held, compiling included. To reach for a million states: 12 GB and ten minutes.

With ``rivals`` the actors pursue one another (:mod:`benchmarks.generated`): the equilibrium is one, but plain iteration
by play goes round it for ever: ``20000 4 8 index 3 rivals``, ``50000 4 8 index 2 rivals``.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from typing import cast
from unittest.mock import patch

import jax.numpy as jnp

from benchmarks import generated, plain
from benchmarks.startup import machine
from detente.equilibrium.result import Level, Settings
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.game.structure import compile as compiled
from detente.scenario import checks


def gigabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def made(states: int, actors: int, actions: int, precision: float, rivals: bool = False) -> Game:
    """The generated game, whatever its size."""
    with patch.object(checks, "check", return_value=()):
        scenario = generated.scenario(states, actors, actions, rivals=rivals)
    game = compiled(scenario, limit=10 * states).game()
    with double_precision():
        return replace(game, precision=jnp.full(actors, precision))


def main(arguments: list[str]) -> None:
    """One line for what was compiled, one for each stage of the solution, one for the result."""
    *sizes, level, precision, kind = [*arguments, *("250000", "4", "20", "index", "0.15", "mixed")[len(arguments) :]]
    states, actors, actions = (int(x) for x in sizes)
    began = time.perf_counter()
    game = made(states, actors, actions, float(precision), kind == "rivals")
    compiling = time.perf_counter() - began
    count = game.shape[0]
    print(f"{machine()}; {count:,} states, {game.shape[1]} actors, {actions} actions in {len(game.columns)} columns")
    print(f"compiled in {compiling:.1f} s, {gigabytes():.1f} GB", flush=True)
    began, worked, told = time.perf_counter(), time.process_time(), [""]

    def tell(share: float, what: str) -> None:
        if what != told[0]:
            print(f"{time.perf_counter() - began:8.1f} s {gigabytes():5.1f} GB  {what}", flush=True)
        told[0] = what

    found = solve(game, certify=cast("Level", level), progress=tell, settings=Settings(round_folds=True))
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"solved in {seconds:.1f} s ({processor:.1f} s of processor), {found.sweeps} sweeps, {gigabytes():.1f} GB")
    print(f"residual {found.residual:.0e}, regret {found.regret:.0e}  {found.statement}", flush=True)
    if found.converged:
        values, play = plain.radii(game, found.value)
        print(f"largest eigenvalue of a plain round: by play {play:.2f}, by values {values:.3f}", flush=True)
    del found
    for line in plain.beside(game, processor):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
