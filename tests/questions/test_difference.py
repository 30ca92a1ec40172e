"""Differences of chances in words, and what turns a finding round."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from detente.questions.difference import doubt, held, middle, points, points_range, turning, turns


@pytest.mark.parametrize(
    ("difference", "says"),
    [(0.1234, "+12 points"), (-0.034, "-3.4 points"), (0.0035, "+0.35 points"), (-1, "-100 points"),
     (0.00001, "0 points"), (0.09949, "+9.9 points"), (0.0996, "+10 points"), (math.nan, "—")],
)  # fmt: skip
def test_points(difference: float, says: str) -> None:
    assert points(difference) == says


def test_ranges() -> None:
    assert points_range(-0.08, 0.013) == "-8.0 to +1.3"
    assert points_range(math.nan, math.nan) == "—"
    assert middle(np.array([])) == ""
    assert middle(np.array([0.1, 0.1])) == "90% of draws +10 to +10"
    assert held(np.array([True, False, True])) == "in 2 of 3 draws"


def case(numbers: np.ndarray, certified: bool = True, central: bool = True) -> SimpleNamespace:
    parameters = [SimpleNamespace(name=f"p{n}") for n in range(numbers.shape[1])]
    return SimpleNamespace(
        numbers=numbers,
        scenario=SimpleNamespace(parameters=parameters),
        central=SimpleNamespace(certified=central),
        certified=np.full(len(numbers), certified),
        statement="Not all is certified.",
    )


def test_what_turns_it_round_is_the_number_that_parts_the_draws_best() -> None:
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(40, 5)) * [1, 100, 1, 0, 1]
    numbers[:, 2] += 10
    solved = case(numbers)
    found = turning(solved, numbers[:, 2] < 10.4)
    assert found is not None
    assert found["parameter"] == "p2"
    assert found["where_it_fails"] > 10.4 > found["where_it_holds"]
    assert "p2 is higher" in turns(solved, numbers[:, 2] < 10.4)
    assert "p1 is lower" in turns(solved, numbers[:, 1] > 0)


def test_a_number_that_parts_few_draws_by_chance_is_not_named_as_a_cause() -> None:
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(60):
        found = turning(case(rng.normal(size=(20, 130))), rng.permutation(20) < 6)
        assert found is not None
        shares.append(found["by_chance"])
    assert 0.3 < np.mean(shares) < 0.7  # uniform where nothing parts the draws
    assert np.mean(np.array(shares) <= 0.1) < 0.25
    numbers = rng.normal(size=(20, 130))
    assert "by chance alone some number would part the draws as well in" in turns(
        case(numbers), rng.permutation(20) < 6
    )
    numbers[:, 7] = np.where(np.arange(20) < 6, 4.0, -1.0) + rng.normal(size=20) / 10
    assert "turns round when p7 is higher" in turns(case(numbers), np.arange(20) >= 6)


def test_nothing_turns_what_always_holds_or_is_known_from_few_draws() -> None:
    solved = case(np.random.default_rng(0).normal(size=(6, 2)))
    assert turns(solved, np.ones(6, dtype=bool)) == ""
    assert turning(solved, np.zeros(6, dtype=bool)) is None
    assert "too few draws" in turns(solved, np.array([True] * 5 + [False]))


def test_doubt_is_told_where_there_is_any() -> None:
    assert doubt(case(np.zeros((2, 1)))) == ""
    assert doubt(case(np.zeros((2, 1)), certified=False)).endswith("at the likely numbers and in 0 of 2 draws.")
    assert doubt(case(np.zeros((2, 1)), central=False)) == "Not all is certified."
