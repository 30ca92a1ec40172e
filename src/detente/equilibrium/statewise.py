"""One actor's values state by state, and extrapolated: nonlinear Jacobi sweeps in place.

A sweep solves the backward equation of each state in its own value, the others' held::

    (rho + h) v = u + h E V(next) + r (1/lam) log[ (1 + sum_a w_a exp(lam (Q_a - v))) / (1 + sum_a w_a) ]

by one Newton step, but to no less than what waiting for ever brings and no less than the best action at every move.
All three bound the solution from below, since the right side is convex in v and falls. Value iteration moves a state in
which the actor waits by a part rho / (r + rho) of the way, this all the way, so that hundreds of sweeps do what took
thousands; like value iteration it contracts, and needs no more than the values.

``CYCLE`` changes of ``SWEEPS`` sweeps each are kept in single precision, and the values then taken to the combination
at which the changes would cancel best (reduced rank extrapolation, which on a linear system is restarted GMRES: Eddy
1979; Sidi, Vector Extrapolation Methods, 2017). It is done only when the changes are smaller than when it was last
done, so that it cannot run away with values that sweeps would bring home.
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
FAR = 700.0  # log odds beyond which an action is as good as never taken; exp is slow where it ends in 0
DAMP = 1e-10  # of the changes' mean square, so that the combination exists


class Statewise:
    """Values (S,) on the way to the solution, changed in place by ``cycle``."""

    def __init__(self, problem: Lone, value: Floats):
        self.lone, self.value = problem, value
        self._changes = np.empty((CYCLE, problem.states), np.float32)
        self._last = np.inf  # the mean square change when values were last extrapolated

    def cycle(self, enough: float) -> tuple[int, float, bool]:
        """Sweeps, and an extrapolation unless a sweep changed no value by more than ``enough``.

        How many sweeps, their last changes' root mean square, and whether they were small enough.
        """
        self._changes[:] = 0.0
        for j in range(CYCLE * SWEEPS):
            if self._sweep(self._changes[j // SWEEPS]) <= enough:
                return j + 1, 0.0, True
        alike = self._alike()
        change = float(alike[-1, -1]) / self.lone.states
        if change < GROWTH * self._last:
            self._last = change
            self._extrapolate(alike)
        return CYCLE * SWEEPS, float(np.sqrt(change)), False

    def _sweep(self, change: Any) -> float:
        """One sweep, its changes added to ``change``; the largest."""
        most = 0.0
        for part in chunks(self.lone.states):
            here = self.value[part]
            new = self._solved(here, part)
            new -= here
            most = np.maximum(most, max(new.max(), -new.min()))
            here += new
            change[part] += new
        return float(most)

    def _solved(self, here: Floats, part: slice) -> Floats:
        """Values of the states ``part``, each for itself."""
        tempo, lam = self.lone.tempo, self.lone.lam
        best, mass = self._best(part)
        flow, leave = self.lone.flowing(self.value, part)
        flow = flow - tempo / lam * np.log(mass)
        odds = best - here
        odds *= lam
        best *= tempo
        best += flow
        best /= leave + tempo
        alone = flow / leave
        np.maximum(alone, best, out=alone)
        np.abs(odds, out=best)
        torn = np.flatnonzero(best < CLEAR)
        if len(torn) > len(here) // 4:
            return np.maximum(alone, _step(odds, here, flow, leave, tempo, lam))
        if len(torn):
            leave = leave[torn] if np.ndim(leave) else leave
            step = _step(odds[torn], here[torn], flow[torn], leave, tempo, lam)
            alone[torn] = np.maximum(alone[torn], step)
        return alone

    def _best(self, part: slice) -> tuple[Floats, Any]:
        """The soft maximum of what the actions bring, and the weights' sum with waiting's 1."""
        lam, worth = self.lone.lam, self.lone.worth(self.value, part)
        weights = [choice.weights[part.start // lone.CHUNK] for choice in self.lone.choices]
        top, total = np.full(part.stop - part.start, -np.finfo(float).max), np.zeros(part.stop - part.start)
        for each, weight in zip(worth, weights, strict=True):
            if np.ndim(weight):
                each[weight <= 0.0] = -np.inf
            np.maximum(top, each, out=top)
        for each, weight in zip(worth, weights, strict=True):
            each -= top
            each *= lam
            np.maximum(each, -FAR, out=each)
            np.exp(each, out=each)
            if np.ndim(weight) or weight != 1.0:
                each *= weight
            total += each
        np.log(total, out=total)
        total /= lam
        top += total
        return top, sum(weights, 1.0)

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


def _step(odds: Floats, here: Floats, flow: Floats, leave: Any, tempo: float, lam: float) -> Floats:
    """One Newton step from the values ``here``, where what actions bring beats them by ``odds / lam``."""
    small = np.exp(np.negative(np.abs(odds)))
    rest = np.maximum(odds, 0.0)
    rest += np.log1p(small)
    rest *= tempo / lam
    rest += flow
    rest -= leave * here
    moves = np.where(odds > 0.0, 1.0, small)
    small += 1.0
    moves /= small
    moves *= tempo
    moves += leave
    rest /= moves
    rest += here
    return rest
