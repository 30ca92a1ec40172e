"""The parts of a formula as written, each with where it starts and ends in the text.

Sums, products and chains of ``and``, ``or`` and comparisons are flat, so that a tree is only as deep as its brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``."""

    value: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A factor, a level or a parameter."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dotted:
    """``actor.action``, of use in outcomes only."""

    owner: Name
    member: Name
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with a '+' or '-' before each."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Product:
    """Terms with a '*' or '/' before each; the first has '*'."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Power:
    """``base ** exponent``."""

    base: Node
    exponent: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sign:
    """A '+' or '-' before a number."""

    sign: str
    operand: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """``not test``."""

    operand: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Junction:
    """Tests joined by 'and' or by 'or'."""

    word: str
    terms: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``a < b <= c``: one operator fewer than terms; 'is not' and 'not in' are operators."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Choice:
    """``body if test else other``."""

    body: Node
    test: Node
    other: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``."""

    function: str
    arguments: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """``(a, b)`` or ``[a, b]``, as after 'in'."""

    items: tuple[Node, ...]
    start: int
    end: int


Node: TypeAlias = (
    Number | Truth | Name | Dotted | Sum | Product | Power | Sign | Not | Junction | Comparison | Choice | Call | Group
)
