"""Chances, ranges and dates as they are read in a sentence, a table or on an axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detente.outcome.telling import Teller

if TYPE_CHECKING:
    from detente.scenario.model import Actor, Month, Scenario

_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip

LONG = 16  # letters of a title


def percent(p: float, sign: str = "%") -> str:
    """A chance to about two digits: 34%, 7.2%, 0.35%, <0.01%; a dash where it is not known."""
    if math.isnan(p):
        return "—"
    hundredths = 100 * p
    if 0 < hundredths < 0.005:
        return f"<0.01{sign}"
    if 99.95 <= hundredths < 100 - 1e-9:
        return f">99.9{sign}"
    if hundredths < 0.995:
        return f"{hundredths:.2f}{sign}" if hundredths >= 0.005 else f"0{sign}"
    return f"{hundredths:.1f}{sign}" if hundredths < 9.95 or 99.05 <= hundredths < 99.95 else f"{hundredths:.0f}{sign}"


def span(low: float, high: float) -> str:
    """A range of chances: 5.1–31%."""
    if math.isnan(low) or math.isnan(high):
        return "—"
    ends = percent(low, ""), percent(high, "")
    return f"{ends[0]}%" if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}%"


def from_to(before: float, after: float) -> tuple[str, str]:
    """Two chances, with the digits that it takes to tell them apart: 48.4% and 48.1%."""
    said = percent(before), percent(after)
    for digits in range(1, 5):
        if said[0] != said[1] or before == after:
            break
        said = f"{100 * before:.{digits}f}%", f"{100 * after:.{digits}f}%"
    return said


def distinct(values: list[float], digits: int = 3) -> list[str]:
    """Numbers to three digits, or to as many as it takes to tell different ones apart."""
    for many in range(digits, 12):
        told = [f"{value:.{many}g}" for value in values]
        if len(set(told)) == len(set(values)):
            return told
    return [f"{value:.{digits}g}" for value in values]


def month(date: Month) -> str:
    """'June 2025'."""
    return f"{_MONTHS[date.month - 1]} {date.year}"


def listed(items: list[str]) -> str:
    """'a, b and c'."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def spoken(scenario: Scenario, actor: Actor) -> str:
    """What an actor is called by itself, in a table: by its title, unless that is long; then by its name as words."""
    return actor.title if 0 < len(actor.title) <= LONG else Teller(scenario).words(actor.name)


def plain(name: str) -> str:
    """A name of the file as it is read."""
    return name.replace("_", " ")
