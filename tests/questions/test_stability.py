"""Stability of a case: a small quarrel whose graph is written out by hand, and the border."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from detente.ensemble.cache import Cache
from detente.graph.answer import analyse
from detente.graph.concepts import CONCEPTS
from detente.graph.moves import Moves
from detente.graph.replies import RULES
from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.questions.stability import CaseStability, graph_of, stability
from detente.questions.stability_together import Joint, entries, joint_moves, read
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from tests.border import DRAWS, asking, border
from tests.graph import plain

QUARREL = """\
format: detente/1
title: A quarrel
claims: claims.yaml
actors:
  east: {name: East, tempo: 1, discount: yearly, precision: sharp}
  west: {name: West, tempo: 1, discount: yearly, precision: sharp}
  court: {name: The court, tempo: 0, discount: yearly, precision: sharp}
factors:
  arms: {levels: [few, many]}
  trade: {levels: [shut, open]}
parameters:
  sharp: {likely: 0.3, low: 0.1, high: 0.5, unit: 1 / payoff, basis: judgement}
  yearly: {likely: 0.9, low: 0.8, high: 0.95, unit: share a year, basis: judgement}
  edge: {likely: 0.5, low: 0.2, high: 8, unit: payoff a month, basis: judgement}
actions:
  east:
    arm: {when: arms is few, then: {arms: many}}
    disarm: {when: arms is many, needs: [court], then: {arms: few}}
  west:
    shut: {when: trade is open, then: {trade: shut}}
    reopen:
      when: trade is shut
      then: {trade: open}
      chance: [{p: 0.4, then: {trade: shut}}]
interests:
  east: {power: edge * arms, trade: 2 * trade}
  west: {fear: -3 * arms, trade: "trade * (1 - 2 * arms)"}
  court: {calm: -arms}
outcomes:
  armed: arms is many
situations:
  2020-01: {arms: few, trade: open}
  2021-01: {arms: many, trade: shut}
