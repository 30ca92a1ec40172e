"""A negotiation domain: issues with their values, parties, and what each outcome is worth to each party.

An outcome picks one value of each issue. Utilities are either linear-additive,

    u_p(x) = c_p + sum_i w_ip v_ip(x_i),

kept as one table a issue (the *contributions* w_ip v_ip of its values), or a list of outcomes with any utilities.

Contributions are rounded to a decimal grid of 10^-m of their unit, the finest on which all sums of a party are whole
numbers below 2^47 and so exact in floating point (for utilities up to 1: 14 decimals). Outcomes that are worth the same
on paper then tie, whatever the order of adding: 0.1 + 0.2 is 0.3. Reservation values are put on the same grid.

A reservation value is what a party has without an agreement. A party that states none agrees to anything: its lowest
utility stands in, and is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.negotiation.dominance import ranked
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

LARGEST = 1e100  # a utility's or weight's size
EXACT = 2.0**47  # whole numbers of a party's grid
MOST_PARTIES = 100
MOST_NUMBERS = 10**9  # of a list: outcomes times parties


@dataclass(frozen=True)
class Issue:
    """What is negotiated: a name, and the values it can take."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Linear:
    """Contributions of each issue's values, (values, P) whole numbers in units of 1 / ``divisor`` (P,)."""

    contributions: tuple[np.ndarray, ...]
    constant: np.ndarray
    divisor: np.ndarray

    def worth(self, sums: np.ndarray) -> np.ndarray:
        """Whole numbers (.., P), the constant included, as utilities."""
        utilities: np.ndarray = sums / self.divisor
        return utilities

    def of(self, choices: np.ndarray) -> np.ndarray:
        """Utilities (N, P) of choices (N, I)."""
        sums = np.broadcast_to(self.constant, (len(choices), len(self.constant))).copy()
        for table, column in zip(self.contributions, choices.T, strict=True):
            sums += table[column]
        return self.worth(sums)


@dataclass(frozen=True, eq=False)
class Listed:
    """Outcomes one by one: ``choices`` (N, I), positions of values, and ``utilities`` (N, P)."""

    choices: np.ndarray
    utilities: np.ndarray


@dataclass(frozen=True, eq=False)
class Domain:
    """A domain to be handed to :func:`~detente.negotiation.bargain.negotiate`; made by :meth:`linear` or :meth:`table`.

    ``reservation`` (P,) is nan where a party states none; ``remarks`` are what a reader has to be told;
    ``sources`` pairs a file's name with its SHA-256.
    """

    name: str
    parties: tuple[str, ...]
    issues: tuple[Issue, ...]
    utilities: Linear | Listed
    reservation: np.ndarray
    remarks: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def linear(
        cls,
        parties: Sequence[str],
        issues: Mapping[str, Mapping[str, ArrayLike]],
        weights: Mapping[str, ArrayLike] | None = None,
        constant: ArrayLike = 0.0,
        reservation: Mapping[str, float] | None = None,
        name: str = "",
    ) -> Domain:
        """A linear-additive domain: issue -> value -> utility of each party; issue -> weight of each party, else 1.

        ``constant`` is added to every outcome (a number, or one a party). DetenteError says what does not fit.
        """
        made = tuple(Issue(str(issue), tuple(map(str, values))) for issue, values in issues.items())
        names = _checked(parties, made)
        shape = (len(names),)
        unknown = [issue for issue in weights or {} if issue not in issues]
        if unknown:
            raise DetenteError(f"There is a weight for {unknown[0]!r}, which is no issue.")
        tables = [
            np.array([_numbers(one, shape, f"the utilities of {value!r}") for value, one in values.items()])
            for values in issues.values()
        ]
        weigh = [_numbers((weights or {}).get(issue, 1.0), shape, f"the weights of {issue!r}") for issue in issues]
        rounded = exact([w * t for w, t in zip(weigh, tables, strict=True)], _numbers(constant, shape, "the constant"))
        least = np.rint(_reserved(names, reservation) * rounded.divisor) / rounded.divisor
        return cls(str(name), names, made, rounded, least)

    @classmethod
    def table(
        cls,
        parties: Sequence[str],
        issues: Mapping[str, Iterable[str]],
        utilities: ArrayLike,
        reservation: Mapping[str, float] | None = None,
        name: str = "",
    ) -> Domain:
        """A domain whose utilities are an array (values of the 1st issue, of the 2nd, .., parties)."""
        made = tuple(Issue(str(issue), tuple(map(str, values))) for issue, values in issues.items())
        names = _checked(parties, made)
        shape = tuple(len(issue.values) for issue in made)
        if math.prod(shape) * len(names) > MOST_NUMBERS:
            raise DetenteError(f"A table of {math.prod(shape):,} outcomes is too large; use linear utilities.")
        array = _numbers(utilities, (*shape, len(names)), "the table of utilities").reshape(-1, len(names))
        choices = np.indices(shape, dtype=np.int32).reshape(len(shape), -1).T
        return cls(str(name), names, made, Listed(choices, array), _reserved(names, reservation))

    @classmethod
    def listed(
        cls,
        parties: Sequence[str],
        outcomes: Sequence[Mapping[str, str]],
        utilities: ArrayLike,
        reservation: Mapping[str, float] | None = None,
        name: str = "",
    ) -> Domain:
        """A domain of some outcomes (issue -> value, the same issues in each) with utilities (outcomes, parties)."""
        if not len(outcomes):
            raise DetenteError("There is no outcome.")
        issues = tuple(outcomes[0])
        if any(set(outcome) != set(issues) for outcome in outcomes):
            raise DetenteError("Every outcome names the same issues; these do not.")
        columns = [[str(outcome[issue]) for outcome in outcomes] for issue in issues]
        return cls.rows(parties, issues, columns, utilities, reservation, name)

    @classmethod
    def rows(
        cls,
        parties: Sequence[str],
        issues: Sequence[str],
        columns: Sequence[Sequence[str]],
        utilities: ArrayLike,
        reservation: Mapping[str, float] | None = None,
        name: str = "",
    ) -> Domain:
        """The same with a column of values for each issue."""
        positions = [{value: n for n, value in enumerate(dict.fromkeys(column))} for column in columns]
        made = tuple(Issue(str(issue), tuple(values)) for issue, values in zip(issues, positions, strict=True))
        names = _checked(parties, made)
        array = _numbers(utilities, (len(columns[0]), len(names)), "the utilities")
        coded = [
            np.array([at[x] for x in column], dtype=np.int32) for at, column in zip(positions, columns, strict=True)
        ]
        choices = np.stack(coded, axis=1)
        if not ranked(choices)[1].all():
            raise DetenteError("An outcome is there twice.")
        return cls(str(name), names, made, Listed(choices, array), _reserved(names, reservation))

    @cached_property
    def size(self) -> int:
        """How many outcomes there are."""
        if isinstance(self.utilities, Listed):
            return len(self.utilities.choices)
        return math.prod(len(issue.values) for issue in self.issues)

    @cached_property
    def floor(self) -> np.ndarray:
        """Reservation values (P,), the lowest utility where none is stated."""
        return np.where(np.isnan(self.reservation), self._extreme(np.min), self.reservation)

    @cached_property
    def best(self) -> np.ndarray:
        """The largest utility (P,) of each party."""
        return self._extreme(np.max)

    def _extreme(self, of: Callable[..., Any]) -> np.ndarray:
        if isinstance(self.utilities, Listed):
            found: np.ndarray = of(self.utilities.utilities, axis=0)
            return found
        each = [of(table, axis=0) for table in self.utilities.contributions]
        return self.utilities.worth(np.sum(each, axis=0) + self.utilities.constant)

    def outcome(self, choice: np.ndarray) -> dict[str, str]:
        """Positions of values (I,) as issue -> value."""
        return {issue.name: issue.values[int(n)] for issue, n in zip(self.issues, choice, strict=True)}

    def __repr__(self) -> str:
        return f"<Domain {self.name!r}: {len(self.parties)} parties, {len(self.issues)} issues, {self.size:,} outcomes>"


