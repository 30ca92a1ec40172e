"""From a formula's tree to terms: every name resolved, numbers and tests kept apart.

A name is a factor, a parameter, or a level; a level may belong to several factors and is always read from the other
side of a comparison. ``trust`` is no test, ``status is war`` is no number. Faults are gathered, not raised, so that all
are found.
"""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING

from detente.problems import did_you_mean
from detente.scenario import conditions, syntax, terms
from detente.scenario.expression import FUNCTIONS, Fault
from detente.scenario.formula import ChosenLevel, LevelTerm, Step, ToLevel

if TYPE_CHECKING:
    from detente.scenario.model import Factor
    from detente.scenario.naming import Names
    from detente.scenario.syntax import Node
    from detente.scenario.terms import Term

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=", "is": "is", "is not": "is not"}
_ORDINAL = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "is": eq, "!=": ne, "is not": ne}


class Resolver:
    """Turns a tree into terms, and goes on after a fault so that all are found."""

    def __init__(self, names: Names, no_parameter: str, no_factor: str):
        self.names = names
        self.no_parameter = no_parameter
        self.no_factor = no_factor
        self.faults: list[Fault] = []
        self.literals: list[syntax.Number] = []
        self.broken = False

    def _fault(self, node: Node, message: str, hint: str | None = None, code: str = "formula") -> Term:
        """Note a fault; the term returned is never used."""
        self.faults.append(Fault(message, node.start, node.end, hint, code))
        return terms.Constant(0.0)

    def _barred(self, node: Node, factor: Factor) -> Term:
        """The fault of reading a factor where none may be read."""
        return self._fault(node, f"{factor.name!r} is a factor, and {self.no_factor}", None, "reads-factor")

    # numbers

    def number(self, node: Node) -> Term:
        """The term of a number."""
        match node:
            case syntax.Number():
                self.literals.append(node)
                return terms.Constant(node.value)
            case syntax.Name():
                return self._name(node)
            case syntax.Sign():
                term = self.number(node.operand)
                if node.sign == "+":
                    return term
                return terms.Constant(-term.number) if isinstance(term, terms.Constant) else terms.Negative(term)
            case syntax.Sum():
                parts = [self.number(term) for term in node.terms]
                signed = zip(node.signs, parts, strict=True)
                return terms.Total(tuple(part if sign == "+" else terms.Negative(part) for sign, part in signed))
            case syntax.Product():
                return self._product(node)
            case syntax.Power():
                return terms.Raised(self.number(node.base), self.number(node.exponent))
            case syntax.Call():
                return terms.Applied(node.function, tuple(self.number(part) for part in node.arguments))
            case syntax.Choice():
                return terms.Chosen(self.number(node.body), self.test(node.test), self.number(node.other))
            case syntax.Dotted():
                return self._dotted(node)
            case syntax.Group():
                return self._fault(node, "A list stands only after 'in'")
            case _:
                hint = "Write 'a if test else b' to make a number of it, such as '1 if status is war else 0'."
                return self._fault(node, "A number is needed here; this is true or false", hint, "not-a-number")

    def _product(self, node: syntax.Product) -> Term:
        return terms.Product(tuple(self.number(term) for term in node.terms), tuple(sign == "/" for sign in node.signs))

    def _name(self, node: syntax.Name) -> Term:
        word = node.word
        if word in self.names.index:
            at = self.names.index[word]
            factor = self.names.factors[at]
            if self.no_factor:
                return self._barred(node, factor)
            if not factor.ordered:
                message = f"{word!r} has kinds, which have no order and so are no number"
                hint = f"Write '1 if {word} is {factor.levels[0]} else 0'."
                return self._fault(node, message, hint, "kinds-as-number")
            return terms.Table(at, factor.scores)
        if word in self.names.parameters:
            if self.no_parameter:
                return self._fault(node, f"{word!r} is a parameter, and {self.no_parameter}", None, "reads-parameter")
            return terms.Parameter(word)
        if word in self.names.owners:
            owner = self.names.owners[word][0]
            hint = f"Write '{owner} is {word}' as a test."
            return self._fault(node, f"{word!r} is a level, not a number", hint, "level-as-number")
        return self._unknown(node)

    def _unknown(self, node: syntax.Name) -> Term:
        if self._is_broken(node):
            return terms.Constant(0.0)
        known = [*self.names.index, *self.names.parameters]
        if node.word in self.names.actors:
            return self._fault(
                node, f"{node.word!r} is an actor, which a formula cannot read", None, "actor-in-formula"
            )
        hint = did_you_mean(node.word, [*known, *FUNCTIONS]) or did_you_mean(node.word, self.names.owners)
        return self._fault(node, f"There is no factor or parameter {node.word!r}", hint, "unknown-name")

    def _is_broken(self, *nodes: Node) -> bool:
        """Whether a name stands there that is known to be wrong elsewhere: then nothing more is said."""
        found = any(isinstance(node, syntax.Name) and node.word in self.names.broken for node in nodes)
        self.broken = self.broken or found
        return found

    def _dotted(self, node: syntax.Dotted) -> Term:
        hint = "'actor.action' stands only in outcomes." if node.owner.word in self.names.actors else None
        return self._fault(node, "A formula looks nothing up by '.'", hint, "attribute")

    # tests

    def test(self, node: Node) -> Term:
        """The term of a test."""
        match node:
            case syntax.Truth():
                return terms.Constant(node.value)
            case syntax.Not():
                return conditions.Negated(self.test(node.operand))
            case syntax.Junction():
                return conditions.Joined(node.word, tuple(self.test(term) for term in node.terms))
            case syntax.Comparison():
                pairs = zip(node.terms, node.signs, node.terms[1:], strict=False)
                parts = tuple(self._compare(left, sign, right) for left, sign, right in pairs)
                return parts[0] if len(parts) == 1 else conditions.Joined("and", parts)
            case syntax.Choice():
                return terms.Chosen(self.test(node.body), self.test(node.test), self.test(node.other))
            case syntax.Name():
                return self._name_as_test(node)
            case syntax.Dotted():
                return self._dotted(node)
            case _:
                hint = "Compare it: with '<', '>', 'is' or 'in'."
                return self._fault(node, "A test (true or false) is needed here; this is a number", hint, "not-a-test")

    def _name_as_test(self, node: syntax.Name) -> Term:
        word = node.word
        if word in self.names.index:
            one = self.names.factors[self.names.index[word]].levels[-1]
            return self._fault(node, f"{word!r} is a factor, not a test", f"Write '{word} is {one}'.", "not-a-test")
        if word in self.names.parameters:
            return self._fault(node, f"{word!r} is a parameter, not a test", None, "not-a-test")
        if word in self.names.owners:
            owner = self.names.owners[word][0]
            hint = f"Write '{owner} is {word}', or '{owner} in (..., {word})' for several."
            return self._fault(node, f"{word!r} is a level, not a test", hint, "not-a-test")
        return self._unknown(node)

    def _compare(self, left: Node, sign: str, right: Node) -> Term:
        if self._is_broken(left, right):
            return terms.Constant(False)
        if sign in ("in", "not in"):
            return self._among(left, sign, right)
        first, second = self._factor(left), self._factor(right)
        if first is not None and second is not None:
            return self._pair(left, first, sign, right, second)
        if first is not None:
            return self._with_level(first, sign, right, left)
        if second is not None:
            return self._with_level(second, _SWAPPED[sign], left, right)
        if self._astray(left, sign, right):
            return terms.Constant(False)
        return conditions.Compared(self.number(left), sign, self.number(right))

    def _factor(self, node: Node) -> int | None:
        return self.names.index.get(node.word) if isinstance(node, syntax.Name) else None

    def _astray(self, left: Node, sign: str, right: Node) -> bool:
        """Whether a comparison without a factor was meant to have one; says so."""
        names = [node for node in (left, right) if isinstance(node, syntax.Name)]
        unknown = [
            name for name in names if name.word not in self.names.parameters and name.word not in self.names.owners
        ]
        levels = [name for name in names if name.word in self.names.owners]
        if unknown:  # only the first: the other is likely a level of it
            self._unknown(unknown[0])
        if not unknown and levels:
            owner = self.names.owners[levels[0].word][0]
            message = f"{levels[0].word!r} is a level of {owner!r} and is compared with that factor only"
            self._fault(levels[0], message, f"Write '{owner} {sign} {levels[0].word}'.", "level-as-number")
        elif not unknown and sign in ("is", "is not"):
            hint = "Numbers are compared by '==', '<', '>'."
            self._fault(left, f"{sign!r} compares a factor with one of its levels", hint, "is-without-factor")
        return bool(unknown or levels or sign in ("is", "is not"))

    def _with_level(self, at: int, sign: str, node: Node, subject: Node) -> Term:
        """A factor compared with one of its levels: a table."""
        factor = self.names.factors[at]
        if self.no_factor:
            return self._barred(subject, factor)
        if not factor.ordered and sign not in ("is", "is not"):
            message = f"{factor.name!r} has kinds, which have no order"
            return self._fault(subject, message, "Compare it by 'is', 'is not' or 'in'.", "kinds-ordered")
        index = self._level_index(factor, node)
        if index is None:
            return terms.Constant(False)
        compare = _ORDINAL[sign]
        return terms.Table(at, tuple(bool(compare(level, index)) for level in range(len(factor.levels))))

    def _among(self, left: Node, sign: str, right: Node) -> Term:
        at = self._factor(left)
        if at is None:
            if isinstance(left, syntax.Name):
                return self._unknown(left)
            return self._fault(left, f"Before {sign!r} stands a factor")
        factor = self.names.factors[at]
        if self.no_factor:
            return self._barred(left, factor)
        items = right.items if isinstance(right, syntax.Group) else (right,)
        if isinstance(right, syntax.Group) and not items:
            return self._fault(right, "An empty list holds no level")
        chosen = {self._level_index(factor, item) for item in items}
        return terms.Table(at, tuple((level in chosen) == (sign == "in") for level in range(len(factor.levels))))

    def _level_index(self, factor: Factor, node: Node) -> int | None:
        """The index of the level that the node names, or None after a fault."""
        if isinstance(node, syntax.Name) and node.word in factor.levels:
            return factor.levels.index(node.word)
        levels = ", ".join(factor.levels[:12])
        if not isinstance(node, syntax.Name):
            message = f"{factor.name!r} is compared with its levels only: {levels}"
            self._fault(node, message, "Write the name of a level.", "not-a-level")
            return None
        if node.word in self.names.parameters:
            message = f"{factor.name!r} is compared with its levels only, and {node.word!r} is a parameter"
            self._fault(node, message, f"The levels of {factor.name!r} are {levels}.", "not-a-level")
            return None
        elsewhere = self.names.owners.get(node.word)
        hint = did_you_mean(node.word, factor.levels)
        if hint is None and elsewhere:
            hint = f"{node.word!r} is a level of {elsewhere[0]!r}; {factor.name!r} has {levels}."
        self._fault(
            node, f"{factor.name!r} has no level {node.word!r}", hint or f"Its levels are {levels}.", "unknown-level"
        )
        return None

    def _pair(self, left: Node, first: int, sign: str, right: Node, second: int) -> Term:
        one, two = self.names.factors[first], self.names.factors[second]
        if two.name in one.levels:  # a clash of names, told where they are given
            return self._with_level(first, sign, right, left)
        if self.no_factor:
            return self._barred(left, one)
        if one.levels != two.levels or one.ordered != two.ordered:
            levels = ", ".join(one.levels[:12])
            message = f"{one.name!r} and {two.name!r} have different levels and cannot be compared"
            return self._fault(right, message, f"The levels of {one.name!r} are {levels}.", "not-a-level")
        if not one.ordered and sign not in ("is", "is not"):
            hint = "Compare them by 'is' or 'is not'."
            return self._fault(left, f"{one.name!r} has kinds, which have no order", hint, "kinds-ordered")
        return conditions.Pair(first, sign, second)

    # levels

    def level(self, node: Node, factor: Factor, at: int) -> LevelTerm:
        """The level to which an effect takes a factor."""
        match node:
            case syntax.Choice():
                body, other = self.level(node.body, factor, at), self.level(node.other, factor, at)
                return ChosenLevel(body, self.test(node.test), other)
            case syntax.Name() if node.word == factor.name:
                return Step(at, 0, len(factor.levels) - 1)
            case syntax.Sign(operand=syntax.Number() as size):
                return self._step(node, size, factor, at)
            case syntax.Name():
                index = self._level_index(factor, node)
                return ToLevel(index or 0)
            case syntax.Number():
                hint = f"Write the level's name, or '+{node.value:g}' for a step up."
                self._fault(node, f"{factor.name!r} has no level {node.value:g}", hint, "not-a-level")
            case _:
                hint = "An effect is a level, a step such as +1, or 'a if test else b' of those."
                self._fault(node, f"This is no level of {factor.name!r}", hint, "not-a-level")
        return ToLevel(0)

    def _step(self, node: syntax.Sign, size: syntax.Number, factor: Factor, at: int) -> LevelTerm:
        by = int(size.value) if size.value == int(size.value) else 0
        if not factor.ordered:
            message = f"{factor.name!r} has kinds, which have no order, so it cannot go a step up or down"
            self._fault(node, message, f"Its kinds are {', '.join(factor.levels[:12])}.", "step-on-kinds")
        elif by == 0:
            self._fault(node, "A step is a whole number of levels, such as +1 or -1", None, "bad-step")
        elif by >= len(factor.levels):
            message = f"{factor.name!r} has {len(factor.levels)} levels; a step of {by} is more than all of them"
            self._fault(node, message, None, "bad-step")
        return Step(at, by if node.sign == "+" else -by, len(factor.levels) - 1)
