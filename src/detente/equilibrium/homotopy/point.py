"""The equations of a logit equilibrium at one place, and their derivative there in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.direction import Direction

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.system import System
    from detente.game.stochastic import Floats

MOST = 700.0  # log of a number that can be reckoned with; above 0 only below precision 0, where a step may try
EXACT = 16 * float(np.finfo(float).eps)  # relative rounding of what an action is worth


@dataclass(frozen=True, eq=False)
class Point:
    """The equations at (u, V, lam)."""

    system: System
    u: Floats
    value: Floats
    lam: float
    policy: Floats  # (S, L)
    worth: Floats  # (S, L) Q
    cross: Floats  # (S, L, L) dQ_l / dpi_k for k of another player
    ahead: list[Floats]  # by player (S, A_n, S)

    @property
    def place(self) -> Direction:
        """Where it is."""
        return Direction(self.u, self.value, self.lam)

    @property
    def largest(self) -> float:
        """The largest number that an open action is worth, whatever its sign."""
        return float(np.abs(np.where(self.system.open, self.worth, 0.0)).max())

    @property
    def rounding(self) -> float:
        """How large the rounding errors of log odds are."""
        return EXACT * abs(self.lam) * self.largest

    @cached_property
    def _smooth(self) -> tuple[Floats, Floats, Floats]:
        """Of the values: chances (S, L) by which Q counts, the values (S, N) that Q gives, their change with lam."""
        system = self.system
        mean = (self.policy * self.worth) @ system.sums
        if system.noise == "errors":
            return self.policy, mean, np.zeros_like(mean)
        lam = np.stack([np.full(len(self.u), self.lam * system.ratio[part.start]) for part in system.slices], axis=1)
        top = np.stack([np.where(system.open[:, p], self.worth[:, p], -np.inf).max(axis=1) for p in system.slices], 1)
        gap = self.worth - top[:, system.owner]
        power = np.minimum(lam[:, system.owner] * np.where(system.open, gap, 0.0), MOST)
        scaled = np.where(system.open, np.exp(power), 0.0)
        lift = np.where(system.open, np.expm1(power), 0.0)
        mass = (system.share * scaled) @ system.sums
        chosen = system.share * scaled / mass[:, system.owner]
        even = (system.share * self.worth) @ system.sums
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(lam > 0, top + np.log1p((system.share * lift) @ system.sums) / lam, even)
            mean = (chosen * self.worth) @ system.sums
            spread = (system.share * self.worth**2) @ system.sums - even**2
            slope = np.where(lam > 0, (mean - value) / lam, spread / 2)
        return chosen, value, slope * np.stack([np.full(len(self.u), system.ratio[p.start]) for p in system.slices], 1)

    @cached_property
    def residual(self) -> tuple[Floats, Floats]:
        """Of the log odds (S, L) and of the values (S, N)."""
        system = self.system
        gap = self.worth - system._of_reference(self.worth)
        odds = np.where(system.free, self.u - system.default - self.lam * system.ratio * gap, self.u)
        return odds, self.value - self._smooth[1]

    @cached_property
    def by_lam(self) -> tuple[Floats, Floats]:
        """The derivative of both residuals by lam."""
        system = self.system
        gap = self.worth - system._of_reference(self.worth)
        return np.where(system.free, -system.ratio * gap, 0.0), -self._smooth[2]

    @cached_property
    def blocks(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The derivative: within states B (S, L, L), C (S, L, S) to u, D (S, N, L) to V, K (S, N, S)."""
        system, policy = self.system, self.policy
        count = policy.shape[1]
        moved = self.cross * policy[:, None, :]
        moved -= (moved @ system.sums)[:, :, system.owner] * policy[:, None, :]
        lam = self.lam * system.ratio
        odds = moved - system._of_reference(moved)
        odds *= np.where(system.free, -lam, 0.0)[:, :, None]
        odds[:, np.arange(count), np.arange(count)] += 1.0
        ahead = np.concatenate(self.ahead, axis=1)
        ways = ahead - system._of_reference(ahead)
        ways *= np.where(system.free, -lam, 0.0)[:, :, None]
        chosen, mean, _ = self._smooth
        per = chosen[:, :, None] * system.sums  # (S, L, N)
        values = -np.einsum("sln,slk->snk", per, moved)
        if system.noise == "errors":
            lean = policy * (self.worth - mean[:, system.owner])
            values -= lean[:, None, :] * system.sums.T
        stay = -np.stack([np.einsum("sa,sat->st", chosen[:, p], self.ahead[n]) for n, p in enumerate(system.slices)], 1)
        here = system._rows[:, 0]
        stay[here, :, here] += 1.0
        return odds, ways, values, stay
