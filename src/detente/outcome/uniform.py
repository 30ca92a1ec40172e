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
    taken: tuple[sparse.csr_array | None, ...]  # F_k / q, or its transpose
    outside: np.ndarray  # (S, K) 1.0 where the outcome is still to be reached
    hit: np.ndarray  # (S, K) the chance that a tick reaches it
    slip: np.ndarray  # (S, K) and by a slip

    def remaining(self, block: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """(S, K) what goes on after a tick, in the states where the outcome is still to be reached."""
        following = np.asarray(self.matrix @ block)
        for k, taken in enumerate(self.taken):
            if taken is not None:
                following[:, k] -= taken @ block[:, k]
        return np.multiply(following, self.outside, out=following if out is None else out)


def uniform(chain: Chain, hits: Hits, *, transposed: bool) -> Uniform:
    """One tick of a chain; ``transposed`` moves chances forward, otherwise expectations move backward."""
    rates = chain.rates
    leaving = np.asarray(rates.sum(axis=1)).ravel()
    busiest = [leaving] + [leaving + taken.diagonal() for taken in hits.taken if taken is not None]
    clock = max(float(total.max(initial=0.0)) for total in busiest) or 1.0
    matrix = sparse.csr_array(rates / clock + sparse.diags_array(1 - leaving / clock))
    taken = tuple(None if one is None else sparse.csr_array(one / clock) for one in hits.taken)
    if transposed:
        matrix = sparse.csr_array(matrix.T)
        taken = tuple(None if one is None else sparse.csr_array(one.T) for one in taken)
    return Uniform(clock, matrix, taken, (~hits.holds).astype(np.float64), hits.rate / clock, hits.slip / clock)
