"""Base rates from a record, against closed forms, sampling, and counting by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.questions.base_rates import base_rate, came_about
from detente.scenario.inquiry import Happened, Record
from detente.scenario.model import Month


def on(text):
    return Month.parse(text)


def record(dates=(), spells=(), since="2000-01", until="2019-12"):
    spells = tuple((on(a), None if b is None else on(b)) for a, b in spells)
    dates = tuple(map(on, dates)) or tuple(first for first, _ in spells if first != on(since))
    return Record(on(since), on(until), {"it": Happened(on(since), dates, spells)})


def test_what_happened_twice_in_twenty_years():
    found = base_rate(record(["2003-05", "2011-01"]), "it", on("2020-01"), 12)
    assert (found.events, found.months) == (2, 240)
    rates = np.random.default_rng(0).gamma(2.5, 1 / 240, 200_000)
    within = 1 - np.exp(-12 * rates)
    assert found.chance == pytest.approx(within.mean(), abs=1e-3)
    assert [found.low, found.high] == pytest.approx(np.quantile(within, [0.05, 0.95]), abs=2e-3)
    assert found.said == "twice in 240 months from January 2000"


def test_only_what_was_known_then_counts():
    one = record(["2003-05", "2011-01"])
    assert base_rate(one, "it", on("2005-01"), 12).events == 1
    assert base_rate(one, "it", on("2003-05"), 12).events == 0
    assert base_rate(one, "it", on("2000-01"), 12) is None
    assert base_rate(one, "other", on("2005-01"), 12) is None
    assert base_rate(None, "it", on("2005-01"), 12) is None


def test_months_in_which_it_holds_cannot_begin_it_and_can_end_it():
    one = record(spells=[("2002-01", "2003-12"), ("2010-01", None)])
    coming = base_rate(one, "it", on("2009-01"), 6)
    assert (coming.events, coming.months) == (1, 108 - 24)
    staying = base_rate(one, "it", on("2011-01"), 6, holding=True)
    assert (staying.events, staying.months, staying.holding) == (1, 24 + 12, True)
    rates = np.random.default_rng(1).gamma([[2.5], [1.5]], [[1 / 96], [1 / 36]], (2, 100_000))
    total = rates.sum(axis=0)
    assert staying.chance == pytest.approx(np.mean((rates[0] + rates[1] * np.exp(-6 * total)) / total), abs=5e-3)


@given(st.integers(0, 20), st.integers(1, 240), st.integers(1, 240))
def test_chances_lie_in_their_range_and_grow_with_the_horizon(events, less, more):
    dates = [str(Month(2000, 1).after(11 * n)) for n in range(events)]
    near, far = (base_rate(record(dates), "it", on("2020-01"), h) for h in sorted((less, more)))
    assert 0 < near.low < near.high < 1
    assert near.low < near.chance < near.high
    assert near.chance <= far.chance


def test_what_came():
    one = record(["2003-05"], until="2004-12")
    assert came_about(one, "it", on("2003-05"), 1) is True
    assert came_about(one, "it", on("2002-05"), 12) is False
    assert came_about(one, "it", on("2002-06"), 12) is True
    assert came_about(one, "it", on("2004-01"), 12) is False
    assert came_about(one, "it", on("2004-01"), 13) is None
    assert came_about(one, "other", on("2003-05"), 1) is None
    held = record(spells=[("2002-01", "2003-12")], until="2004-12")
    assert came_about(held, "it", on("2002-06"), 18, holding=True) is True
    assert came_about(held, "it", on("2002-06"), 19, holding=True) is False
    assert came_about(held, "it", on("2002-06"), 60, holding=True) is None
