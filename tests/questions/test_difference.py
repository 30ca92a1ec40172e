"""Differences of chances in words, and what turns a finding round."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.questions.difference import (
    NONE_TURNS,
    cut,
    doubt,
    held,
    middle,
    points,
    points_range,
    short,
    turned,
    turning,
    turns,
)
from detente.scenario.model import Parameter

EMPTY: Mapping[int, str] = MappingProxyType({})


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


def case(
    numbers: np.ndarray, certified: bool = True, central: bool = True, titles: Mapping[int, str] = EMPTY
) -> SimpleNamespace:
    names = [f"p{n}" for n in range(numbers.shape[1])]
    parameters = [Parameter(one, 0, 0, 1, "", (), "judgement", title=titles.get(n, "")) for n, one in enumerate(names)]
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


def test_nothing_turns_what_always_holds_or_is_known_from_few_draws() -> None:
    solved = case(np.random.default_rng(0).normal(size=(6, 2)))
    assert turns(solved, np.ones(6, dtype=bool)) == ""
    assert turning(solved, np.zeros(6, dtype=bool)) is None
    assert "too few draws" in turns(solved, np.array([True] * 5 + [False]))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(8, 60), st.integers(0, 4), st.booleans())
def test_a_known_threshold_is_found(seed: int, draws: int, which: int, higher: bool) -> None:
    """Fails exactly beyond a value of one number: that number, and a value between the two draws beside it."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(draws, 5)) * [1, 100, 0.01, 1, 1] + [0, 5, 0.3, 0, -7]
    x = np.sort(numbers[:, which])
    k = int(rng.integers(3, draws - 3))
    holds = numbers[:, which] < x[k] if higher else numbers[:, which] >= x[k]
    assert held(holds).startswith(f"in {k if higher else draws - k} of {draws}")
    found = turning(case(numbers), holds, {f"p{which}"})
    assert found is not None
    assert found["parameter"] == f"p{which}"
    assert found["side"] == ("above" if higher else "below")
    assert x[k - 1] < found["value"] < x[k]
    assert (found["fails_there"], found["holds_there"]) == (found["fails"], 0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=12), st.booleans())
def test_no_cut_parts_draws_better(drawn: list[tuple[int, bool]], higher: bool) -> None:
    numbers, fails = np.array([float(x) for x, _ in drawn]), np.array([bad for _, bad in drawn])
    if len(set(numbers)) < 2 or fails.all() or not fails.any():
        return

    def worth(beyond: np.ndarray) -> float:
        return float(beyond[fails].mean() - beyond[~fails].mean())

    value, beyond = cut(numbers, fails, higher=higher)
    assert (beyond == (numbers > value if higher else numbers < value)).all()
    others = [numbers > at if higher else numbers < at for at in np.arange(min(numbers) + 0.5, max(numbers))]
    assert worth(beyond) == pytest.approx(max(worth(one) for one in others))


def test_values_are_told_in_as_few_digits_as_it_takes() -> None:
    assert short(0.1634, 0.1821) == 0.17
    assert short(0.12341, 0.12349) == 0.12345
    assert short(-3.0, 5.0) == 1.0


def test_it_is_told_by_title_with_the_value_and_how_many_lie_beyond_it() -> None:
    numbers = np.linspace(0, 1, 20)[:, None] * [1, -1]
    holds = numbers[:, 0] < 0.71
    holds[2] = False
    solved = case(numbers[:, :1], titles={0: "how often they decide"})
    assert turns(solved, holds) == (
        "turns round when 'how often they decide' is higher: above 0.71 in 6 of the 7 draws where it does not hold, in "
        "none of the 13 where it does"
    )
    assert turning(solved, holds, {"p1"}) is None
    assert turned(solved, holds, {"p1"}) == "the draws differ in no number that could turn it round"


def test_what_chance_would_bring_as_well_is_told() -> None:
    """Of a hundred numbers one parts 20 draws well whatever is asked of them; of a rule in one of five it is not so."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(20, 100))
    idle = [rng.permutation(20) < 12 for _ in range(40)]
    by_chance = [found["by_chance"] for holds in idle if (found := turning(case(numbers), holds))]
    assert np.mean(by_chance) == pytest.approx(0.5, abs=0.15)  # even from 0 to 1
    said = [turns(case(numbers), holds) for holds in idle]
    assert [one.startswith("no one number tells") for one in said] == [chance > 0.1 for chance in by_chance]
    assert [" of shufflings" in one for one in said] == [chance > 0.1 for chance in by_chance]
    ruled = numbers[:, 3] < np.quantile(numbers[:, 3], 0.7)
    assert "of shufflings" not in turns(case(numbers[:, :5]), ruled)
    few = turning(case(numbers[:, :5]), ruled)
    assert few is not None
    assert few["by_chance"] < 0.05


def test_all_draws_hold_some_turn_or_there_are_too_few() -> None:
    solved, small = case(np.linspace(0, 1, 20)[:, None]), case(np.linspace(0, 1, 6)[:, None])
    yes, half = np.ones(20, dtype=bool), np.arange(20) < 10
    assert turned(solved, yes) == NONE_TURNS == "no draw turns it round"
    assert turned(solved, ~yes) == "all 20 draws turn it round: it holds at the likely numbers alone"
    assert turned(solved, half).startswith("turns round when p0 is higher: above 0.5 in all 10 draws")
    assert turned(solved, np.arange(20) < 18).startswith("too few draws fall on one")
    assert turned(small, yes[:6]) == "none of 6 draws turns it round, but so few tell little"
    assert turned(small, np.arange(6) < 3) == "too few draws to say when it turns round"
    assert turned(solved, yes[:0]) == ""


def test_doubt_is_told_where_there_is_any() -> None:
    assert doubt(case(np.zeros((2, 1)))) == ""
    assert doubt(case(np.zeros((2, 1)), certified=False)).endswith("at the likely numbers and in 0 of 2 draws.")
    assert doubt(case(np.zeros((2, 1)), central=False)) == "Not all is certified."
