"""Compare: two situations of the border, the border beside a coast, and sides with other gains put in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detente.outcome.backward import backward
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.targets import Target
from detente.problems import DetenteError
from detente.questions.asked import chances, ends
from detente.questions.compare import Compare, chosen, compare
from detente.questions.sides import TERMS, deal_of
from detente.questions.words import percent, span, spoken
from detente.scenario.cases import case
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import MONTHS, asking, border, hopeful
from tests.questions.pictures import drawn


@cache
def coast() -> Scenario:
    """The border under other names: a landing and no raid, Westland and no Northland, and nobody to consent."""
    text, claims = starter("coast")
    for old, new in (("north", "west"), ("Northland", "Westland"), ("raid", "landing"), ("front", "shore")):
        text = re.sub(rf"\b{old}\b", new, text)
    text = text.replace("consent: [mediator]", "consent: []")
    return load_text(text, "coast.yaml", claims)


@cache
def found() -> Compare:
    """The border's two situations."""
    return compare([hopeful()], months=MONTHS, asking=asking())


@cache
def cases() -> Compare:
    """The border and the coast."""
    return compare([border(), coast()], [None, "2025-06"], months=MONTHS, asking=asking())


@cache
def blocked() -> Compare:
    """The border blocked by the North, which the coast has not, and by the South, which gains there."""
    one, other = cases().sides
    gains = one.gains.copy()
    gains[:, :2] = [[-2.0, -0.5]]
    gains[1, :2] = 1.0
    return replace(cases(), sides=(replace(one, gains=gains), other))


def test_gains_and_chances_are_those_of_the_solved_game() -> None:
    case, one = hopeful(), found()
    name, fixed = deal_of(case)
    assert name == "land for trade"
    for n, situation in enumerate(case.situations):
        side = one.sides[n]
        assert (side.label, side.standing) == (situation.name, "open")
        for m, member in enumerate(side.ensemble.members("drawn")):
            solved = side.ensemble.solved(member)
            structure, value = solved.structure, solved.equilibrium.value
            now = structure.describe(structure.index(situation))
            there = {**now, "talks": "envoys", "border": "agreed", "troops": "thinned", "trade": "open"}
            gain = value[structure.index(there)] - value[structure.index(situation)]
            np.testing.assert_allclose(side.gains[m], gain)
            levels = structure.states.levels
            terms = np.all([levels[:, f] == level for f, level in fixed.items()], axis=0)
            chain = chain_of(structure, solved.game, solved.equilibrium)
            back = backward(chain, [Target(TERMS, terms)], schedule(case, situation, MONTHS)).by[:, 0]
            assert side.chance_of(TERMS)[m] == pytest.approx(back[structure.index(situation)], abs=1e-9)
        for outcome in case.outcomes:
            there = chances(side.ensemble, outcome, situation, MONTHS)
            state = side.ensemble.solutions.structure.index(situation)
            np.testing.assert_allclose(side.chance_of(outcome.name), there[:, state], atol=1e-9)


def test_of_one_case_all_situations_stand_in_the_order_of_time_or_those_that_are_named() -> None:
    backwards = replace(border(), situations=border().situations[::-1])
    assert [situation.name for _, situation in chosen([backwards])] == ["2024-06", "2025-06"]
    assert [situation.name for _, situation in chosen([border()], ["2025-06", "2024-06"])] == ["2025-06", "2024-06"]


def test_of_cases_each_stands_before_its_settlement() -> None:
    bare = replace(coast(), ask=replace(coast().ask, between=None))
    assert [situation.name for _, situation in chosen([border(), bare])] == ["2024-06", "2025-06"]
    assert [side.label for side in cases().sides] == ["border", "coast"]
    three = compare([hopeful(), hopeful(), coast()], ["2024-06", "2025-06", None], months=MONTHS, asking=asking())
    assert [side.label for side in three.sides] == ["border 2024-06", "border 2025-06", "coast"]
    np.testing.assert_array_equal(three.sides[1].gains, found().sides[1].gains)


def test_only_what_has_the_same_name_stands_side_by_side() -> None:
    one = cases()
    assert set(one.outcomes) == {"agreement", "clashes", TERMS}
    assert one.alone == {"border": ("raid",), "coast": ("landing",)}
    assert one.actors[:1] == ("south",)
    assert set(one.actors) == {"south", "north", "mediator", "west"}
    assert one.common == (5, 7)
    assert set(one.factors) == {"troops", "trade", "talks", "border", "cabinet"}
    data = one.data
    assert np.isnan(data["central_gain"].sel(side="coast", actor="north"))
    assert np.isnan(data["central_chance"].sel(side="border", outcome="landing"))
    assert not data["must"].sel(side="coast", actor="mediator")
    assert set(found().factors) == {"cabinet", "talks"}


