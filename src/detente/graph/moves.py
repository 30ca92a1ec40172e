"""One decision maker's moves between states, as lists of edges sorted by where they start.

    edge e goes from source[e] to to[e]; those of state s are start[s] .. start[s + 1] - 1        S states, E edges

The edges of a state are the row of its reachability matrix (Xu, Li, Hipel and Kilgour 2009); a product with that matrix
over some semiring is a gather and a reduction over rows (:meth:`Moves.over`), and costs E instead of S squared. Moves
need not be reversible nor transitive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from detente.problems import DetenteError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Moves:
    """Edges of one decision maker: ``start`` (S + 1,), ``to`` (E,) and ``source`` (E,), sorted, none twice."""

    start: np.ndarray
    to: np.ndarray
    source: np.ndarray

    @classmethod
    def of(cls, source: ArrayLike, to: ArrayLike, states: int) -> Moves:
        """From pairs of state indices in any order; DetenteError for one that leads nowhere or back to its start."""
        start, end = np.asarray(source, np.int64).ravel(), np.asarray(to, np.int64).ravel()
        if start.size and (min(start.min(), end.min()) < 0 or max(start.max(), end.max()) >= states):
            raise DetenteError(f"A move names a state that is not there; states are numbered from 0 to {states - 1}.")
        if np.any(start == end):
            raise DetenteError("A move leads from a state to itself; staying is always possible and is no move.")
        keys = np.unique(start * states + end)
        return cls.sorted(keys // states, keys % states, states)

    @classmethod
    def sorted(cls, source: np.ndarray, to: np.ndarray, states: int) -> Moves:
        """From pairs that are in order of ``source``, and right."""
        start = np.zeros(states + 1, np.int64)
        np.cumsum(np.bincount(source, minlength=states), out=start[1:])
        return cls(start, to.astype(np.int64), source.astype(np.int64))

    @classmethod
    def matrix(cls, reach: Any) -> Moves:
        """From a reachability matrix (S, S), dense or sparse: true or non-zero where the row's state leads."""
        array: Any = reach if sparse.issparse(reach) else np.asarray(reach)
        size = _square(array.shape)
        source, to = array.nonzero()
        return cls.of(source, to, size)

    def back(self) -> Moves:
        """The same moves from end to start, for searches onward from a state."""
        order = np.argsort(self.to, kind="stable")
        return Moves.sorted(self.to[order], self.source[order], len(self.start) - 1)

    def from_(self, state: int) -> np.ndarray:
        """The states that a move from here leads to."""
        return self.to[self.start[state] : self.start[state + 1]]

    def over(self, join: np.ufunc, values: np.ndarray, empty: int, allowed: np.ndarray | None = None) -> np.ndarray:
        """``join`` of ``values`` (S, ...) over the states that each state leads to; ``empty`` where there is none.

        ``allowed`` (E,) or (E, ...) keeps some edges only.
        """
        neutral = np.asarray(empty, values.dtype)
        if values.ndim == 1 and (allowed is None or allowed.ndim == 1):
            there = values[self.to]
            return self.rows(join, there if allowed is None else np.where(allowed, there, neutral), empty)
        shape = values.shape[1:] if allowed is None or allowed.ndim == 1 else allowed.shape[1:]
        found = np.full((len(values), *shape), neutral)
        degree = np.diff(self.start)
        for n in range(int(degree.max(initial=0))):  # each state's edge n: rows are wide, and reduceat is slow on them
            some = np.flatnonzero(degree > n)
            edge = self.start[some] + n
            there = values[self.to[edge]]
            if allowed is not None:
                kept = allowed[edge]
                there = np.where(kept.reshape(*kept.shape, *(1,) * (there.ndim - kept.ndim)), there, neutral)
            found[some] = join(found[some], there)
        return found

    def rows(self, join: np.ufunc, edges: np.ndarray, empty: int) -> np.ndarray:
        """``join`` of ``edges`` (E, ...) over the edges of each state: (S, ...)."""
        found = np.full((len(self.start) - 1, *edges.shape[1:]), empty, edges.dtype)
        some = np.flatnonzero(np.diff(self.start))
        if some.size:
            found[some] = join.reduceat(edges, self.start[some], axis=0)
        return found


def _square(shape: tuple[int, ...]) -> int:
    if len(shape) != 2 or shape[0] != shape[1]:
        raise DetenteError(f"A reachability matrix is square, a row and a column a state; this one is {shape}.")
    return int(shape[0])
