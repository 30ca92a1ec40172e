"""One sweep of the Korean game beside a kernel compiled for it: ``python -m benchmarks.sweep``.

A sweep is everybody's response to given values and the residual of the backward equation
(:mod:`detente.equilibrium.play`), in NumPy and SciPy, one thread. Beside it the same as one loop over the states,
compiled by Numba, on the same arrays in the order that suits it (``DETENTE_PEERS``), compared to 1e-10; and the
machine's triad over as many numbers. Processor time of the fastest of 20. To reach: twice the kernel's.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.solve import triad, units
from benchmarks.startup import machine
from detente.equilibrium.pattern import Floats
from detente.equilibrium.play import Play
from detente.equilibrium.problem import Problem
from detente.game.structure import compile as compiled
from detente.scenario.cases import case

PEER = Path(__file__).parent / "peers" / "sweep_kernel.py"
SAME = 1e-10
Arrays = dict[str, np.ndarray]


def laid_out(problem: Problem, value: Floats) -> tuple[Arrays, np.ndarray]:
    """What the kernel reads, entries in the order of states and movers; and the order."""
    game, terms, entries = problem.game, problem.terms, problem.pattern.entries
    order = np.lexsort((entries.mover, entries.rows))
    outcomes = entries.outcomes[order]
    starts = np.concatenate([[0], np.cumsum(outcomes)])
    place = np.arange(starts[-1]) + np.repeat(entries.starts[:-1][order] - starts[:-1], outcomes)
    widest = max((len(column.consenters) for column in game.columns), default=1) or 1
    pairs = list(zip(problem.pattern.columns, terms.lean, strict=True))
    lean = [None if odds is None else np.pad(odds, ((0, 0), (0, widest - odds.shape[1]))) for _, odds in pairs]
    who = [
        None if odds is None else np.tile([*column.consenters, *[-1] * (widest - odds.shape[1])], (len(odds), 1))
        for column, odds in pairs
    ]
    pay, pay_at = _compact(problem, terms.pay, order, problem.pattern.actors)
    asking, asking_at = _compact(problem, terms.asking, order, problem.pattern.actors)
    leaning, ask_at = _compact(problem, lean, order, widest)
    consent, _ = _compact(problem, who, order, widest)
    return {
        "value": value,
        "first": np.searchsorted(entries.rows[order], np.arange(problem.pattern.states + 1)).astype(np.int32),
        "mover": entries.mover[order],
        "weight": terms.weight[order],
        "starts": starts.astype(np.int32),
        "succ": entries.succ[place],
        "chance": terms.chance[place],
        "refused": entries.refused[order],
        "pay": pay,
        "pay_at": pay_at,
        "asking": asking,
        "asking_at": asking_at,
        "lean": leaning,
        "consent": consent.astype(np.int32),
        "ask_at": ask_at,
        "rate": terms.rate,
        "event": np.asarray(game.chance.succ),
        "flow": terms.flow,
        "tempo": terms.tempo,
        "rho": terms.discount,
        "lam": terms.precision,
        "shocks": np.asarray(terms.shocks),
    }, order


def _compact(
    problem: Problem, by_column: Sequence[np.ndarray | None], order: np.ndarray, wide: int
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of the columns that have any, in this order of entries, and where each entry's stands (-1: none)."""
    has, found = np.zeros(len(order), bool), np.zeros((len(order), wide))
    for column, rows in zip(problem.pattern.columns, by_column, strict=True):
        if rows is not None:
            has[column.entries], found[column.entries] = True, rows
    has = has[order]
    return found[order][has], np.where(has, np.cumsum(has) - 1, -1).astype(np.int32)


def least(work: Callable[[], Any], times: int = 20) -> float:
    """Processor seconds of the fastest run."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def kernel(problem: Problem, play: Play) -> tuple[float, float, float] | None:
    """Seconds of a sweep by the kernel and of compiling it, and how far it is from ours; None where not set up."""
    python = os.environ.get("DETENTE_PEERS")
    if not python:
        return None
    arrays, order = laid_out(problem, play.value)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "game.npz", Path(folder) / "found.npz"
        np.savez(source, **arrays)  # type: ignore[arg-type]
        subprocess.run([python, str(PEER), str(source), str(target)], check=True)
        with np.load(target) as found:
            ours = play.gain[order], play.policy[order], play.accepted[order], play.residual
            names = ("gain", "policy", "accepted", "residual")
            apart = max(
                float(np.abs(found[name] - mine).max() / np.abs(mine).max())
                for name, mine in zip(names, ours, strict=True)
            )
            return float(found["seconds"]), float(found["compiling"]), apart


def main() -> None:
    """Print the table."""
    scenario = case("korea")
    game = compiled(scenario).game(scenario.likely)
    problem = Problem(game)
    states, actors = game.shape
    value = np.random.default_rng(0).normal(0.0, 3.0 / np.asarray(game.precision).max(), (states, actors))
    play = problem.at(value, 1.0)
    count = units(game)
    print(f"{machine()}; korea: {states:,} states, {actors} actors, {len(game.columns)} columns")
    ours = least(lambda: problem.at(value, 1.0))
    lines = [("one sweep", ours), ("triad over as many numbers", triad(count))]
    theirs = kernel(problem, play)
    if theirs is None:
        print("Numba is not set up (DETENTE_PEERS); running without it")
    else:
        seconds, compiling, apart = theirs
        lines.append(("Numba kernel", seconds))
    for told, taken in lines:
        print(f"{told:28}{1e3 * taken:7.1f} ms {1e9 * taken / count:6.2f} ns each of {count:,}")
    if theirs is not None:
        told = "the same" if apart <= SAME else "NOT THE SAME"
        print(f"{told} to {apart:.0e}; {ours / seconds:.1f} times the kernel's time; compiling it {compiling:.1f} s")


if __name__ == "__main__":
    main()
