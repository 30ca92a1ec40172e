"""What the model rests on: its parameters with their basis, claims and what they bear on, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from detente.report.view import ClaimView, ParameterView, SourceView
from detente.scenario.bearing import bearing

if TYPE_CHECKING:
    from detente.claims.model import Source
    from detente.report.naming import Names
    from detente.scenario.model import Scenario


def parameters(scenario: Scenario, names: Names) -> tuple[ParameterView, ...]:
    """Every parameter, in file order."""
    return tuple(
        ParameterView(
            name=p.title or names.words(p.name),
            key=p.name if p.title else "",
            about=p.about,
            likely=p.likely,
            low=p.low,
            high=p.high,
            unit=p.unit,
            claims=p.basis,
            basis=p.basis_kind,
            note=p.note,
        )
        for p in scenario.parameters
    )


def claims(scenario: Scenario, names: Names) -> tuple[ClaimView, ...]:
    """Every claim listed, with what cites it."""
    bears = bearing(scenario)
    return tuple(
        ClaimView(
            id=claim.id,
            says=claim.says,
            kind=claim.kind,
            source=f"{claim.source}, paragraph {claim.para}" if claim.para else claim.source,
            voice="" if claim.voice == "own" else claim.voice,
            date=claim.date,
            note=claim.note,
            cited_by=tuple(names.cited(what) for what in bears.get(claim.id, ())),
        )
        for claim in scenario.claims.values()
    )


def sources(scenario: Scenario) -> tuple[SourceView, ...]:
    """Every source that a listed claim comes from."""
    used = {claim.source for claim in scenario.claims.values()}
    return tuple(
        SourceView(source.id, _citation(source), _address(source.url))
        for source in scenario.claims.sources.values()
        if source.id in used
    )


def _citation(source: Source) -> str:
    title = f"“{source.title}”" if source.title else ""
    year = str(source.year) if source.year else ""
    said = ", ".join(part for part in (source.author, title, source.publisher, year, source.ref) if part)
    return said or source.id


def _address(url: str) -> str:
    """The address if it is one that a reader can safely follow."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
