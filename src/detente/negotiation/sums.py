"""The frontier of linear-additive utilities, built issue by issue without enumerating outcomes.

A partial outcome fixes the first k issues; its sum is what they contribute to each party. If a partial sum is dominated
by another, every completion of it is dominated by the same completion of the other: contributions are whole numbers, so
adding is exact and strict inequalities stay strict. So

    front_k = undominated(front_{k-1} + values of issue k)        (a Minkowski sum, pruned)

holds all sums of Pareto-optimal outcomes, and front_I is exactly the frontier. Equal sums are one node; each node keeps
every pair (node before, value) that leads to it, so that all tied outcomes can be read off as paths.

With reservation values, a partial sum that cannot reach somebody's even with the best values of the other issues is
dropped too: what comes out is the frontier within the zone of agreement.

Cost: the sizes of the partial fronts times the values of an issue, where enumeration costs the product of all values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.negotiation.dominance import ranked, undominated
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.negotiation.domain import Linear

MOST_SUMS = 4_000_000  # partial outcomes looked at for one issue
MOST_NODES = 200_000  # undominated partial sums, whose comparison is quadratic with more than three parties


class TooLarge(DetenteError):  # noqa: N818
    """The frontier is too large to be built."""


@dataclass(frozen=True, eq=False)
class Layer:
    """The nodes of one issue: ``origins`` (L,) number pairs (node before x values + value), node by node."""

    origins: np.ndarray
    starts: np.ndarray  # (nodes + 1,)
    values: int


@dataclass(frozen=True, eq=False)
class Sums:
    """``sums`` (K, P), distinct, best first for the first party; ``outcomes`` (K,) of each; layers in ``order``."""

    sums: np.ndarray
    outcomes: np.ndarray
    layers: tuple[Layer, ...]
    order: tuple[int, ...]

    def paths(self, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Choices (M, I) of all outcomes and the node (M,) of each; one a node if there are more than ``most``."""
        single = self.outcomes.sum() > most
        nodes = at = np.arange(len(self.sums))
        choices = np.zeros((len(nodes), len(self.order)), dtype=np.int32)
        for issue, layer in zip(reversed(self.order), reversed(self.layers), strict=True):
            begin = layer.starts[at]
            count = np.ones_like(at) if single else layer.starts[at + 1] - begin
            row = np.repeat(np.arange(len(at)), count)
            within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
            pair = layer.origins[begin[row] + within]
            nodes, choices = nodes[row], choices[row]
            at, choices[:, issue] = np.divmod(pair, layer.values)
        return choices, nodes


def undominated_sums(utilities: Linear, reservation: np.ndarray | None = None) -> Sums:
    """The frontier's sums; with ``reservation`` (P,), only of outcomes that are worth it to everybody."""
    tables = utilities.contributions
    order = sorted(range(len(tables)), key=lambda n: len(tables[n]))
    rest = sum((table.max(axis=0) for table in tables), np.zeros_like(utilities.constant))
    sums, outcomes, layers = utilities.constant[None, :], np.ones(1), []
    for issue in order:
        table = tables[issue]
        if len(sums) * len(table) > MOST_SUMS:
            raise TooLarge(f"The frontier is too large: {len(sums):,} partial agreements before the last issues.")
        candidates = (sums[:, None, :] + table[None, :, :]).reshape(-1, sums.shape[1])
        rest = rest - table.max(axis=0)
        kept = _standing(candidates, None if reservation is None else utilities.worth(candidates + rest) >= reservation)
        order_kept, first = ranked(candidates[kept])
        kept, starts = kept[order_kept], np.flatnonzero(first)
        if len(starts) > MOST_NODES:
            raise TooLarge(f"The frontier is too large: more than {MOST_NODES:,} undominated partial agreements.")
        sums = candidates[kept[starts]]
        outcomes = np.add.reduceat(outcomes[kept // len(table)], starts) if len(starts) else np.zeros(0)
        layers.append(Layer(kept, np.append(starts, len(kept)), len(table)))
    return Sums(sums, outcomes, tuple(layers), tuple(order))


def _standing(candidates: np.ndarray, within: np.ndarray | None) -> np.ndarray:
    """Positions of the undominated candidates, of those that can still be worth it to all."""
    if within is None:
        return np.flatnonzero(undominated(candidates))
    able = np.flatnonzero(within.all(axis=1))
    kept: np.ndarray = able[undominated(candidates[able])]
    return kept
