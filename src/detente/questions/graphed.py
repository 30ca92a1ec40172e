"""Stability of a graph model from a file: :mod:`detente.graph`'s answer, told as those of all questions are.

Rankings are given, so there is one set of numbers and no draws. All states are looked at, not one alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.graph.answer import Stability, analyse
from detente.graph.concepts import CONCEPTS, GLOSSES
from detente.graph.model import GraphModel
from detente.graph.reader import read
from detente.graph.saying import ranked
from detente.graph.words import within
from detente.questions.answer import Answer, Finding, Table
from detente.questions.words import listed

if TYPE_CHECKING:
    from pathlib import Path

    import altair as alt

MOST_SHOWN = 40  # states in the table
MOST_NAMED = 4  # decision makers who would leave a state, in a cell


@dataclass(frozen=True, eq=False)
class Graphed(Answer):
    """The answer about a graph model; ``graph`` has all its arrays."""

    graph: Stability

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        return self.graph.summary()

    def findings(self) -> list[Finding]:
        """The equilibria by each concept."""
        out = []
        for concept in CONCEPTS:
            held = self.graph.equilibria(concept)
            told = listed([self.graph.model.told(self.graph.model.state(state)) for state in held[:MOST_SHOWN]])
            out.append(Finding(f"Equilibria by {concept}: {told or 'none'}.", float(len(held)), unit="states"))
        return out

    def table(self) -> Table:
        """A row a state, the firmest first; a column a concept: an equilibrium, or who would leave it."""
        model, alone = self.graph.model, self.graph.table.values
        order = ranked(self.graph)[0][:MOST_SHOWN].tolist()
        rows = [(model.told(s), *(self._cell(alone[s, :, n].tolist()) for n in range(len(CONCEPTS)))) for s in order]
        more = len(model.states) - len(order)
        left = f" {more:,} more states in --json." if more else ""
        return Table(
            ("state", *CONCEPTS), tuple(rows), f"holds: an equilibrium; else who would leave it.{left}\n{GLOSSES}"
        )

    def _cell(self, stays: list[bool]) -> str:
        gone = [name for name, stable in zip(self.graph.model.actors, stays, strict=True) if not stable]
        if not gone:
            return "holds"
        more = len(gone) - MOST_NAMED
        return ", ".join([gone[0], *map(within, gone[1:MOST_NAMED])]) + (f" and {more} more" if more > 0 else "")

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """States by concepts, equilibria first; its width is its own."""
        return self.graph.chart()

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        made: dict[str, Any] = self.graph.to_dict()["provenance"]
        return {"case": self.graph.model.title, "draws": 0, **made}

    def details(self) -> dict[str, Any]:
        """Equilibria, stable states, reasons and coalitions."""
        return {"graph": self.graph.to_dict()["findings"]}


def graphed(what: GraphModel | Path | str, replies: str = "legal sequences") -> Graphed:
    """Which states of a graph model, or of its file, hold; DetenteError for a rule that is none."""
    return Graphed(analyse(what if isinstance(what, GraphModel) else read(what), replies))
