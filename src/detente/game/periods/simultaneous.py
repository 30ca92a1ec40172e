"""Moves at once: a row for every state, in which every actor with something open chooses, or waits.

Combined effects can lead where no single step does, so the states are found here by playing all profiles of actions
from every starting state on.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from detente.game.numbering import number
from detente.game.periods.month import Month, found_at
from detente.game.periods.result import ALL, Periods, Row, hold, named
from detente.game.periods.steps import Reading
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError
from detente.scenario.limit import Limit
from detente.scenario.lookup import Space
from detente.scenario.reach import LIMIT
from detente.scenario.starts import starts
from detente.scenario.steps import declared, fires, open_in, possible, successors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from detente.game.periods.steps import Deed
    from detente.scenario.model import Action, Scenario

    Set: TypeAlias = tuple[tuple[int, int], ...]  # factor and level, of one way of one action


def simultaneous(scenario: Scenario, numbers: Mapping[str, float], step: float | None) -> Periods:
    """The game of ``moves: simultaneous``; see :mod:`detente.game.periods`."""
    if step is not None:
        raise DetenteError("Moves at once have no steps: everybody moves every month. Leave `step` out.")
    for action in scenario.actions:
        if action.consent:
            name = f"{scenario.actors[action.actor].name}.{action.name}"
            raise DetenteError(
                f"{name} needs consent, which nobody can give while all move at once (`moves: simultaneous`). Write "
                "`moves: in_turn`, or make the consent an action of its own."
            )
    ground = Reading(scenario, numbers, np.zeros((1, len(scenario.factors)), dtype=np.uint8), None)
    movers = ground.turns() > 0
    states = number(scenario, _reached(scenario, movers))
    reading = Reading(scenario, numbers, states.levels, None)
    month = Month.of(reading, states)
    labels = [["wait"] for _ in scenario.actors]
    for deed in month.deeds:
        labels[deed.actor].append(scenario.actions[deed.number].name)
    live = np.flatnonzero(~month.over)
    hold(len(live), len(states), [len(each) for each in labels])
    game = _game(scenario, reading, month, labels, live)
    told = tuple(Row(int(state), named(scenario, states.levels[state]), ALL) for state in live)
    first: list[dict[int, float]] = [{} for _ in range(len(states))]
    for row, state in enumerate(live):
        first[state] = {row: 1.0}
    return Periods(scenario, game, reading.actors("precision"), scenario.noise, told, states, tuple(first))


def _game(
    scenario: Scenario, reading: Reading, month: Month, labels: list[list[str]], live: np.ndarray
) -> StochasticGame:
    """The arrays."""
    sizes = [len(each) for each in labels]
    payoffs, transitions = np.zeros((len(live), len(sizes), *sizes)), np.zeros((len(live), *sizes, len(live)))
    mask, weight = _choices(month, labels, live)
    own = [[None, *(deed for deed in month.deeds if deed.actor == n)] for n in range(len(sizes))]
    row_of = np.full(len(month.states), -1)
    row_of[live] = np.arange(len(live))
    for row, state in enumerate(live):
        here = [np.flatnonzero(each[row]) for each in mask]
        for profile in product(*here):
            taken = _in_order([own[n][a] for n, a in enumerate(profile)])
            at = tuple(int(a) for a in profile)
            for deed in taken:
                payoffs[row][(slice(None), *at)] += deed.pay[state] - deed.asking[state]
            for after, share in _outcomes(month, taken, int(state)):
                payoffs[row][(slice(None), *at)] += share * month.payoff[after]
                for then, chance in month.chance[after].items():
                    if row_of[then] >= 0:
                        transitions[row][at][row_of[then]] += share * chance
    return StochasticGame(
        payoffs,
        transitions,
        reading.fading(),
        mask=mask,
        weight=weight,
        players=[actor.name for actor in scenario.actors],
        actions=labels,
        states=[str(Row(int(s), named(scenario, month.states.levels[s]), ALL)) for s in live],
    )


def _choices(month: Month, labels: list[list[str]], live: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Masks and weights (rows, A_n) by player; waiting comes first."""
    mask, weight = [], []
    for n in range(len(labels)):
        own = [deed for deed in month.deeds if deed.actor == n]
        mask.append(np.stack([np.ones(len(live), dtype=bool), *(deed.open[live] for deed in own)], axis=1))
        weight.append(np.stack([np.ones(len(live)), *(deed.weight[live] for deed in own)], axis=1))
    return mask, weight


