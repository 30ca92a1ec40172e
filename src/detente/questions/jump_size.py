"""By how much the chance jumps where play jumps: without what it moves gradually before the next step of a sweep.

A sweep tells where play lands at its next step, which on a coarse grid lies well beyond the jump. If the branch passes
there, its chance where play jumps is read off it; if not, the sweep's next step is carried back along its slope, or,
at the end of the range, along that before the jump.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME = 0.005  # of a chance: the branch, between its points, and the sweep


def landed(found: Mapping[str, np.ndarray], way: int, p: float, curve: Mapping[str, np.ndarray] | None = None) -> float:
    """The chance right after a jump at p on the way up (+1) or down (-1); nan where no step of the sweep is beyond."""
    name = "up" if way > 0 else "down"
    grid, chance = found["grid"][::way], found[name][::way]
    beyond = np.flatnonzero((grid - p) * way > 0.0)
    if not len(beyond) or not np.isfinite(chance[beyond[0]]):
        return np.nan
    there, after = float(grid[beyond[0]]), float(chance[beyond[0]])
    if curve is not None and any(abs(one - after) <= SAME for one in passes(curve, there)):
        here = passes(curve, p)
        if here:
            return min(here, key=lambda one: abs(one - after))
    slopes = (slope(found, way, p, 1), slope(found, way, p, -1))
    return after - next((one for one in slopes if np.isfinite(one)), 0.0) * (there - p)


def left(found: Mapping[str, np.ndarray], way: int, p: float) -> float:
    """The chance right before a jump at p: the sweep's last step, carried on along its slope."""
    name, grid = "up" if way > 0 else "down", found["grid"]
    behind = np.flatnonzero((p - grid) * way >= 0.0)
    last = behind[-1 if way > 0 else 0]
    steep = slope(found, way, p, -1)
    return float(found[name][last]) + (steep * (p - float(grid[last])) if np.isfinite(steep) else 0.0)


def slope(found: Mapping[str, np.ndarray], way: int, p: float, side: int) -> float:
    """Of the chance over the two steps of a sweep just beyond p (+1) or before it (-1); nan if a jump parts them."""
    grid, chance, ahead = found["grid"], found["up" if way > 0 else "down"], way * side
    those = np.flatnonzero((grid - p) * ahead > 0.0 if side > 0 else (grid - p) * ahead >= 0.0)[::ahead][:2]
    if len(those) < 2:
        return np.nan
    low, high = sorted(float(grid[k]) for k in those)
    if any(which == way and low <= min(one, other) and max(one, other) <= high for one, other, which in found["jumps"]):
        return np.nan
    return float((chance[those[1]] - chance[those[0]]) / (grid[those[1]] - grid[those[0]]))


def passes(curve: Mapping[str, np.ndarray], p: float) -> list[float]:
    """The chances with which the stable stretches of a branch pass p, between its points as a straight line has it."""
    at, chance, stable = curve["p"], curve["chance"], curve["stability"] == "stable"
    found = list[float]()
    for k in range(len(at) - 1):
        if stable[k] and stable[k + 1] and (at[k] - p) * (at[k + 1] - p) <= 0.0:
            order = [k, k + 1] if at[k] <= at[k + 1] else [k + 1, k]
            found.append(float(np.interp(p, at[order], chance[order])))
    return found
