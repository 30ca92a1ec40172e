"""Which of many points are undominated: the Pareto frontier of a set in any number of dimensions.

A point is dominated if another is at least as good for everybody and better for somebody. Points that are equal to each
other stand or fall together: all of them are kept, or none. Nothing is rounded: the answer is exact for the numbers
given.

1. A few champions, the points with the largest sums of (scaled) utilities, strike out most of a large set. A sum of
   floating-point numbers is monotone, so a larger sum with nothing smaller is a sure sign of dominance.
2. Of what is left, distinct points are put in lexicographic order, best first, so that a dominator always comes before
   what it dominates, and the first dimension need not be compared any more.
3. Two dimensions: a point stands if it exceeds the running maximum of the second (Kung, Luccio & Preparata 1975).
   Three: a sweep with the staircase of the second and third. More: divide and conquer (Bentley 1980): the second
   half's frontier is struck out by the first's, both halved at a value of the next dimension, so that one of the four
   parts needs no comparison and one a dimension less; in two dimensions that is a search in running maxima, and small
   parts are compared all with all, in small whole numbers (ranks), for which processors have wide instructions.

Cost: N log N in up to three dimensions, N (log N)^(P - 2) beyond; with many parties hardly better than all with all.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

CHAMPIONS = 200
FEW = 2000  # points that are not worth a champion
BLOCK, PAIRS = 512, 1 << 16  # points, and pairs of points, that are compared all with all


def undominated(points: np.ndarray) -> np.ndarray:
    """Whether each of the points (N, P) is undominated, (N,) bool; larger is better; P at least 1, no nan."""
    count, dimensions = points.shape
    stands = np.zeros(count, dtype=bool)
    if count == 0:
        return stands
    left = _champions(points) if count > FEW else np.arange(count)
    order, first = ranked(points[left])
    distinct = points[left[order[first]]]
    if dimensions <= 2:
        keep = _plane(distinct[:, -1])
    else:
        keep = _staircase(distinct) if dimensions == 3 else _divided(_ranks(distinct[:, 1:]))
    stands[left[order]] = keep[np.cumsum(first) - 1]
    return stands


def ranked(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lexicographic order (N,) of points, best first, and which of the ordered ones differ from the one before."""
    order = np.lexsort(-points.T[::-1])
    ordered = points[order]
    first = np.ones(len(points), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return order, first


def _champions(points: np.ndarray) -> np.ndarray:
    """Positions of the points that no champion dominates."""
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = np.where(high > low, high - low, 1.0)
    total = np.zeros(len(points))
    for column, least, by in zip(points.T, low, scaled, strict=True):
        total += (column - least) / by
    left = np.arange(len(points))
    columns = np.ascontiguousarray(points.T)
    used = -1.0 * np.inf
    for turn in range(CHAMPIONS):
        fresh = np.flatnonzero(total < used) if turn else left
        if len(left) <= FEW or len(fresh) == 0:
            break
        at = fresh[np.argmax(total[fresh])] if turn else int(np.argmax(total))
        used = total[at]
        struck = total < used
        for column in columns:
            struck &= column <= column[at]
        if turn > 20 and struck.sum() < len(left) // 1000:
            break
        left, total, columns = left[~struck], total[~struck], columns[:, ~struck]
    return left


def _plane(second: np.ndarray) -> np.ndarray:
    """Of distinct points in lexicographic order, by their last of at most two numbers."""
    keep = np.ones(len(second), dtype=bool)
    keep[1:] = second[1:] > np.maximum.accumulate(second)[:-1]
    return keep


def _staircase(points: np.ndarray) -> np.ndarray:
    """Of distinct points (M, 3) in lexicographic order; the staircase rises in the third as the second falls."""
    keep = np.zeros(len(points), dtype=bool)
    second: list[float] = []  # minus the second number, ascending
    third: list[float] = []  # ascending with it
    for n, (y, z) in enumerate(points[:, 1:].tolist()):
        at = bisect_left(second, -y)
        upto = at + 1 if at < len(second) and second[at] == -y else at
        best = third[upto - 1] if upto else -np.inf
        if best >= z:
            continue
        keep[n] = True
        end = at
        while end < len(third) and third[end] <= z:
            end += 1
        second[at:end], third[at:end] = [-y], [z]
    return keep


def _divided(ranks: np.ndarray) -> np.ndarray:
    """Of distinct points in lexicographic order, by their ranks (P - 1, M) in all dimensions but the first."""
    count = ranks.shape[1]
    if count <= BLOCK:
        return ~_covered_by_all(ranks, ranks, earlier=True)
    half = count // 2
    keep = np.concatenate([_divided(ranks[:, :half]), _divided(ranks[:, half:])])
    better, worse = np.flatnonzero(keep[:half]), half + np.flatnonzero(keep[half:])
    keep[worse[_covered(ranks[:, better], ranks[:, worse])]] = False
    return keep


def _covered(better: np.ndarray, worse: np.ndarray) -> np.ndarray:
    """Whether some column of ``better`` (D, F) is nowhere below each column of ``worse`` (D, B)."""
    dimensions, count = worse.shape
    if count == 0 or better.shape[1] == 0:
        return np.zeros(count, dtype=bool)
    if dimensions == 2:
        return _covered_in_plane(better, worse)
    if count * better.shape[1] <= PAIRS:
        return _covered_by_all(better, worse)
    low, pivot = worse[0].min(), np.partition(worse[0], count // 2)[count // 2]
    if pivot == low:
        above = worse[0][worse[0] > low]
        if len(above) == 0:
            return _covered(better[1:, better[0] >= low], worse[1:])
        pivot = above.min()
    upper, lower = np.flatnonzero(worse[0] >= pivot), np.flatnonzero(worse[0] < pivot)
    high, small = better[:, better[0] >= pivot], better[:, better[0] < pivot]
    covered = np.zeros(count, dtype=bool)
    covered[upper] = _covered(high, worse[:, upper])
    covered[lower] = _covered(high[1:], worse[1:, lower])
    lower = lower[~covered[lower]]
    covered[lower] = _covered(small, worse[:, lower])
    return covered


def _covered_in_plane(better: np.ndarray, worse: np.ndarray) -> np.ndarray:
    order = np.argsort(better[0])[::-1]
    highest = np.maximum.accumulate(better[1][order])
    beyond = len(order) - np.searchsorted(better[0][order[::-1]], worse[0])  # how many are not below in the first
    covered: np.ndarray = (beyond > 0) & (highest[beyond - 1] >= worse[1])
    return covered


def _covered_by_all(better: np.ndarray, worse: np.ndarray, *, earlier: bool = False) -> np.ndarray:
    """The same by comparing all with all; with ``earlier``, only with columns of smaller number."""
    covers = better[0][:, None] >= worse[0][None, :]
    for high, low in zip(better[1:], worse[1:], strict=True):
        covers &= high[:, None] >= low[None, :]
    covered: np.ndarray = (np.triu(covers, 1) if earlier else covers).any(axis=0)
    return covered


def _ranks(points: np.ndarray) -> np.ndarray:
    """Ranks (P, M) of the points' numbers within each dimension, as small whole numbers."""
    ranks = [np.unique(column, return_inverse=True)[1] for column in points.T]
    return np.ascontiguousarray(ranks).astype(np.min_scalar_type(max(len(points) - 1, 1)))
