"""Files: what they say is read, and every mistake is told at its place with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.graph.answer import analyse
from detente.graph.options import from_options
from detente.graph.reader import MOST_ACTORS, read, read_text
from detente.problems import DetenteError, Problems

CUBA = """\
format: detente-graph/1
title: The missiles in Cuba
actors:
  US: [Air strike, Blockade]
  USSR: [Withdraw, Escalate]
infeasible: ["--YY"]
irreversible: [Air strike]
rankings:
  US: [5, 7, 6, 8, 3, 2, 4, 1, 12, 10, 11, 9]
  USSR: [NNNN, 5, 7, 3, 6, 2, 8, 4, [12, 10], 11, 9]
"""
CRISIS = """\
format: detente-graph/1
states: [peace, crisis, war]
moves:
  North: {peace: [crisis], crisis: [peace, war]}
rankings:
  North: [peace, [crisis, war]]
  South: [1, 2, 3]
"""


def told(text: str) -> list[str]:
    with pytest.raises(Problems) as wrong:
        read_text(text, "f.yaml")
    assert all(problem.place is not None for problem in wrong.value.found)
    return [f"{p.place.line}:{p.place.column} {p.message} | {p.hint}" for p in wrong.value.found if p.place]


def test_options(tmp_path: Path) -> None:
    model = read(CUBA)
    ranking = [1, 5, 7, 3, 6, 2, 8, 4, [12, 10], 11, 9]
    same = from_options(
        {"US": ["Air strike", "Blockade"], "USSR": ["Withdraw", "Escalate"]},
        {"US": [5, 7, 6, 8, 3, 2, 4, 1, 12, 10, 11, 9], "USSR": ranking},
        ["--YY"],
        ["Air strike"],
    )
    assert model.title == "The missiles in Cuba"
    assert model.states == same.states
    assert model.ranks.tolist() == same.ranks.tolist()
    assert [m.to.tolist() for m in model.moves] == [m.to.tolist() for m in same.moves]
    path = tmp_path / "cuba.yaml"
    path.write_text(CUBA, encoding="utf-8")
    assert analyse(read(path)).to_json() == analyse(model).to_json()


def test_states_and_moves() -> None:
    model = read(CRISIS)
    assert model.actors == ("North", "South")
    assert model.ranks.tolist() == [[2, 3], [1, 2], [1, 1]]
    assert [model.moves[0].from_(s).tolist() for s in range(3)] == [[1], [0, 2], []]
    assert model.moves[1].to.size == 0


def test_priorities() -> None:
    model = read_text("format: detente-graph/1\nactors: {A: [x], B: [y]}\nrankings: {A: [1, 2, 3, 4]}\n"
                      "priorities: {B: [-Y or not Y-, Y-]}\n")  # fmt: skip
    assert model.ranks[:, 1].tolist() == [2, 1, 2, 3]


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (changed(CUBA, "[5, 7", "[5, 77"), "9:11 There is no state 77 | States are"),
        (changed(CUBA, "NNNN", "NNNX"), "10:10 There is no state 'NNNX' | Did you mean"),
        (changed(CUBA, "US: [5, 7", "US: [5, 5"), "9:11 The state 5 is ranked twice by US"),
        (changed(CUBA, "US: [5, 7, ", "US: [5, "), "9:3 The ranking of US leaves out NYYN | Rank every state once"),
        (changed(CUBA, '"--YY"', '"--Y"'), "6:14 The pattern '--Y' has 3 letters, and there are 4 options"),
        (changed(CUBA, '"--YY"', '"--YZ"'), "6:14 '--YZ' is no pattern"),
        (changed(CUBA, '"--YY"', '"----"'), "6:1 No combination of options is feasible"),
        (changed(CUBA, "irreversible: [Air strike]", "irreversible: [Air strikes]"),
         "7:16 There is no option 'Air strikes' | Did you mean 'Air strike'?"),
        (changed(CUBA, "Withdraw, Escalate", "Withdraw, Blockade"), "3:1 Two options are called 'Blockade'"),
        (changed(CUBA, "infeasible", "infeasable"), "6:1 Unknown key 'infeasable' | Did you mean 'infeasible'?"),
        (changed(CUBA, "detente-graph/1", "detente/1"), "1:9 This is not marked as a graph model | Its first line"),
        (changed(CUBA, "  US: [5, 7, 6, 8, 3, 2, 4, 1, 12, 10, 11, 9]\n", ""), "4:3 'US' has no ranking | Give it"),
        (changed(CUBA, "  US: [5, 7", "  USA: [5, 7"), "9:3 There is no decision maker 'USA' | Did you mean"),
        (changed(CUBA, "US: [5, 7, 6, 8, 3, 2, 4, 1, 12, 10, 11, 9]", "US: 5"), "9:7 A list is expected here"),
        (changed(CUBA, "[5, 7", "[5, true"), "9:11 A state is told by its label or its number"),
        (CUBA + "states: [a]\n", "3:1 'actors' does not go with states and moves"),
        (CUBA + "priorities: {US: [Y---]}\n", "9:3 'US' has both a ranking and priorities"),
        (changed(CUBA, "Air strike, Blockade", "Air strike, no"), "reads 'no' as true or false"),
        (changed(CUBA, "[Air strike, Blockade]", "Blockade"), "4:7 A list is expected here"),
        (changed(CRISIS, "crisis: [peace, war]", "crisis: [pease, war]"), "4:37 There is no state 'pease' | Did you"),
        (changed(CRISIS, "crisis: [peace, war]", "crisis: [crisis, war]"), "4:37 A move leads from a state to itself"),
        (changed(CRISIS, "{peace: [crisis]", "{piece: [crisis]"), "4:11 There is no state 'piece'"),
        (changed(CRISIS, "  North: [peace", "  Nort: [peace"), "4:3 'North' has moves and no ranking | Did you mean"),
        (changed(CRISIS, "crisis, war]\nm", "crisis, peace]\nm"), "2:25 'peace' is written twice"),
        (changed(CRISIS, "North: {peace: [crisis], crisis: [peace, war]}", "North: [peace]"), "4:3 Moves are told as"),
        (changed(CRISIS, "[peace, crisis, war]", "[]"), "2:1 A model has 1 to 65,536 states"),
        ("format: detente-graph/1\n", "1:1 The file has neither `actors` nor `states`"),
        ("~\n", "1:1 A graph model is a mapping of keys to values"),
        ("- 1\n- 2\n", "1:1 A graph model is a mapping of keys to values"),
        ("format: detente-graph/1\nactors: 3\n", "2:1 'actors' is a mapping with a line a decision maker"),
        ("format: detente-graph/1\ntitle: [a]\nactors: {A: [x]}\nrankings: {A: [1, 2]}\n", "A title is a text"),
        (f"format: detente-graph/1\nactors: {{A: {[f'o{n}' for n in range(21)]}}}\nrankings: {{A: [1]}}\n",
         "2:1 21 options make 2,097,152 combinations; at most 20"),
        (f"format: detente-graph/1\nactors: {{A: {[f'o{n}' for n in range(17)]}}}\nrankings: {{A: [1]}}\n",
         "2:1 The options make 131,072 states; at most 65,536"),
        (f"format: detente-graph/1\nactors: {{A: {[f'o{n}' for n in range(13)]}}}\npriorities: {{A: [{'Y' * 13}]}}\n",
         "1:1 The model would have more than 20,000,000 moves"),
        ("format: detente-graph/1\nactors: {A: [x]}\npriorities: {A: [Y, not, Q]}\n", "3:21 'not' is no pattern"),
        (f"format: detente-graph/1\nactors: {{{', '.join(f'a{n}: [o{n}]' for n in range(MOST_ACTORS + 1))}}}\n",
         "2:1 At most 64 decision makers"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_place(text: str, said: str) -> None:
    assert any(said in line for line in told(text)), told(text)


def test_all_mistakes_at_once() -> None:
    text = changed(CUBA, "[5, 7", "[5, 77").replace("NNNN", "NNNX").replace("[Air strike]\n", "[Bomb]\n")
    lines = told(text.replace("title", "titel"))
    assert [line.split(":")[0] for line in lines] == ["2", "7", "9", "10"]


@given(
    st.sampled_from((CUBA, CRISIS)), st.integers(0, 400), st.integers(0, 12), st.text("[]{}:,-\nYN5a ~'", max_size=4)
)
@settings(max_examples=150)
def test_damage_is_a_model_or_told(text: str, start: int, length: int, instead: str) -> None:
    damaged = text[:start] + instead + text[start + length :]
    try:
        whole = bool(read_text(damaged).states)
    except Problems as wrong:
        whole = bool(wrong.errors)
    assert whole


def test_a_caret_stands_below() -> None:
    with pytest.raises(Problems) as wrong:
        read_text(changed(CUBA, "[5, 7", "[5, 77"), "cuba.yaml")
    assert "cuba.yaml:9:11: error: There is no state 77" in str(wrong.value)
    assert "\n" + " " * 14 + "^^\n" in str(wrong.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="There is no file of a graph model"):
        read(tmp_path / "none.yaml")
