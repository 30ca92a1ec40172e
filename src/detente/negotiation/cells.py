"""The cells of a CSV file with their places."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.negotiation.domain import LARGEST
from detente.problems import DetenteError, Findings, Place
from detente.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS = 5_000_000


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a file: a header, rows of as many cells, and each row's line, the header's last (row -1)."""

    file: str
    lines: list[str]
    delimiter: str
    header: list[str]
    rows: list[list[str]]
    at: list[int]
    found: Findings

    def place(self, row: int, column: int = 0) -> Place:
        """Where a cell stands."""
        line = self.at[row]
        text = self.lines[line - 1]
        cell = (self.rows[row] if row >= 0 else self.header)[column]
        start = sum(len(one) + 1 for one in text.split(self.delimiter)[:column]) if '"' not in text else 0
        return Place(self.file, line, max(text.find(cell, start), 0) + 1, max(len(cell), 1), text)

    def error(self, message: str, row: int, column: int = 0, hint: str | None = None, code: str = "") -> None:
        """A finding at a cell."""
        self.found.error(message, self.place(row, column), hint, code)

    def numbers(self, column: int, rows: Sequence[int]) -> np.ndarray:
        """A column's numbers in some rows; what is none is told and read as 0."""
        cells = [self.rows[n][column] for n in rows]
        try:
            array = np.array(list(map(float, cells)))
            if np.all(np.abs(array) <= LARGEST) and not any("_" in cell for cell in cells):
                return array
        except ValueError:
            pass
        return np.array([self.number(n, column) for n in rows])

    def number(self, row: int, column: int) -> float:
        """One number."""
        cell = self.rows[row][column]
        try:
            number = float(cell.replace("_", "?"))
        except ValueError:
            hint = "Write numbers with a decimal point." if "," in cell else None
            said = f"{cell[:40]!r} is no number" if cell else f"A number is missing under {self.header[column]!r}"
            self.error(said, row, column, hint, "no-number")
            return 0.0
        if not math.isfinite(number):
            self.error(f"{cell!r} is no number that utilities can have", row, column, "Leave such outcomes out.", "nan")
        elif abs(number) > LARGEST:
            self.error(f"{cell[:40]} is larger than {LARGEST:g}", row, column, code="number-size")
        else:
            return number
        return 0.0


def cells_of(content: bytes, file: str) -> Cells:
    """The cells of a file's content; Problems where it is no CSV, or rows differ in length."""
    found = Findings()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found.error("This is not a text file in UTF-8", Place(file, line, 1), "Save it as CSV in UTF-8.", "not-text")
        raise found.problems() from None
    lines = text.split("\n")
    unseen = UNSEEN.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        message = f"The file holds an invisible control character (U+{ord(unseen.group()):04X})"
        found.error(message, Place(file, line, 1), "Delete it.", "control-character")
        raise found.problems()
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    rows, at = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                at.append(reader.line_num)
            if len(rows) > MOST_ROWS + 1:
                raise DetenteError(f"{file} has more than {MOST_ROWS:,} rows; state linear utilities value by value.")
    except csv.Error as error:
        found.error(f"This is no CSV: {error}", Place(file, reader.line_num, 1), "Check the quotes.", "csv")
        raise found.problems() from None
    if len(rows) < 2:
        found.error(
            "The file holds no outcomes" if rows else "The file is empty",
            Place(file, 1, 1),
            "A header and rows are needed.",
            "empty",
        )
        raise found.problems()
    plain = [line.rstrip("\r") for line in lines]
    cells = Cells(file, plain, delimiter, rows[0], rows[1:], [*at[1:], at[0]], found)
    for row, line in zip(cells.rows, cells.at[:-1], strict=True):
        if len(row) != len(rows[0]):
            said = f"This row has {len(row)} cells, and the first line has {len(rows[0])}"
            found.error(said, Place(file, line, 1, 1, cells.lines[line - 1]), None, "row-length")
    if found.failed:
        raise found.problems()
    return cells
