"""The command `detente why`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

import pytest
from typer.testing import Result

from tests.border import DRAWS
from tests.faces.commands import answered, answered_as_json, detente, told


def why(*arguments: str) -> Result:
    return detente("why", "border.yaml", "--draws", DRAWS, *arguments)


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(why())
    for words in ("2024-06", "government", "diplomacy", "2025-06", "contributed more"):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    result = why("--from", "2025-06", "--to", "2024-06", "--outcome", "raid", "--json", "--chart", "why.svg")
    content = answered_as_json(result, "why.svg")
    assert content["provenance"]["between"] == "2025-06 and 2024-06"
    assert content["provenance"]["outcome"] == "raid"
    assert set(content) >= {"forces", "theses"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--between", "2024-06", "2024-06"], "one situation, not two"),
        (["--between", "2024-06", "2025-06", "--to", "2025-06"], "not by both"),
        (["--to", "2030-01"], "There is no situation '2030-01'"),
        (["--outcome", "agreements"], "Did you mean 'agreement'"),
        (["--chart", "why.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, given, says) -> None:
    assert says in told(why(*given))
