"""A mistake in a file, told as a person would tell it: where, what is wrong, what to do.

Everyone may use this module; it imports nothing of the package.

A :class:`Problem` is one finding. Readers collect as many as they can and raise them together as
:class:`Problems`, so that a user mends a file in one go rather than one error at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

P = ParamSpec("P")
T = TypeVar("T")
Severity = Literal["error", "warning"]
_LONGEST, _MOST = 80, 2000  # a word, and how many others it is compared with, before a hint is not worth its time


class DetenteError(Exception):
    """Anything that the package refuses to do; its text is a sentence for the user."""


def takes(kind: type, how: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function whose first argument is of this kind, refusing any other with a word on ``how`` to get one."""

    def guarded(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def checked(*args: P.args, **named: P.kwargs) -> T:
            if args and not isinstance(args[0], kind):
                raise DetenteError(f"{function.__name__} takes a {kind.__name__}, not {args[0]!r:.60}; {how}.")
            return function(*args, **named)

        return checked

    return guarded


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int
    width: int = 1
    text: str = ""  # the whole source line, shown above the caret

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One finding: ``error`` stops the work, ``warning`` does not."""

    message: str
    place: Place | None = None
    hint: str | None = None
    severity: Severity = "error"
    code: str = ""  # a stable short name such as 'unknown-name', for tests and tools

    def render(self) -> str:
        """The finding as shown in a terminal: place, message, source line with a caret, hint."""
        head = f"{self.severity}: {self.message}"
        lines = [f"{self.place}: {head}" if self.place else head]
        if self.place and self.place.text:
            shown, column = _window(self.place.text, self.place.column)
            lines += [f"    {shown}", "    " + " " * (column - 1) + "^" * self._width(shown, column)]
        if self.hint:
            lines.append(f"    {self.hint}")
        return "\n".join(lines)

    def _width(self, shown: str, column: int) -> int:
        width = self.place.width if self.place else 1
        return max(1, min(width, len(shown) - column + 1))


class Problems(DetenteError):  # noqa: N818
    """Everything found wrong with a file at once, errors and warnings, in file order."""

    def __init__(self, found: Iterable[Problem]):
        self.found = tuple(sorted(found, key=lambda p: (p.place is None, p.place or Place("", 0, 0))))
        super().__init__("\n".join(problem.render() for problem in self.found))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that stop the work."""
        return tuple(problem for problem in self.found if problem.severity == "error")


class Findings:
    """Collects problems while a file is read, each once.

    After ``most_errors`` errors the file is not worth reading on, and they are raised; further warnings are counted.
    """

    def __init__(self, most_errors: int = 200, most_warnings: int = 1000):
        self.found: list[Problem] = []
        self._seen: set[Problem] = set()
        self._room = {"error": most_errors, "warning": most_warnings}
        self._left_out = 0

    def error(self, message: str, place: Place | None = None, hint: str | None = None, code: str = "") -> None:
        """Something that stops the work."""
        self.add(Problem(message, place, hint, "error", code))

    def warning(self, message: str, place: Place | None = None, hint: str | None = None, code: str = "") -> None:
        """Something that the author should look at."""
        self.add(Problem(message, place, hint, "warning", code))

    def add(self, problem: Problem) -> None:
        """Keep a problem, once, while there is room."""
        if problem in self._seen:
            return
        if self._room[problem.severity] <= 0:
            self._left_out += 1
            if problem.severity == "error":
                raise self.problems()
            return
        self._room[problem.severity] -= 1
        self._seen.add(problem)
        self.found.append(problem)

    @property
    def failed(self) -> bool:
        """Whether an error is among them."""
        return any(problem.severity == "error" for problem in self.found)

    def problems(self) -> Problems:
        """All of them, to be raised."""
        severity: Severity = "error" if self.failed else "warning"
        sentence = "There is more, which is not shown" if self.failed else f"{self._left_out:,} more are not shown"
        rest = [Problem(sentence, severity=severity)] if self._left_out else []
        return Problems([*self.found, *rest])


def did_you_mean(word: object, known: Iterable[str]) -> str | None:
    """A hint naming the closest known words, or None when nothing is close."""
    if not isinstance(word, str):  # what is no word at all is near to none
        return None
    near = [other for other in known if abs(len(other) - len(word)) < 6] if len(word) <= _LONGEST else []
    close = get_close_matches(word, near[:_MOST], n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(repr(match) for match in close)}?" if close else None


def _window(text: str, column: int, room: int = 110) -> tuple[str, int]:
    """The part of a long line around the column, and the column within that part."""
    text = text.expandtabs(1)
    if len(text) <= room:
        return text, column
    start = max(0, min(column - 1 - room // 2, len(text) - room))
    return text[start : start + room], column - start
