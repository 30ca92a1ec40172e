"""A game that tips, with its equilibria from a scalar equation: two who move one state back and forth.

States 0 and 1 (worth p a month more); each of two actors may move to the other state, by weights w_0 and w_1, and every
move costs the *other* actor ``harm``. With d_i = V_i(1) - V_i(0), rate r and chances pi_0, pi_1 of moving, F = 0 with

    F_i(d) = p - rho d_i + own(d_i) + r [pi_1(d_j) (-d_i - harm) - pi_0(d_j) (d_i - harm)],
    own(d) = -r d (pi_0(d) + pi_1(d))                                       under 'errors'
           = r [B_1(-d) - B_0(d)],   B(x) = log((1 + w exp(lam x)) / (1 + w)) / lam        under 'shocks'

is exact. Alike, d_1 = d_2 = d gives p as a function of d: its extremes are folds. If harm is negative (each gains by
the other's moves) they come to differ, at a branch point where F's eigenvalue on (1, -1) is zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from scipy.optimize import brentq

from detente.game.arrays import Column, Game
from detente.game.double import double_precision
from tests.equilibrium.games import Noise, no_chance

RATE, RHO = 0.5, 0.1


@dataclasses.dataclass(frozen=True)
class Pair:
    """The game's numbers, its arrays, and its equations."""

    harm: float = 12.0
    precision: float = 1.0
    weights: tuple[float, float] = (0.5, 0.8)
    noise: Noise = "errors"

    def games(self, scale: float = 1.0) -> Callable[[float], Game]:
        """p -> game; payoffs times ``scale``, precisions over it."""
        pay = np.zeros((2, 2, 2))
        pay[0, :, 1] = pay[1, :, 0] = -self.harm * scale
        with double_precision():
            columns = tuple(
                Column(
                    actor=m,
                    consenters=(),
                    action=jnp.array([m, m], jnp.int32),
                    weight=jnp.array(self.weights),
                    succ=jnp.array([[1], [0]], jnp.int32),
                    chance=jnp.ones((2, 1)),
                    refused=None,
                    lean=None,
                    pay=jnp.asarray(pay[m]),
                    asking=None,
                )
                for m in range(2)
            )
            base = Game(
                noise=self.noise,
                columns=columns,
                chance=no_chance(2),
                flow=jnp.zeros((2, 2)),
                tempo=jnp.array([RATE, RATE]),
                discount=jnp.array([RHO, RHO]),
                precision=jnp.array([self.precision, self.precision]) / scale,
            )
        return lambda p: dataclasses.replace(base, flow=np.array([[0.0, 0.0], [p * scale, p * scale]]))

    def moving(self, d: complex) -> tuple[complex, complex]:
        """Chances of moving in state 0 and in state 1."""
        odds = [w * np.exp(s * self.precision * d) for w, s in zip(self.weights, (1, -1), strict=True)]
        return odds[0] / (1 + odds[0]), odds[1] / (1 + odds[1])

    def equation(self, one: complex, other: complex, p: float = 0.0) -> complex:
        """F_1."""
        up, down = self.moving(one)
        own = -RATE * one * (up + down)
        if self.noise == "shocks":
            (w0, w1), lam = self.weights, self.precision
            worth = [np.log((1 + w * np.exp(s * lam * one)) / (1 + w)) / lam for w, s in ((w0, 1), (w1, -1))]
            own = RATE * (worth[1] - worth[0])
        up, down = self.moving(other)
        return p - RHO * one + own + RATE * (down * (-one - self.harm) - up * (one - self.harm))

    def flow(self, d: float) -> float:
        """p at which d is an equilibrium, both alike."""
        return -float(np.real(self.equation(d, d)))

    def modes(self, d: float) -> tuple[float, float]:
        """Eigenvalues of F, both alike, on (1, 1) and on (1, -1)."""
        own, cross = (np.imag(self.equation(d + a, d + b)) / 1e-30 for a, b in ((1e-30j, 0), (0, 1e-30j)))
        return float(own + cross), float(own - cross)

    def zeros(self, what: Callable[[float], float], far: float = 12.0) -> list[float]:
        """All d at which a function of d is zero."""
        grid = np.linspace(-far, far, 2001)
        at = np.array([what(d) for d in grid])
        return [float(brentq(what, grid[k], grid[k + 1], xtol=1e-13)) for k in np.flatnonzero(at[1:] * at[:-1] < 0)]

    def folds(self) -> list[float]:
        """p at the folds of the branch on which both are alike, in ascending d."""
        return [self.flow(d) for d in self.zeros(lambda d: self.modes(d)[0])]

    def partings(self) -> list[float]:
        """p at which the two begin to differ."""
        return [self.flow(d) for d in self.zeros(lambda d: self.modes(d)[1])]

    def alike(self, p: float) -> list[float]:
        """All d at p at which both are alike."""
        return self.zeros(lambda d: self.flow(d) - p)
