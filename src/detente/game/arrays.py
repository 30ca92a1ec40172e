"""A game as arrays: what the solvers read. Frozen, numbers and indices only.

Axes, named once: s a state, i an actor whose payoff it is, k a chance outcome, c a column, S, N, K, C their sizes.
``V[s, i]`` values in payoff units, ``Q[s, i]`` of one column's action, ``succ[s, k]`` states. A column holds actions of
one actor of which no two are open in the same state, so that a sweep touches hardly any closed action; sums over
columns and outcomes are unrolled, not einsum'd. Arrays are NumPy's, or JAX's where a game is differentiated or mapped
over draws, a leading axis by ``vmap``: to JAX all here is a pytree (:mod:`detente.game.double`).

Where nothing is open a column is inert but regular: successor the state itself, chances (1, 0, ..), weight and pay 0,
lean 1/2, so that neither values nor derivatives meet an infinity there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from detente.game.raw import choice_flow

if TYPE_CHECKING:
    import jax
    from jaxtyping import Float, Int

    Array: TypeAlias = np.ndarray | jax.Array

FIXED = {"static": True}  # to JAX no array but part of what is compiled


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


@dataclass(frozen=True, eq=False)
class Column:
    """Actions of one actor, at most one of them open in a state, all needing the same consents."""

    actor: int = field(metadata=FIXED)  # the mover
    consenters: tuple[int, ...] = field(metadata=FIXED)
    action: Int[Array, "S"]  # index into Scenario.actions; -1 where none is open
    weight: Float[Array, "S"]  # 0 where none is open
    succ: Int[Array, "S K"]  # s itself where none is open
    chance: Float[Array, "S K"]  # rows sum to one
    refused: Int[Array, "S"] | None  # state after a refusal; None: a refusal changes nothing
    lean: Float[Array, "S R"] | None  # chance of yes when indifferent, by consenter; None where none is needed
    pay: Float[Array, "S N"] | None  # gain less cost, once, when it takes effect
    asking: Float[Array, "S N"] | None  # paid for asking, taken or refused


@dataclass(frozen=True, eq=False)
class Chance:
    """What nobody decides, gathered by state; padded with rate 0 to the state itself; C may be 0.

    What changes nothing is left out. A rule's entries in a state have different successors; rules are not merged.
    """

    succ: Int[Array, "S C"]
    rate: Float[Array, "S C"]  # a month: the rule's rate times the outcome's probability
    rule: Int[Array, "S C"]  # index into Scenario.rules; -1 pads


@dataclass(frozen=True, eq=False)
class Game:
    """A continuous-time game: at rate ``tempo[m]`` actor m moves, at ``chance.rate`` chance does.

    ``(rho_i + sum_m r_m + sum_c h_c(s)) V_i(s) = flow_i(s) + sum_m r_m sum_a pi_m(a|s) Q_i(s,a) + sum_c h_c(s) E V_i``
    Waiting is always open with weight 1, is no column, and its Q is V. ``raw``: the flow holds what many chances are
    worth (:mod:`detente.game.raw`), so precision and open actions are changed by the methods here, which follow.
    """

    noise: Literal["errors", "shocks"] = field(metadata=FIXED)
    columns: tuple[Column, ...]  # grouped by actor
    chance: Chance
    flow: Float[Array, "S N"]  # payoff a month, with the expected payoffs of chance events
    tempo: Float[Array, "N"]  # r, a month
    discount: Float[Array, "N"]  # rho, a month
    precision: Float[Array, "N"]  # lam, 1 / payoff
    raw: bool = field(default=False, metadata=FIXED)

    @property
    def shape(self) -> tuple[int, int]:
        """(states, actors)."""
        return self.flow.shape[0], self.flow.shape[1]

    @property
    def numbers(self) -> list[Array]:
        """All arrays of floats, in one order for all games of a structure."""
        found = [a for c in self.columns for a in (c.weight, c.chance, c.lean, c.pay, c.asking) if a is not None]
        return [*found, self.chance.rate, self.flow, self.tempo, self.discount, self.precision]

    def without(self, actions: Iterable[int]) -> Game:
        """The same game with these actions (indices into Scenario.actions) struck out: open nowhere."""
        struck = np.array(sorted(set(actions)), dtype=np.int32)
        return self._with(tuple(_without(column, struck) for column in self.columns), self.precision)

    def sharper(self, scale: float) -> Game:
        """The same game with all precisions times ``scale``."""
        return self._with(self.columns, np.asarray(self.precision) * scale)

    def _with(self, columns: tuple[Column, ...], precision: Float[Array, "N"]) -> Game:
        flow = self.flow
        if self.raw:
            states = self.shape[0]
            flow = np.asarray(flow) - choice_flow(self.columns, self.tempo, self.precision, states, np)
            flow = flow + choice_flow(columns, self.tempo, precision, states, np)
        return dataclasses.replace(self, columns=columns, precision=precision, flow=flow)


def _without(column: Column, struck: np.ndarray) -> Column:
    gone = np.isin(column.action, struck)
    if not gone.any():
        return column
    action, weight = np.where(gone, np.int32(-1), column.action), np.where(gone, 0.0, column.weight)
    return dataclasses.replace(column, action=action, weight=weight)