def _in_order(taken: Sequence[Deed | None]) -> list[Deed]:
    return sorted((deed for deed in taken if deed is not None), key=lambda deed: deed.number)


def _outcomes(month: Month, taken: list[Deed], state: int) -> Iterator[tuple[int, float]]:
    """States after a profile's actions, applied together, with their chances."""
    levels = month.states.levels[state]
    for ways in product(*(deed.ways for deed in taken)):
        share = prod(float(way.chance[state]) for way in ways)
        if share > 0.0:
            after = levels.copy()
            for way in ways:
                for factor in way.sets:
                    after[factor] = way.after[state, factor]
            yield int(found_at(month.states, after[None], np.ones(1, dtype=bool))[0]), share


def _reached(scenario: Scenario, movers: np.ndarray) -> np.ndarray:
    """The states (S, F) that months of moves at once can come to from the starting states."""
    space = Space.of(scenario)
    excluded = _Excluded(scenario)
    begin = space.levels(starts(scenario, space, Limit(scenario, space, LIMIT)))
    begin = begin[excluded.allowed(begin)]
    if not len(begin):
        raise DetenteError("No state can come about: the scenario has no situation outside its `never` combinations.")
    actions = [action for action in scenario.actions if movers[action.actor]]
    opened: set[int] = set()
    seen = {levels.tobytes() for levels in begin}
    found, fresh = list(begin), begin
    while len(fresh):
        opened |= {a for a, action in enumerate(actions) if open_in(action, fresh).any()}
        sizes = [1 + sum(actions[a].actor == n for a in opened) for n in range(len(scenario.actors))]
        hold(len(found), len(found), sizes)
        after = _moved(scenario, actions, fresh)
        after = np.unique(np.concatenate([after, *_happened(scenario, after)]), axis=0)
        excluded.refuse(after)
        fresh = np.array([levels for levels in after if levels.tobytes() not in seen], dtype=np.uint8)
        seen |= {levels.tobytes() for levels in fresh}
        found += list(fresh)
    return np.array(found, dtype=np.uint8)


def _moved(scenario: Scenario, actions: list[Action], levels: np.ndarray) -> np.ndarray:
    """What all profiles of actions lead to from these states, waiting of all among them.

    Actors are taken in the file's order, and what some of them lead to is merged before the next one's moves.
    """
    ranges = declared(scenario)
    options: dict[int, list[list[Set]]] = {}  # actor -> state -> what each way of each open action sets
    for action in actions:
        is_open = open_in(action, levels)
        here, places = levels[is_open], np.flatnonzero(is_open)
        mine = options.setdefault(action.actor, [[] for _ in levels])
        for branch, after in zip(action.branches, successors(action, here), strict=True):
            for k in np.flatnonzero(possible(branch, here, ranges)):
                mine[places[k]].append(tuple((factor, int(after[k, factor])) for factor in branch.effects))
    found: set[tuple[int, ...]] = set()
    for s, before in enumerate(levels.tolist()):
        come = {tuple(before)}
        for mine in options.values():
            come |= {_set(each, sets) for each in come for sets in mine[s]}
        found |= come
    return np.array(sorted(found), dtype=np.uint8)


def _set(levels: tuple[int, ...], sets: Set) -> tuple[int, ...]:
    changed = list(levels)
    for factor, level in sets:
        changed[factor] = level
    return tuple(changed)


def _happened(scenario: Scenario, levels: np.ndarray) -> Iterator[np.ndarray]:
    """What the rules lead to from these states."""
    ranges = declared(scenario)
    for rule in scenario.rules:
        here = levels[open_in(rule, levels)]
        here = here[fires(rule, here, ranges)]
        for branch, after in zip(rule.branches, successors(rule, here), strict=True):
            yield after[possible(branch, here, ranges)]


class _Excluded:
    """What ``never`` excludes."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario

    def allowed(self, levels: np.ndarray) -> np.ndarray:
        """(S,) whether no combination is excluded."""
        found = np.ones(len(levels), dtype=bool)
        for never in self.scenario.never:
            found &= ~np.broadcast_to(np.asarray(never(levels, {}), dtype=bool), len(levels))
        return found

    def refuse(self, levels: np.ndarray) -> None:
        """A sentence where moves at once lead into one."""
        wrong = ~self.allowed(levels)
        if wrong.any():
            told = ", ".join(f"{k} {v}" for k, v in named(self.scenario, levels[int(np.argmax(wrong))]).items())
            raise DetenteError(
                f"Moves at once, or a rule after them, lead into what `never` excludes: {told}. Guard one of "
                "the actions."
            )
