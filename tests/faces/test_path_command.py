"""The command `detente path`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

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


def path(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["path", "border.yaml", "--draws", str(DRAWS), *arguments])


def test_the_name_alone_gets_an_answer(here) -> None:
    result = path()
    assert result.exit_code == 0
    for words in ("Widest", "Likeliest", "Trade first", "land for trade", "agree border"):
        assert words in " ".join(result.output.split())


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    result = path("--from", "2024-06", "--to", "agreement", "--likeliest", "--json", "--chart", "path.svg")
    told = json.loads(result.stdout)
    assert told["provenance"]["situation"] == "2024-06"
    assert told["provenance"]["to"] == "agreement"
    assert list(told["paths"]) == ["likeliest"]
    assert set(told) >= {"summary", "findings", "provenance"}
    assert Path("path.svg").read_text(encoding="utf-8").startswith("<svg")


def test_no_path_is_an_answer(here) -> None:
    result = path("--to", "front is clashes and talks is summit", "--widest", "--chart", "path.svg")
    assert result.exit_code == 0
    assert "No path leads there" in " ".join(result.output.split())
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
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = path(*given)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente path korea" in CliRunner().invoke(app, ["path", "--help"]).output
