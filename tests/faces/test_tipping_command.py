"""The command `detente tipping`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

import pytest
from typer.testing import Result

from tests.faces.commands import answered, answered_as_json, detente, told


@pytest.fixture(autouse=True)
def coarse(monkeypatch) -> None:
    """Few points along a sweep."""
    monkeypatch.setattr("detente.questions.swept.FINE", 6)


def tipping(*arguments: str) -> Result:
    return detente("tipping", "border.yaml", "--draws", "1", *arguments)


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(tipping())
    for words in ("hawks_loss", "nearest tipping point is at", "not sudden", "talks", "not shown along"):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    result = tipping("--along", "talks", "--from", "2024-06", "--months", "12", "--json", "--chart", "tips.svg")
    content = answered_as_json(result, "tips.svg")
    assert content["provenance"]["situation"] == "2024-06"
    assert content["factor"]["levels"] == ["none", "envoys", "summit"]
    assert "parameter" not in content


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--along", "hawk_loss"], "Did you mean 'hawks_loss'"),
        (["--along", "cabinet"], "has kinds"),
        (["--along", "precision", "--low", "1", "--high", "0.5"], "cannot run from 1 to 0.5"),
        (["--along", "breakthrough", "--high", "2"], "cannot run to 2"),
        (["--map", "talks"], "factors have levels"),
        (["--from", "2030-01"], "There is no situation '2030-01'"),
        (["--outcome", "agreements"], "Did you mean 'agreement'"),
        (["--freeze", "front", "--outcome", "clashes"], "hangs on frozen factors only"),
        (["--points", "100000"], "at most 10,000 points (--points), not 100,000"),
        (["--points", "1"], "at least 2 points, not 1"),
        (["--chart", "tips.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, given, says) -> None:
    assert says in told(tipping(*given))
