"""A file as read: its text, its plain data, and the place of every key and value in it.

A *path* is the keys and positions that lead to a value, such as ``("actors", "us", "tempo")``. What is wrong with a
value is told at its place, down to the word of a formula that is wrong.
"""

from __future__ import annotations

import re
import stat
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from detente.problems import DetenteError, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

Steps: TypeAlias = tuple[str | int, ...]  # a path within the file

MAX_BYTES = 2_000_000

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)  # but tab and newline
_LINE = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Mark:
    """Which part of the text a key or a value is, and a scalar's value as text."""

    start: int
    end: int
    text: str | None = None
    style: str = ""  # the quotes, or | or > of a block


@dataclass(frozen=True)
class Written:
    """A scalar as written: its text, and the place of any part of it (a formula's wrong word, say)."""

    text: str
    source: Source | None = None
    mark: Mark | None = None

    def place(self, start: int = 0, end: int | None = None) -> Place | None:
        """The place of ``text[start:end]`` in the file."""
        if self.source is None or self.mark is None:
            return None
        if start == 0 and end is None:
            return self.source.at(self.mark.start, self.mark.end)
        spots = _spots(self.text, self.source.text, self.mark)
        first = spots[min(start, len(spots) - 1)]
        last = spots[min(max((len(self.text) if end is None else end) - 1, start), len(spots) - 1)]
        return self.source.at(first, last + 1)


@dataclass
class Source:
    """A file's text, its plain data, and the marks of keys and values by path."""

    file: str
    text: str
    data: Any = None
    keys: dict[Steps, Mark] = field(default_factory=dict)
    values: dict[Steps, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._starts = [0, *(match.end() for match in _LINE.finditer(self.text))]

    def at(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``, kept to its first line."""
        line = bisect_right(self._starts, start) - 1
        begin = self._starts[line]
        stop = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        shown = _LINE.sub("", self.text[begin:stop])
        width = max(1, min(end, begin + len(shown)) - start)
        return Place(self.file, line + 1, start - begin + 1, width, UNSEEN.sub("\ufffd", shown))

    def place(self, *steps: str | int) -> Place:
        """The place of the value there, or of the nearest thing around it that was written."""
        mark = self._nearest(steps)
        return self.at(mark.start, mark.end) if mark else self.at(0, 1)

    def key_place(self, *steps: str | int) -> Place:
        """The place of the key that leads there, or of the value where it has none."""
        mark = self.keys.get(steps)
        return self.at(mark.start, mark.end) if mark else self.place(*steps)

    def written(self, *steps: str | int) -> Written:
        """The scalar there, as written."""
        mark = self.values[steps]
        return Written(mark.text or "", self, mark)

    def _nearest(self, steps: Steps) -> Mark | None:
        while steps:
            mark = self.values.get(steps)
            if mark is not None:
                return mark if mark.text is not None else self.keys.get(steps, mark)
            steps = steps[:-1]
        return None


def read_bytes(path: Path, what: str = "file", most: int = MAX_BYTES) -> bytes:
    """A regular file of at most ``most`` bytes, or a DetenteError that says why not."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise DetenteError(f"{path} is a folder, not a {what}.")
        if not stat.S_ISREG(about.st_mode):
            raise DetenteError(f"{path} is not an ordinary file.")
        if about.st_size <= most:
            with path.open("rb") as stream:
                return stream.read(most + 1)
    except FileNotFoundError:
        raise DetenteError(f"There is no {what} {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DetenteError(f"{path} cannot be read: {reason}.") from None
    raise DetenteError(f"{path} holds {about.st_size:,} bytes; a {what} has at most {most:,}.")


def _spots(value: str, text: str, mark: Mark) -> Sequence[int]:
    """Where in the file each character of a scalar's value stands (quotes, folds and escapes lie between)."""
    at, stop = mark.start + (mark.style in ("'", '"')), mark.end
    if value and text.startswith(value, at):
        return range(at, at + len(value))
    if mark.style in ("|", ">"):
        at = text.find("\n", at, stop) + 1
    spots = []
    for character in value:
        blank = character.isspace()
        while at < stop and not (text[at].isspace() if blank else text[at] == character):
            at += 1
        spots.append(min(at, stop - 1))
        at += 2 if mark.style == text[at : at + 1] == "'" else 1
    return spots or [mark.start]
