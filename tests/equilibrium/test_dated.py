"""Backward induction through dates, against the stationary solution and a dense integration."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from detente.equilibrium.dated import DatedRule, dated, without
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.problems import DetenteError
from tests.equilibrium.games import own_factor_game, toy_game
from tests.equilibrium.plain import plain_residual

PERIOD = 3.0


def with_date(game: Game, often: float = PERIOD) -> Game:
    """The game with its rule 1 as one that is due every so many months, surely in half of the states."""
    rate = np.array(game.chance.rate)
    rate[:, 1] = np.where(np.arange(len(rate)) % 2, 1.0, 0.4) / often
    return dataclasses.replace(game, chance=dataclasses.replace(game.chance, rate=rate))


def densely(game: Game, value: np.ndarray, rule: DatedRule, months: int, far: int) -> list[np.ndarray]:
    """Values at months 0 to ``months`` by a dense integration, a jump written out state by state at each date."""
    bare = without(game, [rule])
    succ, chance = np.asarray(game.chance.succ), np.asarray(game.chance.rate) * PERIOD
    dates = {int(rule.first + k * PERIOD) for k in range(100)}
    kept = []
    for month in range(months + far, -1, -1):
        if month <= months:
            kept.append(value)
        if month == 0:
            break
        if month in dates:
            value = np.array([value[s] + chance[s, 1] * (value[succ[s, 1]] - value[s]) for s in range(len(value))]) + (
                0.0 if rule.pay is None else rule.pay
            )
        run = solve_ivp(
            lambda _, v: plain_residual(bare, v.reshape(bare.shape)).ravel(),
            (0.0, 1.0), value.ravel(), method="DOP853", rtol=1e-11, atol=1e-11,
        )  # fmt: skip
        value = run.y[:, -1].reshape(value.shape)
    return kept[::-1]


def test_without_dates_it_stays_at_the_stationary_solution() -> None:
    game = toy_game(0)
    found = solve(game, tolerance=1e-10)
    later = dated(game, found, (), 3)
    assert later.converged, later.statement
    assert later.value.shape == (4, *game.shape)
    np.testing.assert_allclose(later.value, np.broadcast_to(found.value, later.value.shape), atol=1e-7)
    for k in range(4):
        for column, policy in zip(later.play(k)[0], found.policy, strict=True):
            np.testing.assert_allclose(column, policy, atol=1e-8)


@pytest.mark.parametrize(("actors", "noise", "pays"), [(1, "errors", False), (1, "shocks", True), (3, "errors", True)])
def test_with_a_date_it_equals_a_dense_integration(actors: int, noise: str, pays: bool) -> None:
    game = with_date(toy_game(1, actors=actors, noise=noise, precision=1.0))  # type: ignore[arg-type]
    pay = np.random.default_rng(0).normal(size=game.shape) if pays else None
    rule = DatedRule(1, PERIOD, 2.0, pay)
    found = solve(game)
    later = dated(game, found, [rule], 4, beyond=2.0, tolerance=1e-7)
    assert later.converged, later.statement
    exact = densely(game, found.value, rule, 4, 2)
    np.testing.assert_allclose(later.value, np.stack(exact), atol=1e-6)
    assert np.ptp(later.value, axis=0).max() > 0.05  # the date is felt


def test_far_from_the_start_the_months_repeat() -> None:
    """The answer no longer depends on where it began, but on how far the next date is."""
    game = with_date(toy_game(2))
    later = dated(game, solve(game), [DatedRule(1, PERIOD, 2.0)], 6, tolerance=1e-5)
    assert later.left <= 0.0100001
    first = np.stack([later.play(k)[0][0] for k in range(7)])  # of the first column
    gap, span = np.abs(first[0] - first[3]).max(), float(np.ptp(first, axis=0).max())
    assert gap < 1e-3 * max(1e-3, span) + 1e-4
    assert span > 1e-3


def test_values_within_months_are_those_of_shorter_months() -> None:
    """Values kept three times a month: whole months as before, and between dates the equation is followed."""
    game = with_date(toy_game(2))
    found, rule = solve(game), DatedRule(1, PERIOD, 2.0)
    whole, often = (dated(game, found, [rule], 2, beyond=2.0, tolerance=1e-7, parts=parts) for parts in (1, 3))
    np.testing.assert_allclose(often.value[::3], whole.value, atol=1e-6)
    for before, after in ((4, 5), (1, 2)):  # no date between
        run = solve_ivp(
            lambda _, v: plain_residual(without(game, [rule]), v.reshape(game.shape)).ravel(),
            (0.0, 1 / 3), often.value[after].ravel(), method="DOP853", rtol=1e-10, atol=1e-10,
        )  # fmt: skip
        np.testing.assert_allclose(run.y[:, -1].reshape(game.shape), often.value[before], atol=1e-6)


def test_a_rule_that_pays_and_changes_nothing_may_be_dated() -> None:
    game = with_date(toy_game(0))
    pay = np.ones(game.shape) * np.array([1.0, 2.0, 3.0])
    game = dataclasses.replace(game, flow=np.asarray(game.flow) + pay / 3.0)
    found = solve(game, tolerance=1e-10)
    later = dated(game, found, [DatedRule(9, 3.0, 2.0, pay)], 3)
    assert later.converged
    for k, policy in enumerate(found.policy):
        np.testing.assert_allclose(later.play(0)[0][k], policy, atol=1e-6)  # the same in every state
    change = later.value[2] - later.value[1]  # a month's share of it is nearer, and then it has been paid
    assert np.ptp(change, axis=0).max() < 1e-5
    np.testing.assert_allclose(change[0], np.array([1.0, 2.0, 3.0]) * (1 / 3 - 1), rtol=0.03)


def test_what_is_not_stable_backwards_is_refused() -> None:
    flow = np.zeros((2, 2, 2))
    flow[0, 0], flow[1, 1] = [2.0, 1.0], [1.0, 2.0]
    game = own_factor_game(flow, 6.0)
    later = dated(game, solve(game, certify="index"), (), 6)
    assert not later.converged
    assert later.statement.startswith("Depends on the horizon")
    assert later.value.shape == (0, 4, 2)


def test_rules_that_make_no_sense_are_refused() -> None:
    game = with_date(toy_game(0))
    found = solve(game)
    for rule, said in (
        (DatedRule(7, 3.0, 4.0), "not among"),
        (DatedRule(1, 3.0, 0.0), "after the start"),
        (DatedRule(1, 90.0, 4.0), "more often"),
        (DatedRule(1, 3.0, 4.0, np.zeros((2, 2))), "shape"),
    ):
        with pytest.raises(DetenteError, match=said):
            dated(game, found, [rule], 6)
    with pytest.raises(DetenteError, match="horizon"):
        dated(game, found, (), -1)
    with pytest.raises(DetenteError, match="once or more"):
        dated(game, found, (), 1, parts=0)
