r"""Games played once, traced with few operations a step: one small matrix, filled by a handful of array calls.

In a game of one state without transitions the values do not enter play, so only the log odds of the actions beside the
references (F of them) and the precision are unknown. With D_f,k what action f pays more than its player's reference if
another plays k, summed over what the rest does,

    gap_f = sum_k pi_k D_f,k / (N - 1)          d gap_f / du_g = pi_g (D_f,g - gap_f)      f, g of two players

and the values follow at the end. D is a product of fixed matrices, one for each pair of players, with the joint chances
of the others; for two players it is constant. The matrix has the determinant of the general one
(:mod:`detente.equilibrium.homotopy.system`), in which references and values add rows of the identity.
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dgetrf, dgetrs

from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.linear import WHOLE, Determined
from detente.equilibrium.homotopy.path import ROOM, Walker
from detente.equilibrium.homotopy.point import EXACT
from detente.equilibrium.homotopy.system import determinant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.equilibrium.homotopy.linear import Linear
    from detente.equilibrium.homotopy.system import System
    from detente.game.stochastic import Floats, StochasticGame

LARGE = 500_000  # numbers in the matrices of all pairs, at most
TOGETHER = 50_000  # and in one for all pairs of three players
LIMIT = 600.0  # log odds whose exponential is a number


def walker(system: System) -> Walker:
    """The walker that suits the game."""
    return Once(system) if fits(system.game) else Walker(system)


def fits(game: StochasticGame) -> bool:
    """Whether it is played once and small enough."""
    states, players = game.shape
    once = states == 1 and not game.transitions.any()
    return once and players * max(players - 1, 1) * math.prod(game.sizes) <= LARGE


class Once(Walker):
    """A walker of a game played once. K open actions of all players side by side, F of them beside the references."""

    def __init__(self, system: System):
        super().__init__(system)
        game, owner = system.game, system.owner
        players = game.shape[1]
        held = np.flatnonzero(system.open[0])
        self.shape = (*system.default.shape, players)  # of a direction
        self.owner = owner[held]  # (K,)
        self.starts = np.flatnonzero(np.diff(self.owner, prepend=-1))  # (N,) the references: first of each player
        self.slices = [slice(a, b) for a, b in zip(self.starts, [*self.starts[1:], len(held)], strict=True)]
        self.free = np.setdiff1d(np.arange(len(held)), self.starts)  # (F,) among the K
        self.others = (self.owner[self.free][:, None] != self.owner[self.free]).astype(float)  # (F, F) 1: two players
        self.at_free = held[self.free]
        self.places = np.append(self.at_free, system.unknowns)  # in a direction: the free actions, and lam
        self.defaults = system.default[0, self.at_free]
        open_here = np.ix_(*[np.flatnonzero(mask[0]) for mask in game.mask])
        payoffs = [game.payoffs[0, n][open_here] for n in range(players)]
        self.payoffs = np.stack([each.ravel() for each in payoffs])  # (N, profiles)
        self.rest = max(players - 1, 1)
        more = [_more(each, n) for n, each in enumerate(payoffs)]
        self.largest = max((float(np.abs(each).max()) for each in more if each.size), default=0.0)
        self.more = [ratio * each for ratio, each in zip(system.ratio[held[self.starts]], more, strict=True)]
        self.same = np.eye(len(self.free))
        self.gains = np.zeros((len(self.free), len(held)))  # D; filled anew at each place
        self.pairs = [self._pair(n, m) for n, m in combinations(range(players), 2)]
        self.whole: Floats | None = None  # (F K, K) that gives D of three players at once
        if players <= 2:
            for matrix, cells, _ in self.pairs:
                self.gains.flat[cells] = matrix[:, 0]
            self.pairs = []
        elif players == 3 and self.gains.size * len(held) <= TOGETHER:
            self.whole = np.zeros((self.gains.size, len(held)))
            for matrix, cells, (rest,) in self.pairs:
                self.whole[cells, self.slices[rest]] = matrix
        self.fixed = self.gains[:, self.free]  # D of the free, where it is the same everywhere

    def _pair(self, n: int, m: int) -> tuple[Floats, np.ndarray, list[int]]:
        """The matrix that gives D for two players from what the rest does, the cells it fills, and the rest."""
        rest = [k for k in range(len(self.slices)) if k not in (n, m)]
        parts, cells = list[np.ndarray](), list[np.ndarray]()
        for one, other in ((n, m), (m, n)):
            ordered = self.more[one].transpose(one, other, *rest)
            parts.append(ordered.reshape(math.prod(ordered.shape[:2]), math.prod(ordered.shape[2:])))
            rows = np.flatnonzero(self.owner[self.free] == one)[:, None]
            columns = np.arange(len(self.owner))[self.slices[other]]
            cells.append((rows * len(self.owner) + columns).ravel())
        return np.concatenate(parts), np.concatenate(cells), rest

    def play(self, u: Floats, size: float = math.inf) -> Floats:
        """(K,) chances, from the log odds (F,), none larger than ``size``."""
        out = np.zeros(len(self.owner))
        out[self.free] = u
        if size > LIMIT:
            out -= np.maximum.reduceat(out, self.starts)[self.owner]
        np.exp(out, out=out)
        out /= np.add.reduceat(out, self.starts)[self.owner]
        return out

    def chances(self, place: Direction) -> Floats:
        """Play there."""
        return self.play(place.x[self.at_free])

    def against(self, play: Floats) -> tuple[Floats, Floats]:
        """D of the free actions (F, F), and the gaps (F,); each row by the ratio of its player's precision."""
        if len(self.slices) == 1:
            return self.fixed, self.more[0]
        if self.whole is not None:
            self.gains = (self.whole @ play).reshape(self.gains.shape)
        else:
            for matrix, cells, rest in self.pairs:
                self.gains.flat[cells] = matrix @ self._joint(play, rest)
        return self.gains[:, self.free] if self.pairs else self.fixed, (self.gains @ play) / self.rest

    def _joint(self, play: Floats, players: Sequence[int]) -> Floats:
        """The chances of all profiles of some players."""
        found = play[self.slices[players[0]]]
        for n in players[1:]:
            found = (found[:, None] * play[self.slices[n]]).ravel()
        return found

    def narrowed(self, direction: Direction) -> Floats:
        """(F + 1,) the free log odds and the precision."""
        found: Floats = direction.x[self.places]
        return found

    def widened(self, x: Floats) -> Direction:
        """With nothing where the unknowns are not."""
        whole = np.zeros(self.system.unknowns + 1)
        whole[self.places] = x
        return Direction.flat(whole, self.shape)

    def factored(self, x: Floats, row: Floats) -> Linear | None:
        """The equations' derivative at a place with a row more, factored; None where a number is not finite."""
        self.evaluations += 1
        size = _largest(x)
        return Joint(self, x, row, size) if size < math.inf else None

    def settled(self, place: Direction) -> Direction:
        """The place with the values of its play."""
        if self.system.noise == "errors":
            value = self.payoffs @ self._joint(self.chances(place), range(len(self.slices)))
        else:
            value = (place.value - self.system.at(place.u, place.value, place.lam).residual[1])[0]
        x = place.x.copy()
        x[-1 - len(value) : -1] = value
        return Direction.flat(x, place.shape)

    def error(self, change: Floats, x: Floats) -> float:
        """How much a change matters to the log odds of what is not as good as impossible."""
        odds, change = x[:-1], change[:-1]
        return _largest(change if _largest(odds) <= ROOM else change / np.maximum(np.abs(odds) / ROOM, 1.0))


