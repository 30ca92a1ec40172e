r"""From the game and what everyone does in it to the jump process of play.

In state s actor m moves at rate r_m and takes the open action of column c with chance ``policy[c][s]``. The action
takes effect with chance ``accepted[c][s]`` and leads to ``succ[s, k]`` with chance ``chance[s, k]``; if it is refused,
the state becomes ``refused[s]`` (or stays). Chance rules fire at their rates. So the process has the events

    taken:    rate  r_m policy accepted chance[k]     s -> succ[s, k]
    refused:  rate  r_m policy (1 - accepted)         s -> refused[s]
    chance:   rate  h_c(s)                            s -> succ of the rule's outcome

Dated rules are left out of them and become jumps for their dates: in equilibrium they are hazards of 1 / every, which
is how the game has them, so a jump's chances are the game's rates times ``every``, and what is missing to one stays.

Events of both first kinds are flagged as slips where the mover's action is one (:mod:`detente.outcome.slips`): a
refusal that changes the state is a consequence of the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.outcome.process import NOBODY, Chain, Events, Jump, assemble
from detente.outcome.slips import slips
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.equilibrium.result import Equilibrium
    from detente.game.arrays import Game
    from detente.game.structure import Structure
    from detente.scenario.model import Scenario

__all__ = ["Chain", "Play", "chain_of", "chain_of_play"]


@dataclass(frozen=True, eq=False)
class Play:
    """What actors do, (S,) by column."""

    policy: Sequence[np.ndarray]  # the chance that the mover, at its move, chooses the column's action
    accepted: Sequence[np.ndarray]  # the chance that all whose consent it needs agree
    slip: Sequence[np.ndarray]  # bool: the action is much worse for the mover than its best


def chain_of(structure: Structure, game: Game, equilibrium: Equilibrium) -> Chain:
    """The chain of an equilibrium's play, at the precisions that it reached."""
    precision = np.asarray(game.precision) * equilibrium.reached
    slip = slips(game, equilibrium.value, equilibrium.accepted, precision)
    return chain_of_play(structure.scenario, game, Play(equilibrium.policy, equilibrium.accepted, slip))


def chain_of_play(scenario: Scenario, game: Game, play: Play) -> Chain:
    """The chain when everyone plays so in this game."""
    size = game.shape[0]
    calendars = {rule: given.calendar.every for rule, given in enumerate(scenario.rules) if given.calendar}
    dated = {rule: _jump(game, rule, every, scenario.rules[rule].name) for rule, every in calendars.items()}
    return assemble(size, len(scenario.actions), [*_moves(game, play), *_chances(game, calendars)], dated)


def _moves(game: Game, play: Play) -> Iterator[Events]:
    tempo = np.asarray(game.tempo)
    for c, column in enumerate(game.columns):
        rate = tempo[column.actor] * play.policy[c]
        accepted = play.accepted[c]
        action = np.asarray(column.action)
        slip = play.slip[c]
        succ, chance = np.asarray(column.succ), np.asarray(column.chance)
        for k in range(succ.shape[1]):
            yield Events(succ[:, k], rate * accepted * chance[:, k], action, slip=slip)
        if column.consenters:
            stays = np.arange(len(rate)) if column.refused is None else np.asarray(column.refused)
            yield Events(stays, rate * (1 - accepted), action, refused=True, slip=slip)


def _chances(game: Game, calendars: Mapping[int, int]) -> Iterator[Events]:
    succ, rate, rule = (np.asarray(table) for table in (game.chance.succ, game.chance.rate, game.chance.rule))
    undated = ~np.isin(rule, list(calendars)) & (rule != NOBODY)
    for k in range(succ.shape[1]):
        yield Events(succ[:, k], np.where(undated[:, k], rate[:, k], 0.0), rule=rule[:, k])


def _jump(game: Game, rule: int, every: int, name: str) -> Jump:
    """The chances of a dated rule's outcomes: its rates, which are chances / every, times every."""
    size = game.shape[0]
    state, k = np.nonzero(np.asarray(game.chance.rule) == rule)
    target = np.asarray(game.chance.succ)[state, k]
    chance = np.asarray(game.chance.rate, dtype=np.float64)[state, k] * every
    total = np.bincount(state, weights=chance, minlength=size)
    if (total > 1 + 1e-9).any():
        raise DetenteError(
            f"The chances of the dated rule {name!r} sum to {total.max():g} in some state; they must not pass one."
        )
    whole = np.where(total > 1 - 1e-12, total, 1.0)
    stay = np.where(total > 1 - 1e-12, 0.0, 1 - total)
    here = np.arange(size)
    entries = (
        np.concatenate([chance / whole[state], stay]),
        (np.concatenate([state, here]), np.concatenate([target, here])),
    )
    matrix = sparse.csr_array(sparse.coo_array(entries, shape=(size, size)))
    matrix.eliminate_zeros()
    return Jump(matrix, total > 0)
