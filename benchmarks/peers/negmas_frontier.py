"""Run by NegMAS's own Python: frontier, Nash and Kalai-Smorodinsky point of domains, and the seconds each takes.

``negmas_frontier.py SOURCE TARGET ROUTE``: SOURCE is an .npz file of contributions (values, parties) of issues 0, 1, ..
and ``reservation`` (parties,), or a folder of GENIUS files; ROUTE is ``front`` (``pareto_frontier`` on the utility
functions) or ``points`` (utilities first, then ``pareto_frontier_numpy`` on the array).
"""

import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
from negmas.inout import Scenario  # noqa: E402
from negmas.outcomes import make_issue, make_os  # noqa: E402
from negmas.preferences import LinearAdditiveUtilityFunction, ops  # noqa: E402
from negmas.preferences.value_fun import TableFun  # noqa: E402


def from_tables(source):
    with np.load(source) as arrays:
        tables = [arrays[str(n)] for n in range(len(arrays.files) - 1)]
        reservation = arrays["reservation"]
    space = make_os([make_issue([f"v{k}" for k in range(len(table))], f"i{n}") for n, table in enumerate(tables)])
    return space, [
        LinearAdditiveUtilityFunction(
            values=[TableFun({f"v{k}": float(x) for k, x in enumerate(table[:, party])}) for table in tables],
            weights=[1.0] * len(tables),
            outcome_space=space,
            reserved_value=float(least),
        )
        for party, least in enumerate(reservation)
    ]


def from_genius(folder):
    files = sorted(Path(folder).glob("*.xml"))
    scenario = Scenario.from_genius_files(files[0], files[1:])
    return scenario.outcome_space, list(scenario.ufuns)


def main(source, target, route):
    space, ufuns = (from_genius if Path(source).is_dir() else from_tables)(source)
    began = time.perf_counter()
    outcomes = list(space.enumerate())
    if route == "points":
        points = np.array([[float(ufun(outcome)) for ufun in ufuns] for outcome in outcomes])
        at = ops.pareto_frontier_numpy(points)
        front = [tuple(row) for row in points[at].tolist()]
    else:
        front, _ = ops.pareto_frontier(ufuns, outcomes=outcomes)
    ranges = [tuple(map(float, ufun.minmax())) for ufun in ufuns]
    nash = ops.nash_points(ufuns, front, ranges=ranges)
    seconds = time.perf_counter() - began
    ks = ops.ks_points(ufuns, front, ranges=ranges)
    picked = {name: np.array([u for u, _ in found], dtype=float) for name, found in (("nash", nash), ("ks", ks))}
    np.savez(target, front=np.array(front, dtype=float), seconds=seconds, **picked)


if __name__ == "__main__":
    main(*sys.argv[1:])
