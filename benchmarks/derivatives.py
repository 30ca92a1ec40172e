"""The derivative of a Korean outcome by all parameters: ``python -m benchmarks.derivatives``.

The chance of war by 60 months from the last situation, differentiated by every parameter at once: cold, with the
structure's functions compiled, and again as a second outcome would be; time and memory beside one solve of the same
case to the same tolerance. To reach: under five solves. Then three of the derivatives against central differences,
whose neighbours are solved from the central solution.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

from benchmarks.startup import machine
from detente.equilibrium.result import Equilibrium
from detente.equilibrium.stationary import solve
from detente.game.structure import compile as compiled
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward
from detente.outcome.gradient import chance_gradient, chance_weights
from detente.outcome.targets import targets_of
from detente.scenario.cases import case

OUTCOME, MONTHS = "war", 60
TOLERANCE = 1e-10
CHECKED = ("precision", "weight_provoke", "slide_rate")
WIDTH = 1e-3  # of a difference, as a share of the parameter


def timed(name: str, work: Callable[[], Any]) -> Any:
    """The work's result; one line tells what it took."""
    began, spent = time.perf_counter(), time.process_time()
    found = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    took = time.perf_counter() - began, time.process_time() - spent
    print(f"{name:44}{took[0]:7.1f} s {took[1]:7.1f} s of processor   peak so far {peak:5.2f} GB", flush=True)
    return found


def main() -> None:
    """Print the table."""
    scenario = case("korea")
    structure = compiled(scenario)
    target = next(each for each in targets_of(structure) if each.name == OUTCOME)
    situation = scenario.situations[-1]
    dates, start = schedule(scenario, situation, MONTHS), structure.index(situation)
    numbers = dict(scenario.likely)
    print(f"{machine()}; korea: {len(structure.states):,} states, {len(numbers)} parameters; "
          f"{OUTCOME} by {MONTHS} months from {situation.date}")  # fmt: skip
    game = structure.game(numbers)
    central = timed("one solve", lambda: solve(game, tolerance=TOLERANCE, certify="index"))

    def differentiated() -> tuple[float, dict[str, float]]:
        return chance_gradient(structure, numbers, central, target, start, dates)

    timed("the passes over time", lambda: chance_weights(structure, game, central, target, start, dates))
    timed("all derivatives, compilation included", differentiated)
    chance, slopes = timed("all derivatives again", differentiated)
    print(f"chance {chance:.6f}; largest effects of one per cent more of a parameter, in points of chance:")
    effect = {name: numbers[name] * slope for name, slope in slopes.items()}
    for name in sorted(effect, key=lambda each: -abs(effect[each]))[:8]:
        print(f"    {name:24}{effect[name]:+9.5f}")

    def chance_at(name: str, value: float) -> float:
        moved = numbers | {name: value}
        near = structure.game(moved)
        found: Equilibrium = solve(near, start=central, neighbour=game, tolerance=TOLERANCE, certify="none")
        return float(forward(chain_of(structure, near, found), [target], start, dates).by[0, -1])

    for name in CHECKED:
        width = WIDTH * numbers[name]
        ahead, back = (chance_at(name, numbers[name] + sign * width) for sign in (1, -1))
        difference = (ahead - back) / (2 * width)
        print(f"{name:24} derivative {slopes[name]:+.9f}   central difference {difference:+.9f}   "
              f"apart {abs(difference / slopes[name] - 1):.1e}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
