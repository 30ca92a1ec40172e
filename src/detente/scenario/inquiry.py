"""What a case brings to the questions: defaults, theses of its sources, proposed paths, and what has happened.

None of it changes play: a scenario is solved the same with and without. Situations, outcomes, deals, what-ifs and
forces are known by name here, actions and chance rules by their position in the scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.problems import Place
    from detente.scenario.model import Month


@dataclass(frozen=True)
class Ask:
    """What the questions speak of unless told otherwise; None where the case does not say.

    ``months``: the horizon. ``between``: two situations. ``deal``: a named deal. ``along``: a parameter, or an
    ordered factor, to sweep. ``since``: the situation to start from, else the latest.
    """

    outcome: str | None = None
    months: int | None = None
    between: tuple[str, str] | None = None
    deal: str | None = None
    along: str | None = None
    since: str | None = None
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Thesis:
    """What a source holds, put so that numbers can speak to it. ``months``: the horizon, None for the question's own.

    Either forces: those in ``more`` brought more of the change of the outcome's chance between two situations (None:
    the question's own), in the direction in which it changed, than those in ``than`` (none: more than nothing).
    `other` and `calendar` may be among them. Or a what-if, which ``moves`` the outcome's chance up or down. What the
    other form has is empty.
    """

    name: str
    says: str
    claims: tuple[str, ...]
    outcome: str
    months: int | None = None
    between: tuple[str, str] | None = None
    more: tuple[str, ...] = ()
    than: tuple[str, ...] = ()
    what_if: str | None = None
    moves: Literal["up", "down"] | None = None
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Step:
    """One step of a path: an action's index or, for luck, a chance rule's; one is set."""

    action: int | None = None
    rule: int | None = None


@dataclass(frozen=True)
class ProposedPath:
    """A sequence of steps that someone proposes, from a situation and, where ``deal`` is set, to a named deal."""

    name: str
    situation: str
    deal: str | None
    steps: tuple[Step, ...]
    about: str = ""
    claims: tuple[str, ...] = ()
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Happened:
    """When an outcome happened. ``dates``: the months in which it began or was done, ascending.

    ``spells``: for a state, first and last month in which it held, both included; a last month of None: it still
    holds. A spell from the first month was under way already and is no onset, so not among ``dates``. ``since``: the
    first month of which this is known, the record's own or a later one; before it nothing is said.
    """

    since: Month
    dates: tuple[Month, ...]
    spells: tuple[tuple[Month, Month | None], ...] = ()
    claims: tuple[str, ...] = ()
    about: str = ""
    place: Place | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Record:
    """What happened from the month ``since`` (or a later one of its own) to ``until``, both included, by outcome.

    An outcome without dates and spells did not happen; one that is not there is not recorded.
    """

    since: Month
    until: Month
    happened: Mapping[str, Happened]
    place: Place | None = field(default=None, repr=False)
