"""What is wrong with a file is told at its place; nothing makes a reader stumble."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.game.gambit import read_efg, read_gambit, read_nfg
from detente.problems import DetenteError, Problems

NFG = 'NFG 1 R "t" { "a" "b" }'
EFG = 'EFG 2 R "t" { "a" "b" }'
MANY = " ".join(f'"{n}"' for n in range(61))

FAULTS = {  # text, line, column, what is said
    "no number of strategies": (f"{NFG}\n{{ 2 }} 1 2", 2, 5, "the number of strategies of 'b'"),
    "too many of them": (f"{NFG}\n{{ 2 1 1 }} 1 2 3 4", 2, 7, "after the strategies of 2 players"),
    "none of them": (f"{NFG}\n{{ 2 0 }}", 2, 5, "a whole number from 1 on, not 0"),
    "half of one": (f"{NFG}\n{{ 2 1.5 }}", 2, 5, "a whole number from 1 on, not 1.5"),
    "a player without strategies": (f'{NFG}\n{{ {{ "x" }} {{ }} }} 1 2', 2, 11, "'b' has no strategy"),
    "too few payoffs": (f"{NFG}\n{{ 2 2 }}\n1 2 3 4 5 6 7", 3, 1, "Too few payoffs"),
    "one payoff missing": (f"{NFG}\n{{ 2 1 }}\n100 200 300", 3, 11, "The text ends where a payoff of 'b'"),
    "too many payoffs": (f"{NFG}\n{{ 1 1 }}\n1 2 3", 3, 5, "Nothing should follow"),
    "a word among payoffs": (f"{NFG}\n{{ 1 1 }}\n1 nan", 3, 3, "A payoff of 'b' should stand here"),
    "a comma among payoffs": (f"{NFG}\n{{ 1 1 }}\n1, 2", 3, 2, "parted by blanks; 1 stand"),
    "no number": (f"{NFG}\n{{ 1 1 }}\n1 1.2.3", 3, 3, "'1.2.3' is not a number"),
    "too large": (f"{NFG}\n{{ 1 1 }}\n1 1e999", 3, 3, "too large"),
    "too large a fraction": (f"{NFG}\n{{ 1 1 }}\n1 1{'0' * 350}/3", 3, 3, "too large"),
    "by zero": (f"{NFG}\n{{ 1 1 }}\n1 1/0", 3, 3, "divides by zero"),
    "too long": (f"{NFG}\n{{ 1 1 }}\n1 {'1' * 1001}", 3, 3, "longer than 1,000"),
    "no such outcome": (f'{NFG}\n{{ 2 1 }} {{ {{ "" 1 2 }} }}\n1 2', 3, 3, "describes 1 outcome, so no outcome 2"),
    "a negative outcome": (f'{NFG}\n{{ 2 1 }} {{ {{ "" 1 2 }} }}\n1 -1', 3, 3, "from 0 on, not -1"),
    "too few outcomes": (f'{NFG}\n{{ 2 9 }} {{ {{ "" 1 2 }} }}\n1 1', 3, 1, "Too few outcome numbers"),
    "an outcome too short": (f'{NFG}\n{{ 2 1 }} {{ {{ "" 1 }} }}\n1 1', 2, 18, "the payoff of player 2 ('b')"),
    "an outcome too long": (f'{NFG}\n{{ 2 1 }} {{ {{ "" 1, 2, 3 }} }}', 2, 22, "'}', after the payoffs of 2 players"),
    "an outcome without a name": (f"{NFG}\n{{ 2 1 }} {{ {{ 1, 2 }} }}\n1 1", 2, 13, 'without a name has "" there'),
    "more than is read": (f"{NFG}\n{{ 5000 5000 }} 1", 2, 1, "50,000,000 payoffs; at most 10,000,000"),
    "far more": (f"{NFG}\n{{ 999999999999999999 1 }} 1", 2, 1, "1,999,999,999,999,999,998 payoffs"),
    "no strategies at all": (NFG, 1, 23, "The text ends where '{', which opens the strategies,"),
    "no players": ('NFG 1 R "t" { } { } 1', 1, 13, "has 0"),
    "too many players": (f'NFG 1 R "t"\n{{ {MANY} }} {{ }}', 2, 1, "this has 61"),
    "players without quotes": ('NFG 1 R "t" { a b }', 1, 15, "closes the list of players"),
    "no title": ("NFG 1 R { }", 1, 9, "The title of the game in double quotes"),
    "another version": ('NFG 2 R "t"', 1, 5, "Only 'NFG 1' is read"),
    "another kind of number": ('EFG 2 X "t"', 1, 7, "R (or D)"),
    "open quotes": (f'{NFG}\n{{ 1 1 }} "no end\n1 2', 2, 9, "never closed"),
    "quotes closed by a backslash": ('NFG 1 R "t\\" { "a" }\n', 1, 17, "which opens the list of players"),
    "empty": ("", 1, 1, "The file is empty"),
    "blank": (" \n\t\n", 1, 1, "The file is empty"),
    "another format": ("#AGG\n2", 1, 1, "an action-graph game, which is not read"),
    "a workbook": ('<?xml version="1.0"?>\n<gambit:document/>', 1, 1, "(.gbt), which is not read"),
    "prose": ("Dear Sir,\nno game", 1, 1, "This is no game of Gambit"),
    "a control character": (f"{NFG}\n{{ 1 \x00 }}", 2, 5, "U+0000"),
    "not UTF-8": (f"{NFG}\n{{ \xe9 }}".encode("latin-1"), 2, 3, "not a text file in UTF-8"),
    "UTF-16": (NFG.encode("utf-16"), 1, 1, "not a text file in UTF-8"),
    "half a character": (f"{NFG}\n\ud83d", 2, 1, "not a text file in UTF-8"),
    "no node": (EFG, 1, 23, "a node (of 1 still missing)"),
    "a node of another kind": (f'{EFG}\nx "" 0', 2, 1, "A node should begin here, not x"),
    "a node without a name": (f"{EFG}\nt 0", 2, 3, 'without a name has "" there'),
    "an action without a node": (f'{EFG}\np "" 1 1 "" {{ "x" "y" }} 0\nt "" 0', 3, 6, "a node (of 1 still missing)"),
    "a node too many": (f'{EFG}\np "" 1 1 "" {{ "x" }} 0\nt "" 0\nt "" 0', 4, 1, "complete above (2 nodes)"),
    "no such player": (f'{EFG}\np "" 3 1 "" {{ "x" }} 0', 2, 6, "The game has 2 players, so no player 3"),
    "player zero": (f'{EFG}\np "" 0 1 "" {{ "x" }} 0', 2, 6, "from 1 on, not 0"),
    "a set known by number alone": (f'{EFG}\np "" 1 4 0', 2, 8, "Information set 4 of player 1 'a' is not described"),
    "an event known by number alone": (f'{EFG}\nc "" 4 0', 2, 6, "Event 4 of chance is not described"),
    "no actions": (f'{EFG}\np "" 1 1 "" {{ }} 0', 2, 13, "has no action"),
    "no actions of chance": (f'{EFG}\nc "" 1 "" {{ }} 0', 2, 11, "has no action"),
    "no chance": (f'{EFG}\nc "" 1 "" {{ "x" "y" 1 }} 0', 2, 17, "The probability of 'x' should stand here"),
    "chances of less than one": (f'{EFG}\nc "" 1 "e" {{ "x" 0.3 "y" 0.6 }} 0', 2, 12, "sum to 0.9, not to 1"),
    "chances of more than one": (f'{EFG}\nc "" 1 "e" {{ "x" 2/3 "y" 2/3 }} 0', 2, 12, "sum to 1.33333333333, not"),
    "a negative chance": (f'{EFG}\nc "" 1 "" {{ "x" -1/2 "y" 3/2 }} 0', 2, 17, "The probability of 'x' is -1/2"),
    "a chance above one": (f'{EFG}\nc "" 1 "" {{ "x" 3/2 "y" -1/2 }} 0', 2, 17, "The probability of 'x' is 3/2"),
    "a chance divided by zero": (f'{EFG}\nc "" 1 "" {{ "x" 1/0 }} 0', 2, 17, "divides by zero"),
    "a chance beyond reason": (f'{EFG}\nc "" 1 "" {{ "x" 1e-999999999 }} 0', 2, 17, "beyond 1,000"),
    "a chance of too many digits": (f'{EFG}\nc "" 1 "" {{ "x" 1.{"1" * 500}e-500 }} 0', 2, 17, "As a fraction"),
    "an event in two ways": (
        f'{EFG}\nc "" 1 "e" {{ "x" 1 }} 0\nc "" 1 "e" {{ "y" 1 }} 0',
        3,
        6,
        "described on line 2",
    ),
    "an outcome in two ways": (
        f'{EFG}\np "" 1 1 "" {{ "x" }} 5 "o" {{ 1 2 }}\nt "" 5 "o" {{ 1 3 }}',
        3,
        6,
        "Outcome 5 is described in two ways",
    ),
    "an outcome never described": (f'{EFG}\nt "" 5', 2, 6, "Outcome 5 is not described above"),
    "payoffs for no outcome": (f'{EFG}\nt "" 0 "o" {{ 1 2 }}', 2, 6, "Outcome 0 means none"),
    "payoffs without a name": (f'{EFG}\nt "" 1 {{ 1 2 }}', 2, 8, 'An outcome without a name has "" there'),
    "payoffs for one player": (f'{EFG}\nt "" 1 "" {{ 1 }}', 2, 15, "the payoff of player 2 ('b')"),
    "an open brace": (f'{EFG}\nt "" 1 "" {{ 1 2\n', 2, 15, "The text ends where '}'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_at_its_place(fault):
    text, line, column, said = FAULTS[fault]
    with pytest.raises(Problems) as caught:
        read_gambit(text if isinstance(text, bytes) or "\n" in text or not text else text + "\n")
    (problem,) = caught.value.found
    told = str(caught.value)
    assert said.lower() in told.lower()
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (line, column)
    assert told.startswith(f"game:{line}:{column}: error: ")


def test_imperfect_information_is_refused_by_name_and_place(tmp_path):
    text = f'{EFG}\np "" 1 1 "first" {{ "x" "y" }} 0\np "" 2 5 "reply" {{ "l" "r" }} 0\nt "" 0\nt "" 0\np "" 2 5 0\n'
    path = tmp_path / "imperfect.efg"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DetenteError) as caught:
        read_efg(path)
    assert str(caught.value) == (
        f"{path}:6:8: error: Information set 5 ('reply') of player 2 'b' has a second node here, after that on line 3. "
        'Games of imperfect information are not read\n    p "" 2 5 0\n           ^\n    Give each node a number of its '
        "own if the player can tell them apart; else save the game in strategic form (.nfg)."
    )


def test_what_is_no_file(tmp_path):
    with pytest.raises(DetenteError, match="no game file"):
        read_gambit(tmp_path / "none.nfg")
    with pytest.raises(DetenteError, match="a folder, not a game file"):
        read_efg(str(tmp_path))
    with pytest.raises(DetenteError, match="cannot be read"):
        read_nfg("a\0b")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DetenteError, match="not an ordinary file"):
        read_nfg(tmp_path / "pipe")
    with (tmp_path / "large.nfg").open("wb") as file:
        file.truncate(64_000_001)
    with pytest.raises(DetenteError, match="at most 64,000,000"):
        read_gambit(tmp_path / "large.nfg")


def test_the_wrong_reader():
    with pytest.raises(DetenteError, match="The word NFG should stand here"):
        read_nfg(EFG + "\n")
    with pytest.raises(DetenteError, match="The word EFG should stand here"):
        read_efg(NFG + "\n")


@pytest.mark.parametrize(
    "text",
    [
        'NFG 1 R "' + "a" * 300_000,
        'NFG 1 R "' + '\\"' * 300_000,
        f"{NFG} {{ 1 1 }} " + "1" * 300_000 + "x",
        f"{NFG} {{ 1 1 }} " + "1/" * 300_000,
        f"{NFG} " + "{" * 300_000,
        f"{NFG}" + " " * 300_000 + "x",
        f"{EFG}\n" + 'c "" 1 "" { "x" 1 } 0\n' * 3_000,
        f"{EFG}\n" + 'c "" 1 "" {' + f'"x" 1/{"3" * 380} ' * 3_000 + '"x" 1 } 0',
    ],
    ids=["quotes", "escapes", "digits", "fractions", "braces", "blanks", "depth", "fractions that never sum"],
)
def test_no_text_takes_long(text):
    with pytest.raises(DetenteError):
        read_gambit(text + "\n")


SEEDS = [
    NFG + '\n{ { "x" "y" } { "u" } } "c" { { "o" 1, 2/3 } { "" -1e1 .5 } }\n1 2',
    NFG + "\n{ 2 1 }\n1 2 3/4 -4.5e-3",
    EFG + '\nc "n" 1 "e" { "x" 1/2 "y" .5 } 1 "o" { 1, 2 }\nt "" 1\np "" 2 3 "s" { "l" } 0\nc "" 1 0\nt "" 0\nt "" 0',
]
BITS = ["", '"', "\\", "{", "}", ",", " ", "\n", "0", "1", "9", "-", "/", ".", "e", "p", "t", "c", "NFG", "\x00", "é"]


@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(BITS)), max_size=3)
)
def test_a_spoilt_text_is_read_or_refused_in_a_sentence(text, edits):
    for where, cut, bit in edits:
        at = int(where * len(text))
        text = text[:at] + bit + text[at + cut :]
    try:
        found = read_gambit(text + "\n")
    except DetenteError:
        return
    assert found.players


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_a_sentence(content):
    with pytest.raises(DetenteError):
        read_gambit(content)
