"""Deals: the answer about the border, in numbers and in words; and with an empty zone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from detente.problems import DetenteError
from detente.questions import agreement
from detente.questions.answer import Answer
from detente.questions.bargained import bargained
from detente.questions.deals import deals
from detente.questions.deals_answer import Chosen, Deals
from detente.questions.deals_words import counted, outside
from detente.questions.packages import deals_of, packages
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import DRAWS, answer, asking, border
from tests.questions.pictures import drawn


@cache
def case() -> Scenario:
    """The border, with a deal that leaves one term open."""
    text, claims = starter("border")
    return load_text(text.replace("border: agreed, troops: thinned, trade", "border: agreed, trade"), "border", claims)


@cache
def found() -> Deals:
    return deals(case(), asking=asking())


@cache
def empty() -> Deals:
    """The same where the mediator loses by everything, and Northland by all but one package."""
    one = found()
    gains = one.gains.copy()
    gains[:, :, 2] = -0.5 - np.arange(len(one.packages)) / 10
    gains[:, :3, 0] = -1.0
    row = agreement.nearest(gains[0], one.must)
    near = Chosen(
        agreement.NEAREST, tuple(one.packages.levels[row].tolist()), int(one.packages.states[row]), row, False
    )
    rows = [one.chosen[0].row, row]
    return replace(one, gains=gains, chosen=(one.chosen[0], near), chosen_gains=gains[:, rows],
                   points={side: {} for side in one.points})  # fmt: skip


@pytest.mark.parametrize("name", ["2024-06", "2025-06"])
def test_every_gain_is_the_difference_of_two_values_looked_up(name: str) -> None:
    one, case = deals(border(), name, asking=asking()), border()
    scenario_deals, since = deals_of(case), case.situation(name)
    words = [case.factors[f].levels for f in one.packages.terms]
    names = [case.factors[f].name for f in one.packages.terms]
    also = {case.factors[f].name: case.factors[f].levels[at] for f, at in scenario_deals.also.items()}
    now = one.ensemble.solutions.structure.describe(one.ensemble.solutions.structure.index(since))
    seen = 0
    for m, member in enumerate(one.ensemble.members("drawn")):
        solved = one.ensemble.solved(member)
        value = solved.equilibrium.value
        for levels in product(*words):
            there = {**now, **also, **dict(zip(names, levels, strict=True))}
            if there == now:
                continue
            row = [
                p for p in range(len(one.packages)) if one.package_levels(p) == dict(zip(names, levels, strict=True))
            ]
            gain = value[solved.structure.index(there)] - value[solved.structure.index(since)]
            np.testing.assert_allclose(one.gains[m, row[0]], gain)
            seen += 1
    assert seen == len(one.packages) * (DRAWS + 1)
    assert one.packages.already == (name == "2025-06")  # envoys talk already, as they would with any deal
    assert one.packages.combinations == len(one.packages) + one.packages.already


def test_a_named_deal_leaves_open_terms_as_they_are() -> None:
    one = found()
    deal = one.chosen[0]
    told = {border().factors[f].name: border().factors[f].levels[at]
            for f, at in zip(one.packages.terms, deal.levels, strict=True)}  # fmt: skip
    assert (deal.name, told) == ("land for trade", {"border": "agreed", "troops": "massed", "trade": "open"})
    np.testing.assert_array_equal(one.chosen_gains[:, 0], one.gains[:, deal.row])


def test_points_and_frontier_are_those_of_the_gains() -> None:
    one = found()
    parties, everyone = one.negotiable.parties, one.must
    zone = np.flatnonzero((one.gains[0][:, list(everyone)] > 0).all(axis=1))
    nash = max(zone, key=lambda p: float(np.prod(one.gains[0, p, list(parties)])))
    assert one.points["parties"]["Nash"] == nash
    assert {c.row for c in one.chosen} >= {r for rows in one.points.values() for r in rows.values()}
    assert one.frontiers["parties"][nash]


def test_ranges_of_counts_are_of_counts_that_were_drawn_and_a_likely_one_outside_is_told() -> None:
    shares = np.array([1, *[0] * 3, *[1] * 17]) / 7
    assert counted(shares[1:]) == (0.0, 1 / 7)
    assert counted(np.array([0.0] + [1 / 7] * 99)) == (1 / 7, 1 / 7)
    assert counted(np.array([0.0] * 2 + [1 / 7] * 11)) == (0.0, 1 / 7)  # between these lies no share of seven
    assert outside(shares) == ""
    assert outside(np.array([5, *[3] * 99, 6])) == "; less in 99 of 100 draws"
    assert outside(np.array([1, *[3] * 20])) == "; more in 20 of 20 draws"


def test_json_has_the_ranges_of_counts_that_are_told() -> None:
    """No number between two that were drawn: of seven packages a share is a multiple of a seventh."""
    one = found()
    gains = np.repeat(one.gains[:1], 21, axis=0)
    gains[:] = 1.0
    gains[20, :3, 1] = gains[19, :1, 1] = -1.0
    many = replace(one, gains=gains)
    told = json.loads(json.dumps(many.details(), default=float))
    zone, refused = told["zone"]["range"], told["win_set"]["south"]["range"]
    assert (zone, refused) == ([4, 7], [0, 3 / 7])
    findings = many.findings()
    assert [findings[0].low, findings[0].high] == zone
    assert "(90% of draws 4 to 7" in findings[0].says
    share = next(each for each in findings if "refused by Southland" in each.says and each.unit == "share of packages")
    assert [share.low, share.high] == refused


def test_who_refuses_alone_is_told_of_one_and_of_many() -> None:
    assert re.search(r"; \d+ (is|are) refused by [A-Z][a-z]+ alone\.", found().summary())
    assert "% of the packages are refused by the mediator." in " ".join(each.says for each in found().findings())


def test_a_payment_of_that_size_brings_the_gain_to_zero() -> None:
    one = empty()
    for n, actor in product(range(len(one.chosen)), one.must):
        made_good = one.chosen_gains[:, n, actor] + one.payments[:, n, actor] * one.time[:, n, actor]
        np.testing.assert_allclose(made_good, np.maximum(one.chosen_gains[:, n, actor], 0.0), atol=1e-12)


def test_neighbours_differ_in_one_term() -> None:
    packed = found().packages
    levels = tuple(packed.levels[0].tolist())
    near = packed.neighbours(levels)
    assert {int(n) for n in near} == {
        p for p in range(len(packed)) if sum(a != b for a, b in zip(packed.levels[p], levels, strict=True)) == 1
    }


def test_the_answer_in_words() -> None:
    said = found().summary()
    for words in ("From June 2025", "7 packages of 3 terms", "all 3 who must agree", "Land for trade", "stand for 12",
                  "An arbiter between all who must agree would pick (Nash)", "price of mistrust",
                  "in 3 of 3 draws"):  # fmt: skip
        assert words in said
    assert "\n" not in said


def test_an_empty_zone_says_who_blocks_what_comes_nearest_and_what_would_bring_it_in() -> None:
    said = empty().summary()
    for words in ("None leaves all 3", "zone of agreement is empty: so it is in 3 of 3 draws", "Nearest comes",
                  "refused by the mediator (-0.", "No package at all is acceptable to the mediator",
                  "Land for trade: blocked by", "The mediator would come into 'land for trade' for"):  # fmt: skip
        assert words in said
    assert "arbiter" not in said
    assert not re.search(r"[a-z,;] The ", said)
    assert empty().findings()[0].value == 0


def test_json_and_labelled_data() -> None:
    for one in (found(), empty()):
        told = json.loads(one.to_json())
        assert set(told) >= {"summary", "findings", "provenance", "zone", "win_set", "chosen"}
        assert told["zone"]["packages"] == int(one.zone[0].sum())
    closely = told["chosen"]["land for trade"]
    assert closely["blockers"][0] == "mediator"
    assert 0 < closely["stands"]["12"]["chance"] < 1
    data = found().data
    chosen = data["central_chosen_gain"].sel(chosen="land for trade", actor="north")
    frozen = data["central_frozen"].sel(deal="land for trade", actor="north")
    actor = json.loads(found().to_json())["chosen"]["land for trade"]["actors"]["north"]
    assert float(chosen) == pytest.approx(actor["gain"])
    assert float(frozen) == pytest.approx(actor["price_of_mistrust"])
    assert actor["gain_against_a_game_without_it"] == pytest.approx(actor["gain"] - actor["without_the_deal_now"])


def test_the_table_has_a_row_an_actor_and_a_column_a_deal() -> None:
    table = found().table()
    assert table.head[1:3] == ("land for trade", "Nash")
    assert [row[0] for row in table.rows[:3]] == ["Northland", "Southland", "The mediator"]
    assert table.rows[3][:2] == ("all gain", "yes (3)")
    assert all(len(row) == len(table.head) for row in table.rows)


@pytest.mark.parametrize("width", [640, 340])
def test_the_picture_fits_its_width(width: int) -> None:
    for one in (found(), empty()):
        assert "Land for trade" in drawn(one, width)


def test_without_draws() -> None:
    one = deals(border(), asking=asking(0))
    assert "draws" not in one.summary()
    one.to_json()
    one.chart()
    assert "(" not in one.table().rows[0][1]


def test_without_named_deals_and_without_consent() -> None:
    bare = replace(border(), deals=replace(deals_of(border()), named={}, consent=()))
    one = deals(bare, asking=asking(0))
    assert one.named == []
    assert one.without.shape == (1, 0, 3)
    assert one.points["parties"] == one.points["all who must agree"]
    assert "arbiter" in one.summary()
    assert one.table().rows[2][0] == "The mediator*"
    one.to_json()
    one.chart().to_dict()


def test_asked_again_nothing_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = found().to_json()
    for work in ("fate", "hope"):
        monkeypatch.setattr(f"detente.questions.deals.{work}", lambda *_, **__: pytest.fail("it was computed again"))
    assert deals(case(), asking=asking()).to_json() == expected


def test_a_case_without_deals_is_told_what_to_write() -> None:
    with pytest.raises(DetenteError, match=r"(?s)does not say what can be bargained over.*parties: \[north, south\]"):
        deals(replace(border(), deals=None))


def test_packages_that_cannot_come_about_are_left_out() -> None:
    forecast, case = answer(), border()
    structure = forecast.ensemble.solutions.structure
    index = {factor.name: n for n, factor in enumerate(case.factors)}
    asked = deals_of(case)
    fighting = replace(asked, terms={**asked.terms, index["front"]: (0, 1)}, named={"a fight": {index["front"]: 1}})
    summit = replace(fighting, also={index["talks"]: 2})  # `never`: clashes and a summit
    packed = packages(structure.states.find, summit, case.situations[-1])
    assert packed.combinations == 16
    assert (packed.levels[:, packed.terms.index(index["front"])] == 0).all()
    assert (packed.named[0].state, packed.named[0].row) == (-1, -1)
    with pytest.raises(DetenteError, match="None of the 8 packages can come about in 2025-06"):
        packages(
            structure.states.find, replace(summit, terms={**summit.terms, index["front"]: (1,)}), case.situations[-1]
        )


def test_an_unknown_situation_is_told() -> None:
    with pytest.raises(DetenteError, match="There is no situation '1999-01'"):
        deals(border(), "1999-01", asking=asking())


def test_a_domain_of_its_own(tmp_path) -> None:
    file = tmp_path / "sale.csv"
    file.write_text("price,u:buyer,u:seller\nlow,3,1\nmiddle,2,2\nhigh,1,3\nreservation,1.5,1.5\n", encoding="utf-8")
    one = bargained(file)
    assert isinstance(one, Answer)
    assert one.table().rows[1][1:] == ("price middle", "2", "2")
    assert json.loads(one.to_json())["bargain"]["zone"]["outcomes"] == 1
    file.write_text("price,u:buyer,u:seller\nlow,3,1\nhigh,1,3\nreservation,2,2.5\n", encoding="utf-8")
    assert "Nearest comes price high, refused by buyer (-1)." in bargained(file).summary()


@cache
def in_force() -> Deals:
    """Land for trade named as the present has it: what is in force is on no side's table."""
    one = deals_of(border())
    now = border().situations[-1].levels
    named = {"as it is": {f: now[f] for f in one.terms}, **one.named}
    return deals(replace(border(), deals=replace(one, named=named)), asking=asking())