def exact(tables: Sequence[np.ndarray], constant: np.ndarray) -> Linear:
    """Contributions (values, P) of each issue and constants (P,) on the grids of the parties."""
    span = np.abs(constant) + sum(np.abs(table).max(axis=0) for table in tables)
    if not np.all(span <= LARGEST):
        raise DetenteError(f"Utilities and weights may be up to {LARGEST:g}; some are larger.")
    with np.errstate(divide="ignore", over="ignore"):
        digits = np.where(span > 0, np.floor(np.log10(EXACT / span)), 200.0)
    divisor = 10.0 ** np.minimum(digits, 200.0)
    return Linear(tuple(np.rint(table * divisor) for table in tables), np.rint(constant * divisor), divisor)


def _checked(parties: Sequence[str], issues: Sequence[Issue]) -> tuple[str, ...]:
    """The parties' names; DetenteError where names are missing or double."""
    if isinstance(parties, str):
        raise DetenteError("Parties are a list of names, not one text.")
    names = tuple(map(str, parties))
    if not 2 <= len(names) <= MOST_PARTIES:
        raise DetenteError(f"A negotiation has 2 to {MOST_PARTIES} parties; this one has {len(names)}.")
    if not issues:
        raise DetenteError("A negotiation has at least one issue; this one has none.")
    for what, words in (
        ("party", names),
        ("issue", [issue.name for issue in issues]),
        *((f"value of {issue.name!r}", issue.values) for issue in issues),
    ):
        if len(set(words)) < len(words) or not words or not all(word.strip() for word in words):
            double = next((word for n, word in enumerate(words) if word in words[:n]), "")
            raise DetenteError(f"The {what} {double!r} is there twice." if double else f"A {what} has no name.")
    return names


def _reserved(parties: tuple[str, ...], reservation: Mapping[str, float] | None) -> np.ndarray:
    given = reservation or {}
    unknown = [party for party in given if party not in parties]
    if unknown:
        raise DetenteError(f"There is a reservation value for {unknown[0]!r}, which is no party.")
    values = [_numbers(given[party], (), f"the reservation value of {party!r}") if party in given else np.nan
              for party in parties]  # fmt: skip
    return np.array(values, dtype=float)


def _numbers(given: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """An array of finite numbers of a shape."""
    try:
        array = np.asarray(given, dtype=float)
        array = np.broadcast_to(array, shape) if array.ndim == 0 else array
    except (TypeError, ValueError):
        raise DetenteError(f"There is something else than numbers in {what}.") from None
    if array.shape != shape:
        raise DetenteError(f"The shape of {what} is {array.shape}, and {shape} is needed (the last: one a party).")
    if not np.all(np.abs(array) <= LARGEST):
        raise DetenteError(f"There is a number in {what} that is missing or larger than {LARGEST:g}.")
    return array