"""
CLAIMS = "sources: {}\nclaims: []\n"
ASKING = Asking(draws=6, cache=Cache(None), threads=1)

# few + open, many + open, few + shut, many + shut; `reopen` is a move by its likelier way, `disarm` since the court is
# not worse off by it. Ranks of what a month pays: East edge * arms + 2 * trade, West -3 * arms + trade * (1 - 2 arms).
STATES = [(0, 1), (1, 1), (0, 0), (1, 0)]
REACH: plain.Reach = [[{1}, {0}, {3}, {2}], [{2}, {3}, {0}, {1}]]


def ranks(edge: float) -> np.ndarray:
    """Payoffs a month (4, 2) by hand."""
    return np.array([[edge * arms + 2 * trade, -3 * arms + trade * (1 - 2 * arms)] for arms, trade in STATES])


@cache
def quarrel() -> Scenario:
    return load_text(QUARREL, "quarrel.yaml", CLAIMS)


@cache
def found() -> CaseStability:
    return stability(quarrel(), "2020-01", asking=ASKING)


def test_the_graph_is_the_one_written_out() -> None:
    one = found()
    structure = one.ensemble.solutions.structure
    at = [structure.index({"arms": ("few", "many")[a], "trade": ("shut", "open")[t]}) for a, t in STATES]
    model = graph_of(structure, one.ensemble.solved(one.ensemble.central).game, at[0])
    assert model.actors == ("east", "west")
    for k in range(2):
        for n, state in enumerate(at):
            assert {at.index(int(to)) for to in model.moves[k].from_(state)} == REACH[k][n]
    order = [np.unique(ranks(0.5)[:, k], return_inverse=True)[1] for k in range(2)]
    np.testing.assert_array_equal(model.ranks[at] - 1, np.stack(order, axis=1))
    assert [model.states[state] for state in at] == [
        "as things stand", "arms many", "trade shut", "arms many, trade shut"]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("since", "state"), [("2020-01", 0), ("2021-01", 3)])
def test_the_concepts_are_those_of_the_graph_by_two_other_ways(rule: str, since: str, state: int) -> None:
    one = stability(quarrel(), since, rule, asking=ASKING)
    structure = one.ensemble.solutions.structure
    here = structure.index(quarrel().situation(since))
    model = graph_of(structure, one.ensemble.solved(one.ensemble.central).game, here)
    whole = analyse(model, rule, coalitions=())
    edges = one.ensemble.numbers[:, 2]
    for k, name in enumerate(("east", "west")):
        for concept in CONCEPTS:
            said = bool(one.data["stable"].sel(actor=name, concept=concept))
            assert said == bool(whole.table.values[here, k, CONCEPTS.index(concept)])
            assert said == plain.stable(REACH, ranks(0.5), [k], state, concept, rule)
            drawn = [plain.stable(REACH, ranks(edge), [k], state, concept, rule) for edge in edges]
            assert one.data["drawn"].sel(actor=name, concept=concept).values.tolist() == drawn


def test_what_is_told_of_it() -> None:
    """East could gain by arming, and fears the embargo that West would answer with; West would not go."""
    one = found()
    assert one.equilibrium == {"Nash": False, "GMR": True, "SMR": True, "SEQ": True, "SSEQ": True}
    said = one.summary()
    assert "an equilibrium by GMR, SMR, SEQ and SSEQ, if the others reply by legal sequences" in said
    assert "Over 6 draws: Nash in 0; GMR in" in said
    assert "would gain by moving but fear the answer: East" in said
    assert "have moves and no wish to go: West" in said
    east, west = one.reasons
    assert (east.kind, west.kind) == ("fears the answer", "no wish to go")
    assert "can be met by West to" in east.text


def test_draws_in_which_the_edge_is_worth_more_turn_it_round() -> None:
    """Above an edge of 2, arms pay for an embargo; then East would go, and the draws say so one by one."""
    one = found()
    held = one.data["drawn"].sel(actor="east", concept="SEQ").values
    np.testing.assert_array_equal(held, one.ensemble.numbers[:, 2] <= 2)
    assert 0 < held.sum() < len(held)
    assert one.findings()[0].holds == int(held.sum())


def test_coalitions_are_those_of_the_graph_model() -> None:
    one = stability(border(), asking=asking())
    assert list(one.data["coalition"].values[:1]) == ["north + south"]
    for m, member in enumerate(one.ensemble.members("drawn")):
        solved = one.ensemble.solved(member)
        state = solved.structure.index(one.situation)
        whole = analyse(graph_of(solved.structure, solved.game, state), one.replies).joint.values[state]
        here = one.data["joint"] if m == 0 else one.data["joint_drawn"].isel(draw=m - 1)
        np.testing.assert_array_equal(here.values, whole)
    gone = [
        str(name) for name in one.data["coalition"].values if not one.data["joint"].sel(coalition=name, concept="SEQ")
    ]
    assert ("Together would leave it" in one.summary()) == bool(gone)
    told = json.loads(one.to_json())
    steady = one.data["joint"].all("concept") & one.data["joint_drawn"].all(("draw", "concept"))
    assert set(told["coalitions"]) == set(map(str, one.data["coalition"].values[~steady.values]))
    assert told["coalitions_looked_at"] == 4


@pytest.mark.parametrize("rule", RULES)
def test_a_deal_that_pays_both_is_what_they_would_do_together(rule: str) -> None:
    """East to disarm and West to reopen, unless arms are worth more to East than trade: nobody is left to answer."""
    one = stability(quarrel(), "2021-01", rule, asking=ASKING)
    edges = one.ensemble.numbers[:, 2]
    count = int((edges < 2).sum())
    assert 0 < count < 6
    assert one.summary().endswith(
        f" Together would leave it, by SEQ: East with West ({count} of 6 draws). East with West would go to "
        "arms few, trade open, where all of them gain; of the others the court gains."
    )
    told = json.loads(one.to_json())["coalitions"]
    assert told == {
        "east + west": {
            "stable": dict.fromkeys(CONCEPTS, False),
            "stable_in_draws": dict.fromkeys(CONCEPTS, 6 - count),
            "to": "arms few, trade open",
            "gain": ["east", "west", "court"],
            "lose": [],
        }
    }


def test_where_no_coalition_would_go_the_draws_in_which_one_would_are_counted() -> None:
    """Today arms are few: what East would gain by more of them, above an edge of 2, West loses."""
    one = found()
    assert one.summary().endswith("without an answer that deters it (SEQ; 1 looked at).")
    assert json.loads(one.to_json())["coalitions"] == {}
    drawn = one.data["joint_drawn"].copy()
    drawn[2:4, 0, CONCEPTS.index("SEQ")] = False
    some = replace(one, data=one.data.assign(joint_drawn=drawn))
    assert some.summary().endswith("(SEQ; 1 looked at); in 2 of 6 draws some could.")
    assert json.loads(some.to_json())["coalitions"]["east + west"]["to"] is None


def test_the_smallest_coalitions_are_named_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three pairs and all, two pairs and all would go: all is no news, and the pair of more draws is first."""
    names = ["east + west", "east + court", "west + court", "east + west + court"]
    joint, drawn = np.ones((4, 5), bool), np.ones((6, 4, 5), bool)
    joint[[0, 2, 3]], drawn[:2, 0], drawn[:5, 2] = False, False, False
    one = found()
    actors = {"actor": ["east", "west", "court"], "concept": list(CONCEPTS), "coalition": names}
    data = xr.Dataset(
        {
            "joint": (("coalition", "concept"), joint),
            "joint_drawn": (("draw", "coalition", "concept"), drawn),
            "drawn": (("draw", "actor", "concept"), np.ones((6, 3, 5), bool)),
            "stable": (("actor", "concept"), np.ones((3, 5), bool)),
        },
        coords=actors,
        attrs=one.data.attrs,
    )
    moves = {name: Joint("arms few", tuple(name.split(" + ")), ("east",) if name == names[2] else ()) for name in names}
    many = replace(one, data=data, joint_moves=moves)
    assert many.summary().endswith(
        " Together would leave it, by SEQ: West with the court (5 of 6 draws), East with West (2 of 6 draws) and 1 "
        "more of 4 coalitions. West with the court would go to arms few, where all of them gain; of the others East "
        "loses."
    )
    assert set(entries(many)) == {names[0], names[2], names[3]}  # the last at the likely numbers only
    monkeypatch.setattr("detente.questions.stability_together.NAMED", 1)
    assert "by SEQ: West with the court (5 of 6 draws) and 2 more of 4 coalitions. West" in many.summary()


