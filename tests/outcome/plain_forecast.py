"""A forecast read a second time, slowly and plainly: from the scenario's plain data to first passage by months.

Nothing of detente: states are tuples of names, events are listed one by one, and time passes by the exponential of a
dense matrix in which what reaches the outcome goes to one of two sinks, the second for slips.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import expm

from tests.plain_reading import Reading, State


@dataclass(frozen=True)
class Happening:
    before: State
    after: State
    rate: float
    taken: str  # 'actor.action' where one takes effect, else ''
    slip: bool


class PlainForecast:
    """Everybody plays against ``values``: state -> payoff by actor."""

    def __init__(self, reading: Reading, values: dict[State, list[float]]):
        self.reading = reading
        self.plays = {state: reading.play(state, values) for state in values}
        self.values = values
        self.states = list(values)
        self.place = {state: at for at, state in enumerate(self.states)}
        self.happenings = [event for state in self.states for event in self._events(state)]

    def _events(self, state: State) -> list[Happening]:
        found, reading, play = [], self.reading, self.plays[state]
        for key, chance in play.chance.items():
            action, mover = reading.actions[key], reading.actors.index(key[0])
            rate, yes = reading.own(key[0], "tempo") * chance, math.prod(play.yes[key].values())
            rivals = [play.q[other][mover] for other in play.chance if other[0] == key[0]]
            advantage = play.q[key][mover] - max(self.values[state][mover], *rivals)
            slip = advantage < -2 / reading.own(key[0], "precision")
            for after, p in reading.outcomes(action, state).items():
                found.append(Happening(state, after, rate * yes * p, ".".join(key), slip))
            back = reading.after(action.get("refused", {}), state) if reading.leans(action) else state
            found.append(Happening(state, back, rate * (1 - yes), "", slip))
        for (name, after), rate in reading.transitions(state).items():
            if "every" not in reading.rules[name]:
                found.append(Happening(state, after, rate, "", False))
        return found

    def jumps(self, month: int) -> list[np.ndarray]:
        """The dated rules of a month (counted from January 2020) in the file's order, as matrices of chances."""
        found = []
        for rule in self.reading.rules.values():
            if "every" in rule:
                year, number = rule["next"].split("-")
                to_go = (int(year) - 2020) * 12 + int(number) - 1 - month
                if to_go % int(rule["every"].split()[0]) == 0:
                    found.append(self._jump(rule))
        return found

    def _jump(self, rule: dict[str, Any]) -> np.ndarray:
        matrix = np.zeros((len(self.states),) * 2)
        for state, at in self.place.items():
            spread = self.reading.outcomes(rule, state) if self.reading.open(rule, state) else {state: 1.0}
            for after, p in spread.items():
                if p > 0:
                    matrix[at, self.place[after]] += p
        return matrix

    def by_and_slips(self, outcome: Any, start: State, months: int) -> tuple[list[float], list[float]]:
        """Chance of having reached an outcome by each month, and the part by slips."""
        size = len(self.states)
        text = outcome["when"] if isinstance(outcome, dict) else outcome
        acts = set(text.split(" or ")) & {".".join(key) for key in self.reading.actions}
        holds = [not acts and bool(self.reading.value(text, state)) for state in self.states]
        flows = np.zeros((size + 2, size + 2))
        for event in self.happenings:
            before, after = self.place[event.before], self.place[event.after]
            if event.rate > 0 and not holds[before]:
                reached = event.taken in acts if acts else holds[after]
                after = size + event.slip if reached else after
                flows[before, after] += event.rate
                flows[before, before] -= event.rate
        month, state = expm(flows), np.zeros(size + 2)
        state[size if holds[self.place[start]] else self.place[start]] = 1.0
        rows = [state]
        for now in range(1, months + 1):
            state = state @ month
            for jump in self.jumps(now):
                inside = state[:size] @ jump
                state = np.concatenate([np.where(holds, 0, inside), state[size:]])
                state[size] += inside[holds].sum()
            rows.append(state)
        return [float(row[size:].sum()) for row in rows], [float(row[size + 1]) for row in rows]
