"""Places: of keys, of values, of any part of a scalar, however it is quoted or folded."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.problems import DetenteError, Findings
from detente.reader import read
from detente.source import MAX_BYTES, Written, read_bytes

FILE = """\
top:
  plain: aa + bb
  quoted: "aa + bb"
  single: 'aa + ''bb'''
  folded: >
    aa
    + bb
  literal: |
    aa +
    bb
  long: aa
    + bb
  flow: {x: aa + bb, y: [aa, bb]}
"""


@pytest.mark.parametrize(
    ("key", "line", "column"),
    [("plain", 2, 15), ("quoted", 3, 17), ("single", 4, 19), ("folded", 7, 7), ("literal", 10, 5), ("long", 12, 7)],
)
def test_part_of_a_scalar(key: str, line: int, column: int) -> None:
    written = read(FILE, "f.yaml", Findings()).written("top", key)
    start = written.text.index("bb")
    place = written.place(start, start + 2)
    assert place is not None
    assert (place.line, place.column, place.width) == (line, column, 2)
    assert place.text == FILE.splitlines()[line - 1]


def test_keys_values_and_what_is_not_there() -> None:
    source = read(FILE, "f.yaml", Findings())
    assert str(source.key_place("top", "flow")) == "f.yaml:13:3"
    assert str(source.place("top", "flow", "x")) == "f.yaml:13:13"
    assert str(source.place("top", "flow", "y", 1)) == "f.yaml:13:30"
    assert str(source.place("top", "flow", "z")) == "f.yaml:13:3"  # the nearest thing around it
    assert str(source.place("gone")) == "f.yaml:1:1"
    assert Written("alone").place() is None


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * (MAX_BYTES + 1))
    for path, part in (
        (tmp_path / "gone", "There is no file"),
        (tmp_path, "is a folder"),
        (tmp_path / "big", "at most 2,000,000"),
        (Path("/dev/zero"), "not an ordinary file"),
        (Path("a\0b"), "cannot be read"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (tmp_path / "big" / "x", "cannot be read"),
    ):
        with pytest.raises(DetenteError, match=part):
            read_bytes(path)
