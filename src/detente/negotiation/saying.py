"""A bargain in words: one plain paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.negotiation.bargain import Bargain

MOST_ISSUES = 8  # told of an outcome
_RULES = {
    "Nash": "largest product of gains",
    "Kalai-Smorodinsky": "largest least share of the ideal gain",
    "egalitarian": "largest least gain",
    "utilitarian": "largest sum of utilities",
}


def paragraph(bargain: Bargain) -> str:
    """What is negotiated, the zone, the frontier, the points, what was assumed."""
    parts = [_about(bargain), _zone(bargain), *_points(bargain), *bargain.remarks]
    return " ".join(part for part in parts if part)


def listed(items: list[str]) -> str:
    """'a, b and c'."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def _about(bargain: Bargain) -> str:
    domain = bargain.domain
    count = len(domain.issues)
    issues = f"{count} issue{'s' * (count != 1)}"
    name = domain.name or "A negotiation"
    return f"{name}: {listed(list(domain.parties))} over {issues}, {domain.size:,} outcomes."


def _zone(bargain: Bargain) -> str:
    domain, front = bargain.domain, bargain.frontier
    many = f"{front.count:,} outcome{'s' * (front.count != 1)} {_are(front.count)} on the Pareto frontier"
    if not bargain.empty:
        inside = "Some are" if bargain.in_zone is None else f"{bargain.in_zone:,} of them {_are(bargain.in_zone)}"
        inside = "All of them are" if bargain.in_zone == domain.size else inside
        zone = f"{inside} in the zone of agreement, where nobody gets less than its reservation value"
        within = len(bargain.zone.rows)
        some = "all of these" if within == len(front) else f"{within:,} of these"
        return f"{zone}. {many}, {some} in the zone."
    alone = [party for n, party in enumerate(domain.parties) if domain.best[n] < domain.floor[n]]
    why = f": even the best outcome is worth less than its reservation value to {listed(alone)}" if alone else ""
    frontier = "" if front.zone_only else f" {many}."
    return f"The zone of agreement is empty{why}; every outcome is worse for somebody than no agreement.{frontier}"


def _points(bargain: Bargain) -> list[str]:
    """A sentence for each outcome that is picked, and one where there is no Nash point."""
    if bargain.empty:
        return []
    said = []
    for row, names in bargain.zone.picks().items():
        first = [f"{name} ({_RULES[name]})" for name in names]
        said.append(f"{_capital('; '.join(first))}: {_outcome(bargain, row)}{_ties(bargain, names)}.")
    if "Nash" not in bargain.zone.points:
        said.append("There is no Nash point: no outcome of the zone leaves everybody who could gain a gain.")
    stuck = [party for party, most in zip(bargain.domain.parties, bargain.zone.ideal, strict=True) if most <= 0]
    if stuck:
        said.append(f"Nothing in the zone is worth more than no agreement to {listed(stuck)}.")
    return said


def _outcome(bargain: Bargain, row: int) -> str:
    domain, front = bargain.domain, bargain.frontier
    chosen = domain.outcome(front.choices[row])
    values = [f"{issue} {value}" for issue, value in list(chosen.items())[:MOST_ISSUES]]
    more = f", and {len(chosen) - MOST_ISSUES} more issues" if len(chosen) > MOST_ISSUES else ""
    worth = [f"{party} {x:.4g}" for party, x in zip(domain.parties, front.utilities[row], strict=True)]
    return f"{', '.join(values)}{more} (utilities: {', '.join(worth)})"


def _ties(bargain: Bargain, names: list[str]) -> str:
    """How many other outcomes are as good, if any."""
    others = {name: len(bargain.zone.points[name].rows) - 1 for name in names}
    told = []
    for name, count in others.items():
        if count:
            by = f" by the {name} rule" if len(names) > 1 else ""
            told.append(f"{count:,} other outcome{'s' * (count > 1)} {_are(count)} as good{by}")
    return f"; {listed(told)}" if told else ""


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
