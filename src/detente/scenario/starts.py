"""The states from which questions start: situations, their mixtures, deals and what-ifs.

A mixture of two situations takes the factors of some forces (and of `other`, what is in no force) from the one and
the rest from the other; `why` scores all of them. A package is a choice of one permitted level for every term of a
deal, in a situation, with `also`; a named deal fixes some terms and leaves the others as the situation has them.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError
from detente.scenario.lookup import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.scenario.limit import Limit
    from detente.scenario.lookup import Space
    from detente.scenario.model import Deals, Scenario

_MOST_MIXTURES = 4_000_000  # of all pairs together, before equal ones are merged


def starts(scenario: Scenario, space: Space, limit: Limit) -> np.ndarray:
    """All starting states, whether `never` allows them or not: ascending numbers without repetition."""
    situations = levels_of(scenario)
    found = space.code(situations)
    parts = chain(
        _mixtures(situations, groups(scenario), space),
        packages(scenario.deals, situations, space, limit) if scenario.deals else (),
        [_what_ifs(scenario, space)],
    )
    for part in parts:
        found = distinct(found, part)
        limit.hold(found)
    return distinct(found)


def levels_of(scenario: Scenario) -> np.ndarray:
    """The situations' levels: int64 (situations, F)."""
    found = np.array([situation.levels for situation in scenario.situations], dtype=np.int64)
    return found.reshape(len(scenario.situations), len(scenario.factors))


def groups(scenario: Scenario) -> list[list[int]]:
    """The factors of each force, and those in none ('other'); a factor counts in the first force that names it."""
    free = set(range(len(scenario.factors)))
    found = []
    for factors in scenario.forces.values():
        found.append(sorted(free & set(factors)))
        free -= set(factors)
    return [group for group in (*found, sorted(free)) if group]


def _mixtures(situations: np.ndarray, grouped: list[list[int]], space: Space) -> Iterator[np.ndarray]:
    """For each situation: it, with every subset of the groups taken from each later one."""
    strides, made = np.array(space.strides, dtype=np.int64), 0
    for at in range(len(situations) - 1):
        shifts = (situations[at + 1 :] - situations[at]) * strides
        rows = np.arange(len(shifts))
        total = np.zeros(len(shifts), dtype=np.int64)
        for group in grouped:
            shift = shifts[:, group].sum(axis=1)[rows]
            moved = shift != 0
            total, rows = np.concatenate([total, (total + shift)[moved]]), np.concatenate([rows, rows[moved]])
            if made + len(total) > _MOST_MIXTURES:
                raise DetenteError(
                    f"The situations differ in so many forces that they have more than {_MOST_MIXTURES:,} mixtures. "
                    "Give `forces` fewer, larger groups, or leave out situations."
                )
        made += len(total)
        yield distinct(total) + space.code(situations[at])


def packages(deals: Deals, situations: np.ndarray, space: Space, limit: Limit) -> Iterator[np.ndarray]:
    """Every situation with every package; then, one by one, with the named deals in their order."""
    terms = dict(deals.terms) if situations.size else {}
    codes = _fixed({**deals.also, **dict.fromkeys(terms, 0)}, situations, space)
    for factor, allowed in terms.items():
        codes = (codes[:, None] + np.array(allowed, dtype=np.int64) * space.strides[factor]).ravel()
        limit.hold(codes)
    yield codes
    for named in deals.named.values():
        yield _fixed({**deals.also, **named}, situations, space)


def _fixed(levels: dict[int, int], situations: np.ndarray, space: Space) -> np.ndarray:
    """The situations with some factors set: ascending numbers without repetition."""
    changed = situations.copy()
    for factor, level in levels.items():
        changed[:, factor] = level
    return distinct(space.code(changed))


def _what_ifs(scenario: Scenario, space: Space) -> np.ndarray:
    found = []
    for what_if in scenario.what_ifs:
        situation = np.array([scenario.situation(what_if.situation).levels], dtype=np.int64)
        found.append(_fixed(dict(what_if.levels), situation, space))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
