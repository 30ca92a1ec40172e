"""Packing actions into columns: a graph colouring.

A sweep over the states goes column by column, and a column costs (states x outcomes) whatever share of the states finds
its action open. Two actions can share a column if they have the same mover and need the same consents, and if no state
has both open. The fewest columns are the fewest colours of the graph whose edges join actions open in the same state;
that is hard in general, and greedy colouring, most conflicts first, is within one or two columns of it on graphs of a
few dozen nodes (Welsh and Powell 1967, The Computer Journal 10).

A column is as wide as its widest action and has refused states if one of its actions has. Wide actions are therefore
placed first, and an action goes where width and refusal agree, before it goes where they do not; it never opens a
column of its own while it fits in another, since the cost of a column is that of its widest action.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, eq=False)
class Packable:
    """What decides where an action can go."""

    mover: int
    consenters: tuple[int, ...]
    width: int  # distinct outcomes in the state that has most
    refusal: bool  # a refusal changes the state
    is_open: np.ndarray  # (S,) bool


def pack(items: Sequence[Packable]) -> tuple[tuple[int, ...], ...]:
    """Groups of positions in ``items``, one a column, by mover, then consenters; positions ascend in a group.

    What is open nowhere is in no group.
    """
    used = [k for k, item in enumerate(items) if item.is_open.any()]
    if not used:
        return ()
    clash = _clashes([items[k] for k in used])
    order = sorted(range(len(used)), key=lambda n: _hardest_first(items[used[n]], int(clash[n].sum())))
    columns: list[list[int]] = []
    for n in order:
        free = [column for column in columns if not clash[n, column].any()]
        alike = [column for column in free if _shape(items[used[column[0]]]) == _shape(items[used[n]])]
        if alike or free:
            (alike or free)[0].append(n)
        else:
            columns.append([n])
    groups = [tuple(sorted(used[n] for n in column)) for column in columns]
    return tuple(sorted(groups, key=lambda group: (items[group[0]].mover, items[group[0]].consenters, group)))


def _shape(item: Packable) -> tuple[int, bool]:
    return item.width, item.refusal


def _hardest_first(item: Packable, clashes: int) -> tuple[int, bool, int]:
    return -item.width, not item.refusal, -clashes


def _clashes(items: Sequence[Packable]) -> np.ndarray:
    """(A, A) bool: different mover or consents, or open together somewhere."""
    clash = np.ones((len(items), len(items)), dtype=bool)
    for k, one in enumerate(items):
        for n, other in enumerate(items):
            if k != n and (one.mover, one.consenters) == (other.mover, other.consenters):
                clash[k, n] = bool((one.is_open & other.is_open).any())
    np.fill_diagonal(clash, False)
    return clash