def test_of_states_as_many_moves_away_that_with_the_fewest_changes_is_told() -> None:
    """Of two states that pay both, each one move away, arms alone come last; the court loses by them."""
    structure: Any = SimpleNamespace(
        states=SimpleNamespace(levels=np.array([[0, 1], [1, 0], [1, 1]])), scenario=quarrel()
    )
    pays = np.array([[0.0, 0, 0], [2, 2, 2], [1, 1, -1]])
    moves = [Moves.of([0, 0], [1, 2], 3), Moves.of([], [], 3)]
    arrays = read(structure, pays, moves, pays[:, :2].astype(np.int32), 0, "legal sequences")
    assert joint_moves(quarrel(), ["east + west"], arrays) == {
        "east + west": Joint("arms many", ("east", "west"), ("court",))
    }


def test_of_the_states_they_could_go_to_the_nearest_is_told() -> None:
    """The border at each draw: the state told is a coalition improvement that no answer deters, and none is nearer."""
    one, told = stability(border(), asking=asking()), 0
    solved = one.ensemble.solved(one.ensemble.central)
    here = solved.structure.index(one.situation)
    model, levels = graph_of(solved.structure, solved.game, here), solved.structure.states.levels
    reach: plain.Reach = [[set(own.from_(s).tolist()) for s in range(len(levels))] for own in model.moves]
    pays = np.round(np.asarray(solved.game.flow), 9)
    actors = [actor.name for actor in border().actors]
    for n, name in enumerate(map(str, one.data["coalition"].values)):
        group = [model.actors.index(member) for member in name.split(" + ")]
        free = plain.free(reach, model.ranks, group, here, "SEQ", one.replies)
        assert (name in one.joint_moves) == bool(free) == (not bool(one.data["joint"].values[n, CONCEPTS.index("SEQ")]))
        if free:
            told += 1
            move, at = one.joint_moves[name], model.states.index(one.joint_moves[name].to)
            far = {to: (plain.length(reach, group, here, to), int((levels[to] != levels[here]).sum())) for to in free}
            assert far[at] == min(far.values())
            assert set(move.gain) == {actor for i, actor in enumerate(actors) if pays[at, i] > pays[here, i]}
            assert set(move.lose) == {actor for i, actor in enumerate(actors) if pays[at, i] < pays[here, i]}
    assert told


