"""The derivative of the backward equation, exact, as sparse matrices.

G' has two parts. With play held, everybody's values move along the same Markov process: ``A V - rho V``, A its
generator (S, S). And play changes: with ``x_c`` the change of the mover's gain ``Q_m,c - V_m`` when acceptance is held,
``y_c`` the change of the chance of acceptance, and the spread of Q around its mean at the mover's move,

    dG_i = (A - rho_i) dV_i + sum_c alpha_ic x_c + beta_ic y_c,
    alpha_ic = r_m pi_c lam_m (Q_ic - V_i - mean_i),        mean_i = sum_c pi_c (Q_ic - V_i) over m's columns,
    beta_ic  = r_m pi_c D_ic + alpha_ic D_mc,
    x_c = Y E dV_m(next) + (1 - Y) dV_m(refused) - dV_m,    y_c = Y sum_r (1 - yes_r) lam_r (E dV_r(next) - dV_r(refused)).

With inclusive values ('shocks') the mover's own alpha is zero: the envelope theorem. A and the readings x, y are CSR
matrices with a fixed pattern, so a product costs about a tenth of a sweep through XLA's gathers on a CPU. Every row of A
and of the readings sums to zero: a constant added to an actor's values shrinks at rho and changes nobody's play.
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
    signal_starts: Ints
    numbers: Ints  # 0 .. signals - 1
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
        signal = self.reads @ change.reshape(-1)
        by_state = sp.csr_array((signal, self.numbers, self.signal_starts), shape=(self.shape[0], len(signal)))
        out += by_state @ self.effect
        return out


def derivative(pattern: Pattern, game: Game, value: Floats, play: Response, t: float) -> Derivative:
    """G' at ``value``, where ``play`` is the response at t times the game's precisions."""
    tempo, lam = np.asarray(game.tempo), t * np.asarray(game.precision)
    policy = [np.asarray(each) for each in play.policy]
    gain = [np.asarray(each) - value for each in play.q]
    mean = np.zeros((pattern.actors, pattern.states, pattern.actors))
    for column, pi, better in zip(pattern.columns, policy, gain, strict=True):
        mean[column.mover] += pi[:, None] * better
    effect = np.zeros((int(pattern.signal_starts[-1]), pattern.actors))
    entries: list[Floats] = []
    for c, column in enumerate(pattern.columns):
        rows, mover = column.rows, column.mover
        chosen = tempo[mover] * policy[c][rows]
        alpha = (chosen * lam[mover])[:, None] * (gain[c][rows] - mean[mover][rows])
        if game.noise == "shocks":
            alpha[:, mover] = 0.0
        effect[column.choice] = alpha
        if column.consent is not None:
            stake = np.asarray(play.stake[c])[rows]
            effect[column.consent] = chosen[:, None] * stake + alpha * stake[:, [mover]]
        entries += _readings(column, np.asarray(game.columns[c].chance)[rows], play, c, lam)
    return Derivative(
        generator=generator(pattern, game, play.policy, play.accepted),
        reads=pattern.reads.fill(entries) if entries else pattern.reads.fill([np.zeros(0)]),
        effect=effect,
        signal_starts=pattern.signal_starts,
        numbers=np.arange(len(effect), dtype=np.int32),
        discount=np.asarray(game.discount),
    )


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
