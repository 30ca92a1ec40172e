"""What is traced: a case that moves in months, or a game of Gambit, as decisions with names.

A decision is a player who has more than one action in a state that play can come to from the start. States that no play
comes to are solved too, and not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from detente.ensemble.draws import draw, named
from detente.equilibrium.homotopy.contract import sum_out
from detente.equilibrium.textbook import order_of
from detente.game.gambit import Extensive, Strategic
from detente.game.periods import periods
from detente.game.stochastic import StochasticGame, profiles_open
from detente.problems import DetenteError
from detente.questions.asked import situation_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detente.game.periods import Periods
    from detente.game.stochastic import Bools, Floats
    from detente.scenario.model import Scenario

Given: TypeAlias = "Scenario | Strategic | Extensive"
MOST_KEPT = 2  # factors that waiting leaves as they are, told
LARGE = 10.0  # times the differences between a player's payoffs: a constant in them is taken out
FADING = 0.999  # so that visits are counted in a game that never ends too
WAIT = "wait"


@dataclass(frozen=True)
class Turn:
    """One decision. ``columns``: which of the player's actions are open; ``actions``: what they are called."""

    row: int
    player: int
    where: str  # 'round early'; '' where all decide in one state
    actions: tuple[str, ...]
    columns: tuple[int, ...]
    key: str  # the same at all numbers of a case
    keeps: str = ""  # what waiting leaves as it is: 'one: silent'


@dataclass(frozen=True, eq=False)
class Play:
    """A game with its names. ``start`` (S,): chances of the first state; ``before`` (N,): paid before any decision.

    ``precision`` (N,) and ``noise`` are the case's own; a game of Gambit has no precision of its own.
    """

    title: str
    game: StochasticGame
    players: tuple[str, ...]
    turns: tuple[Turn, ...]
    start: Floats
    before: Floats
    precision: Floats | None
    noise: str

    @cached_property
    def once(self) -> bool:
        """Whether all decide at once, and it is over."""
        here = self.start > 0
        return int(here.sum()) == 1 and not self.game.transitions[here].any()

    @cached_property
    def ordered(self) -> bool:
        """Whether play never comes back to a state."""
        return order_of(self.game) is not None

    @cached_property
    def reached(self) -> Bools:
        """(S,) the states that play can come to."""
        return _reached(self.game, self.start > 0)

    def needed(self, precision: float | Floats | None) -> Any:
        """The precisions, with the largest also for players who never decide, for whom it does not matter."""
        movers = sorted({turn.player for turn in self.turns})
        given = np.asarray(precision)
        if given.shape != (len(self.players),):
            return precision
        return np.where(np.isin(np.arange(len(given)), movers), given, given[movers].max())

    def worth(self, values: Floats) -> Floats:
        """(N,) what is expected at the start, of values or regrets (S, N); what is paid ``before`` is not in it."""
        return np.asarray(self.start @ values)

    def chances(self, policy: Floats) -> list[Floats]:
        """By decision, the chances of its actions, of a policy (S, N, A)."""
        return [policy[turn.row, turn.player, list(turn.columns)] for turn in self.turns]

    def visits(self, policy: Floats) -> Floats:
        """(S,) how often play comes to each state; where it never comes back, the chance that it does."""
        onward = self.game.transitions
        for n in reversed(range(self.game.shape[1])):
            chance = np.nan_to_num(policy[:, n, : self.game.sizes[n]])
            onward = sum_out(onward, n + 1, chance)
        if not self.ordered:
            onward = FADING * float(self.game.discounts.min()) * onward
        return np.asarray(np.linalg.solve(np.eye(len(onward)) - onward.T, self.start))


def play_of(given: Given, since: str | None = None, numbers: Mapping[str, float] | None = None) -> Play:
    """What is given as a game with names, at these numbers. DetenteError where nobody has a choice."""
    if isinstance(given, Strategic):
        return _strategic(given)
    if isinstance(given, Extensive):
        return _extensive(given)
    return _scenario(given, since, numbers)


def numbers_drawn(given: Given, draws: int, seed: int) -> list[dict[str, float]]:
    """Each draw of a case's numbers by name; none of a game that states no ranges."""
    if isinstance(given, (Strategic, Extensive)) or not any(each.low < each.high for each in given.parameters):
        return []
    return [named(given, row) for row in draw(given, draws, seed)]


def _strategic(given: Strategic) -> Play:
    turns = [
        Turn(0, n, "", _distinct(names), tuple(range(len(names))), f"{n}")
        for n, names in enumerate(given.strategies)
        if len(names) > 1
    ]
    start = np.ones(1)
    game, constant = centred(given.game(), start)
    return _whole(given.title, game, given.players, turns, start, constant, None, "errors")


