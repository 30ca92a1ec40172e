"""One tick of the uniformised chain, for several outcomes at once.

With q no less than any state's rate of events, P = I + Q / q is a matrix of chances. The chain of outcome k has the
same P without what reaches k: states where k holds are left out, and of the events that take one of its actions, F_k,
nothing goes on. So one product with the common sparse P serves all outcomes, as columns of a dense block, and

    forward:   x_k <- outside_k * (P' x_k - F_k' x_k / q),    and  x_k . g_k / q  is what reaches k at this tick,
    backward:  v_k <- outside_k * (P v_k - F_k v_k / q + g_k / q),

where g_k(s) is the rate of reaching k from s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from detente.outcome.process import Chain
    from detente.outcome.targets import Hits


@dataclass(frozen=True, eq=False)
class Uniform:
    """The uniformised chains of K outcomes, forward (transposed) or backward."""

    clock: float  # q, ticks a month
    matrix: sparse.csr_array  # (S, S) P, or its transpose
    rows: np.ndarray  # (R,) the entries of a flat block (S K,) that taking actions keeps from going on
    taken: sparse.csr_array  # (R, S K) all F_k / q, or their transposes, on a flat block
    outside: np.ndarray  # (S, K) 1.0 where the outcome is still to be reached
    hit: np.ndarray  # (S, K) the chance that a tick reaches it
    slip: np.ndarray  # (S, K) and by a slip

    def remaining(self, block: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """(S, K) what goes on after a tick, in the states where the outcome is still to be reached."""
        following: np.ndarray = np.asarray(self.matrix @ block)
        if len(self.rows):
            following.ravel()[self.rows] -= self.taken @ block.ravel()
        left: np.ndarray = np.multiply(following, self.outside, out=following if out is None else out)
        return left


def uniform(chain: Chain, reach: Hits, *, transposed: bool) -> Uniform:
    """One tick of a chain; ``transposed`` moves chances forward, otherwise expectations move backward."""
    leaving = np.asarray(chain.rates.sum(axis=1)).ravel()
    busiest = [leaving] + [leaving + taken.diagonal() for taken in reach.taken if taken is not None]
    clock = max(float(total.max(initial=0.0)) for total in busiest) or 1.0
    matrix = sparse.csr_array(chain.rates / clock + sparse.diags_array(1 - leaving / clock))
    rows, taken = _flat(reach, clock, transposed=transposed)
    return Uniform(
        clock=clock,
        matrix=sparse.csr_array(matrix.T) if transposed else matrix,
        rows=rows,
        taken=taken,
        outside=(~reach.holds).astype(np.float64),
        hit=reach.rate / clock,
        slip=reach.slip / clock,
    )


def _flat(reach: Hits, clock: float, *, transposed: bool) -> tuple[np.ndarray, sparse.csr_array]:
    """The F_k / q of all outcomes as one matrix on a flat block, without its empty rows, and which rows are left."""
    size, count = reach.rate.shape
    after, before, chance = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for k, taken in enumerate(reach.taken):
        if taken is not None:
            entries = taken.tocoo()
            source, target = entries.coords
            after.append((target if transposed else source).astype(np.int64) * count + k)
            before.append((source if transposed else target).astype(np.int64) * count + k)
            chance.append(entries.data / clock)
    rows, row = np.unique(np.concatenate(after), return_inverse=True)
    shape = (len(rows), size * count)
    entry = (np.concatenate(chance), (row, np.concatenate(before)))
    return rows, sparse.csr_array(sparse.coo_array(entry, shape=shape))
