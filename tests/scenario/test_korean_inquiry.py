"""What the Korean case brings to the questions agrees with its own claims, situations and actions."""

from __future__ import annotations

import re

import numpy as np
import pytest

from detente.scenario.cases import case
from detente.scenario.inquiry import ProposedPath, Record
from detente.scenario.model import Month, Scenario
from detente.scenario.steps import open_in, successors


@pytest.fixture(scope="module")
def korea() -> Scenario:
    return case("korea")


@pytest.fixture(scope="module")
def record(korea: Scenario) -> Record:
    assert korea.record is not None
    return korea.record


def test_every_outcome_is_in_the_record_and_cites_a_claim(korea: Scenario, record: Record) -> None:
    assert set(record.happened) == {outcome.name for outcome in korea.outcomes}
    assert all(happened.claims for happened in record.happened.values())
    assert all(thesis.claims for thesis in korea.theses)


def test_the_record_agrees_with_the_situations(korea: Scenario, record: Record) -> None:
    seen = set()
    for outcome in korea.outcomes:
        happened = record.happened[outcome.name]
        if outcome.when is None:
            continue
        for situation in korea.situations:
            now = situation.date.ordinal
            if happened.since.ordinal <= now <= record.until.ordinal:
                ends = [(first.ordinal, (last or record.until).ordinal) for first, last in happened.spells]
                holds = bool(np.all(outcome.when(np.array([situation.levels]), {})))
                assert any(first <= now <= last for first, last in ends) == holds, (outcome.name, situation.name)
                seen.add((outcome.name, holds))
    assert {("freeze", True), ("frozen standoff", True), ("frozen standoff", False), ("crisis", False)} <= seen


def test_of_what_excludes_each_other_only_two_clashes_meet_the_freeze(record: Record) -> None:
    taken: dict[int, str] = {}
    meet = []
    for name in ("crisis", "war", "peace", "freeze", "frozen standoff"):
        for first, last in record.happened[name].spells:
            months = range(first.ordinal, (last or record.until).ordinal + 1)
            meet += [(month, taken[month], name) for month in months if taken.setdefault(month, name) != name]
    clashes = [Month(1999, 6).ordinal, Month(2002, 6).ordinal]
    assert meet == [(month, "crisis", "freeze") for month in clashes]


def test_tests_are_as_many_as_the_claim_counts(korea: Scenario, record: Record) -> None:
    launches, both = re.findall(r"\d+(?= of \d+ months| a launch or)", korea.claims["R37"].says)
    nuclear = {"2006-10", "2009-05", "2013-02", "2016-01", "2016-09", "2017-09"}
    dates = {str(month) for month in record.happened["test"].dates}
    assert nuclear <= dates
    assert len(dates) == int(both)
    assert int(launches) == int(both) - 4  # two nuclear tests came in months with launches
    assert sum(date >= "2012-01" for date in dates) == 74 + 2  # R02, and two nuclear tests in months without


def walked(korea: Scenario, path: ProposedPath) -> list[str]:
    """The steps that are open where the path comes to them, each turning out as it most plainly does."""
    levels = np.array([korea.situation(path.situation).levels])
    taken = []
    for step in path.steps:
        assert step.action is not None
        action = korea.actions[step.action]
        if not open_in(action, levels).all():
            break
        levels = successors(action, levels)[-1]
        taken.append(action.name)
    return taken


def test_the_programme_breaks_at_the_council_and_holds_with_talks_first(korea: Scenario) -> None:
    literal, mended = korea.paths
    assert walked(korea, literal) == ["lift_rok_sanctions", "pause_treasury"]
    assert len(walked(korea, mended)) == len(mended.steps)
    assert {step.action for step in literal.steps} < {step.action for step in mended.steps}
