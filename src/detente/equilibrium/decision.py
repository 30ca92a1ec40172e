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

from detente.equilibrium.chain import Chain, chunks, expectation
from detente.equilibrium.result import Equilibrium, Floats, Settings

if TYPE_CHECKING:
    from detente.game.arrays import Column, Game

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
class _Choice:
    """A column as doubles and indices; no copy where the game holds such."""

    weight: Floats  # (S,)
    succ: Any  # (S, K)
    chance: Floats  # (S, K)
    pay: Floats | None  # (S,), once, less what asking costs

    @classmethod
    def of(cls, column: Column) -> _Choice:
        """As the game has it."""
        weight, chance = np.asarray(column.weight, np.float64), np.asarray(column.chance, np.float64)
        return cls(weight, np.asarray(column.succ, np.int32), chance, _once(column.pay, column.asking))

    def gain(self, value: Floats, part: slice) -> Floats:
        """What it brings over waiting in the states ``part``."""
        gain = expectation(self.chance[part], self.succ[part], len(value)) @ value
        gain -= value[part]
        if self.pay is not None:
            gain += self.pay[part]
        return np.asarray(gain)


class _Deciding:
    """One decision problem while it is solved."""

    def __init__(self, game: Game, settings: Settings):
        self.game, self.settings = game, settings
        self.flow = np.asarray(game.flow, np.float64)[:, 0]
        self.tempo, self.rho, self.lam = (
            float(np.asarray(each)[0]) for each in (game.tempo, game.discount, game.precision)
        )
        self.columns = [_Choice.of(column) for column in game.columns]
        self.drift = np.asarray(game.chance.succ, np.int32), np.asarray(game.chance.rate, np.float64)
        self.fastest = self.tempo + self.rho + float(self.drift[1].sum(axis=1).max())  # all that may happen, a month
        self.chain = Chain(game)
        self.sweeps = 0

    def run(self, start: Floats | None) -> Equilibrium | None:
        """Up the rungs, then to the tolerance."""
        value = np.zeros(len(self.flow)) if start is None else np.array(start[:, 0], np.float64)
        for share in RUNGS if start is None else ():
            for _ in range(CLIMB):
                self.respond(value, share * self.lam)
                self._move(value, LOOSE)
        before: float | None = None
        least, stuck = np.inf, 0
        for _ in range(MOST):
            low, high, norm = self.respond(value, self.lam)
            if not np.isfinite(high - low) or self.sweeps >= self.settings.most_sweeps:
                return None
            size = float(np.abs(value).max())
            wrong = (high - low) / self.rho * max(self.lam, 0.5 / size if size > 0.0 else 0.0)
            if wrong <= self.settings.tolerance or high - low <= self._rounding(size):
                return self._found(value, low, high)
            stuck = 0 if norm < 0.5 * least else stuck + 1
            forcing = LOOSE if before is None else float(np.clip(0.5 * (norm / before) ** 1.5, TIGHT, LOOSE))
            before, least = norm, min(norm, least)
            forcing = min(LOOSE, max(forcing, 0.3 * self.settings.tolerance / wrong))
            self._move(value, TIGHT if stuck > PATIENCE else forcing)
        return None

    def respond(self, value: Floats, lam: float) -> tuple[float, float, float]:
        """Write play at the values into the chain, with G: G's least, its largest and its root mean square."""
        self.sweeps += 1
        low, high, squares = np.inf, -np.inf, 0.0
        for part in chunks(len(value)):
            chances, rest = self._play(value, lam, part)
            self.chain.write(part, chances, rest)
            low, high = np.minimum(low, rest.min()), np.maximum(high, rest.max())
            squares += float(np.einsum("s,s->", rest, rest))
        return float(low), float(high), float(np.sqrt(squares / len(value)))

    def _play(self, value: Floats, lam: float, part: slice) -> tuple[list[Floats], Floats]:
        """In the states ``part``: by column the chances of the choice at a move, and G, payoff a month."""
        here = value[part]
        gains = [column.gain(value, part) for column in self.columns]
        rest = _choose(gains, [column.weight[part] for column in self.columns], lam, len(here))
        rest *= self.tempo
        rest += self.flow[part]
        rest -= self.rho * here
        succ, rate = (each[part] for each in self.drift)
        if succ.shape[1]:
            rest += expectation(rate, succ, len(value)) @ value - np.einsum("sk->s", rate) * here
        return gains, rest

    def _move(self, value: Floats, tolerance: float) -> None:
        """One step of policy iteration, in place."""
        change, products = self.chain.solve(tolerance)
        self.sweeps += products
        value += change

    def _rounding(self, size: float) -> float:
        """A residual of this order is rounding of values of this size."""
        return 8 * float(np.finfo(float).eps) * size * self.fastest

    def _found(self, value: Floats, low: float, high: float) -> Equilibrium:
        asked = self.settings.certify != "none"
        only = (
            f"one actor decides alone, so there is one solution, stable backwards at {-self.rho:.2g} a month or faster"
        )
        policy = tuple(np.empty(len(value)) for _ in self.columns)
        for part in chunks(len(value)):
            for whole, some in zip(policy, self._play(value, self.lam, part)[0], strict=True):
                whole[part] = some
        value += 0.5 * (low + high) / self.rho
        return Equilibrium(
            value=value[:, None],
            policy=policy,
            accepted=(np.ones(len(value)),) * len(policy),
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


def _choose(gains: list[Floats], weight: list[Floats], lam: float, states: int) -> Floats:
    """Turn gains over waiting into chances, in place; the soft maximum's gain over waiting, (S,)."""
    top, mass = np.zeros(states), np.ones(states)
    for gain, share in zip(gains, weight, strict=True):
        np.maximum(top, gain, out=top)
        mass += share
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


def _once(pay: Any, asking: Any) -> Floats | None:
    """What a choice pays at once, (S,)."""
    if asking is None:
        return None if pay is None else np.asarray(pay, np.float64)[:, 0]
    asked = np.asarray(asking, np.float64)[:, 0]
    return -asked if pay is None else np.asarray(pay, np.float64)[:, 0] - asked
