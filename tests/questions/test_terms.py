"""What becomes of terms, against dense algebra event by event, and against the matrix exponential."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad_vec
from scipy.linalg import expm

from detente.ensemble.solutions import Solved
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.targets import Target
from detente.questions.packages import deals_of, packages
from detente.questions.terms import MONTHS, Fixed, fate, hope, mean_months, standing, where
from tests.border import answer, border
from tests.outcome.dense import by_and_slips
from tests.random_games import random_game

STATES = 24
INSIDE = np.arange(STATES) % 4 == 1
HERE, OUT = 5, 2  # a state inside, one outside


@cache
def solved(seed: int) -> Solved:
    game = random_game(seed, STATES, consent_share=0.7)
    return Solved(None, game, solve(game, tolerance=1e-11))


def dense(one: Solved, dropped: object) -> tuple[np.ndarray, np.ndarray]:
    """Generator and what is paid a month, event by event, without those events (state, after) that are dropped."""
    game, play = one.game, one.equilibrium
    rates, paid = np.zeros((STATES, STATES)), np.array(game.flow)

    def happens(state: int, after: int, rate: float, pay: np.ndarray | float = 0.0) -> None:
        if not dropped(state, after):
            rates[state, after] += rate
            rates[state, state] -= rate
            paid[state] += rate * pay

    for c, column in enumerate(game.columns):
        for state in range(STATES):
            rate, yes = float(game.tempo[column.actor]) * play.policy[c][state], play.accepted[c][state]
            pay = 0.0 if column.pay is None else np.asarray(column.pay)[state]
            for after, chance in zip(np.asarray(column.succ)[state], np.asarray(column.chance)[state], strict=True):
                happens(state, int(after), rate * yes * chance, pay)
            if column.consenters:
                happens(state, state if column.refused is None else int(column.refused[state]), rate * (1 - yes))
            if column.asking is not None:
                paid[state] -= rate * np.asarray(column.asking)[state]
    for state in range(STATES):
        for after, rate in zip(game.chance.succ[state], game.chance.rate[state], strict=True):
            happens(state, int(after), float(rate))
    return rates, paid


def worth(game: Game, rates: np.ndarray, paid: np.ndarray) -> np.ndarray:
    discount = np.asarray(game.discount)
    return np.stack([np.linalg.solve(rho * np.eye(STATES) - rates, paid[:, i]) for i, rho in enumerate(discount)], 1)


def change(one: Solved, at: int, dropped: object) -> np.ndarray:
    """What each actor's value at a state changes by without those events; not all by nothing."""
    found = worth(one.game, *dense(one, dropped))[at] - one.equilibrium.value[at]
    assert np.abs(found).max() > 0.05
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_dense_game_has_the_values_found(seed: int) -> None:
    one = solved(seed)
    values = worth(one.game, *dense(one, lambda *_: False))
    np.testing.assert_allclose(values, one.equilibrium.value, atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_leads_inside(seed: int) -> None:
    one = solved(seed)
    expected = change(one, OUT, lambda state, after: INSIDE[after] and not INSIDE[state])
    np.testing.assert_allclose(Fixed(one).without_entry(INSIDE, OUT), expected, atol=1e-6)
    assert np.isnan(Fixed(one).without_entry(INSIDE, HERE)).all()


@pytest.mark.parametrize("seed", range(4))
def test_terms_frozen(seed: int) -> None:
    one = solved(seed)
    expected = change(one, HERE, lambda state, after: INSIDE[state] and not INSIDE[after])
    np.testing.assert_allclose(Fixed(one).without_exit(INSIDE, HERE), expected, atol=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_a_payment_while_the_terms_stand_is_worth_the_time_that_they_do(seed: int) -> None:
    """The integral over time of the chance that play has not left yet, discounted, by the matrix exponential."""
    one = solved(seed)
    rates, _ = dense(one, lambda *_: False)
    kept = np.flatnonzero(INSIDE)
    within = rates[np.ix_(kept, kept)]
    start = kept.searchsorted(HERE)
    discount = np.asarray(one.game.discount)

    def stands(time: float) -> np.ndarray:
        return expm(within * time)[start].sum() * np.exp(-discount * time)

    expected = quad_vec(stands, 0, 2000, epsabs=1e-9)[0]
    np.testing.assert_allclose(Fixed(one).time_inside(INSIDE, HERE), expected, rtol=1e-6)


def test_terms_of_the_border_stand_as_long_as_the_dense_process_says() -> None:
    forecast = answer()
    one = forecast.ensemble.solved(forecast.ensemble.central)
    chain = chain_of(one.structure, one.game, one.equilibrium)
    cabinet = [n for n, factor in enumerate(border().factors) if factor.name in ("cabinet", "border")]  # a dated rule
    since = border().situations[-1]
    state = one.structure.index(since)
    inside = where(one.structure.states.levels, cabinet, [since.levels[f] for f in cabinet])
    found = standing(chain, inside, state, border(), since)
    broken, _ = by_and_slips(chain, Target("broken", ~inside), state, schedule(border(), since, MONTHS))
    np.testing.assert_allclose(found, 1 - broken, atol=1e-9)
    assert found[0] == 1
    assert 0.01 < found[28] < 0.8 * found[27]  # the vote of October 2027
    assert mean_months(found) == pytest.approx(found.sum() - (1 + found[-1]) / 2)


def test_the_fate_of_all_packages_has_a_row_for_each() -> None:
    forecast = answer()
    one = forecast.ensemble.solved(forecast.ensemble.central)
    since = border().situations[-1]
    packed = packages(one.structure.states.find, deals_of(border()), since)
    pairs = [(tuple(row), int(state)) for row, state in zip(packed.levels.tolist(), packed.states, strict=True)]
    found = fate(one, since, packed.terms, pairs, 2)
    assert found["stands"].shape == (len(packed), MONTHS + 1)
    assert found["time"].shape == (len(packed), 3)
    hoped = hope(one, since, packed.terms, [levels for levels, _ in pairs[:2]])
    assert hoped["without"].shape == found["frozen"].shape == (2, 3)
    for levels, state, time in zip(packed.levels, packed.states, found["time"], strict=True):
        inside = where(one.structure.states.levels, packed.terms, levels)
        np.testing.assert_allclose(Fixed(one).time_inside(inside, int(state)), time)