def test_a_deal_in_force_is_neither_blocked_nor_agreed() -> None:
    one = in_force()
    n = next(n for n, chosen in enumerate(one.chosen) if chosen.name == "as it is")
    assert one.in_force(n)
    assert not any(one.in_force(other) for other in range(len(one.chosen)) if other != n)
    assert one.blockers(n) == one.indifferent(n) == []
    assert "As it is: is in force already; its terms stand for 12 months" in one.summary()
    assert "come into 'as it is'" not in one.summary() + " ".join(found.says for found in one.findings())
    column = one.table().head.index("as it is")
    rows = {row[0]: row[column] for row in one.table().rows}
    assert (rows["Northland"], rows["all gain"]) == ("—", "in force")
    told = json.loads(one.to_json())
    assert told["chosen"]["as it is"]["in_force"] is True
    assert told["chosen"]["as it is"]["agreed_in_draws"] is None
    assert told["chosen"]["land for trade"]["in_force"] is False
    said = next(found for found in told["findings"] if found["says"].startswith("As it is: is in force"))
    assert (said["value"], said["holds"]) == (None, None)
    assert "in force already" in drawn(one, 640)


def test_a_loss_below_what_gains_are_known_to_is_none_to_speak_of() -> None:
    gains = found().chosen_gains.copy()
    gains[0, 0] = (1.0, -0.0032, -2.0)
    one = replace(found(), chosen_gains=gains)
    assert (one.blockers(0), one.indifferent(0)) == ([2], [1])
    said = one.summary()
    assert "Land for trade: blocked by the mediator -2.0" in said
    assert "; Southland gains and loses nothing to speak of; all gain in" in said
    assert "Southland would come into" not in said
    assert "1 of 3 refuse, 1" in drawn(one, 640)
    assert json.loads(one.to_json())["chosen"]["land for trade"]["indifferent"] == ["south"]
    gains[0, 0] = (1.0, -0.0032, 2.0)
    assert "Land for trade: Southland gains and loses nothing to speak of; all gain in" in one.summary()
    gains[0, 0] = (1.0, -0.011, 2.0)
    assert "Southland -0.011" in one.summary()
    assert "for 0 a month" not in one.summary()
