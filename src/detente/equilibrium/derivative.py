"""The derivative of the backward equation, exact, as sparse matrices.

G' has two parts. With play held, everybody's values move along the same Markov process: ``A V - rho V``, A its
generator (S, S). And play changes: with ``x_c`` the change of the mover's gain ``Q_m,c - V_m`` when acceptance is held,
``y_c`` the change of the chance of acceptance, and the spread of Q around its mean at the mover's move,

    dG_i = (A - rho_i) dV_i + sum_c alpha_ic x_c + beta_ic y_c,
    alpha_ic = r_m pi_c lam_m (Q_ic - V_i - mean_i),        mean_i = sum_c pi_c (Q_ic - V_i) over m's columns,
    beta_ic  = r_m pi_c D_ic + alpha_ic D_mc,
    x_c = Y E dV_m(next) + (1 - Y) dV_m(refused) - dV_m,
    y_c = Y sum_r (1 - yes_r) lam_r (E dV_r(next) - dV_r(refused)).

With inclusive values ('shocks') the mover's own alpha is zero: the envelope theorem. A and the readings x, y are CSR
matrices with a fixed pattern: measured on a CPU, a product takes 9 ms where a product of ``jax.linearize`` takes 80.
Every row of A and of the readings sums to zero: a constant added to an actor's values shrinks at rho and changes
nobody's play. In single precision (:meth:`Derivative.single`), half the traffic, constants are therefore taken out
before the product and come back at rho, so that what is small beside them is not lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from detente.equilibrium.held import Held
from detente.equilibrium.play import gather

if TYPE_CHECKING:
    from detente.equilibrium.pattern import Floats, Ints, Pattern
    from detente.equilibrium.play import Play, Terms


@dataclass(frozen=True, eq=False)
class Derivative:
    """G'(V) as an operator on (S, N) arrays."""

    generator: Any  # A, CSR (S, S)
    reads: Any  # CSR (signals, S N)
    effect: Floats  # alpha and beta, (signals, N)
    signals: Ints  # state of each signal
    discount: Floats  # rho, (N,)

    @cached_property
    def approximate(self) -> Held:
        """An approximate inverse of the derivative with play held."""
        return Held(self.generator, self.discount)

    @property
    def shape(self) -> tuple[int, int]:
        """(states, actors)."""
        return int(self.generator.shape[0]), len(self.discount)

    def held(self, change: Any) -> Floats:
        """The change of G with play held: (A - rho) dV."""
        out: Floats = self.generator @ change
        out -= self.discount * change
        return out

    def __call__(self, change: Any) -> Floats:
        """G'(V) dV, payoff a month."""
        out = self.held(change)
        out += gather(self.reads @ change.reshape(-1), self.signals, self.shape[0]) @ self.effect
        return out

    def single(self) -> Derivative:
        """The same in single precision: for what is checked afterwards, or need not be known to more than 1e-4."""
        return self._single

    @cached_property
    def _single(self) -> Derivative:
        return Single(
            generator=_halved(self.generator),
            reads=_halved(self.reads),
            effect=self.effect.astype(np.float32),
            signals=self.signals,
            discount=self.discount.astype(np.float32),
            inverse=self.approximate,
        )


@dataclass(frozen=True, eq=False)
class Single(Derivative):
    """G'(V) in single precision."""

    inverse: Held

    @property
    def approximate(self) -> Held:
        """That of the derivative in double precision."""
        return self.inverse

    def __call__(self, change: Any) -> Floats:
        """G'(V) dV, payoff a month, in single precision."""
        change = np.asarray(change, np.float32)
        mean = np.einsum("si->i", change) / np.float32(len(change))
        out = super().__call__(change - mean)
        out -= self.discount * mean
        return out


def derivative(pattern: Pattern, terms: Terms, play: Play) -> Derivative:
    """G' at the values to which ``play`` is the response."""
    return Derivative(
        generator=generator(pattern, terms, play.policy, play.accepted),
        reads=_reads(pattern, terms, play),
        effect=_effect(pattern, terms, play),
        signals=pattern.signals,
        discount=terms.discount,
    )


def generator(pattern: Pattern, terms: Terms, policy: Floats, accepted: Floats) -> Any:
    """A: rates, a month, at which play (by entry) and chance lead from state to state; rows sum to zero."""
    entries = pattern.entries
    chosen = terms.tempo[entries.mover] * policy
    taken = chosen * accepted
    out = pattern.moves.fill(
        [
            np.repeat(taken, entries.outcomes) * terms.chance,
            (chosen - taken)[entries.asking],
            terms.rate.ravel(),
            np.zeros(pattern.states),
        ]
    )
    out.data[pattern.diagonal] -= out.sum(axis=1)
    return out


def _halved(matrix: Any) -> Any:
    """A CSR matrix in single precision that shares its places."""
    return sp.csr_array((matrix.data.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def _reads(pattern: Pattern, terms: Terms, play: Play) -> Any:
    """x and y as a matrix."""
    entries, lam = pattern.entries, play.t * terms.precision
    numbers = [
        np.repeat(play.accepted, entries.outcomes) * terms.chance,
        1.0 - play.accepted,
        np.full(len(play.accepted), -1.0),
    ]
    for column, yes in zip(pattern.columns, play.yes, strict=True):
        if yes is not None:
            own = slice(entries.starts[column.entries.start], entries.starts[column.entries.stop])
            for j, r in enumerate(column.consenters):
                keen = play.accepted[column.entries] * (1.0 - yes[:, j]) * lam[r]
                numbers += [np.repeat(keen, entries.outcomes[column.entries]) * terms.chance[own], -keen]
    return pattern.reads.fill(numbers)


def _effect(pattern: Pattern, terms: Terms, play: Play) -> Floats:
    """alpha and beta by signal."""
    count = len(play.policy)
    out = np.empty((len(pattern.signals), pattern.actors))
    chosen = terms.tempo[pattern.entries.mover] * play.policy
    for column, stake in zip(pattern.columns, play.stake, strict=True):
        mover, rows = column.mover, pattern.entries.rows[column.entries]
        alpha = out[column.entries]
        np.take(play.mean[mover], rows, axis=0, out=alpha, mode="clip")  # half the time of [rows]
        np.subtract(play.gain[column.entries], alpha, out=alpha)
        alpha *= (play.t * terms.precision[mover] * chosen[column.entries])[:, None]
        if terms.shocks:
            alpha[:, mover] = 0.0
        if column.asks is not None and stake is not None:
            beta = out[count + column.asks.start : count + column.asks.stop]
            np.multiply(stake, chosen[column.entries, None], out=beta)
            beta += alpha * stake[:, [mover]]
    return out
