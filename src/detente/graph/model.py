"""A graph model: decision makers, states, each one's moves and each one's ranking of the states.

The arrays are ``moves``, one :class:`~detente.graph.moves.Moves` a decision maker, and ``ranks`` (S, N), int32: higher
is better, equal is a tie. Only the order counts; whole numbers from 1 up are what is kept. States are told by a number
from 1 and a label. Where states are combinations of options (:mod:`detente.graph.options`), a label is a yes/no string,
an option a letter, and a state is told by the options taken in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.graph.moves import Moves
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

MOST_STATES = 65_536
MOST_ACTORS = 64
MOST_MOVES = 20_000_000  # of all decision makers together


@dataclass(frozen=True, eq=False)
class GraphModel:
    """Who, which states, which moves, which order; ``options`` are pairs (decision maker, option), or none."""

    actors: tuple[str, ...]
    states: tuple[str, ...]
    moves: tuple[Moves, ...]
    ranks: np.ndarray
    title: str = "A graph model"
    options: tuple[tuple[str, str], ...] = ()
    numbered: bool = True  # whether states are told by their numbers too

    def __post_init__(self) -> None:
        _named("decision maker", self.actors, MOST_ACTORS)
        _named("state", self.states, MOST_STATES)
        if len(self.moves) != len(self.actors):
            raise DetenteError(f"Moves of {len(self.moves)} decision makers are given for {len(self.actors)}.")
        if any(len(one.start) != len(self.states) + 1 for one in self.moves):
            raise DetenteError(f"Moves must be between the {len(self.states):,} states, for each decision maker.")
        total = sum(len(one.to) for one in self.moves)
        if total > MOST_MOVES:
            raise DetenteError(f"The model has {total:,} moves, more than {MOST_MOVES:,}. Leave options or states out.")
        object.__setattr__(self, "ranks", _ordinal(self.ranks, (len(self.states), len(self.actors))))

    @classmethod
    def from_arrays(
        cls,
        reach: Sequence[Any],
        ranks: ArrayLike,
        actors: Sequence[str] = (),
        states: Sequence[str] = (),
        title: str = "A graph model",
    ) -> GraphModel:
        """From a reachability matrix (S, S) a decision maker, dense or sparse, and ranks (S, N), higher is better.

        Decision makers are called 1, 2, ... and so are states unless names are given.
        """
        moves = tuple(Moves.matrix(one) for one in reach)
        count = len(moves[0].start) - 1 if moves else 0
        return cls(
            tuple(actors) or tuple(str(n + 1) for n in range(len(moves))),
            tuple(states) or tuple(str(n + 1) for n in range(count)),
            moves,
            np.asarray(ranks),
            title,
        )

    @classmethod
    def from_moves(
        cls,
        states: Sequence[str],
        moves: Mapping[str, Mapping[str, Sequence[str]]],
        rankings: Mapping[str, Sequence[Any]],
        title: str = "A graph model",
    ) -> GraphModel:
        """From ``{decision maker: {state: [states it can move to]}}`` and rankings as :func:`ranks_of` reads them.

        A decision maker is one with a ranking; it may have no moves.
        """
        _named("state", states, MOST_STATES)
        if strange := set(moves) - set(rankings):
            raise DetenteError(f"{sorted(strange)[0]!r} has moves and no ranking.")
        place = numbered(states)
        found, columns = [], []
        for actor, ranking in rankings.items():
            pairs = [(_at(place, a), _at(place, b)) for a, ends in moves.get(actor, {}).items() for b in ends]
            found.append(Moves.of([a for a, _ in pairs], [b for _, b in pairs], len(states)))
            columns.append(ranks_of(ranking, states, actor))
        return cls(tuple(rankings), tuple(states), tuple(found), np.stack(columns, axis=1), title)

    def with_ranks(self, ranks: ArrayLike) -> GraphModel:
        """The same states and moves with other preferences (S, N)."""
        return replace(self, ranks=np.asarray(ranks))

    def state(self, name: str | int) -> int:
        """The index of a state by its label, or by its number from 1; DetenteError where there is none."""
        return _at(numbered(self.states), name)

    def actor(self, name: str) -> int:
        """The index of a decision maker; a DetenteError lists those there are."""
        if name not in self.actors:
            hint = did_you_mean(str(name), self.actors) or f"They are {', '.join(self.actors)}."
            raise DetenteError(f"There is no decision maker {name!r}. {hint}")
        return self.actors.index(name)

    def told(self, state: int) -> str:
        """A state in words: its number, then its label or the options taken: '6 (Blockade, Withdraw)'."""
        label = self.states[state]
        if not self.numbered:
            return label
        if self.options:
            taken = [option for letter, (_, option) in zip(label, self.options, strict=True) if letter == "Y"]
            return f"{state + 1} ({', '.join(taken) or 'nothing is done'})"
        return label if label == str(state + 1) else f"{state + 1} ({label})"


def numbered(states: Sequence[str]) -> dict[str, int]:
    """Where each state stands: by its label first, by its number from 1 where no label is that number."""
    return {str(n + 1): n for n in range(len(states))} | {label: n for n, label in enumerate(states)}


def ranks_of(ranking: Sequence[Any], states: Sequence[str], actor: str = "") -> np.ndarray:
    """Ranks (S,) from states in order, most preferred first, by label or number; a nested list holds a tie.

    DetenteError for a state that is named twice, not at all, or is none.
    """
    place = numbered(states)
    ranks = np.zeros(len(states), np.int32)
    whose = f"The ranking of {actor}" if actor else "The ranking"
    for n, entry in enumerate(ranking):
        for name in entry if isinstance(entry, (list, tuple)) else (entry,):
            at = _at(place, name)
            if ranks[at]:
                raise DetenteError(f"{whose} names the state {name!r} twice.")
            ranks[at] = len(ranking) - n
    if missing := [states[int(n)] for n in np.flatnonzero(ranks == 0)]:
        raise DetenteError(f"{whose} leaves out {several(missing)}; rank every state once, ties as a nested list.")
    return ranks


def several(names: Sequence[str], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def _at(place: Mapping[str, int], name: str | int) -> int:
    if isinstance(name, bool) or str(name) not in place:
        hint = did_you_mean(str(name), place) or f"States are {several(list(place)[-3:])} and so on, or numbers from 1."
        raise DetenteError(f"There is no state {name!r}. {hint}")
    return place[str(name)]


def _named(kind: str, names: Sequence[str], most: int) -> None:
    if not names:
        raise DetenteError(f"A graph model needs at least one {kind}.")
    if len(names) > most:
        raise DetenteError(f"A graph model has at most {most:,} {kind}s, and here are {len(names):,}.")
    if len(set(names)) < len(names):
        twice = next(name for n, name in enumerate(names) if name in names[:n])
        raise DetenteError(f"Two {kind}s are called {twice!r}.")


def _ordinal(ranks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Any comparable numbers (S, N) as whole ranks from 1 up, ties kept."""
    given = np.asarray(ranks)
    if given.shape != shape or given.dtype.kind not in "iuf" or not np.all(np.isfinite(given)):
        raise DetenteError(f"Ranks are finite numbers, a row a state and a column a decision maker: {shape}.")
    columns = [np.unique(given[:, k], return_inverse=True)[1] for k in range(shape[1])]
    return (np.stack(columns, axis=1) + 1).astype(np.int32)
