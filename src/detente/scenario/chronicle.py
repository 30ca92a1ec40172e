"""The record: in which months outcomes happened, from what is written to what is meant."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from detente.scenario.asking import named
from detente.scenario.inquiry import Happened, Record
from detente.scenario.model import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.problems import Place
    from detente.scenario.inquiry_text import HappenedText
    from detente.scenario.model import OutcomeSpec
    from detente.scenario.reading import Reading

_SPELL = re.compile(r"(\S+) to (\S+)")
_SHAPE = "dates: [2018-06] for what is done or begins; spells: [1994-03 to 1994-10] for a state that lasts."


def record(reading: Reading, outcomes: tuple[OutcomeSpec, ...]) -> Record | None:
    """What has happened, in order and within the months that the record covers."""
    text = reading.document.record
    if text is None:
        return None
    since, until = (
        None if reading.touched("record", key) else _month(reading, word, reading.at("record", key))
        for key, word in (("from", text.from_), ("to", text.to))
    )
    if since and until and until.ordinal < since.ordinal:
        reading.error("The record ends before it begins", reading.at("record", "to"), None, "record-span")
        since = until = None
    acts = {outcome.name for outcome in outcomes if outcome.actions}
    happened = {}
    for name, entry in text.happened.items():
        named(reading, "outcome", name, "record", "happened", name, key=True)
        happened[name] = _happened(reading, name, entry, name in acts, (since, until))
    return Record(since or Month(1, 1), until or Month(9999, 12), happened, reading.key("record"))


def _happened(
    reading: Reading, name: str, text: HappenedText, act: bool, span: tuple[Month | None, Month | None]
) -> Happened:
    at = ("record", "happened", name)
    _shape(reading, name, text, act)
    if text.from_ is not None:
        place = reading.at(*at, "from")
        own = _month(reading, text.from_, place)
        span = (own if own and _inside(reading, own, span, place) else None, span[1])
    since, until = span
    dates: list[tuple[Month, Place]] = []
    for position, word in enumerate(text.dates or ()):
        place = reading.at(*at, "dates", position)
        month = _month(reading, word, place)
        if month is not None and _inside(reading, month, span, place):
            dates.append((month, place))
    _ascending(reading, [(month, month, place) for month, place in dates])
    spells = [
        spell
        for position, word in enumerate(text.spells or ())
        if (spell := _spell(reading, word, span, reading.at(*at, "spells", position))) is not None
    ]
    _ascending(reading, [(first, last or until or Month(9999, 12), place) for first, last, place in spells])
    onsets = [month for month, _ in dates] + [first for first, _, _ in spells if first != since]
    claims = reading.cited(text.claims, *at, "claims")
    held = tuple((first, last) for first, last, _ in spells)
    return Happened(since or Month(1, 1), tuple(onsets), held, claims, text.about, reading.key(*at))


def _shape(reading: Reading, name: str, text: HappenedText, act: bool) -> None:
    """Either dates or spells, and no spells of what is done in a moment."""
    at = ("record", "happened", name)
    if any(reading.misspelt(key, *at) for key in ("dates", "spells")):
        return
    if (text.dates is None) == (text.spells is None):
        both = "both 'dates' and 'spells'" if text.dates is not None else "neither 'dates' nor 'spells'"
        reading.error(f"{name!r} has {both}", reading.key(*at), f"Write one of them. {_SHAPE}", "record-shape")
    elif text.spells is not None and act:
        message = f"{name!r} is an act, which is done in a month and does not last"
        reading.error(message, reading.key(*at, "spells"), "Write 'dates: [...]'.", "record-shape")


def _spell(
    reading: Reading, word: str, span: tuple[Month | None, Month | None], place: Place
) -> tuple[Month, Month | None, Place] | None:
    match = _SPELL.fullmatch(word.strip())
    if match is None:
        hint = "Write '1994-03 to 1994-10', or '2025-01 to now'."
        reading.error(f"{word!r} is no spell of months", place, hint, "record-spell")
        return None
    now = match.group(2) == "now"
    first = _month(reading, match.group(1), place)
    last = None if now else _month(reading, match.group(2), place)
    if first is None or (last is None and not now):
        return None
    if last is not None and last.ordinal < first.ordinal:
        reading.error("This spell ends before it begins", place, None, "record-spell")
        return None
    return (first, last, place) if all(_inside(reading, m, span, place) for m in (first, last) if m) else None


def _month(reading: Reading, word: str, place: Place) -> Month | None:
    try:
        return Month.parse(word)
    except ValueError as error:
        reading.error(str(error), place, None, "bad-month")
        return None


def _inside(reading: Reading, month: Month, span: tuple[Month | None, Month | None], place: Place) -> bool:
    since, until = span
    if since is None or until is None or since.ordinal <= month.ordinal <= until.ordinal:
        return True
    message = f"{month} lies outside what is recorded, from {since} to {until}"
    reading.error(message, place, "Leave it out, or let the record cover it.", "record-outside")
    return False


def _ascending(reading: Reading, spans: Sequence[tuple[Month, Month, Place]]) -> None:
    """Says where one does not end before the next begins."""
    for (first, last, _), (following, _, place) in pairwise(spans):
        if following.ordinal > last.ordinal:
            continue
        if following.ordinal < first.ordinal:
            reading.error(f"{following} comes before {first}, which stands before it", place, None, "record-order")
        else:
            twice = "is there twice" if first == last else f"falls into the spell from {first} to {last}"
            reading.error(f"{following} {twice}", place, "A month belongs to one entry.", "record-order")
