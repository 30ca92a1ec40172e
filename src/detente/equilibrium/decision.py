"""One actor alone with shocks: a decision problem, solved by policy iteration on a sparse chain.

With ``noise: shocks`` and nobody's consent to ask, the backward equation of a single actor is, at precision lam, ::

    rho V = u + r (1/lam) log sum_a w_a exp(lam (Q_a - V)) + sum_c h_c (E V(next) - V),     sum_a w_a = 1,

waiting among the a. Its right side is convex and monotone in V, and a constant added to V does not change it: so there
is one solution, Newton's method in full steps is policy iteration and finds it from anywhere (Puterman and Brumelle
1979), and no eigenvalue of the backward operator has a real part above -rho. With G the right side less the left, ::

    min G / rho <= V* - V <= max G / rho      (MacQueen 1966; Porteus 1971)

tells at any V how far the solution is. Half of (min G + max G) / rho is added at the end. Log odds of play are then
wrong by at most lam (max G - min G) / rho, and that is held against the tolerance; play falls short of the best reply
by at most lam ((max G - min G) / rho)^2 / 8 (Hoeffding's lemma), and that is told as the regret.

A step's linear system (:mod:`detente.equilibrium.chain`) is solved to a hundredth: looser ones lose the differences
between neighbours on which play depends, and go astray. If the residual has not fallen for some steps, to less. From
default play the precision is raised in rungs with a few steps on each, which saves a seventh of the products.

Measured on 250 thousand states, three actions of three outcomes: 15 steps, 600 products (``benchmarks/decision.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from detente.equilibrium.chain import Chain
from detente.equilibrium.result import Equilibrium, Floats, Settings

if TYPE_CHECKING:
    from detente.game.arrays import Game

RUNGS = (1 / 16, 1 / 4)  # of the precision, on the way to it from default play
CLIMB = 3  # steps on each
LOOSE, TIGHT = 1e-2, 1e-4  # the relative residual of a step's linear system
PATIENCE = 10  # steps without progress, after which every system is solved to TIGHT
MOST = 200  # steps
SMALL = 1e-2  # log odds below which the soft maximum is computed from differences to one


def decides(game: Game) -> bool:
    """Whether it is a decision problem: one actor who discounts and is paid the shocks, asking nobody's consent."""
    consent = any(column.consenters for column in game.columns)
    return game.shape[1] == 1 and game.noise == "shocks" and not consent and float(np.asarray(game.discount)[0]) > 0.0


