"""One actor's decision problem as arrays: where each choice and chance lead, some states at a time.

Nothing is copied where the game holds doubles and indices. Expected values are products of SciPy's compiled CSR with
parts of the game's own arrays; the matrices are made once, because making one costs as much as a product of 16,384
rows, and hold no numbers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from detente.equilibrium.result import Floats

if TYPE_CHECKING:
    from detente.game.arrays import Column, Game

CHUNK = 1 << 14  # states at a time


@dataclass(frozen=True, eq=False)
class Choice:
    """A column."""

    weight: Floats  # (S,)
    weights: tuple[Any, ...]  # by chunk; one number where they are all the same and above 0
    pay: Floats | None  # (S,), once, less what asking costs
    leads: tuple[Any, ...]  # by chunk, the CSR matrix (chunk, S) from values to expected values


@dataclass(frozen=True, eq=False)
class Lone:
    """The problem; ``worth`` and ``flowing`` tell what is to be had at values (S,)."""

    states: int
    tempo: float
    rho: float
    lam: float
    flow: Floats  # (S,)
    choices: tuple[Choice, ...]
    rate: Floats  # (S, C) of chance events
    drift: tuple[Any, ...]  # by chunk, the CSR matrix of these rates; empty where there are none
    fastest: float  # all that may happen, a month, discounting with it

    @classmethod
    def of(cls, game: Game) -> Lone:
        """As the game has it."""
        tempo, rho, lam = (float(np.asarray(each)[0]) for each in (game.tempo, game.discount, game.precision))
        rate = np.asarray(game.chance.rate, np.float64)
        return cls(
            states=game.shape[0],
            tempo=tempo,
            rho=rho,
            lam=lam,
            flow=np.asarray(game.flow, np.float64)[:, 0],
            choices=tuple(map(_choice, game.columns)),
            rate=rate,
            drift=_leads(game.chance.succ, rate) if rate.shape[1] else (),
            fastest=tempo + rho + float(rate.sum(axis=1).max()),
        )

    def worth(self, value: Floats, part: slice) -> list[Floats]:
        """What each choice brings in the states ``part``, by column: expected values, and what it pays at once."""
        worth = []
        for choice in self.choices:
            ahead = np.asarray(choice.leads[part.start // CHUNK] @ value)
            if choice.pay is not None:
                ahead += choice.pay[part]
            worth.append(ahead)
        return worth

    def flowing(self, value: Floats, part: slice) -> tuple[Floats, Any]:
        """Payoff a month with what chance brings, and what is lost a month per unit of the value there."""
        if not self.drift:
            return self.flow[part], self.rho
        return self.flow[part] + self.drift[part.start // CHUNK] @ value, self.rho + self.rate[part].sum(axis=1)


def chunks(states: int) -> Iterator[slice]:
    """All states, some at a time."""
    for first in range(0, states, CHUNK):
        yield slice(first, min(first + CHUNK, states))


def _choice(column: Column) -> Choice:
    asking = None if column.asking is None else np.asarray(column.asking, np.float64)[:, 0]
    pay = None if column.pay is None else np.asarray(column.pay, np.float64)[:, 0]
    if asking is not None:
        pay = -asking if pay is None else pay - asking
    weight = np.asarray(column.weight, np.float64)
    weights = tuple(map(_one, (weight[part] for part in chunks(len(weight)))))
    return Choice(weight, weights, pay, _leads(column.succ, column.chance))


def _one(weights: Floats) -> Any:
    least, most = weights.min(), weights.max()
    return float(least) if least == most > 0.0 else weights


def _leads(succ: Any, chance: Any) -> tuple[Any, ...]:
    """By chunk, the CSR matrix from values to expected values; they share their rows' starts."""
    succ, chance = np.ascontiguousarray(succ, np.int32), np.ascontiguousarray(chance, np.float64)
    states, wide = succ.shape
    starts = np.arange(min(CHUNK, states) + 1, dtype=np.int32) * np.int32(wide)
    return tuple(
        csr(chance[part].reshape(-1), succ[part].reshape(-1), starts[: part.stop - part.start + 1], states)
        for part in chunks(states)
    )


def expectation(chance: Any, succ: Any, states: int) -> Any:
    """The CSR matrix (rows, states) from values to expected values, chance and succ (rows, K); no copy of either."""
    rows, wide = succ.shape
    return csr(chance.reshape(-1), succ.reshape(-1), np.arange(rows + 1, dtype=np.int32) * np.int32(wide), states)


def csr(data: Any, indices: Any, starts: Any, wide: int) -> Any:
    """A CSR matrix over these arrays; SciPy's own way of making one copies parts of larger arrays."""
    matrix = sp.csr_array((len(starts) - 1, wide), dtype=data.dtype)
    matrix.data, matrix.indices, matrix.indptr = data, indices, starts
    return matrix
