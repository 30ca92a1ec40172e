"""The command `detente compare`: situations of one case, cases, JSON, a picture, and what it refuses."""

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
    """A folder with the starter scenario in it under two names, and a cache that knows it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    for name in ("border", "coast"):
        scenario, claims = starter(name)
        Path(f"{name}.yaml").write_text(scenario, encoding="utf-8")
        Path(f"{name}-claims.yaml").write_text(claims, encoding="utf-8")
    return tmp_path


def compare(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["compare", *arguments, "--draws", str(DRAWS)])


def test_the_name_alone_gets_an_answer(here) -> None:
    result = compare("border.yaml")
    assert result.exit_code == 0
    for words in ("2024-06", "2025-06", "Southland", "All who must agree", "2 of 6 factors differ"):
        assert words in " ".join(result.output.split())


def test_cases_with_a_situation_each_and_json_alone_on_stdout(here) -> None:
    result = compare("border.yaml", "coast.yaml", "--from", "coast=2025-06", "--json", "--chart", "both.svg")
    told = json.loads(result.stdout)
    assert [side["situation"] for side in told["sides"].values()] == ["2024-06", "2025-06"]
    assert set(told["sides"]) == {"border", "coast"}
    assert Path("both.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_case_named_twice_stands_on_two_sides(here) -> None:
    ends = ["--from", "border=2024-06", "--from", "border.yaml=2025-06"]
    told = json.loads(compare("border.yaml", "coast.yaml", *ends, "--json").stdout)
    assert list(told["sides"]) == ["border 2024-06", "border 2025-06", "coast"]
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
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = compare(*given)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente compare korea iran cuba vietnam" in compare("--help").output
