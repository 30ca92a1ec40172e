"""The parts of a game tree: moves, outcomes, nodes; and what must be true of them.

Nodes are a list in prefix order: a node, then all below its first action, all below its second, and so on. A node with
a move of chance (player 0) is where an event happens, one with a move of a player is where that player decides, one
without a move is terminal.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import fsum, isfinite
from typing import TYPE_CHECKING

from detente.game.gambit.scan import counted
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

INEXACT = 1e-9  # how far chances may sum from one, as rounded decimals do
IMPERFECT = "Games of imperfect information are not read"


@dataclass(frozen=True)
class Move:
    """An information set of a player, or an event of chance."""

    player: int  # from 1; 0 is chance
    number: int  # from 1; no other move of the player has it
    label: str
    actions: tuple[str, ...]
    chances: tuple[Fraction, ...] = ()  # of an event, one an action


@dataclass(frozen=True)
class Outcome:
    """Payoffs, one a player, under a number from 1."""

    number: int
    label: str
    payoffs: tuple[float, ...]


@dataclass(frozen=True)
class Node:
    """A node; without a move it is terminal."""

    label: str = ""
    move: Move | None = None
    outcome: Outcome | None = None

    @property
    def branches(self) -> int:
        """How many nodes follow directly."""
        return len(self.move.actions) if self.move else 0

    @property
    def mover(self) -> int:
        """Who decides here, from 1; 0 where nobody does."""
        return self.move.player if self.move else 0


def origins(nodes: Sequence[Node]) -> tuple[tuple[int, int], ...]:
    """Each node's parent and the number of the action that leads to it; (-1, 0) for the root.

    Raises DetenteError if the nodes are no tree in prefix order.
    """
    found: list[tuple[int, int]] = []
    waiting = [(-1, 0)]
    for at, node in enumerate(nodes):
        if not waiting:
            raise DetenteError(f"The tree is complete before node {at + 1:,} of {len(nodes):,}.")
        found.append(waiting.pop())
        waiting += [(at, action) for action in reversed(range(node.branches))]
    if waiting:
        raise DetenteError(f"The tree is not complete: {len(waiting):,} actions lead to no node.")
    return tuple(found)


def check(nodes: Sequence[Node], players: Sequence[str]) -> None:
    """Raise DetenteError unless moves and outcomes are whole, described in one way, and information is perfect."""
    moves: dict[tuple[int, int], Move] = {}
    outcomes: dict[int, Outcome] = {}
    for node in nodes:
        if (move := node.move) is not None:
            _check_move(move, moves.setdefault((move.player, move.number), move), players)
        if (outcome := node.outcome) is not None:
            _check_outcome(outcome, outcomes.setdefault(outcome.number, outcome), players)
    for move, times in Counter(node.move for node in nodes if node.move and node.move.player).items():
        if times > 1:
            raise DetenteError(f"{named(move, players)} has {times} nodes. {IMPERFECT}.")


def named(move: Move, players: Sequence[str]) -> str:
    """A move by its number, player and label, as told to a user."""
    label = f" ({move.label!r})" if move.label else ""
    if not move.player:
        return f"Event {move.number}{label} of chance"
    name = f" {players[move.player - 1]!r}" if 0 < move.player <= len(players) else ""
    return f"Information set {move.number}{label} of player {move.player}{name}"


def wrong_chances(chances: Sequence[Fraction]) -> str | None:
    """What is wrong with the probabilities of an event, if anything."""
    if any(not 0 <= chance <= 1 for chance in chances):
        return "a probability does not lie between 0 and 1"
    total = fsum(chances)  # exact sums of many fractions grow without bound
    return None if abs(total - 1) <= INEXACT else f"the probabilities sum to {total:.12g}, not to 1"


def _check_move(move: Move, first: Move, players: Sequence[str]) -> None:
    what = named(move, players)
    if not 0 <= move.player <= len(players) or move.number < 1:
        raise DetenteError(
            f"{what}: players and information sets count from 1, and this game has {counted(len(players), 'player')}."
        )
    if not move.actions:
        raise DetenteError(f"{what} has no action.")
    if move != first:
        raise DetenteError(f"{what} is described in two ways.")
    if len(move.chances) != (0 if move.player else len(move.actions)):
        raise DetenteError(f"{what}: each action of chance has a probability, and no action of a player has one.")
    if not move.player and (wrong := wrong_chances(move.chances)):
        raise DetenteError(f"{what}: {wrong}.")


def _check_outcome(outcome: Outcome, first: Outcome, players: Sequence[str]) -> None:
    what = f"Outcome {outcome.number} ({outcome.label!r})"
    if outcome.number < 1 or outcome != first:
        raise DetenteError(f"{what}: outcomes count from 1, and each is described in one way.")
    if len(outcome.payoffs) != len(players) or not all(map(isfinite, outcome.payoffs)):
        raise DetenteError(f"{what} needs a finite payoff for each player ({len(players)}).")
