"""The command `detente why`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

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
    """A folder with the starter scenario in it, and a cache that knows it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    return tmp_path


def why(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["why", "border.yaml", "--draws", str(DRAWS), *arguments])


def test_the_name_alone_gets_an_answer(here) -> None:
    result = why()
    assert result.exit_code == 0
    for words in ("2024-06", "government", "diplomacy", "2025-06", "contributed more"):
        assert words in " ".join(result.output.split())


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    result = why("--from", "2025-06", "--to", "2024-06", "--outcome", "raid", "--json", "--chart", "why.svg")
    told = json.loads(result.stdout)
    assert told["provenance"]["between"] == "2025-06 and 2024-06"
    assert told["provenance"]["outcome"] == "raid"
    assert set(told) >= {"summary", "findings", "provenance", "forces", "theses"}
    assert Path("why.svg").read_text(encoding="utf-8").startswith("<svg")


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
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = why(*given)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente why korea" in CliRunner().invoke(app, ["why", "--help"]).output
