"""Coalitions and one state: against the analysis of all states, against the definitions, and what must hold anyway."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.graph.coalitions import jointly_better, stable_for
from detente.graph.concepts import CONCEPTS
from detente.graph.leaving import MOST, few_enough, leaving
from detente.graph.model import GraphModel
from detente.graph.moves import Moves
from detente.graph.replies import RULES
from tests.graph import plain

IMPLIED = [("Nash", "SSEQ"), ("Nash", "SMR"), ("SSEQ", "SEQ"), ("SEQ", "GMR"), ("SMR", "GMR"), ("SSEQ", "SMR")]


def groups(actors: int) -> list[tuple[int, ...]]:
    """All coalitions, of one as well."""
    return [group for size in range(1, actors + 1) for group in combinations(range(actors), size)]


@pytest.mark.parametrize("rule", RULES)
@given(plain.games(most_actors=5, most_states=12))
@settings(max_examples=80)
def test_one_state_as_among_all(rule: Any, game: Any) -> None:
    reach, ranks = game
    model, every = GraphModel.from_arrays(plain.matrices(reach), ranks), groups(len(reach))
    whole = np.stack([stable_for(model.moves, model.ranks, group, rule) for group in every], axis=1)
    for s in range(len(ranks)):
        found = leaving(model.moves, model.ranks, s, every, rule)
        assert found.stable.tolist() == whole[s].tolist()


@pytest.mark.parametrize("rule", RULES)
@given(plain.games(most_states=5))
@settings(max_examples=40)
def test_where_they_would_go_is_what_no_answer_deters(rule: Any, game: Any) -> None:
    """By sets and loops: each improvement alone, as if it were the only one."""
    reach, ranks = game
    model, every = GraphModel.from_arrays(plain.matrices(reach), ranks), groups(len(reach))
    for s in range(len(ranks)):
        found = leaving(model.moves, model.ranks, s, every, rule)
        for n, group in enumerate(every):
            assert found.ends(n, "Nash").tolist() == jointly_better(model.moves, model.ranks, group, s).tolist()
            far = {to: plain.length(reach, group, s, int(to)) for to in found.ends(n, "SEQ").tolist()}
            assert found.first(n).tolist() == [to for to in sorted(far) if far[to] == min(far.values())]
            for concept in CONCEPTS:
                assert set(found.ends(n, concept).tolist()) == plain.free(reach, ranks, group, s, concept, rule)


@pytest.mark.parametrize("rule", RULES)
def test_more_coalitions_than_a_word_has_bits(rule: Any) -> None:
    """Seven decision makers, 127 coalitions."""
    rng, states = np.random.default_rng(5), 30
    moves = [Moves.matrix((rng.random((states, states)) < 0.04) & ~np.eye(states, dtype=bool)) for _ in range(7)]
    ranks = np.maximum(rng.integers(1, 9, (states, 7)), rng.integers(1, 9, (states, 1))).astype(np.int32)
    every, told = groups(7), set()
    assert len(every) == 127
    whole = np.stack([stable_for(moves, ranks, group, rule) for group in every], axis=1)
    for s in range(states):
        found = leaving(moves, ranks, s, every, rule)
        assert found.stable.tolist() == whole[s].tolist()
        assert [bool(len(found.ends(n, "SEQ"))) for n in range(127)] == (~whole[s, :, CONCEPTS.index("SEQ")]).tolist()
        told |= {tuple(row) for row in found.stable[64:].tolist()}
    assert len(told) > 2  # not all alike in the second word


@given(plain.games(most_actors=5, most_states=40), st.sampled_from(RULES))
@settings(max_examples=60)
def test_one_concept_implies_another(game: Any, rule: Any) -> None:
    reach, ranks = game
    model = GraphModel.from_arrays(plain.matrices(reach), ranks)
    for s in range(min(len(ranks), 6)):
        held = leaving(model.moves, model.ranks, s, groups(len(reach)), rule).stable
        for first, second in IMPLIED:
            assert not (held[:, CONCEPTS.index(first)] & ~held[:, CONCEPTS.index(second)]).any(), (first, second)


def test_moves_backwards() -> None:
    moves = Moves.of([0, 0, 2, 1], [1, 2, 1, 0], 4)
    back = moves.back()
    assert [back.from_(s).tolist() for s in range(4)] == [[1], [0, 2], [0], []]
    again = back.back()
    assert (again.source.tolist(), again.to.tolist()) == (moves.source.tolist(), moves.to.tolist())


def test_how_many_are_looked_at() -> None:
    for rule in RULES:
        assert few_enough(6, 23_064, rule)
        assert not few_enough(6, MOST // 64 + 1, rule)
    assert few_enough(9, 23_064, "legal sequences")
    assert not few_enough(9, 23_064, "each at most once")
    assert not few_enough(10, 23_064, "legal sequences")
