"""Numbers and names as they are read: chances, ranges, payoffs, dates, words of likelihood.

The words of likelihood are those of the US Intelligence Community Directive 203 (2015), section D.6.e.2, each
standing for a stated band, so that 'unlikely' means the same on every page.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from detente.questions.words import listed
from detente.questions.words import month as long_month
from detente.questions.words import percent as chance
from detente.questions.words import span as spread

if TYPE_CHECKING:
    from detente.report.view import Range
    from detente.scenario.model import Month

__all__ = ["capital", "chance", "digits_for", "how_often", "length", "likelihood", "likelihoods", "listed", "month",
           "number", "payoff", "sentence", "spread"]  # fmt: skip

MINUS = "−"
LIKELIHOOD = (  # upper end of the band, word
    (0.05, "remote chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)


def likelihood(p: float) -> str:
    """The word for a chance, by the bands of ICD 203."""
    return next((word for top, word in LIKELIHOOD if p <= top), "unknown")


def likelihoods(span: Range) -> str:
    """The word for a chance with its range: 'unlikely', or 'very unlikely to unlikely' where the range spans words."""
    if not span.known:
        return likelihood(span.likely)
    low, high = likelihood(span.low), likelihood(span.high)
    return low if low == high else f"{low} to {high}"


def number(x: float) -> str:
    """A parameter as it would be written: 0.35, 1.6, 120, 1.2e-05; no trailing zeros."""
    if math.isnan(x):
        return "—"
    return f"{x:.4g}".replace("-", MINUS) if abs(x) < 1e5 else f"{x:,.0f}".replace("-", MINUS)


def payoff(x: float, digits: int = 2, signed: bool = False) -> str:
    """A payoff with a true minus sign; ``signed`` shows a plus as well."""
    if math.isnan(x):
        return "—"
    text = f"{abs(x):.{digits}f}"
    if float(text) == 0:
        return text
    return (MINUS if x < 0 else "+" if signed else "") + text


def digits_for(values: list[float]) -> int:
    """Decimals for a table of payoffs, so that its largest entry has about three digits."""
    top = max((abs(v) for v in values if not math.isnan(v)), default=0.0)
    return 2 if top < 10 else 1 if top < 100 else 0


def month(date: Month, short: bool = False) -> str:
    """'June 2025', or 'Jun 2025'."""
    name, _, year = long_month(date).partition(" ")
    return f"{name[:3] if short else name} {year}"


def how_often(tempo: float) -> str:
    """A rate a month as a person says it: 'about once a month', 'about once in 3 months', 'about 2 times a month'."""
    if tempo <= 0:
        return "never by itself"
    gap = 1 / tempo
    if gap >= 18:
        return f"about once in {gap / 12:.0f} years"
    if gap >= 1.25:
        return f"about once in {gap:.0f} months" if abs(gap - round(gap)) < 0.15 else f"about once in {gap:.1f} months"
    return "about once a month" if tempo < 1.5 else f"about {tempo:.0f} times a month"


def length(months: int) -> str:
    """'12 months' as 'one year' where it is one."""
    names = {12: "one year", 24: "two years", 36: "three years", 48: "four years", 60: "five years", 120: "ten years"}
    return names.get(months, f"{months} months" if months != 1 else "one month")


def capital(text: str) -> str:
    """First letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """A phrase as a sentence: large first letter, a full stop."""
    text = text.strip()
    return capital(text if text[-1:] in ".!?" else text + ".") if text else ""


def sentences(text: str) -> list[str]:
    """A paragraph taken apart where a full stop and a capital meet."""
    return re.split(r"(?<=[.!?]) (?=[A-Z'])", text)
