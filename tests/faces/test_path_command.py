"""The command `detente path`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import Result

from tests.border import DRAWS
from tests.faces.commands import answered, answered_as_json, detente, told


def path(*arguments: str) -> Result:
    return detente("path", "border.yaml", "--draws", DRAWS, *arguments)


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(path())
    for words in ("Widest", "Likeliest", "Trade first", "land for trade", "agree border"):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    result = path("--from", "2024-06", "--to", "agreement", "--likeliest", "--json", "--chart", "path.svg")
    content = answered_as_json(result, "path.svg")
    assert content["provenance"]["situation"] == "2024-06"
    assert content["provenance"]["to"] == "agreement"
    assert list(content["paths"]) == ["likeliest"]


def test_no_path_is_an_answer(solved) -> None:
    said = answered(path("--to", "front is clashes and talks is summit", "--widest", "--chart", "path.svg"))
    assert "No path leads there" in said
    assert "No path leads there" in Path("path.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--widest", "--proposed", "trade first"], "Ask for one of"),
        (["--proposed", "trade fist"], "Did you mean 'trade first'"),
        (["--from", "2030-01"], "There is no situation '2030-01'"),
        (["--to", "border is agree"], "no condition on the state"),
        (["--chart", "path.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, given, says) -> None:
    assert says in told(path(*given))
