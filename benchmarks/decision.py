"""A Markov decision process with a million states: ``python -m benchmarks.decision [states]``.

One actor, four actions of three outcomes each, of which the first keeps things as they are: generated with seed 0, most
successors near. Three ways to solve it, each in a process of its own:

* detente, ``noise: shocks``: the actor moves once a month on average, values in continuous time;
* value iteration in plain SciPy on the same soft maximum, one sparse product and one log-sum-exp an iteration;
* QuantEcon's ``DiscreteDP``, state-action pairs, modified policy iteration, the hard maximum (``DETENTE_PEERS``).

Moves at rate r and discount rho make beta = r / (r + rho) and rewards u / (r + rho), so all solve one problem:
V = u / (r + rho) + beta (1 / lam) log mean exp(lam Q). The soft value lies below the hard one, by at most
log(A) / lam * beta / (1 - beta); both gaps are printed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import scipy.sparse as sp

from benchmarks.startup import machine
from detente.equilibrium.stationary import solve
from detente.game.arrays import Chance, Column, Game
from detente.game.double import double_precision

ACTIONS, OUTCOMES, PRECISION, DISCOUNT = 4, 3, 20.0, 0.95
RHO = -np.log(DISCOUNT) / 12
BETA = 1.0 / (1.0 + RHO)
PEER = Path(__file__).parent / "peers" / "quantecon_ddp.py"


def process(states: int) -> dict[str, np.ndarray]:
    """succ, chance (S, A, K) and flow (S,), payoff a month; action 0 stays."""
    rng = np.random.default_rng(0)
    here = np.arange(states)
    succ = (here[:, None, None] + rng.integers(-300, 301, (states, ACTIONS, OUTCOMES))) % states
    succ[:, 0] = here[:, None]
    chance = rng.dirichlet(np.ones(OUTCOMES), (states, ACTIONS))
    flow = np.sin(here / states * 40) + rng.normal(0, 0.3, states)
    return {"succ": succ.astype(np.int32), "chance": chance, "flow": flow}


def by_detente(made: dict[str, np.ndarray]) -> tuple[np.ndarray, str]:
    """Values (S,) and what is said of them."""
    states = len(made["flow"])
    with double_precision():
        succ, odds = jnp.asarray(made["succ"]), jnp.asarray(made["chance"])
        columns = tuple(
            Column(0, (), jnp.full(states, a - 1), jnp.ones(states), succ[:, a], odds[:, a], None, None, None, None)
            for a in range(1, ACTIONS)
        )
        still = jnp.arange(states)[:, None]
        numbers = (jnp.array([1.0]), jnp.array([RHO]), jnp.array([PRECISION]))
        chance = Chance(still, jnp.zeros((states, 1)), jnp.full((states, 1), -1))
        game = Game("shocks", columns, chance, jnp.asarray(made["flow"])[:, None], *numbers)
    found = solve(game, certify="none")
    return found.value[:, 0], f"{found.sweeps} sweeps, regret {found.regret:.0e}"


def by_iteration(made: dict[str, np.ndarray]) -> tuple[np.ndarray, str]:
    """Values (S,) to 1e-8 by plain value iteration."""
    states = len(made["flow"])
    starts = np.arange(states * ACTIONS + 1, dtype=np.int32) * OUTCOMES
    to = sp.csr_array((made["chance"].ravel(), made["succ"].ravel(), starts), shape=(states * ACTIONS, states))
    value, change, count = np.zeros(states), np.inf, 0
    while change > 1e-8 * (1.0 - BETA):
        ahead = (to @ value).reshape(states, ACTIONS)
        top = ahead.max(axis=1)
        soft = top + np.log(np.exp(PRECISION * (ahead - top[:, None])).mean(axis=1)) / PRECISION
        after = (made["flow"] * BETA) + BETA * soft
        change, value, count = float(np.abs(after - value).max()), after, count + 1
    return value, f"{count} iterations"


def alone(how: str, states: int, folder: Path) -> tuple[np.ndarray, str]:
    """One way in a fresh process: values, and a line about it."""
    target = folder / f"{how}.npz"
    subprocess.run([sys.executable, "-m", "benchmarks.decision", str(states), how, str(target)], check=True)
    with np.load(target) as found:
        return found["value"], str(found["told"])


def worker(states: int, how: str, target: str) -> None:
    """Solve in this process and write what came of it."""
    made = process(states)
    began, worked = time.perf_counter(), time.process_time()
    value, told = (by_detente if how == "detente" else by_iteration)(made)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    np.savez(target, value=value, told=f"{seconds:7.1f} s ({processor:6.1f} of processor) {memory:5.1f} GB  {told}")


def peer(states: int, folder: Path) -> tuple[np.ndarray, str] | None:
    """QuantEcon's values; None where it is not set up."""
    python = os.environ.get("DETENTE_PEERS")
    if not python:
        return None
    made = process(states)
    source, target = folder / "game.npz", folder / "quantecon.npz"
    reward = np.repeat(made["flow"] * BETA, ACTIONS).reshape(states, ACTIONS)
    np.savez(source, succ=made["succ"], chance=made["chance"], reward=reward, beta=BETA)
    subprocess.run([python, str(PEER), str(source), str(target)], check=True)
    with np.load(target) as found:
        seconds, processor, memory, count = found["told"]
        told = f"{seconds:7.1f} s ({processor:6.1f} of processor) {memory:5.1f} GB  {count:.0f} iterations"
        return found["value"], told


def main(arguments: list[str]) -> None:
    """A line for each way, then how far apart they are."""
    states = int(arguments[0]) if arguments else 1_000_000
    if len(arguments) == 3:
        return worker(states, *arguments[1:])
    print(f"{machine()}; one actor, {states:,} states, {ACTIONS} actions, {OUTCOMES} outcomes, beta {BETA:.5f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, told = alone("detente", states, folder)
        print(f"{'detente':18}{told}", flush=True)
        plain, told = alone("iteration", states, folder)
        print(f"{'value iteration':18}{told}; from detente at most {np.abs(plain - ours).max():.1e}", flush=True)
        other = peer(states, folder)
        if other is None:
            print("QuantEcon is not set up (DETENTE_PEERS); running without it")
            return None
        bound = np.log(ACTIONS) / PRECISION * BETA / (1.0 - BETA)
        gap = other[0] - ours
        apart = f"above detente by {gap.min():.3g} to {gap.max():.3g}, bound {bound:.3g}"
        print(f"{'QuantEcon':18}{other[1]}, hard maximum; {apart}")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
