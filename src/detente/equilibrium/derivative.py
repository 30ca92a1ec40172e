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
matrices with a fixed pattern: measured on a CPU, a product takes a fifth of a sweep through XLA's gathers, and a tenth
of ``jax.linearize``. Every row of A and of the readings sums to zero: a constant added to an actor's values shrinks at
rho and changes nobody's play.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from detente.equilibrium.pattern import Floats, Ints, OpenColumn, Pattern
    from detente.equilibrium.response import Response
    from detente.game.arrays import Game


@dataclass(frozen=True, eq=False)
class Derivative:
    """G'(V) as an operator on (S, N) arrays."""

    generator: Any  # A, CSR (S, S)
    reads: Any  # CSR (signals, S N)
    effect: Floats  # alpha and beta, (signals, N)
    signals: Ints  # state of each signal
    discount: Floats  # rho, (N,)

    @property
    def shape(self) -> tuple[int, int]:
        """(states, actors)."""
        return int(self.generator.shape[0]), len(self.discount)

    def held(self, change: Floats) -> Floats:
        """The change of G with play held: (A - rho) dV."""
        out: Floats = self.generator @ change
        out -= self.discount * change
        return out

    def __call__(self, change: Floats) -> Floats:
        """G'(V) dV, payoff a month."""
        out = self.held(change)
        out += _gather(self.reads @ change.reshape(-1), self.signals, self.shape[0]) @ self.effect
        return out


def derivative(pattern: Pattern, game: Game, value: Floats, play: Response, t: float) -> Derivative:
    """G' at ``value``, where ``play`` is the response at t times the game's precisions."""
    lam = t * np.asarray(game.precision)
    effect = np.empty((len(pattern.signals), pattern.actors))
    entries: list[Floats] = []
    for mover in sorted({column.mover for column in pattern.columns}):
        _effects(effect, pattern, game, value, play, mover, float(lam[mover]))
    for c, column in enumerate(pattern.columns):
        entries += _readings(column, np.asarray(game.columns[c].chance)[column.rows], play, c, lam)
    return Derivative(
        generator=generator(pattern, game, play.policy, play.accepted),
        reads=pattern.reads.fill(entries),
        effect=effect,
        signals=pattern.signals,
        discount=np.asarray(game.discount),
    )


def _effects(
    effect: Floats, pattern: Pattern, game: Game, value: Floats, play: Response, mover: int, lam: float
) -> None:
    """Write alpha and beta of one mover's columns into ``effect``."""
    mine = [c for c, column in enumerate(pattern.columns) if column.mover == mover]
    mean = np.zeros(value.shape)
    for c in mine:
        rows, gain = pattern.columns[c].rows, effect[pattern.columns[c].choice]
        np.take(np.asarray(play.q[c]), rows, axis=0, out=gain, mode="clip")
        gain -= value[rows]
        mean += _gather(np.asarray(play.policy[c])[rows], rows, len(value)) @ gain
    for c in mine:
        column, rows = pattern.columns[c], pattern.columns[c].rows
        chosen = float(game.tempo[mover]) * np.asarray(play.policy[c])[rows, None]
        alpha = effect[column.choice]
        alpha -= mean[rows]
        alpha *= lam * chosen
        if game.noise == "shocks":
            alpha[:, mover] = 0.0
        if column.consent is not None:
            beta, stake = effect[column.consent], np.asarray(play.stake[c])[rows]
            np.multiply(alpha, stake[:, [mover]], out=beta)
            stake *= chosen
            beta += stake


def _gather(data: Floats, states: Ints, count: int) -> Any:
    """The sparse matrix (count, n) that adds up signals, times ``data``, by their state."""
    return sp.csc_array((data, states, np.arange(len(data) + 1, dtype=np.int32)), shape=(count, len(data)))


def generator(pattern: Pattern, game: Game, policy: Sequence[ArrayLike], accepted: Sequence[ArrayLike]) -> Any:
    """A: rates, a month, at which play and chance lead from state to state; rows sum to zero."""
    tempo, rate = np.asarray(game.tempo), np.asarray(game.chance.rate)
    entries: list[Floats] = list(rate.T)
    for c, column in enumerate(pattern.columns):
        chosen = tempo[column.mover] * np.asarray(policy[c])[column.rows]
        taken = chosen * np.asarray(accepted[c])[column.rows]
        entries += list((taken[:, None] * np.asarray(game.columns[c].chance)[column.rows]).T)
        if column.consenters:
            entries.append(chosen - taken)
    out = pattern.moves.fill([*entries, np.zeros(pattern.states)])
    out.data[pattern.diagonal] -= out.sum(axis=1)
    return out


def _readings(column: OpenColumn, chance: Floats, play: Response, c: int, lam: Floats) -> list[Floats]:
    """Raw entries of one column, in the order of the pattern: the mover's gain, then each consenter's."""
    accepted = np.asarray(play.accepted[c])[column.rows]
    entries = [*(accepted[:, None] * chance).T, 1.0 - accepted, np.full(len(column.rows), -1.0)]
    if column.consent is not None:
        yes = np.asarray(play.yes[c])[column.rows]
        for j, r in enumerate(column.consenters):
            keen = accepted * (1.0 - yes[:, j]) * lam[r]
            entries += [*(keen[:, None] * chance).T, -keen]
    return entries
