"""What the page shows, and nothing else: frozen records between the answers and the template.

:mod:`detente.report.gather` fills them from a forecast; the template and the charts read them. So the page can be
drawn, looked at and tested without solving anything, and the numbers can be tested without drawing anything.

Units: chances are between 0 and 1, rates are a month, payoffs are the scenario's payoff units.
A range is the middle 90% of parameter draws (5th to 95th percentile) unless it says otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from detente.report.words import sentences
from detente.scenario.model import Month

NAN = math.nan
BRIEF = 100  # letters of a first sentence that says too little by itself
LEAD = 400  # letters of an answer that are not folded away, but for a first sentence that is longer


@dataclass(frozen=True)
class Range:
    """A number on the likely parameters, with its 5th and 95th percentile over draws (nan: no draws)."""

    likely: float
    low: float = NAN
    high: float = NAN

    @property
    def known(self) -> bool:
        """Whether there are draws behind it."""
        return not (math.isnan(self.low) or math.isnan(self.high))


@dataclass(frozen=True)
class LevelView:
    """One factor as it stands: its levels in order and which of them holds."""

    factor: str
    levels: tuple[str, ...]
    holds: int
    ordered: bool
    about: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """The chance of an outcome by one month; ``slips`` is the share of it that comes from slips."""

    months: int
    date: Month
    chance: Range
    slips: Range
    without: Range  # the chance if nobody slipped
    half: float  # at half precision, likely parameters; nan: no solution there
    double: float  # at double precision; likewise
    standing: Range  # chance that the state holds in that month; nan for an action


@dataclass(frozen=True)
class Fan:
    """An outcome's chance month by month, from month 0: percentiles over draws, and the likely line."""

    low: tuple[float, ...]  # 5%
    quarter: tuple[float, ...]  # 25%
    likely: tuple[float, ...]
    three_quarters: tuple[float, ...]
    high: tuple[float, ...]  # 95%
    half: tuple[float, ...]  # likely parameters, half precision; nan: no solution there
    double: tuple[float, ...]

    @property
    def months(self) -> int:
        """The horizon: one less than the points of a line."""
        return len(self.likely) - 1

    @property
    def top(self) -> float:
        """The largest chance drawn."""
        lines = (self.high, self.likely, self.half, self.double)
        return max((p for line in lines for p in line if not math.isnan(p)), default=0.0)


@dataclass(frozen=True)
class OutcomeView:
    """One outcome. ``standing``: it holds already, so what is shown is the chance that it holds then, not by then."""

    name: str
    anchor: str
    condition: str
    marks: tuple[Mark, ...]  # every twelve months and at the horizon
    fan: Fan
    about: str = ""
    standing: bool = False
    action: bool = False  # an act, which happens rather than holds
    base: float = NAN  # the plain base rate at the horizon; nan: the record says nothing of it
    base_counted: str = ""  # what it is counted from
    claims: tuple[str, ...] = ()

    @property
    def last(self) -> Mark:
        """The mark at the horizon."""
        return self.marks[-1]

    @property
    def heads(self) -> tuple[Mark, ...]:
        """The marks of the first screen: 12, 36 and 60 months, or what the horizon holds of them, and its end."""
        wanted = [mark for mark in self.marks if mark.months in (12, 36, 60)]
        return tuple(wanted if self.last in wanted else [*wanted[:2], self.last])


@dataclass(frozen=True)
class Event:
    """Something with a date within the horizon, such as an election. Later repeats of a rule have no label."""

    months: int
    date: Month
    name: str
    labelled: bool = True


@dataclass(frozen=True)
class Say:
    """An actor whose consent a move needs, and the chance that it says yes."""

    actor: str
    yes: Range


@dataclass(frozen=True)
class MoveView:
    """One open move of an actor: the chance that it is chosen at the next decision, and that it is then accepted."""

    name: str
    about: str
    chosen: Range
    accepted: Range  # 1 where no consent is needed
    taken: Range  # chosen and accepted
    consent: tuple[Say, ...]
    slip: bool  # much worse than the actor's best move: advantage below -2 / precision
    advantage: float  # of being accepted and done over the best other move, payoff
    reasons: tuple[tuple[str, float], ...]  # what it changes for the mover against waiting, by interest, largest first
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class MoverView:
    """An actor: how often it decides, what it would do at its next decision."""

    name: str
    anchor: str
    tempo: float  # decisions a month; 0: it only consents
    waits: Range
    moves: tuple[MoveView, ...]
    about: str = ""


