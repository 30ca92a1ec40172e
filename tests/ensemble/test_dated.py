"""Dates that actors know: against a dense integration of values and of chances, with the calendar written out."""

from __future__ import annotations

import dataclasses
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from detente.ensemble.along import branch
from detente.ensemble.dated import DatedForecast, dated
from detente.ensemble.solution import Solution, solve
from detente.equilibrium.branch import Pace
from detente.problems import DetenteError
from detente.scenario.load import load_text
from tests.ensemble.tug import TEXT as TUG
from tests.equilibrium.plain import plain_moves, plain_residual
from tests.game.small import TEXT

MONTHS, BEYOND = 8, 6
HOLIDAYS = (6, 18)  # months after 2021-06, every twelve; the last one beyond the horizon
FENCE = TEXT.replace("next: 2021-12, then:", "next: 2021-12, cost: {ours: 2 * pain}, then:")


@cache
def fence() -> Solution:
    return solve(load_text(FENCE, "fence.yaml"), {"luck": 0.6}, certify="none")


@cache
def found() -> DatedForecast:
    return dated(fence(), "2021-06", MONTHS, beyond=BEYOND)


class Plainly:
    """The same by dense integration: backwards in values, then forwards in chances."""

    def __init__(self, solution: Solution):
        game = solution.game
        self.size, self.game = game.shape[0], game
        rule, rate = np.asarray(game.chance.rule), np.asarray(game.chance.rate, dtype=float)
        holiday = rule == 0
        with_pay = np.array([-2.0 * 2.0, 0.0, 0.0])  # `pain` is likely 2
        self.bare = dataclasses.replace(
            game,
            chance=dataclasses.replace(game.chance, rate=np.where(holiday, 0.0, rate)),
            flow=np.asarray(game.flow) - with_pay / 12,
        )
        self.jump = np.eye(self.size)
        for s, k in zip(*np.nonzero(holiday), strict=True):
            self.jump[s, s] -= 12 * rate[s, k]
            self.jump[s, int(game.chance.succ[s, k])] += 12 * rate[s, k]
        self.pay, self.pieces = with_pay, []
        value, ends = solution.equilibrium.value, [0, *HOLIDAYS[:1], MONTHS + BEYOND]
        for first, last in reversed(list(pairwise(ends))):
            run = solve_ivp(
                lambda _, v: plain_residual(self.bare, v.reshape(game.shape)).ravel(),
                (0.0, last - first), value.ravel(), method="DOP853", rtol=1e-10, atol=1e-10, dense_output=True,
            )  # fmt: skip
            self.pieces.append((first, last, run.sol))
            value = run.y[:, -1].reshape(game.shape)
            if first in HOLIDAYS:
                value = self.jump @ value + self.pay

    def value(self, when: float) -> np.ndarray:
        """Just after what is dated then."""
        _, last, sol = next(piece for piece in self.pieces if piece[0] <= when < piece[1])
        return sol(last - when).reshape(self.game.shape)

    def generator(self, when: float) -> np.ndarray:
        value, rates = self.value(when), np.zeros((self.size, self.size))
        here = np.arange(self.size)
        for column, move in zip(self.bare.columns, plain_moves(self.bare, value), strict=True):
            chosen = float(self.bare.tempo[column.actor]) * move["policy"]
            for k in range(column.succ.shape[1]):
                taken = chosen * move["accepted"] * np.asarray(column.chance)[:, k]
                np.add.at(rates, (here, np.asarray(column.succ)[:, k]), taken)
            back = here if column.refused is None else np.asarray(column.refused)
            np.add.at(rates, (here, back), chosen * (1 - move["accepted"]))
        for k in range(self.bare.chance.succ.shape[1]):
            np.add.at(rates, (here, np.asarray(self.bare.chance.succ)[:, k]), np.asarray(self.bare.chance.rate)[:, k])
        return rates - np.diag(rates.sum(axis=1))

    def by(self, start: int, holds: np.ndarray) -> list[float]:
        """The chance that the outcome has come about, by month."""
        x, reached, told = np.eye(self.size)[start], 0.0, [0.0]
        for month in range(MONTHS):

            def flow(when: float, y: np.ndarray) -> np.ndarray:
                after = y[:-1] @ self.generator(when)
                return np.append(np.where(holds, 0.0, after), after[holds].sum())

            run = solve_ivp(flow, (month, month + 1 - 1e-9), np.append(x, reached), rtol=1e-7, atol=1e-9)
            x, reached = run.y[:-1, -1], run.y[-1, -1]
            if month + 1 in HOLIDAYS:
                after = x @ self.jump
                x, reached = np.where(holds, 0.0, after), reached + after[holds].sum()
            told.append(float(reached))
        return told


