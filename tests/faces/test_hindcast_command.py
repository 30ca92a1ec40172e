"""The command `detente hindcast`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import Result

from tests.border import DRAWS
from tests.faces.commands import answered, answered_as_json, detente, told


@pytest.fixture
def bare(here) -> None:
    """The starter scenario once more, without its record."""
    scenario = Path("border.yaml").read_text(encoding="utf-8")
    Path("bare.yaml").write_text(scenario.partition("\nrecord:")[0] + "\n", encoding="utf-8")


def hindcast(*arguments: str) -> Result:
    return detente("hindcast", *arguments, "--draws", DRAWS)


@pytest.mark.parametrize("ahead", [(), ("--months", "12")])
def test_the_name_alone_gets_an_answer_as_far_as_the_record_reaches(solved, ahead) -> None:
    said = answered(hindcast("border.yaml", *ahead))
    for words in (
        "2024-06",
        "raid",
        "it came",
        "1 earlier situation what the next 12 months",
        "base rate known then",
        "mean squared error",
        "not a proof of foresight",
    ):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    result = hindcast("border.yaml", "--months", "12", "--json", "--chart", "past.svg")
    content = answered_as_json(result, "past.svg")
    assert content["brier"]["questions"] == len(content["findings"]) == 3
    assert content["provenance"]["months"] == 12


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["bare.yaml"], "The case has no record of what happened"),
        (["border.yaml", "--months", "24"], "No situation has 24 recorded months after it"),
        (["border.yaml", "--months", "24"], "ask for 12 months (--months 12)"),
        (["border.yaml", "--months", "0"], "greater than or equal to 1"),
        (["border.yaml", "--chart", "past.doc"], "A chart can be written as"),
        (["nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, bare, given, says) -> None:
    assert says in told(hindcast(*given))
