"""Sources and the claims they make: what a scenario rests on.

A claim is one sentence of a source, in the analyst's words, with an id by which scenarios cite it. Its ``voice`` tells
whether the author holds it or reports it in order to doubt it; its ``kind`` what would support it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from detente.problems import Place

KINDS = ("fact", "judgement", "causal", "counterfactual", "forecast", "advice")


@dataclass(frozen=True)
class Source:
    """Where claims come from; what is not known is empty."""

    id: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    thesis: str = ""
    url: str = ""
    ref: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Claim:
    """One thing that a source says. ``source`` is a source's id, ``para`` a paragraph counted from 1."""

    id: str
    source: str
    says: str
    kind: str = "fact"
    bears_on: str = ""
    para: int | None = None
    voice: str = "own"
    date: str = ""
    note: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Claims(Mapping[str, Claim]):
    """Claims by id, in file order, with their sources by id."""

    claims: Mapping[str, Claim] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    path: Path | None = None
    text: str | None = field(default=None, compare=False, repr=False)  # the file's own; None where there is none
    damaged: bool = field(default=False, compare=False)  # so much is wrong with the file that claims may be lacking

    def __getitem__(self, key: str) -> Claim:
        return self.claims[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def source(self, claim: str) -> Source:
        """The source of the claim of that id."""
        return self.sources[self.claims[claim].source]
