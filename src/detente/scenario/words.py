"""Formulas in words: ``restraint >= freeze`` as 'restraint is at least freeze', a step as 'goes one level up'.

Numbers stay as written: an analyst reads ``2 * deterrent`` as easily as any sentence about it. Only their conditionals
are told. Formulas have been read once, so their texts parse.
"""

from __future__ import annotations

from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from detente.scenario import syntax
from detente.scenario.expression import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.model import Factor, Parameter
    from detente.scenario.syntax import Node

_SAYS = {
    "is": "is", "==": "is", "is not": "is not", "!=": "is not", "<": "is below", "<=": "is at most",
    ">": "is above", ">=": "is at least", "in": "is", "not in": "is neither",
}  # fmt: skip
_OPPOSITE = {
    "is": "is not", "is not": "is", "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "in": "not in", "not in": "in",
}  # fmt: skip
_COUNTED = ("no level", "one level", "two levels", "three levels", "four levels", "five levels")


def condition(formula: Formula) -> str:
    """A test in words; '' where it always holds."""
    node = parse(formula.text)
    return "" if isinstance(node, syntax.Truth) and node.value else test(node, formula.text)


def number(formula: Formula, likely: Mapping[str, float], titles: Mapping[str, str] = MappingProxyType({})) -> str:
    """A number in words: as written, but for a conditional; with its likely value where the state does not matter.

    One that is a parameter and nothing else is told by its title, where it has one: 'what a raid costs' (raid_cost, 1).
    """
    if formula.parameters and not formula.factors:
        return valued(formula.text, at_likely(formula, likely), titles)
    return amount(formula.text)


def valued(text: str, value: float, titles: Mapping[str, str]) -> str:
    """The text of a number, or the title of the parameter that it is, with its likely value."""
    return f"'{titles[text]}' ({text}, {value:.4g})" if text in titles else f"{text} ({value:.4g})"


def titles(parameters: Iterable[Parameter]) -> dict[str, str]:
    """Parameters' names with their titles, of those that have one."""
    return {one.name: one.title for one in parameters if one.title}


def amount(text: str) -> str:
    """The text of a number in words; a conditional in brackets."""
    node = parse(text)
    return f"({quantity(node, text)})" if isinstance(node, syntax.Choice) else _written(node, text)


def at_likely(formula: Formula, likely: Mapping[str, float]) -> float:
    """The likely value of a number that reads no factor."""
    return float(formula(np.zeros((1, 0), dtype=np.int64), likely)[0])


def effect(formula: LevelFormula, factor: Factor) -> str:
    """What an effect does to its factor, to follow the factor's name: 'becomes closed', 'goes one level up'."""
    return _effect(parse(formula.text), formula.text, factor)


def listed(parts: Sequence[str], word: str = "and") -> str:
    """'a, b and c'."""
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def line(text: str) -> str:
    """A text with its full stop."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def sentence(text: str) -> str:
    """A text with its capital and its full stop; not for one that begins with a name from the file."""
    return f"{text.strip()[:1].upper()}{line(text)[1:]}"


def aside(text: str) -> str:
    """A text in brackets, to follow within a sentence."""
    return f" ({text.strip().rstrip('.')})" if text else ""


def after(about: str) -> str:
    """A text as a sentence that follows another."""
    return f" {sentence(about)}" if about else ""


def test(node: Node, text: str) -> str:
    """A test in words."""
    match node:
        case syntax.Junction():
            parts = [_within(term, text, node.word) for term in node.terms]
            mixed = any(isinstance(term, (syntax.Junction, syntax.Choice)) for term in node.terms)
            return (", " if mixed else " ").join([parts[0], *(f"{node.word} {part}" for part in parts[1:])])
        case syntax.Comparison():
            return _comparison(node.terms, node.signs, text)
        case syntax.Not():
            return _not(node.operand, text)
        case syntax.Choice():
            return f"{test(node.body, text)} if {test(node.test, text)}, otherwise {test(node.other, text)}"
    return _written(node, text)


def quantity(node: Node, text: str) -> str:
    """A number in words."""
    if isinstance(node, syntax.Choice):
        return f"{quantity(node.body, text)} while {test(node.test, text)}, otherwise {quantity(node.other, text)}"
    return _written(node, text)


def _within(node: Node, text: str, word: str) -> str:
    """A part of a junction; one of the other kind is set apart."""
    told = test(node, text)
    if isinstance(node, syntax.Junction) and node.word != word:
        return f"{'either ' if node.word == 'or' else 'both '}{told}"
    return told


def _not(node: Node, text: str) -> str:
    if isinstance(node, syntax.Comparison) and len(node.signs) == 1:
        return _comparison(node.terms, (_OPPOSITE[node.signs[0]],), text)
    return f"it is not so that {test(node, text)}"


def _comparison(terms: Sequence[Node], signs: Sequence[str], text: str) -> str:
    parts = []
    for left, sign, right in zip(terms, signs, terms[1:], strict=False):
        joint = "nor" if sign == "not in" else "or"
        said = listed([_written(item, text) for item in right.items], joint) if isinstance(right, syntax.Group) else ""
        parts.append(f"{_written(left, text)} {_SAYS[sign]} {said or _written(right, text)}")
    return " and ".join(parts)


def _effect(node: Node, text: str, factor: Factor) -> str:
    match node:
        case syntax.Choice():
            body, other = _effect(node.body, text, factor), _effect(node.other, text, factor)
            if other == _STAYS:
                return f"{body} if {test(node.test, text)}"
            return f"{body} if {test(node.test, text)}, otherwise {other}"
        case syntax.Sign():
            size = int(node.operand.value) if isinstance(node.operand, syntax.Number) else 0
            counted = _COUNTED[size] if size < len(_COUNTED) else f"{size} levels"
            return f"goes {counted} {'up' if node.sign == '+' else 'down'}"
        case syntax.Name() if node.word == factor.name:
            return _STAYS
    return f"becomes {_written(node, text)}"


_STAYS = "stays as it is"


def _written(node: Node, text: str) -> str:
    """The part of the text that a node stands for, with brackets that open or close within it made whole."""
    start, end = node.start, node.end
    depths = list(accumulate({"(": 1, ")": -1}.get(letter, 0) for letter in text[start:end]))
    for _ in range(max(0, -min(depths, default=0))):
        start = text.rindex("(", 0, start)
    for _ in range(text.count("(", start, end) - text.count(")", start, end)):
        end = text.index(")", end) + 1
    return text[start:end]