@dataclass(frozen=True)
class Part:
    """One named interest of an actor, or what acts and events cost and bring: now, and the change with each outcome."""

    name: str
    about: str
    flow: float  # payoff a month in the present state; nan for what is paid once
    value: float  # its part of the value now: discounted payoff
    change: tuple[float, ...]  # value when the outcome comes about less value now; one for each outcome; nan: never
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class StakeView:
    """What an actor gains and loses. The parts sum to ``value``, their changes to ``change``."""

    name: str
    anchor: str
    discount: float  # rho, a month: value times rho is the even monthly payoff worth as much
    parts: tuple[Part, ...]
    value: float
    value_range: Range
    change: tuple[float, ...]
    change_range: tuple[Range, ...]  # of each change over the draws


@dataclass(frozen=True)
class YearView:
    """A year of a history: sentences in the order of time, and whether each makes or ends an outcome."""

    year: str
    told: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class HistoryView:
    """One sampled history, year by year, and how it ended."""

    number: int
    years: tuple[YearView, ...]
    ending: str


@dataclass(frozen=True)
class HistoriesView:
    """The histories told: the first that were drawn with the seed."""

    told: tuple[HistoryView, ...]
    seed: int


@dataclass(frozen=True)
class ParameterView:
    """A number with its range, unit and basis."""

    name: str
    about: str
    likely: float
    low: float
    high: float
    unit: str
    claims: tuple[str, ...]
    basis: str  # 'claims', 'estimate' or 'judgement'
    note: str = ""
    key: str = ""  # its name in the file, where that is not what is shown


@dataclass(frozen=True)
class ClaimView:
    """A claim, where it comes from, and what in the scenario cites it (nothing: it bears on nothing)."""

    id: str
    says: str
    kind: str
    source: str
    voice: str
    date: str
    note: str
    cited_by: tuple[str, ...]


@dataclass(frozen=True)
class SourceView:
    """A source, as it is cited."""

    id: str
    citation: str
    url: str  # '' or an http(s) address


@dataclass(frozen=True)
class Standing:
    """Whether play is certified, told first and loudly when it is not."""

    certified: bool
    sentence: str
    uncertified: tuple[str, ...] = ()  # 'half precision', 'double precision': figures to be marked
    solved: bool = True  # at the likely numbers; where not, every figure at them has a star

    @property
    def star(self) -> str:
        """What stands behind a figure at the likely numbers."""
        return "" if self.solved else " *"


@dataclass(frozen=True)
class AnswerView:
    """A question beside the forecast: its answer in words, its picture, its table. No picture: words alone."""

    anchor: str
    title: str
    asks: str
    summary: str
    findings: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    left: int = 1  # columns of text; numbers after them
    charts: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)  # 'desk', 'phone' -> Vega-Lite
    turns: str = ""  # what would turn it round
    proposed: tuple[str, ...] = ()  # agreements that the case proposes, told in words

    @property
    def told(self) -> tuple[str, str]:
        """The answer as a page shows it: its first sentences, and what is folded away."""
        parts = sentences(self.summary)
        first = 1 if not parts or len(parts[0]) > BRIEF else 2
        while first < len(parts) and len(" ".join(parts[: first + 1])) <= LEAD:
            first += 1
        return " ".join(parts[:first]), " ".join(parts[first:])


@dataclass(frozen=True)
class Page:
    """Everything on the page."""

    title: str
    about: str
    situation: str
    situation_about: str
    date: Month
    months: int
    draws: int
    levels: tuple[LevelView, ...]
    standing: Standing
    outcomes: tuple[OutcomeView, ...]
    events: tuple[Event, ...]
    movers: tuple[MoverView, ...]
    stakes: tuple[StakeView, ...]
    histories: HistoriesView
    parameters: tuple[ParameterView, ...]
    claims: tuple[ClaimView, ...]
    sources: tuple[SourceView, ...]
    made: tuple[tuple[str, str], ...]  # term -> how it was made
    warnings: tuple[str, ...]
    answers: tuple[AnswerView, ...] = ()
    turns: str = ""  # what would turn the answer round
    fared: str = ""  # how earlier forecasts would have fared
