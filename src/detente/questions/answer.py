"""What every question gives back: labelled numbers, findings, a paragraph, a table, a picture, and how it was made.

A question's own class says what was found and draws it; turning that into JSON, a file or a notebook's page is the same
for all. Findings are for machines and for the report: each has its number, its range over the draws and in how many of
them it holds. That it holds in 87 of 100 draws means that it is robust to the stated ranges; it is no evidence.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import altair as alt


@dataclass(frozen=True)
class Finding:
    """One thing that was found, in a sentence and in numbers."""

    says: str
    value: float = math.nan  # at the likely numbers; nan: the finding is no number
    low: float = math.nan  # 5th percentile over the draws; nan: no draws
    high: float = math.nan  # 95th
    unit: str = "chance"
    holds: int | None = None  # in how many draws what is said holds; None: it is not of that kind
    draws: int = 0
    claims: tuple[str, ...] = ()  # what it speaks to

    def to_dict(self) -> dict[str, Any]:
        """Plain data; what is not known is None."""
        return {key: plain(value) for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Table:
    """A table as it is read: text, a row a thing. Numbers stand in the columns from ``left`` on."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    left: int = 1


class Answer(ABC):
    """The answer to one question."""

    @abstractmethod
    def paragraph(self) -> str:
        """The answer in one plain paragraph, ranges and reasons included."""

    @abstractmethod
    def findings(self) -> list[Finding]:
        """What was found, the most important first."""

    @abstractmethod
    def table(self) -> Table:
        """The numbers as a table."""

    @abstractmethod
    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """The picture, so many pixels wide: ``chart().save("why.svg")``; for HTML that works offline, save_chart."""

    @abstractmethod
    def provenance(self) -> Mapping[str, Any]:
        """How it was made: case and hash, situation, horizon, draws, seed, version, how far play is certified."""

    def caution(self) -> str:
        """One plain sentence where the likely numbers have no solution; '' where they have one."""
        return unsolved(self.provenance())

    def summary(self) -> str:
        """The paragraph; before it, where the likely numbers have no solution, that they have none."""
        return " ".join(part for part in (self.caution(), self.paragraph()) if part)

    def turns(self) -> str:
        """What would turn the answer round, in a sentence or two without names of a file; '' where it does not say."""
        return ""

    def details(self) -> dict[str, Any]:
        """What else belongs into the JSON; nothing unless a question says so."""
        return {}

    def to_dict(self) -> dict[str, Any]:
        """Plain data: ``summary``, ``findings``, ``provenance``, and the question's details."""
        found = [finding.to_dict() for finding in self.findings()]
        told = {"summary": self.summary(), "findings": found, "provenance": dict(self.provenance())}
        return {key: plain(value) for key, value in {**told, **self.details()}.items()}

    def to_json(self) -> str:
        """The same as JSON; what is not known is null."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def save_chart(self, path: Path | str) -> None:
        """Write the picture as .svg, .png, .pdf or .html; offline, whole or not at all."""
        from detente.questions.picture import save

        save(self.chart(), path)

    def __repr__(self) -> str:
        made = self.provenance()
        return f"<{type(self).__name__}: {made.get('case', '')}, {made.get('draws', 0)} draws>"

    def _repr_html_(self) -> str:
        """What a notebook shows: picture, table, paragraph; it needs no script and no network."""
        from detente.questions.picture import svg

        table = self.table()
        head = "".join(f"<th>{escape(cell)}</th>" for cell in table.head)
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
        return (
            f"<div>{svg(self.chart())}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{escape(table.note)}</p><p>{escape(self.summary())}</p></div>"
        )


def unsolved(made: Mapping[str, Any]) -> str:
    """What has to be said first where no equilibrium was reached at the likely numbers; '' where one was.

    ``made``: how an answer was made, with what :func:`detente.questions.asked.provenance` tells of a solved case.
    """
    if made.get("converged", True):
        return ""
    draws, solved, reached = made["draws"], made["draws_converged"], made["reached"]
    how = f" (play was followed to {100 * reached:.0f}% of the stated precisions)" if reached < 1 else ""
    stand = ""
    if draws:
        stand = f"; ranges are over {draws} draws, of which {solved} were solved"
        stand = f"; ranges over the {draws} draws, all of which were solved, stand" if solved == draws else stand
    return (
        f"No equilibrium was reached at the likely numbers{how}: what follows at the likely numbers is not an answer "
        f"to this case{stand}."
    )


def plain(value: Any) -> Any:
    """Numbers, text, lists and dicts only; nan and infinities as None."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value
