"""The view-model of a real, small case: sums, order, and nothing left out."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from detente.report.gather import gather
from detente.report.view import AnswerView, Page, Range
from tests.border import DRAWS, MONTHS, answer, border


@cache
def page() -> Page:
    return gather(answer())


def test_the_page_speaks_from_the_situation() -> None:
    assert page().title == border().title
    assert page().situation == "2025-06"
    assert (page().months, page().draws) == (MONTHS, DRAWS)
    held = {level.factor: level.levels[level.holds] for level in page().levels}
    assert held["talks"] == "envoys"
    assert held["cabinet"] == "doves"


def test_the_first_screen_says_what_would_turn_it_round() -> None:
    told = [AnswerView("why", "Why", "Why?", "A. B."), AnswerView("sensitivity", "Rests", "On what?", "C.", turns="D.")]
    assert gather(answer(), told).turns == "D."
    assert page().turns == ""


def test_parameters_go_by_their_titles_with_their_names_beside() -> None:
    shown = {one.key: one.name for one in page().parameters}
    assert shown == {one.name: one.title for one in border().parameters}


def test_each_actor_either_moves_or_waits() -> None:
    for mover in page().movers:
        assert mover.waits.likely + sum(move.chosen.likely for move in mover.moves) == pytest.approx(1.0)
        chances = [move.chosen.likely for move in mover.moves]
        assert chances == sorted(chances, reverse=True)
        for move in mover.moves:
            assert move.taken.likely == pytest.approx(move.chosen.likely * move.accepted.likely)
            assert move.accepted.likely == pytest.approx(math.prod(say.yes.likely for say in move.consent))


def test_reasons_of_a_move_sum_to_what_it_changes() -> None:
    """Reasons are all interests of the mover, what is paid at once, and what is paid later."""
    count = {actor.title: sum(i.actor == k for i in border().interests) for k, actor in enumerate(border().actors)}
    for mover in page().movers:
        for move in mover.moves:
            assert len(move.reasons) == count[mover.name] + 2
            assert all(math.isfinite(value) for _, value in move.reasons)


def test_reasons_of_moves_that_nobody_can_refuse_sum_to_their_advantage() -> None:
    """What one brings more than another, in all, is what it is better by."""
    compared = 0
    for mover in page().movers:
        free = [move for move in mover.moves if not move.consent]
        for one, other in pairwise(free):
            more = sum(value for _, value in one.reasons) - sum(value for _, value in other.reasons)
            assert more == pytest.approx(one.advantage - other.advantage, abs=1e-7)
            compared += 1
    assert compared


def test_splits_sum_to_the_value() -> None:
    assert [stake.name for stake in page().stakes] == [actor.title for actor in border().actors]
    for stake in page().stakes:
        assert sum(part.value for part in stake.parts) == pytest.approx(stake.value, abs=1e-9)
        for k, change in enumerate(stake.change):
            assert sum(part.change[k] for part in stake.parts) == pytest.approx(change, abs=1e-9)


def test_gains_have_the_range_of_the_draws() -> None:
    data = answer().data
    for i, stake in enumerate(page().stakes):
        for k, (change, span) in enumerate(zip(stake.change, stake.change_range, strict=True)):
            assert change == pytest.approx(float(data["central_gain"][k, i]), abs=1e-9)
            drawn = data["gain"].values[:, k, i]
            assert (span.low, span.high) == pytest.approx(tuple(np.quantile(drawn, (0.05, 0.95))))


def test_every_outcome_has_slips_half_and_double() -> None:
    assert [outcome.name for outcome in page().outcomes] == [spec.name for spec in border().outcomes]
    for outcome in page().outcomes:
        assert [mark.months for mark in outcome.marks] == [12, 24]
        for mark in outcome.marks:
            assert 0 <= mark.slips.likely <= 1
            assert inside(mark.without)
            assert 0 <= mark.half <= 1
            assert 0 <= mark.double <= 1
            assert inside(mark.chance)
        fan = outcome.fan
        for lines in zip(fan.low, fan.quarter, fan.three_quarters, fan.high, strict=True):
            assert list(lines) == sorted(lines)
        assert all(b >= a - 1e-12 for a, b in pairwise(fan.likely))


def inside(span: Range) -> bool:
    return 0 <= span.low <= span.high <= 1 and 0 <= span.likely <= 1


def test_actions_are_told_as_acts() -> None:
    raid = next(outcome for outcome in page().outcomes if outcome.name == "raid")
    assert raid.action
    assert raid.condition == "Northland: raid"
    assert all(math.isnan(mark.standing.likely) for mark in raid.marks)


def test_histories_are_the_same_again_and_told_by_year() -> None:
    assert gather(answer()).histories.told == page().histories.told
    for history in page().histories.told:
        years = [int(year.year) for year in history.years]
        assert years == sorted(set(years))
        assert history.ending.startswith("In June 2027: ")


def test_dated_events_are_those_of_the_calendar() -> None:
    events = page().events
    assert [event.name for event in events] == []  # the vote of October 2027 lies beyond two years


def test_claims_name_what_they_bear_on() -> None:
    cited = {claim.id: claim.cited_by for claim in page().claims}
    assert set(cited) == {"B01", "B02", "B03", "B04", "B05", "B06"}
    assert "parameter 'how often massed troops clash'" in cited["B01"]
    assert "action Northland: raid" in cited["B02"]
    assert {source.id for source in page().sources} == {"yearbook", "memoir"}


def test_how_it_was_made_is_told_in_full() -> None:
    made = dict(page().made)
    for term in ("version", "case", "situation", "size", "parameter draws", "draws certified", "solver", "tolerance",
                 "precision reached", "rightmost eigenvalues", "what the solver says"):  # fmt: skip
        assert made[term]
    assert "residual" in made["tolerance"]
    assert "regret" in made["tolerance"]
    assert "seed 0" in made["parameter draws"]


def test_the_standing_follows_the_certificates() -> None:
    certified = answer().ensemble.central.certified and answer().ensemble.certified.mean() >= 0.9
    assert page().standing.certified == certified
