"""A scenario as it is meant: names resolved, formulas checked, every list in file order.

What an analyst writes is :mod:`detente.scenario.document`; ``load`` turns it into these frozen
types once, after all checks. Nothing here knows about arrays of states or about solving.

Indices: an actor, a factor and a level are known here by their position in the scenario
(``Scenario.actors``, ``Scenario.factors``, ``Factor.levels``); names are kept beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from detente.problems import DetenteError, did_you_mean
from detente.scenario.inquiry import Ask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from detente.claims.model import Claims
    from detente.problems import Place, Problem
    from detente.scenario.agreement import Agreement
    from detente.scenario.formula import Formula, LevelFormula
    from detente.scenario.inquiry import ProposedPath, Record, Thesis
    from detente.source import Source

_Named = TypeVar("_Named", "Situation", "OutcomeSpec")

Noise = Literal["errors", "shocks", "raw"]
Moves = Literal["continuous", "in_turn", "simultaneous"]


@dataclass(frozen=True)
class Month:
    """A calendar month; ``Month.parse('2018-03')``."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """From 'YYYY-MM'; raises ValueError with a sentence."""
        year, dash, month = text.partition("-")
        good = dash and len(year) == 4 and year.isascii() and year.isdigit() and len(month) == 2
        if not (good and month.isascii() and month.isdigit() and 1 <= int(month) <= 12 and int(year) > 0):
            raise ValueError(f"{text!r} is not a month; write it as YYYY-MM, such as 2018-03")
        return cls(int(year), int(month))

    @property
    def ordinal(self) -> int:
        """Months since year 0, so that differences are months."""
        return 12 * self.year + self.month - 1

    def after(self, months: int) -> Month:
        """The month so many months later (or earlier)."""
        year, month = divmod(self.ordinal + months, 12)
        return Month(year, month + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Factor:
    """One dimension of the state. ``levels`` in order, or unordered kinds."""

    name: str
    levels: tuple[str, ...]
    ordered: bool
    scores: tuple[float, ...]  # what a level counts in arithmetic; 0 .. 1 by default; kinds have none: ()
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Parameter:
    """A number with its range. ``basis`` holds claim ids; empty with a ``note`` for an estimate or judgement."""

    name: str
    likely: float
    low: float
    high: float
    unit: str
    basis: tuple[str, ...]  # claim ids
    basis_kind: Literal["claims", "estimate", "judgement"]
    note: str = ""
    about: str = ""
    place: Place | None = field(default=None, repr=False)
    title: str = field(default="", repr=False)  # for readers only, so no part of what a solution is kept by

    @property
    def label(self) -> str:
        """Its title, or its name as words: what an axis or a table shows."""
        return self.title or self.name.replace("_", " ")

    @property
    def said(self) -> str:
        """Its title in quotes, or its name: what a sentence shows."""
        return f"'{self.title}'" if self.title else self.name


@dataclass(frozen=True)
class Actor:
    """One who decides.

    ``tempo`` fresh decisions a month (0: only consents), ``discount`` per year, ``precision`` 1 / payoff.
    """

    name: str
    title: str
    tempo: Formula
    discount: Formula
    precision: Formula
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Branch:
    """One way in which a step can turn out. ``effects``: factor index -> level formula; all read the state before."""

    probability: Formula  # the branches of a step sum to one
    effects: Mapping[int, LevelFormula]
    written: tuple[Formula, ...] = ()  # the written chances that it is made of; none for what remains
    about: str = ""


@dataclass(frozen=True)
class Consent:
    """An actor whose yes is needed; ``lean`` is the chance of yes when it is indifferent."""

    actor: int
    lean: Formula


@dataclass(frozen=True)
class Action:
    """Something an actor can do. Payoffs: actor index -> formula, payoff units, once."""

    actor: int
    name: str
    about: str
    weight: Formula
    when: Formula  # Boolean; reads no parameter
    consent: tuple[Consent, ...]
    branches: tuple[Branch, ...]
    refused: Mapping[int, LevelFormula]  # effects of a refusal; empty: nothing changes
    pay: Mapping[int, Formula]  # gain less cost, when it takes effect
    asking: Mapping[int, Formula]  # cost of asking, paid whether or not it is accepted
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Calendar:
    """Dates that recur every so many months, in both directions from ``next``."""

    every: int
    next: Month


@dataclass(frozen=True)
class Rule:
    """What nobody decides. ``rate`` a month: the written one, or 1 / every for a dated rule."""

    name: str  # its `about`
    when: Formula
    rate: Formula
    calendar: Calendar | None
    branches: tuple[Branch, ...]
    pay: Mapping[int, Formula]
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Interest:
    """A named part of an actor's payoff a month."""

    actor: int
    name: str
    value: Formula
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OutcomeSpec:
    """What is forecast: a condition that holds (``when``), or actions taken (``actions``, indices); one is set."""

    name: str
    when: Formula | None
    actions: tuple[int, ...] = ()
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Situation:
    """A dated starting state: a level index for each factor. ``next``: rule name -> its next date as then scheduled."""

    name: str
    date: Month
    levels: tuple[int, ...]
    about: str = ""
    next: Mapping[str, Month] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Deals:
    """What can be bargained over: ``terms`` factor index -> permitted level indices; ``also`` goes with any deal."""

    parties: tuple[int, ...]
    consent: tuple[int, ...]
    terms: Mapping[int, tuple[int, ...]]
    also: Mapping[int, int]
    named: Mapping[str, Mapping[int, int]]
    about: str = ""
    claims: tuple[str, ...] = ()
    named_about: Mapping[str, str] = field(default_factory=dict)
    named_claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class WhatIf:
    """A changed state, number or act. ``never``: action indices struck out; ``without``: rules that do not happen."""

    name: str
    situation: str
    levels: Mapping[int, int]
    parameters: Mapping[str, float]
    never: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Scenario:
    """A whole case, checked. ``warnings`` are the findings that did not stop it."""

    name: str
    title: str
    about: str
    moves: Moves
    noise: Noise
    actors: tuple[Actor, ...]
    factors: tuple[Factor, ...]
    parameters: tuple[Parameter, ...]
    actions: tuple[Action, ...]
    rules: tuple[Rule, ...]
    interests: tuple[Interest, ...]
    outcomes: tuple[OutcomeSpec, ...]
    situations: tuple[Situation, ...]
    forces: Mapping[str, tuple[int, ...]]  # force -> factor indices
    never: tuple[Formula, ...]
    deals: Deals | None
    what_ifs: tuple[WhatIf, ...]
    claims: Claims
    text: str  # the file as read, for the hash and for showing places
    ask: Ask = field(default_factory=Ask)
    theses: tuple[Thesis, ...] = ()
    paths: tuple[ProposedPath, ...] = ()
    record: Record | None = None
    path: Path | None = None
    warnings: tuple[Problem, ...] = ()
    agreements: tuple[Agreement, ...] = field(default=(), repr=False)  # proposals: no part of the game until asked for
    source: Source | None = field(default=None, compare=False, repr=False)  # places of what has none of its own

    @property
    def likely(self) -> dict[str, float]:
        """The central numbers: parameter name -> likely value."""
        return {parameter.name: parameter.likely for parameter in self.parameters}

    def situation(self, name: str) -> Situation:
        """The situation of that name, or a DetenteError that lists those there are."""
        return _named(self.situations, name, "situation")

    def outcome(self, name: str) -> OutcomeSpec:
        """The outcome of that name, or a DetenteError that lists those there are."""
        return _named(self.outcomes, name, "outcome")


def _named(items: tuple[_Named, ...], name: str, kind: str) -> _Named:
    for item in items:
        if item.name == name:
            return item
    hint = did_you_mean(name, (item.name for item in items)) or f"There are: {', '.join(item.name for item in items)}."
    raise DetenteError(f"There is no {kind} {name!r}. {hint}")
