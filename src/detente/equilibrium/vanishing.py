"""Whether a direction vanishes between two points of a branch: what tells a branch point from a step across a gap.

At a point (V, p) with tangent t let B be the derivative bordered with the point's own tangent,

    B = [ R   q ]        R = G_V, q = G_p, both on values relative to the first state,
        [  t^T  ]        t^T the row that reads <t, .>.

B is regular at every regular point, folds among them, and singular at bifurcations alone. Bordered with another row it
would also be singular where the branch turns away from that row, as it does round the corner of an *imperfect*
bifurcation: two branches that nearly meet, each without any branch point. From one point of a branch to the next, B
moves little, so that the eigenvalues of ``B_1^-1 B_2`` lie near 1. One left of zero tells that a direction has vanished
between the two. The count sees what the sign of a determinant does not: two directions at once, as where three equal
alternatives cease to be used alike. A vanished direction is real, but of several nearly equal ones rounding makes
complex pairs; so all count that lie nearer to the negative half of the real line than to the imaginary one. A complex
pair of G_V that crosses the imaginary axis leaves B regular, and is none.

The eigenvalues do not depend on units, nor does the smallest singular value once rows and columns are of length one.
Dense, and so for small games only: beyond ``MOST`` unknowns it would cost more than the step.
Reference: Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria, 2000, chapter 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.spectrum import relative

if TYPE_CHECKING:
    from detente.equilibrium.bordered import Metric, Way
    from detente.equilibrium.derivative import Derivative
    from detente.equilibrium.pattern import Floats
    from detente.equilibrium.spectrum import Complexes

MOST = 200  # unknowns


def border(slope: Derivative, by_p: Floats, way: Way, metric: Metric) -> Floats | None:
    """B at a point with tangent ``way``; None for a large game."""
    if np.prod(slope.shape) > MOST:
        return None
    row = np.append(metric.read(way.value)[1:].reshape(-1), way.p)
    column = (by_p[1:] - by_p[0]).reshape(-1, 1)
    out: Floats = np.vstack([np.hstack([relative(slope), column]), row])
    return out


def vanished(one: Floats, other: Floats) -> int:
    """How many directions vanish between two points, by their B; 0 where one of them is singular to the last digit."""
    values = _ratio(one, other)
    return int(np.sum(values.real < -np.abs(values.imag)))


def nearest(one: Floats, other: Floats) -> float:
    """The real part of the eigenvalue of B_1^-1 B_2 nearest to zero: 0 where a direction vanishes at point 2."""
    values = _ratio(one, other)
    return float(values[np.argmin(np.abs(values))].real)


def smallest(matrix: Floats) -> float:
    """The smallest singular value of B over its largest, its columns and rows brought to length one."""
    scaled = matrix / _lengths(matrix, 0)
    scaled = scaled / _lengths(scaled, 1)
    values = np.linalg.svd(scaled, compute_uv=False)
    return float(values[-1] / values[0])


def _ratio(one: Floats, other: Floats) -> Complexes:
    try:
        return np.linalg.eigvals(np.linalg.solve(one, other)).astype(np.complex128)
    except np.linalg.LinAlgError:  # singular to the last digit, or not finite
        return np.array([complex(np.nan)])


def _lengths(matrix: Floats, axis: int) -> Floats:
    found: Floats = np.linalg.norm(matrix, axis=axis, keepdims=True)
    return np.where(found > 0.0, found, 1.0)
