"""Expectations over what others do: a tensor with an axis for each player, with all axes but one or two summed out.

Leaving each player out in turn costs N full sums when done one by one. Halving does it in two: sum out the left half
and recurse on the right, sum out the right half and recurse on the left; what is shared is summed once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.game.stochastic import Floats


def sum_out(tensor: Floats, axis: int, chances: Floats) -> Floats:
    """Sum one axis of (S, .., A, ..) with chances (S, A); the axis goes."""
    shape = tensor.shape
    before, size, after = math.prod(shape[1:axis]), shape[axis], math.prod(shape[axis + 1 :])
    rows = tensor.reshape(shape[0], before, size, after)
    alone = after == 1
    out: Floats = rows[..., 0] @ chances[:, :, None] if alone else chances[:, None, None, :] @ rows
    return out.reshape(shape[:axis] + shape[axis + 1 :])


def leave_one_out(tensor: Floats, chances: Mapping[int, Floats], axes: Sequence[int]) -> dict[int, Floats]:
    """For each of ``axes``, the tensor with all the other axes among them summed out.

    ``axes`` ascend; ``chances[axis]`` is (S, A). Axes not among them stay, in their order.
    """
    if len(axes) == 1:
        return {axes[0]: tensor}
    half = len(axes) // 2
    left, right = list(axes[:half]), list(axes[half:])
    found: dict[int, Floats] = {}
    found.update(leave_one_out(_sum_all(tensor, right, chances), chances, left))
    shrunk = _sum_all(tensor, left, chances)
    moved = {axis - len(left): axis for axis in right}
    inner = leave_one_out(shrunk, {new: chances[old] for new, old in moved.items()}, list(moved))
    found.update({moved[new]: each for new, each in inner.items()})
    return found


def _sum_all(tensor: Floats, axes: Sequence[int], chances: Mapping[int, Floats]) -> Floats:
    """All of some axes summed out; adjoining ones of small size at once."""
    for axis in reversed(list(axes)):
        tensor = sum_out(tensor, axis, chances[axis])
    return tensor
