r"""Crossings that the determinant's sign does not tell: several at one point, or several within one step.

Where two branches cross the principal one at once, as in games with symmetries, the determinant touches zero and keeps
its sign; so it does over a step that passes two bifurcations. Between two points with bordered derivatives A0 and A1,
(1 - t) A0 + t A1 is singular at t in (0, 1) exactly where A0^-1 A1 has the eigenvalue (t - 1) / t < 0, as often as
directions vanish there. So the eigenvalues near the negative axis are counted. If there are more than the sign tells,
the step is halved until each arc holds one crossing, which its sign tells, or none, or a point where several vanish at
once. That point is the zero of

    g(s) = 1 / (v . A(s)^-1 A0 v),      v an eigenvector of A0^-1 A1 of such an eigenvalue,

which changes sign where A is singular, however many directions vanish; the null space there is counted by singular
values. If fewer vanish there than were counted in the arc, what lies on either side of it is looked through likewise.

In games whose matrix is not kept (:mod:`detente.equilibrium.homotopy.linear`), where the eigenvalues would cost more
than the step itself, g is taken for the direction v that A0 shortens most.

Not seen: a direction that vanishes twice within one step, there and back; arcs that cannot be halved; and, where the
matrix is not kept, what vanishes beside the nearest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dgeev, dgetrf, dgetrs

from detente.equilibrium.homotopy.special import Arc, Special, bifurcation, root
from detente.equilibrium.homotopy.ways import answer, around, inner, nearest, together, vanishing

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.path import Stand, Walker
    from detente.game.stochastic import Floats

DEEP = 14  # halvings of a step
EARLY = 3  # halvings after which a point of several crossings is looked for
NEXT = 1e-7  # length: nothing nearer to a point of several crossings is told from it
NEAR = 1e-9  # of g at the start of its arc: zero


def crossings(one: Stand, other: Stand) -> int:
    """How many directions vanish between two points, if the derivative changes evenly; 0 where it is not looked."""
    ratio = _ratio(one, other)
    if ratio is None or _near_one(ratio):
        return 0
    real, imaginary = dgeev(ratio, compute_vl=0, compute_vr=0)[:2]
    return int(np.count_nonzero((real < 0.0) & (np.abs(imaginary) <= -real)))


def _ratio(one: Stand, other: Stand) -> Floats | None:
    """A0^-1 A1."""
    if one.matrix is None or other.matrix is None:
        return None
    factors, pivots, singular = dgetrf(one.matrix)
    if singular:
        return None
    found: Floats = dgetrs(factors, pivots, other.matrix)[0]
    return found if np.isfinite(found).all() else None


def _near_one(ratio: Floats) -> bool:
    """Whether it is so near to the identity that all its eigenvalues lie within 1 of 1."""
    apart = ratio.ravel("K").copy()
    apart[:: len(ratio) + 1] -= 1.0
    return float(apart @ apart) < 1.0


def beside(walker: Walker, one: Stand, other: Stand) -> list[Special] | None:
    """In a large system, the bifurcation at which the direction vanishes that is nearest to it at a point; None where
    it does not vanish before the other point, and nothing where it does and is not found.
    """
    found = None if one.linear is None else nearest(walker, one.linear)
    if found is None or other.linear is None:
        return None
    x, pushed = found

    def measure(stand: Stand) -> float:
        after = None if stand.linear is None else answer(walker, stand.linear, pushed)
        return 0.0 if after is None else inner(walker, x, x) / inner(walker, x, after)

    if measure(other) >= 0.0:
        return None
    there = root(walker, one, other, measure, NEAR)
    count = 0 if there is None else together(walker, there)
    return [] if there is None or count < 2 else [Special("bifurcation", there, together=count)]


def hidden(walker: Walker, one: Stand, other: Stand, depth: int = 0) -> list[Special]:
    """The bifurcations between two points of a branch, in order, also those of which the sign tells nothing."""
    count, odd = crossings(one, other), one.sign != other.sign
    if count <= 1:
        found = bifurcation(walker, one, other) if odd else None
        return [] if found is None else [found]
    arc = Arc(walker, one, other)
    if depth >= EARLY and (depth - EARLY) % 4 == 0 and (several := _several(walker, one, other)) is not None:
        sides = _sides(arc, several, count)
        if sides is None:
            return [several]
        return [*hidden(walker, one, sides[0], depth + 1), several, *hidden(walker, sides[1], other, depth + 1)]
    middle = next((at for share in (0.5, 0.4, 0.6) if (at := arc.at(share)) is not None and at.sign != 0.0), None)
    if middle is None or depth >= DEEP:
        found = bifurcation(walker, one, other) if odd else None
        return [] if found is None else [found]
    return hidden(walker, one, middle, depth + 1) + hidden(walker, middle, other, depth + 1)


def _sides(arc: Arc, several: Special, count: int) -> tuple[Stand, Stand] | None:
    """Points next to it on either side, between which nothing else vanishes; None where no more is to be found."""
    if several.together >= count:
        return None
    middle = float(arc.row.x @ (several.stand.place - arc.one.place).x) / arc.length
    apart, found = 0.2, None
    while apart * arc.length > NEXT:
        if apart < middle < 1.0 - apart:
            ends = arc.at(middle - apart), arc.at(middle + apart)
            if ends[0] is not None and ends[1] is not None and ends[0].sign != 0.0 != ends[1].sign:
                found = ends[0], ends[1]
                if crossings(*found) <= several.together:
                    break
        apart /= 5.0
    return found


def _several(walker: Walker, one: Stand, other: Stand) -> Special | None:
    """The point between two where several directions vanish at once, if there is one."""
    ratio = _ratio(one, other)
    if ratio is None or one.matrix is None:
        return None
    sizes, vectors = np.linalg.eig(ratio)
    v = vectors[:, int(np.argmax(np.where(sizes.real < 0.0, -sizes.real / np.abs(sizes), 0.0)))].real
    pushed = one.matrix @ v

    def measure(stand: Stand) -> float:
        with np.errstate(all="ignore"):
            answer = float(v @ dgetrs(*dgetrf(stand.matrix)[:2], pushed)[0])
        return float(v @ v) / answer if np.isfinite(answer) and answer != 0.0 else 0.0

    if not measure(other) < 0.0:
        return None
    found = root(walker, one, other, measure, NEAR)
    if found is None:
        return None
    plane = vanishing(walker, found)
    return Special("bifurcation", found, around(walker, found, plane), together=len(plane)) if len(plane) > 1 else None
