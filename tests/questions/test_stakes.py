"""What actors gain and lose: the split sums to the value, and each part is the value of its stream."""

from __future__ import annotations

from functools import cache

import numpy as np

from detente.equilibrium.valuation import value_of
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward
from detente.outcome.targets import targets_of
from detente.questions.stakes import Stakes, stakes
from tests.border import MONTHS, answer, border


@cache
def found() -> Stakes:
    forecast = answer()
    return stakes(forecast.ensemble, forecast.situation, MONTHS)


def owner() -> np.ndarray:
    return np.eye(len(border().actors))[[interest.actor for interest in border().interests]]


def paid_once() -> np.ndarray:
    """(S, N) the value of what acts and requests pay, as a stream: how often each happens times what it brings."""
    forecast = answer()
    solved = forecast.ensemble.solved(forecast.ensemble.central)
    game, play = solved.game, solved.equilibrium
    paid = np.zeros(game.shape)
    for c, column in enumerate(game.columns):
        rate = float(np.asarray(game.tempo)[column.actor]) * play.policy[c]
        if column.asking is not None:
            paid -= rate[:, None] * np.asarray(column.asking)
        if column.pay is not None:
            paid += (rate * play.accepted[c])[:, None] * np.asarray(column.pay)
    return np.asarray(value_of(game, play, paid, np.asarray(game.discount)))


def test_interests_and_what_is_paid_once_sum_to_the_value_now() -> None:
    once = paid_once()[found().state]
    assert (once != 0).any()
    np.testing.assert_allclose(found().once, once, atol=1e-7)
    np.testing.assert_allclose(found().interests @ owner() + once, found().value, atol=1e-7)


def test_they_sum_to_the_gain_with_each_outcome() -> None:
    one, forecast = found(), answer()
    solved = forecast.ensemble.solved(forecast.ensemble.central)
    dates = schedule(border(), forecast.situation, MONTHS)
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    arrived = forward(chain, targets_of(solved.structure), one.state, dates).arrival
    worth = paid_once()
    for k, where in enumerate(arrived):
        once = where @ worth / where.sum() - worth[one.state]
        np.testing.assert_allclose(one.interests_gain[k] @ owner() + once, one.gain[k], atol=1e-7)


def test_an_agreement_is_worth_more_to_the_mediator_than_a_raid() -> None:
    names = [outcome.name for outcome in border().outcomes]
    gain = found().gain[:, [actor.name for actor in border().actors].index("mediator")]
    assert gain[names.index("agreement")] > 0 > gain[names.index("raid")]


def test_an_outcome_that_holds_now_brings_no_gain() -> None:
    """From a start where fighting goes on, 'clashes' is no news: its gain is not told."""
    from dataclasses import replace

    forecast = answer()
    front = next(k for k, factor in enumerate(border().factors) if factor.name == "front")
    talks = next(k for k, factor in enumerate(border().factors) if factor.name == "talks")
    levels = tuple(1 if k == front else 0 if k == talks else x for k, x in enumerate(forecast.situation.levels))
    one = stakes(forecast.ensemble, replace(forecast.situation, levels=levels), MONTHS)
    k = [outcome.name for outcome in border().outcomes].index("clashes")
    assert np.isnan(one.gain[k]).all()
    assert np.isfinite(np.delete(one.gain, k, axis=0)).all()
