"""A file that is no scenario: each command says in a sentence what it is and which command takes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import detente as dt
from tests.faces.commands import answered, detente, told
from tests.faces.test_stability_command import DILEMMA
from tests.faces.test_trace_command import HIDDEN
from tests.questions.test_trace import ENTRY

STAG = 'NFG 1 R "Stag hunt" { "a" "b" } { { "stag" "hare" } { "stag" "hare" } }\n\n4 4 3 0 0 3 2 2\n'
SPACE = '<?xml version="1.0"?>\n<utility_space><objective index="0"/></utility_space>\n'
FILES = {
    "graph.yaml": (DILEMMA, "a graph model", "detente stability graph.yaml"),
    "stag.nfg": (STAG, "a strategic game of Gambit", "detente trace stag.nfg"),
    "noname": (STAG, "a strategic game of Gambit", "detente stability noname"),
    "tree.efg": (HIDDEN, "an extensive game of Gambit", "detente trace tree.efg"),
    "game.gbt": ("<?xml?>\n<gambit:document>\n", "a workbook of Gambit", "detente trace FILE"),
    "sale.csv": ("price,u:buyer\nlow,3\n", "a table", "detente deals sale.csv"),
    "space.xml": (SPACE, "an XML file", "detente deals space.xml"),
    "report.html": ("<!doctype html>\n<html></html>", "a web page", "the scenario file that it was made from"),
    "border-claims.yaml": (None, "a claims file", "the scenario file whose claims they are"),
}
OF_CASES = (
    *("check", "show", "claims", "forecast", "why", "whatif", "compare", "path", "sensitivity", "tipping"),
    *("hindcast", "report"),
)
TAKEN = {
    "deals": ("sale.csv", "space.xml"),
    "stability": ("graph.yaml", "stag.nfg", "noname", "tree.efg"),
    "trace": ("stag.nfg", "noname", "tree.efg", "game.gbt"),
}


@pytest.fixture
def files(here) -> None:
    """A file of each kind beside the starter scenario."""
    for name, (content, *_) in FILES.items():
        if content is not None:
            Path(name).write_text(content, encoding="utf-8")


@pytest.mark.parametrize("command", [*OF_CASES, *TAKEN])
def test_each_command_names_the_one_that_takes_a_file_of_another_kind(files, command: str) -> None:
    before = sorted(Path().rglob("*"))
    for name, (_, what, remedy) in FILES.items():
        if name not in TAKEN.get(command, ()):
            said = told(detente(command, name))
            assert said.startswith(f"{name} is {what}")
            assert remedy in said
            assert ":1:1" not in said
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("graph.yaml", "dt.analyse(dt.read_graph('graph.yaml'))"),
        ("stag.nfg", "dt.principal_branch(dt.read_gambit('stag.nfg'))"),
        ("noname", "dt.principal_branch(dt.read_gambit('noname'))"),
        ("tree.efg", "dt.principal_branch(dt.read_gambit('tree.efg'))"),
        ("game.gbt", "dt.principal_branch(dt.read_gambit(FILE))"),
        ("sale.csv", "dt.negotiate(dt.read_domain('sale.csv'))"),
        ("space.xml", "dt.negotiate(dt.read_domain('space.xml'))"),
        ("report.html", "the scenario file that it was made from"),
        ("border-claims.yaml", "the scenario file whose claims they are"),
    ],
)
def test_so_do_load_and_check_in_python_with_a_call(files, name: str, call: str) -> None:
    what = FILES[name][1]
    for ask in (dt.load, dt.check):
        with pytest.raises(dt.DetenteError) as caught:
            ask(name)
        assert str(caught.value).startswith(f"{name} is {what}")
        assert call in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_calls_named_are_ones_that_there_are(files) -> None:
    assert dt.analyse(dt.read_graph("graph.yaml"))
    assert "Stag hunt" in dt.principal_branch(dt.read_gambit("stag.nfg")).summary()
    Path("sale.csv").write_text("price,u:buyer,u:seller\nlow,3,1\nhigh,1,3\n", encoding="utf-8")
    assert dt.negotiate(dt.read_domain("sale.csv"))


def test_a_game_of_gambit_has_a_stability_analysis_of_its_profiles(files) -> None:
    said = answered(detente("stability", "stag.nfg"))
    assert "State 1 (stag / stag) is an equilibrium under every concept" in said
    assert said == answered(detente("stability", "noname"))
    assert "Ranges are over" not in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["stability", "tree.efg"], "Games of imperfect information are not read"),
        (["stability", "one.efg"], "one decides after another"),
        (["trace", "game.gbt"], "save it as an extensive (.efg) or a strategic game (.nfg)"),
        (["stability", "stag.nfg", "--draws", "20"], "leave --draws out"),
        (["stability", "stag.nfg", "--from", "2025-06"], "leave --from out"),
        (["stability", "stag.nfg", "--chart", "stag.nfg"], "A chart can be written as"),
        (["stability", "graph.yaml", "--seed", "0"], "leave --seed out"),
        (["stability", "graph.yaml", "--no-cache"], "leave --no-cache out"),
        (["deals", "sale.csv", "--draws", "3"], "leave --draws out"),
        (["deals", "sale.csv", "--seed", "3"], "leave --seed out"),
    ],
)
def test_options_without_a_meaning_for_a_kind_are_refused(files, given: list[str], says: str) -> None:
    Path("one.efg").write_text(ENTRY.format(-1, 1, 0, 2), encoding="utf-8")
    assert says in told(detente(*given))


@pytest.mark.parametrize("command", ["check", "trace", "stability", "deals"])
def test_a_near_name_of_a_file_is_suggested(files, command: str) -> None:
    assert told(detente(command, "boarder.yaml")).endswith("Did you mean 'border.yaml'?")
    assert told(detente(command, "./boarder")).endswith("Did you mean 'border.yaml'?")
    assert "Did you mean" not in told(detente(command, "elsewhere.yaml"))


@pytest.mark.parametrize(
    ("command", "name", "near"),
    [
        ("trace", "stagg.nfg", "stag.nfg"),
        ("stability", "stg.nfg", "stag.nfg"),
        ("deals", "sal.csv", "sale.csv"),
        ("deals", "spaces.xml", "space.xml"),
    ],
)
def test_a_near_name_among_files_of_the_same_ending(files, command: str, name: str, near: str) -> None:
    assert told(detente(command, name)).endswith(f"Did you mean {near!r}?")


@pytest.mark.parametrize("command", ["check", "forecast", "compare", *TAKEN])
def test_an_empty_name_is_no_file_and_not_this_folder(files, command: str) -> None:
    assert "An empty name names no file" in told(detente(command, ""))


@pytest.mark.parametrize("command", ["check", "trace", "stability"])
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(here, command: str) -> None:
    os.mkfifo("pipe")
    assert "not an ordinary file" in told(detente(command, "pipe"))


@pytest.mark.parametrize("name", ["", ".", "..", "/", "sub/", "a\nb", "-.yaml"])
def test_a_new_case_has_a_name(here, name: str) -> None:
    before = sorted(Path().rglob("*"))
    assert "names no case" in told(detente("new", "--", name))
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["path", "border.yaml", "--to", " "], "this is empty"),
        (["why", "border.yaml", "--between", "2024-06", "2024-06"], "name another with --between"),
        (["tipping", "border.yaml", "--points", "10001"], "--points"),
        (["forecast", "border.yaml", "--agreement", "x"], "Write one under `agreements`"),
    ],
)
def test_the_remedy_is_one_that_there_is(unsolved, given: list[str], says: str) -> None:
    assert says in told(detente(*given))
