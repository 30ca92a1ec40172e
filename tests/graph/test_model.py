"""Models from arrays, from options, from moves: what they hold, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.graph.model import GraphModel
from detente.graph.moves import Moves
from detente.graph.options import combinations, from_options, holds, labels, prioritised
from detente.problems import DetenteError


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=3),
    st.lists(st.text("YN-", min_size=1, max_size=1), max_size=2),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_states_and_moves_of_options(sizes: list[int], ends: list[str], random: Any) -> None:
    """Against the rule written out: a feasible state with the same options elsewhere, nothing fixed taken back."""
    count = sum(sizes)
    if count == 0:
        return
    patterns = ["".join(random.choice("YN-") for _ in range(count - 1)) + end for end in ends]
    names = [f"o{n}" for n in range(count)]
    fixed = [name for name in names if random.random() < 0.3]
    owner = [k for k, size in enumerate(sizes) for _ in range(size)]
    actors = {f"d{k}": [names[n] for n in range(count) if owner[n] == k] for k in range(len(sizes))}
    every = ["".join("NY"[number >> n & 1] for n in range(count)) for number in range(2**count)]
    fits = [all(p in ("-", x) for p, x in zip(pattern, s, strict=True)) for s in every for pattern in patterns]
    width = max(len(patterns), 1)
    feasible = [s for n, s in enumerate(every) if not any(fits[n * width : (n + 1) * width] if patterns else [])]
    if not feasible:
        with pytest.raises(DetenteError, match="No combination"):
            from_options(actors, {k: [] for k in actors}, patterns)
        return
    model = from_options(actors, {k: [feasible] for k in actors}, patterns, fixed)
    assert list(model.states) == feasible
    for k, own in enumerate(model.moves):
        for s, here in enumerate(feasible):
            want = [
                t for t, there in enumerate(feasible)
                if t != s and all(a == b or (owner[n] == k and not (a == "Y" and names[n] in fixed))
                                  for n, (a, b) in enumerate(zip(here, there, strict=True)))
            ]  # fmt: skip
            assert own.from_(s).tolist() == want


def test_statements_rank_by_weight() -> None:
    taken = combinations(3, [])
    statements = ["Y-- or --N", "not -Y-", "NY-"]
    score = [
        sum(2 ** (3 - k) * bool(holds(text, taken, 3)[s]) for k, text in enumerate(statements, 1)) for s in range(8)
    ]
    ranks = prioritised(statements, taken, 3)
    for a in range(8):
        for b in range(8):
            assert (ranks[a] > ranks[b]) == (score[a] > score[b])
    want = [(s[0] == "Y" or s[2] == "N", s[1] == "N", s[:2] == "NY") for s in labels(taken, 3)]
    assert [tuple(bool(holds(text, taken, 3)[s]) for text in statements) for s in range(8)] == want


def test_priorities_in_a_model() -> None:
    model = from_options({"A": ["x"], "B": ["y"]}, {"A": [[1, 2], [3, 4]]}, priorities={"B": ["-Y", "Y-"]})
    assert model.ranks.tolist() == [[2, 1], [2, 2], [1, 3], [1, 4]]
    assert (model.told(0), model.told(3)) == ("1 (nothing is done)", "4 (x, y)")
    assert (model.state("YN"), model.state(2), model.state("2")) == (1, 1, 1)


def test_a_model_of_states_and_moves() -> None:
    model = GraphModel.from_moves(
        ["peace", "crisis", "war"],
        {"North": {"peace": ["crisis"], "crisis": ["peace", "war"]}},
        {"North": ["peace", ["crisis", "war"]], "South": [1, 2, 3]},
    )
    assert model.ranks.tolist() == [[2, 3], [1, 2], [1, 1]]
    assert [model.moves[0].from_(s).tolist() for s in range(3)] == [[1], [0, 2], []]
    assert model.moves[1].to.size == 0
    assert model.told(1) == "2 (crisis)"


TWO = {"A": ["x"], "B": ["y"]}
BOTH = {"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (lambda: from_options(TWO, {"A": [1, 2, 3, 4]}), "'B' needs a ranking"),
        (lambda: from_options(TWO, BOTH | {"C": [1]}), "no decision maker 'C'"),
        (lambda: from_options(TWO, BOTH | {"A": [1, 2, 3]}), "leaves out YY"),
        (lambda: from_options(TWO, BOTH | {"A": [1, 2, 3, [4, 1]]}), "names the state 1 twice"),
        (lambda: from_options(TWO, BOTH | {"A": [1, 2, 3, 5]}), "no state 5"),
        (lambda: from_options(TWO, BOTH, ["Y"]), "has 1 letters, and there are 2"),
        (lambda: from_options(TWO, BOTH, ["Yx"]), "no pattern"),
        (lambda: from_options(TWO, BOTH, ["--"]), "No combination"),
        (lambda: from_options(TWO, BOTH, [], ["z"]), "no option 'z'"),
        (lambda: from_options({"A": ["x"], "B": ["x"]}, BOTH), "Two options are called 'x'"),
        (lambda: from_options({"A": []}, {"A": [1]}), "nothing to decide"),
        (lambda: from_options({"A": [str(n) for n in range(21)]}, {"A": [1]}), "2,097,152 combinations"),
        (lambda: from_options({"A": [str(n) for n in range(17)]}, {"A": [1]}), "131,072 states"),
        (lambda: from_options({"A": [str(n) for n in range(13)]}, priorities={"A": ["Y" * 13]}), "20,000,000 moves"),
        (lambda: from_options({"A": ["x"]}, priorities={"A": []}), "1 to 200"),
        (lambda: GraphModel.from_arrays([np.ones((2, 3))], [[1], [2]]), "square"),
        (lambda: GraphModel.from_arrays([np.ones((2, 2))], [[1], [2]]), "to itself"),
        (lambda: GraphModel.from_arrays([np.zeros((2, 2))], [[1], [np.nan]]), "finite numbers"),
        (lambda: GraphModel.from_arrays([np.zeros((2, 2))], [[1, 2], [1, 2]]), "a row a state"),
        (lambda: GraphModel.from_arrays([np.zeros((2, 2))], [[1], [2]], states=["a", "a"]), "called 'a'"),
        (lambda: GraphModel.from_arrays([np.zeros((2, 2))] * 2, [[1], [2]], actors=["a"]), "Moves of 2"),
        (lambda: GraphModel.from_arrays([], []), "at least one decision maker"),
        (lambda: GraphModel.from_moves(["a"], {"X": {}}, {"Y": ["a"]}), "'X' has moves and no ranking"),
        (lambda: Moves.of([0], [2], 2), "numbered from 0 to 1"),
        (lambda: from_options(TWO, BOTH).actor("C"), "They are A, B"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(work: Any, said: str) -> None:
    with pytest.raises(DetenteError, match=said):
        work()
