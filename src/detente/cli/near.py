"""A name that is no file: which there is with a name like it."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from detente.problems import DetenteError

if TYPE_CHECKING:
    from pathlib import Path

MOST_BESIDE, LONGEST = 2_000, 80  # names beside a file that is not there, and letters of its own, that are compared


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
