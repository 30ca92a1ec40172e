"""A Markov decision process with a million states: ``python -m benchmarks.decision [states]``.

One actor who may wait or take one of three actions of three outcomes each: generated with seed 0, successors within 300
states. Three ways to solve it, each in a process of its own that reads its own file:

* detente, ``noise: shocks``: the actor moves once a month on average, values in continuous time;
* value iteration in plain SciPy on the same soft maximum, three sparse products and a log-sum-exp an iteration, and the
  bounds of MacQueen and Porteus to stop by;
* QuantEcon's ``DiscreteDP``, state-action pairs, modified policy iteration with the number of evaluations that suits it
  best, the hard maximum (``DETENTE_PEERS``).

Moves at rate r and discount rho make beta = r / (r + rho) and rewards u / (r + rho), so all solve one problem:
V = u / (r + rho) + beta (1 / lam) log mean exp(lam Q). All are asked for values that are wrong by at most 1e-6. One
Bellman step in plain NumPy on what each hands back says by how much they are wrong at most. The soft value lies below
the hard one, by at most log(A) / lam * beta / (1 - beta). Memory is the peak of the process, its input included.
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

ACTIONS, OUTCOMES, PRECISION, DISCOUNT = 3, 3, 20.0, 0.95
RHO = -np.log(DISCOUNT) / 12
BETA = 1.0 / (1.0 + RHO)
WRONG = 1e-6  # of values, at most
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


def by_detente(made: Made) -> tuple[np.ndarray, str]:
    """Values (S,) and what is said of them."""
    stationary, arrays = (importlib.import_module(f"detente.{name}") for name in DETENTE)
    states = len(made["flow"])
    weight = np.ones(states)
    columns = tuple(
        arrays.Column(0, (), np.full(states, a, np.int32), weight, succ, chance, None, None, None, None)
        for a, (succ, chance) in enumerate(zip(made["succ"], made["chance"], strict=True))
    )
    never = arrays.Chance(np.zeros((states, 0), np.int32), np.zeros((states, 0)), np.zeros((states, 0), np.int32))
    flow, numbers = made["flow"][:, None], (np.array([1.0]), np.array([RHO]), np.array([PRECISION]))
    game = arrays.Game("shocks", columns, never, flow, *numbers)
    found = stationary.solve(game, tolerance=PRECISION * WRONG)
    return found.value[:, 0], f"{found.sweeps} sweeps"


def products(made: Made) -> list[Any]:
    """By action, the sparse matrix from values to expected values."""
    states = len(made["flow"])
    starts = np.arange(states + 1, dtype=np.int32) * OUTCOMES
    pairs = zip(made["chance"], made["succ"], strict=True)
    return [sp.csr_array((chance.ravel(), succ.ravel(), starts), shape=(states, states)) for chance, succ in pairs]


def bellman(made: Made, to: list[Any], value: np.ndarray, *, soft: bool = True) -> np.ndarray:
    """One step of value iteration."""
    ahead = [product @ value for product in to]
    top = np.maximum.reduce([value, *ahead])
    if soft:
        total = np.exp(PRECISION * (value - top))
        for each in ahead:
            each -= top
            each *= PRECISION
            total += np.exp(each, out=each)
        top += np.log(total / (1 + ACTIONS)) / PRECISION
    top += made["flow"]
    top *= BETA
    return np.asarray(top)


def by_iteration(made: Made) -> tuple[np.ndarray, str]:
    """Values (S,) by plain value iteration."""
    to = products(made)
    value, count = np.zeros(len(made["flow"])), 0
    while True:
        after = bellman(made, to, value)
        change = after - value
        low, high, count = change.min(), change.max(), count + 1
        value = after
        if (high - low) / 2 * BETA / (1.0 - BETA) <= WRONG:
            return value + (low + high) / 2 * BETA / (1.0 - BETA), f"{count} iterations"


def wrong(made: Made, value: np.ndarray, *, soft: bool = True) -> float:
    """The most by which values may be wrong: a Bellman step's change, which the discount can repeat for ever."""
    return float(np.abs(bellman(made, products(made), value, soft=soft) - value).max() / (1.0 - BETA))


def peak() -> float:
    """GB of this process at its peak."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024**2


def worker(how: str, source: str, target: str) -> None:
    """Solve in this process and write what came of it."""
    with np.load(source) as arrays:
        made = dict(arrays)
    if how == "detente":  # which the others need not hold in memory
        for name in DETENTE:
            importlib.import_module(f"detente.{name}")
    began, worked = time.perf_counter(), time.process_time()
    value, told = (by_detente if how == "detente" else by_iteration)(made)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    np.savez(target, value=value, told=spent(seconds, processor, peak(), told))


def spent(seconds: float, processor: float, memory: float, told: str) -> str:
    """What a way took."""
    return f"{seconds:7.1f} s ({processor:6.1f} of processor) {memory:6.2f} GB  {told}"


def alone(how: str, folder: Path) -> tuple[np.ndarray, str]:
    """One way in a fresh process: values, and a line about it."""
    target = folder / f"{how}.npz"
    command = [sys.executable, "-m", "benchmarks.decision", how, str(folder / "game.npz"), str(target)]
    subprocess.run(command, check=True)
    with np.load(target) as found:
        return found["value"], str(found["told"])


def peer(made: Made, folder: Path) -> tuple[np.ndarray, str] | None:
    """QuantEcon's values; None where it is not set up."""
    python = os.environ.get("DETENTE_PEERS")
    if not python:
        return None
    source, target = folder / "pairs.npz", folder / "quantecon.npz"
    np.savez(source, **as_pairs(made))
    subprocess.run([python, str(PEER), str(source), str(target)], check=True)
    with np.load(target) as found:
        seconds, processor, memory, count = found["told"]
        return found["value"], spent(seconds, processor, memory, f"{count:.0f} iterations")


def main(arguments: list[str]) -> None:
    """A line for each way: what it took, and how far it is from the solution and from detente."""
    if len(arguments) == 3:
        return worker(*arguments)
    states = int(arguments[0]) if arguments else 1_000_000
    print(f"{machine()}; one actor, {states:,} states, waiting and {ACTIONS} actions of {OUTCOMES}, beta {BETA:.5f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = process(states)
        np.savez(folder / "game.npz", **made)  # type: ignore[arg-type]
        ours, told = alone("detente", folder)
        print(f"{'detente':18}{told}; wrong by at most {wrong(made, ours):.0e}", flush=True)
        other = peer(made, folder)
        if other is None:
            print("QuantEcon is not set up (DETENTE_PEERS); running without it")
        else:
            value, told = other
            gap, bound = value - ours, np.log(1 + ACTIONS) / PRECISION * BETA / (1.0 - BETA)
            print(
                f"{'QuantEcon':18}{told}; wrong by at most {wrong(made, value, soft=False):.0e}; hard maximum, ", end=""
            )
            print(f"above detente by {gap.min():.4g} to {gap.max():.4g}, bound {bound:.4g}", flush=True)
        plain, told = alone("iteration", folder)
        print(f"{'value iteration':18}{told}; wrong by at most {wrong(made, plain):.0e}", end="; ")
        print(f"from detente by at most {np.abs(plain - ours).max():.1e}", flush=True)
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
