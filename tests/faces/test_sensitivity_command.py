"""The command `detente sensitivity`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

import pytest
from typer.testing import Result

from tests.border import DRAWS, MONTHS
from tests.faces.commands import answered, answered_as_json, detente, told


def sensitivity(*arguments: object) -> Result:
    return detente("sensitivity", "border.yaml", "--draws", DRAWS, *arguments)


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(sensitivity())
    for words in (
        "Agreement by June 2028 from June 2025",
        "It hangs most on",
        "of the variance; from",
        "Of the claims,",
    ):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    asked = ["--outcome", "raid", "--from", "2024-06", "--months", MONTHS, "--json", "--chart", "rests.svg"]
    content = answered_as_json(sensitivity(*asked), "rests.svg")
    assert set(content) >= {"parameters", "groups"}
    made = content["provenance"]
    assert (made["outcome"], made["situation"], made["months"]) == ("raid", "2024-06", MONTHS)
    assert sum(one["share"] for one in content["parameters"].values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--outcome", "agreements"], "Did you mean 'agreement'"),
        (["--from", "2030-01"], "There is no situation '2030-01'"),
        (["--chart", "rests.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, given, says) -> None:
    assert says in told(sensitivity(*given))
