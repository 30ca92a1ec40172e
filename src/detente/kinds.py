"""What kind of file is named, by its ending and its first lines, and what takes those that are no scenario.

Nothing is read but the beginning of an ordinary file, and what kind it is is guessed: where no other kind is known, it
is left to the reader of scenarios to say what is wrong with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["graph", "nfg", "efg", "workbook", "table", "xml", "page", "claims", ""]


@dataclass(frozen=True)
class Other:
    """A kind of file that is no scenario: what it is, and what to do at the terminal and in Python; {0}: its name."""

    what: str
    command: str
    call: str


_TRACED = "Call dt.principal_branch(dt.read_gambit({0!r}))."
OTHERS: dict[Kind, Other] = {
    "graph": Other(
        "a graph model (options, moves and rankings)",
        "Ask: detente stability {0}.",
        "Call dt.analyse(dt.read_graph({0!r})).",
    ),
    "nfg": Other("a strategic game of Gambit", "Ask: detente trace {0}, or detente stability {0}.", _TRACED),
    "efg": Other("an extensive game of Gambit", "Ask: detente trace {0}.", _TRACED),
    "workbook": Other(
        "a workbook of Gambit's window",
        "Save its game as .efg or .nfg and ask: detente trace FILE.",
        "Save its game as .efg or .nfg and call dt.principal_branch(dt.read_gambit(FILE)).",
    ),
    "table": Other(
        "a table",
        "As a negotiation domain it is taken by: detente deals {0}.",
        "As a negotiation domain it is taken by dt.negotiate(dt.read_domain({0!r})).",
    ),
    "xml": Other(
        "an XML file",
        "As part of a GENIUS domain it is taken by: detente deals {0}.",
        "As part of a GENIUS domain it is taken by dt.negotiate(dt.read_domain({0!r})).",
    ),
    "page": Other("a web page or a picture", *["Name the scenario file that it was made from."] * 2),
    "claims": Other("a claims file", *["Name the scenario file whose claims they are."] * 2),
}
ENDINGS: dict[str, Kind] = {".nfg": "nfg", ".efg": "efg", ".gbt": "workbook", ".csv": "table", ".tsv": "table"}
HEAD = 16_384  # bytes of a file that are looked at
_FORMAT = re.compile(rb"^format:[ \t\"']*([\w/-]*)", re.MULTILINE)
_PAGE = re.compile(rb"<!doctype html|<html|<svg", re.IGNORECASE)
_CLAIMS, _PLAYED = (
    re.compile(rb"^claims:[ \t]*(#.*)?\r?$", re.MULTILINE),
    re.compile(rb"^(actors|factors):", re.MULTILINE),
)


def kind_of(path: Path) -> Kind:
    """The kind of a file that is no scenario; '' for all others and for what cannot be read."""
    head = _head(path)
    if head is None:
        return ""
    if stated := _FORMAT.search(head):
        return "graph" if stated[1].startswith(b"detente-graph/") else ""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:4] in (b"NFG ", b"EFG "):
        return "nfg" if start[:1] == b"N" else "efg"
    if start[:1] == b"<":
        return "page" if _PAGE.search(start) else "workbook" if b"<gambit" in start else "xml"
    claims = _CLAIMS.search(head) is not None and _PLAYED.search(head) is None
    return "claims" if claims else ENDINGS.get(path.suffix.lower(), "")


def no_scenario(path: Path, *, called: bool = False) -> str:
    """What to say of a file of another kind where a scenario is wanted, with the command that takes it; else ''.

    ``called``: from Python, with the call instead.
    """
    kind = kind_of(path)
    if not kind:
        return ""
    other = OTHERS[kind]
    remedy = (other.call if called else other.command).format(str(path))
    return f"{path} is {other.what}, not a scenario. {remedy}"


def _head(path: Path) -> bytes | None:
    try:
        if path.is_file():
            with path.open("rb") as opened:
                return opened.read(HEAD)
    except (OSError, ValueError):
        pass
    return None
