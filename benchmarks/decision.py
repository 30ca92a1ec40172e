"""A Markov decision process with a million states: ``python -m benchmarks.decision [states [seconds]]``.

One actor who may wait or take one of three actions of three outcomes each: generated with seed 0, successors within 300
states. Four solutions, each in a process of its own that reads its own file, and is stopped after ``seconds`` if given:

* detente, ``noise: shocks``: the actor moves once a month on average, values in continuous time, at precision 20;
* detente at precision 1e10, which is the hard maximum to 4e-8, so that it can be held against the two below;
* value iteration in plain SciPy for the hard maximum, one sparse product an iteration, and the bounds of MacQueen and
  Porteus to stop by;
* QuantEcon's ``DiscreteDP``, state-action pairs, the hard maximum, modified policy iteration with the number of
  evaluations that suits it best (``DETENTE_PEERS``).

Moves at rate r and discount rho make beta = r / (r + rho) and rewards u / (r + rho), so all solve one problem:
V = u / (r + rho) + beta (1 / lam) log mean exp(lam Q). All are asked for values that are wrong by at most 5e-7. One
Bellman step in plain NumPy on what each hands back says by how much they are wrong at most. Memory is the peak of the
process, its input included; beside it what the process held before it read any.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.startup import machine

ACTIONS, OUTCOMES, DISCOUNT = 3, 3, 0.95
PRECISION = {"detente": 20.0, "detente, hard": 1e10}
RHO = -np.log(DISCOUNT) / 12
BETA = 1.0 / (1.0 + RHO)
WRONG = 5e-7  # of values, at most; QuantEcon comes within half its epsilon of 1e-6
PEER = Path(__file__).parent / "peers" / "quantecon_ddp.py"
DETENTE = ("equilibrium.stationary", "game.arrays")
Made = dict[str, np.ndarray]


def process(states: int) -> Made:
    """succ, chance (A, S, K) and flow (S,), payoff a month."""
    rng = np.random.default_rng(0)
    here = np.arange(states)
    succ = (here[:, None] + rng.integers(-300, 301, (ACTIONS, states, OUTCOMES))) % states
    chance = rng.dirichlet(np.ones(OUTCOMES), (ACTIONS, states))
    flow = np.sin(here / states * 40) + rng.normal(0, 0.3, states)
    return {"succ": succ.astype(np.int32), "chance": chance, "flow": flow}


def as_pairs(made: Made) -> dict[str, Any]:
    """The same as state-action pairs in the order of the states, waiting first."""
    states = len(made["flow"])
    starts = (
        np.concatenate([[0], 1 + OUTCOMES * np.arange(ACTIONS)]) + (1 + ACTIONS * OUTCOMES) * np.arange(states)[:, None]
    )
    succ = np.concatenate([np.arange(states, dtype=np.int32)[:, None], *made["succ"]], axis=1)
    chance = np.concatenate([np.ones((states, 1)), *made["chance"]], axis=1)
    return {
        "succ": succ.ravel(),
        "chance": chance.ravel(),
        "starts": np.append(starts.ravel(), succ.size).astype(np.int32),
        "reward": np.repeat(made["flow"] * BETA, 1 + ACTIONS),
        "states": states,
        "beta": BETA,
    }


def by_detente(made: Made, precision: float) -> tuple[np.ndarray, str]:
    """Values (S,) and what is said of them."""
    stationary, arrays = (importlib.import_module(f"detente.{name}") for name in DETENTE)
    states = len(made["flow"])
    weight, nothing = np.broadcast_to(1.0, states), np.empty((states, 0), np.int32)
    columns = tuple(
        arrays.Column(0, (), np.broadcast_to(np.int32(a), states), weight, succ, chance, None, None, None, None)
        for a, (succ, chance) in enumerate(zip(made["succ"], made["chance"], strict=True))
    )
    never = arrays.Chance(nothing, np.empty((states, 0)), nothing)
    flow, numbers = made["flow"][:, None], (np.array([1.0]), np.array([RHO]), np.array([precision]))
    game = arrays.Game("shocks", columns, never, flow, *numbers)
    found = stationary.solve(game, tolerance=0.9 * precision * WRONG)
    return found.value[:, 0], f"{found.sweeps} sweeps"


def products(made: Made) -> Any:
    """The sparse matrix (A S, S) from values to expected values, without a copy of the process."""
    pairs, states = ACTIONS * len(made["flow"]), len(made["flow"])
    starts = np.arange(pairs + 1, dtype=np.int32) * OUTCOMES
    return sp.csr_array((made["chance"].ravel(), made["succ"].ravel(), starts), shape=(pairs, states))


def bellman(made: Made, to: Any, value: np.ndarray, precision: float | None = None) -> np.ndarray:
    """One step of value iteration; the hard maximum where no precision is given."""
    ahead = (to @ value).reshape(ACTIONS, -1)
    top = np.maximum(value, ahead[0])
    for each in ahead[1:]:
        np.maximum(top, each, out=top)
    if precision is not None:
        total = np.exp(precision * (value - top))
        for each in ahead:
            total += np.exp(precision * (each - top))
        top += np.log(total / (1 + ACTIONS)) / precision
    top += made["flow"]
    top *= BETA
    return np.asarray(top)


def by_iteration(made: Made) -> tuple[np.ndarray, str]:
    """Values (S,) by plain value iteration."""
    to = products(made)
    value, count = np.zeros(len(made["flow"])), 0
    while True:
        after = bellman(made, to, value)
        np.subtract(after, value, out=value)
        low, high, count = value.min(), value.max(), count + 1
        value = after
        if (high - low) / 2 * BETA / (1.0 - BETA) <= WRONG:
            return value + (low + high) / 2 * BETA / (1.0 - BETA), f"{count} iterations"


def wrong(made: Made, value: np.ndarray, precision: float | None = None) -> float:
    """The most by which values may be wrong: a Bellman step's change, which the discount can repeat for ever."""
    return float(np.abs(bellman(made, products(made), value, precision) - value).max() / (1.0 - BETA))


