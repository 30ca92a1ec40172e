"""Moves in turn: a row for every state and actor who has a choice there, for every answer, and for the month's end.

Only one player chooses in a row; all others have the one action 'wait' there. A player's actions are 'wait', its own
that are open somewhere, in the file's order, and 'yes' and 'no' if it is ever asked. The discount is 1 but in the rows
of the month's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.game.numbering import reached
from detente.game.periods.month import Month, found_at
from detente.game.periods.result import END, Periods, Row, hold, named
from detente.game.periods.steps import Reading
from detente.game.stochastic import StochasticGame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from detente.game.arrays import States
    from detente.game.periods.steps import Deed
    from detente.scenario.model import Scenario

Shares = dict[int, float]  # row -> chance


def in_turn(scenario: Scenario, numbers: Mapping[str, float], step: float | None) -> Periods:
    """The game of ``moves: in_turn``; see :mod:`detente.game.periods`."""
    states = reached(scenario)
    reading = Reading(scenario, numbers, states.levels, step)
    month = Month.of(reading, states)
    rows = _rows(scenario, month)
    hold(len(rows), len(states), [len(each) for each in _actions(scenario, month.deeds)])
    return _Filling(scenario, reading, month, rows).periods()


@dataclass(frozen=True)
class _Key:
    """What identifies a row: a state and a turn. An answer has ``deed`` and ``place``; the month's end has no actor."""

    state: int
    actor: int = -1
    deed: int = -1  # position among the month's deeds
    place: int = -1  # among its consenters


def _actions(scenario: Scenario, deeds: tuple[Deed, ...]) -> list[list[str]]:
    """The labels of each player's actions."""
    found = [["wait"] for _ in scenario.actors]
    for deed in deeds:
        found[deed.actor].append(scenario.actions[deed.number].name)
    for asked in sorted({actor for deed in deeds for actor, _ in deed.consent}):
        found[asked] += ["yes", "no"]
    return found


def _rows(scenario: Scenario, month: Month) -> list[_Key]:
    """The rows, by state, then turn: each mover with something open, the answers to it, the month's end."""
    found = []
    for state in np.flatnonzero(~month.over).tolist():
        for actor in range(len(scenario.actors)):
            mine = [d for d, deed in enumerate(month.deeds) if deed.actor == actor and deed.open[state]]
            if mine:
                found.append(_Key(state, actor))
            found += [
                _Key(state, asked, d, place) for d in mine for place, (asked, _) in enumerate(month.deeds[d].consent)
            ]
        found.append(_Key(state))
    return found


