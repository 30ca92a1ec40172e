"""Hindcasts of the border, whose record is written in the test: what was said, what came, and the scores by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detente.problems import DetenteError
from detente.questions.asked import Asking, chances
from detente.questions.base_rates import base_rate
from detente.questions.hindcast import Hindcast, hindcast, recorded
from detente.scenario.inquiry import Happened, Record
from detente.scenario.model import Month, Scenario
from tests.border import asking, border
from tests.questions.pictures import drawn

MONTHS = 12


def on(text: str) -> Month:
    return Month.parse(text)


@cache
def case() -> Scenario:
    """The border, with a record that outlasts both situations: clashes in 2024-09, a raid too, no agreement known."""
    since = on("2015-01")
    clashes = ("2016-04", "2016-07"), ("2024-09", "2024-11")
    spells = tuple((on(first), on(last)) for first, last in clashes)
    happened = {
        "clashes": Happened(since, tuple(first for first, _ in spells), spells),
        "raid": Happened(since, (on("2020-09"), on("2025-06"))),
    }
    return replace(border(), record=Record(since, on("2025-12"), happened))


@cache
def found() -> Hindcast:
    return hindcast(case(), MONTHS, asking=asking())


def test_what_is_said_is_the_chance_of_a_first_passage_backwards() -> None:
    one = found()
    assert one.data["outcome"].values.tolist() == ["clashes", "raid"]
    assert one.data["situation"].values.tolist() == ["2024-06", "2025-06"]
    assert not one.data["holding"].any()
    structure = one.ensemble.solutions.structure
    for s, situation in enumerate(case().situations):
        for k, name in enumerate(("clashes", "raid")):
            there = chances(one.ensemble, case().outcome(name), situation, MONTHS)[:, structure.index(situation)]
            assert one.data["chance"].values[s, k] == pytest.approx(there[0], abs=1e-9)
            np.testing.assert_allclose(one.data["drawn"].values[:, s, k], there[1:], atol=1e-9)


def test_what_holds_already_is_asked_whether_it_still_does() -> None:
    begun = replace(case().situations[1], levels=(1, 1, 0, 0, 0, 1), name="fighting")  # clashes hold
    one = hindcast(replace(case(), situations=(*case().situations, begun)), MONTHS, asking=asking())
    assert one.data["holding"].sel(situation="fighting").values.tolist() == [True, False]
    at = chances(one.ensemble, case().outcome("clashes"), begun, MONTHS, "at", "central")
    assert float(one.data["chance"].sel(situation="fighting", outcome="clashes")) == pytest.approx(
        at[0, one.ensemble.solutions.structure.index(begun)], abs=1e-9
    )
    held = replace(case().record.happened["clashes"], spells=((on("2025-06"), on("2025-07")),))
    ended = replace(case().record, until=on("2026-12"), happened={"clashes": held})
    one = hindcast(replace(case(), situations=(*case().situations, begun), record=ended), MONTHS, asking=asking())
    assert [row[1:2] + row[-1:] for row in one.table().rows if row[0] == "fighting"] == [("clashes (still)", "no")]


def test_what_came_and_what_is_not_over() -> None:
    """From 2024-06 a clash came and no raid; from 2025-06 a raid, and of clashes the year was not over."""
    came = found().data["happened"].values
    np.testing.assert_array_equal(came, [[1.0, 0.0], [np.nan, 1.0]])
    assert found().known() == [(0, 0), (0, 1), (1, 1)]
    for s, situation in enumerate(case().situations):
        for k, name in enumerate(("clashes", "raid")):
            plain = base_rate(case().record, name, situation.date, MONTHS)
            assert found().data["base"].values[s, k] == pytest.approx(plain.chance)
            assert found().data["base_low"].values[s, k] == pytest.approx(plain.low)


def test_scores_by_hand() -> None:
    one = found()
    said, base = one.data["chance"].values, one.data["base"].values
    off = [(said[0, 0] - 1) ** 2, said[0, 1] ** 2, (said[1, 1] - 1) ** 2]
    off_base = [(base[0, 0] - 1) ** 2, base[0, 1] ** 2, (base[1, 1] - 1) ** 2]
    assert one.scores() == pytest.approx((sum(off) / 3, sum(off_base) / 3, 0.25, 3))
    assert json.loads(one.to_json())["brier"]["case"] == pytest.approx(sum(off) / 3)


def test_the_table_tells_every_question_of_which_it_is_known_what_came() -> None:
    rows = found().table().rows
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("2024-06", "clashes", "yes"), ("2024-06", "raid", "no"), ("2025-06", "raid", "yes")]  # fmt: skip
    assert all(len(row) == len(found().table().head) for row in rows)
    assert len(found().findings()) == 3
    assert found().findings()[1].says.endswith("it came: no.")


def test_the_paragraph() -> None:
    case_off, base_off, _, _ = found().scores()
    said = found().summary()
    for words in ("Asked at 2 earlier situations", f"mean squared error of {case_off:.3f} over 3 questions",
                  f"known then has {base_off:.3f}", "furthest off with raid from 2025-06", "not a proof of foresight",
                  "of 3."):  # fmt: skip
        assert words in said
    assert "clashes from" not in said  # of three questions the other two are not told as furthest off
    nearer = int(said.split("nearer than the base rate in ")[1].split()[0])
    data = found().data
    happened = data["happened"].values
    off, base = (np.abs(data[name].values - happened) for name in ("chance", "base"))
    assert nearer == int((off < base).sum())


def test_a_record_that_says_nothing_yet_is_told_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Asking, "solved", lambda *_: pytest.fail("it is solved"))
    short = replace(case().record, until=on("2025-07"), happened={"raid": Happened(on("2025-07"), ())})
    with pytest.raises(DetenteError, match="begins after the situations, so there is nothing to compare"):
        hindcast(replace(case(), record=short), MONTHS, asking=asking())
    with pytest.raises(DetenteError, match=r"^No situation has 24 recorded months .* \(--months 18\)"):
        hindcast(quiet(), 24, asking=asking(0))


def test_the_horizon_is_as_long_as_the_record_allows_and_two_years_at_most() -> None:
    """What holds in 2024-06 is asked of the month 18 months later, 2025-12, the last one that is recorded."""
    one = hindcast(case(), asking=asking(0))
    assert one.months == recorded(case()) == 18
    assert one.data["happened"].sel(situation="2024-06").notnull().all()
    assert hindcast(replace(case(), record=replace(case().record, until=on("2030-01"))), asking=asking(0)).months == 24
    late = replace(case().record, happened={"clashes": Happened(on("2025-01"), ())})
    assert recorded(replace(case(), record=late)) == 6  # from 2025-06: of 2024-06 nothing is recorded
    assert hindcast(quiet(), 18, asking=asking(0)).known() == [(0, 0)]


def quiet() -> Scenario:
    """The case with a record of raids alone, of which there were none."""
    return replace(case(), record=replace(case().record, happened={"raid": Happened(on("2015-01"), ())}))


def test_without_a_base_rate_nothing_is_scored() -> None:
    begun = replace(case().record, happened={"raid": Happened(on("2024-06"), ())})
    one = hindcast(replace(case(), record=begun), MONTHS, asking=asking(0))
    assert one.known() == [(0, 0)]
    assert "nothing is scored" in one.summary()


@pytest.mark.parametrize("width", [640, 340])
def test_the_picture_fits_its_width(width: int) -> None:
    assert drawn(found(), width)


def test_without_draws_no_range_is_claimed() -> None:
    one = hindcast(case(), MONTHS, asking=asking(0))
    assert one.table().rows[0][3] == "—"
    json.loads(one.to_json())
    one.chart().to_dict()


def test_what_cannot_be_held_against_a_record_is_told() -> None:
    with pytest.raises(DetenteError, match="no record of what happened"):
        hindcast(replace(border(), record=None))
    with pytest.raises(DetenteError, match="1 to 1200 months"):
        hindcast(case(), 0)
    early = replace(case().record, until=on("2020-01"))
    with pytest.raises(DetenteError, match="No situation lies before the end of the record"):
        hindcast(replace(case(), record=early))
