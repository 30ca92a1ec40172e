"""XML from strangers: elements with their places, and nothing that XML can do beyond that.

A document type (DOCTYPE), which is where entities are declared that unfold to gigabytes or read other files, is
refused, and so are deep nesting and large files. Processing instructions and comments are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from detente.problems import Findings, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ELEMENTS = 200_000
MAX_DEPTH = 20


@dataclass(eq=False)
class Element:
    """An element: its name and attributes in lower case (names only), its place, what is inside it."""

    tag: str
    attributes: dict[str, str]
    place: Place
    inside: list[Element] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element of these names below this one, in order."""
        for one in self.inside:
            if one.tag in tags:
                yield one
            yield from one.all(*tags)

    def children(self, *tags: str) -> list[Element]:
        """The elements of these names right inside this one."""
        return [one for one in self.inside if one.tag in tags]

    def get(self, *names: str) -> str | None:
        """The first of these attributes that is there and not empty, without blanks around it."""
        return next((text for name in names if (text := self.attributes.get(name, "").strip())), None)


class _Refused(Exception):  # noqa: N818
    """Reading has to stop; what is wrong has been said."""


def parse(content: bytes, file: str) -> Element:
    """The root element; Problems say where and why it cannot be read."""
    found = Findings()
    lines = content.decode("utf-8", "replace").splitlines()
    parser = expat.ParserCreate()
    root: list[Element] = []
    open_: list[Element] = []
    count = 0

    def here(line: int = 0, column: int = -1) -> Place:
        line, column = line or parser.CurrentLineNumber, parser.CurrentColumnNumber if column < 0 else column
        return Place(file, line, column + 1, 1, lines[line - 1] if line <= len(lines) else "")

    def refuse(message: str, hint: str | None, code: str) -> None:
        found.error(message, here(), hint, code)
        raise _Refused

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS:
            refuse(f"The file holds more than {MAX_ELEMENTS:,} elements", None, "too-big")
        if len(open_) >= MAX_DEPTH:
            refuse(f"Nested more than {MAX_DEPTH} deep", "No domain needs that.", "too-deep")
        one = Element(tag.lower(), {name.lower(): text for name, text in attributes.items()}, here())
        (open_[-1].inside if open_ else root).append(one)
        open_.append(one)

    def end(_: str) -> None:
        open_.pop()

    def doctype(*_: object) -> None:
        refuse("A document type (DOCTYPE) stands here, and may unfold to anything", "Take it out.", "doctype")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        said = expat.errors.messages.get(error.code, "") or expat.ErrorString(error.code)
        hint = (
            "It may have been cut short."
            if content.lstrip()[:1] == b"<"
            else "A domain is XML as GENIUS writes it, or CSV."
        )
        found.error(f"The file cannot be read as XML here: {said}", here(error.lineno, error.offset), hint, "xml")
    except (ValueError, LookupError) as error:
        found.error(f"The file cannot be read as XML: {error}", Place(file, 1, 1), "Save it in UTF-8.", "xml")
    except _Refused:
        pass
    if found.failed:
        raise found.problems()
    return root[0]
