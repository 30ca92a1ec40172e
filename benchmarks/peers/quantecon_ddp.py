"""A Markov decision process solved by QuantEcon: ``python quantecon_ddp.py game.npz found.npz``; its own environment.

Reads succ, chance (S, A, K), reward (S, A) and beta; solves the hard maximum by modified policy iteration on
state-action pairs. Writes the value (S,), and seconds on the clock, of processor, and GB at the peak.
"""

import resource
import sys
import time

import numpy as np
import scipy.sparse as sp
from quantecon.markov import DiscreteDP

source, target = sys.argv[1:]
with np.load(source) as arrays:
    succ, chance, reward, beta = arrays["succ"], arrays["chance"], arrays["reward"], float(arrays["beta"])
states, actions, wide = succ.shape
started, worked = time.perf_counter(), time.process_time()
starts = np.arange(states * actions + 1, dtype=np.int32) * wide
to = sp.csr_matrix((chance.ravel(), succ.ravel(), starts), shape=(states * actions, states))
pairs = np.divmod(np.arange(states * actions), actions)
problem = DiscreteDP(reward.ravel(), to, beta, *pairs)
found = problem.solve(method="modified_policy_iteration", epsilon=1e-6)
seconds = time.perf_counter() - started, time.process_time() - worked
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
np.savez(target, value=found.v, told=[*seconds, memory, found.num_iter])
