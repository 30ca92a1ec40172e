"""The command `detente trace`: of a case in months and of Gambit's files; and how other commands lead to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.graph.concepts import CONCEPTS
from tests.faces.commands import answered, answered_as_json, detente, told

HIDDEN = """EFG 2 R "Hidden" { "a" "b" } ""
p "" 1 1 "" { "l" "r" } 0
p "" 2 1 "" { "l" "r" } 0
t "" 1 "" { 1, 0 }
t "" 2 "" { 0, 1 }
p "" 2 1 "" { "l" "r" } 0
t "" 2
t "" 1
"""


@pytest.fixture
def games(here) -> None:
    """Files of Gambit beside the starter scenario."""
    Path("stag.nfg").write_text('NFG 1 R "Stag hunt" { "a" "b" } { { "stag" "hare" } { "stag" "hare" } }\n'
                                "\n4 4 3 0 0 3 2 2\n", encoding="utf-8")  # fmt: skip
    Path("noname").write_bytes(Path("stag.nfg").read_bytes())
    Path("hidden.efg").write_text(HIDDEN, encoding="utf-8")
    Path("broken.nfg").write_text('NFG 1 R "x" { "a" "b" } { 2 2 }\n\n1 2 3', encoding="utf-8")
    head = 'NFG 1 R "x" { ' + " ".join(f'"{n}"' for n in range(9)) + " } { " + "9 " * 9 + "}\n\n1"
    Path("huge.nfg").write_text(head, encoding="utf-8")


def test_the_name_alone_gets_an_answer_with_ranges(here) -> None:
    result = detente("trace", "chicken", "--draws", 4)
    said = answered(result)
    for words in (
        "The first driver",
        "drive on",
        "38%",
        "90% of draws",
        "in the limit",
        "at precision 1.07",
        "4 draws",
    ):
        assert words in said
    assert max(map(len, result.output.splitlines())) <= 80
    assert "draws traced" in result.stderr


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here) -> None:
    asked = ["--draws", 3, "--seed", 7, "--precision", 2.5, "--from", "2000-01", "--json", "--chart", "steps.svg"]
    content = answered_as_json(detente("trace", "centipede", *asked), "steps.svg")
    made = content["provenance"]
    assert (made["precision"], made["draws"], made["seed"], made["situation"]) == (2.5, 3, 7, "2000-01")
    assert len(content["decisions"]) == 4


@pytest.mark.parametrize("file", ["stag.nfg", "noname"])
def test_a_game_of_gambit_is_traced_to_the_limit(games, file: str) -> None:
    said = answered(detente("trace", file))
    assert "Stag hunt, played once, all at once, in the limit." in said
    assert "The game has 3 Nash equilibria" in said
    assert "Ranges are over" not in said
    assert "at precision 0.5" in answered(detente("trace", file, "--precision", 0.5))
    assert "in the limit" in answered(detente("trace", file, "--precision", "inf"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["none.efg"], "There is no game file none.efg"),
        (["none"], "There is no file 'none', and no case of that name"),
        (["none.yaml"], "none.yaml"),
        (["hidden.efg"], "Games of imperfect information are not read"),
        (["broken.nfg"], "Too few payoffs follow here"),
        (["huge.nfg"], "at most 10,000,000 are read"),
        (["border.yaml"], "Ask: detente forecast border.yaml"),
        (["korea"], "detente forecast korea"),
        (["chicken", "--precision", "-1"], "A precision is a number of at least zero"),
        (["chicken", "--precision", "nan"], "A precision is a number of at least zero"),
        (["chicken", "--precision", "much"], "valid number"),
        (["chicken", "--from", "1999-01"], "There is no situation '1999-01'"),
        (["chicken", "--draws", "-1"], "draws"),
        (["chicken", "--chart", "steps.doc"], "A chart can be written as"),
        (["stag.nfg", "--chart", "stag.nfg"], "A chart can be written as"),
        (["stag.nfg", "--draws", "5"], "states no ranges"),
        (["stag.nfg", "--from", "2000-01"], "no situations"),
        (["stag.nfg", "--seed", "3"], "leave --seed out"),
        (["stag.nfg", "--seed", "0"], "A game of Gambit states no ranges, so nothing is drawn; leave --seed out."),
        (["stag.nfg", "--draws", "0"], "A game of Gambit states no ranges, so nothing is drawn; leave --draws out."),
        (["."], "folder"),
    ],
)
def test_what_cannot_be_traced_is_told(games, given: list[str], says: str) -> None:
    before = sorted(Path().rglob("*"))
    assert says in told(detente("trace", *given))
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    "command",
    ["forecast", "why", "whatif", "deals", "path", "sensitivity", "tipping", "hindcast", "report", "compare"],
)
@pytest.mark.parametrize("name", ["prisoners-dilemma", "centipede"])
def test_other_questions_lead_to_it(here, command: str, name: str) -> None:
    assert f"Ask: detente trace {name}" in told(detente(command, name))


def test_cases_and_check_name_it(here) -> None:
    lines = detente("cases").stdout.splitlines()
    assert [line.split()[0] for line in lines if "(in months: detente trace)" in line] == [
        "centipede", "chicken", "crisis-bargaining", "prisoners-dilemma"]  # fmt: skip
    assert "only `detente trace` solves it" in detente("check", "chicken").output


def test_stability_of_a_game_played_once(here) -> None:
    said = answered(detente("stability", "prisoners-dilemma", "--draws", 3))
    for words in (*CONCEPTS, "(confess / confess)", "(3/3)", "the same in all 3 draws"):
        assert words in said
    content = answered_as_json(
        detente("stability", "chicken", "--draws", 2, "--json", "--chart", "held.svg"), "held.svg"
    )
    assert content["graph"]["equilibria"]["Nash"] == [2, 3]
    assert "detente trace centipede" in told(detente("stability", "centipede"))
    assert "no situation '1999-01'" in told(detente("stability", "chicken", "--from", "1999-01"))
