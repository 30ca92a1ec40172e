"""Where steps lead, as state numbers, and the merging of outcomes that lead to the same state.

A branch that cannot happen in a state (its chance is zero at all numbers in the declared ranges) has no successor
there. Branches with the same successor are merged into one outcome with the sum of their chances: a test that cannot
climb further has one outcome at the top of the ladder and two below it. A state without the full number of outcomes
is padded with itself, at chance zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.game.tables import Merged
from detente.problems import DetenteError
from detente.scenario.model import Action, Rule
from detente.scenario.steps import after_refusal, fires, open_in, possible, successors

if TYPE_CHECKING:
    from detente.game.arrays import States
    from detente.scenario.model import Scenario
    from detente.scenario.steps import Ranges, Step


@dataclass(frozen=True, eq=False)
class Moves:
    """One step: the A states where it is open, and its outcomes there."""

    at: np.ndarray  # (A,) state numbers, ascending
    succ: np.ndarray  # (A, K) state numbers
    merged: Merged  # which branches make up which outcome
    refused: np.ndarray | None  # (A,) state after a refusal; None: it changes nothing


def moves(step: Step, states: States, scenario: Scenario, ranges: Ranges) -> Moves:
    """A step on the states. A rule's outcomes leave out what changes nothing; an action's do not."""
    at = np.flatnonzero(open_in(step, states.levels))
    here = states.levels[at]
    happens = np.stack([possible(branch, here, ranges) for branch in step.branches], axis=1)
    if isinstance(step, Rule):
        happens &= fires(step, here, ranges)[:, None]
    ways = zip(successors(step, here), happens.T, strict=True)
    succ = np.stack([_number(after, states, wanted, step, scenario) for after, wanted in ways], axis=1)
    counted = happens & (succ != at[:, None]) if isinstance(step, Rule) else happens
    slot, outcomes = merge(at, succ, counted)
    return Moves(at, outcomes, Merged(slot, outcomes.shape[1], ~happens), _refused(step, at, here, states, scenario))


def merge(at: np.ndarray, succ: np.ndarray, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each branch's outcome (A, B), -1 where not counted, and the outcomes' states (A, K), padded with ``at``.

    ``at`` (A,) states, ``succ`` (A, B) successors. Outcomes are in order of their first branch.
    """
    lead = np.full(succ.shape, -1)  # the first branch with the same successor
    for b in range(succ.shape[1] - 1, -1, -1):
        same = (succ == succ[:, b : b + 1]) & counted & counted[:, b : b + 1]
        lead[same] = b
    leads = counted & (lead == np.arange(succ.shape[1]))
    rank = np.cumsum(leads, axis=1) - 1
    slot = np.where(counted, np.take_along_axis(rank, np.maximum(lead, 0), axis=1), -1)
    outcomes = np.repeat(at[:, None], int(leads.sum(axis=1).max(initial=0)), axis=1)
    row, branch = np.nonzero(leads)
    outcomes[row, rank[row, branch]] = succ[row, branch]
    return slot, outcomes


def _refused(step: Step, at: np.ndarray, here: np.ndarray, states: States, scenario: Scenario) -> np.ndarray | None:
    if not (isinstance(step, Action) and step.consent and step.refused):
        return None
    refused = _number(after_refusal(step, here), states, np.ones(len(at), dtype=bool), step, scenario)
    return None if (refused == at).all() else refused


def _number(levels: np.ndarray, states: States, wanted: np.ndarray, step: Step, scenario: Scenario) -> np.ndarray:
    """The state numbers of levels (A, F); -1 where not wanted."""
    found = np.where(wanted, states.find(levels), -1)
    lost = wanted & (found < 0)
    if lost.any():
        after = levels[int(np.argmax(lost))]
        told = ", ".join(f"{f.name} {f.levels[level]}" for f, level in zip(scenario.factors, after, strict=True))
        raise DetenteError(
            f"Internal error: {step.name!r} leads to a state that was not among the reachable ones ({told}). "
            "This is a fault of detente, not of the scenario; please report it with the scenario."
        )
    return found
