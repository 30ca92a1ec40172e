"""The command `detente stability`: of a case and of a graph file; JSON, a picture, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detente.cli.app import app
from detente.graph.concepts import CONCEPTS
from detente.scenario.starter import starter
from tests.border import DRAWS, folder

DILEMMA = """\
format: detente-graph/1
title: Two prisoners
actors:
  Row: [A talks]
  Col: [B talks]
rankings:
  Row: [2, 1, 4, 3]
  Col: [3, 1, 4, 2]
"""


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A folder with the starter scenario and a graph model in it, and a cache that knows the starter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    Path("prisoners.yaml").write_text(DILEMMA, encoding="utf-8")
    return tmp_path


def stability(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["stability", *arguments])


def test_the_name_alone_gets_an_answer(here) -> None:
    result = stability("border.yaml", "--draws", str(DRAWS))
    assert result.exit_code == 0
    for words in ("Northland", *CONCEPTS, "the state of June 2025", "if the others reply by legal sequences"):
        assert words in " ".join(result.output.split())


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    result = stability("border.yaml", "--draws", str(DRAWS), "--from", "2024-06", "--replies", "single move",
                       "--json", "--chart", "held.svg")  # fmt: skip
    told = json.loads(result.stdout)
    assert told["provenance"]["situation"] == "2024-06"
    assert told["provenance"]["replies"] == "single move"
    assert set(told) >= {"summary", "findings", "provenance", "equilibrium", "actors"}
    assert Path("held.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_graph_file_gets_a_table_of_states_by_concepts(here) -> None:
    result = stability("prisoners.yaml")
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.output.splitlines() if line.strip()[:1].isdigit()}
    assert lines["4"].split()[1:] == ["(A", "talks,", "B", "talks)", *["holds"] * 5]
    assert lines["1"].split()[1:] == ["(nothing", "is", "done)", "Row,", "Col", *["holds"] * 4]
    assert lines["2"].split()[-5:] == ["Col"] * 5
    assert lines["3"].split()[-5:] == ["Row"] * 5
    assert "Two prisoners: 4 states" in " ".join(result.output.split())


def test_a_graph_file_as_json_and_as_a_picture(here) -> None:
    told = json.loads(stability("prisoners.yaml", "--json", "--chart", "held.svg").stdout)
    assert set(told) >= {"summary", "findings", "provenance", "graph"}
    assert told["graph"]["equilibria"]["Nash"] == [4]
    assert told["findings"][0]["says"] == "Equilibria by Nash: 4 (A talks, B talks)."
    assert told["findings"][1]["value"] == 2
    assert Path("held.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["border.yaml", "--from", "2030-01"], "There is no situation '2030-01'"),
        (["border.yaml", "--replies", "twice"], "There is no rule 'twice' for replies"),
        (["border.yaml", "--chart", "held.doc"], "A chart can be written as"),
        (["prisoners.yaml", "--replies", "twice"], "There is no rule 'twice' for replies"),
        (["prisoners.yaml", "--from", "2025-06"], "no situations"),
        (["prisoners.yaml", "--chart", "held.doc"], "A chart can be written as"),
        (["prisoners.yaml", "--chart", "prisoners.yaml"], "A chart can be written as"),
        (["nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = stability(*given)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente stability korea" in stability("--help").output