def test_coalitions_of_a_large_case_are_not_looked_at_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.graph.leaving.MOST", 15)
    one = stability(quarrel(), "2020-01", asking=Asking(draws=1, cache=Cache(None), threads=1))
    assert one.summary().endswith(" Coalitions were not looked at: 1 of them in 4 states are too many.")
    assert json.loads(one.to_json())["coalitions_looked_at"] == 0
    monkeypatch.setattr("detente.graph.leaving.MOST", 16)
    again = stability(quarrel(), "2020-01", asking=Asking(draws=1, cache=Cache(None), threads=1))
    assert "not looked at" not in again.summary()


def test_table_json_and_picture() -> None:
    one = found()
    table = one.table()
    assert [row[0] for row in table.rows] == ["East", "West"]
    assert table.rows[0][2] == "not (0/6)"
    assert table.rows[1][2] == "stable (6/6)"
    assert table.rows[0][-2:] == ("1", "50%")
    assert all(len(row) == len(table.head) for row in table.rows)
    told = json.loads(one.to_json())
    assert told["actors"]["east"]["stable"]["Nash"] is False
    assert told["provenance"]["replies"] == "legal sequences"
    assert told["equilibrium"] == one.equilibrium
    for width in (640, 340):
        (rows,) = one.chart(width=width).to_dict()["datasets"].values()
        assert len(rows) == 2 * len(CONCEPTS)


def test_consent_is_given_by_those_who_do_not_lose() -> None:
    """If the court lived by arms, East could not disarm."""
    text = QUARREL.replace("calm: -arms", "calm: arms")
    one = stability(load_text(text, "quarrel.yaml", CLAIMS), "2021-01", asking=Asking(0, cache=Cache(None), threads=1))
    east = next(reason for reason in one.reasons if reason.actor == "east")
    assert east.kind == "no way out"
    assert int(one.data["moves"].sel(actor="east")) == 0
    assert "have no way out: East" in one.summary()
    assert "draws" not in one.summary()


def test_the_likeliest_way_is_the_move() -> None:
    text = QUARREL.replace("p: 0.4", "p: 0.6")
    one = stability(load_text(text, "quarrel.yaml", CLAIMS), "2021-01", asking=Asking(0, cache=Cache(None), threads=1))
    assert int(one.data["moves"].sel(actor="west")) == 0


def test_the_border_is_asked_by_default_from_its_last_situation() -> None:
    one = stability(border(), asking=asking())
    assert one.situation.name == "2025-06"
    assert one.data.sizes == {"actor": 3, "concept": 5, "draw": DRAWS, "coalition": 4}


def test_what_cannot_be_asked_is_told() -> None:
    with pytest.raises(DetenteError, match="no situation '1999-01'"):
        stability(quarrel(), "1999-01")
    with pytest.raises(DetenteError, match="no rule 'twice'"):
        stability(quarrel(), replies="twice")
    stuck = re.sub(r"(?s)actions:.*?interests:", "interests:", QUARREL)
    with pytest.raises(DetenteError, match="Nobody has a move"):
        stability(load_text(stuck, "stuck.yaml", CLAIMS), asking=Asking(0, cache=Cache(None), threads=1))
