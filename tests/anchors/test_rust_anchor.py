"""Rust's bus engines (1987, Econometrica 55): when to replace one. Choice probabilities against a solver of its kind.

    EV(x) = sum_j p_j log( exp(u(x+j, keep) + beta EV(x+j)) + exp(u(x+j, replace) + beta EV(0)) )
    u(x, keep) = -0.001 theta x,    u(x, replace) = -RC

with Euler's constant taken out of the shocks, solved by Newton's method on EV (Kantorovich), as Rust does. Estimates
at beta 0.9999: table IX, first column (90 bins of mileage), and table X, first column (175 bins), as replications quote
them (ferrall/niqlow, examples/replications). What is compared is the share of buses replaced at each mileage.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import root
from scipy.special import expit

from detente.equilibrium.homotopy.trace import trace
from detente.equilibrium.stationary import solve
from detente.game.stochastic import StochasticGame
from detente.game.structure import compile  # noqa: A004
from detente.scenario.load import load_text

BETA = 0.9999
TABLES = [
    pytest.param(90, 11.7270, 4.8259, [0.3010, 0.6884, 0.0106], id="table IX"),
    pytest.param(175, 11.7257, 2.4569, [0.0937, 0.4475, 0.4459, 0.0127], id="table X"),
]


def increments(bins: int, chances: list[float]) -> np.ndarray:
    """(X, X) how mileage grows in a month; the last bin holds all that is beyond."""
    found = np.zeros((bins, bins))
    rest = 1.0 - sum(chances)
    for x in range(bins):
        for j, p in enumerate([*chances, rest]):
            found[x, min(x + j, bins - 1)] += p
    return found


def replaced(cost: float, theta: float, grows: np.ndarray) -> np.ndarray:
    """P(replace | x) by Newton-Kantorovich."""
    bins = len(grows)
    keep = -0.001 * theta * np.arange(bins)
    ahead = np.zeros(bins)
    for _ in range(100):
        kept, new = keep + BETA * ahead, -cost + BETA * ahead[0]
        share = expit(kept - new)
        slope = grows * (BETA * share)
        slope[:, 0] += grows @ (BETA * (1.0 - share))
        step = np.linalg.solve(np.eye(bins) - slope, grows @ np.logaddexp(kept, new) - ahead)
        ahead += step
        if np.abs(step).max() < 1e-9:
            return np.asarray(1.0 - expit(keep + BETA * ahead + cost - BETA * ahead[0]))
    raise AssertionError("Newton's method did not end")


@pytest.mark.parametrize(("bins", "cost", "theta", "chances"), TABLES)
def test_engines_are_replaced_as_in_the_model_of_rust(
    bins: int, cost: float, theta: float, chances: list[float]
) -> None:
    grows = increments(bins, chances)
    pay = np.stack([-0.001 * theta * np.arange(bins), np.full(bins, -cost)], axis=1)[:, None, :]
    ways = np.stack([grows, np.repeat(grows[:1], bins, axis=0)], axis=1)
    found = trace(StochasticGame(pay, ways, BETA, actions=[["keep", "replace"]]), 1.0, noise="raw")
    assert found.reached, found.status
    expected = replaced(cost, theta, grows)
    assert 1e-6 < expected[0] < expected[-1] < 0.5
    np.testing.assert_allclose(found.policy[:, 0, 1], expected, rtol=0, atol=1e-8)


def test_replacement_does_not_depend_on_the_level_of_the_shocks_but_values_do() -> None:
    """With both actions always open, counting shocks adds log 2 a month for ever, and changes no choice."""
    grows = increments(20, [0.3, 0.7])
    pay = np.stack([-0.3 * np.arange(20), np.full(20, -4.0)], axis=1)[:, None, :]
    game = StochasticGame(pay, np.stack([grows, np.repeat(grows[:1], 20, axis=0)], axis=1), 0.95)
    raw, shocks = trace(game, 1.0, noise="raw"), trace(game, 1.0, noise="shocks")
    np.testing.assert_allclose(raw.policy, shocks.policy, rtol=0, atol=1e-10)
    np.testing.assert_allclose(raw.value - shocks.value, np.log(2) / 0.05, rtol=1e-10)


CONTINUOUS = """
format: detente/1
title: Buses
unit: month
noise: raw
actors:
  zurcher: {name: Harold Zurcher, tempo: pace, discount: 0.9, precision: lam}
factors:
  mileage: {levels: [m0, m1, m2, m3, m4, m5, m6, m7], scores: [0, 1, 2, 3, 4, 5, 6, 7]}
parameters:
  pace: {likely: 1.5, low: 1, high: 2, unit: decisions a month, basis: judgement}
  lam: {likely: 0.8, low: 0.5, high: 1, unit: 1 / payoff, basis: judgement}
  wear: {likely: 0.6, low: 0.1, high: 1, unit: bins a month, basis: judgement}
  price: {likely: 5, low: 1, high: 10, unit: payoff, basis: judgement}
  upkeep: {likely: 0.7, low: 0.1, high: 1, unit: payoff a month and bin, basis: judgement}
actions:
  zurcher:
    replace: {then: {mileage: m0}, cost: {zurcher: price}}
chance:
  - {about: Miles, when: mileage < m7, rate: wear, then: {mileage: +1}}
interests:
  zurcher: {running: -upkeep * mileage}
outcomes: {old: mileage is m7}
situations:
  2020-01: {mileage: m0}
"""


def test_the_same_engines_in_continuous_time() -> None:
    """(rho + r + h) V(x) = u(x) + (r / lam) log(exp(lam V(x)) + exp(lam (V(0) - RC))) + h V(x+1)."""
    r, lam, h, price, upkeep, rho = 1.5, 0.8, 0.6, 5.0, 0.7, -np.log(0.9) / 12
    miles = np.arange(8.0)
    wear = np.where(miles < 7, h, 0.0)

    def wrong(value: np.ndarray) -> np.ndarray:
        chosen = np.logaddexp(lam * value, lam * (value[0] - price)) / lam
        onward = wear * np.append(value[1:], 0.0)
        return np.asarray(-upkeep * miles + r * chosen + onward - (rho + r + wear) * value)

    expected = root(wrong, np.zeros(8), tol=1e-13).x
    structure = compile(load_text(CONTINUOUS, "buses"))
    order = np.argsort(structure.states.levels[:, 0])
    found = solve(structure.game(), tolerance=1e-12)
    np.testing.assert_allclose(found.value[order, 0], expected, rtol=1e-9)
    ahead = expit(lam * (expected[0] - price - expected))
    np.testing.assert_allclose(found.policy[0][order], ahead, rtol=0, atol=1e-9)
