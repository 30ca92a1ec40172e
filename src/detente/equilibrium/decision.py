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

Many states are swept first, state by state (:mod:`detente.equilibrium.statewise`): that needs no more than the values
and half as much again for each kept change, a third of policy iteration's memory. Where play is so soft that a sweep
changes log odds little, policy iteration is much quicker, and takes over; so it does where sweeps creep.

A step's linear system (:mod:`detente.equilibrium.chain`) is solved to a hundredth: looser ones lose the differences
between neighbours on which play depends, and go astray. If the residual has not fallen for some steps, to less. From
default play the precision is raised in rungs with a few steps on each, which saves a seventh of the products.

Measured on three actions of three outcomes (``benchmarks/decision.py``): policy iteration took 15 steps, 600 products,
at 250 thousand states; a million were swept some 570 times, in as much memory beyond the input as values and play take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.lone import Lone, chunks
from detente.equilibrium.result import Equilibrium, Floats, Settings
from detente.equilibrium.statewise import Statewise

if TYPE_CHECKING:
    from detente.equilibrium.chain import Chain
    from detente.game.arrays import Game

MANY = 1 << 18  # states from which on they are swept first: below, the chain takes less than 0.1 GB and less time
SOFT = 10.0  # log odds by which a sweep may change play and policy iteration still be quick
PROGRESS = 0.9  # what a cycle of sweeps should leave of their change
RUNGS = (1 / 16, 1 / 4)  # of the precision, on the way to it from default play
CLIMB = 3  # steps on each
LOOSE, TIGHT = 1e-2, 1e-4  # the relative residual of a step's linear system
PATIENCE = 10  # cycles without progress, after which sweeps are given up, and steps, after which all are TIGHT
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
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _Deciding(game, settings).run(start)


class _Deciding:
    """One decision problem while it is solved."""

    def __init__(self, game: Game, settings: Settings):
        self.game, self.settings = game, settings
        self.lone = Lone.of(game)
        self.chain: Chain | None = None
        self.sweeps = 0

    def run(self, start: Floats | None) -> Equilibrium | None:
        """Sweep many states, if that does it; else policy iteration from there."""
        value = np.zeros(self.lone.states) if start is None else np.array(start[:, 0], np.float64)
        swept = self.lone.states >= MANY and self.lone.lam > 0.0 and self.lone.tempo > 0.0
        bounds = self._sweep(value) if swept else None
        return self._iterate(value, start is None and not swept) if bounds is None else self._found(value, *bounds)

    def _sweep(self, value: Floats) -> tuple[float, float] | None:
        """Sweep state by state, in place, to the tolerance: the bounds of G; None where another way is better."""
        statewise, share = Statewise(self.lone, value), 1.0
        least, stuck = np.inf, 0
        while stuck <= PATIENCE and self.sweeps < self.settings.most_sweeps:
            sweeps, change, small = statewise.cycle(share * self._goal(value) / (2 * self.lone.fastest))
            self.sweeps += sweeps
            if small:
                low, high, _ = self.respond(value, self.lone.lam)
                if high - low <= self._goal(value):
                    return low, high
                share /= 2
            elif not np.isfinite(change) or (least == np.inf and change * self.lone.lam < SOFT):
                return None
            stuck = 0 if change < PROGRESS * least and not small else stuck + 1
            least = min(least, change)
        return None

    def _iterate(self, value: Floats, climb: bool) -> Equilibrium | None:
        """Policy iteration, up the rungs if asked to ``climb``, then to the tolerance."""
        from detente.equilibrium.chain import Chain

        self.chain = Chain(self.game)
        for share in RUNGS if climb else ():
            for _ in range(CLIMB):
                self.respond(value, share * self.lone.lam)
                self._move(value, LOOSE)
        before: float | None = None
        least, stuck = np.inf, 0
        for _ in range(MOST):
            low, high, norm = self.respond(value, self.lone.lam)
            if not np.isfinite(high - low) or self.sweeps >= self.settings.most_sweeps:
                return None
            left = (high - low) / self._goal(value)
            if left <= 1.0:
                self.chain = None
                return self._found(value, low, high)
            stuck = 0 if norm < 0.5 * least else stuck + 1
            forcing = LOOSE if before is None else float(np.clip(0.5 * (norm / before) ** 1.5, TIGHT, LOOSE))
            before, least = norm, min(norm, least)
            forcing = min(LOOSE, max(forcing, 0.3 / left))
            self._move(value, TIGHT if stuck > PATIENCE else forcing)
        return None

    def _goal(self, value: Floats) -> float:
        """The range of G at which log odds are within the tolerance, or all is rounding."""
        size = max(float(value.max()), -float(value.min()))
        wrong = max(self.lone.lam, 0.5 / size if size > 0.0 else 0.0)
        enough = self.settings.tolerance * self.lone.rho / wrong if wrong > 0.0 else np.inf
        return max(enough, 8 * float(np.finfo(float).eps) * size * self.lone.fastest)

    def respond(self, value: Floats, lam: float) -> tuple[float, float, float]:
        """G's least, its largest and its root mean square; G and play go into the chain, where there is one."""
        self.sweeps += 1
        low, high, squares = np.inf, -np.inf, 0.0
        for part in chunks(len(value)):
            chances, rest = self._play(value, lam, part)
            if self.chain is not None:
                self.chain.write(part, chances, rest)
            low, high = np.minimum(low, rest.min()), np.maximum(high, rest.max())
            squares += float(np.einsum("s,s->", rest, rest))
        return float(low), float(high), float(np.sqrt(squares / len(value)))

    def _play(self, value: Floats, lam: float, part: slice) -> tuple[list[Floats], Floats]:
        """In the states ``part``: by column the chances of the choice at a move, and G, payoff a month."""
        here, gains = value[part], self.lone.worth(value, part)
        for gain in gains:
            gain -= here
        rest = _choose(gains, [choice.weight[part] for choice in self.lone.choices], lam, len(here))
        flow, leave = self.lone.flowing(value, part)
        rest *= self.lone.tempo
        rest += flow
        rest -= leave * here
        return gains, rest

    def _move(self, value: Floats, tolerance: float) -> None:
        """One step of policy iteration, in place."""
        assert self.chain is not None
        change, products = self.chain.solve(tolerance)
        self.sweeps += products
        value += change

    def _found(self, value: Floats, low: float, high: float) -> Equilibrium:
        asked = self.settings.certify != "none"
        backwards = f"stable backwards at {-self.lone.rho:.2g} a month or faster"
        only = f"one actor decides alone, so there is one solution, {backwards}"
        policy = tuple(np.empty(len(value)) for _ in self.lone.choices)
        for part in chunks(len(value)):
            for whole, some in zip(policy, self._play(value, self.lone.lam, part)[0], strict=True):
                whole[part] = some
        value += 0.5 * (low + high) / self.lone.rho
        return Equilibrium(
            value=value[:, None],
            policy=policy,
            accepted=(np.broadcast_to(1.0, len(value)),) * len(policy),
            residual=0.5 * (high - low),
            regret=self.lone.lam * ((high - low) / self.lone.rho) ** 2 / 8,
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
