"""A game tree of perfect information as a stochastic game: chance nodes and terminal nodes folded away.

Each node may have an outcome, whose payoffs u_i are received on arriving there; a player's payoff is the sum along
the path. The game has one state s for each node where a player decides, in the order of the nodes. Who decides there
has its actions, all others one (the first). After action a in s the play passes nodes of chance until it comes to the
next decision or to an end. With p(t | s, a) the product of the chances on the way to node t, and T(s, a) the nodes of
chance and the ends that can be passed,

    payoff of i in (s, a)  =  u_i(s) + sum over t in T(s, a) of p(t | s, a) u_i(t)
    chance of s' next      =  p(s' | s, a)                     what is missing to one ends the game

There is no discount. V_i(s) is the expected payoff from s on, the outcome of s included (Gambit's node value), and
the whole game is worth ``before`` + ``start`` @ V.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, prod
from typing import TYPE_CHECKING

import numpy as np

from detente.game.gambit.scan import MAX_NUMBERS
from detente.game.stochastic import Bools, Floats
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.game.gambit.nodes import Node

Index = tuple[int, ...]  # a state and a profile of actions


@dataclass(frozen=True, eq=False)
class Folded:
    """A tree as arrays: S decisions, N players, A_n the most actions that player n has at one of them."""

    payoffs: Floats  # (S, N, A1, .., AN)
    transitions: Floats  # (S, A1, .., AN, S)
    mask: tuple[Bools, ...]  # N of (S, A_n)
    start: Floats  # (S,) chance that s is the first decision; the rest ends without one
    before: Floats  # (N,) expected payoffs that no decision can change


def fold(nodes: Sequence[Node], origins: Sequence[tuple[int, int]], players: int) -> Folded:
    """The arrays of a tree, in one pass over its nodes in prefix order (``origins``: parents and actions).

    Raises DetenteError if they would hold more than MAX_NUMBERS numbers, or if nobody decides anything.
    """
    state_of = {at: s for s, at in enumerate(at for at, node in enumerate(nodes) if node.mover)}
    folded = _empty(nodes, state_of, players)
    behind: list[tuple[Index, float]] = []  # the decision before each node, () for none, and the chance of its coming
    shares: dict[int, tuple[float, ...]] = {}  # of the actions of each node of chance
    for at, node in enumerate(nodes):
        parent, action = origins[at]
        if parent in state_of:
            came, chance = _index(state_of[parent], nodes[parent].mover, action, players), 1.0
        elif parent >= 0:
            came, chance = behind[parent][0], behind[parent][1] * shares[parent][action]
        else:
            came, chance = (), 1.0
        behind.append((came, chance))
        if node.move and not node.mover:
            whole = fsum(node.move.chances)
            shares[at] = tuple(float(share) / whole for share in node.move.chances)
        gained = np.array(node.outcome.payoffs if node.outcome else [0.0] * players)
        if at in state_of:
            _decision(folded, state_of[at], node, gained)
            _arrive(folded, state_of[at], came, chance)
        else:
            _pay(folded, came, chance * gained)
    return folded


def _empty(nodes: Sequence[Node], state_of: dict[int, int], players: int) -> Folded:
    states, widths = len(state_of), [1] * players
    for at in state_of:
        widths[nodes[at].mover - 1] = max(widths[nodes[at].mover - 1], nodes[at].branches)
    if not states:
        raise DetenteError("No player decides anything in this tree, so there is no game to solve.")
    numbers = states * prod(widths) * max(states, players)
    if numbers > MAX_NUMBERS:
        raise DetenteError(
            f"The {states:,} decisions of this tree make a game of {numbers:,} numbers; at most {MAX_NUMBERS:,} are "
            "held. Solve a part of the tree by itself."
        )
    return Folded(
        np.zeros((states, players, *widths)),
        np.zeros((states, *widths, states)),
        tuple(np.zeros((states, width), dtype=bool) for width in widths),
        np.zeros(states),
        np.zeros(players),
    )


def _decision(folded: Folded, state: int, node: Node, gained: Floats) -> None:
    """Open the actions of a decision, each of which gets what its node gives."""
    for action in range(node.branches):
        _pay(folded, _index(state, node.mover, action, len(gained)), gained)
    for n, opened in enumerate(folded.mask):
        opened[state, : node.branches if node.mover == n + 1 else 1] = True


def _arrive(folded: Folded, state: int, came: Index, chance: float) -> None:
    """A way to a decision, from the one before it or from the start."""
    if came:
        folded.transitions[(*came, state)] = chance
    else:
        folded.start[state] = chance


def _index(state: int, mover: int, action: int, players: int) -> Index:
    profile = [0] * players
    profile[mover - 1] = action
    return (state, *profile)


def _pay(folded: Folded, index: Index, gained: Floats) -> None:
    """Add payoffs (N,) to those of a decision, or to those before any."""
    if index:
        state, *profile = index
        folded.payoffs[state][(slice(None), *profile)] += gained
    else:
        folded.before[:] += gained
