"""One actor's values state by state, and extrapolated: nonlinear Jacobi sweeps in place.

A sweep solves the backward equation of each state in its own value, the others' held::

    (rho + h) v = u + h E V(next) + r (1/lam) log[ (1 + sum_a w_a exp(lam (Q_a - v))) / (1 + sum_a w_a) ]

by one Newton step, but to no less than waiting for ever brings and no less than the actions at every move. All three
bound that solution from below, since the right side is convex in v and falls. Value iteration moves a state in which
the actor waits by a share rho / (r + rho) of the way, this all the way: hundreds of sweeps do what took thousands.

The changes of ``CYCLE`` times ``SWEEPS`` sweeps are kept, and the values then taken to where they would cancel best:
reduced rank extrapolation, which on a linear system is restarted GMRES (Eddy 1979; Sidi, Vector Extrapolation Methods
with Applications, 2017). It is left out when the changes have grown since it was last done. What sweeps need beyond the
values is four bytes a state for each change. While changes are large, what a part of the states needs is computed in
single precision.

Measured on a million states, each leading to others within 300: sweeps in blocks, each swept several times before the
next, corrections by aggregates of neighbours for the play of the moment, and leaving out parts that hardly change, all
took longer or went astray.
References: Puterman, Markov Decision Processes, 6.3 (the Jacobi variant); Bertsekas and Castanon (1989), from whom the
rule is that a correction has to wait until the changes are small again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium import lone
from detente.equilibrium.lone import chunks
from detente.equilibrium.result import Floats

if TYPE_CHECKING:
    from detente.equilibrium.lone import Lone

CYCLE, SWEEPS = 4, 3
GROWTH = 4.0  # of the mean square change, to which values may be extrapolated again
CLEAR = 40.0  # log odds at which the soft maximum is the hard one to the last digit
FAR = 80.0  # log odds beyond which an action is as good as never taken; exp is slow where it ends in 0
ROUGH = 1e-4  # of the range of values: while a sweep changes one by more, single precision will do
DAMP = 1e-10  # of the changes' mean square, so that the combination exists


class Statewise:
    """Values (S,) on the way to the solution, changed in place by ``cycle``."""

    def __init__(self, problem: Lone, value: Floats):
        self.lone, self.value = problem, value
        self._changes = np.empty((CYCLE, problem.states), np.float32)
        self._kind: Any = np.float32
        self._last = np.inf  # the mean square change when values were last extrapolated

    def cycle(self, enough: float) -> tuple[int, float, bool]:
        """Sweeps, and an extrapolation unless a sweep changed no value by more than ``enough``.

        How many sweeps, their last changes' root mean square, and whether they were small enough.
        """
        self._changes[:] = 0.0
        rough = ROUGH * float(self.value.max() - self.value.min())
        for j in range(CYCLE * SWEEPS):
            most = self._sweep(self._changes[j // SWEEPS])
            if most <= enough:
                return j + 1, 0.0, True
            self._kind = np.float32 if most > rough else np.float64
        alike = self._alike()
        change = float(alike[-1, -1]) / self.lone.states
        if change < GROWTH * self._last:
            self._last = change
            self._extrapolate(alike)
        return CYCLE * SWEEPS, float(np.sqrt(change)), False

    def _sweep(self, changes: Any) -> float:
        """One sweep, its changes added to ``changes``; the largest."""
        most = 0.0
        for part in chunks(self.lone.states):
            change = self._change(part)
            most = np.maximum(most, max(change.max(), -change.min()))
            self.value[part] += change
            changes[part] += change
        return float(most)

    def _change(self, part: slice) -> Any:
        """By how much the values of the states ``part`` change, each solved for itself."""
        tempo, lam, here = self.lone.tempo, self.lone.lam, self.value[part]
        best, mass = self._best(part)
        flow, leave = self.lone.flowing(self.value, part)
        rest = (flow - leave * here - tempo / lam * np.log(mass)).astype(self._kind)
        acting = tempo * best
        acting += rest
        acting /= self._cast(leave + tempo)
        leave = self._cast(leave)
        change = rest / leave
        np.maximum(change, acting, out=change)
        best *= lam
        unclear = np.abs(best) < CLEAR
        count = np.count_nonzero(unclear)
        if count > len(here) // 4:
            return np.maximum(change, _step(best, rest, leave, tempo, lam), out=change)
        if count:
            torn = np.flatnonzero(unclear)
            step = _step(best[torn], rest[torn], leave[torn] if np.ndim(leave) else leave, tempo, lam)
            change[torn] = np.maximum(change[torn], step)
        return change

    def _best(self, part: slice) -> tuple[Any, Any]:
        """The soft maximum of what the actions bring over the value, and the weights' sum with waiting's 1."""
        lam, here = self.lone.lam, self.value[part]
        gains = [
            np.subtract(each, here, dtype=np.float64).astype(self._kind) for each in self.lone.worth(self.value, part)
        ]
        weights = [choice.weights[part.start // lone.CHUNK] for choice in self.lone.choices]
        top, total = np.full(len(here), -np.finfo(self._kind).max), np.zeros(len(here), self._kind)
        for gain, weight in zip(gains, weights, strict=True):
            if np.ndim(weight):
                gain[weight <= 0.0] = -np.inf
            np.maximum(top, gain, out=top)
        for gain, weight in zip(gains, weights, strict=True):
            gain -= top
            gain *= lam
            np.maximum(gain, -FAR, out=gain)
            np.exp(gain, out=gain)
            if np.ndim(weight) or weight != 1.0:
                gain *= weight
            total += gain
        np.log(total, out=total)
        total /= lam
        top += total
        return top, sum(weights, 1.0)

    def _cast(self, number: Any) -> Any:
        return number.astype(self._kind) if np.ndim(number) else number

    def _alike(self) -> Floats:
        """Products of each change with each, (CYCLE, CYCLE)."""
        alike = np.zeros((CYCLE, CYCLE))
        for part in chunks(self.lone.states):
            some = self._changes[:, part].astype(np.float64)
            alike += np.einsum("is,js->ij", some, some)
        return alike

    def _extrapolate(self, alike: Floats) -> None:
        """To the weighted mean of the values after each change, weights of sum 1, that makes the mean change least."""
        damped = alike + (DAMP * np.trace(alike) + np.finfo(float).tiny) * np.eye(CYCLE)
        weight = np.linalg.solve(damped, np.ones(CYCLE))
        weight /= weight.sum()
        back = np.append(0.0, np.cumsum(weight)[:-1]).astype(np.float32)
        if np.isfinite(back).all():
            for part in chunks(self.lone.states):
                self.value[part] -= np.einsum("k,ks->s", back, self._changes[:, part])


def _step(odds: Any, rest: Any, leave: Any, tempo: float, lam: float) -> Any:
    """What one Newton step changes, where actions bring more than the value by ``odds / lam``; too little above FAR."""
    moves = np.clip(odds, -FAR, FAR)
    np.exp(moves, out=moves)
    step = np.log1p(moves)
    step *= tempo / lam
    step += rest
    moves /= moves + 1.0
    moves *= tempo
    moves += leave
    step /= moves
    return step
