"""Formulas read by Python's own parser, one state at a time: the plain half of a comparison.

Nothing of detente; names are looked up among the factors of a state, then among the numbers.
"""

from __future__ import annotations

import ast
import math
import operator
from functools import cache
from typing import Any

Scales = dict[str, tuple[list[str], list[float]]]  # factor -> its levels, and what each counts

_BINARY: dict[Any, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Any] = {"min": min, "max": max, "abs": abs, "exp": math.exp, "log": math.log}
_COMPARE: dict[Any, Any] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}


@cache
def parsed(text: str) -> ast.expr:
    return ast.parse(text.strip(), mode="eval").body


def names(text: Any) -> list[str]:
    """The names in a formula; a number has none."""
    return sorted({node.id for node in ast.walk(parsed(str(text))) if isinstance(node, ast.Name)})


def value(text: Any, here: dict[str, str], numbers: dict[str, float], scales: Scales) -> Any:
    """A formula's number or truth value, where each factor has the level ``here`` says."""
    return text if isinstance(text, (int, float)) else _Walk(here, numbers, scales).go(parsed(text))


def level(effect: Any, factor: str, here: dict[str, str], scales: Scales) -> str:
    """Where an effect takes its factor: a level's name, a signed step, or a conditional of those."""
    node = parsed(str(effect))
    while isinstance(node, ast.IfExp):
        node = node.body if _Walk(here, {}, scales).go(node.test) else node.orelse
    if isinstance(node, ast.Name):
        return here[factor] if node.id == factor else node.id
    levels = scales[factor][0]
    at = levels.index(here[factor]) + int(ast.literal_eval(node))
    return levels[min(max(at, 0), len(levels) - 1)]


class _Walk:
    def __init__(self, here: dict[str, str], numbers: dict[str, float], scales: Scales):
        self.here, self.numbers, self.scales = here, numbers, scales

    def go(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=number):
                return number
            case ast.Name(id=name) if name in self.here:
                levels, scores = self.scales[name]
                return scores[levels.index(self.here[name])]
            case ast.Name(id="true" | "false" as name):
                return name == "true"
            case ast.Name(id=name):
                return self.numbers[name]
            case ast.UnaryOp(op=ast.USub(), operand=part):
                return -self.go(part)
            case ast.UnaryOp(op=ast.UAdd(), operand=part):
                return self.go(part)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return not self.go(part)
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self.go(part) for part in parts)
            case ast.BoolOp(op=ast.Or(), values=parts):
                return any(self.go(part) for part in parts)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.go(body) if self.go(test) else self.go(other)
            case ast.BinOp(left=left, op=sign, right=right):
                return _BINARY[type(sign)](self.go(left), self.go(right))
            case ast.Call(func=ast.Name(id=name), args=parts):
                return _FUNCTIONS[name](*(self.go(part) for part in parts))
            case ast.Compare(left=left, ops=signs, comparators=rights):
                pairs = zip([left, *rights], signs, rights, strict=False)
                return all(self.compare(one, sign, other) for one, sign, other in pairs)
        raise AssertionError(ast.dump(node))

    def compare(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> bool:
        """Ordinal where one side is a factor, else of numbers."""
        sides = [part.id if isinstance(part, ast.Name) else "" for part in (left, right)]
        factors = [name for name in sides if name in self.here]
        if not factors:
            return bool(_COMPARE[type(sign)](self.go(left), self.go(right)))
        if isinstance(sign, (ast.In, ast.NotIn)):
            items = right.elts if isinstance(right, (ast.Tuple, ast.List)) else [right]
            among = self.here[factors[0]] in [item.id for item in items if isinstance(item, ast.Name)]
            return among == isinstance(sign, ast.In)
        levels = self.scales[factors[0]][0]
        one, other = (levels.index(self.here.get(name, name)) for name in sides)
        return bool(_COMPARE[type(sign)](one, other))
