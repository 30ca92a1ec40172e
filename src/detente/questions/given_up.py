"""On which side a branch was given up: with no more points allowed, or where it could not be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping


def given_up(curve: Mapping[str, np.ndarray], low: float, high: float) -> tuple[int, ...]:
    """The ways, +1 and -1, on which a branch from its start met neither a fold nor an end of the range.

    A branch that comes back to its start has met folds, or is whole.
    """
    p, kind = curve["p"], curve["kind"]
    starts, found = np.flatnonzero(kind == "start"), list[int]()
    if not len(starts) or (kind[-1] == "end" and low < p[-1] < high):
        return ()
    for way, side, last in ((1, kind[starts[0] :], -1), (-1, kind[: starts[0] + 1], 0)):
        there = p[last] >= high if way > 0 else p[last] <= low
        if not there and kind[last] != "end" and "fold" not in side:
            found.append(way)
    return tuple(found)
