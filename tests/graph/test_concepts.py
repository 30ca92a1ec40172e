"""Stability of states: against the definitions written out, and what must hold whatever the game."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from detente.graph.answer import analyse
from detente.graph.coalitions import jointly_better, stable_for
from detente.graph.concepts import CONCEPTS, improvements, stable
from detente.graph.model import GraphModel
from detente.graph.moves import Moves
from detente.graph.replies import RULES, union
from detente.problems import DetenteError
from tests.graph import plain

PAIRS = [("Nash", "SSEQ"), ("Nash", "SMR"), ("SSEQ", "SEQ"), ("SEQ", "GMR"), ("SMR", "GMR"), ("SSEQ", "SMR")]


@given(plain.games(), st.sampled_from(RULES), st.booleans())
@settings(max_examples=80)
def test_replies_as_the_rule_says(game: Any, rule: Any, credible: bool) -> None:
    reach, ranks = game
    group = range(1, len(reach))
    moves = [Moves.matrix(one) for one in plain.matrices(reach)][1:]
    allowed = [improvements(one, ranks[:, k]) for k, one in enumerate(moves, 1)] if credible else None
    own = np.uint64(1) << np.arange(len(ranks), dtype=np.uint64)
    found = union(moves, own[:, None], rule, allowed)[:, 0]
    for s in range(len(ranks)):
        ends = plain.replies(reach, group, s, rule, ranks if credible else None)
        assert int(found[s]) == sum(1 << to for to in ends)


@pytest.mark.parametrize("rule", RULES)
@given(plain.games())
@settings(max_examples=80)
def test_as_the_definitions_say(rule: Any, game: Any) -> None:
    reach, ranks = game
    model = GraphModel.from_arrays(plain.matrices(reach), ranks)
    for concept in CONCEPTS:
        found = stable(model.moves, model.ranks, concept, rule)
        told = [
            [plain.stable(reach, ranks, [i], s, concept, rule) for i in range(len(reach))] for s in range(len(ranks))
        ]
        assert found.tolist() == told, concept


@pytest.mark.parametrize("rule", RULES)
@given(plain.games())
@settings(max_examples=40)
def test_coalitions_as_the_definitions_say(rule: Any, game: Any) -> None:
    reach, ranks = game
    model = GraphModel.from_arrays(plain.matrices(reach), ranks)
    for size in range(1, len(reach) + 1):
        for group in combinations(range(len(reach)), size):
            found = stable_for(model.moves, model.ranks, group, rule)
            told = [[plain.stable(reach, ranks, group, s, c, rule) for c in CONCEPTS] for s in range(len(ranks))]
            assert found.tolist() == told, group
            for s in range(len(ranks)):
                ends = plain.replies(reach, group, s, "legal sequences")
                want = [to for to in sorted(ends) if all(ranks[to, i] > ranks[s, i] for i in group)]
                assert jointly_better(model.moves, model.ranks, group, s).tolist() == want


@given(plain.games(most_states=20), st.sampled_from(RULES))
@settings(max_examples=40)
def test_one_concept_implies_another(game: Any, rule: Any) -> None:
    reach, ranks = game
    answer = analyse(GraphModel.from_arrays(plain.matrices(reach), ranks), rule)
    for table in (answer.table, answer.joint):
        for first, second in PAIRS:
            held, implied = table.sel(concept=first), table.sel(concept=second)
            assert not bool((held & ~implied).any()), (first, second)


@given(plain.games(most_states=12), st.sampled_from(RULES), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_names_and_order_change_nothing(game: Any, rule: Any, seed: int) -> None:
    reach, ranks = game
    rng = np.random.default_rng(seed)
    states, actors = rng.permutation(len(ranks)), rng.permutation(len(reach))
    there = plain.matrices(reach)
    first = GraphModel.from_arrays(there, ranks)
    other = GraphModel.from_arrays(
        [sparse.coo_array(there[k][np.ix_(states, states)]) for k in actors], np.exp(ranks[np.ix_(states, actors)] / 7)
    )
    for concept in CONCEPTS:
        before, after = (stable(m.moves, m.ranks, concept, rule) for m in (first, other))
        assert after.tolist() == before[np.ix_(states, actors)].tolist()


@given(plain.games(most_actors=2))
@settings(max_examples=40)
def test_with_two_decision_makers_the_rule_does_not_matter(game: Any) -> None:
    reach, ranks = game
    model = GraphModel.from_arrays(plain.matrices(reach), ranks)
    for concept in CONCEPTS:
        one, two, three = (stable(model.moves, model.ranks, concept, rule).tolist() for rule in RULES)
        assert one == two == three


@pytest.mark.parametrize(("steps", "deterred"), [(1, (1, 1, 1)), (2, (0, 1, 1)), (3, (0, 0, 1)), (9, (0, 0, 1))])
def test_the_rule_decides_how_far_an_answer_reaches(steps: int, deterred: tuple[int, ...]) -> None:
    model = plain.three_in_a_row(steps)
    for concept in CONCEPTS[1:]:
        found = [bool(stable(model.moves, model.ranks, concept, rule)[0, 0]) for rule in RULES]
        assert found == [bool(one) for one in deterred], concept


def test_the_others_answer_a_coalition_one_by_one() -> None:
    """C would lose by the first step of a detour that pays C and D together: GMR counts it, SEQ does not."""
    model = GraphModel.from_moves(
        ["start", "gain", "detour", "loss"],
        {"A": {"start": ["gain"]}, "C": {"gain": ["detour"]}, "D": {"detour": ["loss"]}},
        {
            "A": ["detour", "gain", "start", "loss"],
            "B": ["detour", "gain", "start", "loss"],
            "C": ["loss", "gain", "detour", "start"],
            "D": ["loss", "detour", "gain", "start"],
        },
    )
    for group in ([0, 1], [0]):
        held = stable_for(model.moves, model.ranks, group, "legal sequences")[0]
        assert dict(zip(CONCEPTS, held.tolist(), strict=True)) == {
            "Nash": False, "GMR": True, "SMR": True, "SEQ": False, "SSEQ": False,
        }  # fmt: skip
    assert jointly_better(model.moves, model.ranks, [2, 3], 1).tolist() == [3]


def test_games_side_by_side_are_as_alone() -> None:
    rng = np.random.default_rng(3)
    moves = [Moves.matrix((rng.random((7, 7)) < 0.3) & ~np.eye(7, dtype=bool)) for _ in range(3)]
    ranks = rng.integers(1, 5, (7, 3, 11)).astype(np.int32)
    for rule in RULES:
        for concept in CONCEPTS:
            together = stable(moves, ranks, concept, rule)
            alone = [stable(moves, np.ascontiguousarray(ranks[:, :, n]), concept, rule) for n in range(11)]
            assert np.array_equal(together, np.stack(alone, axis=2))


def test_bad_settings_are_told() -> None:
    model = plain.three_in_a_row(1)
    with pytest.raises(DetenteError, match="'legal sequences'"):
        analyse(model, "legal sequence")
    with pytest.raises(DetenteError, match="decision maker 'D'"):
        analyse(model, coalitions=[["A", "D"]])
    with pytest.raises(DetenteError, match="each once"):
        analyse(model, coalitions=[["A", "A"]])
    with pytest.raises(DetenteError, match="'every'"):
        analyse(model, coalitions="every")
    many = GraphModel.from_arrays([np.zeros((2, 2))] * 12, np.zeros((2, 12)))
    with pytest.raises(DetenteError, match="11 opponents are too many"):
        analyse(many, "each at most once")
    with pytest.raises(DetenteError, match="4,083 coalitions"):
        analyse(many, coalitions="all")
    assert analyse(many).joint.sizes["coalition"] == 0
    with pytest.raises(DetenteError, match="No coalition was looked at"):
        analyse(many).equilibria(coalitions=True)
    with pytest.raises(DetenteError, match="no stability concept 'SEQ2'"):
        analyse(model).equilibria("SEQ2")
