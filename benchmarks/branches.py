"""The Korean case's branch of equilibria in one parameter: ``python -m benchmarks.branches [name [low high]]``.

The parameter (``precision`` if none is named) runs over the range that the scenario states for it, or the one given.
The branch starts at the likely value, from the central solution, which is taken from the cache (``DETENTE_CACHE``)
where it is there. Printed: the points with their stability, folds, branch points, how it ended, and what it cost.
"""

from __future__ import annotations

import sys
import time

from benchmarks.startup import machine
from detente.ensemble.cache import standard
from detente.ensemble.solutions import Solutions
from detente.equilibrium.branch import Pace, branch
from detente.scenario.cases import case

PACE = Pace(first=0.25, longest=0.5, tolerance=1e-6, eigenvalues=60, most_points=100)  # a draw's tolerance is 1e-4


def main() -> None:
    """Print the table."""
    scenario = case("korea")
    name, *given = sys.argv[1:] or ["precision"]
    parameter = next(each for each in scenario.parameters if each.name == name)
    low, high = (float(text) for text in given) if given else (parameter.low, parameter.high)
    solutions = Solutions(scenario, standard())
    began = time.perf_counter()
    structure, central = solutions.structure, solutions.solved(solutions.central())
    states, actors = central.game.shape
    print(f"{machine()}; korea: {states:,} states, {actors} actors; {name} from {low:g} to {high:g}")
    print(f"central solution found or solved in {time.perf_counter() - began:.1f} s", flush=True)
    began = time.perf_counter()
    found = branch(
        lambda p: structure.game({**scenario.likely, name: p}),
        low,
        high,
        start=scenario.likely[name],
        values=central.equilibrium.value,
        name=name,
        pace=PACE,
        progress=lambda share, what: print(f"  {time.perf_counter() - began:6.1f} s  {what}", flush=True),
    )
    seconds = time.perf_counter() - began
    for point in found.points:
        first = f"{point.rightmost[0]:.3g}" if point.rightmost else ""
        stable = {True: "stable", False: "unstable", None: "not settled"}[point.stable]
        print(
            f"{point.p:10.6f}  {point.kind:13}{stable:13}index {point.index.count}  {first:18} |G| {point.residual:.0e}"
        )
    print(found.status)
    print(f"{len(found.points)} points, {len(found.folds)} folds, {len(found.branch_points)} branch points")
    print(f"{seconds:.1f} s, {seconds / max(1, len(found.points)):.1f} s a point, {found.sweeps:,} sweeps")


if __name__ == "__main__":
    main()
