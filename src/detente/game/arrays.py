"""A game as arrays: what the solvers read. Frozen, numbers and indices only.

Axes, named once: s a state, i an actor whose payoff it is, k a chance outcome, c a column, S, N, K, C their sizes.
``V[s, i]`` values in payoff units, ``Q[s, i]`` of one column's action, ``succ[s, k]`` states. A column holds actions of
one actor of which no two are open in the same state, so that a sweep touches hardly any closed action; sums over
columns and outcomes are unrolled, not einsum'd. Everything here is a JAX pytree: draws are a leading axis by ``vmap``.

Where nothing is open a column is inert but regular: successor the state itself, chances (1, 0, ..), weight and pay 0,
lean 1/2, so that neither values nor derivatives meet an infinity there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from detente.game.double import double_precision
from detente.game.raw import choice_flow


@dataclass(frozen=True, eq=False)
class States:
    """The states of a game in their numbering. ``levels[s, f]`` is the level index of factor f; codes ascend."""

    factors: tuple[str, ...]
    levels: np.ndarray  # (S, F) uint8
    codes: np.ndarray  # (S,) int64: strides . levels, ascending
    strides: np.ndarray  # (F,) int64

    def __len__(self) -> int:
        return len(self.codes)

    def find(self, levels: np.ndarray) -> np.ndarray:
        """Indices of states given as levels (..., F); -1 where a state is not among them."""
        wanted = np.asarray(levels, dtype=np.int64) @ self.strides
        at = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        return np.where(self.codes[at] == wanted, at, -1)


class Column(eqx.Module):
    """Actions of one actor, at most one of them open in a state, all needing the same consents."""

    actor: int = eqx.field(static=True)  # the mover
    consenters: tuple[int, ...] = eqx.field(static=True)
    action: Int[Array, "S"]  # index into Scenario.actions; -1 where none is open
    weight: Float[Array, "S"]  # 0 where none is open
    succ: Int[Array, "S K"]  # s itself where none is open
    chance: Float[Array, "S K"]  # rows sum to one
    refused: Int[Array, "S"] | None  # state after a refusal; None: a refusal changes nothing
    lean: Float[Array, "S R"] | None  # chance of yes when indifferent, by consenter; None where none is needed
    pay: Float[Array, "S N"] | None  # gain less cost, once, when it takes effect
    asking: Float[Array, "S N"] | None  # paid for asking, taken or refused


class Chance(eqx.Module):
    """What nobody decides, gathered by state; padded with rate 0 to the state itself; C may be 0.

    What changes nothing is left out. A rule's entries in a state have different successors; rules are not merged.
    """

    succ: Int[Array, "S C"]
    rate: Float[Array, "S C"]  # a month: the rule's rate times the outcome's probability
    rule: Int[Array, "S C"]  # index into Scenario.rules; -1 pads


class Game(eqx.Module):
    """A continuous-time game: at rate ``tempo[m]`` actor m moves, at ``chance.rate`` chance does.

    ``(rho_i + sum_m r_m + sum_c h_c(s)) V_i(s) = flow_i(s) + sum_m r_m sum_a pi_m(a|s) Q_i(s,a) + sum_c h_c(s) E V_i``
    Waiting is always open with weight 1, is no column, and its Q is V. ``raw``: the flow holds what many chances are
    worth (:mod:`detente.game.raw`), so precision and open actions are changed by the methods here, which follow.
    """

    noise: Literal["errors", "shocks"] = eqx.field(static=True)
    columns: tuple[Column, ...]  # grouped by actor
    chance: Chance
    flow: Float[Array, "S N"]  # payoff a month, with the expected payoffs of chance events
    tempo: Float[Array, "N"]  # r, a month
    discount: Float[Array, "N"]  # rho, a month
    precision: Float[Array, "N"]  # lam, 1 / payoff
    raw: bool = eqx.field(static=True, default=False)

    @property
    def shape(self) -> tuple[int, int]:
        """(states, actors)."""
        return self.flow.shape[0], self.flow.shape[1]

    def without(self, actions: Iterable[int]) -> Game:
        """The same game with these actions (indices into Scenario.actions) struck out: open nowhere."""
        struck = np.array(sorted(set(actions)), dtype=np.int32)
        return self._with(tuple(_without(column, struck) for column in self.columns), self.precision)

    def sharper(self, scale: float) -> Game:
        """The same game with all precisions times ``scale``."""
        with double_precision():
            return self._with(self.columns, self.precision * scale)

    def _with(self, columns: tuple[Column, ...], precision: Float[Array, "N"]) -> Game:
        flow = self.flow
        if self.raw:
            with double_precision():
                states = self.shape[0]
                flow = flow - choice_flow(self.columns, self.tempo, self.precision, states, jnp)
                flow = flow + choice_flow(columns, self.tempo, precision, states, jnp)
        return dataclasses.replace(self, columns=columns, precision=precision, flow=flow)


def _without(column: Column, struck: np.ndarray) -> Column:
    gone = np.isin(np.asarray(column.action), struck)
    if not gone.any():
        return column
    with double_precision():
        action, weight = jnp.where(gone, -1, column.action), jnp.where(gone, 0.0, column.weight)
    return dataclasses.replace(column, action=action, weight=weight)
