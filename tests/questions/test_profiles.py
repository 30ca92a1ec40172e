"""A game played once as a graph model: the published stabilities, a second way of computing, draws, refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.ensemble.draws import draw
from detente.game.gambit.nfg import Strategic
from detente.graph.concepts import CONCEPTS
from detente.graph.model import MOST_STATES
from detente.graph.options import from_options
from detente.graph.replies import RULES
from detente.problems import DetenteError
from detente.questions.profiles import graph_of_profiles, profiled
from detente.questions.trace_turns import play_of
from detente.scenario.cases import case
from detente.scenario.load import load_text
from tests.game.months import AT_ONCE, strategic
from tests.graph import plain

KNOWN = {
    one["name"]: one
    for one in json.loads((Path(__file__).parents[1] / "anchors" / "graph.json").read_text(encoding="utf-8"))
}
PUBLISHED = [("prisoners-dilemma", "PrisonersDilemma"), ("chicken", "Chicken")]


@pytest.mark.parametrize(("name", "published"), PUBLISHED)
def test_the_classics_have_the_published_stabilities(name: str, published: str) -> None:
    known, answer = KNOWN[published], profiled(case(name), draws=0)
    stable = known["stable"]["legal sequences"]
    for concept, each in stable.items():
        for n, states in enumerate(each.values()):
            held = answer.graph.table.sel(concept=concept).values[:, n]
            assert (np.flatnonzero(held) + 1).tolist() == states
        held = [answer.graph.model.state(label) + 1 for label in answer.graph.equilibria(concept)]
        assert held == known["equilibria"]["legal sequences"][concept]
    model = from_options(known["actors"], known["rankings"])
    for own, other in zip(answer.graph.model.moves, model.moves, strict=True):
        assert (own.source.tolist(), own.to.tolist()) == (other.source.tolist(), other.to.tolist())
    np.testing.assert_array_equal(answer.graph.model.ranks, model.ranks)


def test_the_prisoners_dilemma_is_that_of_gmcr() -> None:
    """In its example the options are to co-operate, so that its state s is the fifth less s here."""
    known, answer = KNOWN["Prisoners"], profiled(case("prisoners-dilemma"), draws=0)
    for concept, states in known["gmcr_py"].items():
        held = [answer.graph.model.state(label) + 1 for label in answer.graph.equilibria(concept)]
        assert sorted(5 - state for state in states) == held


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(2, 2), (2, 3), (3, 2), (2, 2, 2)]), st.sampled_from(RULES))
def test_concepts_are_those_of_profiles_written_out(seed: int, sizes: tuple[int, ...], rule: str) -> None:
    pays = np.random.default_rng(seed).integers(-2, 3, (len(sizes), *sizes)).astype(float)
    names = tuple(tuple("abc"[:size]) for size in sizes)
    answer = profiled(Strategic("some", tuple("xyz"[: len(sizes)]), names, pays), replies=rule)
    profiles = list(np.ndindex(*sizes))
    order = sorted(profiles, key=lambda profile: profile[::-1])  # the first varies fastest
    reach = [
        [{order.index((*at[:k], a, *at[k + 1 :])) for a in range(size) if a != at[k]} for at in order]
        for k, size in enumerate(sizes)
    ]
    ranks = np.array([[pays[(k, *at)] for k in range(len(sizes))] for at in order])
    for s in range(len(order)):
        for k in range(len(sizes)):
            for n, concept in enumerate(CONCEPTS):
                assert bool(answer.graph.table.values[s, k, n]) == plain.stable(reach, ranks, [k], s, concept, rule)


def test_what_is_told_of_the_prisoners_dilemma() -> None:
    answer = profiled(case("prisoners-dilemma"), draws=6)
    assert answer.same.all()
    said = answer.summary()
    assert "State 4 (confess / confess) is an equilibrium under every concept" in said
    assert "The rankings, and so the answer, are the same in all 6 draws" in said
    rows = {row[0]: row[1:] for row in answer.table().rows}
    assert rows["4 (confess / confess)"] == ("holds (6/6)",) * 5
    assert rows["1 (wait / wait)"] == ("The first suspect, the second suspect", *["holds (6/6)"] * 4)
    assert rows["2 (confess / wait)"] == ("The second suspect",) * 5
    told = json.loads(answer.to_json())
    assert told["provenance"]["draws"] == 6
    assert told["drawn"]["Nash"] == [0, 0, 0, 6]
    assert [one["holds"] for one in told["findings"]] == [6] * 5


TURNED = strategic([[[2, 0], [0, 1]], [[1, 0], [0, 2]]]).replace('rowena: "(2 if', 'rowena: "(top if', 1)
TURNED = TURNED.replace(
    "parameters:\n",
    "parameters:\n  top: {likely: 1.1, low: -1, high: 3, unit: payoff once, basis: judgement}\n",
)


def test_draws_in_which_the_order_changes_are_counted() -> None:
    """With both at their first, Rowena gets `top`, and 0 by her second: it is Nash only while top is above 0."""
    scenario = load_text(TURNED, "turned")
    answer = profiled(scenario, draws=16)
    tops = draw(scenario, 16)[:, 0]
    assert answer.same.tolist() == (tops > 1).tolist()
    assert answer.drawn[:, 0, 0].tolist() == (tops > 0).tolist()
    assert 0 < answer.drawn[:, 0, 0].sum() < 16
    assert f"same in {int(answer.same.sum())} of 16 draws" in answer.summary()


def test_strategies_that_share_their_names_are_told_by_number() -> None:
    game = Strategic("same", ("x", "y"), (("a", "a"), ("b", "c")), np.arange(8.0).reshape(2, 2, 2))
    assert graph_of_profiles(play_of(game)).states == ("1 (a) / b", "2 (a) / b", "1 (a) / c", "2 (a) / c")


def test_what_waiting_keeps_is_told_and_the_is_small_within_a_sentence() -> None:
    answer = profiled(case("prisoners-dilemma"), draws=0)
    said = answer.summary()
    assert "To wait keeps one: silent (the first suspect) and two: silent (the second suspect)." in said
    inside = re.sub(r"(^|[.?!] )The ", "", f"{said} {answer.table().note}")
    assert "The " not in inside.replace("\n", " ")


def test_each_concept_is_told_in_a_line() -> None:
    for answer in (profiled(case("chicken"), draws=0), profiled(case("chicken"), draws=2)):
        lines = answer.table().note.splitlines()
        assert [line.partition(":")[0] for line in lines if line.partition(":")[0] in CONCEPTS] == list(CONCEPTS)
        assert max(map(len, lines[2:])) <= 80


def test_what_is_not_played_once_is_refused() -> None:
    with pytest.raises(DetenteError, match=r"moves in turn.*detente trace centipede"):
        profiled(case("centipede"))
    with pytest.raises(DetenteError, match=r"goes on after the first month.*detente trace gate"):
        profiled(load_text(AT_ONCE, "gate"))
    with pytest.raises(DetenteError, match="no rule 'twice'"):
        profiled(case("chicken"), replies="twice")
    with pytest.raises(DetenteError, match="no situation '1999-01'"):
        profiled(case("chicken"), "1999-01")
    names = tuple(tuple(str(a) for a in range(300)) for _ in range(2))
    with pytest.raises(DetenteError, match=rf"90,000 profiles of actions.*{MOST_STATES:,}"):
        profiled(Strategic("large", ("x", "y"), names, np.zeros((2, 300, 300))))
