"""What is forecast, as sets of states or as actions; and how a chain reaches it.

An outcome is reached when its condition first holds, or when one of its actions is first taken. For first passage each
outcome k has a chain of its own, in which the mass that reaches it leaves at the very jump that reaches it: for a
condition, every jump into a state where it holds; for actions, every event in which one of them takes effect, also
one that leaves the state as it is. :class:`Hits` holds what distinguishes these chains from the common one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.game.structure import Structure
    from detente.outcome.process import Chain
    from detente.scenario.model import OutcomeSpec


@dataclass(frozen=True, eq=False)
class Target:
    """An outcome of a game: the states where it holds, or (``holds`` is None) the actions that make it."""

    name: str
    holds: np.ndarray | None  # (S,) bool
    actions: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if (self.holds is None) == (not self.actions):
            raise DetenteError(f"Outcome {self.name!r} needs either states where it holds or actions that make it.")

    def within(self, kept: np.ndarray) -> Target:
        """On some states, indices (R,), and one for all others, where it does not hold."""
        return Target(self.name, None if self.holds is None else np.append(self.holds[kept], False), self.actions)


def targets_of(structure: Structure, outcomes: Sequence[OutcomeSpec] | None = None) -> tuple[Target, ...]:
    """Outcomes, by default all of the scenario's in their order, on the states of its game."""
    wanted = structure.scenario.outcomes if outcomes is None else outcomes
    return tuple(_target(structure.states.levels, outcome) for outcome in wanted)


def _target(levels: np.ndarray, outcome: OutcomeSpec) -> Target:
    if outcome.when is None:
        return Target(outcome.name, None, outcome.actions)
    holds = np.broadcast_to(np.asarray(outcome.when(levels, {}), dtype=bool), levels.shape[:-1])
    return Target(outcome.name, holds)


@dataclass(frozen=True, eq=False)
class Hits:
    """How K outcomes are reached in a chain of S states."""

    chain: Chain
    targets: tuple[Target, ...]
    holds: np.ndarray  # (S, K) bool: reached already; False for actions
    taken: tuple[sparse.csr_array | None, ...]  # for actions, (S, S) rates of the events that reach it; else None

    @cached_property
    def rate(self) -> np.ndarray:
        """(S, K) a month: of reaching it from here, 0 where it holds."""
        return self._total(np.ones(len(self.chain.rate), dtype=bool))

    @cached_property
    def slip(self) -> np.ndarray:
        """(S, K) the part of that rate that is slips."""
        return self._total(self.chain.slip)

    def _total(self, which: np.ndarray) -> np.ndarray:
        """(S, K) the rate at which some events, bool (E,), reach each outcome."""
        chain, rate = self.chain, np.zeros(self.holds.shape)
        for k, target in enumerate(self.targets):
            if target.holds is None:
                reaches = chain.takes(target.actions)
            else:
                reaches = target.holds[chain.target] & ~target.holds[chain.source]
            rate[:, k] = chain.total(reaches & which)
        return rate


def hits(chain: Chain, targets: Sequence[Target]) -> Hits:
    """What reaches each outcome, from the events of a chain."""
    holds = np.zeros((len(chain), len(targets)), dtype=bool)
    for k, target in enumerate(targets):
        if target.holds is not None:
            holds[:, k] = target.holds
    taken = [chain.summed(chain.takes(each.actions)) if each.holds is None else None for each in targets]
    return Hits(chain, tuple(targets), holds, tuple(taken))
