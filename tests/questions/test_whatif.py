"""What if: each kind of change against a second way of computing it, shared draws, words and pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from detente.ensemble.cache import Cache
from detente.ensemble.play import game_at
from detente.equilibrium.stationary import solve
from detente.game.structure import compile as compiled
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.questions.asked import Asking
from detente.questions.tipping import tipping
from detente.questions.typed import change_of
from detente.questions.whatif import Whatif, common, whatif
from detente.questions.whatifs import Whatifs, whatifs
from detente.scenario.inquiry import Thesis
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import DRAWS, MONTHS, asking, border


@cache
def asked(name: str) -> Whatif:
    return whatif(border(), name, months=MONTHS, asking=asking())


@cache
def everything() -> Whatifs:
    theses = (
        Thesis("hawks hinder", "Hawks stand in the way", ("B06",), "agreement", what_if="hawks stay", moves="down"),
        Thesis("raids help", "", (), "agreement", 12, what_if="no raids", moves="down"),
        Thesis("forces", "", (), "agreement", more=("government",)),
    )
    return whatifs(replace(border(), theses=theses), months=MONTHS, asking=asking())


def solved_from(scenario: Scenario, numbers: dict[str, float], since: str, never: tuple[int, ...] = ()) -> np.ndarray:
    """(K, 2) chances by and at the horizon with the case solved for itself from default play."""
    structure = compiled(scenario)
    game = game_at(structure, {**scenario.likely, **numbers}).without(never)
    chain = chain_of(structure, game, solve(game, certify=False))
    dates = schedule(scenario, since, MONTHS)
    found = forward(chain, targets_of(structure), structure.index(since), dates)
    return np.stack([found.by[:, -1], found.at[:, -1]], axis=1)


def side(one: Whatif, name: str) -> np.ndarray:
    return one.data["central_chance"].sel(side=name).isel(month=-1).values


def test_a_changed_state_is_the_forecast_from_there() -> None:
    hawks = replace(border().situations[1], name="hawks", levels=(*border().situations[1].levels[:-1], 0))
    scenario = replace(border(), situations=(*border().situations, hawks))
    np.testing.assert_allclose(
        side(asked("hawks stay"), "changed"), solved_from(scenario, {}, "hawks")[:, 0], atol=1e-6
    )
    np.testing.assert_allclose(
        side(asked("hawks stay"), "as it is"), solved_from(border(), {}, "2025-06")[:, 0], atol=1e-6
    )


def test_a_changed_number_is_the_case_solved_with_it() -> None:
    expected = solved_from(border(), {"clash_rate": 0.01}, "2025-06")[:, 0]
    np.testing.assert_allclose(side(asked("a calmer line"), "changed"), expected, atol=1e-6)
    for draw in asked("a calmer line").pair.other.draws:
        assert draw.numbers.values["clash_rate"] == 0.01
        assert draw.report.converged


@pytest.mark.parametrize("rule", ["Talks lapse", "Southland votes"])
def test_a_rule_that_does_not_happen_is_the_case_written_without_it(rule: str) -> None:
    text, claims = starter("border")
    lines = text.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if f"about: {rule}," in line)
    last = next(n for n in range(at, len(lines)) if lines[n].rstrip().endswith("}"))
    shorter = load_text("".join([*lines[:at], *lines[last + 1 :]]), "border.yaml", claims)
    assert len(shorter.rules) == len(border().rules) - 1
    one = whatif(border(), without=[rule], months=MONTHS, asking=asking())
    np.testing.assert_allclose(side(one, "changed"), solved_from(shorter, {}, "2025-06")[:, 0], atol=1e-6)
    assert len(one.pair.other.solutions.structure.states) == len(one.pair.base.solutions.structure.states)


def test_an_act_struck_out_known_to_all_is_the_game_without_it() -> None:
    raid = next(a for a, act in enumerate(border().actions) if act.name == "raid")
    one = whatif(border(), "no raids", known=True, months=MONTHS, asking=asking())
    expected = solved_from(border(), {}, "2025-06", (raid,))[:, 0]
    np.testing.assert_allclose(side(one, "changed"), expected, atol=1e-6)
    surprised = side(asked("no raids"), "changed")
    assert np.abs(surprised - expected).max() > 1e-4  # what people expect matters
    assert "Nobody expects" in asked("no raids").summary()
    assert "Nobody expects" not in one.summary()


def test_the_same_draws_on_both_sides_shrink_the_spread_of_the_difference() -> None:
    """Against draws of its own on each side: all pairs of a draw of the one with another of the other."""
    one = whatif(border(), "a calmer line", months=MONTHS, asking=asking(12))
    chance = one.data["chance"].isel(month=-1).sel(outcome="agreement").values
    shared = (chance[:, 1] - chance[:, 0]).std()
    crossed = chance[:, None, 1] - chance[None, :, 0]
    alone = crossed.std()
    assert shared < 0.5 * alone
    found = float(one.data["common"].sel(outcome="agreement"))
    assert found == pytest.approx(shared / alone, rel=1e-9)


def test_what_is_shared_cancels_and_what_is_opposed_adds() -> None:
    x = np.linspace(0, 1, 11)
    both = np.stack([np.stack([x, x + 0.1], 1), np.stack([x, 1 - x], 1), np.stack([x * 0, x * 0], 1)], axis=2)
    np.testing.assert_allclose(common(both), [0.0, np.sqrt(2), np.nan], atol=1e-9)


def test_differences_are_those_of_the_two_sides() -> None:
    data = asked("hawks stay").data
    at_end = data["chance"].isel(month=-1)
    np.testing.assert_allclose(data["difference"], at_end.sel(side="changed") - at_end.sel(side="as it is"), atol=1e-12)
    assert (data["central_chance"].isel(month=0) == 0).all()


def test_an_outcome_that_holds_at_a_start_is_told_by_whether_it_still_holds() -> None:
    one = whatif(border(), settings={"border": "agreed"}, months=MONTHS, asking=asking())
    assert str(one.data["kind"].sel(outcome="agreement").values) == "at"
    assert one.data["central_chance"].sel(outcome="agreement", side="changed").values[0] == 1.0
    assert "holds 24 months later" in one.summary()


def test_the_what_ifs_side_by_side_say_what_each_says_by_itself() -> None:
    table = everything()
    for what_if in border().what_ifs:
        np.testing.assert_allclose(table.differences(what_if.name), asked(what_if.name).differences(), atol=1e-7)
    assert [verdict.word for verdict in table.theses] == ["borne out", "against"]
    assert table.order[-1] == "hawks stay"
    told = json.loads(table.to_json())
    assert set(told["what_ifs"]) == {what_if.name for what_if in border().what_ifs}
    assert "'hawks hinder' (B06; agreement) borne out" in told["summary"]
    assert all(len(row) == len(table.table().head) for row in table.table().rows)


def test_the_paragraph_the_table_and_the_json_tell_the_same() -> None:
    one = asked("hawks stay")
    told = json.loads(one.to_json())
    assert told["summary"] == one.summary()
    assert f"lower in {DRAWS} of {DRAWS} draws" in one.summary()
    assert one.table().rows[0][0] == "agreement"
    assert told["provenance"]["change"] == "cabinet doves to hawks"
    assert len(told["outcomes"]["raid"]["changed"]["range"][0]) == MONTHS + 1
    assert told["findings"][0]["claims"] == ["B06"]


def rows_of(chart: Any, key: str) -> list[dict[str, Any]]:
    """The rows of a picture that have this key."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows if key in row]


