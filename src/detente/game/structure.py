"""From a scenario to a function of its numbers: names and formulas in, arrays out.

A ``Structure`` does once what no number changes: the reachable states and their order, where each action is open and
leads, which actions share a column, which rows of which table each state reads. ``Structure.game`` then maps numbers to
a :class:`~detente.game.arrays.Game`, and is all that a parameter draw, a slider, a fit or a derivative has to call.

It works in NumPy on plain floats and checks what it finds (a chance above one is told with its place). With JAX's array
module in NumPy's place the same code is traceable, and differentiable wherever the formulas are, but checks nothing.

    flow_i(s) = sum of i's interests(s) + sum_c rate_c(s) pay_ci(s)        rho_i = -ln(discount_i per year) / 12

and with `noise: raw` the stream of :mod:`detente.game.raw` besides, on top of shocks whose weights sum to one.

Measured on 23,064 states, 9 actors, 45 actions and 19 rules (63 MB of arrays; a busy two-core Intel Xeon), processor
time: the states take 0.13 s, all else that no number changes 0.4 s when first needed, numbers to a game 30 ms. Under
``jit`` that is 36 ms by the clock, after 4 to 8 s of compilation: worth it for derivatives and for what is traced
anyway, not for fifty draws (``benchmarks/structure.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from detente.game.arrays import Chance, Game, States
from detente.game.flows import chance, people, streams
from detente.game.numbering import reached
from detente.game.plans import Plan, column_plans
from detente.game.raw import choice_flow
from detente.problems import DetenteError, did_you_mean
from detente.scenario.given import in_months, numbers_of
from detente.scenario.model import Situation
from detente.scenario.reach import LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int

    from detente.game.tables import Gather, Numbers
    from detente.scenario.model import Scenario

    Where: TypeAlias = str | Situation | Mapping[str, str] | Sequence[int]


@dataclass(frozen=True, eq=False)
class Structure:
    """All of a game but its numbers. What only numbers need is laid out when first asked for."""

    scenario: Scenario
    states: States

    @cached_property
    def columns(self) -> tuple[Plan, ...]:
        """The columns without their numbers: mover, consenters, and in each state the action and where it leads."""
        return column_plans(self.scenario, self.states)

    @cached_property
    def chance(self) -> tuple[Int[np.ndarray, "S C"], Int[np.ndarray, "S C"], Gather]:
        """Of chance: successors, rules and, without their numbers, rates (S, C)."""
        return chance(self.scenario, self.states)

    @cached_property
    def streams(self) -> tuple[Gather, np.ndarray]:
        """Streams of payoff without their numbers, and whose each is.

        (S, I + P), the scenario's interests, then the expected payoffs of rules; (I + P, N) of zeros and ones.
        """
        return streams(self.scenario, self.states)

    def game(self, numbers: Mapping[str, Any] | None = None, xp: Any = np) -> Game:
        """The game at these numbers, in arrays of ``xp``; a parameter that is not given has its likely value.

        ``xp`` is numpy, or jax.numpy where numbers are traced: in a block of ``double_precision``. Raises DetenteError
        for an unknown name and, in NumPy, for numbers that make a chance, a rate or a weight leave its bounds.
        """
        given = read(self.scenario, numbers, xp)
        tempo, discount, precision = (table(given, xp)[0] for table in people(self.scenario))
        columns = tuple(plan.column(given, xp) for plan in self.columns)
        (succ, rule, rate), (paid, owner) = self.chance, self.streams
        flow, raw = paid(given, xp) @ owner, self.scenario.noise == "raw"
        if raw and xp is np:
            sharp_enough(self.scenario, tempo, precision)
        if raw:
            flow = flow + choice_flow(columns, tempo, precision, len(self.states), xp)
        return Game(
            noise="errors" if self.scenario.noise == "errors" else "shocks",
            columns=columns,
            chance=Chance(succ=succ, rate=rate(given, xp), rule=rule),
            flow=flow,
            tempo=tempo,
            discount=-xp.log(discount) / 12,
            precision=precision,
            raw=raw,
        )

    def interests(self, numbers: Mapping[str, Any] | None = None) -> np.ndarray:
        """Each of ``scenario.interests`` in each state, payoff a month: (S, I)."""
        paid, _ = self.streams
        return np.asarray(paid(read(self.scenario, numbers), np)[:, : len(self.scenario.interests)])

    def describe(self, state: int) -> dict[str, str]:
        """Factor name -> level name of a state."""
        levels = self.states.levels[state]
        return {f.name: f.levels[level] for f, level in zip(self.scenario.factors, levels, strict=True)}

    def index(self, where: Where) -> int:
        """The state number of a situation (or its name), of factor name -> level name, or of level indices."""
        levels = levels_of(self.scenario, where)
        found = int(self.states.find(np.asarray(levels))) if len(levels) == len(self.scenario.factors) else -1
        if found < 0:
            raise DetenteError(f"{where!r} is not among the {len(self.states):,} states that can come about.")
        return found


def levels_of(scenario: Scenario, where: Where) -> Sequence[int]:
    """The level indices of a situation (or its name), of factor name -> level name, or of level indices."""
    if isinstance(where, str):
        where = scenario.situation(where)
    if isinstance(where, Situation):
        return where.levels
    if isinstance(where, Mapping):
        return [_level(factor.name, factor.levels, where) for factor in scenario.factors]
    return where


def _level(factor: str, levels: tuple[str, ...], where: Mapping[str, str]) -> int:
    if where.get(factor) not in levels:
        given = repr(where[factor]) if factor in where else "missing"
        raise DetenteError(f"{factor} is {given}; its levels are {', '.join(levels)}.")
    return levels.index(where[factor])


def read(scenario: Scenario, numbers: Mapping[str, Any] | None, xp: Any = np) -> Numbers:
    """All numbers by name, as floats where ``xp`` is NumPy; a parameter that is not given at its likely value."""
    if xp is np:
        return numbers_of(scenario, numbers)
    given: dict[str, Any] = dict(scenario.likely)
    for name, value in (numbers or {}).items():
        if name not in given:
            hint = did_you_mean(name, given) or "`detente show` lists the parameters."
            raise DetenteError(f"There is no parameter {name!r}. {hint}")
        given[name] = value
    return given


def sharp_enough(scenario: Scenario, tempo: Any, precision: Any) -> None:
    """Refuse raw shocks at precision 0, where they are without end."""
    for actor, pace, lam in zip(scenario.actors, tempo, precision, strict=True):
        if pace > 0 and lam <= 0:
            raise DetenteError(
                f"The precision of {actor.name} is {lam:g}. With `noise: raw` it must be above 0, since the shocks "
                "are as large as 1 / precision and every choice would be worth without end; `noise: shocks` allows 0."
            )


def compile(scenario: Scenario, limit: int = LIMIT) -> Structure:  # noqa: A001
    """The structure of a scenario's game. Raises DetenteError if it has more than ``limit`` states."""
    if scenario.moves != "continuous":
        raise DetenteError(in_months(scenario))
    return Structure(scenario, reached(scenario, limit))
