"""YAML read with suspicion: plain data, and the place of every key and value in the file.

A scenario may come from anywhere, and what it says must be what its author sees. So the reader works on the parser's
events and refuses whatever makes YAML surprising or dangerous: anchors and aliases (a few lines can unfold to
gigabytes), tags (they name Python objects), merge keys, several documents in one file, keys written twice (the last
would silently win), deep nesting, big files, and plain words that YAML 1.1 reads as something else than they look
(``no`` is false, ``012`` is ten, ``1:30`` is ninety). What is left are mappings, lists, text, numbers, true, false and
nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from detente.problems import Place
from detente.source import MAX_BYTES, UNSEEN, Mark, Source

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.source import Steps

MAX_NODES = 100_000
MAX_DEPTH = 12

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?([Tt\s].*)?")
_SUSPECT = frozenset("0123456789+-.=<yYnNoO")  # how a number or a surprise can begin
_SURPRISES = (
    (re.compile("yes|no|on|off", re.I), "reads {0} as true or false"),
    (re.compile("[-+]?0[0-9_]+"), "reads {0}, with its leading zero, as an octal number"),
    (re.compile("[-+]?0[xbo][0-9a-fA-F_]+"), "reads {0} as a number in another base"),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?"), "reads {0} as a number and drops the underscores"),
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-9][0-9_]?)+(\.[0-9_]*)?"), "reads {0} as a number to the base of sixty"),
    (_DATE, "reads {0} as a date with a day"),
    (re.compile(r"[-+]?\.(inf|nan)", re.I), "reads {0} as infinity or as no number"),
    (re.compile("=|<<"), "gives {0} a meaning of its own"),
)
_SYNTAX = (
    (
        "mapping values are not allowed",
        "A ':' is out of place here",
        "Check the indentation; put text that holds ': ' in quotes.",
    ),
    (
        "cannot start any token",
        "This character cannot begin a value",
        "Use spaces, not tabs; put special text in quotes.",
    ),
    ("could not find expected ':'", "This line should be 'key: value', and has no ':'", "Check its indentation too."),
    ("did not find expected key", "This does not fit what stands above it", "Check indentation, commas and quotes."),
    ("did not find expected ',' or", "A ',' or a closing bracket is missing before this", None),
    ("did not find expected node content", "A value is missing here", None),
    ("did not find expected '-' indicator", "A list item should begin here with '- '", "Check the indentation."),
    ("unexpected end of stream", "A closing quote is missing", None),
    ("unknown escape character", "A backslash in double quotes begins an escape", "Use single quotes for plain text."),
    ("control characters are not allowed", "The file holds an invisible control character", "Delete it."),
)


def read(content: str | bytes, file: str, found: Findings, dates: bool = False) -> Source:
    """The content as plain data with marks; what is wrong goes to ``found``, and what cannot be read is None.

    With ``dates`` a date with a day may stand unquoted; it stays text.
    """
    text = _decoded(content, file, found)
    source = Source(file, text or "")
    if text is None:
        return source
    if not text.strip():
        found.error("The file is empty", source.at(0, 1), code="empty")
        return source
    unseen = UNSEEN.search(text)
    if unseen:
        found.error(
            f"The file holds an invisible control character (U+{ord(unseen.group()):04X})",
            source.at(unseen.start(), unseen.end()),
            "It is no plain text file, or the character was pasted in; delete it.",
            "control-character",
        )
        return source
    try:
        _Composer(source, found, dates).document()
    except yaml.MarkedYAMLError as error:
        _syntax(error, source, found)
    except _Stop:
        pass
    return source


def _decoded(content: str | bytes, file: str, found: Findings) -> str | None:
    try:
        raw = content.encode("utf-8") if isinstance(content, str) else content
        if len(raw) > MAX_BYTES:
            found.error(f"{file} holds more than {MAX_BYTES:,} bytes, which is no scenario", code="too-big")
            return None
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        hint = "Save the file as plain text in UTF-8."
        found.error("This is not a text file in UTF-8", Place(file, line, column), hint, "not-text")
        return None
    except UnicodeEncodeError:
        found.error("The text holds half a character (a lone surrogate)", Place(file, 1, 1), code="not-text")
        return None
    return text


class _Stop(Exception):  # noqa: N818
    """Reading cannot go on; what is wrong has been said."""


class _Composer:
    """Turns events into data, keeping marks."""

    def __init__(self, source: Source, found: Findings, dates: bool):
        self.source = source
        self.found = found
        self.dates = dates
        self.loader = _Loader(source.text)
        self.nodes = 0

    def document(self) -> None:
        events = yaml.events
        self.loader.get_event()  # the stream's start
        event = self.loader.get_event()
        if isinstance(event, events.StreamEndEvent):
            self.found.error("The file holds nothing but comments", self.source.at(0, 1), code="empty")
            return
        self.source.data = self.node(self.loader.get_event(), ())
        self.loader.get_event()  # the document's end
        event = self.loader.get_event()
        if not isinstance(event, events.StreamEndEvent):
            self.error(
                event, "A second document begins here", "Take '---' out: a file holds one document.", "documents"
            )

    def error(self, event: Any, message: str, hint: str | None, code: str) -> None:
        start, end = event.start_mark.index, max(event.end_mark.index, event.start_mark.index + 1)
        self.found.error(message, self.source.at(start, end), hint, code)

    def node(self, event: Any, steps: Steps) -> Any:
        events = yaml.events
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.error(event, f"The file holds more than {MAX_NODES:,} entries", None, "too-big")
            raise _Stop
        if len(steps) > MAX_DEPTH:
            self.error(event, f"Nested more than {MAX_DEPTH} deep", "No scenario needs that.", "too-deep")
            raise _Stop
        self._refuse(event)
        self.source.values[steps] = _mark(event, getattr(event, "value", None))
        if isinstance(event, events.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, events.MappingStartEvent):
            return self.mapping(steps)
        if isinstance(event, events.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := self.loader.get_event(), events.SequenceEndEvent):
                items.append(self.node(event, (*steps, len(items))))
            return items
        return ""  # an alias, refused

    def mapping(self, steps: Steps) -> dict[str, Any]:
        events = yaml.events
        result: dict[str, Any] = {}
        while not isinstance(event := self.loader.get_event(), events.MappingEndEvent):
            if not isinstance(event, events.ScalarEvent):
                self.error(
                    event,
                    "A key is one word or one line of text",
                    "Text that begins with a bracket belongs in quotes.",
                    "bad-key",
                )
                self.node(event, (*steps, "?"))
                self.node(self.loader.get_event(), (*steps, "?"))
                continue
            self._refuse(event)
            self.scalar(event)  # says what surprises
            key = event.value
            path = (*steps, key)
            first = self.source.keys.get(path)
            if first is not None:
                line = self.source.at(first.start, first.end).line
                self.error(event, f"{key!r} is written twice; the first is on line {line}", None, "duplicate-key")
                path = (*steps, f"{key} (again)")
            else:
                self.source.keys[path] = _mark(event, key)
            value = self.node(self.loader.get_event(), path)
            result.setdefault(key, value)
        return result

    def _refuse(self, event: Any) -> None:
        if isinstance(event, yaml.events.AliasEvent):
            message = f"'*{event.anchor}' repeats another part of the file"
            self.error(event, message, "Write it out, or use 'like:'.", "alias")
        elif getattr(event, "anchor", None):
            self.error(event, f"'&{event.anchor}' names a part of the file for repetition", "Take it out.", "anchor")
        if getattr(event, "tag", None):
            hint = "Take it out; text that begins with '!' belongs in quotes."
            self.error(event, f"The tag {event.tag!r} asks for a special kind of value", hint, "tag")

    def scalar(self, event: Any) -> Any:
        text: str = event.value
        if (hidden := UNSEEN.search(text)) is not None:
            message = f"An escape here stands for an invisible character (U+{ord(hidden.group()):04X})"
            self.error(event, message, None, "control-character")
            return ""
        if event.style:
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        if text[0] not in _SUSPECT:
            return text
        for pattern, reading in _SURPRISES:
            if pattern.fullmatch(text) and not (self.dates and pattern is _DATE):
                self.error(event, "YAML " + reading.format(repr(text)), _mend(text), "yaml-surprise")
                return text
        return self.number(event, text)

    def number(self, event: Any, text: str) -> Any:
        integer = _INTEGER.fullmatch(text)
        if not integer and not _DECIMAL.fullmatch(text):
            return text
        if len(text) > 40 or abs(float(text)) > 1e300:
            self.error(event, "This number is too long or too large", None, "number-size")
            return 0
        return int(text) if integer else float(text)


def _mend(text: str) -> str:
    return f"If text is meant, put it in quotes: {text!r}."


def _mark(event: Any, text: str | None = None) -> Mark:
    start, end = event.start_mark, event.end_mark
    stop = end.index if text is not None else start.index + 1
    return Mark(start.index, max(stop, start.index + 1), text, (event.style or "") if text is not None else "")


def _syntax(error: yaml.MarkedYAMLError, source: Source, found: Findings) -> None:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error)
    message, hint = f"The file cannot be read as YAML here: {problem}", None
    for part, sentence, advice in _SYNTAX:
        if part in problem:
            message, hint = sentence, advice
            break
    if mark and mark.index >= len(source.text.rstrip()) and error.context_mark:
        mark, message, hint = error.context_mark, "What begins here is never closed", "Look for a bracket or a quote."
    index = min(mark.index if mark else 0, max(len(source.text) - 1, 0))
    found.error(message, source.at(index, index + 1), hint, "syntax")
