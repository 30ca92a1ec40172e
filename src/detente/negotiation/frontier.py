"""The Pareto frontier of a domain: the outcomes that nobody can better without making another worse off.

An outcome is on it if no other is at least as good for everybody and better for somebody; outcomes that are worth the
same to everybody are all on it, or none. What lies below somebody's reservation value is outside the zone of agreement;
the frontier of the zone is the part of the frontier inside it, since whatever dominates an outcome of the zone is in
the zone too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.negotiation.domain import Linear
from detente.negotiation.dominance import ranked, undominated
from detente.negotiation.sums import undominated_sums

if TYPE_CHECKING:
    from detente.negotiation.domain import Domain

MOST_TOLD = 1_000_000  # outcomes of a frontier; where ties make more, one for each vector of utilities


@dataclass(frozen=True, eq=False)
class Frontier:
    """``choices`` (M, I) and ``utilities`` (M, P), best first for the first party, ties in the order of the issues.

    ``count`` outcomes are on it, with ``distinct`` vectors of utilities; M is ``count``, or ``distinct`` where there
    are too many ties. ``zone_only``: only what is inside the zone of agreement was built.
    """

    choices: np.ndarray
    utilities: np.ndarray
    count: int
    distinct: int
    zone_only: bool = False

    def __len__(self) -> int:
        return len(self.choices)


def frontier(domain: Domain, *, zone_only: bool = False, most: int = MOST_TOLD) -> Frontier:
    """The frontier of a domain; with ``zone_only``, of its zone of agreement.

    Raises :class:`~detente.negotiation.sums.TooLarge` where a linear domain has too large a frontier.
    """
    floor = domain.floor if zone_only else None
    if isinstance(domain.utilities, Linear):
        built = undominated_sums(domain.utilities, floor)
        choices, nodes = built.paths(most)
        utilities, distinct = domain.utilities.worth(built.sums)[nodes], len(built.sums)
        count = int(built.outcomes.sum())
    else:
        points = domain.utilities.utilities
        within = np.arange(len(points)) if floor is None else np.flatnonzero((points >= floor).all(axis=1))
        on = within[undominated(points[within])]
        choices, utilities = domain.utilities.choices[on], points[on]
        count, distinct = len(on), int(ranked(utilities)[1].sum())
    order = np.lexsort((*choices.T[::-1], *-utilities.T[::-1]))
    return Frontier(choices[order], utilities[order], count, distinct, zone_only)
