"""What no action carries: chance, the streams of payoff, and the actors' own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.game.moves import moves
from detente.game.plans import integers
from detente.game.tables import POSITIVE, Bounds, Gather, Ground, Table
from detente.scenario.steps import declared

SURVIVAL = Bounds(1e-6, 1.0, ends=False)  # bounds of a year's discount; zero has no logarithm

if TYPE_CHECKING:
    from jaxtyping import Int

    from detente.game.arrays import States
    from detente.game.moves import Moves
    from detente.game.tables import Piece
    from detente.scenario.model import Rule, Scenario


def chance(scenario: Scenario, states: States) -> tuple[Int[np.ndarray, "S C"], Int[np.ndarray, "S C"], Gather]:
    """Successors (S, C), rules (S, C) and rates (S, C) of chance, as in :class:`~detente.game.arrays.Chance`.

    C is the number of transitions in the state that has most. Each state's are side by side, in order of the rules.
    """
    ground, ranges = Ground(states.levels, scenario.factors), declared(scenario)
    found = [moves(rule, states, scenario, ranges) for rule in scenario.rules]
    pieces = [_rates(rule, move, ground) for rule, move in zip(scenario.rules, found, strict=True)]
    taken = np.zeros(len(states), dtype=np.intp)  # transitions of each state so far
    room = sum(move.succ.shape[1] for move in found)
    succ = np.repeat(np.arange(len(states))[:, None], room, axis=1)
    rule, entry = np.full(succ.shape, -1), np.zeros(succ.shape, dtype=np.intp)
    start = 1
    for r, (move, piece) in enumerate(zip(found, pieces, strict=True)):
        outcomes = (move.merged.slot.max(axis=1, initial=-1) + 1).astype(np.intp)
        width = move.succ.shape[1]
        for k in range(width):
            row = np.flatnonzero(outcomes > k)
            at, to = move.at[row], taken[move.at[row]]
            succ[at, to], rule[at, to] = move.succ[row, k], r
            entry[at, to] = start + piece.of[row] * width + k
            taken[at] += 1
        start += len(piece.table.levels) * width
    most = int(taken.max(initial=0))
    tables = tuple(piece.table for piece in pieces)
    return integers(succ[:, :most]), integers(rule[:, :most]), Gather(tables, entry[:, :most])


def _rates(rule: Rule, move: Moves, ground: Ground) -> Piece:
    cells = [(rule.rate, branch.probability) for branch in rule.branches]
    return ground.piece(f"A rate of {rule.name!r}", move.at, cells, POSITIVE, move.merged)


def streams(scenario: Scenario, states: States) -> tuple[Gather, np.ndarray]:
    """Payoff a month (S, I + P) of each interest and of each rule that pays, and whose each is (I + P, N)."""
    ground = Ground(states.levels, scenario.factors)
    everywhere = np.arange(len(states))
    actors = [actor.name for actor in scenario.actors]
    pieces, owners = [], []
    for interest in scenario.interests:
        told = f"The interest {actors[interest.actor]}.{interest.name}"
        pieces.append(ground.piece(told, everywhere, [(interest.value,)]))
        owners.append(interest.actor)
    for rule in scenario.rules:
        at = np.flatnonzero(np.broadcast_to(rule.when(states.levels, {}), len(states)))
        for actor, pay in rule.pay.items():
            pieces.append(ground.piece(f"The payoff of {rule.name!r} to {actors[actor]}", at, [(rule.rate, pay)]))
            owners.append(actor)
    entry = np.zeros((len(states), len(pieces)), dtype=np.intp)
    start = 1
    for column, piece in enumerate(pieces):
        entry[piece.at, column] = start + piece.of
        start += len(piece.table.levels)
    owner = (np.array(owners, dtype=np.intp)[:, None] == np.arange(len(actors))).astype(float)
    return Gather(tuple(piece.table for piece in pieces), entry), owner


def people(scenario: Scenario) -> tuple[Table, Table, Table]:
    """The actors' tempo a month, discount a year and precision, each a row (1, N)."""
    levels = np.zeros((1, len(scenario.factors)), dtype=np.uint8)
    actors = scenario.actors
    return (
        Table("A tempo", levels, tuple((a.tempo,) for a in actors), scenario.factors, POSITIVE),
        Table("A discount", levels, tuple((a.discount,) for a in actors), scenario.factors, SURVIVAL),
        Table("A precision", levels, tuple((a.precision,) for a in actors), scenario.factors, POSITIVE),
    )
