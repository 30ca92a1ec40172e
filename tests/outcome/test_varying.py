"""Chances where play changes from month to month: against constant play, and dense exponentials month by month."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from detente.outcome.forward import forward
from detente.outcome.process import Chain
from detente.outcome.targets import Target
from detente.outcome.varying import varying
from tests.outcome.chains import random_chain, schedule

SIZE, ACTIONS, MONTHS = 6, 3, 7
TARGETS = (Target("there", np.arange(SIZE) == 4), Target("taken", None, (1,)), Target("here", np.arange(SIZE) < 2))


def chains(seed: int) -> list[Chain]:
    return [random_chain(100 * seed + month, SIZE, ACTIONS) for month in range(MONTHS)]


def densely(month: Chain, target: Target, x: np.ndarray) -> np.ndarray:
    """A month of x (S + 1,), the last where the outcome has been reached, by the exponential of a dense matrix."""
    rates = np.zeros((SIZE + 1, SIZE + 1))
    events = zip(month.source, month.target, month.rate, month.action, month.refused, strict=True)
    for source, after, rate, action, refused in events:
        hit = action in target.actions and not refused if target.holds is None else target.holds[after]
        rates[source, SIZE if hit else after] += rate
    return x @ expm(rates - np.diag(rates.sum(axis=1)))


def test_constant_play_gives_the_forecast() -> None:
    (chain, *_), dates = chains(0), schedule(MONTHS, (2, 2), (5, 3))
    by, at = varying(lambda month: chain, TARGETS, 3, dates)
    found = forward(chain, TARGETS, 3, dates)
    np.testing.assert_allclose(by, found.by, atol=1e-10)
    np.testing.assert_allclose(at, found.at, atol=1e-10)


def test_each_month_goes_by_its_own_play() -> None:
    some, dates = chains(1), schedule(MONTHS, (2, 2), (2, 3), (7, 3))
    for start in (0, 3):
        by, at = varying(lambda month: some[month], TARGETS, start, dates)
        for k, target in enumerate(TARGETS):
            x, free = np.eye(SIZE + 1)[start], np.eye(SIZE + 1)[start]
            never = Target("never", np.zeros(SIZE, dtype=bool))
            holds = np.append(never.holds if target.holds is None else target.holds, False)
            if holds[start]:
                x = np.eye(SIZE + 1)[SIZE]
            for month in range(MONTHS):
                x, free = densely(some[month], target, x), densely(some[month], never, free)
                for rule in dates.due(month + 1):
                    jump = some[month].dated[rule].matrix.toarray()
                    y = np.append(x[:-1] @ jump, 0.0)
                    x = np.append(np.where(holds, 0.0, y)[:-1], x[-1] + y[holds].sum())
                    free = np.append(free[:-1] @ jump, 0.0)
                np.testing.assert_allclose(by[k, month + 1], x[-1], atol=1e-10)
                wanted = np.nan if target.holds is None else free[holds].sum()
                np.testing.assert_allclose(at[k, month + 1], wanted, atol=1e-10)


def test_no_time_is_where_it_starts() -> None:
    by, at = varying(lambda month: chains(2)[0], TARGETS, 0, schedule(0))
    np.testing.assert_array_equal(by[:, 0], [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(at[:, 0], [0.0, np.nan, 1.0])
