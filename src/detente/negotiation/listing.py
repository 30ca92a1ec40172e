"""Domains from CSV, in one of two plain formats, told apart by the first line.

Outcomes as rows, for any utilities: a column an issue, a column ``u:NAME`` a party; one row an outcome, and if wanted a
row that begins with ``reservation`` and is empty under the other issues::

    price,delivery,u:buyer,u:seller
    low,week,0.9,0.1
    high,week,0.3,0.8
    reservation,,0.2,0.1

Values of issues as rows, for linear-additive utilities: the utility of each value for each party, and if wanted the
weight of its issue (else 1). Instead of an issue ``reservation`` or ``constant`` may stand, with no value::

    issue,value,party,utility,weight
    price,low,buyer,1,0.7
    price,high,buyer,0.2,
    reservation,,buyer,0.3,

Commas, semicolons or tabs separate cells; numbers have a decimal point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.negotiation.cells import cells_of
from detente.negotiation.domain import Domain
from detente.problems import did_you_mean

if TYPE_CHECKING:
    from detente.negotiation.cells import Cells

LONG = ("issue", "value", "party", "utility")
_RESERVATION, _CONSTANT = "reservation", "constant"
_FORMATS = "Begin with issues and 'u:NAME' columns, or with 'issue,value,party,utility'."


def read_csv(content: bytes, file: str, name: str) -> Domain:
    """The domain of a CSV file's content; Problems tell, with their places, what is wrong."""
    cells = cells_of(content, file)
    header = [cell.lower() for cell in cells.header]
    if any(cell.startswith("u:") for cell in header):
        domain = _outcomes(cells, name)
    elif set(LONG) <= set(header) <= {*LONG, "weight"} and len(set(header)) == len(header):
        domain = _values(cells, header, name)
    else:
        near = next((hint for cell in header if cell not in LONG and (hint := did_you_mean(cell, LONG))), None)
        cells.error("The first line names no utilities", -1, hint=near or _FORMATS, code="header")
        raise cells.found.problems()
    if cells.found.failed:
        raise cells.found.problems()
    return domain


def _outcomes(cells: Cells, name: str) -> Domain:
    """One row an outcome."""
    worth = [n for n, cell in enumerate(cells.header) if cell[:2].lower() == "u:"]
    about = [n for n in range(len(cells.header)) if n not in worth]
    _distinct(cells, about, worth)
    if cells.found.failed:
        raise cells.found.problems()
    kept = [n for n, row in enumerate(cells.rows) if not _is_reservation(row, about)]
    reserved = [n for n, row in enumerate(cells.rows) if _is_reservation(row, about)]
    if len(reserved) > 1:
        cells.error("Reservation values are there twice", reserved[1], about[0], code="duplicate")
    if not kept:
        cells.error("There is no outcome", -1, code="empty")
    if cells.found.failed:
        raise cells.found.problems()
    utilities = np.stack([cells.numbers(column, kept) for column in worth], axis=1)
    parties = [cells.header[n][2:].strip() for n in worth]
    reservation = {
        party: cells.number(row, column)
        for row in reserved
        for party, column in zip(parties, worth, strict=True)
        if cells.rows[row][column]
    }
    for n in kept:
        for column in about:
            if not cells.rows[n][column]:
                cells.error(f"The value of {cells.header[column]!r} is missing", n, column, code="no-value")
    columns = [[cells.rows[n][column] for n in kept] for column in about]
    seen: dict[tuple[str, ...], int] = {}
    for n, outcome in zip(kept, zip(*columns, strict=True), strict=True):
        first = seen.setdefault(outcome, n)
        if first != n:
            cells.error(f"This outcome is there already, on line {cells.at[first]}", n, code="duplicate")
    if cells.found.failed:
        raise cells.found.problems()
    return Domain.rows(parties, [cells.header[n] for n in about], columns, utilities, reservation, name)


def _distinct(cells: Cells, about: list[int], worth: list[int]) -> None:
    """Names of issues and of parties are there once; there are enough of them."""
    for what, columns in (("issue", about), ("party", worth)):
        names = [cells.header[n][2:].strip() if what == "party" else cells.header[n] for n in columns]
        for k, n in enumerate(columns):
            if not names[k]:
                cells.error(f"A column has no name, and each {what} has one", -1, n, code="no-name")
            elif names[k] in names[:k]:
                cells.error(f"The {what} {names[k]!r} is there twice", -1, n, code="duplicate")
    if not about:
        cells.error("No column tells what is agreed", -1, hint="Put a column an issue first.", code="header")
    if len(worth) < 2:
        cells.error("A negotiation has at least two parties; there is one 'u:' column", -1, code="header")


def _is_reservation(row: list[str], about: list[int]) -> bool:
    first, *rest = (row[n] for n in about)
    return first.lower() == _RESERVATION and not any(rest)


def _values(cells: Cells, header: list[str], name: str) -> Domain:
    """One row a value of an issue and a party."""
    at = {key: header.index(key) for key in header}
    rows: dict[tuple[str, str, str], int] = {}
    for n, row in enumerate(cells.rows):
        issue, value, party = (row[at[key]] for key in LONG[:3])
        special = not value and issue.lower() in (_RESERVATION, _CONSTANT)
        lacking = next((key for key in LONG[:3] if not row[at[key]] and not (special and key == "value")), None)
        if lacking:
            cells.error(f"The {lacking} is missing", n, code="no-value")
            continue
        first = rows.setdefault((issue.lower() if special else issue, value, party), n)
        if first != n:
            cells.error(f"This is there already, on line {cells.at[first]}", n, code="duplicate")
    utilities = {key: cells.number(n, at["utility"]) for key, n in rows.items()}
    parties = list(dict.fromkeys(party for _, _, party in rows))
    issues: dict[str, dict[str, list[float]]] = {}
    for issue, value in dict.fromkeys((issue, value) for issue, value, _ in rows if value):
        issues.setdefault(issue, {})[value] = [utilities.get((issue, value, party), 0.0) for party in parties]
        for party in parties:
            if (issue, value, party) not in rows:
                said = f"There is no utility of {value!r} ({issue}) for {party!r}"
                cells.error(said, -1, hint="Add a row for it.", code="no-value")
    if not issues:
        cells.error("There is no value of any issue", -1, code="empty")
    if len(parties) < 2:
        cells.error("A negotiation has at least two parties; this file names one", -1, code="header")
    weights = _weights(cells, rows, at["weight"]) if "weight" in at else {}
    if cells.found.failed:
        raise cells.found.problems()
    return Domain.linear(
        parties,
        issues,
        {issue: [weights.get((issue, party), 1.0) for party in parties] for issue in issues},
        [utilities.get((_CONSTANT, "", party), 0.0) for party in parties],
        {p: utilities[_RESERVATION, "", p] for p in parties if (_RESERVATION, "", p) in utilities},
        name,
    )


def _weights(cells: Cells, rows: dict[tuple[str, str, str], int], column: int) -> dict[tuple[str, str], float]:
    """Issue and party -> weight, stated in one or more of their rows."""
    weights: dict[tuple[str, str], float] = {}
    for (issue, value, party), n in rows.items():
        if value and cells.rows[n][column]:
            weight = cells.number(n, column)
            if weights.setdefault((issue, party), weight) != weight:
                said = f"Another weight of {issue!r} for {party!r} stands above: {weights[issue, party]:g}"
                cells.error(said, n, column, "State it once.", "duplicate")
    return weights
