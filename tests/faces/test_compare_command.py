"""The command `detente compare`: situations of one case, cases, JSON, a picture, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import Result

from detente.scenario.starter import starter
from tests.border import DRAWS
from tests.faces.commands import answered, answered_as_json, detente, told


@pytest.fixture
def coast(here) -> None:
    """The starter scenario once more, under another name."""
    scenario, claims = starter("coast")
    Path("coast.yaml").write_text(scenario, encoding="utf-8")
    Path("coast-claims.yaml").write_text(claims, encoding="utf-8")


def compare(*arguments: str) -> Result:
    return detente("compare", *arguments, "--draws", DRAWS)


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(compare("border.yaml"))
    for words in ("2024-06", "2025-06", "Southland", "All who must agree", "2 of 6 factors differ"):
        assert words in said


def test_cases_with_a_situation_each_and_json_alone_on_stdout(solved, coast) -> None:
    result = compare("border.yaml", "coast.yaml", "--from", "coast=2025-06", "--json", "--chart", "both.svg")
    content = answered_as_json(result, "both.svg")
    assert [side["situation"] for side in content["sides"].values()] == ["2024-06", "2025-06"]
    assert set(content["sides"]) == {"border", "coast"}


def test_a_case_named_twice_stands_on_two_sides(solved, coast) -> None:
    ends = ["--from", "border=2024-06", "--from", "border.yaml=2025-06"]
    both = json.loads(compare("border.yaml", "coast.yaml", *ends, "--json").stdout)
    assert list(both["sides"]) == ["border 2024-06", "border 2025-06", "coast"]
    alone = json.loads(compare("border.yaml", *ends, "--json").stdout)
    assert list(alone["sides"]) == ["2024-06", "2025-06"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["border.yaml", "--from", "2024-06"], "Nothing to compare 2024-06 with"),
        (["border.yaml", "--from", "2030-01", "--from", "2024-06"], "There is no situation '2030-01'"),
        (["border.yaml", "coast.yaml", "--from", "2024-06"], "Say whose situation '2024-06' is"),
        (["border.yaml", "coast.yaml", "--from", "cost=2024-06"], "There is no case 'cost' among those compared"),
        (["border.yaml", "coast.yaml", "--from", "coast=2030-01"], "There is no situation '2030-01'"),
        (["border.yaml", "nowhere"], "nowhere"),
        (["border.yaml", "--chart", "both.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, coast, given, says) -> None:
    assert says in told(compare(*given))


def test_help_shows_several_cases() -> None:
    assert "detente compare korea iran cuba vietnam" in answered(detente("compare", "--help"))
