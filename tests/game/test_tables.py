"""Distinct rows, and the merging of outcomes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.game.moves import merge
from detente.game.tables import distinct

levels = arrays(np.uint8, st.tuples(st.integers(1, 30), st.just(4)), elements=st.integers(0, 5))


@given(levels, st.sets(st.integers(0, 3)))
def test_rows_are_the_combinations_that_occur(levels: np.ndarray, factors: set[int]) -> None:
    rows, read = distinct(levels, factors), sorted(factors)
    combinations = {tuple(row[read]) for row in levels}
    assert len(rows.first) == len(combinations)
    assert (levels[rows.first][rows.of][:, read] == levels[:, read]).all()


@given(levels, st.data())
def test_codes_beside_the_levels_count_too(levels: np.ndarray, data: st.DataObject) -> None:
    codes = data.draw(arrays(np.int64, len(levels), elements=st.integers(0, 10_000)))
    rows = distinct(levels, [0, 2], codes)
    assert (codes[rows.first][rows.of] == codes).all()
    assert (levels[rows.first][rows.of][:, [0, 2]] == levels[:, [0, 2]]).all()
    assert len(rows.first) == len({(a, b, c) for (a, _, b, _), c in zip(levels.tolist(), codes.tolist(), strict=True)})


@given(st.integers(1, 6).flatmap(lambda n: st.tuples(*[arrays(np.int64, (8, n), elements=st.integers(0, 3))] * 2)))
def test_outcomes_that_lead_to_the_same_state_are_one(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    succ, counted = drawn[0], drawn[1] > 0
    at = np.arange(8) + 100
    slot, outcomes = merge(at, succ, counted)
    for row in range(8):
        there = dict.fromkeys(succ[row][counted[row]].tolist())
        assert outcomes[row].tolist() == list(there) + [at[row]] * (outcomes.shape[1] - len(there))
        for branch in range(succ.shape[1]):
            expected = list(there).index(succ[row, branch]) if counted[row, branch] else -1
            assert slot[row, branch] == expected
    assert outcomes.shape[1] == max(len(set(succ[r][counted[r]])) for r in range(8))
