"""What leads on from a bifurcation: the directions that vanish there, and points on the branches that cross.

Where one direction vanishes, the null vector of the bordered derivative, a Newton step across it to either side leads
onto the branch that crosses. Where two do, the branches leave in directions of a plane that only higher derivatives
tell, and, where they cross slantwise, along the principal branch too: a circle of starts is tried, level, ahead and
behind, and what differs is kept. So there may be more ways on than are found. For three and more none are looked for.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.homotopy.direction import Direction
from detente.equilibrium.homotopy.path import Stand, Walker, bare

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.linear import Linear

TIGHT = 1e-10  # tolerance of the points
ASIDE = (0.1, 0.03, 0.3, 0.01)  # lengths tried across a bifurcation
ZERO = 1e-7  # a singular value, of rows and columns of length about one, that is zero
CROSSED = 1e-7  # what is left of a direction that vanishes, at a bifurcation that is located
TRIED, SAME = 12, 1e-3  # starts from which vanishing directions are counted; singular values of those that are the same
STARTS = 24  # directions tried in a plane
AHEAD = (0.0, 5.0, -5.0)  # and how far along the branch, over how far across it
APART = 0.2  # between two ways on, of length one beside the branch


def turns(walker: Walker, stand: Stand) -> tuple[Stand, ...]:
    """Points on the branch that crosses where one direction vanishes, on both sides, the lower first."""
    linear = walker.linear(stand.place, walker.row(stand.tangent))
    if linear is None:
        return ()
    aside = _null(walker, linear, stand) if linear.matrix is None else _vectors(linear)[-1][1]
    if aside is None or walker.length(aside) == 0.0:
        return ()
    aside = aside * (1.0 / walker.length(aside))
    found = [_turn(walker, stand, aside * sign) for sign in (1.0, -1.0)]
    return _upward([each for each in found if each is not None])


def crossed(walker: Walker, stand: Stand) -> bool:
    """Whether branches cross at a point at which the derivative, bordered by some row, is singular.

    It is singular at a regular point too, if the tangent there lies across the row, as on the way from one branch to
    another that it nearly meets. So it is bordered by the direction that vanishes: only where two vanish without a
    border is it singular again.
    """
    first = walker.linear(stand.place, walker.row(stand.tangent))
    found = None if first is None else nearest(walker, first)
    if found is None:
        return True  # as singular as numbers can tell
    aside = found[0]
    if walker.length(aside) == 0.0:
        return False
    second = walker.linear(stand.place, walker.row(aside * (1.0 / walker.length(aside))))
    found = None if second is None else nearest(walker, second)
    return found is None or inner(walker, found[0], found[0]) >= CROSSED**-2


def nearest(walker: Walker, linear: Linear, rounds: int = 4, seed: int = 0) -> tuple[Direction, Direction] | None:
    """x and w, w of length one and A x = w: x is nearly the direction that a bordered derivative A shortens most.

    By inverse iteration; None where numbers are not finite. Lengths measure values and the precision by the span, so
    that all are numbers as log odds are.
    """
    system, rng = walker.system, np.random.default_rng(seed)
    w = Direction(np.where(system.free, rng.normal(size=system.free.shape), 0.0), np.zeros_like(walker.origin), 0.0)
    while True:
        w, rounds = w * (1.0 / math.sqrt(inner(walker, w, w))), rounds - 1
        x = answer(walker, linear, w)
        if x is None or not rounds:
            return None if x is None else (x, w)
        w = x


def together(walker: Walker, stand: Stand) -> int:
    """How many directions vanish at a point of a large system, TRIED at most."""
    linear, found = walker.linear(stand.place, walker.row(stand.tangent)), list[np.ndarray]()
    for seed in range(TRIED):
        one = None if linear is None else nearest(walker, linear, seed=seed)
        if one is not None and inner(walker, one[0], one[0]) >= CROSSED**-2:
            x = np.concatenate([one[0].u.ravel(), one[0].value.ravel() / walker.span])
            found.append(x / np.linalg.norm(x))
    return int(np.count_nonzero(np.linalg.svd(np.stack(found), compute_uv=False) > SAME)) if found else 0


def answer(walker: Walker, linear: Linear, right: Direction) -> Direction | None:
    """x with A x = right, whose precision counts for the row's right side; None where numbers are not finite."""
    with np.errstate(all="ignore"):
        x = linear.solve(right.u, right.value, right.lam * walker.span)
    size = inner(walker, x, x)
    return x if 0.0 < size < np.inf else None


