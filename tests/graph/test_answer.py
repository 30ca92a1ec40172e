"""The answer: its words are made from its numbers, its data is whole, its picture shows the firmest first."""

from __future__ import annotations

import json

import numpy as np
import pytest

from detente.graph.answer import analyse
from detente.graph.concepts import CONCEPTS
from detente.graph.model import GraphModel
from detente.graph.options import from_options
from detente.graph.picture import MOST


def dilemma() -> GraphModel:
    rankings = {"Row": [2, 1, 4, 3], "Col": [3, 1, 4, 2]}
    return from_options({"Row": ["Row talks"], "Col": ["Col talks"]}, rankings, title="Two prisoners")


def test_the_table_and_what_is_read_from_it() -> None:
    answer = analyse(dilemma(), "single move")
    assert answer.table.dims == ("state", "actor", "concept")
    assert answer.equilibria() == ["YY"]
    assert answer.equilibria("SEQ") == ["NN", "YY"]
    assert answer.equilibria("SEQ", coalitions=True) == ["NN"]
    assert answer.upset_by("YY") == {"Row + Col": ["NN"]}
    assert answer.upset_by("NN") == {}
    assert analyse(dilemma(), coalitions=()).joint.sizes["coalition"] == 0
    assert analyse(dilemma(), coalitions=[("Col", "Row")]).joint["coalition"].values.tolist() == ["Row + Col"]


def test_coalitions_are_looked_at_unasked_where_that_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four states squared, times four."""
    for most, looked in ((63, 0), (64, 1)):
        monkeypatch.setattr("detente.graph.answer.MOST_UNASKED", most)
        assert analyse(dilemma()).joint.sizes["coalition"] == looked


def test_the_paragraph() -> None:
    said = analyse(dilemma()).summary()
    assert said.startswith("Two prisoners: 4 states, 2 decision makers; an answer to a move is one move by the other")
    assert "(rule: legal sequences)" in said
    assert (
        "State 4 (Row talks, Col talks) is an equilibrium under every concept: Row and Col have no wish to go" in said
    )
    assert "State 1 (nothing is done) is an equilibrium under GMR, SMR, SEQ and SSEQ: Row fears the answer" in said
    assert "The other 2 are none under any concept." in said
    assert "State 4 (Row talks, Col talks) does not bind Row + Col together: both prefer 1 (nothing is done), " in said
    assert "\n" not in said
    assert analyse(dilemma(), coalitions=()).summary().endswith("Coalitions were not looked at.")


def test_no_equilibrium_is_said() -> None:
    """Round and round: A leaves 1, B leaves 2, C leaves 3, and an answer of one move returns to nobody's start."""
    steps = [np.zeros((3, 3)) for _ in range(3)]
    for k, step in enumerate(steps):
        step[k, (k + 1) % 3] = 1
    model = GraphModel.from_arrays(steps, 2 - np.eye(3), actors=["A", "B", "C"])
    answer = analyse(model, "single move")
    assert all(answer.equilibria(concept) == [] for concept in CONCEPTS)
    said = answer.summary()
    assert (
        "No state is an equilibrium under any concept: from each, somebody would go. Nearest is state 1, where A "
        in said
    )
    assert "A would go to 2, and no answer would deter it" in said
    for rule in ("each at most once", "legal sequences"):  # the others lead back to the start
        held = {concept: analyse(model, rule).equilibria(concept) for concept in CONCEPTS}
        everywhere = ["1", "2", "3"]
        assert held == {"Nash": [], "GMR": everywhere, "SMR": [], "SEQ": everywhere, "SSEQ": []}


def test_the_data() -> None:
    answer = analyse(dilemma())
    told = json.loads(answer.to_json())
    assert set(told) == {"summary", "findings", "provenance"}
    assert told["summary"] == answer.summary()
    assert told["findings"]["equilibria"] == {"Nash": [4], "GMR": [1, 4], "SMR": [1, 4], "SEQ": [1, 4], "SSEQ": [1, 4]}
    assert told["findings"]["stable"]["Nash"] == {"Row": [2, 4], "Col": [3, 4]}
    assert told["findings"]["coalitions"]["Nash"] == {"Row + Col": [1, 2, 3]}
    first, second = told["findings"]["states"]
    assert (first["number"], second["number"]) == (4, 1)
    assert second["reasons"]["Row"]["kind"] == "fears the answer"
    assert told["provenance"]["replies"] == "legal sequences"
    assert told["provenance"]["moves"] == {"Row": 4, "Col": 4}
    assert repr(answer) == "<Stability of Two prisoners: 4 states, replies by legal sequences>"


def test_the_picture() -> None:
    (rows,) = analyse(dilemma()).chart().to_dict()["datasets"].values()
    assert [row["state"] for row in rows[:: len(CONCEPTS)]][:2] == ["4 (Row talks, Col talks)", "1 (nothing is done)"]
    assert {(row["state"], row["concept"]) for row in rows if row["kind"] != "some"} == {
        *(("4 (Row talks, Col talks)", concept) for concept in CONCEPTS),
        *(("1 (nothing is done)", concept) for concept in CONCEPTS[1:]),
    }
    assert {row["kind"] for row in rows if row["state"].startswith("4")} == {"held"}
    assert {row["kind"] for row in rows if row["state"].startswith("1")} == {"some", "firm"}


def test_a_large_picture_counts_what_it_leaves_out() -> None:
    rng = np.random.default_rng(1)
    names = {who: [f"{who}{n}" for n in range(3)] for who in "ab"}
    model = from_options(names, {who: (rng.permutation(64) + 1).tolist() for who in "ab"})
    answer = analyse(model)
    chart = answer.chart().to_dict()
    (rows,) = chart["datasets"].values()
    assert len(rows) == MOST * len(CONCEPTS)
    shown = {int(row["state"].split()[0]) for row in rows}
    held = {model.state(s) + 1 for c in CONCEPTS for s in answer.equilibria(c)}
    assert (
        chart["title"]["subtitle"][-1]
        == f"34 more states are not shown, {len(held - shown)} of them equilibria under some concept"
    )
    assert len(answer.summary()) < 2500


@pytest.mark.parametrize("count", [1, 2])
def test_the_smallest_models(count: int) -> None:
    model = GraphModel.from_arrays([np.zeros((1, 1))] * count, np.ones((1, count)))
    said = analyse(model).summary()
    assert (
        f"State 1 is an equilibrium under every concept: {'1 has' if count == 1 else '1 and 2 have'} no way out" in said
    )
