r"""A slow factor stepped through its levels, all else as it is: what each step does to an outcome and to next moves.

A factor has levels and no folds. What can be asked is whether the steps are even. With c_k the chance at level k,
d_k = c_{k+1} - c_k and w_k the step's share of the ladder in the scores of the levels, the steepest step is the one
with the largest |d_k| / w_k, and it is *sudden* if it is at least ``SUDDEN`` times as steep as the others together,

    (|d_k| / w_k) / (sum_{j != k} |d_j| / (1 - w_k)) >= SUDDEN,

and moves the chance by at least ``LEAST``. With the same change in every step the ratio is 1.

Looked up: an equilibrium holds for every state. What everybody does next is told as rates, tempo times the chance of
choosing an act times that of its being agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.questions.asked import chances

if TYPE_CHECKING:
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.followed import About
    from detente.scenario.model import Factor, Scenario, Situation

SUDDEN = 3.0  # times as steep as the other steps
LEAST = 0.02  # of a chance
MOVES = 2  # next moves named for a step


@dataclass(frozen=True, eq=False)
class Stepped:
    """A factor's levels, those that can be with all else as it is. The first of M members is the central one."""

    factor: Factor
    levels: tuple[int, ...]
    absent: tuple[int, ...]  # levels that cannot be
    today: int
    chance: np.ndarray  # (M, L)
    rates: np.ndarray  # (M, L, A) acts taken a month; 0 where one is not open

    @property
    def names(self) -> list[str]:
        """The levels' names."""
        return [self.factor.levels[level] for level in self.levels]

    @property
    def change(self) -> np.ndarray:
        """(M, L - 1) of the chance, by step."""
        return np.diff(self.chance, axis=1)

    @property
    def widths(self) -> np.ndarray:
        """(L - 1,) each step's share of the ladder."""
        scores = np.array([self.factor.scores[level] for level in self.levels])
        size = np.abs(np.diff(scores))
        return size / size.sum() if size.all() else np.full(len(size), 1.0 / max(len(size), 1))

    @property
    def behaviour(self) -> np.ndarray:
        """(M, L - 1) how much acts taken a month change in a step, summed over acts."""
        change: np.ndarray = np.abs(np.diff(self.rates, axis=1)).sum(axis=2)
        return change

    def sudden(self, change: np.ndarray, least: float = LEAST) -> np.ndarray:
        """(M,) bool: whether one step's change is far steeper than the others'."""
        if change.shape[1] < 2:
            return np.zeros(len(change), dtype=bool)
        ratio, step = uneven(change, self.widths)
        largest = np.take_along_axis(np.abs(change), step[:, None], axis=1)[:, 0]
        return (ratio >= SUDDEN) & (largest >= least)


def uneven(change: np.ndarray, widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By member of (M, K): how many times as steep the steepest step is as the others together, and which it is."""
    steep = np.abs(change) / widths
    step = np.argmax(steep, axis=1)
    own, wide = np.take_along_axis(np.abs(change), step[:, None], axis=1)[:, 0], widths[step]
    rest = np.abs(change).sum(axis=1) - own
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(own > 0.0, (own / wide) * (1.0 - wide) / np.maximum(rest, 0.0), 1.0)
    return ratio, step


def stepped(solved: Ensemble, factor: int, about: About) -> Stepped:
    """A factor through its levels from a situation, all members."""
    scenario, structure = solved.scenario, solved.solutions.structure
    situation = about.situation
    states = states_of(solved, factor, situation)
    levels = tuple(level for level, state in enumerate(states) if state >= 0)
    where = [state for state in states if state >= 0]
    everywhere = chances(solved, about.outcome, situation, about.months, about.kind)

    def work(one: Solved) -> dict[str, np.ndarray]:
        return {"rates": _rates(one, where)}

    key: dict[str, Any] = {"states": where}
    rates = np.stack([one["rates"] for one in solved.answers("rates of moves", work, "drawn", **key)])
    absent = tuple(level for level in range(len(structure.scenario.factors[factor].levels)) if level not in levels)
    return Stepped(scenario.factors[factor], levels, absent, situation.levels[factor], everywhere[:, where], rates)


def states_of(solved: Ensemble, factor: int, situation: Situation) -> list[int]:
    """The state with each level of a factor, all else as in a situation; -1 where it cannot come about."""
    many = len(solved.scenario.factors[factor].levels)
    rows = np.array([[*situation.levels[:factor], k, *situation.levels[factor + 1 :]] for k in range(many)])
    return [int(state) for state in np.atleast_1d(solved.solutions.structure.states.find(rows))]


def slow_factor(solved: Ensemble, about: About, speaks_to: frozenset[int]) -> int | None:
    """The ordered factor that play changes most rarely, among those that can be stepped and do not define the outcome.

    Those in ``speaks_to``, what the parameter swept is about, come first. None where there is no such factor.
    """
    scenario, own = solved.scenario, _defining(about)
    free = [f for f, factor in enumerate(scenario.factors) if factor.ordered and f not in own]
    free = [f for f in free if sum(state >= 0 for state in states_of(solved, f, about.situation)) > 1]
    chosen = [f for f in free if f in speaks_to] or free
    if len(chosen) < 2:
        return chosen[0] if chosen else None

    def work(one: Solved) -> dict[str, np.ndarray]:
        return {"speed": _speeds(one)}

    speed = solved.answers("speed of factors", work, "central")[0]["speed"]
    return min(chosen, key=lambda f: (float(speed[f]), f))


def _defining(about: About) -> frozenset[int]:
    return about.outcome.when.factors if about.outcome.when is not None else frozenset()


def _speeds(one: Solved) -> np.ndarray:
    """(F,) how often a month each factor changes, by play, by chance and on dates, averaged over all states."""
    levels, speed = one.structure.states.levels, np.zeros(len(one.structure.scenario.factors))
    chain = one.chain
    every = {r: rule.calendar.every for r, rule in enumerate(one.structure.scenario.rules) if rule.calendar}
    for matrix in (chain.rates, *(jump.matrix / every[r] for r, jump in chain.dated.items())):
        flow = matrix.tocoo()
        moved = levels[flow.row] != levels[flow.col]
        speed += (moved * flow.data[:, None]).sum(axis=0) / len(levels)
    return speed


def _rates(one: Solved, states: list[int]) -> np.ndarray:
    """(L, A) how often a month each act is taken in these states."""
    tempo = np.asarray(one.game.tempo)
    rates = np.zeros((len(states), len(one.structure.scenario.actions)))
    for c, column in enumerate(one.game.columns):
        for k, state in enumerate(states):
            action = int(column.action[state])
            if action >= 0:
                taken = one.equilibrium.policy[c][state] * one.equilibrium.accepted[c][state]
                rates[k, action] = tempo[column.actor] * taken
    return rates


def moved(scenario: Scenario, steps: Stepped, k: int) -> list[dict[str, Any]]:
    """The acts whose rate a step changes most, at the likely numbers."""
    before, after = steps.rates[0, k], steps.rates[0, k + 1]
    order = np.argsort(-np.abs(after - before), kind="stable")[:MOVES]
    acts = [(scenario.actions[a], a) for a in order if abs(after[a] - before[a]) > 0.0]
    return [{"act": f"{scenario.actors[act.actor].name}.{act.name}", "before": float(before[a]),
             "after": float(after[a])} for act, a in acts]  # fmt: skip
