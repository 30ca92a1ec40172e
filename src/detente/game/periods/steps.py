"""What a scenario's steps do and are worth in each of some states, at given numbers.

Formulas are evaluated on all states at once; where a step is not open, its numbers are zero. Chances, weights, leans
and payoffs that leave their bounds where they count are refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.game.tables import CHANCE, FINITE, LEAN, POSITIVE, Bounds
from detente.problems import DetenteError
from detente.scenario.steps import after_refusal, open_in, successors

if TYPE_CHECKING:
    from detente.game.stochastic import Bools, Floats
    from detente.scenario.formula import Formula
    from detente.scenario.model import Action, Actor, Rule, Scenario

YEAR = 12.0  # months


@dataclass(frozen=True, eq=False)
class Way:
    """One way in which a step can turn out: its chance (S,), the states after it (S, F), the factors that it sets."""

    chance: Floats
    after: np.ndarray
    sets: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Deed:
    """An action in all states. ``open`` (S,): its guard holds and its weight is above zero. Payoffs (S, N), once."""

    number: int  # index into Scenario.actions
    actor: int
    name: str  # 'north.ask'
    open: Bools
    weight: Floats
    ways: tuple[Way, ...]
    refused: np.ndarray  # (S, F)
    pay: Floats
    asking: Floats
    consent: tuple[tuple[int, Floats], ...]  # actor and lean (S,), in the file's order of actors


@dataclass(frozen=True, eq=False)
class Event:
    """A rule in all states: its chance (S,) a period beside all others, payoffs (S, N) when it happens."""

    chance: Floats
    ways: tuple[Way, ...]
    pay: Floats


@dataclass(frozen=True, eq=False)
class Reading:
    """A scenario's numbers and states: everything below is read off them. ``step``: months a period; None: a month."""

    scenario: Scenario
    numbers: Mapping[str, float]
    levels: np.ndarray  # (S, F)
    step: float | None

    @property
    def months(self) -> float:
        """The length of a period."""
        return 1.0 if self.step is None else self.step

    def actors(self, what: str) -> Floats:
        """(N,) of 'tempo' a month, 'discount' a year or 'precision' 1 / payoff."""
        bounds = Bounds(1e-6, 1.0) if what == "discount" else POSITIVE
        found = np.array([float(getattr(actor, what)(self.levels[:1], self.numbers)[0]) for actor in self._actors])
        for actor, number in zip(self._actors, found, strict=True):
            _check(f"The {what} of {actor.name}", np.array([number]), bounds)
        return found

    def turns(self) -> Floats:
        """(N,) the chance that an actor comes to move in a period; 0 for those who only consent."""
        tempo = self.actors("tempo")
        return np.where(tempo > 0, 1.0, 0.0) if self.step is None else -np.expm1(-tempo * self.step)

    def fading(self) -> Floats:
        """(N,) the discount of a period."""
        return np.asarray(self.actors("discount") ** (self.months / YEAR))

    def stream(self) -> Floats:
        """(S, N) the payoff of a period that ends in a state."""
        found = np.zeros((len(self.levels), len(self._actors)))
        everywhere = np.ones(len(self.levels), dtype=bool)
        for interest in self.scenario.interests:
            told = f"The interest {self._actors[interest.actor].name}.{interest.name}"
            found[:, interest.actor] += self.months * self._number(told, interest.value, everywhere)
        return found

    def deeds(self) -> tuple[Deed, ...]:
        """The actions of those who move, in the file's order; what is open nowhere is left out."""
        moves = self.turns() > 0
        found = [
            self._deed(number, action) for number, action in enumerate(self.scenario.actions) if moves[action.actor]
        ]
        return tuple(deed for deed in found if deed.open.any())

    def events(self) -> tuple[Event, ...]:
        """The rules, with their chances a period."""
        holds = [open_in(rule, self.levels) for rule in self.scenario.rules]
        hazard = np.array([self._hazard(rule, where) for rule, where in zip(self.scenario.rules, holds, strict=True)])
        chance = competing(hazard.reshape(len(holds), len(self.levels)))
        return tuple(
            Event(
                chance[c], self._ways(rule, where, f"A chance of {rule.name!r}"), self._pay(rule.pay, rule.name, where)
            )
            for c, (rule, where) in enumerate(zip(self.scenario.rules, holds, strict=True))
        )

    @property
    def _actors(self) -> tuple[Actor, ...]:
        return self.scenario.actors

    def _deed(self, number: int, action: Action) -> Deed:
        name = f"{self._actors[action.actor].name}.{action.name}"
        guard = open_in(action, self.levels)
        weight = self._number(f"The weight of {name}", action.weight, guard, POSITIVE)
        is_open = guard & (weight > 0)
        consent = sorted(action.consent, key=lambda consent: consent.actor)
        return Deed(
            number=number,
            actor=action.actor,
            name=name,
            open=is_open,
            weight=weight,
            ways=self._ways(action, is_open, f"A chance of {name}"),
            refused=self._after(after_refusal(action, self.levels[is_open]), is_open),
            pay=self._pay(action.pay, name, is_open),
            asking=self._pay(action.asking, name, is_open),
            consent=tuple((c.actor, self._number(f"A lean of {name}", c.lean, is_open, LEAN)) for c in consent),
        )

    def _ways(self, step: Action | Rule, where: Bools, told: str) -> tuple[Way, ...]:
        return tuple(
            Way(
                self._number(told, branch.probability, where, CHANCE),
                self._after(after, where),
                tuple(branch.effects),
            )
            for branch, after in zip(step.branches, successors(step, self.levels[where]), strict=True)
        )

    def _after(self, after: np.ndarray, where: Bools) -> np.ndarray:
        """States (S, F) after a step that is open only somewhere."""
        found = self.levels.copy()
        found[where] = after
        return found

    def _pay(self, pay: Mapping[int, Formula], name: str, where: Bools) -> Floats:
        found = np.zeros((len(self.levels), len(self._actors)))
        for actor, formula in pay.items():
            found[:, actor] = self._number(f"What {name} costs or gains {self._actors[actor].name}", formula, where)
        return found

    def _hazard(self, rule: Rule, where: Bools) -> Floats:
        if rule.calendar is None:
            return self.months * self._number(f"The rate of {rule.name!r}", rule.rate, where, POSITIVE)
        share = min(self.months / rule.calendar.every, 1.0)
        return np.where(where, np.inf if share == 1.0 else -np.log1p(-share), 0.0)

    def _number(self, told: str, formula: Formula, where: Bools, bounds: Bounds = FINITE) -> Floats:
        """A formula in all states, 0 where it does not count."""
        found = np.zeros(len(self.levels))
        if where.any():
            here = np.asarray(formula(self.levels[where], self.numbers), dtype=np.float64)
            _check(told, here, bounds)
            found[where] = np.clip(here, bounds.low, bounds.high)
        return found


def competing(hazard: Floats) -> Floats:
    """(C, S) chances that rule c is the one that happens, of hazards (C, S) that may be infinite."""
    sure = np.isinf(hazard)
    any_sure = sure.any(axis=0)
    shares = np.where(any_sure, sure, np.where(sure, 0.0, hazard))
    total = shares.sum(axis=0)
    happens = np.where(any_sure, 1.0, -np.expm1(-np.where(any_sure, 0.0, total)))
    return np.asarray(happens * shares / np.where(total > 0, total, 1.0))


def _check(told: str, values: Floats, bounds: Bounds) -> None:
    wrong = ~bounds.hold(values)
    if wrong.any():
        raise DetenteError(f"{told} is {values[np.argmax(wrong)]:g}; it must be {bounds}.")