def decide(game: Game, settings: Settings, start: Floats | None = None) -> Equilibrium | None:
    """The solution, from values ``start`` (S, 1) if given; None where it was not reached within ``settings``.

    It is certified unless ``settings`` ask for no certificate, since there is no other. ``regret`` is an upper bound.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _Deciding(game, settings).run(start)


@dataclass(frozen=True, eq=False)
class _Play:
    """The response to some values."""

    chances: list[Floats]  # by column, (S,): of the choice at a move
    residual: Floats  # G, (S,), payoff a month


class _Deciding:
    """One decision problem while it is solved."""

    def __init__(self, game: Game, settings: Settings):
        self.game, self.settings = game, settings
        self.flow = np.asarray(game.flow, np.float64)[:, 0]
        self.tempo, self.rho, self.lam = (
            float(np.asarray(each)[0]) for each in (game.tempo, game.discount, game.precision)
        )
        self.weight = [np.asarray(column.weight, np.float64) for column in game.columns]
        self.mass = sum(self.weight, np.ones(len(self.flow)))
        self.ahead = [_expectation(column.chance, column.succ) for column in game.columns]
        self.paid = [_once(column.pay, column.asking) for column in game.columns]
        rate = np.asarray(game.chance.rate, np.float64)
        self.drift = _expectation(rate, game.chance.succ)
        self.leave = rate.sum(axis=1) if rate.shape[1] else np.zeros(1)
        self.chain = Chain(game)
        self.sweeps = 0

    def run(self, start: Floats | None) -> Equilibrium | None:
        """Up the rungs, then to the tolerance."""
        value = np.zeros(len(self.flow)) if start is None else np.array(start[:, 0], np.float64)
        for share in RUNGS if start is None else ():
            for _ in range(CLIMB):
                self._move(value, self.respond(value, share * self.lam), LOOSE)
        before: float | None = None
        least, stuck = np.inf, 0
        for _ in range(MOST):
            play = self.respond(value, self.lam)
            low, high = float(play.residual.min()), float(play.residual.max())
            if not np.isfinite(high - low) or self.sweeps >= self.settings.most_sweeps:
                return None
            size = float(np.abs(value).max())
            wrong = (high - low) / self.rho * max(self.lam, 0.5 / size if size > 0.0 else 0.0)
            if wrong <= self.settings.tolerance or high - low <= self._rounding(size):
                return self._found(value, play, low, high)
            norm = float(np.sqrt(np.mean(play.residual**2)))
            stuck = 0 if norm < 0.5 * least else stuck + 1
            forcing = LOOSE if before is None else float(np.clip(0.5 * (norm / before) ** 1.5, TIGHT, LOOSE))
            before, least = norm, min(norm, least)
            forcing = min(LOOSE, max(forcing, 0.3 * self.settings.tolerance / wrong))
            self._move(value, play, TIGHT if stuck > PATIENCE else forcing)
        return None

    def respond(self, value: Floats, lam: float) -> _Play:
        """Play at the values, and what it leaves of the backward equation."""
        self.sweeps += 1
        gains = []
        for ahead, paid in zip(self.ahead, self.paid, strict=True):
            gain = ahead @ value
            gain -= value
            if paid is not None:
                gain += paid
            gains.append(gain)
        rest = _choose(gains, self.weight, self.mass, lam)
        rest *= self.tempo
        rest += self.flow
        rest -= (self.rho + self.leave) * value
        if self.drift.nnz:
            rest += self.drift @ value
        return _Play(gains, rest)

    def _move(self, value: Floats, play: _Play, tolerance: float) -> None:
        """One step of policy iteration, in place."""
        change, products = self.chain.solve(play.chances, play.residual, tolerance)
        self.sweeps += products
        value += change

    def _rounding(self, size: float) -> float:
        """A residual of this order is rounding of values of this size."""
        return 8 * float(np.finfo(float).eps) * size * (self.tempo + self.rho + float(self.leave.max()))

    def _found(self, value: Floats, play: _Play, low: float, high: float) -> Equilibrium:
        asked = self.settings.certify != "none"
        only = (
            f"one actor decides alone, so there is one solution, stable backwards at {-self.rho:.2g} a month or faster"
        )
        value += 0.5 * (low + high) / self.rho
        return Equilibrium(
            value=value[:, None],
            policy=tuple(play.chances),
            accepted=(np.ones(len(value)),) * len(play.chances),
            residual=0.5 * (high - low),
            regret=self.lam * ((high - low) / self.rho) ** 2 / 8,
            sweeps=self.sweeps,
            rightmost=(),
            reached=1.0,
            converged=True,
            certified=asked,
            statement=f"Certified: {only}." if asked else "Converged; not checked, so not certified.",
            settings=self.settings,
        )


def _choose(gains: list[Floats], weight: list[Floats], mass: Floats, lam: float) -> Floats:
    """Turn gains over waiting into chances, in place; the soft maximum's gain over waiting, (S,)."""
    top = np.zeros(len(mass))
    for gain in gains:
        np.maximum(top, gain, out=top)
    low = min((float(gain.min()) for gain in gains), default=0.0)
    slight = lam * max(float(top.max()), -low) < SMALL
    worth = _slightly(gains, weight, mass, lam) if slight else top
    total = np.exp(-lam * top)
    for gain, share in zip(gains, weight, strict=True):
        gain -= top
        gain *= lam
        np.exp(gain, out=gain)
        gain *= share
        total += gain
    for gain in gains:
        gain /= total
    return worth if slight else top + np.log(total / mass) / lam


def _slightly(gains: list[Floats], weight: list[Floats], mass: Floats, lam: float) -> Floats:
    """The soft maximum where log odds are small: nothing is lost by cancelling."""
    mean = sum((w * (np.expm1(lam * g) if lam else g) for g, w in zip(gains, weight, strict=True)), np.zeros(len(mass)))
    mean /= mass
    return np.log1p(mean) / lam if lam else mean


def _expectation(chance: Any, succ: Any) -> Any:
    """The CSR matrix from values of states to the expected value of a column's or chance's successors; no copy."""
    chance, succ = np.asarray(chance, np.float64), np.asarray(succ, np.int32)
    states, wide = succ.shape
    starts = np.arange(states + 1, dtype=np.int32) * np.int32(wide)
    return sp.csr_array((chance.ravel(), succ.ravel(), starts), shape=(states, states))


def _once(pay: Any, asking: Any) -> Floats | None:
    """What a choice pays at once, (S,)."""
    if asking is None:
        return None if pay is None else np.asarray(pay, np.float64)[:, 0]
    asked = np.asarray(asking, np.float64)[:, 0]
    return -asked if pay is None else np.asarray(pay, np.float64)[:, 0] - asked