class _Filling:
    """The arrays while they are filled."""

    def __init__(self, scenario: Scenario, reading: Reading, month: Month, rows: list[_Key]):
        self.scenario, self.reading, self.month, self.rows = scenario, reading, month, rows
        self.at = {key: row for row, key in enumerate(rows)}
        self.labels = _actions(scenario, month.deeds)
        sizes = [len(each) for each in self.labels]
        self.payoffs = np.zeros((len(rows), len(sizes), *sizes))
        self.transitions = np.zeros((len(rows), *sizes, len(rows)))
        self.discount = np.ones((len(rows), len(sizes)))
        self.mask = [np.zeros((len(rows), size), dtype=bool) for size in sizes]
        self.weight = [np.zeros((len(rows), size)) for size in sizes]
        self.goes = [self._succ(deed) for deed in month.deeds]

    def _succ(self, deed: Deed) -> tuple[list[np.ndarray], np.ndarray]:
        """State numbers after each way of an action, and after its refusal."""
        states: States = self.month.states
        ways = [found_at(states, way.after, deed.open & (way.chance > 0)) for way in deed.ways]
        refused = found_at(states, deed.refused, deed.open) if deed.consent else np.full(len(states), -1)
        return ways, refused

    def periods(self) -> Periods:
        """The result."""
        for row, key in enumerate(self.rows):
            if key.actor < 0:
                self._end(row, key.state)
            elif key.deed < 0:
                self._turn(row, key)
            else:
                self._answer(row, key)
        told = tuple(Row(key.state, self._levels(key.state), self._told(key)) for key in self.rows)
        game = StochasticGame(
            self.payoffs,
            self.transitions,
            self.discount,
            mask=self.mask,
            weight=self.weight,
            players=[actor.name for actor in self.scenario.actors],
            actions=self.labels,
            states=[str(row) for row in told],
        )
        first = tuple(self._arrive(0, state) for state in range(len(self.month.states)))
        precision = self.reading.actors("precision")
        return Periods(self.scenario, game, precision, self.scenario.noise, told, self.month.states, first)

    def _levels(self, state: int) -> dict[str, str]:
        return named(self.scenario, self.month.states.levels[state])

    def _told(self, key: _Key) -> str:
        if key.actor < 0:
            return END
        name = self.scenario.actors[key.actor].name
        return name if key.deed < 0 else f"{name} answers {self.month.deeds[key.deed].name}"

    def _arrive(self, actor: int, state: int) -> Shares:
        """The row that follows in a state when it is this actor's turn: rows and chances; none where it is over."""
        if self.month.over[state]:
            return {}
        found, left = Shares(), 1.0
        for each in range(actor, len(self.scenario.actors)):
            row = self.at.get(_Key(state, each))
            if row is not None and left > 0.0:
                found[row] = left * float(self.month.turns[each])
                left -= found[row]
        if left > 0.0:
            found[self.at[_Key(state)]] = left
        return found

    def _put(self, row: int, actor: int, action: int, weight: float, shares: Shares, pay: Any) -> None:
        """One action of the player who chooses in a row."""
        for n, mask in enumerate(self.mask):
            taken = action if n == actor else 0
            mask[row, taken] = True
            self.weight[n][row, taken] = weight if n == actor else 1.0
        profile = tuple(action if n == actor else 0 for n in range(len(self.mask)))
        self.payoffs[row][(slice(None), *profile)] = pay
        for then, share in shares.items():
            self.transitions[row][profile][then] += share

    def _end(self, row: int, state: int) -> None:
        """Chance, the payoff of the month, the discount."""
        onward = _mixed(self.month.chance[state].items(), lambda after: self._arrive(0, after))
        self._put(row, -1, 0, 1.0, onward, self.month.payoff[state])
        self.discount[row] = self.reading.fading()

    def _turn(self, row: int, key: _Key) -> None:
        """An actor's choice."""
        own = self.labels[key.actor]
        self._put(row, key.actor, 0, 1.0, self._arrive(key.actor + 1, key.state), 0.0)
        for d, deed in enumerate(self.month.deeds):
            if deed.actor == key.actor and deed.open[key.state]:
                action = own.index(self.scenario.actions[deed.number].name)
                asked = {self.at[_Key(key.state, deed.consent[0][0], d, 0)]: 1.0} if deed.consent else None
                shares, pay = (asked, 0.0) if asked else self._taken(d, key.state)
                self._put(row, key.actor, action, deed.weight[key.state], shares, pay - deed.asking[key.state])

    def _taken(self, d: int, state: int) -> tuple[Shares, Any]:
        """Where an action leads when it takes effect, and what it pays."""
        deed, (ways, _) = self.month.deeds[d], self.goes[d]
        chances = [(int(succ[state]), float(way.chance[state])) for succ, way in zip(ways, deed.ways, strict=True)]
        return _mixed(chances, lambda then: self._arrive(deed.actor + 1, then)), deed.pay[state]

    def _answer(self, row: int, key: _Key) -> None:
        """A yes leads to the next who is asked, or takes effect; a no is the refusal."""
        deed = self.month.deeds[key.deed]
        lean = float(deed.consent[key.place][1][key.state])
        yes, no = (self.labels[key.actor].index(word) for word in ("yes", "no"))
        if key.place + 1 < len(deed.consent):
            asked = deed.consent[key.place + 1][0]
            shares, pay = {self.at[_Key(key.state, asked, key.deed, key.place + 1)]: 1.0}, 0.0
        else:
            shares, pay = self._taken(key.deed, key.state)
        self._put(row, key.actor, yes, lean, shares, pay)
        refused = int(self.goes[key.deed][1][key.state])
        self._put(row, key.actor, no, 1.0 - lean, self._arrive(deed.actor + 1, refused), 0.0)


def _mixed(chances: Iterable[tuple[int, float]], onward: Callable[[int], Shares]) -> Shares:
    """Rows after states that come about with these chances."""
    found = Shares()
    for state, share in chances:
        if share > 0.0:
            for row, chance in onward(state).items():
                found[row] = found.get(row, 0.0) + share * chance
    return found
