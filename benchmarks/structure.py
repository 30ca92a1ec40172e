"""From a scenario to a game: compile once, then numbers to arrays: ``python -m benchmarks.structure [case]``.

Without a case it takes a generated scenario of 25,000 states, 8 actors, 40 actions and 15 rules. The limit beside the
last line is that of copying the game's bytes once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks import generated
from benchmarks.startup import machine
from detente.game.double import double_precision
from detente.game.structure import compile as compiled
from detente.scenario.cases import case


def best(work: Callable[[], Any], times: int = 5) -> float:
    """Seconds of the fastest run."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        jax.block_until_ready(work())  # type: ignore[no-untyped-call]
        found.append(time.perf_counter() - began)
    return min(found)


def main(arguments: list[str]) -> None:
    """Print the table."""
    scenario = case(arguments[0]) if arguments else generated.scenario()
    structure = compiled(scenario)
    game = structure.game()
    print(f"{machine()}; {scenario.name}: {len(structure.states):,} states, {len(scenario.actors)} actors, "
          f"{len(scenario.actions)} actions in {len(game.columns)} columns, "
          f"{len(scenario.rules)} rules in {game.chance.succ.shape[1]} transitions a state")  # fmt: skip
    with double_precision():
        numbers = {name: jnp.asarray(value) for name, value in scenario.likely.items()}
        began = time.perf_counter()
        traced = jax.jit(partial(structure.game, xp=jnp)).lower(numbers).compile()
        lowering = time.perf_counter() - began
        jitted = best(lambda: traced(numbers))
    size = sum(leaf.nbytes for leaf in jax.tree.leaves(game))
    block = np.ones(size // 8)
    print(f"structure and first game  {best(lambda: compiled(scenario).game(), 3):8.3f} s")
    print(f"compile a traced game     {lowering:8.3f} s")
    print(f"numbers to game, traced   {jitted * 1e3:8.1f} ms")
    print(f"numbers to game           {best(structure.game) * 1e3:8.1f} ms")
    print(f"copy of {size / 1e6:5.0f} MB          {best(block.copy) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
