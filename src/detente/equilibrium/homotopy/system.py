r"""The equations of a logit equilibrium of a stochastic game, with their derivative and a solver for both.

Unknown are the log odds u of each open action against a reference action of its player, and the values V:

    u_a - log(w_a / w_ref) - lam_n (Q_a - Q_ref) = 0                 pi = softmax of u, by state and player
    V_n - sum_a pi_a Q_a = 0                                         'errors'
    V_n - (1 / lam_n) log sum_a w_a exp(lam_n Q_a) = 0               'shocks', weights summing to one
    Q_n,a = E over what the others do of [ payoff_n + delta_n sum_s' P(s') V_n(s') ]

with lam_n = lam ratio_n. Within a state u meets only u of the same state, and other states only through V. So the
linear systems of Newton's method are solved by blocks: the u of each state are eliminated (S small systems at once),
what remains is one dense system of S N unknowns. Where a state's block is singular by itself, as in a game played once
at a fold, the whole system is solved densely. References: McKelvey and Palfrey 1995; Eibelshaeuser and Poensgen 2019.

Axes: s a state, l = 1 .. L the actions of all players side by side, n a player.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.linalg.lapack import dgetrf, dgetrs

from detente.equilibrium.homotopy.contract import leave_one_out, sum_out
from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.linear import WHOLE, Determined
from detente.equilibrium.homotopy.point import Point

if TYPE_CHECKING:
    from detente.game.stochastic import Floats, StochasticGame

Noise = Literal["errors", "shocks"]
SMALL = 48  # unknowns up to which everything is done densely
SINGULAR = 1e-10  # of a state's block: determinant over the product of its rows' lengths


class System:
    """The equations of one game; ``ratio`` (N,) is each player's precision over lam."""

    def __init__(self, game: StochasticGame, ratio: Floats, noise: Noise = "errors"):
        self.game, self.noise = game, noise
        states, players = game.shape
        sizes = np.array(game.sizes)
        ends = np.cumsum(sizes)
        self.slices = [slice(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True)]
        self._starts = ends - sizes
        self._sizes = game.sizes
        self.owner = np.repeat(np.arange(players), sizes)  # (L,)
        self.ratio = ratio[self.owner]  # (L,)
        self.discount = game.discounts  # (S, N)
        self.open = np.concatenate(game.mask, axis=1)  # (S, L)
        self.reference = np.stack(
            [part.start + np.argmax(mask, axis=1) for part, mask in zip(self.slices, game.mask, strict=True)], axis=1
        )  # (S, N)
        self.against = self.reference[:, self.owner]  # (S, L)
        self._rows = np.arange(states)[:, None]
        self.full = bool(self.open.all())
        self.free = self.open.copy()
        np.put_along_axis(self.free, self.reference, False, axis=1)
        self.kept = np.flatnonzero(np.append(self.free, np.ones(states * players + 1, bool)))  # of a direction
        weight = np.concatenate(game.weight, axis=1)
        with np.errstate(divide="ignore"):
            log_weight = np.where(self.open, np.log(weight), -np.inf)
        relative = np.where(self.open, log_weight - self._of_reference(log_weight), 0.0)
        self.default = np.where(self.free, relative, 0.0)  # (S, L) u at precision 0
        total = np.stack([weight[:, part].sum(axis=1) for part in self.slices], axis=1)
        self.share = weight / total[:, self.owner]  # weights summing to one
        self.sums = np.eye(players)[self.owner]  # (L, N)
        self._flat = game.transitions.reshape(-1, states)
        self.alone = not game.transitions.any()

    def _of_reference(self, amount: Floats) -> Floats:
        """The same of the reference action, for each of (S, L, ..)."""
        found: Floats = amount[self._rows, self.against]
        return found

    @property
    def unknowns(self) -> int:
        """How many numbers u and V are, closed actions and references among them."""
        states, players = self.game.shape
        return states * (len(self.owner) + players)

    def policy(self, u: Floats) -> Floats:
        """(.., S, L) chances of the actions."""
        out = u if self.full else np.where(self.open, u, -np.inf)
        out = np.exp(out - np.maximum.reduceat(out, self._starts, axis=-1)[..., self.owner])
        out /= np.add.reduceat(out, self._starts, axis=-1)[..., self.owner]
        return out

    def default_values(self) -> Floats:
        """(S, N) values of default play: precision 0, where the equations are linear."""
        states, players = self.game.shape
        point = self.at(self.default, np.zeros((states, players)), 0.0)
        value = np.empty((states, players))
        for n, part in enumerate(self.slices):
            here = point.policy[:, part]
            ahead = np.einsum("sa,sat->st", here, point.ahead[n])
            value[:, n] = np.linalg.solve(np.eye(states) - ahead, (here * point.worth[:, part]).sum(axis=1))
        return value

    def at(self, u: Floats, value: Floats, lam: float) -> Point:
        """All that the equations and their derivative need at one place."""
        game = self.game
        states, players = game.shape
        policy = self.policy(u)
        profiles = (states, *self._sizes)
        following = np.zeros((*profiles, players)) if self.alone else (self._flat @ value).reshape(*profiles, players)
        chances = {n + 1: policy[:, part] for n, part in enumerate(self.slices)}
        cross = np.zeros((states, len(self.owner), len(self.owner)))
        worth = np.empty_like(policy)
        for n, part in enumerate(self.slices):
            total = game.payoffs[:, n] + self.discount[:, n].reshape(-1, *[1] * players) * following[..., n]
            others = [m + 1 for m in range(players) if m != n]
            if not others:
                worth[:, part] = total
                continue
            for axis, pair in leave_one_out(total, chances, others).items():
                other = self.slices[axis - 1]
                cross[:, part, other] = pair if n + 1 < axis else pair.transpose(0, 2, 1)
            worth[:, part] = sum_out(cross[:, part, self.slices[others[0] - 1]], 2, chances[others[0]])
        ahead = self._ahead(chances)
        return Point(self, u, value, lam, policy, worth, cross, ahead)

    def _ahead(self, chances: dict[int, Floats]) -> list[Floats]:
        """By player, (S, A_n, S) the discounted chance of the next state after each of its actions."""
        states, players = self.game.shape
        if self.alone:
            return [np.zeros((states, size, states)) for size in self.game.sizes]
        found = leave_one_out(self.game.transitions, chances, range(1, players + 1))
        return [self.discount[:, n, None, None] * found[n + 1] for n in range(players)]


