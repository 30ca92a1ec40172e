"""Sampled histories: what one run of events could look like, told in sentences.

A history is drawn event by event (Gillespie 1977): in state s the next event comes after an exponential time with
the rate of all events there, and is one of them with chance in proportion to its rate; dated rules come in between on
their dates. Refused requests are events too, though they mostly change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.process import NOBODY
from detente.outcome.telling import Teller

if TYPE_CHECKING:
    from detente.game.structure import Structure
    from detente.outcome.calendar import Schedule
    from detente.outcome.process import Chain
    from detente.scenario.model import Month, Scenario


@dataclass(frozen=True)
class Change:
    """A factor that moved from one level to another, all as indices."""

    factor: int
    before: int
    after: int


@dataclass(frozen=True)
class Event:
    """Something that happened: an action asked or taken, or a chance rule; exactly one of ``action`` and ``rule``."""

    time: float  # months after the start
    month: Month
    action: int | None
    rule: int | None
    dated: bool  # a rule on its date
    refused: bool
    slip: bool  # much worse for its taker than its best action
    before: int  # states
    after: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class History:
    """One run of events from a start."""

    start: int
    since: Month
    months: int
    events: tuple[Event, ...]

    @property
    def end(self) -> int:
        """The state at the horizon."""
        return self.events[-1].after if self.events else self.start

    def sentences(self, scenario: Scenario) -> list[str]:
        """The events in order, a sentence each."""
        teller = Teller(scenario)
        return [teller.sentence(event) for event in self.events]


def sample(chain: Chain, structure: Structure, start: int, schedule: Schedule, count: int, seed: int) -> list[History]:
    """``count`` histories from a state, over the months of the schedule. Same seed, same histories."""
    generator = np.random.default_rng(seed)
    draw = _Draw(chain, structure.states.levels, schedule)
    return [History(start, schedule.since, schedule.months, tuple(draw.events(start, generator))) for _ in range(count)]


class _Draw:
    """What drawing needs of a chain."""

    def __init__(self, chain: Chain, levels: np.ndarray, schedule: Schedule):
        self.chain, self.levels, self.schedule = chain, levels, schedule
        self.total = chain.total(np.ones(len(chain.rate), dtype=bool))

    def events(self, start: int, generator: np.random.Generator) -> Iterator[Event]:
        """One history's events."""
        state = start
        for interval in self.schedule.intervals:
            time = float(interval.first)
            while True:
                time += generator.exponential() / self.total[state] if self.total[state] > 0 else np.inf
                if time >= interval.last:
                    break
                event = self._next(time, state, generator)
                yield event
                state = event.after
            for rule in interval.rules:
                if self.chain.dated[rule].holds[state]:
                    event = self._dated(interval.last, rule, state, generator)
                    yield event
                    state = event.after

    def _next(self, time: float, state: int, generator: np.random.Generator) -> Event:
        chain = self.chain
        here = slice(int(chain.first[state]), int(chain.first[state + 1]))
        at = here.start + _pick(chain.rate[here], generator)
        action, rule = int(chain.action[at]), int(chain.rule[at])
        return self._event(
            time,
            (state, int(chain.target[at])),
            action=None if action == NOBODY else action,
            rule=None if rule == NOBODY else rule,
            refused=bool(chain.refused[at]),
            slip=bool(chain.slip[at]),
        )

    def _dated(self, month: int, rule: int, state: int, generator: np.random.Generator) -> Event:
        matrix = self.chain.dated[rule].matrix
        row = slice(int(matrix.indptr[state]), int(matrix.indptr[state + 1]))
        after = int(matrix.indices[row][_pick(matrix.data[row], generator)])
        return self._event(float(month), (state, after), rule=rule, dated=True)

    def _event(
        self,
        time: float,
        states: tuple[int, int],
        *,
        action: int | None = None,
        rule: int | None = None,
        dated: bool = False,
        refused: bool = False,
        slip: bool = False,
    ) -> Event:
        before, after = self.levels[states[0]], self.levels[states[1]]
        changes = tuple(Change(int(f), int(before[f]), int(after[f])) for f in np.flatnonzero(before != after))
        month = self.schedule.since.after(int(time))
        return Event(time, month, action, rule, dated, refused, slip, *states, changes)


def _pick(rates: np.ndarray, generator: np.random.Generator) -> int:
    """An index with chance in proportion to these rates."""
    running = np.cumsum(rates)
    return min(int(np.searchsorted(running, generator.random() * running[-1], side="right")), len(rates) - 1)
