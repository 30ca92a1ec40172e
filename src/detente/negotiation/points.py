"""Points that an arbiter would pick from the zone of agreement.

With utilities u_p, reservation values r_p, gains g_p = u_p - r_p and ideals h_p, the largest gain of a party within the
zone (u_p >= r_p for all p):

    Nash                the largest product of gains (Nash 1950)
    Kalai-Smorodinsky   the largest least share g_p / h_p of the ideal gain (Kalai & Smorodinsky 1975)
    egalitarian         the largest least gain (Kalai 1977); needs utilities that can be compared
    utilitarian         the largest sum of utilities; needs utilities that can be compared

A discrete domain seldom has an outcome with equal shares or equal gains, so the least is maximised, then the second
least, and so on (leximin, Imai 1983): the pick is on the frontier. A party that can gain nothing in the zone (h_p = 0)
is left out of products, shares and gains. Where no outcome leaves all others a gain, the product is 0 everywhere and
there is no Nash point.

Every point lies on the frontier, so only frontier outcomes are looked at. Values within 1e-12 of the best (relative to
it, or to the largest ideal gain) count as tied, and all tied outcomes are told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SLACK = 1e-12
NAMES = ("Nash", "Kalai-Smorodinsky", "egalitarian", "utilitarian")


@dataclass(frozen=True, eq=False)
class Point:
    """``rows`` of the frontier that are picked, all equally good; ``value`` is what was maximised."""

    name: str
    rows: np.ndarray
    value: float


@dataclass(frozen=True, eq=False)
class Zone:
    """The frontier's part of the zone: ``rows`` of it, the ``ideal`` gain (P,) of each party, and the points."""

    rows: np.ndarray
    ideal: np.ndarray
    points: dict[str, Point]

    def picks(self) -> dict[int, list[str]]:
        """Row of the frontier -> names of the points that it is, each point at the first of its rows."""
        found: dict[int, list[str]] = {}
        for name, point in self.points.items():
            found.setdefault(int(point.rows[0]), []).append(name)
        return found


def zone(utilities: np.ndarray, reservation: np.ndarray) -> Zone:
    """The points of a frontier with utilities (M, P) and reservation values (P,); none where the zone is empty."""
    rows = np.flatnonzero((utilities >= reservation).all(axis=1))
    if len(rows) == 0:
        return Zone(rows, np.zeros(len(reservation)), {})
    worth = utilities[rows]
    gains = worth - reservation
    ideal = gains.max(axis=0)
    able = ideal > 0
    some, most = gains[:, able], ideal[able]
    total = worth.sum(axis=1)
    picked = {
        "Nash": _product(some / most, float(np.prod(most))),
        "Kalai-Smorodinsky": _leximin(some / most),
        "egalitarian": _leximin(some),
        "utilitarian": (_best(total, float(np.abs(total).max())), float(total.max())),
    }
    points = {name: Point(name, rows[one[0]], one[1]) for name, one in picked.items() if one is not None}
    return Zone(rows, ideal, points)


def _best(values: np.ndarray, scale: float) -> np.ndarray:
    return np.flatnonzero(values >= values.max() - SLACK * scale)


def _product(shares: np.ndarray, unit: float) -> tuple[np.ndarray, float] | None:
    """The largest product of shares, in logs so that many parties do not underflow; ``unit`` is that of gains."""
    if shares.shape[1] == 0:
        return None
    with np.errstate(divide="ignore"):
        logs = np.log(shares).sum(axis=1)
    if logs.max() == -np.inf:
        return None
    return _best(logs, 1.0), float(np.exp(logs.max())) * unit


def _leximin(values: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The largest least value, then the largest second least, .."""
    if values.shape[1] == 0:
        return None
    ascending = np.sort(values, axis=1)
    scale = float(values.max())
    left = np.arange(len(values))
    for column in ascending.T:
        left = left[_best(column[left], scale)]
    return left, float(ascending[left, 0].min())
