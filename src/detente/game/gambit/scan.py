"""The words of a Gambit file, and what is wrong with them told at their place.

A file of games is a row of words: braces, commas, numbers (``3``, ``-0.5``, ``.25``, ``1e-3``, ``3/4``), texts in
double quotes and bare words (``NFG``, ``R``, ``p``). Blanks and line ends part them and mean nothing else. Within
quotes ``\\"`` is a quote; a backslash before anything else stands for itself, so no text can end in one. There are no
comments, but a title and, if wanted, a text about the game.

Source: Gambit, "Game representation formats" (gambitproject.readthedocs.io) and its reader ``src/games/file.cc``.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeAlias

from detente.given import file_of
from detente.problems import DetenteError, Place, Problem, Problems
from detente.source import UNSEEN, Source, read_bytes

Given: TypeAlias = str | bytes | Path  # a path, or the text itself

MAX_BYTES = 64_000_000  # of a file
MAX_PLAYERS = 60  # an array has at most 64 axes
MAX_NUMBERS = 10_000_000  # profiles x players; also the numbers of a dense game made from a tree
LONGEST = 1000  # characters of a number; what a float leaves to one has 650 as a fraction

_WORD = re.compile(
    r"""\s*(?:
      (?P<brace>[{},])
    | (?P<text>".*?(?<!\\)")
    | (?P<number>[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?))(?=[\s{},"]|\Z)
    | (?P<open>")
    | (?P<word>[^\s{},"]+)
    | (?P<end>\Z) )""",
    re.DOTALL | re.VERBOSE,
)
_BEGINS = re.compile(r"\ufeff?\s*(?:[NE]FG\s|<\?xml|#B?AGG)")
_OTHER = {
    "#AGG": "an action-graph game",
    "#BAGG": "a Bayesian action-graph game",
    "<": "a workbook of Gambit's window (.gbt)",
}


class Word(NamedTuple):
    """One word: its kind (brace, text, number, open, word, end), and ``text[start:end]`` as written."""

    kind: str
    text: str
    start: int
    end: int


class Scanner:
    """Reads a text word by word; every method that asks for a word raises Problems where another stands."""

    def __init__(self, text: str, file: str):
        self.text = text
        self.file = file
        self.word = self._read(0)

    def advance(self) -> Word:
        """The word at hand; the next one is read."""
        word = self.word
        self.word = self._read(word.end)
        return word

    def at(self, brace: str) -> bool:
        """Whether that brace or comma is at hand."""
        return self.word.kind == "brace" and self.word.text == brace

    def take(self, brace: str) -> bool:
        """Whether that brace or comma was at hand; if so it is passed."""
        here = self.at(brace)
        if here:
            self.advance()
        return here

    def brace(self, brace: str, what: str, hint: str | None = None) -> None:
        """Pass a brace that must stand here."""
        if not self.take(brace):
            raise self.missing(f"'{brace}', {what},", hint)

    def label(self, what: str, hint: str | None = None) -> str:
        """A text in quotes, without them."""
        if self.word.kind == "open":
            raise self.error("The quotes that open here are never closed", 'Add a " where the text ends.', "open-quote")
        if self.word.kind != "text":
            raise self.missing(f"{what} in double quotes", hint)
        return self.advance().text[1:-1].replace('\\"', '"')

    def count(self, what: str, least: int = 0) -> int:
        """A whole number, at least ``least``."""
        text = self._number(f"{what}, a whole number,")
        if not text.isdecimal() or len(text) > 18 or int(text) < least:
            raise self.error(f"{what[0].upper()}{what[1:]} is a whole number from {least} on, not {text}", code="count")
        self.advance()
        return int(text)

    def number(self, what: str) -> float:
        """A finite number, rounded once to the nearest float."""
        text = self._number(what)
        above, slash, below = text.partition("/")
        try:
            value = int(above) / int(below) if slash else float(text)
        except ZeroDivisionError:
            raise self.error("This divides by zero", code="number") from None
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise self.error("This number is too large: the largest is about 1.8e308", code="number")
        self.advance()
        return value

    def chance(self, what: str) -> Fraction:
        """A probability from 0 to 1, exactly as written."""
        text = self._number(what)
        power = re.split("[eE]", text)[1:]
        if power and abs(int(power[0])) > LONGEST:
            raise self.error(f"The power of ten in {what} is beyond {LONGEST:,}", code="number")
        try:
            value = Fraction(text)
        except ZeroDivisionError:
            raise self.error("This divides by zero", code="number") from None
        if too_long(value):
            raise self.error(f"As a fraction this is longer than {LONGEST:,} characters", code="number")
        if not 0 <= value <= 1:
            raise self.error(f"{what[0].upper()}{what[1:]} is {text}", "Chances lie between 0 and 1.", "chance")
        self.advance()
        return value

    def header(self, form: str, version: str) -> str:
        """The first words, such as ``NFG 1 R "title"``; returns the title."""
        if self.word.text != form or self.word.kind != "word":
            raise self.missing(f"the word {form}", f"A file of this kind begins with: {form} {version} R")
        self.advance()
        if self.word.text != version or self.word.kind != "number":
            raise self.missing(f"the version {version} of the format", f"Only '{form} {version}' is read.")
        self.advance()
        if self.word.text not in ("R", "D") or self.word.kind != "word":
            raise self.missing("R (or D)", f"A file of this kind begins with: {form} {version} R")
        self.advance()
        return self.label("the title of the game")

    def players(self) -> tuple[str, ...]:
        """The list of players."""
        opening = self.word
        self.brace("{", "which opens the list of players")
        names = []
        while self.word.kind in ("text", "open"):
            names.append(self.label("the name of a player"))
        self.brace("}", "which closes the list of players", "Names stand in double quotes, parted by blanks.")
        if not 1 <= len(names) <= MAX_PLAYERS:
            raise self.error(
                f"A game has 1 to {MAX_PLAYERS} players, this has {len(names):,}", None, "players", opening
            )
        return tuple(names)

    def payoffs(self, players: tuple[str, ...]) -> tuple[float, ...]:
        """The payoffs of an outcome, one a player, and the brace that closes them."""
        values: list[float] = []
        for name in players:
            values.append(self.number(f"the payoff of player {len(values) + 1} ({name!r})"))
            self.take(",")
        self.brace("}", f"after the payoffs of {counted(len(players), 'player')}")
        return tuple(values)

    def missing(self, what: str, hint: str | None = None) -> Problems:
        """That something else should stand here."""
        if self.word.kind == "word" and self.word.text[0] in "+-.0123456789":
            hint = f"{self.word.text[:40]!r} is not a number: write 3, -0.5, 1e-3 or 3/4."
        if self.word.kind == "end":
            return self.error(f"The text ends where {what} should follow", hint, "end")
        return self.error(f"{what[0].upper()}{what[1:]} should stand here", hint, "syntax")

    def error(self, message: str, hint: str | None = None, code: str = "syntax", word: Word | None = None) -> Problems:
        """A mistake at a word (default: the one at hand), to be raised."""
        return Problems([Problem(message, self.place(word or self.word), hint, "error", code)])

    def place(self, word: Word) -> Place:
        """Where a word stands; the end of the text is where its last line ends."""
        source = Source(self.file, self.text)
        if word.kind == "end":
            last = max(len(self.text.rstrip()) - 1, 0)
            return source.at(last, last + 1)
        return source.at(word.start, word.end)

    def _number(self, what: str) -> str:
        text = self.word.text
        if self.word.kind != "number":
            raise self.missing(what)
        if len(text) > LONGEST:
            raise self.error(f"This number is longer than {LONGEST:,} characters", code="number")
        return text

    def _read(self, start: int) -> Word:
        match = _WORD.match(self.text, start)
        kind = (match and match.lastgroup) or "end"
        if match is None or kind == "end":
            return Word("end", "", len(self.text), len(self.text))
        return Word(kind, match.group(kind), match.start(kind), match.end(kind))


def scanner(given: Given) -> Scanner:
    """The words of a file, or of a text that begins as one; raises DetenteError if it is no text in UTF-8.

    Bytes are the text itself. A ``str`` is the text if it has several lines or begins with a format's first word, and
    else a path.
    """
    if isinstance(given, str) and (not given.strip() or "\n" in given or _BEGINS.match(given)):
        content, file = given.encode("utf-8", "surrogatepass"), "game"
    elif isinstance(given, bytes):
        content, file = given, "game"
    else:
        content, file = read_bytes(file_of(given), "game file", MAX_BYTES), str(given)
    if len(content) > MAX_BYTES:
        raise DetenteError(f"The text of a game has at most {MAX_BYTES:,} bytes; this has {len(content):,}.")
    return _checked(Scanner(_decoded(content, file), file))


def counted(number: int, noun: str) -> str:
    """As in '1 player' and '2 players'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def too_long(value: Fraction) -> bool:
    """Whether a chance, written as a fraction, is longer than a number may be."""
    return value.denominator.bit_length() > 4 * LONGEST or len(str(value)) > LONGEST


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = Place(file, line, error.start - content.rfind(b"\n", 0, error.start))
        hint = "Save the file as plain text in UTF-8."
        raise Problems([Problem("This is not a text file in UTF-8", place, hint, "error", "not-text")]) from None


def _checked(scan: Scanner) -> Scanner:
    if unseen := UNSEEN.search(scan.text):
        word = Word("word", unseen.group(), unseen.start(), unseen.end())
        message = f"The file holds an invisible control character (U+{ord(unseen.group()):04X})"
        hint = "It is no plain text file, or the character was pasted in; delete it."
        raise scan.error(message, hint, "control-character", word)
    if scan.word.kind == "end":
        raise scan.error("The file is empty", None, "empty")
    for begin, what in _OTHER.items():
        if scan.word.text == begin or (begin == "<" and scan.word.text.startswith(begin)):
            hint = "Open it in Gambit and save it as an extensive (.efg) or a strategic game (.nfg)."
            raise scan.error(f"This is {what}, which is not read", hint, "other-format")
    return scan
