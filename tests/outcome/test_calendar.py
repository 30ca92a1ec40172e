from types import SimpleNamespace

import pytest

from detente.outcome.calendar import Interval, Schedule, dates, schedule
from detente.problems import DetenteError
from detente.scenario.model import Calendar, Month, Situation


def rule(every, following, name="election"):
    return SimpleNamespace(name=name, calendar=Calendar(every, Month.parse(following)) if every else None)


@pytest.mark.parametrize(
    ("following", "since", "months", "expected"),
    [
        ("2029-01", "2025-06", 60, [43]),
        ("2029-01", "2025-06", 120, [43, 91]),
        ("2029-01", "2025-06", 43, [43]),
        ("2029-01", "2025-06", 42, []),
        ("2029-01", "2012-04", 24, [9]),  # it recurs backwards too
        ("2029-01", "2029-01", 60, [48]),  # a situation shows its month with that month's events done
        ("2029-01", "2028-12", 60, [1, 49]),
        ("2029-01", "2033-02", 60, [47]),
    ],
)
def test_dates_recur_in_both_directions(following, since, months, expected):
    assert list(dates(rule(48, following), Month.parse(since), months)) == expected


@pytest.mark.parametrize(
    ("scheduled", "expected"),
    [
        ("2017-05", [5, 65]),  # brought forward
        ("2023-05", [77]),  # put off by more than a term: none before it
        ("2012-12", [12, 72]),  # a date that is past recurs as a calendar does
        ("2016-12", [60, 120]),
    ],
)
def test_a_situation_may_know_the_next_date_better(scheduled, expected):
    assert list(dates(rule(60, "2030-06"), Month(2016, 12), 120, Month.parse(scheduled))) == expected


def test_what_has_no_calendar_has_no_dates():
    assert list(dates(rule(None, ""), Month(2020, 1), 99)) == []


def test_a_schedule_gathers_all_rules_in_order_of_time_and_rule():
    scenario = SimpleNamespace(
        rules=(rule(48, "2029-01", "a"), rule(None, ""), rule(60, "2029-01", "b"), rule(12, "2026-01", "c"))
    )
    start = Situation("now", Month(2027, 6), (), next={"b": Month(2028, 1)})
    found = schedule(scenario, start, 24)
    assert found.events == ((7, 2), (7, 3), (19, 0), (19, 3))
    assert found.intervals == (Interval(0, 7, (2, 3)), Interval(7, 19, (0, 3)), Interval(19, 24, ()))
    assert found.rules == {0, 2, 3}


def test_a_date_at_the_horizon_ends_the_last_interval():
    assert Schedule(Month(2020, 1), 5, ((5, 0),)).intervals == (Interval(0, 5, (0,)),)
    assert Schedule(Month(2020, 1), 0).intervals == ()


@pytest.mark.parametrize(("months", "events"), [(-1, ()), (5, ((6, 0),)), (5, ((0, 0),)), (5, ((3, 0), (2, 0)))])
def test_a_schedule_refuses_what_makes_no_sense(months, events):
    with pytest.raises(DetenteError):
        Schedule(Month(2020, 1), months, events)
