"""Why: the answer about the border, in words, in numbers and as a picture."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detente.ensemble.cache import Cache
from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.questions.why import Why, between, why
from detente.scenario.inquiry import Ask, Thesis
from detente.scenario.model import Scenario
from tests.border import DRAWS, MONTHS, asking, border


@cache
def case() -> Scenario:
    """The border with theses; forces and outcomes as it has them."""
    theses = (
        Thesis("men make history", "Doves did it", ("B06",), "agreement", more=("government",), than=("diplomacy",)),
        Thesis("talks did nothing", "Envoys were idle", (), "agreement", more=("calendar",), than=("diplomacy",)),
        Thesis("silence brought the fall", "", (), "agreement", 12, ("2025-06", "2024-06"), ("diplomacy",)),
        Thesis("another form", "", (), "agreement", what_if="hawks stay", moves="down"),
    )
    return replace(border(), theses=theses, ask=Ask())


@cache
def found() -> Why:
    return why(case(), months=MONTHS, asking=asking())


def test_the_parts_sum_to_the_change_between_the_last_two_situations() -> None:
    data = found().data
    assert list(data["end"].values) == ["2024-06", "2025-06"]
    assert set(data["force"].values) == {"government", "diplomacy"}
    for share, chance in (("central_share", "central_chance"), ("share", "chance")):
        change = data[chance].isel(end=1) - data[chance].isel(end=0)
        np.testing.assert_allclose(data[share].sum("force"), change, atol=1e-12)
    assert data["share"].sizes["draw"] == DRAWS


def test_the_largest_force_stands_against_the_rest_where_there_are_no_leaders() -> None:
    assert found().sides == (("government",), ("diplomacy",))
    share = found().data["central_share"]
    assert found().lead[0] == pytest.approx(float(share.sel(force="government") - share.sel(force="diplomacy")))


def test_leaders_stand_against_structure() -> None:
    forces = border().forces
    led = replace(border(), forces={"diplomacy": forces["diplomacy"], "leaders": forces["government"]})
    one = why(led, months=MONTHS, asking=asking())
    assert one.sides == (("leaders",), ("diplomacy",))
    assert "structure (diplomacy)" in one.summary()
    assert one.lead[0] == pytest.approx(found().lead[0], abs=1e-6)


def test_leaders_who_go_the_other_way_are_told_as_against_the_change() -> None:
    forces = border().forces
    led = replace(border(), forces={"diplomacy": forces["diplomacy"], "leaders": forces["government"]})
    one = why(led, months=MONTHS, asking=asking())
    shares = one.split.shares.copy()
    shares[:, one.split.forces.index("leaders")] = -0.02
    said = replace(one, split=replace(one.split, shares=shares)).summary()
    assert "Leaders: -2.0 points (90% of draws -2.0 to -2.0) against the rise" in said
    assert "Structure contributed more" in said
    assert "towards the rise" in one.summary()


def test_theses_about_forces_are_judged_each_in_its_own_terms() -> None:
    verdicts = {verdict.thesis.name: verdict for verdict in found().theses}
    assert set(verdicts) == {"men make history", "talks did nothing", "silence brought the fall"}
    assert verdicts["men make history"].value == pytest.approx(found().lead[0])
    assert verdicts["talks did nothing"].word == "against"
    back = why(case(), "2025-06", "2024-06", "agreement", 12, asking=asking())
    share = float(back.data["central_share"].sel(force="diplomacy"))
    assert share < 0  # it lowers the chance, which falls: so it contributes
    assert verdicts["silence brought the fall"].value == pytest.approx(-share)
    assert verdicts["silence brought the fall"].word == "borne out"


def test_the_paragraph_the_table_and_the_json_tell_the_same() -> None:
    said, table, told = found().summary(), found().table(), json.loads(found().to_json())
    assert told["summary"] == said
    alike = int((np.sign(found().lead[1:]) == np.sign(found().lead[0])).sum())
    assert f"holds in {alike} of {DRAWS} draws" in said
    assert "borne out" in said
    assert [row[0] for row in table.rows] == ["2024-06", "government", "diplomacy", "2025-06"]
    assert all(len(row) == len(table.head) for row in table.rows)
    assert told["provenance"]["outcome"] == "agreement"
    assert sum(force["share"] for force in told["forces"].values()) == pytest.approx(told["findings"][0]["value"])
    assert told["theses"]["talks did nothing"]["verdict"] == "against"
    assert found().details()["mixtures"] == {"all": 4, "excluded": 0}


@pytest.mark.parametrize("width", [640, 340])
def test_the_picture_starts_and_ends_at_the_chances(width: int) -> None:
    (rows,) = found().chart(width=width).to_dict()["datasets"].values()
    assert rows[0]["to"] == pytest.approx(rows[1]["from"])
    assert rows[-2]["to"] == pytest.approx(rows[-1]["to"])
    assert rows[-1]["to"] == pytest.approx(100 * float(found().data["central_chance"][1]))


def test_the_case_may_say_what_is_compared() -> None:
    scenario = replace(border(), ask=Ask(between=("2025-06", "2024-06")))
    assert [one.name for one in between(scenario, None, None)] == ["2025-06", "2024-06"]
    assert [one.name for one in between(replace(border(), ask=Ask()), None, None)] == ["2024-06", "2025-06"]


def test_without_draws_no_range_is_claimed() -> None:
    one = why(border(), months=MONTHS, asking=asking(0))
    assert "draws" not in one.summary()
    assert one.findings()[0].holds is None
    one.chart()
    json.loads(one.to_json())


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"first": "2024-06", "second": "2024-06"}, "one situation, not two"),
        ({"first": "1999-01"}, "no situation '1999-01'"),
        ({"outcome": "peace"}, "no outcome 'peace'"),
        ({"months": 0}, "1 to 1200 months"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict, says: str) -> None:
    with pytest.raises(DetenteError, match=says):
        why(border(), **asked)


def test_a_case_with_one_situation_or_two_alike_is_told() -> None:
    with pytest.raises(DetenteError, match="only one"):
        why(replace(border(), situations=border().situations[:1]))
    one = border().situations[1]
    alike = replace(border(), situations=(one, replace(one, name="again")), ask=Ask(), what_ifs=())
    with pytest.raises(DetenteError, match="alike in all"):
        why(alike, asking=Asking(draws=0, cache=Cache(None), threads=1))