@pytest.mark.parametrize("width", [640, 340])
def test_pictures_hold_both_forecasts_and_all_differences(width: int) -> None:
    picture = asked("hawks stay").chart(width=width)
    assert {row["side"] for row in rows_of(picture, "side")} == {"as it is", "changed"}
    assert list(dict.fromkeys(row["name"] for row in rows_of(picture, "figure"))) == asked("hawks stay").order
    every = rows_of(everything().chart(width=width), "figure")
    assert list(dict.fromkeys(row["name"] for row in every)) == everything().order


def test_without_draws_no_range_is_claimed() -> None:
    one = whatif(border(), "hawks stay", months=MONTHS, asking=asking(0))
    assert "draws" not in one.summary()
    assert one.findings()[0].holds is None
    one.chart()
    json.loads(one.to_json())


def test_what_is_typed_goes_on_top_of_what_is_written() -> None:
    change = change_of(border(), "hawks stay", since="2024-06", settings={"clash_rate": "0.02", "talks": "envoys"},
                       never=["north.raid", "north.raid"], without=["Talks lapse"])  # fmt: skip
    assert change.situation == "2024-06"
    assert change.levels == {5: 0, 3: 1}
    assert change.parameters == {"clash_rate": 0.02}
    assert (len(change.never), len(change.without)) == (1, 1)
    assert change_of(border()).situation == "2025-06"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "no raid"}, "Did you mean 'no raids'"),
        ({"settings": {"clash_rat": 1}}, "Did you mean 'clash_rate'"),
        ({"settings": {"foo": 1}}, "border, cabinet; `detente show` lists factors and parameters"),
        ({"settings": {"cabinet": "owls"}}, "no level 'owls'"),
        ({"settings": {"clash_rate": "often"}}, "is no number"),
        ({"settings": {"clash_rate": "nan"}}, "is no number"),
        ({"never": ["raid"]}, "write actor.action"),
        ({"without": ["Talks laps"]}, "Did you mean 'Talks lapse'"),
        ({"since": "2020-01"}, "no situation"),
        ({"settings": {"front": "clashes", "talks": "summit"}}, "`never` excludes it"),
    ],
)
def test_what_is_not_known_is_told(typed: dict, says: str) -> None:
    with pytest.raises(DetenteError, match=says):
        change_of(border(), **typed)


