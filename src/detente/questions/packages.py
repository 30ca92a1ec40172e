"""All that could be agreed: the packages of permitted levels, as states of the game.

A package is one permitted level of each term; together with what goes with every deal (``also``) it is applied to a
situation, and the state that this gives is looked up. Packages whose state `never` excludes, or that cannot come about
otherwise, are left out and counted, and so is what holds already. A named deal that leaves a term open has it as the
situation has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from detente.scenario.model import Deals, Scenario, Situation


@dataclass(frozen=True, eq=False)
class Named:
    """A deal of the case: ``levels`` (T,) of the terms, its ``state`` (-1: it cannot come about), its package's row.

    ``row`` is -1 where it is none of the packages: it cannot come about, or leaves a term at a level not permitted.
    """

    name: str
    levels: tuple[int, ...]
    state: int
    row: int


@dataclass(frozen=True, eq=False)
class Packages:
    """The packages that can come about: ``levels`` (P, T) of the ``terms`` (factor indices), and ``states`` (P,)."""

    now: int  # the state from which they are compared
    terms: tuple[int, ...]
    levels: np.ndarray
    states: np.ndarray
    combinations: int  # of permitted levels, those left out among them
    already: bool  # whether one of them is what holds now
    named: tuple[Named, ...]

    def __len__(self) -> int:
        return len(self.states)

    def neighbours(self, levels: tuple[int, ...]) -> np.ndarray:
        """Rows of the packages that differ in exactly one term from these levels (T,)."""
        return np.flatnonzero((self.levels != np.array(levels)).sum(axis=1) == 1)


def deals_of(scenario: Scenario) -> Deals:
    """What can be bargained over; DetenteError, with what to write, where the case does not say."""
    if scenario.deals is not None:
        return scenario.deals
    parties = ", ".join(actor.name for actor in scenario.actors[:2])
    term = scenario.factors[0].name if scenario.factors else "a factor"
    raise DetenteError(
        f"{scenario.title} does not say what can be bargained over. Write who deals, who must agree besides, and which "
        "factors are negotiable:\n"
        f"deals:\n  parties: [{parties}]\n  consent: []\n  terms: {{{term}: all}}\n"
        "and under `named` the deals to speak of; docs/language.md has more."
    )


def packages(find: Callable[[np.ndarray], np.ndarray], deals: Deals, situation: Situation) -> Packages:
    """All packages from a situation; ``find`` gives the states of levels (K, F), -1 where there is none.

    DetenteError where no package can come about.
    """
    now = np.array(situation.levels, dtype=np.int64)
    terms, permitted = tuple(deals.terms), [np.array(levels) for levels in deals.terms.values()]
    choice = np.indices(tuple(map(len, permitted))).reshape(len(permitted), -1)
    levels = np.stack([allowed[at] for allowed, at in zip(permitted, choice, strict=True)], axis=1)
    wanted = np.array([[fixed.get(f, int(now[f])) for f in terms] for fixed in deals.named.values()], dtype=np.int64)
    asked = np.concatenate([levels, wanted.reshape(-1, len(terms))])
    states = find(np.concatenate([now[None], _applied(now, deals.also, terms, asked)]))
    present, states, of_named = states[0], states[1 : len(levels) + 1], states[len(levels) + 1 :]
    there = (states >= 0) & (states != present)
    if not there.any():
        raise DetenteError(
            f"None of the {len(levels):,} packages can come about in {situation.name}: `never` excludes every one of "
            "them, or no situation leads there. Start from another situation, or permit more levels under `terms`."
        )
    already = bool((states == present).any())
    combinations, levels, states = len(levels), levels[there], states[there]
    named = []
    for name, row, state in zip(deals.named, wanted, of_named.tolist(), strict=True):
        same = np.flatnonzero((levels == row).all(axis=1))
        named.append(Named(name, tuple(row.tolist()), state, int(same[0]) if len(same) else -1))
    return Packages(int(present), terms, levels, states, combinations, already, tuple(named))


def _applied(now: np.ndarray, also: Mapping[int, int], terms: tuple[int, ...], levels: np.ndarray) -> np.ndarray:
    """(P, F) the situation with the packages' levels (P, T) and what goes with any of them."""
    found = np.repeat(now[None], len(levels), axis=0)
    for factor, level in also.items():
        found[:, factor] = level
    found[:, list(terms)] = levels
    return found
