"""The syntax of formulas: text to a tree, with the offsets of every part.

Python's syntax and precedence, as far as a formula needs it (loosest first):

    a if test else b  |  or  |  and  |  not  |  < <= > >= == != is in (is not, not in)  |  + -  |  * /  |  sign  |  **

and ``min max abs exp log`` as functions. Nothing is evaluated here and nothing is ever run as code. Sums, products and
chains of ``and``, ``or`` and comparisons are kept flat, so that depth is nesting, which is bounded; so is length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.problems import did_you_mean
from detente.scenario.syntax import (
    Call,
    Choice,
    Comparison,
    Dotted,
    Group,
    Junction,
    Name,
    Not,
    Number,
    Power,
    Product,
    Sign,
    Sum,
    Truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.scenario.syntax import Node

MAX_LENGTH = 2000
MAX_DEPTH = 25
FUNCTIONS = ("min", "max", "abs", "exp", "log")
KEYWORDS = ("and", "or", "not", "is", "in", "if", "else", "true", "false")
RESERVED = frozenset((*KEYWORDS, *FUNCTIONS, "all", "wait", "True", "False"))

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<op>\*\*|//|<=|>=|==|!=|<>|->|:=|&&|\|\||[-+*/%()<>\[\],.=])|(?P<other>.)",
    re.DOTALL,
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "is", "in")
_FOREIGN = {
    "=": "Write 'is' to compare a factor with a level, '==' to compare numbers.",
    "&&": "Write 'and'.",
    "&": "Write 'and'.",
    "||": "Write 'or'.",
    "|": "Write 'or'.",
    "!": "Write 'not'.",
    "<>": "Write '!=' or 'is not'.",
    "^": "A power is written '**'.",
    "?": "Write 'a if test else b'.",
    "//": "Only '/' divides.",
    "%": "A share is written as a number: 0.3 for 30 per cent.",
    "'": "Names of levels stand without quotes.",
    '"': "Names of levels stand without quotes.",
}


class Fault(Exception):  # noqa: N818
    """What is wrong with a formula, and which part of it."""

    def __init__(self, message: str, start: int, end: int, hint: str | None = None, code: str = "formula-syntax"):
        super().__init__(message)
        self.message, self.start, self.end, self.hint, self.code = message, start, end, hint, code


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, word (a keyword), op, end
    text: str
    start: int
    end: int


def parse(text: str) -> Node:
    """The tree of a formula; raises Fault at the first thing that cannot be read."""
    if len(text) > MAX_LENGTH:
        message = f"The formula has {len(text):,} characters; at most {MAX_LENGTH:,} can be read"
        raise Fault(message, 0, 20, "Split it: name its parts under 'interests' or 'parameters'.", "formula-too-long")
    reader = _Reader(_tokens(text))
    if reader.now.kind == "end":
        raise Fault("The formula is empty", 0, 1)
    node = reader.choice()
    if reader.now.kind != "end":
        raise reader.unexpected()
    return node


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup or "", match.group()
        if kind == "space":
            continue
        if kind == "other" or word in _FOREIGN:
            raise Fault(f"{word!r} has no meaning in a formula", match.start(), match.end(), _FOREIGN.get(word))
        if kind == "name" and word.lower() in ("true", "false"):
            word = word.lower()
        if kind == "name" and word in KEYWORDS:
            kind = "word"
        tokens.append(_Token(kind, word, match.start(), match.end()))
    end = len(text.rstrip())
    return [*tokens, _Token("end", "", max(end - 1, 0), max(end, 1))]


class _Reader:
    """Recursive descent: one method a level of precedence, loosest first."""

    def __init__(self, tokens: list[_Token]):
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> _Token | None:
        token = self.now
        if token.kind in ("op", "word") and token.text in texts:
            self.at += 1
            return token
        return None

    def need(self, text: str, why: str) -> _Token:
        token = self.take(text)
        if token is None:
            now = self.now
            raise Fault(f"{why}: {text!r} is missing here", now.start, now.end)
        return token

    def unexpected(self) -> Fault:
        """The current token cannot stand where it stands."""
        token, before = self.now, self.tokens[self.at - 1] if self.at else None
        if token.kind == "end":
            return Fault("The formula ends too early", token.start, token.end)
        hint = None
        message = f"{token.text!r} does not fit here"
        if before is not None and before.kind in ("name", "number") and token.kind in ("name", "number"):
            close = did_you_mean(token.text.lower(), KEYWORDS) if token.kind == "name" else None
            hint = (
                close or f"Between {before.text!r} and {token.text!r} an operator is missing, such as 'is', '<' or '*'."
            )
        elif token.text == "(":
            message = "Only a function can stand before '('"
            hint = f"The functions are {', '.join(FUNCTIONS)}; multiplication is written '*'."
        elif token.text == "[":
            message = "Nothing in a formula is looked up by '['"
        elif token.text in (")", "]"):
            message = f"{token.text!r} closes nothing"
        elif token.text == ",":
            hint = "Several levels stand in brackets, as in 'in (low, high)'."
        return Fault(message, token.start, token.end, hint)

    def nested(self, read: Callable[[], Node]) -> Node:
        """Read something that lies one deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            token = self.now
            message = f"The formula is nested more than {MAX_DEPTH} deep"
            raise Fault(message, token.start, token.end, "Split it into named parts.", "formula-too-deep")
        node = read()
        self.depth -= 1
        return node

    def choice(self) -> Node:
        body = self.junction("or")
        if not self.take("if"):
            return body
        test = self.junction("or")
        self.need("else", "'if' needs an 'else'")
        other = self.nested(self.choice)
        return Choice(body, test, other, body.start, other.end)

    def junction(self, word: str) -> Node:
        def read() -> Node:
            return self.junction("and") if word == "or" else self.negation()

        terms = [read()]
        while self.take(word):
            terms.append(read())
        return terms[0] if len(terms) == 1 else Junction(word, tuple(terms), terms[0].start, terms[-1].end)

    def negation(self) -> Node:
        token = self.take("not")
        if token is None:
            return self.comparison()
        operand = self.nested(self.negation)
        return Not(operand, token.start, operand.end)

    def comparison(self) -> Node:
        terms, signs = [self.sum()], []
        while sign := self.comparator():
            signs.append(sign)
            terms.append(self.sum())
        return Comparison(tuple(terms), tuple(signs), terms[0].start, terms[-1].end) if signs else terms[0]

    def comparator(self) -> str | None:
        token = self.take(*_COMPARISONS)
        if token is not None:
            return "is not" if token.text == "is" and self.take("not") else token.text
        if self.now.text == "not" and self.tokens[self.at + 1].text == "in":
            self.at += 2
            return "not in"
        return None

    def sum(self) -> Node:
        terms, signs = [self.product()], ["+"]
        while token := self.take("+", "-"):
            signs.append(token.text)
            terms.append(self.product())
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), tuple(signs), terms[0].start, terms[-1].end)

    def product(self) -> Node:
        terms, signs = [self.sign()], ["*"]
        while token := self.take("*", "/"):
            signs.append(token.text)
            terms.append(self.sign())
        return terms[0] if len(terms) == 1 else Product(tuple(terms), tuple(signs), terms[0].start, terms[-1].end)

    def sign(self) -> Node:
        token = self.take("+", "-")
        if token is None:
            return self.power()
        operand = self.nested(self.sign)
        return Sign(token.text, operand, token.start, operand.end)

    def power(self) -> Node:
        base = self.atom()
        if not self.take("**"):
            return base
        exponent = self.nested(self.sign)
        return Power(base, exponent, base.start, exponent.end)

    def atom(self) -> Node:
        token = self.now
        if token.kind == "number":
            self.at += 1
            value = float(token.text)
            if len(token.text) > 40 or value > 1e300:
                raise Fault("This number is too long or too large", token.start, token.end, None, "number-size")
            return Number(value, token.start, token.end)
        if (truth := self.take("true", "false")) is not None:
            return Truth(truth.text == "true", truth.start, truth.end)
        if token.kind == "name":
            return self.name(token)
        if (opening := self.take("(", "[")) is not None:
            return self.group(opening)
        raise self.unexpected()

    def name(self, token: _Token) -> Node:
        self.at += 1
        node = Name(token.text, token.start, token.end)
        if self.take("."):
            member = self.now
            if member.kind != "name":
                raise Fault("A name is missing after '.'", member.start, member.end)
            self.at += 1
            return Dotted(node, Name(member.text, member.start, member.end), token.start, member.end)
        if self.now.text == "(" and token.text in FUNCTIONS:
            self.at += 1
            arguments, end = self.items(self.tokens[self.at - 1], ")")
            return self.call(token, arguments, end)
        if self.now.text == "(":
            hint = did_you_mean(token.text, FUNCTIONS) or f"There are {', '.join(FUNCTIONS)}."
            raise Fault(f"There is no function {token.text!r}", token.start, token.end, hint, "unknown-function")
        return node

    def call(self, token: _Token, arguments: tuple[Node, ...], end: int) -> Node:
        many = token.text in ("min", "max")
        if (many and len(arguments) < 2) or (not many and len(arguments) != 1):
            message = f"{token.text!r} takes {'two or more values' if many else 'one value'}, not {len(arguments)}"
            raise Fault(message, token.start, end)
        return Call(token.text, arguments, token.start, end)

    def group(self, opening: _Token) -> Node:
        items, end = self.items(opening, ")" if opening.text == "(" else "]")
        if opening.text == "(" and len(items) == 1 and self.tokens[self.at - 2].text != ",":
            return items[0]
        return Group(items, opening.start, end)

    def items(self, opening: _Token, closing: str) -> tuple[tuple[Node, ...], int]:
        """What stands between brackets, and where they end."""
        items: list[Node] = []
        while not (end := self.take(closing)):
            if self.now.kind == "end":
                raise Fault(f"This {opening.text!r} is never closed", opening.start, opening.end)
            items.append(self.nested(self.choice))
            if self.now.text not in (closing, ",") and self.now.kind != "end":
                raise self.unexpected()
            self.take(",")
        return tuple(items), end.end
