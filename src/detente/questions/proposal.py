"""A path that someone proposes, followed step by step: what is open when its turn comes, and what is not.

From the path's situation each step is taken where it is open, all consents given, with its likeliest outcome that
changes anything. A step that is not open is passed over, and the path goes on without it. Told with it are the parts
of its guard that do not hold, whether it is open later on the path, and the shortest sequence of decisions that would
open it where it was to be taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.questions.goal import Goal, conditions, lacking
from detente.questions.steps import NOBODY, Taken, options_at

if TYPE_CHECKING:
    from detente.ensemble.solutions import Solved
    from detente.questions.routes import Graph
    from detente.questions.steps import Steps
    from detente.scenario.inquiry import ProposedPath, Step
    from detente.scenario.model import Scenario


@dataclass(frozen=True)
class Leg:
    """One step of a path. Where it is not open (``shut`` says why) it leads from its state to the same."""

    taken: Taken
    shut: tuple[str, ...] = ()
    later: int | None = None  # before which later step of the path, from 0, it would be open
    bridge: tuple[Taken, ...] = ()  # the shortest way to open it, where it is shut


def followed(solved: Solved, proposed: ProposedPath, steps: Steps, graph: Graph) -> tuple[Leg, ...]:
    """The path's legs at the likely numbers; ``graph`` has the edges of ``steps``."""
    scenario, levels = solved.structure.scenario, solved.structure.states.levels
    state = solved.structure.index(proposed.situation)
    found = list[Leg]()
    for step in proposed.steps:
        taken = _taken(solved, step, state)
        shut = () if taken.after != NOBODY else _shut(scenario, step, levels[state])
        if shut:
            taken = Taken(state, state, taken.action, taken.rule)
        found.append(Leg(taken, shut))
        state = taken.after
    return tuple(
        Leg(leg.taken, leg.shut, _later(scenario, proposed.steps[n], found[n + 1 :], n + 1, levels),
            _bridge(scenario, leg, levels, steps, graph)) if leg.shut else leg
        for n, leg in enumerate(found)
    )  # fmt: skip


def _taken(solved: Solved, step: Step, state: int) -> Taken:
    """The step in a state with its likeliest outcome that changes anything; after -1 where it is not open."""
    if step.action is not None:
        here = next((one for one in options_at(solved, [state])[0] if one.action == step.action), None)
        if here is None:
            return Taken(state, NOBODY, action=step.action)
        worth = np.where(here.succ == state, 0.0, here.chance)
        after = int(here.succ[int(np.argmax(worth))]) if worth.any() else state
        return Taken(state, after, action=step.action)
    chance = solved.game.chance
    rates = np.where(np.asarray(chance.rule)[state] == step.rule, np.asarray(chance.rate)[state], 0.0)
    after = int(np.asarray(chance.succ)[state, int(np.argmax(rates))]) if rates.any() else NOBODY
    return Taken(state, after, rule=NOBODY if step.rule is None else step.rule)


def _shut(scenario: Scenario, step: Step, state: np.ndarray) -> tuple[str, ...]:
    """Why a step cannot be taken in a state (F,)."""
    if step.action is not None:
        action = scenario.actions[step.action]
        never = f"{scenario.actors[action.actor].title} makes no decisions (its tempo is 0)"
        return tuple(lacking(scenario, conditions(scenario, action.when), state)) or (never,)
    rule = scenario.rules[step.rule or 0]
    return tuple(lacking(scenario, conditions(scenario, rule.when), state)) or ("it changes nothing there",)


def _guard(scenario: Scenario, taken: Taken) -> Goal:
    when = scenario.actions[taken.action].when if taken.action != NOBODY else scenario.rules[taken.rule].when
    return Goal("open", conditions(scenario, when))


def _later(scenario: Scenario, step: Step, legs: list[Leg], first: int, levels: np.ndarray) -> int | None:
    """Before which of the following legs the step would be open; after the last is one more than there are."""
    guard = _guard(scenario, Taken(0, 0, *(NOBODY if each is None else each for each in (step.action, step.rule))))
    states = [*(leg.taken.state for leg in legs), *(leg.taken.after for leg in legs[-1:])]
    return next((first + n for n, state in enumerate(states) if guard.holds(levels[state])), None)


def _bridge(scenario: Scenario, leg: Leg, levels: np.ndarray, steps: Steps, graph: Graph) -> tuple[Taken, ...]:
    """The shortest sequence of steps from the leg's state to one where it is open; none where nothing leads there."""
    guard = _guard(scenario, leg.taken).holds(levels)
    if guard[leg.taken.state]:
        return ()
    edges = np.flatnonzero(steps.rule == NOBODY)
    found = graph.only(edges).to(guard[graph.target[edges]]).shortest(leg.taken.state, graph.nodes)
    return () if found is None else tuple(steps.taken(int(edge)) for edge in edges[found])
