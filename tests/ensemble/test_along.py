"""Branches and sweeps in a scenario's parameter: against the scalar equation of the same game."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from detente.ensemble.along import CaseBranch, CaseSweeps, branch, sweep
from detente.ensemble.solution import solve
from detente.equilibrium.branch import Pace
from detente.problems import DetenteError
from tests.border import border
from tests.ensemble.tug import tug
from tests.equilibrium.tipping import RATE, Pair

QUICK = Pace(first=0.1, longest=0.5)


def apart(value: np.ndarray) -> np.ndarray:
    """d: what the high side is worth more, by actor."""
    return value[1] - value[0]


@cache
def tipping() -> CaseBranch:
    return branch(tug(), "worth", pace=QUICK)


@cache
def swept() -> CaseSweeps:
    return sweep(tug(), "worth", steps=10)


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_it_runs_over_the_parameters_own_range_through_its_folds(noise: str) -> None:
    found = tipping() if noise == "errors" else branch(tug(noise), "worth", pace=QUICK)
    pair = Pair(noise=noise)  # type: ignore[arg-type]
    np.testing.assert_allclose(sorted(point.p for point in found.folds), sorted(pair.folds()), atol=1e-5)
    assert {found.points[0].p, found.points[-1].p} == {-5.0, 5.0}
    assert found.status.startswith("From worth = 0 upward it reached")
    np.testing.assert_allclose(sorted(apart(point.value)[0] for point in found.at(0.5)), pair.alike(0.5), atol=1e-6)
    assert [point.kind for point in found.points].count("start") == 1


def test_a_point_is_a_solution_and_a_fold_too() -> None:
    found, pair = tipping(), Pair()
    for point in (*found.folds, *found.at(0.5)):
        solution = found.solution(point)
        assert solution.numbers["worth"] == point.p
        assert solution.equilibrium.residual < 1e-6
        assert solution.equilibrium.regret < 1e-9
        assert not solution.equilibrium.certified
        up, down = (float(chance) for chance in np.real(pair.moving(apart(point.value)[0])))
        lift, lower = solution.equilibrium.policy[0][0], solution.equilibrium.policy[0][1]
        assert [lift, lower] == pytest.approx([up, down], abs=1e-7)
    assert found.solution(found.folds[0]).statement == (
        f"A fold of a branch in worth, at {found.folds[0].p:.6g}, stability not settled; not certified."
    )
    told = {found.solution(point).statement.split(", ")[-1] for point in found.at(0.5)}
    assert told == {"stable backwards; not certified.", "not stable backwards; not certified."}


def test_the_chance_of_an_outcome_along_it_is_that_of_a_chain_of_two_states() -> None:
    found, pair = tipping(), Pair()
    data = found.chances("2025-01", 3)
    for k, point in enumerate(found.points):
        up = float(np.real(pair.moving(apart(point.value)[0])[0]))
        assert float(data["by"].sel(outcome="high")[k]) == pytest.approx(1 - np.exp(-2 * RATE * up * 3), abs=1e-7)
    np.testing.assert_array_equal(data["p"], [point.p for point in found.points])
    latest = found.chances(months=3)
    assert latest.attrs["situation"] == "2025-01"
    np.testing.assert_array_equal(latest["by"], data["by"])


def test_it_is_labelled() -> None:
    data = tipping().data
    assert data["value"].dims == ("point", "state", "actor")
    assert list(data["side"].values) == ["low", "high"]
    assert set(data["stability"].values) == {"stable", "unstable", "unknown"}
    assert list(data["kind"].values).count("fold") == 2
    assert data.attrs["unit"] == "payoff a month"
    assert "2 folds" in repr(tipping())


def test_where_it_starts() -> None:
    """At the numbers given, or the nearest end of the range; or at a solution, here one that has no default play."""
    assert branch(tug(), "worth", 1, 1.2, pace=QUICK).status.startswith("From worth = 1 ")
    assert branch(tug(), "worth", -1, 0.2, numbers={"worth": -0.5}, pace=QUICK).status.startswith("From worth = -0.5 ")
    assert branch(tug(), "worth", 0, 1, start=0.75, pace=QUICK).status.startswith("From worth = 0.75 ")
    low, _, high = sorted(tipping().at(0.5), key=lambda point: apart(point.value)[0])
    for point in (low, high):
        near = branch(tug(), "worth", 0.4, 0.6, start=tipping().solution(point), pace=QUICK)
        (again,) = near.at(0.5)
        np.testing.assert_allclose(again.value, point.value, atol=1e-6)
    sharper = branch(tug(), "worth", 0.4, 0.6, numbers={"harm": 11.0}, pace=QUICK)
    assert sharper.solution(sharper.points[0]).numbers["harm"] == 11.0


def test_other_parameters_will_do_payoffs_once_and_precisions_too() -> None:
    for name in ("harm", "sharpness"):
        found = branch(tug(), name, pace=QUICK)
        for point in found.points[:: len(found.points) - 1]:
            fresh = solve(tug(), {name: point.p}, start=found.solution(point))
            np.testing.assert_allclose(fresh.equilibrium.value, point.value, atol=1e-6)


def test_a_sweep_jumps_at_the_folds_and_comes_back_by_another_way() -> None:
    found, (bottom, top) = swept(), sorted(Pair().folds())
    up, down = found.jumps
    assert up.last - 1e-2 <= top <= up.first + 1e-2
    assert down.first - 1e-2 <= bottom <= down.last + 1e-2
    between = (found.grid > bottom) & (found.grid < top)
    np.testing.assert_array_equal(found.data["differ"].values, between)
    step = int(np.flatnonzero(between)[0])
    gap = {way: apart(found.solution(step, way).equilibrium.value)[0] for way in ("up", "down")}
    roots = Pair().alike(float(found.grid[step]))
    assert [gap["up"], gap["down"]] == pytest.approx([roots[0], roots[-1]], abs=1e-6)
    np.testing.assert_array_equal(
        found.data["value"].sel(way="up", p=found.grid[step]), found.solution(step).equilibrium.value
    )
    assert "Hysteresis" in found.status


def test_where_nothing_was_reached() -> None:
    line = tipping().line
    none = CaseBranch(line, dataclasses.replace(tipping().found, points=(), status="No branch: lost."))
    assert none.data["value"].shape == (0, 2, 2)
    assert none.data["rightmost"].size == 0
    with pytest.raises(DetenteError, match=r"no points to forecast from\. No branch: lost\."):
        none.chances()
    lost = CaseSweeps(line, dataclasses.replace(swept().found, up=(*swept().found.up[:-1], None)))
    assert np.isnan(lost.data["value"].sel(way="up")[-1]).all()
    assert np.isfinite(lost.data["value"].sel(way="down")).all()
    with pytest.raises(DetenteError, match="Going up, nothing was reached at worth = 5"):
        lost.solution(10)


def test_what_makes_no_sense_is_refused() -> None:
    case = tug()
    for go in (branch, sweep):
        for arguments, said in (
            (("wroth",), "no parameter 'wroth'. Did you mean 'worth'"),
            (("side",), "'side' is a factor"),
            (("fixed",), "fixed cannot run from 2 to 2"),
            (("worth", 1.0, -1.0), "cannot run from 1 to -1"),
            (("worth", float("nan")), "cannot run"),
        ):
            with pytest.raises(DetenteError, match=said):
                go(case, *arguments)
        with pytest.raises(DetenteError, match="no parameter 'hram'"):
            go(case, "worth", numbers={"hram": 1.0})
    with pytest.raises(DetenteError, match="outside the range"):
        branch(case, "worth", start=7.0)
    with pytest.raises(DetenteError, match="another case"):
        branch(border(), "threat", start=tipping().solution(tipping().points[0]))
    with pytest.raises(DetenteError, match="at least one step"):
        sweep(case, "worth", steps=0)
    with pytest.raises(DetenteError, match="steps 0 to 10, not up 11"):
        swept().solution(11)
    with pytest.raises(DetenteError, match="no situation '2026'"):
        tipping().chances("2026")
