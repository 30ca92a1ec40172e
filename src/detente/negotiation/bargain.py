"""What could be agreed: the zone of agreement, the Pareto frontier, and the points that an arbiter would pick."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.negotiation.domain import Domain, Linear
from detente.negotiation.frontier import Frontier, frontier
from detente.negotiation.outcomes import in_zone
from detente.negotiation.points import NAMES, Zone, zone
from detente.negotiation.saying import paragraph
from detente.negotiation.sums import TooLarge
from detente.problems import takes
from detente.version import VERSION

if TYPE_CHECKING:
    import altair as alt
    import xarray as xr


MOST_LISTED = 1000  # outcomes of the frontier, and tied ones of a point, in JSON


@dataclass(frozen=True, eq=False)
class Bargain:
    """The answer. ``frontier`` holds the undominated outcomes, ``zone`` those of them in the zone of agreement.

    ``in_zone`` is how many outcomes of the whole domain are in the zone; None where they were too many to count.
    ``remarks`` tell what was left out or assumed.
    """

    domain: Domain
    frontier: Frontier
    zone: Zone
    in_zone: int | None
    remarks: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether no outcome is worth its reservation value to everybody."""
        return len(self.zone.rows) == 0

    @property
    def data(self) -> xr.Dataset:
        """The frontier as labelled arrays.

        ``utility`` (outcome, party), ``value`` (outcome, issue), ``in_zone`` (outcome), ``reservation`` and ``ideal``
        (party; utilities, nan in an empty zone), ``picked`` (point, outcome).
        """
        import xarray as xr

        domain, front = self.domain, self.frontier
        values = [np.array(issue.values, dtype=object)[column] for issue, column in
                  zip(domain.issues, front.choices.T, strict=True)]  # fmt: skip
        picked = np.zeros((len(NAMES), len(front)), dtype=bool)
        for n, name in enumerate(NAMES):
            if name in self.zone.points:
                picked[n, self.zone.points[name].rows] = True
        within = np.zeros(len(front), dtype=bool)
        within[self.zone.rows] = True
        return xr.Dataset(
            {
                "utility": (("outcome", "party"), front.utilities),
                "value": (("outcome", "issue"), np.stack(values, axis=1)),
                "in_zone": (("outcome",), within),
                "reservation": (("party",), domain.floor),
                "ideal": (("party",), domain.floor + (np.nan if self.empty else self.zone.ideal)),
                "picked": (("point", "outcome"), picked),
            },
            coords={"party": list(domain.parties), "issue": [i.name for i in domain.issues], "point": list(NAMES)},
            attrs=_plain(self._provenance()),
        )

    def point(self, name: str) -> dict[str, Any] | None:
        """A point as plain data: its outcome, utilities, gains, and how many are as good; None where there is none."""
        if name not in self.zone.points:
            return None
        one = self.zone.points[name]
        row = int(one.rows[0])
        return {
            **self._outcome(row),
            "value": one.value,
            "gains": _by_party(self.domain, self.frontier.utilities[row] - self.domain.floor),
            "tied": len(one.rows),
            "also": [self._outcome(int(n)) for n in one.rows[1:MOST_LISTED]],
        }

    def summary(self) -> str:
        """The answer in one plain paragraph."""
        return paragraph(self)

    def chart(self) -> alt.TopLevelMixin:
        """Outcomes, frontier and points: one panel for two parties, a panel a pair for up to five, else lines."""
        from detente.negotiation.picture import picture

        return picture(self)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data: summary, findings, provenance."""
        domain, front = self.domain, self.frontier
        worth = domain.floor + self.zone.ideal
        findings = {
            "parties": [
                {
                    "name": party,
                    "reservation": float(domain.floor[n]),
                    "states_reservation": bool(np.isfinite(domain.reservation[n])),
                    "ideal": None if self.empty else float(worth[n]),
                }
                for n, party in enumerate(domain.parties)
            ],
            "issues": [{"name": issue.name, "values": len(issue.values)} for issue in domain.issues],
            "outcomes": domain.size,
            "zone": {"empty": self.empty, "outcomes": self.in_zone, "on_frontier": len(self.zone.rows)},
            "frontier": {
                "count": front.count,
                "distinct": front.distinct,
                "zone_only": front.zone_only,
                "listed": min(len(front), MOST_LISTED),
                "outcomes": [self._outcome(n) for n in range(min(len(front), MOST_LISTED))],
            },
            "points": {name: self.point(name) for name in NAMES},
        }
        return {"summary": self.summary(), "findings": findings, "provenance": self._provenance()}

    def to_json(self) -> str:
        """The same as JSON; what is not known is null."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def _outcome(self, row: int) -> dict[str, Any]:
        return {
            "outcome": self.domain.outcome(self.frontier.choices[row]),
            "utilities": _by_party(self.domain, self.frontier.utilities[row]),
        }

    def _provenance(self) -> dict[str, Any]:
        linear = isinstance(self.domain.utilities, Linear)
        return {
            "domain": self.domain.name,
            "version": VERSION,
            "sources": [{"file": file, "sha256": digest} for file, digest in self.domain.sources],
            "utilities": "linear-additive" if linear else "listed outcome by outcome",
            "method": "frontier built issue by issue" if linear else "frontier of the listed outcomes",
            "remarks": list(self.remarks),
        }

    def __repr__(self) -> str:
        return f"<Bargain over {self.domain.name!r}: {self.frontier.count:,} of {self.domain.size:,} on the frontier>"


@takes(Domain, "get one by read_domain('market.csv')")
def negotiate(domain: Domain) -> Bargain:
    """The zone of agreement of a domain, its Pareto frontier, and the points an arbiter would pick.

    An empty zone is an answer, not an error. DetenteError where even the zone's frontier is too large to be built.
    """
    remarks = list(domain.remarks)
    silent = [party for party, stated in zip(domain.parties, domain.reservation, strict=True) if np.isnan(stated)]
    if silent:
        who = "Nobody" if len(silent) == len(domain.parties) else "Not everybody"
        remarks.append(f"{who} states a reservation value; the lowest utility stands in for {_some(silent)}.")
    try:
        front = frontier(domain)
    except TooLarge:
        front = frontier(domain, zone_only=True)
        remarks.append("The whole frontier is too large; the part of it in the zone of agreement was built.")
    if len(front) < front.count:
        remarks.append(f"{front.count:,} outcomes are on the frontier; of those worth the same to all, one is kept.")
    found = zone(front.utilities, domain.floor)
    return Bargain(domain, front, found, in_zone(domain), tuple(remarks))


def _some(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _by_party(domain: Domain, numbers: np.ndarray) -> dict[str, float]:
    return {party: float(x) for party, x in zip(domain.parties, numbers, strict=True)}


def _plain(made: dict[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in made.items()}  # fmt: skip
