"""Many sets of numbers in one call: each the solution that it has alone.

Compiling a batch takes longer than all else here. In the quick tests it reaches nothing, and every draw is solved by
itself afterwards; the slow ones are the batch's own.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detente.ensemble import many
from detente.ensemble.draws import draw
from detente.ensemble.many import Many, solve_many
from detente.ensemble.solution import Solution, solve
from detente.equilibrium import batch
from detente.equilibrium.batch import Batch
from detente.equilibrium.stationary import solve as solve_game
from detente.problems import DetenteError
from tests.border import border
from tests.ensemble.tug import tug

DRAWS = 2


@cache
def central() -> Solution:
    return solve(tug(), {"worth": -4.0}, certify="none")


@cache
def drawn() -> Many:
    return solve_many(tug(), DRAWS, start=solve(tug(), certify="none"), seed=1, tolerance=1e-9)


@pytest.fixture
def nothing_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(games, start, **asked):
        count = games.count
        none, far = np.zeros(count, dtype=bool), np.full(count, np.inf)
        value, products = np.repeat(start[None], count, axis=0), np.zeros(count, dtype=np.int64)
        return Batch(value, (), (), far, far, none, products, 0.0, "float64", "nowhere", asked["tolerance"], count)

    monkeypatch.setattr(many, "solve_batch", lost)


@pytest.mark.usefixtures("nothing_reached")
def test_draws_that_have_no_solution_have_no_numbers_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(game, **asked):
        return replace(solve_game(game, certify="none"), converged=False)

    monkeypatch.setattr(batch, "solve", stuck)
    found = solve_many(tug(), DRAWS, start=central(), seed=1)
    assert found.statement.startswith("0 of 2 draws converged; not 0, 1, neither together nor one by one.")
    assert np.isnan(found.data["value"]).all()
    with pytest.raises(DetenteError, match="Draw 1 has no solution"):
        found.solution(1)


def check_each_is_as_alone(found: Many) -> None:
    for n, numbers in enumerate(found.numbers):
        alone = solve(tug(), numbers, start=found.central, tolerance=1e-11, certify="none")
        np.testing.assert_allclose(found.data["value"][n], alone.equilibrium.value, atol=1e-7)
        one = found.solution(n)
        np.testing.assert_allclose(one.equilibrium.policy, alone.equilibrium.policy, atol=1e-8)
        assert one.numbers == numbers
        assert one.equilibrium.converged
        assert not one.equilibrium.certified
        by = [each.chances(months=5)["by"].values for each in (one, alone)]
        np.testing.assert_allclose(*by, atol=1e-7)


@pytest.mark.usefixtures("nothing_reached")
def test_what_does_not_converge_together_is_solved_alone() -> None:
    """Also beyond the fold, where the neighbour's equilibrium has gone."""
    found = solve_many(tug(), [{"worth": 4.9}, {"worth": -4.0, "harm": 12.5}], start=central(), tolerance=1e-9)
    assert found.data["converged"].all()
    assert [found.numbers[0]["worth"], found.numbers[1]["harm"]] == [4.9, 12.5]
    check_each_is_as_alone(found)


@pytest.mark.usefixtures("nothing_reached")
def test_numbers_may_be_counted_named_or_an_array() -> None:
    rows = draw(tug(), 3, 1)
    named = [dict(zip(tug().likely, row, strict=True)) for row in rows]
    found = [solve_many(tug(), each, start=central(), seed=1) for each in (3, rows, named)]
    for one in found:
        assert len(one) == 3
        np.testing.assert_array_equal(one.data["numbers"], rows)
        np.testing.assert_array_equal(one.data["value"], found[0].data["value"])
    assert list(found[0].data["parameter"].values) == list(tug().likely)
    assert found[0].statement in repr(found[0])


@pytest.mark.slow
def test_together_each_is_as_alone() -> None:
    check_each_is_as_alone(drawn())
    assert drawn().data["error"].max() < 1e-8
    assert drawn().statement.startswith("2 of 2 draws converged")
    assert drawn().solution(0).statement.startswith("One of a batch of 2, to an error of")


@pytest.mark.slow
def test_single_precision_tells_its_error() -> None:
    found = solve_many(tug(), DRAWS, start=drawn().central, seed=1, precision="float32")
    precision = np.array([numbers["sharpness"] for numbers in found.numbers])
    off = precision * np.ptp(found.data["value"].values - drawn().data["value"].values, axis=1).max(axis=1)
    assert found.data.attrs["precision"] == "float32"
    assert (off <= 2 * found.data["error"].values + 1e-9).all()
    assert found.data["converged"].all()
    assert "float32" in found.statement


@pytest.mark.usefixtures("nothing_reached")
def test_what_makes_no_sense_is_refused() -> None:
    for numbers, said in (
        (0, "at least"),
        ([], "one mapping"),
        ([1.0], "one mapping"),
        ([{"wroth": 1.0}], "no parameter 'wroth'"),
        (np.zeros((2, 3)), r"\(draws, 4 parameters\)"),
    ):
        with pytest.raises(DetenteError, match=said):
            solve_many(tug(), numbers, start=central())
    with pytest.raises(DetenteError, match="another case"):
        solve_many(border(), 2, start=central())
    with pytest.raises(DetenteError, match="finds no device 'abacus' here; it has: "):
        solve_many(tug(), 2, start=central(), device="abacus")
    with pytest.raises(DetenteError, match="0 to 1, not 2"):
        solve_many(tug(), 2, start=central()).solution(2)
