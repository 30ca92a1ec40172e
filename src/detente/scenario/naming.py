"""What names mean in formulas, and reading a formula with them: text in, formula out, mistakes to the findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from detente.scenario.expression import Fault, parse
from detente.scenario.formula import Formula, LevelFormula
from detente.scenario.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.problems import Findings
    from detente.scenario.formula import Kind
    from detente.scenario.model import Factor
    from detente.scenario.syntax import Node
    from detente.source import Written

T = TypeVar("T")


@dataclass(frozen=True)
class Names:
    """What a formula may name."""

    factors: tuple[Factor, ...]
    parameters: frozenset[str]
    actors: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()  # names written down but not understood; already complained of
    index: dict[str, int] = field(init=False)
    owners: dict[str, tuple[str, ...]] = field(init=False)  # level -> the factors that have it

    def __post_init__(self) -> None:
        index = {factor.name: at for at, factor in enumerate(self.factors) if factor.name not in self.broken}
        object.__setattr__(self, "index", index)
        owners: dict[str, tuple[str, ...]] = {}
        for factor in (self.factors[at] for at in index.values()):
            for level in factor.levels:
                owners[level] = (*owners.get(level, ()), factor.name)
        object.__setattr__(self, "owners", owners)


def number(written: Written, names: Names, found: Findings, only: str = "") -> Formula | None:
    """A formula that gives a number; ``only`` says why no factor may be read, if none may."""
    return _formula(written, names, found, "number", "", only)


def condition(written: Written, names: Names, found: Findings) -> Formula | None:
    """A formula that gives true or false and reads no parameter."""
    return _formula(written, names, found, "test", "what can happen may not depend on a number", "")


def level(written: Written, factor: int, names: Names, found: Findings) -> LevelFormula | None:
    """A formula that gives a level of a factor: a level, a step, or a conditional of those."""
    resolver = Resolver(names, "an effect may not depend on a number", "")
    read = _read(written, found, resolver, lambda node: resolver.level(node, names.factors[factor], factor))
    if read is None:
        return None
    node, term = read
    text, top = " ".join(written.text.split()), len(names.factors[factor].levels) - 1
    return LevelFormula(text, factor, top, term, written.place(), node, written)


def _formula(
    written: Written, names: Names, found: Findings, kind: Kind, no_parameter: str, no_factor: str
) -> Formula | None:
    resolver = Resolver(names, no_parameter, no_factor)
    read = _read(written, found, resolver, resolver.number if kind == "number" else resolver.test)
    if read is None:
        return None
    node, term = read
    literals = tuple((one.value, written.place(one.start, one.end)) for one in resolver.literals)
    return Formula(" ".join(written.text.split()), term, kind, written.place(), literals, node, written)


def _read(written: Written, found: Findings, resolver: Resolver, resolve: Callable[[Node], T]) -> tuple[Node, T] | None:
    """The tree of a text and what it comes to; None after faults, which are told."""
    try:
        node = parse(written.text)
        term = resolve(node)
    except Fault as fault:
        _report(fault, written, found)
        return None
    for further in resolver.faults:
        _report(further, written, found)
    return None if resolver.faults or resolver.broken else (node, term)


def _report(fault: Fault, written: Written, found: Findings) -> None:
    found.error(fault.message, written.place(fault.start, fault.end), fault.hint, fault.code)