def test_what_cannot_be_asked_is_told() -> None:
    with pytest.raises(DetenteError, match="changes nothing"):
        whatif(border(), settings={"cabinet": "doves"})
    with pytest.raises(DetenteError, match="no outcome"):
        whatif(border(), "hawks stay", outcome="peace")
    with pytest.raises(DetenteError, match="no what-ifs"):
        whatifs(replace(border(), what_ifs=()))
    with pytest.raises(DetenteError, match="rate"):
        whatif(border(), settings={"clash_rate": -1}, asking=asking())


def test_a_start_that_never_comes_about_is_told() -> None:
    """Without the act that agrees on a border, and without deals, no state has an agreed one."""
    actions = tuple(act for act in border().actions if act.name != "agree_border")
    scenario = replace(border(), actions=actions, deals=None, what_ifs=())
    with pytest.raises(DetenteError, match="comes about from no situation"):
        whatif(scenario, settings={"border": "agreed"}, asking=Asking(draws=0, cache=Cache(None), threads=1))


def test_what_cannot_be_solved_with_the_change_has_no_number() -> None:
    with pytest.raises(DetenteError, match=r"cannot be solved, and nothing can be said of it\. Did not converge"):
        whatif(border(), settings={"precision": 1e9}, asking=asking())


def test_a_number_beyond_a_fold_is_refused_with_what_can_be_asked() -> None:
    """The branch folds on the way to the stated high end, and following it round the fold there is a solution."""
    folds = r"Did not converge.*folds on the way.*detente tipping` with `--along hawks_loss` follows.*nearer"
    with pytest.raises(DetenteError, match=folds):
        whatif(border(), settings={"hawks_loss": 1.5}, asking=asking(0))
    with pytest.raises(DetenteError, match=r"`--along hawks_loss --high 1\.55` follows"):
        whatif(border(), settings={"hawks_loss": 1.55}, asking=asking(0))
    with pytest.raises(DetenteError, match="folds on the way") as both:
        whatif(border(), settings={"hawks_loss": 1.5, "raid_cost": 1.0}, asking=asking(0))
    assert "tipping" not in str(both.value)  # which sweeps one number, the rest at their likely ones
    last = tipping(border(), "hawks_loss", asking=asking(0)).table().rows[-1]
    assert last[1:3] == ("1.5", "46%")  # what can be asked instead does answer


def test_the_table_goes_without_what_cannot_be_solved() -> None:
    kept, lost = (
        border().what_ifs[0],
        replace(border().what_ifs[0], name="sure of everything", parameters={"precision": 1e9}),
    )
    answer = whatifs(replace(border(), what_ifs=(kept, lost)), asking=asking())
    assert [pair.change.name for pair in answer.pairs] == [kept.name]
    assert "Left out: 'sure of everything'. With precision at 1e+09 the case cannot be solved" in answer.summary()
    assert answer.details()["unsolved"].keys() == {"sure of everything"}
    with pytest.raises(DetenteError, match=r"'sure of everything': With precision at 1e\+09"):
        whatifs(replace(border(), what_ifs=(lost,)), asking=asking())


@cache
def indifferent() -> Scenario:
    """The starter with a number that adds a constant to an actor's interests, and so moves nothing."""
    text, claims = starter("border")
    for head, line in {
        "parameters:": "  constant: {likely: 1, low: 0.5, high: 2, unit: payoff a month, basis: judgement}",
        "    standing: {value": "    always: constant",
        "what_if:": "  a constant more: {from: 2025-06, set: {constant: 2}}",
    }.items():
        start = text.index(f"\n{head}") + 1
        at = text.index("\n", start) + 1 if head.endswith(":") else start
        text = f"{text[:at]}{line}\n{text[at:]}"
    return load_text(text, "border.yaml", claims)


def test_what_solutions_are_not_sure_of_is_no_difference() -> None:
    one = whatif(indifferent(), "a constant more", months=MONTHS, asking=asking())
    d = one.differences()
    assert 0 < np.abs(d).max() < 5e-6
    assert f"0 points (90% of draws 0 to 0), no change to tell in {DRAWS} of {DRAWS} draws." in one.summary()
    assert "turns" not in one.summary()
    assert {row[-1] for row in one.table().rows} == {"0 / 0"}
    assert one.details()["turns"] is None
    every = whatifs(indifferent(), months=MONTHS, asking=asking())
    assert f"0 points with 'a constant more' (90% of draws 0 to 0; no change to tell in {DRAWS} of" in every.summary()
    assert all("'a constant more'" not in part for part in every.summary().split("Which way it moves")[1:])


def test_a_number_beyond_its_range_is_told() -> None:
    said = whatif(border(), settings={"hawks_loss": 50}, months=MONTHS, asking=asking()).summary()
    assert "Beyond the range that the case states: 50 for" in said
    assert "0.01 for 'how often massed troops clash', 0.02 to 0.08" in asked("a calmer line").summary()
    assert "Beyond" not in asked("no raids").summary()