class Bordered(Determined):
    """The derivative of the equations with one more row, ``row . (du, dlam) = c``: factored, to be solved with."""

    _whole: Floats | None = None

    def __init__(self, point: Point, row: Direction):
        self.point, self.row = point, row
        self.dense = point.system.unknowns <= SMALL or not self._by_blocks()
        if self.dense:
            self._densely()

    @property
    def rounding(self) -> float:
        """How large the rounding errors of log odds are."""
        return self.point.rounding

    @cached_property
    def _determinant(self) -> tuple[float, float]:
        sign, log = determinant(*self._lu)
        return sign * self._blocks[0], log + self._blocks[1]

    def step(self) -> Direction:
        """Newton's step towards a zero of the equations, across the row."""
        odds, values = self.point.residual
        return self.solve(-odds, -values, 0.0)

    def tangent(self) -> Direction:
        """The direction of the branch, of length one along the row."""
        nothing = np.zeros_like(self.row.x)
        ahead = Direction.flat(nothing, self.row.shape)
        return self.solve(ahead.u, ahead.value, 1.0)

    @property
    def matrix(self) -> Floats | None:
        """The whole of it, without references and closed actions; None where too large or factored by blocks."""
        kept = self.point.system.kept
        return None if self._whole is None or len(kept) > WHOLE else self._whole[kept[:, None], kept]

    def direction(self, x: Floats) -> Direction:
        """A vector in the order of the matrix as a direction."""
        whole = np.zeros_like(self.row.x)
        whole[self.point.system.kept] = x
        return Direction.flat(whole, self.row.shape)

    def solve(self, odds: Floats, values: Floats, along: float) -> Direction:
        """(du, dV, dlam) for the right sides (S, L), (S, N) and that of the row."""
        states, count = odds.shape
        players = values.shape[1]
        if self.dense:
            right = np.concatenate([odds.ravel(), values.ravel(), [along]])
            return Direction.flat(dgetrs(*self._lu, right)[0], (states, count, players))
        reduced = values - (self._kept @ odds[:, :, None])[:, :, 0]
        right = np.append(reduced.T.ravel(), along - float((self._left * odds).sum()))
        x = dgetrs(*self._lu, right)[0]
        value, lam = x[:-1].reshape(players, states).T, float(x[-1])
        rest = odds - self._reach(value) - self.point.by_lam[0] * lam
        back = np.linalg.solve(self.point.blocks[0], rest[:, :, None])[:, :, 0]
        return Direction(np.asarray(back, np.float64), value, lam)

    def _reach(self, value: Floats) -> Floats:
        """C dV."""
        ways, owner = self.point.blocks[1], self.point.system.owner
        return (ways @ value)[:, np.arange(len(owner)), owner]

    def _by_blocks(self) -> bool:
        """Factor by states; False where a state's block is singular by itself."""
        point, system = self.point, self.point.system
        odds, ways, values, stay = point.blocks
        sign, log = np.linalg.slogdet(odds)
        length = np.log(np.linalg.norm(odds, axis=2)).sum(axis=1)
        if not np.isfinite(log).all() or (log - length < np.log(SINGULAR)).any():
            return False
        states, players = point.value.shape
        turned = odds.transpose(0, 2, 1)
        kept = np.linalg.solve(turned, np.concatenate([values, self.row.u[:, None, :]], axis=1).transpose(0, 2, 1))
        self._kept, self._left = kept[:, :, :players].transpose(0, 2, 1), kept[:, :, players]
        matrix = np.zeros((players, states, players, states))  # rows (n, s), columns (n', s')
        edge = np.zeros((players, states))
        for n, part in enumerate(system.slices):
            matrix[:, :, n, :] = -np.einsum("snl,slt->nst", self._kept[:, :, part], ways[:, part])
            edge[n] = -np.einsum("sl,slt->t", self._left[:, part], ways[:, part])
            matrix[n, :, n, :] += stay[:, n, :]
        size = states * players
        whole = np.empty((size + 1, size + 1))
        whole[:size, :size] = matrix.reshape(size, size)
        by_odds, by_values = point.by_lam
        whole[:size, size] = (by_values - (self._kept @ by_odds[:, :, None])[:, :, 0]).T.ravel()
        whole[size, :size] = edge.ravel()
        whole[size, size] = self.row.lam - float((self._left * by_odds).sum())
        self._lu = dgetrf(whole)[:2]
        self._blocks = float(np.prod(sign)), float(log.sum())
        return True

    def _densely(self) -> None:
        point, system = self.point, self.point.system
        odds, ways, values, stay = point.blocks
        states, players = point.value.shape
        count = len(system.owner)
        first, size = states * count, states * (count + players)
        whole = np.zeros((size + 1, size + 1))
        upper = np.zeros((states, count, states, count))
        here = np.arange(states)
        upper[here, :, here, :] = odds
        whole[:first, :first] = upper.reshape(first, first)
        right = np.zeros((states, count, states, players))
        for n, part in enumerate(system.slices):
            right[:, part, :, n] = ways[:, part]
        whole[:first, first:size] = right.reshape(first, -1)
        lower = np.zeros((states, players, states, count))
        lower[here, :, here, :] = values
        whole[first:size, :first] = lower.reshape(-1, first)
        corner = np.zeros((states, players, states, players))
        for n in range(players):
            corner[:, n, :, n] = stay[:, n]
        whole[first:size, first:size] = corner.reshape(states * players, -1)
        whole[:first, size], whole[first:size, size] = point.by_lam[0].ravel(), point.by_lam[1].ravel()
        whole[size, :first], whole[size, size] = self.row.u.ravel(), self.row.lam
        self._whole = whole
        self._lu = dgetrf(whole)[:2]
        self._blocks = 1.0, 0.0


def determinant(factors: Floats, pivots: np.ndarray) -> tuple[float, float]:
    """Sign and logarithm of a determinant, from its factors."""
    diagonal = factors.diagonal().tolist()
    if not all(diagonal):
        return 0.0, -math.inf
    odd = sum(n != pivot for n, pivot in enumerate(pivots.tolist())) + sum(entry < 0.0 for entry in diagonal)
    return 1.0 - 2.0 * (odd % 2), sum(math.log(abs(entry)) for entry in diagonal)
