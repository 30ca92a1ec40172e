"""The command `detente deals`: of a case and of a plain domain; JSON, a picture, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detente.cli.app import app
from detente.scenario.starter import starter
from tests.border import DRAWS, folder
from tests.negotiation.laptop import write

SALE = "price,u:buyer,u:seller\nlow,3,1\nmiddle,2,2\nhigh,1,3\nreservation,1.5,1.5\n"
EMPTY = "price,u:buyer,u:seller\nlow,3,1\nhigh,1,3\nreservation,2.5,2.5\n"


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A folder with the starter scenario and some domains in it, and a cache that knows the starter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    Path("bare.yaml").write_text(_without_deals(scenario), encoding="utf-8")
    Path("sale.csv").write_text(SALE, encoding="utf-8")
    Path("empty.csv").write_text(EMPTY, encoding="utf-8")
    Path("laptop").mkdir()
    write(Path("laptop"))
    return tmp_path


def _without_deals(text: str) -> str:
    """The starter without its deals, and what speaks of them."""
    kept, dropping = [], False
    for line in text.splitlines(keepends=True):
        if line.strip() and not line[0].isspace():
            dropping = line.startswith(("deals:", "paths:", "ask:"))
        if not dropping:
            kept.append(line)
    return "".join(kept)


def deals(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["deals", *arguments])


def test_the_name_alone_gets_an_answer(here) -> None:
    result = deals("border.yaml", "--draws", str(DRAWS))
    assert result.exit_code == 0
    for words in ("land for trade", "lasts a year", "From June 2025", "who must agree", "An arbiter between"):
        assert words in " ".join(result.output.split())


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    result = deals("border.yaml", "--draws", str(DRAWS), "--from", "2024-06", "--json", "--chart", "deals.svg")
    told = json.loads(result.stdout)
    assert told["provenance"]["situation"] == "2024-06"
    assert set(told) >= {"summary", "findings", "provenance", "zone", "win_set", "chosen"}
    assert Path("deals.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    "files", [["sale.csv"], ["laptop/laptop.xml"], ["laptop"], ["laptop/buyer.xml", "laptop/seller.xml"]]
)
def test_a_domain_by_its_ending(here, files) -> None:
    result = deals(*files)
    assert result.exit_code == 0
    assert "Nash" in result.output
    told = json.loads(deals(*files, "--json", "--chart", "domain.svg").stdout)
    assert set(told) >= {"summary", "findings", "provenance", "bargain"}
    assert Path("domain.svg").read_text(encoding="utf-8").startswith("<svg")


def test_an_empty_zone_is_an_answer(here) -> None:
    result = deals("empty.csv")
    assert result.exit_code == 0
    assert "The zone of agreement is empty" in " ".join(result.output.split())
    assert "Nearest comes" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["bare.yaml"], "does not say what can be bargained over"),
        (["border.yaml", "--from", "2030-01"], "There is no situation '2030-01'"),
        (["border.yaml", "--chart", "deals.doc"], "A chart can be written as"),
        (["border.yaml", "bare.yaml"], "of scenarios name one"),
        (["border.yaml", "sale.csv"], "of scenarios name one"),
        (["sale.csv", "--from", "2025-06"], "no situations"),
        (["sale.csv", "--chart", "sale.csv"], "A chart can be written as"),
        (["nowhere.csv"], "nowhere.csv"),
        (["sale.csv", "empty.csv"], "one .csv file"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(here, given, says, monkeypatch) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = deals(*given)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_help_has_examples(here) -> None:
    assert "detente deals korea" in deals("--help").output
