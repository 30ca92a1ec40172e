"""Who would agree to what: the zone of agreement, the win-set, vetoes, the points that an arbiter would pick.

From a table of gains, packages by actors, against the state of things now (the reservation value: gain 0):

    zone of agreement   the packages in which all who must agree gain, parties and those who must consent
    refusal             a package in which an actor does not gain; the win-set of an actor is all it does not refuse
    veto                a package that one actor alone refuses, of those who must agree
    nearest             the package with the fewest refusals, of these the one whose largest loss is smallest
    frontier            the packages that nobody can better without making another worse off
    points              Nash, Kalai-Smorodinsky, egalitarian, within the zone (:mod:`detente.negotiation.points`)

Nash and Kalai-Smorodinsky need no comparison between actors; `nearest` and the egalitarian point do: they take payoffs
as one scale, on which 1 is about what a government would pay in a month to be rid of its main grievance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from detente.negotiation.dominance import undominated
from detente.negotiation.points import zone

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTIES, ALL = "parties", "all who must agree"  # between whom a point is picked
NEAREST = "nearest"
NOTHING = 0.01  # payoff: gains are known to about as much, and a smaller loss is none to speak of
POINTS = ("Nash", "Kalai-Smorodinsky", "egalitarian")


def accepted(gains: np.ndarray, who: Sequence[int]) -> np.ndarray:
    """(..., P) bool: the packages in which all of them gain; gains (..., P, N)."""
    return np.asarray((gains[..., list(who)] > 0).all(axis=-1))


def moved(gain: float) -> Literal["gain", "neither", "loss"]:
    """Whether an actor gains, loses, or does not gain and loses less than gains are known to."""
    return "gain" if gain > 0 else "neither" if gain >= -NOTHING else "loss"


def losers(gains: np.ndarray, who: Sequence[int]) -> list[int]:
    """Which of them lose by one package, gains (N,), the largest loss first."""
    return sorted((actor for actor in who if moved(gains[actor]) == "loss"), key=lambda actor: float(gains[actor]))


def unmoved(gains: np.ndarray, who: Sequence[int]) -> list[int]:
    """Which of them do not gain by one package, and lose less by it than gains are known to."""
    return [actor for actor in who if moved(gains[actor]) == "neither"]


def refusals(gains: np.ndarray) -> np.ndarray:
    """(..., N) the share of packages in which each does not gain."""
    return np.asarray((gains <= 0).mean(axis=-2))


def vetoes(gains: np.ndarray, who: Sequence[int]) -> np.ndarray:
    """(..., N) in how many packages each is the only one of ``who`` that does not gain; 0 for the others."""
    against = gains[..., list(who)] <= 0
    found = np.zeros((*gains.shape[:-2], gains.shape[-1]), dtype=np.int64)
    found[..., list(who)] = (against & (against.sum(axis=-1, keepdims=True) == 1)).sum(axis=-2)
    return found


def nearest(gains: np.ndarray, who: Sequence[int]) -> int:
    """The row of the package (P, N) that the fewest refuse, of these the one with the smallest largest loss."""
    asked = gains[:, list(who)]
    return int(np.lexsort((-asked.min(axis=1), (asked <= 0).sum(axis=1)))[0])


def frontier(gains: np.ndarray, who: Sequence[int]) -> np.ndarray:
    """(P,) bool: the packages that no other betters for one of them without being worse for another."""
    return undominated(np.ascontiguousarray(gains[:, list(who)]))


def points(gains: np.ndarray, within: np.ndarray, who: Sequence[int]) -> dict[str, int]:
    """Point -> row: what an arbiter between them would pick within a part (P,) bool of the packages; none: nothing.

    Of packages that are equally good the first stands for all.
    """
    rows = np.flatnonzero(within)
    found = zone(gains[rows][:, list(who)], np.zeros(len(who))).points
    return {name: int(rows[found[name].rows[0]]) for name in POINTS if name in found}


def labelled(points: dict[str, dict[str, int]]) -> dict[int, str]:
    """Row -> the points that it is: 'Nash, egalitarian'; 'Nash of the parties' where it is not that of all as well."""
    found: dict[int, list[str]] = {}
    for name in POINTS:
        one, other = points[PARTIES].get(name), points[ALL].get(name)
        for row, label in ((one, "of the parties"), (other, "of all")):
            told = name if one == other else f"{name} {label}"
            if row is not None and told not in found.setdefault(row, []):
                found[row].append(told)
    return {row: ", ".join(names) for row, names in found.items()}


def mending(gains: np.ndarray, deal: np.ndarray, near: np.ndarray, blocker: int, who: Sequence[int]) -> np.ndarray:
    """Of the rows ``near``, those in which the blocker of a deal (N,) gains and all who gained by the deal still do."""
    still = [actor for actor in who if deal[actor] > 0]
    return np.asarray(near[accepted(gains[near], [blocker, *still])])
