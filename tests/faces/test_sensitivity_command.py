"""The command `detente sensitivity`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detente.cli.app import app
from detente.scenario.starter import starter
from tests.border import DRAWS, MONTHS, folder


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A folder with the starter scenario in it, and a cache that knows it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    return tmp_path


def sensitivity(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sensitivity", "border.yaml", "--draws", str(DRAWS), *arguments])


def test_the_name_alone_gets_an_answer(here) -> None:
    result = sensitivity()
    assert result.exit_code == 0
    for words in (
        "Agreement by June 2028 from June 2025",
        "It hangs most on",
        "of the variance; from",
        "Of the claims,",
    ):
        assert words in " ".join(result.output.split())


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    told = json.loads(sensitivity("--outcome", "raid", "--from", "2024-06", "--months", str(MONTHS), "--json",
                                  "--chart", "rests.svg").stdout)  # fmt: skip
    assert set(told) >= {"summary", "findings", "provenance", "parameters", "groups"}
    made = told["provenance"]
    assert (made["outcome"], made["situation"], made["months"]) == ("raid", "2024-06", MONTHS)
    assert sum(one["share"] for one in told["parameters"].values()) == pytest.approx(1.0)
    assert Path("rests.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--outcome", "agreements"], "Did you mean 'agreement'"),
        (["--from", "2030-01"], "There is no situation '2030-01'"),
        (["--chart", "rests.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = sensitivity(*given)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente sensitivity korea" in sensitivity("--help").output
