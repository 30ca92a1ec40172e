"""Linear systems of one actor's policy iteration, ``(rho - A) x = G``: two levels, in single precision.

A = P - (row sums of P) is the generator of play and chance, P the rates (S, S) of going to other states. With
D = rho + row sums of P, what is solved is ``(1 - T) x = G / D``, T = P / D a matrix of chances whose rows sum to
1 - rho / D. A constant in x, on which 1 - T is as small as rho / D, is taken out before each product and comes back
exactly, so that single precision does not lose it. GMRES is preconditioned from the right by two levels: a few Jacobi
steps ``x <- b + T x``, which move everything that varies from state to state; then the states are joined in blocks of
neighbours, x is one number a block, and the system of the block sums is solved by sparse factors. What discounting
damps slowly are long waves over many states, and blocks can follow those. States are numbered so that neighbours lie
close; where they do not, the blocks still take out the constant and do no harm.

T is kept as one matrix for each column and one for chance events, which share the game's own indices of states: four
bytes for each outcome of each choice, and no more. GMRES keeps one basis, four bytes for each state and product of a
cycle: its preconditioner is the same throughout, so it is applied once more to their sum. Chances below 1e-12 are left
out: subnormal numbers make a product twenty times as long.
References: Bertsekas and Castanon (1989), Adaptive aggregation methods for infinite horizon dynamic programming;
Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 13.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from detente.equilibrium.krylov import orthogonalise
from detente.equilibrium.lone import chunks, csr, expectation
from detente.equilibrium.result import Floats

if TYPE_CHECKING:
    from detente.game.arrays import Game

JACOBI = 2  # steps before the blocks
BLOCKS, LEAST = (4000, 500), 64  # at most so many blocks, of at least so many states; the second where many touch
TOUCHING = 40  # blocks that one block leads to, on average, up to which there may be many
RESTART, PRODUCTS = 8, 120  # of GMRES
NEVER = 1e-12  # a chance that is left out


class Chain:
    """The states, and where play and chance lead; ``write`` the rates, then ``solve``."""

    def __init__(self, game: Game):
        self.states = game.shape[0]
        self._tempo, self._rho = (float(np.asarray(each)[0]) for each in (game.tempo, game.discount))
        pairs = [(column.succ, column.chance) for column in game.columns] + [(game.chance.succ, game.chance.rate)]
        self._leads = [(np.asarray(succ, np.int32), np.asarray(chance, np.float64)) for succ, chance in pairs]
        self._numbers = [np.empty(succ.shape, np.float32) for succ, _ in self._leads]
        leads = zip(self._leads, self._numbers, strict=True)
        self._moves = [expectation(numbers, succ, self.states) for (succ, _), numbers in leads if succ.shape[1]]
        self._fading = np.empty(self.states, np.float32)  # rho / D
        self._right = np.empty(self.states, np.float32)  # G / D
        for part in chunks(self.states):
            one = np.ones(part.stop - part.start)
            self.write(part, [one] * len(game.columns), one)
        for most in BLOCKS:
            self._block = max(LEAST, -(-self.states // most))
            self._edges = np.arange(0, self.states, self._block)
            if self._joined().nnz <= TOUCHING * len(self._edges):
                break

    def write(self, part: slice, chances: list[Floats], right: Floats) -> None:
        """T and G / D of the states ``part``, from the chances of play there, by column, and G."""
        here = np.arange(part.start, part.stop, dtype=np.int32)[:, None]
        leave = np.full(len(here), self._rho)
        rates = []
        for (succ, chance), share in zip(self._leads, [*chances, None], strict=True):
            rate = chance[part] * (succ[part] != here)
            if share is not None:
                rate *= np.where(share > NEVER, self._tempo * share, 0.0)[:, None]
            for outcome in range(rate.shape[1]):
                leave += rate[:, outcome]
            rates.append(rate)
        for rate, numbers in zip(rates, self._numbers, strict=True):
            np.divide(rate, leave[:, None], out=numbers[part], casting="same_kind")
        self._fading[part], self._right[part] = self._rho / leave, right / leave

    def solve(self, tolerance: float) -> tuple[Any, int]:
        """x (S,) with ``(rho - A) x = G``, as written, to a relative residual; and the products it took."""
        found, products = _gmres(self._apply, self._right, self._two_levels(), tolerance)
        return found, (JACOBI + 2) * products

    def _apply(self, x: Any) -> Any:
        """(1 - T) x."""
        mean = x.mean(dtype=np.float64).astype(np.float32)
        out = x - mean
        out -= self._ahead(out)
        out += mean * self._fading
        return out

    def _ahead(self, x: Any) -> Any:
        """T x."""
        out = np.zeros_like(x)
        for moves in self._moves:
            out += moves @ x
        return out

    def _two_levels(self) -> Callable[[Any], Any]:
        """An approximate inverse of 1 - T."""
        joined = self._joined()
        between = (joined - sp.diags_array(joined.diagonal())).astype(np.float64)
        fading = np.add.reduceat(self._fading, self._edges, dtype=np.float64)
        factors = splu(sp.csc_array(sp.diags_array(between.sum(axis=1) + fading) - between))
        sizes = np.diff(np.append(self._edges, self.states))

        def inverse(right: Any) -> Any:
            x, rest = right.copy(), self._ahead(right)
            for _ in range(JACOBI):
                x += rest
                rest = self._ahead(rest)
            waves = factors.solve(np.add.reduceat(rest, self._edges).astype(np.float64))
            x += np.repeat(waves.astype(np.float32), sizes)
            return x

        return inverse

    def _joined(self) -> Any:
        """T summed over blocks."""
        each, some = np.ones(self.states, np.float32), np.arange(self.states + 1, dtype=np.int32)
        of, count = (np.arange(self.states) // self._block).astype(np.int32), len(self._edges)
        member = sp.csr_array((each, of, some), shape=(self.states, count))
        total = sp.csr_array((count, count), dtype=np.float32)
        for moves in self._moves:
            starts = np.append(moves.indptr[self._edges], moves.indptr[-1])
            total += csr(moves.data, moves.indices, starts, self.states) @ member
        total.eliminate_zeros()
        return total


def _gmres(apply: Callable[[Any], Any], right: Any, inverse: Callable[[Any], Any], tolerance: float) -> tuple[Any, int]:
    """x with ``|right - A x| <= tolerance |right|`` in single precision, and products with A; never raises."""
    size = left = float(np.linalg.norm(right))
    x, rest, products = np.zeros_like(right), right, 0
    basis = np.empty((RESTART + 1, len(right)), np.float32)
    while left > tolerance * size and products < PRODUCTS and np.isfinite(left):
        np.divide(rest, left, out=basis[0])
        upper, start = np.zeros((RESTART + 1, RESTART)), left * np.eye(RESTART + 1)[0]
        for j in range(RESTART):
            upper[: j + 2, j], basis[j + 1] = orthogonalise(basis[: j + 1], apply(inverse(basis[j])))
            products += 1
            if not np.isfinite(upper).all():
                return np.full_like(right, np.nan), products
            small = upper[: j + 2, : j + 1]
            weights = np.linalg.lstsq(small, start[: j + 2], rcond=None)[0]
            left = float(np.linalg.norm(start[: j + 2] - small @ weights))
            if left <= tolerance * size:
                break
        x += inverse(np.einsum("k,kn->n", weights.astype(np.float32), basis[: j + 1]))
        if left > tolerance * size:
            rest = right - apply(x)
            left = float(np.linalg.norm(rest))
            products += 1
    return x, products
