"""What actors gain and lose: the split sums to the value, and each part is the value of its stream."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from detente.questions.stakes import Stakes, stakes
from tests.border import MONTHS, answer, border


@cache
def found() -> Stakes:
    forecast = answer()
    return stakes(forecast.ensemble, forecast.situation, MONTHS)


def owner() -> np.ndarray:
    return np.eye(len(border().actors))[[interest.actor for interest in border().interests]]


def test_parts_sum_to_the_value_now() -> None:
    np.testing.assert_allclose(found().interests @ owner() + found().once, found().value, atol=1e-9)


def test_parts_sum_to_the_gain_with_each_outcome() -> None:
    one = found()
    np.testing.assert_allclose(one.interests_gain @ owner() + one.once_gain, one.gain, atol=1e-9)


def test_what_is_paid_once_is_little_beside_the_interests() -> None:
    """The mediator's effort and the raids' costs are small; were a stream lost, the rest would be as large as it."""
    assert np.abs(found().once).max() < 0.1 * np.abs(found().value).max()


def test_the_rest_is_the_value_of_what_is_paid_once() -> None:
    """For the mediator: the rate of its requests, times what asking costs it, valued as a stream."""
    from detente.equilibrium.valuation import value_of

    forecast = answer()
    solved = forecast.ensemble.solved(forecast.ensemble.central)
    game, play = solved.game, solved.equilibrium
    me = next(i for i, actor in enumerate(border().actors) if actor.name == "mediator")
    paid = np.zeros((len(solved.structure.states), 1))
    for c, column in enumerate(game.columns):
        rate = float(np.asarray(game.tempo)[column.actor]) * play.policy[c]
        if column.asking is not None:
            paid[:, 0] -= rate * np.asarray(column.asking)[:, me]
        if column.pay is not None:
            paid[:, 0] += rate * play.accepted[c] * np.asarray(column.pay)[:, me]
    worth = value_of(game, play, paid, np.asarray(game.discount)[[me]])
    assert worth[found().state, 0] == pytest.approx(found().once[me], abs=1e-7)


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
