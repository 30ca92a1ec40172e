"""The command `detente deals`: of a case and of a plain domain; JSON, a picture, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.border import DRAWS
from tests.faces.commands import answered, answered_as_json, detente, told
from tests.negotiation.laptop import write
from tests.questions.test_deals_agreed import AGREEMENTS

SALE = "price,u:buyer,u:seller\nlow,3,1\nmiddle,2,2\nhigh,1,3\nreservation,1.5,1.5\n"
EMPTY = "price,u:buyer,u:seller\nlow,3,1\nhigh,1,3\nreservation,2.5,2.5\n"


@pytest.fixture
def domains(here) -> None:
    """Some domains, and the starter scenario once more, without its deals."""
    scenario = Path("border.yaml").read_text(encoding="utf-8")
    Path("bare.yaml").write_text(_without_deals(scenario), encoding="utf-8")
    Path("sale.csv").write_text(SALE, encoding="utf-8")
    Path("empty.csv").write_text(EMPTY, encoding="utf-8")
    Path("laptop").mkdir()
    write(Path("laptop"))


def _without_deals(text: str) -> str:
    """The starter without its deals, and what speaks of them."""
    kept, dropping = [], False
    for line in text.splitlines(keepends=True):
        if line.strip() and not line[0].isspace():
            dropping = line.startswith(("deals:", "paths:", "ask:"))
        if not dropping:
            kept.append(line)
    return "".join(kept)


def test_the_name_alone_gets_an_answer(solved) -> None:
    said = answered(detente("deals", "border.yaml", "--draws", DRAWS))
    for words in ("land for trade", "lasts a year", "From June 2025", "who must agree", "An arbiter between"):
        assert words in said


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(solved) -> None:
    asked = ["--draws", DRAWS, "--from", "2024-06", "--json", "--chart", "deals.svg"]
    content = answered_as_json(detente("deals", "border.yaml", *asked), "deals.svg")
    assert content["provenance"]["situation"] == "2024-06"
    assert set(content) >= {"zone", "win_set", "chosen"}


@pytest.mark.parametrize(
    "files", [["sale.csv"], ["laptop/laptop.xml"], ["laptop"], ["laptop/buyer.xml", "laptop/seller.xml"]]
)
def test_a_domain_by_its_ending(domains, files) -> None:
    assert "Nash" in answered(detente("deals", *files))
    content = answered_as_json(detente("deals", *files, "--json", "--chart", "domain.svg"), "domain.svg")
    assert "bargain" in content


def test_an_empty_zone_is_an_answer(domains) -> None:
    said = answered(detente("deals", "empty.csv"))
    assert "The zone of agreement is empty" in said
    assert "Nearest comes" in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["bare.yaml"], "does not say what can be bargained over"),
        (["border.yaml", "--from", "2030-01"], "There is no situation '2030-01'"),
        (["border.yaml", "--chart", "deals.doc"], "A chart can be written as"),
        (["border.yaml", "bare.yaml"], "of scenarios name one"),
        (["border.yaml", "sale.csv"], "of scenarios name one"),
        (["sale.csv", "--from", "2025-06"], "no situations"),
        (["sale.csv", "--agreement", "a sale"], "no agreements"),
        (["border.yaml", "--agreement", "a sale"], "proposes no agreement"),
        (["sale.csv", "--chart", "sale.csv"], "A chart can be written as"),
        (["nowhere.csv"], "nowhere.csv"),
        (["sale.csv", "empty.csv"], "one .csv file"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(unsolved, domains, given, says) -> None:
    assert says in told(detente("deals", *given))


def test_an_agreement_is_placed_among_the_deals(here) -> None:
    with Path("border.yaml").open("a", encoding="utf-8") as file:
        file.write(AGREEMENTS)
    asked = ["--agreement", "troops for trade", "--draws", 0]
    said = answered(detente("deals", "border.yaml", *asked))
    for words in ("the same unsigned", "in force a year", "can be signed as things stand", "Perfect verification"):
        assert words in said
    content = answered_as_json(detente("deals", "border.yaml", *asked, "--json", "--chart", "deals.svg"), "deals.svg")
    assert content["agreement"]["name"] == "troops for trade"
