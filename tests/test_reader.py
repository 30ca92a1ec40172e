"""YAML that surprises or attacks is refused at its place; the rest is plain data with places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.problems import Findings
from detente.reader import MAX_DEPTH, read
from detente.source import MAX_BYTES, UNSEEN, Source


def reading(text: str | bytes, **options: bool) -> tuple[Source, list[tuple[str, int, int]]]:
    """The source, and each finding's code, line and column."""
    found = Findings()
    source = read(text, "f.yaml", found, **options)
    return source, [(p.code, p.place.line if p.place else 0, p.place.column if p.place else 0) for p in found.found]


def test_plain_data() -> None:
    text = "a: {b: +1, c: -0.5, d: 2012-04, e: 1e3, f: none, g: .5}\nh: [x y, 'no', \"1:30\"]\ni: true\nj:\nk: ~\n"
    source, found = reading(text)
    assert found == []
    assert source.data == {
        "a": {"b": 1, "c": -0.5, "d": "2012-04", "e": 1000.0, "f": "none", "g": 0.5},
        "h": ["x y", "no", "1:30"],
        "i": True,
        "j": None,
        "k": None,
    }
    assert source.written("a", "b").text == "+1"


REFUSED = [
    ("a: 1\nb: 2\na: 3", "duplicate-key", 3, 1),
    ("a: {b: 1, b: 2}", "duplicate-key", 1, 11),
    ("a: &x 1", "anchor", 1, 4),
    ("a: *x", "alias", 1, 4),
    ("a: !!python/object:os.system x", "tag", 1, 4),
    ("a: !x y", "tag", 1, 4),
    ("<<: {a: 1}", "yaml-surprise", 1, 1),
    ("a: 1\n---\nb: 2", "documents", 2, 1),
    ("[a]: 1", "bad-key", 1, 1),
    ("a: [1", "syntax", 1, 4),
    ("a: 'x", "syntax", 1, 4),
    ("a: b: c", "syntax", 1, 5),
    ("\t- a", "syntax", 1, 1),
    ("a: 'x' y", "syntax", 1, 8),
    ("", "empty", 1, 1),
    ("# nothing\n", "empty", 1, 1),
    ("a: \x00", "control-character", 1, 4),
    ("a: \u202e", "control-character", 1, 4),
    ('a: "\\x1b[31m"', "control-character", 1, 4),
    (b"a: \xff", "not-text", 1, 4),
    (b"a: 1\nb: \xe9", "not-text", 2, 4),
    ("a: \ud800", "not-text", 1, 1),
    ("[" * 10_000, "too-deep", 1, MAX_DEPTH + 2),
    ("a: [" + "x," * 150_000 + "]", "too-big", 1, 200_001),
    ("x" * (MAX_BYTES + 1), "too-big", 0, 0),
    ("a: 1" + "0" * 50, "number-size", 1, 4),
    ("a: 1e999", "number-size", 1, 4),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED, ids=[str(row[0])[:20] for row in REFUSED])
def test_refused(text: str | bytes, code: str, line: int, column: int) -> None:
    _, found = reading(text)
    assert (code, line, column) in found


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "Yes",
        "ON",
        "off",
        "012",
        "0x1F",
        "0b1",
        "0o7",
        "1_000",
        "1:30",
        "190:20:30.15",
        "2018-03-01",
        ".inf",
        "-.INF",
        ".nan",
        "=",
    ],
)
def test_words_that_yaml_reads_otherwise(word: str) -> None:
    for text, column in ((f"a: {word}", 4), (f"a: [b, {word}]", 8), (f"{word}: b", 1)):
        _, found = reading(text)
        assert found == [("yaml-surprise", 1, column)]
    assert reading(f"a: '{word}'")[1] == []


def test_days_where_they_are_expected() -> None:
    source, found = reading("a: 2018-03-01\nb: 2022", dates=True)
    assert (source.data, found) == ({"a": "2018-03-01", "b": 2022}, [])


def test_all_at_once_and_the_rest_is_kept() -> None:
    source, found = reading("a: no\nb: &x 1\nc: *x\nd: {e: 1, e: 2}\nf: 3\n")
    assert [(code, line) for code, line, _ in found] == [
        ("yaml-surprise", 1), ("anchor", 2), ("alias", 3), ("duplicate-key", 4),
    ]  # fmt: skip
    assert source.data["f"] == 3
    assert source.data["d"] == {"e": 1}


def test_bom_and_line_ends() -> None:
    source, found = reading("\ufeffa: 1\r\nb: {c: x}\r\n".encode())
    assert found == []
    place = source.place("b", "c")
    assert (place.line, place.column, place.text) == (2, 8, "b: {c: x}")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), max_size=40)
DATA = st.recursive(
    TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(TEXT, DATA, min_size=1, max_size=4))
def test_what_json_says_is_read(data: dict[str, object]) -> None:
    import json

    source, found = reading(json.dumps(data, ensure_ascii=False))
    if not UNSEEN.search(str(data)):
        assert (source.data, found) == (data, [])


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_nothing_breaks_it(text: str | bytes) -> None:
    source, found = reading(text)
    assert found or source.data is not None or isinstance(text, (str, bytes))