class Joint(Determined):
    """The derivative by the free log odds and the precision, none larger than ``size``, with one more row."""

    def __init__(self, walker: Once, x: Floats, row: Floats, size: float):
        self._walker = walker
        u, lam, count = x[:-1], float(x[-1]), len(x) - 1
        play = walker.play(u, size)
        gains, gap = walker.against(play)
        self._residual = u - walker.defaults - lam * gap
        self.rounding = EXACT * abs(lam) * walker.largest
        moved = gains - gap[:, None] * walker.others
        moved *= lam * play[walker.free]
        matrix = np.empty((count + 1, count + 1), order="F")
        np.subtract(walker.same, moved, out=matrix[:count, :count])
        np.negative(gap, out=matrix[:count, count])
        matrix[count] = row
        self.matrix: Floats | None = matrix if count < WHOLE else None
        self._lu = dgetrf(matrix)[:2]

    @cached_property
    def _determinant(self) -> tuple[float, float]:
        return determinant(*self._lu)

    def step(self) -> Floats:
        """Newton's step towards a zero of the equations, across the row."""
        right = np.zeros(len(self._residual) + 1)
        np.negative(self._residual, out=right[:-1])
        found: Floats = dgetrs(*self._lu, right)[0]
        return found

    def tangent(self) -> Direction:
        """The direction of the branch, of length one along the row."""
        right = np.zeros(len(self._residual) + 1)
        right[-1] = 1.0
        return self.direction(dgetrs(*self._lu, right)[0])

    def solve(self, odds: Floats, values: Floats, along: float) -> Direction:
        """For right sides (1, L), (1, N) and that of the row; values are not asked."""
        return self.direction(dgetrs(*self._lu, np.append(odds[0, self._walker.at_free], along))[0])

    def direction(self, x: Floats) -> Direction:
        """A vector in the order of the matrix as a direction."""
        return self._walker.widened(x)


def _largest(x: Floats) -> float:
    """The largest size of a number; 0 of none."""
    return float(np.maximum.reduce(np.abs(x), initial=0.0))


def _more(payoff: Floats, n: int) -> Floats:
    """What each action of player n but the first pays more than the first."""
    rows = np.moveaxis(payoff, n, 0)
    return np.moveaxis(rows[1:] - rows[0], 0, n)
