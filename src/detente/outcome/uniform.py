"""One tick of the uniformised chain, for several outcomes at once.

With q no less than any state's rate of events, P = I + Q / q is a matrix of chances. The chain of outcome k has the
same P without what reaches k: states where k holds are left out, and of the events that take one of its actions, F_k,
nothing goes on. So one product with the common sparse P serves all outcomes, as columns of a dense block, and

    forward:   x_k <- outside_k * (P' x_k - F_k' x_k / q),    and what is taken out is what reaches k at this tick,
    backward:  v_k <- outside_k * (P v_k - F_k v_k / q + g_k / q),

where g_k(s) is the rate of reaching k from s.

An action that leaves the state as it is adds its rate f to the rate l at which its outcome's chain leaves the state.
The clock need not tick that often: with q >= l + f / 2 the entry on the diagonal, 1 - (l + f) / q, may be negative, but
no row's entries are more than one in absolute value, so ticks cut off still cost no more than twice their chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
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
    inside: np.ndarray  # (I,) the entries of a flat block where the outcome holds
    reach: Hits

    @cached_property
    def hit(self) -> np.ndarray:
        """(S, K) the chance that a tick reaches it."""
        return self.reach.rate / self.clock

    @cached_property
    def slip(self) -> np.ndarray:
        """(S, K) and by a slip."""
        return self.reach.slip / self.clock

    @cached_property
    def entries(self) -> np.ndarray:
        """(R + I,) the entries of a flat block at which outcomes are reached."""
        return np.concatenate([self.rows, self.inside])

    @cached_property
    def held(self) -> np.ndarray:
        """(R + I,) bool: the entries where the outcome holds; into the others actions lead."""
        return np.arange(len(self.entries)) >= len(self.rows)

    @cached_property
    def outcome(self) -> np.ndarray:
        """(R + I,) and which outcome it is."""
        return np.asarray(self.entries % self.reach.holds.shape[1])

    @cached_property
    def doubled(self) -> Uniform:
        """With all chances doubled, as in T_{n+1} = 2 P T_n - T_{n-1}."""
        return replace(self, matrix=2.0 * self.matrix, taken=2.0 * self.taken)

    def remaining(self, block: np.ndarray) -> np.ndarray:
        """(S, K) what goes on after a tick, in the states where the outcome is still to be reached."""
        return self.passed(block)[0]

    def passed(self, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What goes on after a tick (S, K), and what does not, by :attr:`entries`: forward, what reaches an outcome."""
        following = np.asarray(self.matrix @ block)
        flat = following.ravel()
        gone = self.taken @ block.ravel() if len(self.rows) else np.zeros(0)
        flat[self.rows] -= gone
        fallen = flat[self.inside]
        flat[self.inside] = 0.0
        return following, np.concatenate([gone, fallen])


def uniform(chain: Chain, reach: Hits, *, transposed: bool) -> Uniform:
    """One tick of a chain; ``transposed`` moves chances forward, otherwise expectations move backward."""
    leaving = np.asarray(chain.rates.sum(axis=1)).ravel()
    busiest = [leaving] + [leaving + taken.diagonal() / 2 for taken in reach.taken if taken is not None]
    clock = max(float(total.max(initial=0.0)) for total in busiest) or 1.0
    matrix = sparse.csr_array(chain.rates / clock + sparse.diags_array(1 - leaving / clock))
    rows, taken = _flat(reach, clock, transposed=transposed)
    return Uniform(
        clock=clock,
        matrix=sparse.csr_array(matrix.T) if transposed else matrix,
        rows=rows,
        taken=taken,
        inside=np.flatnonzero(reach.holds),
        reach=reach,
    )


def _flat(reach: Hits, clock: float, *, transposed: bool) -> tuple[np.ndarray, sparse.csr_array]:
    """The F_k / q of all outcomes as one matrix on a flat block, without its empty rows, and which rows are left."""
    size, count = reach.holds.shape
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
