"""What kind of file is named, by its ending and its first lines, and which command takes those that are no scenario.

Nothing is read but the beginning of an ordinary file, and what kind it is is guessed: where no other kind is known, it
is left to the reader of scenarios to say what is wrong with it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Literal

from detente.problems import DetenteError

Kind = Literal["graph", "nfg", "efg", "workbook", "table", "xml", "page", "claims", ""]
OTHERS: dict[Kind, tuple[str, str]] = {
    "graph": ("a graph model (options, moves and rankings)", "Ask: detente stability {0}."),
    "nfg": ("a strategic game of Gambit", "Ask: detente trace {0}, or detente stability {0}."),
    "efg": ("an extensive game of Gambit", "Ask: detente trace {0}."),
    "workbook": ("a workbook of Gambit's window", "Save its game as .efg or .nfg and ask: detente trace FILE."),
    "table": ("a table", "As a negotiation domain it is taken by: detente deals {0}."),
    "xml": ("an XML file", "As part of a GENIUS domain it is taken by: detente deals {0}."),
    "page": ("a web page or a picture", "Name the scenario file that it was made from."),
    "claims": ("a claims file", "Name the scenario file whose claims they are."),
}
ENDINGS: dict[str, Kind] = {".nfg": "nfg", ".efg": "efg", ".gbt": "workbook", ".csv": "table", ".tsv": "table"}
HEAD = 16_384  # bytes of a file that are looked at
MOST_BESIDE, LONGEST = 2_000, 80  # names beside a file that is not there, and letters of its own, that are compared
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


def no_scenario(file: str) -> None:
    """Refuse a file of another kind, with the command that takes it."""
    kind = kind_of(Path(file))
    if kind:
        what, remedy = OTHERS[kind]
        raise DetenteError(f"{file} is {what}, not a scenario. {remedy.format(file)}")


def suggest(path: Path) -> None:
    """Refuse a file that is not there where a near name is: with that name; else it is left to its reader."""
    near = None if path.exists() else beside(path)
    if near is not None:
        raise DetenteError(f"There is no file or folder {str(path)!r}. {near}")


def beside(path: Path) -> str | None:
    """A hint at files with a name like that of one that is not there, in the same folder and of the same ending."""
    endings = (path.suffix,) if path.suffix else (".yaml", ".yml")
    try:
        near = [entry for entry in islice(path.parent.iterdir(), MOST_BESIDE) if entry.suffix in endings]
    except (OSError, ValueError):
        return None
    close = get_close_matches(path.stem[:LONGEST], [entry.stem for entry in near], n=1, cutoff=0.7)
    return next((f"Did you mean {str(entry)!r}?" for entry in sorted(near) if entry.stem in close), None)


def _head(path: Path) -> bytes | None:
    try:
        if path.is_file():
            with path.open("rb") as opened:
                return opened.read(HEAD)
    except (OSError, ValueError):
        pass
    return None
