"""A game in periods: its arrays, which row of them is which state and whose turn, and how large it may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from detente.game.structure import levels_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detente.game.arrays import States
    from detente.game.stochastic import Floats, StochasticGame
    from detente.game.structure import Where
    from detente.scenario.model import Noise, Scenario

MOST_NUMBERS = 50_000_000  # in the dense arrays of a game, 8 bytes each
ALL = "all"  # the turn of a row in which everybody moves at once
END = "the month ends"


@dataclass(frozen=True)
class Row:
    """A row of the arrays: a state, by factor and level, and whose turn it is.

    ``turn``: an actor's name; 'all'; 'army answers north.ask'; or 'the month ends', where chance has its turn.
    """

    state: int
    levels: Mapping[str, str]
    turn: str

    def __str__(self) -> str:
        return f"{', '.join(f'{name} {level}' for name, level in self.levels.items())}; {self.turn}"


@dataclass(frozen=True, eq=False)
class Periods:
    """A scenario in periods. ``first[s]``: rows and chances with which a month begins in state s; none where it ends.

    ``precision`` (N,) in 1 / payoff and ``noise`` are what ``dt.trace`` is to be given with ``game``.
    """

    scenario: Scenario
    game: StochasticGame
    precision: Floats
    noise: Noise
    rows: tuple[Row, ...] = field(repr=False)
    states: States = field(repr=False)
    first: tuple[Mapping[int, float], ...] = field(repr=False)

    def state(self, where: Where) -> int:
        """The number of a situation (or its name), of factor name -> level name, or of level indices."""
        levels = levels_of(self.scenario, where)
        found = int(self.states.find(np.asarray(levels))) if len(levels) == len(self.scenario.factors) else -1
        if found < 0:
            raise DetenteError(f"{where!r} is not among the {len(self.states):,} states that can come about.")
        return found

    def row(self, where: Where, turn: str) -> int:
        """The row of a state and a turn (:class:`Row`)."""
        state = self.state(where)
        for at, row in enumerate(self.rows):
            if (row.state, row.turn) == (state, turn):
                return at
        turns = [row.turn for row in self.rows if row.state == state]
        raise DetenteError(
            f"Nothing is {turn!r} in that state; its turns: {', '.join(turns) or 'none, the game is over'}."
        )

    def at_start(self, values: Floats) -> Floats:
        """(states, ..) of values by row (R, ..): those of a month's beginning; 0 where the game is over."""
        found = np.zeros((len(self.states), *values.shape[1:]))
        for state, begin in enumerate(self.first):
            for row, share in begin.items():
                found[state] += share * values[row]
        return found


def hold(rows: int, states: int, sizes: Sequence[int]) -> None:
    """Refuse arrays that would be too large: payoffs and transitions of ``rows``, profiles of ``sizes`` actions."""
    profiles = prod(sizes)
    many = rows * profiles * (rows + len(sizes))
    if many > MOST_NUMBERS:
        written = " x ".join(str(size) for size in sizes if size > 1) or "1"
        raise DetenteError(
            f"In months this game is too large for dense arrays: {rows:,} rows (of {states:,} states) x {profiles:,} "
            f"profiles of actions ({written}) x {rows:,} rows that may follow are {many:,} numbers; at most "
            f"{MOST_NUMBERS:,} are held. Merge levels or actions, or write `moves: continuous`, where only one moves "
            "at a time."
        )


def named(scenario: Scenario, levels: np.ndarray) -> dict[str, str]:
    """Factor name -> level name of level indices (F,)."""
    return {f.name: f.levels[level] for f, level in zip(scenario.factors, levels, strict=True)}
