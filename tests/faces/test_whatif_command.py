"""The command `detente whatif`: all what-ifs, one of them, a typed one, JSON, a picture, and what it refuses."""

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


def whatif(*arguments: str) -> Result:
    most = ["--draws", str(DRAWS), "--months", str(MONTHS)]
    return CliRunner().invoke(app, ["whatif", "border.yaml", *arguments, *most])


def test_the_name_alone_gets_all_what_ifs(here) -> None:
    result = whatif("--json", "--chart", "all.svg")
    told = json.loads(result.stdout)
    assert set(told["what_ifs"]) == {"no raids", "hawks stay", "a calmer line"}
    assert Path("all.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_named_one_gets_a_table_and_a_paragraph(here) -> None:
    result = whatif("hawks stay")
    assert result.exit_code == 0
    for words in ("agreement", "as it is", "changed", "cabinet doves to hawks", "lower in 3 of 3"):
        assert words in " ".join(result.output.split())


def test_what_is_typed_is_changed(here) -> None:
    given = ["--set", "cabinet=hawks", "--set", "clash_rate = 0.01", "--not", "north.raid", "--without", "Talks lapse"]
    told = json.loads(whatif(*given, "--from", "2025-06", "--outcome", "clashes", "--json").stdout)
    change = told["provenance"]["change"]
    assert change == "cabinet doves to hawks, clash_rate 0.04 to 0.01, no north.raid, without 'Talks lapse'"
    assert told["provenance"]["outcome"] == "clashes"
    assert told["provenance"]["changed_certified"] == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["no raid"], "Did you mean 'no raids'"),
        (["--set", "cabinet"], "is not NAME=VALUE"),
        (["--set", "cabinet=hawks", "--set", "cabinet=doves"], "twice"),
        (["--set", "cabinet=owls"], "no level 'owls'"),
        (["--set", "cabin=hawks"], "Did you mean 'cabinet'"),
        (["--not", "north.raids"], "Did you mean 'north.raid'"),
        (["--without", "Rain"], "no chance rule 'Rain'"),
        (["hawks stay", "--from", "1999-01"], "no situation '1999-01'"),
        (["--from", "2025-06"], "a start of its own"),
        (["--set", "cabinet=doves"], "changes nothing"),
        (["hawks stay", "--outcome", "peace"], "no outcome 'peace'"),
        (["hawks stay", "--chart", "what.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = whatif(*given)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente whatif korea" in CliRunner().invoke(app, ["whatif", "--help"]).output