def test_an_actor_is_called_by_its_title_or_as_the_cases_own_prose_has_it() -> None:
    scenario = case("iran")
    names = {actor.name: spoken(scenario, actor) for actor in scenario.actors}
    assert names["europe"] == "Europe"
    assert [spoken(border(), actor) for actor in border().actors] == ["Northland", "Southland", "The mediator"]
    for one in (found(), blocked()):
        assert not re.search(r"[a-z,;] The mediator", one.summary())


def test_who_blocks_and_what_turns() -> None:
    one = blocked()
    assert [actor.name for actor in one.sides[0].blockers()] == ["north", "south"]
    assert [actor.name for actor in one.sides[1].blockers()] == []
    said = one.summary()
    for words in ("All who must agree gain by the deal in coast (in", "not in border (in 1 of 3 draws)",
                  "Who turns: Southland (-0.5 in border, +",
                  "Vetoes that coast has not, by name: Northland (-2.0 in border).",
                  "border: 'land for trade' is blocked by Northland (-2.0", "2 of 3 who must agree",
                  "coast: nobody blocks", "Of 7 factor names 5 (71%) are common to all",
                  "an outcome of that name: 1 of border and 1 of coast", "sizes only with care"):  # fmt: skip
        assert words in said, words
    assert "\n" not in said
    same = found().summary()
    assert "All who must agree gain by the deal on every side where it is open" in same
    assert "with care" not in same


def test_where_all_are_blocked_the_nearest_is_named() -> None:
    one, other = blocked().sides
    gains = other.gains.copy()
    gains[0, 1] = -0.1
    said = replace(blocked(), sides=(one, replace(other, gains=gains))).summary()
    assert "On no side do all who must agree gain by the deal: border (in 1 of 3 draws) and coast" in said
    assert "coast comes nearest, with 1 of 2 against it; border has 2 of 3" in said


def shrugging(loss: float) -> Compare:
    """The border where the North loses, and the South so little; nobody loses on the coast."""
    one, other = blocked().sides
    gains = one.gains.copy()
    gains[0] = (-2.0, loss, 1.0)
    return replace(cases(), sides=(replace(one, gains=gains), other))


def test_a_loss_below_what_gains_are_known_to_blocks_no_more_than_in_deals() -> None:
    one = shrugging(-0.0032)
    side = one.sides[0]
    assert [actor.name for actor in side.blockers()] == ["north"]
    assert [actor.name for actor in side.indifferent()] == ["south"]
    assert not side.agreed[0]
    assert "1 of 3 who must agree; Southland gains and loses nothing to speak of." in one.summary()
    assert "Who turns" not in one.summary()
    assert "grey neither" in drawn(one, 640)
    assert json.loads(one.to_json())["sides"]["border"]["indifferent"] == ["south"]
    dearer = shrugging(-0.011)
    assert [actor.name for actor in dearer.sides[0].blockers()] == ["north", "south"]
    assert "grey" not in drawn(dearer, 640)


def test_where_nobody_loses_and_one_does_not_gain_that_is_said() -> None:
    one, other = blocked().sides
    gains = other.gains.copy()
    gains[0, 1] = -0.004
    said = replace(blocked(), sides=(one, replace(other, gains=gains))).summary()
    assert "coast: 'land for trade' is blocked by nobody, but Southland gains and loses nothing to speak of." in said
    assert "coast comes nearest, with nobody against it and 1 indifferent; border has 2 of 3." in said


def test_a_deal_in_force_and_one_that_is_not_named() -> None:
    deals, bare = border().deals, asking(0)
    quiet = replace(border(), deals=replace(deals, named={"quiet": {0: 0}}), ask=replace(border().ask, deal=None))
    one = compare([quiet], months=MONTHS, asking=bare)
    assert {side.standing for side in one.sides} == {"in force"}
    assert "'quiet' is in force." in one.summary()
    assert "On no side is a named deal open" in one.summary()
    assert 0 < one.sides[0].chance_of(TERMS)[0] < 1
    assert "†" in one.table().note
    none = compare([replace(border(), deals=None, ask=replace(border().ask, deal=None))], months=MONTHS, asking=bare)
    assert "the case names no deal" in none.summary()
    assert none.sides[0].chance_of(TERMS) is None
    for answer in (one, none):
        json.loads(answer.to_json())
        answer.chart().to_dict()
        assert answer.findings()


