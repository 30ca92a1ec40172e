"""A Markov decision process solved by QuantEcon: ``python quantecon_ddp.py game.npz found.npz [k]``.

Reads state-action pairs: chance, succ and starts of the CSR matrix (pairs, states), reward (pairs,), states, beta.
Solves the hard maximum to 1e-6 by modified policy iteration with k evaluations a step, or by policy iteration where
k is 0. Writes the value (S,), and seconds on the clock, of processor, GB at the peak and before reading, and
iterations. What Numba compiles is compiled before the clock starts.
"""

import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from quantecon.markov import DiscreteDP

BEST = 100  # evaluations a step: as fast as 50, 200 or 400 at 60 thousand states, faster than 20 there, than 400 at 250


def solve(chance, succ, starts, reward, states, beta, k):
    """Build the problem and solve it."""
    to = sp.csr_matrix((chance, succ, starts), shape=(len(reward), states))
    actions = len(reward) // states
    state = np.repeat(np.arange(states, dtype=np.int32), actions)
    problem = DiscreteDP(reward, to, beta, state, np.tile(np.arange(actions, dtype=np.int32), states))
    if k == 0:
        return problem.solve(method="policy_iteration", max_iter=10_000)
    return problem.solve(method="modified_policy_iteration", epsilon=1e-6, max_iter=100_000, k=k)


def peak():
    """GB of this process at its peak."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024**2


def main(source, target, k):
    """Solve the problem of one file into another."""
    chance, starts = np.ones(4), np.arange(5, dtype=np.int32)
    solve(chance, np.array([0, 1, 1, 0], np.int32), starts, np.array([0.0, 1.0, 0.0, 1.0]), 2, 0.5, k)
    empty = peak()
    with np.load(source) as arrays:
        parts = [arrays[name] for name in ("chance", "succ", "starts", "reward")]
        states, beta = int(arrays["states"]), float(arrays["beta"])
    started, worked = time.perf_counter(), time.process_time()
    found = solve(*parts, states, beta, k)
    seconds = time.perf_counter() - started, time.process_time() - worked
    np.savez(target, value=found.v, told=[*seconds, peak(), empty, found.num_iter])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else BEST)
