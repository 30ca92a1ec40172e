"""Deals of a plain negotiation domain: :mod:`detente.negotiation`'s answer, told as those of all questions are.

Nothing is solved: the utilities are given, so there is one set of numbers and no draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.negotiation.bargain import Bargain, negotiate
from detente.negotiation.domain import Domain
from detente.negotiation.points import NAMES
from detente.negotiation.read import read_domain
from detente.questions.answer import Answer, Finding, Table

if TYPE_CHECKING:
    from pathlib import Path

    import altair as alt

MOST_SHOWN = 8  # parties in the table


@dataclass(frozen=True, eq=False)
class Bargained(Answer):
    """The answer about a domain; ``bargain`` has all its arrays."""

    bargain: Bargain

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        return f"{self.bargain.summary()}{self._nearest()}"

    def findings(self) -> list[Finding]:
        """The zone, the frontier, the points."""
        one = self.bargain
        empty = "The zone of agreement is empty."
        inside = empty if one.empty else "These outcomes are worth its reservation value to everybody."
        count = float("nan") if one.in_zone is None else float(one.in_zone)
        out = [
            Finding(inside, count, unit="outcomes"),
            Finding("These outcomes are on the Pareto frontier.", float(one.frontier.count), unit="outcomes"),
        ]
        for name in NAMES:
            found = one.point(name)
            if found is not None:
                out.append(Finding(f"{name}: {_told(found['outcome'])}.", found["value"], unit="what is maximised"))
        return out

    def table(self) -> Table:
        """Points by parties: utilities; first the reservation values."""
        domain, zone = self.bargain.domain, self.bargain.zone
        shown = domain.parties[:MOST_SHOWN]
        rows = [("reservation value", "", *(f"{worth:.4g}" for worth in domain.floor[:MOST_SHOWN]))]
        rows += [
            (", ".join(names), _told(domain.outcome(self.bargain.frontier.choices[row])),
             *(f"{worth:.4g}" for worth in self.bargain.frontier.utilities[row, :MOST_SHOWN]))
            for row, names in zone.picks().items()
        ]  # fmt: skip
        more = len(domain.parties) - len(shown)
        return Table(("point", "outcome", *shown), tuple(rows), f"{more} more parties in --json." if more else "", 2)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """Outcomes, frontier and points; its width is its own."""
        return self.bargain.chart()

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        made: dict[str, Any] = self.bargain.to_dict()["provenance"]
        return {"case": self.bargain.domain.name, "draws": 0, **made}

    def details(self) -> dict[str, Any]:
        """Parties, issues, zone, frontier and points with their outcomes."""
        return {"bargain": self.bargain.to_dict()["findings"]}

    def _nearest(self) -> str:
        """Of an empty zone: the outcome of the frontier with the smallest largest loss, and who refuses it."""
        one = self.bargain
        if not one.empty or not len(one.frontier):
            return ""
        gains = one.frontier.utilities - one.domain.floor
        row = int(gains.min(axis=1).argmax())
        against = [f"{party} ({gains[row, n]:+.4g})" for n, party in enumerate(one.domain.parties) if gains[row, n] < 0]
        outcome = _told(one.domain.outcome(one.frontier.choices[row]))
        return f" Nearest comes {outcome}, refused by {', '.join(against)}."


def bargained(*what: Domain | Path | str) -> Bargained:
    """What could be agreed in a domain, or in its files (.csv, or .xml of GENIUS)."""
    first = what[0] if what else None
    domain = first if isinstance(first, Domain) else read_domain(*(p for p in what if not isinstance(p, Domain)))
    return Bargained(negotiate(domain))


def _told(outcome: dict[str, str], most: int = 8) -> str:
    """'price 3, delivery soon'."""
    values = [f"{issue} {value}" for issue, value in list(outcome.items())[:most]]
    return ", ".join(values) + (f" and {len(outcome) - most} more" if len(outcome) > most else "")
