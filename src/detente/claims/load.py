"""Reads a file of sources and claims, and finds everything that is wrong with it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from detente.claims.model import KINDS, Claim, Claims, Source
from detente.problems import did_you_mean
from detente.reader import read

if TYPE_CHECKING:
    from pathlib import Path

    from detente.problems import Findings
    from detente.source import Source as File

_SOURCE_KEYS = tuple(f.name for f in fields(Source) if f.name not in ("id", "place"))
_CLAIM_KEYS = tuple(f.name for f in fields(Claim) if f.name != "place")
_VOICES = ("own", "reported")


def read_claims(content: str | bytes, name: str, found: Findings, path: Path | None = None) -> Claims:
    """The claims in a text; what is wrong goes to ``found``, and what is right is kept."""
    file = read(content, name, found, dates=True)
    if file.data is None:
        return Claims(path=path, damaged=True)
    if not isinstance(file.data, dict):
        found.error("A claims file has the keys 'sources' and 'claims'", file.place(), code="claims-shape")
        return Claims(path=path, damaged=True)
    _unknown(file, (), file.data, ("sources", "claims"), found)
    sources = _sources(file, found)
    claims = _claims(file, sources, found)
    entries = file.data.get("claims")
    return Claims(claims, sources, path, file.text, damaged=not isinstance(entries, list) or len(claims) < len(entries))


def _sources(file: File, found: Findings) -> dict[str, Source]:
    given = file.data.get("sources") or {}
    if not isinstance(given, dict):
        found.error("'sources' maps a short name to each source", file.key_place("sources"), code="claims-shape")
        return {}
    sources = {}
    for name, entry in given.items():
        at = ("sources", name)
        if not isinstance(entry, dict):
            hint = f"Such as '{name}: {{title: ..., author: ..., year: 2018}}'."
            found.error(
                f"Source {name!r} needs at least a title or a publisher", file.key_place(*at), hint, "claims-shape"
            )
            entry = {}
        _unknown(file, at, entry, _SOURCE_KEYS, found)
        texts = {key: _text(file, (*at, key), entry, found) for key in _SOURCE_KEYS if key != "year"}
        sources[name] = Source(
            id=name, year=_whole(file, (*at, "year"), entry, found), place=file.key_place(*at), **texts
        )
    return sources


def _claims(file: File, sources: dict[str, Source], found: Findings) -> dict[str, Claim]:
    given = file.data.get("claims") or []
    if not isinstance(given, list):
        found.error("'claims' is a list of claims", file.key_place("claims"), code="claims-shape")
        return {}
    claims: dict[str, Claim] = {}
    for position, entry in enumerate(given):
        at = ("claims", position)
        if not isinstance(entry, dict):
            found.error("A claim has the keys id, source and says", file.place(*at), code="claims-shape")
            continue
        claim = _claim(file, at, entry, sources, found)
        if claim.id in claims:
            found.error(f"Claim {claim.id!r} is there twice", file.place(*at, "id"), code="duplicate-claim")
        elif claim.id:
            claims[claim.id] = claim
    return claims


def _claim(
    file: File, at: tuple[str, int], entry: dict[str, Any], sources: dict[str, Source], found: Findings
) -> Claim:
    _unknown(file, at, entry, _CLAIM_KEYS, found)
    texts = {key: _text(file, (*at, key), entry, found) for key in _CLAIM_KEYS if key != "para"}
    given = {"id": "", "source": "", "says": "", **{key: text for key, text in texts.items() if text}}
    claim = Claim(para=_whole(file, (*at, "para"), entry, found), place=file.place(*at), **given)
    for key in ("id", "source", "says"):
        if not texts[key] and key not in entry:
            found.error(f"This claim has no {key!r}", file.place(*at), code="claims-shape")
    if texts["source"] and claim.source not in sources:
        hint = did_you_mean(claim.source, sources) or f"The sources are {', '.join(sources) or 'none'}."
        found.error(f"There is no source {claim.source!r}", file.place(*at, "source"), hint, "unknown-source")
    for key, value, known in (("kind", claim.kind, KINDS), ("voice", claim.voice, _VOICES)):
        if value not in known:
            hint = did_you_mean(value, known) or f"There are {', '.join(known)}."
            found.error(f"{value!r} is no {key} of claim", file.place(*at, key), hint, "unknown-kind")
    return claim


def _text(file: File, at: tuple[str | int, ...], entry: dict[str, Any], found: Findings) -> str:
    value = entry.get(str(at[-1]))
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        found.error(f"{at[-1]!r} is text", file.key_place(*at), "Put it in quotes.", "claims-shape")
        return ""
    return " ".join(file.written(*at).text.split())


def _whole(file: File, at: tuple[str | int, ...], entry: dict[str, Any], found: Findings) -> int | None:
    value = entry.get(str(at[-1]))
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        found.error(f"{at[-1]!r} is a whole number", file.place(*at), code="claims-shape")
        return None
    return value


def _unknown(
    file: File, at: tuple[str | int, ...], entry: dict[str, Any], known: tuple[str, ...], found: Findings
) -> None:
    for key in entry:
        if key not in known:
            hint = did_you_mean(key, known) or f"Known here: {', '.join(known)}."
            if entry[key] is None:
                hint = "A comma ends a value within braces; put text that holds a comma in quotes."
            found.error(f"Unknown key {key!r}", file.key_place(*at, key), hint, "unknown-key")
