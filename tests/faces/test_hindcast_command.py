"""The command `detente hindcast`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detente.cli.app import app
from detente.scenario.starter import starter
from tests.border import DRAWS, folder


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A folder with the starter scenario in it, with and without a record, and a cache that knows it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("bare.yaml").write_text(scenario.partition("\nrecord:")[0] + "\n", encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    return tmp_path


def hindcast(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["hindcast", *arguments, "--draws", str(DRAWS)])


def test_the_name_alone_gets_an_answer_and_says_what_is_not_over(here) -> None:
    result = hindcast("border.yaml")
    assert result.exit_code == 0
    assert "nothing to compare" in " ".join(result.output.split())  # 24 months from 2024-06 are not over by 2025-06


def test_a_shorter_horizon_is_over(here) -> None:
    said = " ".join(hindcast("border.yaml", "--months", "12").output.split())
    for words in ("2024-06", "raid", "it came", "base rate then", "mean squared error", "not a proof of foresight"):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    told = json.loads(hindcast("border.yaml", "--months", "12", "--json", "--chart", "past.svg").stdout)
    assert set(told) >= {"summary", "findings", "provenance", "brier"}
    assert told["brier"]["questions"] == len(told["findings"]) == 3
    assert told["provenance"]["months"] == 12
    assert Path("past.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["bare.yaml"], "The case has no record of what happened"),
        (["border.yaml", "--months", "0"], "greater than or equal to 1"),
        (["border.yaml", "--chart", "past.doc"], "A chart can be written as"),
        (["nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = hindcast(*given)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente hindcast korea" in hindcast("--help").output
