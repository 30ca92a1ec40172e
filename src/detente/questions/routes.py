r"""Routes through a directed graph with weights: the widest, the likeliest, the shortest.

Nodes are numbered from 0, edges are arrays: edge e leads from ``source[e]`` to ``target[e]``; two edges may join the
same nodes. Of all routes from a start to a goal,

    widest      has the largest smallest slack (the bottleneck; Pollack 1960), or one as good to an accuracy that is
                given; of these fewest steps, then likeliest
    likeliest   has the largest product of chances: the smallest sum of -log chance (Dijkstra 1959); ties: fewest steps
    shortest    has the fewest steps; of these, the likeliest

The width is found by bisection over the different slacks: a width is reached if the goal is, by edges at least so
wide. That takes log2 E searches, each linear in the edges. Among edges of the width, those that lead one step further
from the start than they begin make up all shortest routes, and the likeliest of these is picked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse import csgraph

_STEP = 1e-12  # added to every -log chance: fewest steps among the likeliest, and no weight is zero


@dataclass(frozen=True, eq=False)
class Graph:
    """E edges between so many nodes."""

    nodes: int
    source: np.ndarray  # (E,)
    target: np.ndarray  # (E,)
    slack: np.ndarray  # (E,) payoff; inf where nobody decides
    chance: np.ndarray  # (E,) above 0: that the next event from the source is this one

    def only(self, which: np.ndarray) -> Graph:
        """The graph with some of its edges, bool (E,) or indices."""
        return replace(self, **{name: getattr(self, name)[which] for name in ("source", "target", "slack", "chance")})

    def to(self, hits: np.ndarray) -> Graph:
        """The graph in which some edges, bool (E,), lead to one new node, the last: the goal."""
        return replace(self, nodes=self.nodes + 1, target=np.where(hits, self.nodes, self.target))

    def reached(self, start: int) -> np.ndarray:
        """(nodes,) bool: where routes from the start lead, the start included."""
        return self._reached(_pairs(self.source, self.target, self.nodes), start)

    def widest(self, start: int, goal: int, near: float = 0.0) -> np.ndarray | None:
        """The edges of the widest route in order, widths up to ``near`` apart being alike; None without one."""
        width = self.width(start, goal)
        if width is None:
            return None
        wide = np.flatnonzero(self.slack >= width - near)
        found = self.only(wide).shortest(start, goal)
        return None if found is None else wide[found]

    def width(self, start: int, goal: int) -> float | None:
        """The largest smallest slack of a route to the goal; None where there is none."""
        best, at = self._best(-self.slack)
        slack = self.slack[best]
        levels = np.unique(slack)
        low, high = 0, len(levels)  # the width is at levels[low] or above, below levels[high]
        while low < high:
            middle = (low + high) // 2
            kept = slack >= levels[middle]
            matrix = _matrix(at // self.nodes, at % self.nodes, kept, self.nodes)
            if self._reached(matrix, start)[goal]:
                low = middle + 1
            else:
                high = middle
        return float(levels[low - 1]) if low else None

    def likeliest(self, start: int, goal: int) -> np.ndarray | None:
        """The edges of the likeliest route in order; None where none leads to the goal."""
        cost = _STEP - np.log(self.chance)
        best, at = self._best(cost)
        weights: Any = sp.csr_array((cost[best], (at // self.nodes, at % self.nodes)), shape=(self.nodes, self.nodes))
        before: Any
        _, before = csgraph.dijkstra(weights, indices=np.array(start), return_predecessors=True)
        return self._back(best, at, before, start, goal)

    def shortest(self, start: int, goal: int) -> np.ndarray | None:
        """The edges of the shortest route in order; None where none leads to the goal."""
        pairs = _pairs(self.source, self.target, self.nodes)
        steps: Any = csgraph.dijkstra(pairs, indices=np.array(start), unweighted=True)
        onward = steps[self.source] + 1 == steps[self.target]
        if not np.isfinite(steps[goal]) or start == goal:
            return np.zeros(0, dtype=np.intp) if start == goal else None
        found = self.only(onward).likeliest(start, goal)
        return None if found is None else np.flatnonzero(onward)[found]

    def _best(self, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of the edges between the same nodes the cheapest, the first of equals: edges and pairs (P,), ascending."""
        pair = self.source.astype(np.int64) * self.nodes + self.target
        order = np.lexsort((cost, pair))
        first = np.ones(len(order), dtype=bool)
        first[1:] = pair[order][1:] != pair[order][:-1]
        return order[first], pair[order][first]

    def _back(self, edges: np.ndarray, at: np.ndarray, before: np.ndarray, start: int, goal: int) -> np.ndarray | None:
        """The edges from the start to the goal, from each node's predecessor."""
        found, node = list[int](), goal
        while node != start:
            previous = int(before[node])
            if previous < 0:
                return None
            found.append(int(edges[np.searchsorted(at, previous * self.nodes + node)]))
            node = previous
        return np.array(found[::-1], dtype=np.intp)

    def _reached(self, matrix: Any, start: int) -> np.ndarray:
        found = np.zeros(self.nodes, dtype=bool)
        found[csgraph.breadth_first_order(matrix, start, return_predecessors=False)] = True
        return found


def _pairs(source: np.ndarray, target: np.ndarray, nodes: int) -> Any:
    """Which nodes an edge joins, (nodes, nodes) of ones."""
    pairs = sp.csr_array((np.ones(len(source)), (source, target)), shape=(nodes, nodes))
    pairs.sum_duplicates()
    pairs.data[:] = 1.0
    return pairs


def _matrix(source: np.ndarray, target: np.ndarray, kept: np.ndarray, nodes: int) -> Any:
    """The same for some of the pairs, bool (P,), that ascend."""
    starts = np.searchsorted(source[kept], np.arange(nodes + 1))
    return sp.csr_array((np.ones(int(kept.sum())), target[kept], starts), shape=(nodes, nodes))