def inner(walker: Walker, one: Direction, other: Direction) -> float:
    """Of two directions, values measured by the span and the precision over it."""
    along = one.lam * other.lam * walker.span**2
    return float((one.u * other.u).sum() + (one.value * other.value).sum() / walker.span**2 + along)


def vanishing(walker: Walker, stand: Stand) -> list[Direction]:
    """The directions that vanish at a point, of length one and square to each other."""
    linear = walker.linear(stand.place, walker.row(stand.tangent))
    found = list[Direction]()
    for size, aside in _vectors(linear) if linear is not None else ():
        if size <= ZERO:
            for each in found:
                aside = aside - each * walker.dot(aside, each)
            found.append(aside * (1.0 / walker.length(aside)))
    return found


def around(walker: Walker, stand: Stand, plane: list[Direction]) -> tuple[Stand, ...]:
    """Points on branches that lead on from where two directions vanish, as far as found; none where more do."""
    if len(plane) != 2:
        return ()
    found, ways = list[Stand](), list[Direction]()
    for angle, ahead in product(2 * np.pi * np.arange(STARTS) / STARTS, AHEAD):
        aside = plane[0] * np.cos(angle) + plane[1] * np.sin(angle)
        one = _turn(walker, stand, aside, ahead)
        if one is None:
            continue
        way = _beside(walker, stand, one)
        if all(walker.length(way - each) > APART for each in ways):
            nearer, _ = walker.correct(stand.place + (one.place - stand.place) * 0.25, walker.row(way), TIGHT, most=30)
            if nearer is not None and walker.length(_beside(walker, stand, nearer) - way) <= APART:
                found.append(one)
                ways.append(way)
    return _upward(found)


def _upward(found: list[Stand]) -> tuple[Stand, ...]:
    """Those at lower precision first, without factors, which results would keep."""
    return tuple(sorted((bare(stand) for stand in found), key=lambda stand: stand.lam))


def _beside(walker: Walker, stand: Stand, other: Stand) -> Direction:
    """Which way another point lies, seen along the branch: of length one."""
    way = other.place - stand.place
    way = way - stand.tangent * walker.dot(way, stand.tangent)
    return way * (1.0 / max(walker.length(way), np.finfo(float).tiny))


def _vectors(linear: Linear) -> list[tuple[float, Direction]]:
    """Singular values of the matrix, made even, from large to small, and their directions, not of length one."""
    assert linear.matrix is not None  # as asked for in small systems only
    across = np.linalg.norm(linear.matrix, axis=0)
    even = linear.matrix / across
    even = even / np.linalg.norm(even, axis=1, keepdims=True)
    _, sizes, rows = np.linalg.svd(even)
    return [(float(size), linear.direction(row / across)) for size, row in zip(sizes, rows, strict=True)]


def _null(walker: Walker, linear: Linear, stand: Stand) -> Direction | None:
    """The direction in which the bordered derivative nearly vanishes, of length one."""
    rng = np.random.default_rng(0)
    free = walker.system.free
    x = Direction(np.where(free, rng.normal(size=free.shape), 0.0), rng.normal(size=stand.place.value.shape), 0.0)
    for _ in range(4):
        with np.errstate(all="ignore"):
            x = linear.solve(x.u, x.value, x.lam)
        size = float(np.linalg.norm(x.x))
        if not np.isfinite(size) or size == 0.0:
            return None
        x = x * (1.0 / size)
    return x


def _turn(walker: Walker, stand: Stand, aside: Direction, ahead: float = 0.0) -> Stand | None:
    """A point on the crossing branch, and which way it leads from the bifurcation."""
    for length in ASIDE:
        start = stand.place + (aside + stand.tangent * ahead) * length
        found, _ = walker.correct(start, walker.row(aside), TIGHT, most=30, slow=0.9)
        if found is None:
            continue
        along = walker.dot(found.place - stand.place, stand.tangent)
        same, _ = walker.correct(stand.place + stand.tangent * along, walker.row(stand.tangent), TIGHT, most=12)
        if walker.length(found.place - (same or stand).place) > length / 2:
            return found
    return None