def test_the_table_has_a_column_a_side() -> None:
    table = blocked().table()
    assert table.head == ("", "", "border", "coast")
    rows = {row[:2]: row[2:] for row in table.rows}
    assert rows["deal", "all gain"][0] == "no (1)"
    assert rows["gain", "Northland"] == ("-2.0 (1)", "—")
    assert rows["gain", "The mediator"][1].count("*") == 1
    assert rows["factor", "cabinet"] == ("hawks", "doves")
    assert all(len(row) == 4 for row in table.rows)


def test_where_cells_have_no_room_for_ranges_it_is_said_where_they_are() -> None:
    few = found()
    many = replace(few, sides=tuple(replace(few.sides[n % 2], label=f"side {n}") for n in range(4)))
    cells = [cell for row in many.table().rows if row[0] == "chance" for cell in row[2:]]
    assert cells
    assert not any("(" in cell for cell in cells)
    assert "With 4 columns there is no room for the ranges of chances over draws; --json has them." in many.table().note
    assert "in brackets 90% of draws" in few.table().note
    assert "no room" not in few.table().note
    told = json.loads(many.to_json())["sides"]
    for side in many.sides:
        for name, chance in told[side.label]["chances"].items():
            assert chance["range"] == pytest.approx(ends(side.chance_of(name)[1:]))


def test_the_paragraph_has_the_ranges_of_the_smallest_and_the_largest_chance() -> None:
    one = found()
    said = one.summary()
    for name in one.outcomes:
        if name != TERMS:
            low, high = sorted((side.chance_of(name) for side in one.sides), key=lambda chance: chance[0])
            spans = [f"{percent(chance[0])} ({span(*ends(chance[1:]))})" for chance in (low, high)]
            assert re.search(rf"{name} from {re.escape(spans[0])} in \S+ to {re.escape(spans[1])} in ", said), name


def test_json_and_findings_tell_the_same() -> None:
    told = json.loads(blocked().to_json())
    assert set(told) >= {"summary", "findings", "provenance", "sides"}
    assert told["sides"]["border"]["blockers"] == ["north", "south"]
    assert told["sides"]["border"]["all_gain_in_draws"] == 1
    assert told["provenance"]["case"] == "border, coast"
    assert told["provenance"]["sides"]["coast"]["situation"] == "2025-06"
    assert told["findings"][1]["value"] == -2.0
    assert told["findings"][0]["holds"] is None  # draws of different cases are no pairs
    assert found().findings()[0].holds == int(found().data["agreed"].all("side").sum())


@pytest.mark.parametrize("width", [640, 340])
def test_the_picture_fits_its_width(width: int) -> None:
    for one in (found(), blocked()):
        assert "Southland" in drawn(one, width)


def test_without_draws() -> None:
    one = compare([border()], months=MONTHS, asking=asking(0))
    assert "draws" not in one.summary()
    assert "(" not in one.table().rows[2][2]
    one.chart().to_dict()
    json.loads(one.to_json())


def test_asked_again_nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = found().to_json()
    monkeypatch.setattr("detente.questions.sides.backward", lambda *_: pytest.fail("it was computed again"))
    assert compare([hopeful()], months=MONTHS, asking=asking()).to_json() == expected


@pytest.mark.parametrize(
    ("sides", "situations", "says"),
    [
        (0, None, "nothing to compare"),
        (1, ["2024-06"], "Nothing to compare 2024-06 with"),
        (1, [], "nothing to compare"),
        (1, ["2024-06", "2024-06"], "border at 2024-06 stands on two sides"),
        (1, ["2024-06", "2030-01"], "no situation '2030-01'"),
        (2, ["2024-06"], "1 situations are given"),
        (2, None, "stands on two sides"),
    ],
)
def test_what_cannot_be_compared_is_told(sides: int, situations: list[str | None] | None, says: str) -> None:
    with pytest.raises(DetenteError, match=says):
        compare([border()] * sides, situations, asking=asking())
    with pytest.raises(DetenteError, match="1 to 1200 months"):
        compare([border()], months=0, asking=asking())