def _extensive(given: Extensive) -> Play:
    moves = zip(given.movers, given.actions, given.states, strict=True)
    turns = [
        Turn(s, player, where, _distinct(names), tuple(range(len(names))), f"{s}")
        for s, (player, names, where) in enumerate(moves)
        if len(names) > 1
    ]
    start = given.folded.start
    game, constant = centred(given.game(), start)
    return _whole(given.title, game, given.players, turns, start, given.folded.before + constant, None, "errors")


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names of actions; numbers before them where two are the same, or one has none."""
    if all(names) and len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{a + 1} ({name})" if name else f"{a + 1}" for a, name in enumerate(names))


def centred(game: StochasticGame, start: Floats) -> tuple[StochasticGame, Floats]:
    """An undiscounted game without the large constants in its payoffs, and what they are worth at the start (N,).

    With c more at the end of every path nobody plays otherwise, but the differences that decide are lost among the
    digits of c. For c stands the value of default play; what is within LARGE of the differences stays.
    """
    players, chances = game.shape[1], [weight / weight.sum(axis=1, keepdims=True) for weight in game.weight]
    onward, paid = game.transitions, np.moveaxis(game.payoffs, 1, -1)
    for n in reversed(range(players)):
        onward, paid = sum_out(onward, n + 1, chances[n]), sum_out(paid, n + 1, chances[n])
    constant = start @ np.linalg.solve(np.eye(len(onward)) - onward, paid) / (start.sum() or 1.0)
    ends = 1.0 - game.transitions.sum(axis=-1)  # the chance that a profile ends the game
    opened = profiles_open(game)
    payoffs = game.payoffs.copy()
    for n in range(players):
        rest = payoffs[:, n] - constant[n] * ends
        if np.ptp(rest[opened]) * LARGE < abs(constant[n]):
            payoffs[:, n] = rest
        else:
            constant[n] = 0.0
    if not constant.any():
        return game, constant
    told = StochasticGame(
        payoffs, game.transitions, game.discount, mask=game.mask, weight=game.weight,
        players=game.players, actions=game.actions, states=game.states,
    )  # fmt: skip
    return told, constant * start.sum()


def _scenario(given: Scenario, since: str | None, numbers: Mapping[str, float] | None) -> Play:
    situation = situation_of(given, since)
    found = periods(given, numbers)
    begin = found.first[found.state(situation)]
    if not begin:
        raise DetenteError(f"In the state of {situation.name} the game is over already: nobody can do anything there.")
    start = np.zeros(len(found.rows))
    for row, share in begin.items():
        start[row] = share
    rows = np.flatnonzero(_reached(found.game, start > 0)).tolist()
    chosen = [(row, n) for row in rows for n, mask in enumerate(found.game.mask) if mask[row].sum() > 1]
    told = [f.name for f in given.factors if len({found.rows[row].levels[f.name] for row, _ in chosen}) > 1]
    turns = [_turn(found, row, n, told) for row, n in chosen]
    titles = tuple(actor.title for actor in given.actors)
    players = titles if len(set(titles)) == len(titles) else tuple(actor.name for actor in given.actors)
    before = np.zeros(len(players))
    return _whole(given.title, found.game, players, turns, start, before, found.precision, found.noise)


def _whole(
    title: str,
    game: StochasticGame,
    players: Sequence[str],
    turns: Sequence[Turn],
    start: Floats,
    before: Floats,
    precision: Floats | None,
    noise: str,
) -> Play:
    if not turns:
        raise DetenteError("Nobody has a choice between two actions in this game, so there is nothing to trace.")
    names = tuple(players) if all(players) and len(set(players)) == len(players) else _numbered(len(players))
    return Play(title or "A game", game, names, tuple(turns), start, before, precision, noise)


def _numbered(count: int) -> tuple[str, ...]:
    """Names where two players have the same, or one has none."""
    return tuple(f"Player {n + 1}" for n in range(count))


def _turn(found: Periods, row: int, player: int, told: Sequence[str]) -> Turn:
    """A decision of a case, told by those levels that differ between its decisions."""
    here, game = found.rows[row], found.game
    columns = np.flatnonzero(game.mask[player][row]).tolist()
    names = tuple(game.actions[player][column].replace("_", " ") for column in columns)
    asked = f"asked for {here.turn.partition(' answers ')[2]}" if " answers " in here.turn else ""
    where = ", ".join([f"{name} {here.levels[name]}".replace("_", " ") for name in told] + [asked] * bool(asked))
    mine = {game.actions[player][column] for column in columns}
    sets = {
        factor
        for action in found.scenario.actions
        if action.actor == player and action.name in mine and not asked
        for branch in action.branches
        for factor in branch.effects
    }
    kept = [found.scenario.factors[factor].name for factor in sorted(sets)]
    keeps = ", ".join(f"{name}: {here.levels[name]}" for name in kept).replace("_", " ")
    plain = not kept or len(kept) > MOST_KEPT or set(kept) <= set(told)
    return Turn(row, player, where, names, tuple(columns), f"{player} {game.states[row]}", "" if plain else keeps)


def _reached(game: StochasticGame, start: Bools) -> Bools:
    """(S,) the states that play can come to."""
    axes = tuple(range(1, 1 + game.shape[1]))
    leads = np.asarray((game.transitions > 0).any(axis=axes))  # profiles that are not open lead nowhere
    found = start.copy()
    while True:
        more = found | leads[found].any(axis=0)
        if (more == found).all():
            return found
        found = more
