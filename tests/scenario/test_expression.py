"""The syntax: Python's precedence, offsets of every part, and a sentence at the wrong word."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.scenario import syntax
from detente.scenario.expression import MAX_DEPTH, MAX_LENGTH, Fault, parse


def bracketed(node: syntax.Node) -> str:
    """The tree with all its brackets, in Python."""
    match node:
        case syntax.Number():
            return repr(node.value)
        case syntax.Name():
            return node.word
        case syntax.Sum() | syntax.Product():
            text = bracketed(node.terms[0])
            for sign, term in zip(node.signs[1:], node.terms[1:], strict=True):
                text = f"({text} {sign} {bracketed(term)})"
            return text
        case syntax.Power():
            return f"({bracketed(node.base)} ** {bracketed(node.exponent)})"
        case syntax.Sign():
            return f"({node.sign}{bracketed(node.operand)})"
        case syntax.Not():
            return f"(not {bracketed(node.operand)})"
        case syntax.Junction():
            return "(" + f" {node.word} ".join(bracketed(term) for term in node.terms) + ")"
        case syntax.Comparison():
            text = bracketed(node.terms[0])
            for sign, term in zip(node.signs, node.terms[1:], strict=True):
                text += f" {sign} {bracketed(term)}"
            return f"({text})"
        case syntax.Choice():
            return f"({bracketed(node.body)} if {bracketed(node.test)} else {bracketed(node.other)})"
        case syntax.Call():
            return f"{node.function}({', '.join(bracketed(part) for part in node.arguments)})"
        case _:
            raise AssertionError(node)


NAMES = st.sampled_from(["a", "b", "trust", "x1"])
ATOMS = NAMES | st.integers(0, 99).map(str) | st.floats(0, 9, width=16).map(str)
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from(["+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or"]), inner
        ).map(" ".join),
        st.tuples(st.sampled_from(["-", "+", "not "]), inner).map("".join),
        inner.map("({})".format),
        st.tuples(inner, inner, inner).map(lambda part: f"{part[0]} if {part[1]} else {part[2]}"),
        st.tuples(inner, inner).map(lambda part: f"min({part[0]}, {part[1]})"),
    ),
    max_leaves=12,
)


@given(FORMULAS)
def test_precedence_is_pythons(text: str) -> None:
    try:
        written = ast.parse(text, mode="eval")
    except SyntaxError:
        with pytest.raises(Fault):
            parse(text)
        return
    assert flat(ast.parse(bracketed(parse(text)), mode="eval")) == flat(written)


def flat(tree: ast.AST) -> str:
    """The dump, with all numbers floats and nested 'and' and 'or' of one kind made flat."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = float(str(node.value))
        while isinstance(node, ast.BoolOp) and any(same(node, value) for value in node.values):
            node.values = [
                inner
                for value in node.values
                for inner in (value.values if isinstance(value, ast.BoolOp) and same(node, value) else [value])
            ]
    return ast.dump(tree)


def same(node: ast.BoolOp, value: ast.expr) -> bool:
    return isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)


def test_offsets() -> None:
    text = "  a if b is low else  min(c, 2)"
    node = parse(text)
    assert isinstance(node, syntax.Choice)
    assert text[node.start : node.end] == text.strip()
    assert text[node.test.start : node.test.end] == "b is low"
    assert text[node.other.start : node.other.end] == "min(c, 2)"


WRONG = [
    ("", "empty", "formula"),
    ("a +", "ends too early", "+"),
    ("a b", "'b' does not fit here", "b"),
    ("a = b", "no meaning", "="),
    ("a && b", "no meaning", "&&"),
    ("a is 'low'", "no meaning", "'"),
    ("a % 2", "no meaning", "%"),
    ("a // 2", "no meaning", "//"),
    ("a; b", "no meaning", ";"),
    ("(a", "never closed", "("),
    ("a)", "closes nothing", ")"),
    ("f(a)", "no function 'f'", "f"),
    ("mim(a, b)", "no function 'mim'", "mim"),
    ("min(a)", "two or more", "min(a)"),
    ("exp(a, b)", "one value", "exp(a, b)"),
    ("a[0]", "looked up", "["),
    ("(a)(b)", "Only a function", "("),
    ("a.b.c", "does not fit", "."),
    ("().__class__", "does not fit", "."),
    ("lambda x: 1", "no meaning", ":"),
    ("[x for x in y]", "does not fit", "for"),
    ("{a}", "no meaning", "{"),
    ("a if b", "'else' is missing", "b"),
    ("a := 1", "no meaning|does not fit", ":="),
    ("1e999", "too long or too large", "1e999"),
    ("9" * 50, "too long or too large", "9" * 50),
    ("in a", "does not fit", "in"),
    ("a AND b", "does not fit", "AND"),
]


@pytest.mark.parametrize(("text", "message", "part"), WRONG, ids=[row[0][:20] or "empty" for row in WRONG])
def test_the_wrong_word_is_named(text: str, message: str, part: str) -> None:
    with pytest.raises(Fault, match=message) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == (part if text else "")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "(" * 900 + "1" + ")" * 900,
        "-" * 1900 + "1",
        "not " * 400 + "a",
        "2**" * 600 + "2",
        "1 if a else " * 150 + "1",
        "min(" * 300 + "1",
        "+".join("1" * 5000),
        "a" * 100_000,
        "[" * 1500,
    ],
)
def test_long_and_deep_formulas_are_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.code in ("formula-too-deep", "formula-too-long")


def test_what_is_flat_may_be_long() -> None:
    for text in ("+".join("a" * 900), "*".join("a" * 900), " or ".join("a" * 400), "<".join("a" * 900)):
        assert len(text) <= MAX_LENGTH
        parse(text)
    parse("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH)


@given(st.text(max_size=60) | st.text("ab01.+-*/<>=()[] ,ifelsnoradt", max_size=60))
def test_nothing_breaks_it(text: str) -> None:
    try:
        node: syntax.Node | Fault = parse(text)
    except Fault as fault:
        node = fault
    assert 0 <= node.start < node.end
    assert isinstance(node, Fault) or node.end <= len(text)