@cache
def plainly() -> Plainly:
    return Plainly(fence())


def test_values_are_those_of_a_dense_integration_with_the_dates_written_out() -> None:
    assert found().answered, found().statement
    for month in range(MONTHS + 1):
        np.testing.assert_allclose(found().values[month], plainly().value(month), rtol=1e-6, atol=1e-6)
    assert np.ptp(found().values.values, axis=0).max() > 0.05  # the dates are felt


def test_chances_are_those_of_a_dense_integration_and_not_the_stationary_ones() -> None:
    """From a sour mood: in the situation the outcome holds already."""
    structure, case = fence().structure, load_text(FENCE.replace("low, mood: sweet", "low, mood: sour"), "fence.yaml")
    assert float(found().data["by"].sel(outcome="sweet", month=0)) == 1.0
    sour = dated(solve(case, {"luck": 0.6}, certify="none"), "2021-06", MONTHS, beyond=BEYOND)
    holds = np.array([structure.describe(s)["mood"] == "sweet" for s in range(len(structure.states))])
    begin = sour.solution.structure.index("2021-06")
    assert not holds[begin]
    wanted = plainly().by(begin, holds)
    got = sour.data["by"].sel(outcome="sweet").values
    steady = sour.data["stationary_by"].sel(outcome="sweet").values
    off = np.abs(np.array(wanted) - got).max()
    assert off < 2e-4
    assert np.abs(steady - got).max() > 10 * off


def test_it_stands_beside_the_stationary_forecast() -> None:
    data, told = found().data, found().statement
    np.testing.assert_array_equal(data["stationary_by"], fence().chances("2021-06", MONTHS)["by"])
    assert list(data["month"].values) == list(range(MONTHS + 1))
    assert told.startswith("Followed backwards from the stationary solution 6 months beyond the horizon")
    assert f"by month {MONTHS}," in told
    assert "in the stationary one" in told
    assert found().found.statement in repr(found())


def test_without_dates_nothing_differs() -> None:
    text = TEXT.replace("every: 12 months, next: 2021-12", "rate: 0.1")
    solution = solve(load_text(text, "fence.yaml"), tolerance=1e-10, certify="none")
    later = dated(solution, months=4)
    for name in ("by", "at"):
        np.testing.assert_allclose(later.data[name], later.data[f"stationary_{name}"], atol=1e-7)
    assert "by up to" in later.statement


def test_what_is_not_stable_backwards_depends_on_the_horizon() -> None:
    """Halfway between the two folds of a case that tips."""
    case = load_text(TUG, "tug.yaml")
    along = branch(case, "worth", pace=Pace(first=0.1, longest=0.5))
    (middle,) = (point for point in along.at(0.5) if not point.stable)
    later = dated(along.solution(middle), months=3)
    assert not later.answered
    assert later.statement.startswith("Depends on the horizon")
    assert np.isnan(later.data["by"]).all()
    assert np.isfinite(later.data["stationary_by"]).all()
    assert later.values.sizes["month"] == 0


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(DetenteError, match="no situation '1999'"):
        dated(fence(), "1999")
    with pytest.raises(DetenteError, match="1 to 1200 months"):
        dated(fence(), months=-1)
