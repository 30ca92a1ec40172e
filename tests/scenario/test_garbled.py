"""Scenario files changed at random: read, or refused with sentences that have places; never a crash."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import safe_load

from detente.problems import Problems
from detente.scenario.load import load_text
from tests.scenario.small import CLAIMS, SMALL

JUNK = st.sampled_from(
    [
        "",
        " ",
        "x",
        "0",
        "-1",
        "[]",
        "{}",
        "[[1]]",
        "null",
        "true",
        "'",
        "{a: 1}",
        "arms",
        "north",
        "works",
        ": ",
        "- ",
        "\n",
        "{x: {y: z}}",
        "1.5",
        "hawk",
    ]
)


def sound(text: str) -> None:
    """The text is read, or refused with errors that have places and can be shown."""
    try:
        found = load_text(text, "f.yaml", CLAIMS).warnings
    except Problems as problems:
        found = problems.found
        assert problems.errors  # noqa: PT017
        assert str(problems)  # noqa: PT017
    assert all(problem.place for problem in found)


@settings(max_examples=100)
@given(st.integers(0, len(SMALL)), st.integers(0, 12), JUNK)
def test_a_garbled_text_is_never_a_crash(start: int, length: int, junk: str) -> None:
    sound(SMALL[:start] + junk + SMALL[start + length :])


def paths(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that is in some data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(path for key, value in inner for path in paths(value, (*at, key)))]


WHOLE = safe_load(SMALL.replace("{Election: 2021-01}", "{Election: '2021-01'}"))
VALUES = st.sampled_from(
    [
        None,
        True,
        0,
        -3,
        2.5,
        "",
        "x",
        "arms",
        "works",
        "north",
        "arms is many",
        [],
        [1],
        ["arms"],
        [[]],
        {},
        {"x": 1},
        {"arms": "few"},
        {"p": {}},
        [{}],
        [{"p": 0.5}],
    ]
)


@settings(max_examples=100)
@given(st.sampled_from(paths(WHOLE)[1:]), VALUES)
def test_a_wrong_value_anywhere_is_never_a_crash(path: tuple[Any, ...], value: object) -> None:
    data = deepcopy(WHOLE)
    owner = data
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value
    sound(json.dumps(data, indent=1))