def peak(process: int | str = "self") -> float:
    """GB of a process at its peak."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024**2


def worker(how: str, source: str, target: str) -> None:
    """Solve in this process and write what came of it."""
    if how in PRECISION:  # which the others need not hold in memory
        for name in DETENTE:
            importlib.import_module(f"detente.{name}")
    empty = peak()
    with np.load(source) as arrays:
        made = dict(arrays)
    began, worked = time.perf_counter(), time.process_time()
    value, told = by_detente(made, PRECISION[how]) if how in PRECISION else by_iteration(made)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    np.savez(target, value=value, told=spent(seconds, processor, peak(), empty, told))


def spent(seconds: float, processor: float, memory: float, empty: float, told: str) -> str:
    """What a way took."""
    return f"{seconds:7.1f} s ({processor:6.1f} of processor) {memory:6.3f} GB ({empty:.3f} empty)  {told}"


def within(command: list[str], limit: float | None) -> str | None:
    """Run a command; if it did not end within ``limit`` seconds, stop it and say so."""
    began = time.perf_counter()
    with subprocess.Popen(command) as running:
        try:
            if running.wait(limit):
                raise SystemExit(f"{command} failed")
        except subprocess.TimeoutExpired:
            memory = peak(running.pid)
            running.kill()
            return f"not within {time.perf_counter() - began:.0f} s on the clock, by when {memory:.3f} GB"
    return None


def alone(how: str, folder: Path, limit: float | None) -> tuple[np.ndarray | None, str]:
    """One way in a fresh process: values, and a line about it."""
    target = folder / "found.npz"
    command = [sys.executable, "-m", "benchmarks.decision", how, str(folder / "game.npz"), str(target)]
    stopped = within(command, limit)
    if stopped:
        return None, stopped
    with np.load(target) as found:
        return found["value"], str(found["told"])


def peer(made: Made, folder: Path, limit: float | None) -> tuple[np.ndarray | None, str]:
    """QuantEcon's values; None where it is not set up."""
    python = os.environ.get("DETENTE_PEERS")
    if not python:
        return None, "not set up (DETENTE_PEERS)"
    source, target = folder / "pairs.npz", folder / "quantecon.npz"
    np.savez(source, **as_pairs(made))
    stopped = within([python, str(PEER), str(source), str(target)], limit)
    if stopped:
        return None, stopped
    with np.load(target) as found:
        seconds, processor, memory, empty, count = found["told"]
        return found["value"], spent(seconds, processor, memory, empty, f"{count:.0f} iterations")


def main(arguments: list[str]) -> None:
    """A line for each way: what it took, how far it is from the solution, and the hard ones from each other."""
    if len(arguments) == 3:
        return worker(*arguments)
    states = int(arguments[0]) if arguments else 1_000_000
    limit = float(arguments[1]) if len(arguments) > 1 else None
    print(f"{machine()}; one actor, {states:,} states, waiting and {ACTIONS} actions of {OUTCOMES}, beta {BETA:.5f}")
    hard: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = process(states)
        np.savez(folder / "game.npz", **made)  # type: ignore[arg-type]
        for how in (*PRECISION, "QuantEcon", "value iteration"):
            value, told = peer(made, folder, limit) if how == "QuantEcon" else alone(how, folder, limit)
            soft = PRECISION[how] if how == "detente" else None
            if value is not None:
                told += f"; wrong by at most {wrong(made, value, soft):.1e}"
                if soft is None:
                    hard[how] = value
            print(f"{how:18}{told}", flush=True)
    names = list(hard)
    for i, how in enumerate(names):
        for other in names[i + 1 :]:
            print(f"{how} and {other}: apart by at most {np.abs(hard[how] - hard[other]).max():.1e}")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
