"""The command `detente stability`: of a case and of a graph file; JSON, a picture, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.graph.concepts import CONCEPTS
from tests.border import DRAWS
from tests.faces.commands import answered, answered_as_json, detente, told

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
def prisoners(here) -> None:
    """A graph model."""
    Path("prisoners.yaml").write_text(DILEMMA, encoding="utf-8")
    Path("bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(detente("stability", "border.yaml", "--draws", DRAWS))
    for words in ("Northland", *CONCEPTS, "the state of June 2025", "if the others reply by legal sequences"):
        assert words in said


def test_no_name_is_cut_on_a_narrow_terminal(solved, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = detente("stability", "border.yaml", "--draws", DRAWS)
    table = result.output.partition("In brackets")[0]
    assert {"Northland", "Southland", "mediator", "ranking", "unknown", "stable", "moves"} <= set(table.split())
    assert "…" not in result.output
    assert max(map(len, result.output.splitlines())) <= 80


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    asked = ["--draws", DRAWS, "--from", "2024-06", "--replies", "single move", "--json", "--chart", "held.svg"]
    content = answered_as_json(detente("stability", "border.yaml", *asked), "held.svg")
    assert content["provenance"]["situation"] == "2024-06"
    assert content["provenance"]["replies"] == "single move"
    assert set(content) >= {"equilibrium", "actors"}


def test_a_graph_file_gets_a_table_of_states_by_concepts(prisoners) -> None:
    result = detente("stability", "prisoners.yaml")
    assert "Two prisoners: 4 states" in answered(result)
    lines = {line.split()[0]: line for line in result.output.splitlines() if line.strip()[:1].isdigit()}
    assert lines["4"].split()[1:] == ["(A", "talks,", "B", "talks)", *["holds"] * 5]
    assert lines["1"].split()[1:] == ["(nothing", "is", "done)", "Row,", "Col", *["holds"] * 4]
    assert lines["2"].split()[-5:] == ["Col"] * 5
    assert lines["3"].split()[-5:] == ["Row"] * 5


def test_each_concept_is_told_in_a_line_of_its_own(prisoners, solved) -> None:
    for asked in (["prisoners.yaml"], ["border.yaml", "--draws", DRAWS]):
        lines = detente("stability", *asked).output.splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("Nash: "))
        assert [line.partition(": ")[0] for line in lines[at : at + len(CONCEPTS)]] == list(CONCEPTS)


def test_a_graph_file_as_json_and_as_a_picture(prisoners) -> None:
    content = answered_as_json(detente("stability", "prisoners.yaml", "--json", "--chart", "held.svg"), "held.svg")
    assert content["graph"]["equilibria"]["Nash"] == [4]
    assert content["findings"][0]["says"] == "Equilibria by Nash: 4 (A talks, B talks)."
    assert content["findings"][1]["value"] == 2


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
        (["bad.csv"], "Graph models are read too: files with the line 'format: detente-graph/1'."),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, prisoners, given, says) -> None:
    assert says in told(detente("stability", *given))


def test_a_file_that_says_that_it_is_a_scenario_is_told_nothing_of_graphs(unsolved) -> None:
    Path("short.yaml").write_text("format: detente/1  # a case\n", encoding="utf-8")
    said = told(detente("stability", "short.yaml"))
    assert "A scenario needs the key 'actors'" in said
    assert "Graph" not in said
