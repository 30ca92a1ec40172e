"""One side of a comparison: a case at a situation, what may come of it, and what each would gain by the case's deal.

    gain_i = V_i(there) - V_i(now)

there: the situation with the deal's terms in it, and whatever goes with every deal. The deal is the one that the case
asks about, or the first that it names. Chances are of each outcome of the case, and of the deal's own terms, within so
many months on the dates ahead of the situation; of what holds already: that it holds when they are over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.outcome.backward import backward, holding
from detente.outcome.calendar import schedule
from detente.outcome.targets import Target
from detente.problems import DetenteError
from detente.questions.agreement import losers, unmoved
from detente.questions.asked import ahead
from detente.questions.packages import packages
from detente.questions.terms import where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.game.structure import Structure
    from detente.scenario.model import Actor, Scenario, Situation

TERMS = "the deal's terms"  # what is asked beside the case's outcomes
Standing = Literal["open", "in force", "cannot come about", "none named"]


@dataclass(frozen=True, eq=False)
class Side:
    """A case at a situation. M members: the likely numbers, then the draws; N actors; K outcomes of the case."""

    label: str
    ensemble: Ensemble
    situation: Situation
    deal: str | None
    standing: Standing
    chance: np.ndarray  # (M, K + 1) of each outcome, then of the deal's terms; nan: no deal
    holding: np.ndarray  # (K + 1,) bool: it holds already, so the chance is that it still does at the end
    gains: np.ndarray  # (M, N) payoff; nan where no deal is open

    @property
    def scenario(self) -> Scenario:
        """The case."""
        return self.ensemble.scenario

    @property
    def asked(self) -> tuple[str, ...]:
        """What the chances are of: the case's outcomes, then the deal's terms."""
        return (*(outcome.name for outcome in self.scenario.outcomes), TERMS)

    @property
    def must(self) -> tuple[int, ...]:
        """Who must agree: parties, then those who must consent."""
        deals = self.scenario.deals
        return () if deals is None else (*deals.parties, *deals.consent)

    @property
    def agreed(self) -> np.ndarray:
        """(M,) bool: whether all who must agree gain; false where no deal is open."""
        return np.asarray((self.gains[:, list(self.must)] > 0).all(axis=1)) & (self.standing == "open")

    @property
    def least(self) -> np.ndarray:
        """(M,) the smallest gain of those who must agree; nan where no deal is open."""
        if self.standing != "open":
            return np.full(len(self.gains), np.nan)
        return np.asarray(self.gains[:, list(self.must)].min(axis=1))

    def blockers(self) -> list[Actor]:
        """Who must agree and loses by the deal at the likely numbers, the largest loss first."""
        return [self.scenario.actors[i] for i in losers(self.gains[0], self.must)] if self.standing == "open" else []

    def indifferent(self) -> list[Actor]:
        """Who must agree and neither gains nor loses to speak of; at the likely numbers."""
        return [self.scenario.actors[i] for i in unmoved(self.gains[0], self.must)] if self.standing == "open" else []

    def gain(self, actor: str) -> np.ndarray | None:
        """(M,) what an actor of that name gains; None where there is none, or no deal is open."""
        names = [one.name for one in self.scenario.actors]
        return self.gains[:, names.index(actor)] if actor in names and self.standing == "open" else None

    def chance_of(self, name: str) -> np.ndarray | None:
        """(M,) the chance of an outcome of that name, or of the deal's terms; None where there is none."""
        if name not in self.asked or np.isnan(self.chance[0, self.asked.index(name)]):
            return None
        return self.chance[:, self.asked.index(name)]

    def holds(self, name: str) -> bool:
        """Whether an outcome of the case holds already."""
        return bool(self.holding[self.asked.index(name)])

    def level(self, factor: str) -> str | None:
        """The level of a factor of that name; None where there is none."""
        found = {one.name: one.levels[at] for one, at in zip(self.scenario.factors, self.situation.levels, strict=True)}
        return found.get(factor)


def side(label: str, solved: Ensemble, situation: Situation, months: int) -> Side:
    """A case at one of its situations, asked for so many months."""
    scenario = solved.scenario
    name, fixed = deal_of(scenario)
    outcomes, holds = ahead(solved, situation, months)
    work = partial(_answer, situation=situation, deal=name, fixed=fixed, months=months)
    found = solved.answers("compare", work, "drawn", situation=situation.name, months=months, deal=name)
    terms, gains = (np.stack([one[what] for one in found]) for what in ("terms", "gain"))
    chance = np.column_stack([outcomes, terms])
    holds = np.append(holds, name is not None and _in_force(situation, fixed))
    standing: Standing = "open"
    if name is None:
        standing = "none named"
    elif _in_force(situation, fixed):
        standing = "in force"
    elif np.isnan(gains).any():
        standing = "cannot come about"
    return Side(label, solved, situation, name, standing, chance, holds, gains)


def deal_of(scenario: Scenario) -> tuple[str | None, Mapping[int, int]]:
    """The deal that the case asks about, or the first it names, with its levels; (None, {}) without one."""
    if scenario.deals is None or not scenario.deals.named:
        return None, {}
    name = scenario.ask.deal or next(iter(scenario.deals.named))
    return name, scenario.deals.named[name]


def _in_force(situation: Situation, fixed: Mapping[int, int]) -> bool:
    return all(situation.levels[factor] == level for factor, level in fixed.items())


def _answer(
    solved: Solved, situation: Situation, deal: str | None, fixed: Mapping[int, int], months: int
) -> dict[str, np.ndarray]:
    """Of one member: the chance of the deal's terms, or that they still hold; gains (N,). nan where there are none."""
    structure, value = solved.structure, np.asarray(solved.equilibrium.value)
    now, there = structure.index(situation), _state(structure, situation, deal, fixed)
    terms, dates = np.array(np.nan), schedule(structure.scenario, situation, months)
    if deal is not None:
        inside = where(structure.states.levels, tuple(fixed), tuple(fixed.values()))
        if inside[now]:
            terms = holding(solved.chain, inside[:, None].astype(np.float64), dates)[now, 0]
        else:
            terms = backward(solved.chain, [Target(TERMS, inside)], dates).by[now, 0]
    gain = value[there] - value[now] if there >= 0 else np.full(value.shape[1], np.nan)
    return {"terms": np.asarray(terms), "gain": gain}


def _state(structure: Structure, situation: Situation, deal: str | None, fixed: Mapping[int, int]) -> int:
    """The state that the deal gives; -1: none, or its terms are in force."""
    deals = structure.scenario.deals
    if deals is None or deal is None or _in_force(situation, fixed):
        return -1
    try:
        packed = packages(structure.states.find, deals, situation)
    except DetenteError:  # none of the packages can come about from here
        return -1
    return next(one.state for one in packed.named if one.name == deal)
