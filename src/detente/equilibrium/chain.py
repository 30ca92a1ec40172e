"""Linear systems of one actor's policy iteration, ``(rho - A) x = G``: two levels, in single precision.

A = P - (row sums of P) is the generator of play and chance, P the rates (S, S) of going to other states. With
D = rho + row sums of P, what is solved is ``(1 - T) x = G / D``, T = P / D a matrix of chances whose rows sum to
1 - rho / D. A constant in x, on which 1 - T is as small as rho / D, is taken out before each product and comes back
exactly, so that single precision does not lose it. Flexible GMRES is preconditioned by two levels: a few Jacobi steps
``x <- b + T x``, which move everything that varies from state to state; then the states are joined in blocks of
neighbours, x is one number a block, and the system of the block sums is solved by sparse factors. What discounting
damps slowly are long waves over many states, and blocks can follow those. States are numbered so that neighbours lie
close; where they do not, the blocks still take out the constant and do no harm.

Rows of T lie state by state, so its pattern is laid out once and the numbers of a column are written into their
places. Chances below 1e-12 are left out: subnormal numbers make a product twenty times as long.
References: Bertsekas and Castanon (1989), Adaptive aggregation methods for infinite horizon dynamic programming;
Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 13.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from detente.equilibrium.krylov import gmres
from detente.equilibrium.pattern import Floats

if TYPE_CHECKING:
    from detente.game.arrays import Game

JACOBI = 2  # steps before the blocks
BLOCKS, LEAST = (4000, 500), 64  # at most so many blocks, of at least so many states; the second where many touch
TOUCHING = 40  # blocks that one block leads to, on average, up to which there may be many
RESTART, PRODUCTS = 8, 120  # of GMRES
CHUNK = 1 << 12  # states at a time, where numbers are written
NEVER = 1e-12  # a chance that is left out


class Chain:
    """The states, and where play and chance lead; ``solve`` takes the chances of play."""

    def __init__(self, game: Game):
        self.states = game.shape[0]
        self._tempo, self._rho = (float(np.asarray(each)[0]) for each in (game.tempo, game.discount))
        self._moves = [(np.asarray(c.succ, np.int32), np.asarray(c.chance, np.float64)) for c in game.columns]
        self._events = np.asarray(game.chance.succ, np.int32), np.asarray(game.chance.rate, np.float64)
        open_in = [np.asarray(column.action) >= 0 for column in game.columns]
        width = self._events[0].shape[1] + sum(succ.shape[1] for succ, _ in self._moves)
        self._kept = np.empty((self.states, width), bool)
        for part in self._chunks():
            pairs = zip(self._moves, open_in, strict=True)
            some = [(chance[part] > 0.0) & is_open[part, None] for (_, chance), is_open in pairs]
            here = np.arange(part.start, part.stop, dtype=np.int32)[:, None]
            self._kept[part] = np.concatenate([*some, self._events[1][part] > 0.0], axis=1) & (self._succ(part) != here)
        self._starts = np.concatenate([[0], np.cumsum(self._kept.sum(axis=1))]).astype(np.int32)
        self._to = np.empty(self._starts[-1], np.int32)
        for part in self._chunks():
            self._to[self._starts[part.start] : self._starts[part.stop]] = self._succ(part)[self._kept[part]]
        self._numbers = np.empty(len(self._to), np.float32)
        self._numbers.fill(1.0)
        for most in BLOCKS:
            self._block = max(LEAST, -(-self.states // most))
            self._of = (np.arange(self.states) // self._block).astype(np.int32)
            if self._joined().nnz <= TOUCHING * (int(self._of[-1]) + 1):
                break

    def solve(self, chances: list[Floats], right: Floats, tolerance: float) -> tuple[Any, int]:
        """x (S,) with ``(rho - A) x = right`` to a relative residual under these chances; and the products it took."""
        leave = self._fill(chances)
        moves = sp.csr_array((self._numbers, self._to, self._starts), shape=(self.states, self.states))
        fading = (self._rho / leave).astype(np.float32)

        def apply(x: Any) -> Any:
            mean = x.mean(dtype=np.float64).astype(np.float32)
            out = x - mean
            out -= moves @ out
            out += mean * fading
            return out

        scaled: Any = (right / leave).astype(np.float32)
        inverse = self._two_levels(moves, self._rho / leave)
        solved = gmres(apply, scaled, inverse, tolerance, RESTART, PRODUCTS)
        return solved.x, (JACOBI + 2) * solved.products

    def _succ(self, part: slice) -> Any:
        """Where everything that is open or may happen leads, from these states."""
        return np.concatenate([*(succ[part] for succ, _ in self._moves), self._events[0][part]], axis=1)

    def _chunks(self) -> Iterator[slice]:
        for first in range(0, self.states, CHUNK):
            yield slice(first, min(first + CHUNK, self.states))

    def _fill(self, chances: list[Floats]) -> Floats:
        """Write T; D is returned."""
        leave = np.empty(self.states)
        width = self._kept.shape[1]
        for part in self._chunks():
            rates = np.empty((part.stop - part.start, width))
            first = 0
            for share, (_, chance) in zip(chances, self._moves, strict=True):
                played = np.where(share[part] > NEVER, self._tempo * share[part], 0.0)
                np.multiply(chance[part], played[:, None], out=rates[:, first : first + chance.shape[1]])
                first += chance.shape[1]
            rates[:, first:] = self._events[1][part]
            rates *= self._kept[part]
            leave[part] = self._rho + rates.sum(axis=1)
            rates /= leave[part, None]
            self._numbers[self._starts[part.start] : self._starts[part.stop]] = rates[self._kept[part]]
        return leave

    def _two_levels(self, moves: Any, fading: Floats) -> Any:
        """An approximate inverse of 1 - T."""
        edges = np.arange(0, self.states, self._block)
        joined = self._joined()
        between = (joined - sp.diags_array(joined.diagonal())).astype(np.float64)
        factors = splu(sp.csc_array(sp.diags_array(between.sum(axis=1) + np.add.reduceat(fading, edges)) - between))

        def inverse(right: Any) -> Any:
            x, rest = right.copy(), moves @ right
            for _ in range(JACOBI):
                x += rest
                rest = moves @ rest
            x += factors.solve(np.add.reduceat(rest, edges).astype(np.float64)).astype(np.float32)[self._of]
            return x

        return inverse

    def _joined(self) -> Any:
        """T summed over blocks."""
        each, some = np.ones(self.states, np.float32), np.arange(self.states + 1, dtype=np.int32)
        count = int(self._of[-1]) + 1
        member = sp.csr_array((each, self._of, some), shape=(self.states, count))
        starts = np.append(self._starts[: -1 : self._block], self._starts[-1])
        return sp.csr_array((self._numbers, self._to, starts), shape=(count, self.states)) @ member
