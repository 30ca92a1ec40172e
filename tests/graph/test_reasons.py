"""Reasons: the kind follows from the game, every path named can be walked, and every answer deters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.graph.answer import analyse
from detente.graph.concepts import CONCEPTS
from detente.graph.model import GraphModel
from detente.graph.options import from_options
from detente.graph.reasons import why
from detente.graph.replies import RULES
from detente.problems import DetenteError
from tests.graph import plain


@given(plain.games(most_states=7), st.sampled_from(CONCEPTS), st.sampled_from(RULES))
@settings(max_examples=80)
def test_reasons_hold(game: Any, concept: Any, rule: Any) -> None:
    reach, _ = game
    model = GraphModel.from_arrays(plain.matrices(reach), game[1])
    answer = analyse(model, rule, ())
    for i, actor in enumerate(model.actors):
        for s, state in enumerate(model.states):
            found = answer.why(state, actor, concept)
            assert found.stable == bool(answer.table.sel(state=state, actor=actor, concept=concept))
            better = {to for to in reach[i][s] if model.ranks[to, i] > model.ranks[s, i]}
            assert (found.kind == "no way out") == (not reach[i][s])
            assert (found.kind == "no wish to go") == (bool(reach[i][s]) and not better)
            assert {one.to for one in found.answers} == better
            assert found.text.startswith(actor)
            for one in found.answers:
                check_path(model, reach, i, s, one, concept, rule)


def check_path(model: GraphModel, reach: Any, i: int, s: int, one: Any, concept: str, rule: str) -> None:
    at, movers = one.to, []
    for who, to in one.steps:
        k = model.actor(who)
        assert k != i
        assert to in reach[k][at]
        assert concept in ("GMR", "SMR") or model.ranks[to, k] > model.ranks[at, k]
        at, movers = to, [*movers, k]
    if one.steps:
        assert model.ranks[at, i] <= model.ranks[s, i]
        if concept in ("SMR", "SSEQ"):
            assert all(model.ranks[to, i] <= model.ranks[s, i] for to in reach[i][at])
        assert rule != "single move" or len(movers) == 1
        assert rule != "each at most once" or len(set(movers)) == len(movers)
        assert all(a != b for a, b in pairwise(movers))


@pytest.mark.parametrize(("rule", "longest"), list(zip(RULES, (1, 2, 9), strict=True)))
def test_an_answer_is_as_long_as_the_rule_allows(rule: str, longest: int) -> None:
    for steps in (1, 2, 3, 9):
        found = why(plain.three_in_a_row(steps), "s0", "A", "SEQ", rule)
        assert found.kind == ("fears the answer" if steps <= longest else "would go")
        assert len(found.answers[0].steps) == (steps if steps <= longest else 0)


def test_the_words() -> None:
    """The prisoner's dilemma: silence holds since each fears that the other would talk too."""
    model = from_options({"Row": ["Row talks"], "Col": ["Col talks"]}, {"Row": [2, 1, 4, 3], "Col": [3, 1, 4, 2]})
    assert why(model, "NN", "Row", "SEQ").text == (
        "Row fears the answer: going to 2 (Row talks) can be met by Col to 4 (Row talks, Col talks), which leaves "
        "it no better off"
    )
    assert why(model, 1, "Row", "Nash").text == "Row would go to 2 (Row talks)"
    assert why(model, 4, "Row").kind == "no wish to go"
    fixed = from_options({"Row": ["Row talks"], "Col": ["Col talks"]},
                         {"Row": [1, 3, 2, 4], "Col": [3, 1, 4, 2]}, irreversible=["Row talks"])  # fmt: skip
    assert why(fixed, "YN", "Row").text == "Row has no way out: it has no move there"
    with pytest.raises(DetenteError, match="no decision maker 'Roe'"):
        why(model, 1, "Roe")
