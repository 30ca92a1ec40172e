"""An extensive game of perfect information, as a tree with labels and as the stochastic game that it is.

A logit equilibrium of the game is the agent quantal response equilibrium of the tree: each decision is made by an agent
of its own, with payoffs conditional on its being reached. There is exactly one, found from the ends backwards, since
play at a node rests only on what comes after it. Reference: McKelvey and Palfrey 1998.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from detente.game.gambit.fold import Folded, fold
from detente.game.gambit.nodes import Move, Node, check, origins
from detente.game.gambit.scan import MAX_PLAYERS
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NODES = 500_000  # a tree may be as deep as it has nodes: nothing here recurses
_SHOWN = 6  # the last steps of a path, shown in a label


@dataclass(frozen=True)
class Extensive:
    """A tree of perfect information: nodes in prefix order. Raises DetenteError if they are none."""

    title: str
    players: tuple[str, ...]
    nodes: tuple[Node, ...]
    comment: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.players) <= MAX_PLAYERS:
            raise DetenteError(f"A game has 1 to {MAX_PLAYERS} players, this has {len(self.players):,}.")
        if len(self.nodes) > MAX_NODES:
            raise DetenteError(f"A tree has at most {MAX_NODES:,} nodes, this has {len(self.nodes):,}.")
        check(self.nodes, self.players)
        _ = self.origins

    @cached_property
    def origins(self) -> tuple[tuple[int, int], ...]:
        """Each node's parent and the action that leads to it, from 0; (-1, 0) for the root."""
        return origins(self.nodes)

    @cached_property
    def decisions(self) -> tuple[int, ...]:
        """S node numbers: where a player decides; decision s is state s of the game."""
        return tuple(at for at, node in enumerate(self.nodes) if node.mover)

    @property
    def movers(self) -> tuple[int, ...]:
        """Who decides in each state, from 0."""
        return tuple(move.player - 1 for move in self._moves())

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the actions in each state."""
        return tuple(move.actions for move in self._moves())

    @cached_property
    def states(self) -> tuple[str, ...]:
        """A label for each state: its information set's, else its node's, else the actions that lead there.

        A label that comes more than once has (player, information set) behind it.
        """
        plain = [
            (move.label or self.nodes[at].label or self._path(at), move)
            for at, move in zip(self.decisions, self._moves(), strict=True)
        ]
        times = Counter(label for label, _ in plain)
        return tuple(label if times[label] == 1 else f"{label} ({m.player},{m.number})" for label, m in plain)

    @cached_property
    def folded(self) -> Folded:
        """The tree as arrays, with the chances of the first decision; see :mod:`detente.game.gambit.fold`."""
        return fold(self.nodes, self.origins, len(self.players))

    def game(self) -> StochasticGame:
        """The stochastic game, one state a decision, without discount.

        A column of actions has the label that all decisions of its player give it, else its number. Raises
        DetenteError if nobody decides anything, or if the arrays would be too large.
        """
        folded = self.folded
        labels: list[list[set[str]]] = [[set() for _ in range(mask.shape[1])] for mask in folded.mask]
        for move in self._moves():
            for column, label in zip(labels[move.player - 1], move.actions, strict=False):
                column.add(label)
        actions = [
            [(next(iter(column)) if len(column) == 1 else "") or str(a + 1) for a, column in enumerate(columns)]
            for columns in labels
        ]
        return StochasticGame(
            folded.payoffs, folded.transitions, 1.0, mask=folded.mask, players=self.players, actions=actions
        )

    def _moves(self) -> Iterator[Move]:
        return (move for at in self.decisions if (move := self.nodes[at].move))

    def _path(self, at: int) -> str:
        steps: list[str] = []
        while (parent := self.origins[at][0]) >= 0 and len(steps) < _SHOWN:
            move, taken = self.nodes[parent].move, self.origins[at][1]
            steps.append((move.actions[taken] if move else "") or str(taken + 1))
            at = parent
        return " / ".join([*([".."] if parent >= 0 else []), *reversed(steps)]) or "root"
