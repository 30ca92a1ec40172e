"""Where it tips: against a game whose folds are known, laws of steepness and of steps, a frozen case, a map."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.problems import DetenteError
from detente.questions.stepped import uneven
from detente.questions.swept import WINDOW, jumps, steepest
from detente.questions.tipping import Tipping, tipping
from detente.questions.tipping_curve import _off, _told_once
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from tests.border import asking, border, hopeful
from tests.ensemble.tug import TEXT, tug
from tests.equilibrium.tipping import RATE, Pair

ASKED: dict[str, Any] = {"outcome": "high", "months": 3}


@cache
def tips() -> Tipping:
    return tipping(tug(), "worth", **ASKED, asking=asking(2))


@cache
def bordered() -> Tipping:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detente.questions.swept.FINE", 6)
        return tipping(hopeful(), asking=asking(1))


def chance(d: float) -> float:
    """That the high side is reached from the low one within three months, if it is worth d more."""
    up = float(np.real(Pair().moving(d)[0]))
    return 1 - math.exp(-2 * RATE * up * 3)


def test_folds_are_where_the_scalar_equation_has_them() -> None:
    one, pair = tips().swept, Pair()
    assert one is not None
    np.testing.assert_allclose(sorted(one.folds), sorted(pair.folds()), atol=1e-5)
    (tip,) = one.tips()  # today's equilibrium is the low one: going down it meets no fold
    top = max(pair.folds())
    assert tip.way == 1
    assert tip.exact
    assert tip.p == pytest.approx(top, abs=1e-5)
    assert one.distance(tip) == pytest.approx(top / 10, abs=1e-6)
    (there,) = [d for d in pair.zeros(lambda d: pair.modes(d)[0]) if pair.flow(d) == top]
    assert tip.before == pytest.approx(chance(there), abs=1e-3)
    beyond = float(one.central["grid"][one.central["grid"] > top][0])
    assert tip.after == pytest.approx(chance(pair.alike(beyond)[-1]), abs=1e-6)


def test_the_two_ways_are_the_outer_solutions_and_differ_between_the_folds() -> None:
    one, pair = tips().swept, Pair()
    assert one is not None
    bottom, top = sorted(pair.folds())
    grid = one.central["grid"]
    np.testing.assert_array_equal(one.central["differ"], (grid > bottom) & (grid < top))
    for k in range(0, len(grid), 4):
        roots = pair.alike(float(grid[k]))
        assert one.central["up"][k] == pytest.approx(chance(roots[0]), abs=1e-6)
        assert one.central["down"][k] == pytest.approx(chance(roots[-1]), abs=1e-6)
    assert one.hysteresis == (grid[one.central["differ"]][0], grid[one.central["differ"]][-1])


def test_each_draw_tips_where_its_own_numbers_have_it() -> None:
    answer = tips()
    one, solved = answer.swept, answer.ensemble
    assert one is not None
    assert len(one.drawn) == 2
    for arrays_, member in zip(one.drawn, solved.draws, strict=True):
        numbers = member.numbers.values
        top = max(Pair(harm=numbers["harm"], precision=numbers["sharpness"]).folds())
        up = [last for last, _, way in arrays_["jumps"] if way > 0]
        assert up == pytest.approx([top], abs=5e-3)


def test_it_says_so_in_words_and_in_numbers() -> None:
    answer = tips()
    told = answer.summary()
    assert "The nearest tipping point is at worth = 2.716, 0.27 of its range (2.72 payoff a month) above" in told
    assert "From worth = -2 to 2.5 play depends on where it came from. A sweep up and down again agrees" in told
    assert "in 2 of 2 draws" in told
    assert "a sudden move above: shown along worth" in told
    assert "Not certified" in told
    made = json.loads(answer.to_json())
    assert made["tipping_points"][0]["way"] == "up"
    assert made["findings"][0]["value"] == pytest.approx(max(Pair().folds()) / 10, abs=1e-6)
    assert made["findings"][0]["holds"] == 2
    assert answer.data["branch_p"].dims == ("point",)
    assert answer.data["drawn_up"].shape == (2, 21)
    assert all(len(row) == len(answer.table().head) for row in answer.table().rows)


def test_no_tipping_point_is_an_answer_with_how_steep_it_is() -> None:
    answer = bordered()
    one, steps = answer.swept, answer.stepped
    assert one is not None
    assert steps is not None
    assert one.parameter.name == "hawks_loss"  # what the case asks about
    assert not one.tips()
    assert one.hysteresis is None
    told = answer.summary()
    assert "It meets no tipping point between 0.4 and 1.5" in told
    assert "The chance hardly moves, by 0." in told
    assert "of all change (10% would be even): gradual" in tipping(hopeful(), "land_worth", asking=asking(1)).summary()
    assert "not shown along 'what hawks lose by any line'; not shown along talks" in told
    at = float(np.interp(one.today, *one.line()))
    assert at == pytest.approx(one.chance, abs=1e-4)  # the branch passes through what is played
    np.testing.assert_allclose(np.interp(one.central["grid"], *one.line()), one.central["up"], atol=1e-3)


def test_steps_are_look_ups_of_a_forecast_from_that_level() -> None:
    answer = bordered()
    steps, solved = answer.stepped, answer.ensemble
    assert steps is not None
    start, scenario = answer.about.situation, answer.ensemble.scenario
    assert steps.names == ["none", "envoys", "summit"]
    state = solved.solutions.structure.index(start)
    one = solved.solved(solved.central)
    game, play = one.game, one.equilibrium
    for c, column in enumerate(game.columns):
        action = int(column.action[state])
        if action >= 0:
            taken = np.asarray(play.policy[c])[state] * np.asarray(play.accepted[c])[state]
            rate = float(np.asarray(game.tempo)[column.actor] * taken)
            assert steps.rates[0, 1, action] == pytest.approx(rate, abs=1e-9)
    assert steps.chance.shape == (2, 3)
    assert one_forecast(answer, scenario) == pytest.approx(steps.chance[0, 1], abs=1e-8)


def one_forecast(answer: Tipping, scenario: Scenario) -> float:
    from detente.ensemble.solution import Solution

    solved = answer.ensemble.solved(answer.ensemble.central)
    at = Solution(scenario, scenario.likely, solved.structure, solved.equilibrium)
    return float(at.chances("2025-06", 36)["by"].sel(outcome="agreement")[-1])


@given(arrays(float, (3, 4), elements=st.floats(-1, 1)), st.floats(0.1, 5.0))
def test_even_steps_have_ratio_one_and_size_does_not_count(change: np.ndarray, size: float) -> None:
    widths = np.array([0.1, 0.2, 0.3, 0.4])
    ratio, step = uneven(np.tile(size * widths, (2, 1)), widths)
    np.testing.assert_allclose(ratio, 1.0)
    ratio, step = uneven(change, widths)
    assert (ratio[np.isfinite(ratio)] >= 1 - 1e-9).all()  # the steepest is as steep as the rest at least
    again, same = uneven(-size * change, widths)
    steep = np.sort(np.abs(change) / widths, axis=1)
    clear = steep[:, -1] > steep[:, -2] * (1 + 1e-9) + 1e-200
    np.testing.assert_array_equal(step[clear], same[clear])
    np.testing.assert_allclose(ratio[clear], again[clear], rtol=1e-6)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=9), st.floats(0.1, 9), st.floats(-5, 5))
def test_steepness_lies_between_even_and_a_jump_and_knows_no_units(values: list[float], wide: float, at: float) -> None:
    c = np.array(values)
    p = np.linspace(0, 1, len(c))
    share, change, middle = steepest(p, c)
    if np.ptp(c) == 0.0:
        assert np.isnan(share)
        return
    assert 0 < share <= 1 + 1e-9
    if (np.diff(c) >= 0).all() or (np.diff(c) <= 0).all():
        assert share >= WINDOW - 1e-9
    assert steepest(at + wide * p, c)[0] == pytest.approx(share, rel=1e-5)
    brute = max(abs(np.interp(x + WINDOW, p, c) - np.interp(x, p, c)) for x in np.linspace(0, 1 - WINDOW, 901))
    assert abs(change) >= brute - 1e-9
    assert p[0] <= middle <= p[-1]


def test_a_straight_line_is_even_and_a_jump_is_sudden() -> None:
    p = np.linspace(2, 4, 11)
    assert steepest(p, 3 * p)[0] == pytest.approx(WINDOW)
    share, change, middle = steepest(p, (p > 3.1).astype(float))
    assert [share, change] == pytest.approx([1.0, 1.0])
    assert 3.0 < middle < 3.4


def test_only_the_way_on_which_play_is_counts_where_two_differ() -> None:
    found = {"grid": np.arange(5.0), "up": np.array([0, 0, 0.1, 1, 1.0]), "down": np.array([0, 0.9, 1, 1, 1.0]),
             "differ": np.array([False, True, True, False, False]),
             "jumps": np.array([[2.5, 2.51, 1.0], [0.5, 0.49, -1.0]])}  # fmt: skip
    assert [tip.p for tip in jumps(found, 2.0, 0.1)] == [2.5]
    assert [tip.p for tip in jumps(found, 2.0, 1.0)] == [0.5]
    assert [tip.way for tip in jumps(found, 2.0)] == [1, -1]
    assert not jumps(found, 4.0, 1.0)[1:]
    (up,) = jumps(found, 2.0, 0.1)
    assert (up.before, up.after) == (0.1, 1.0)


def test_the_map_has_two_ways_to_play_between_the_folds_of_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.questions.regions.ROWS", 3)
    answer = tipping(tug(), "worth", **ASKED, across="harm", asking=asking(0))
    found = answer.regions
    assert found is not None
    for row, harm in enumerate((10.0, 12.0, 14.0)):
        bottom, top = sorted(Pair(harm=harm).folds())
        np.testing.assert_array_equal(found.several[row], (found.across > bottom) & (found.across < top))
        assert found.tips[row] == pytest.approx(top, abs=1e-2)
    assert "two ways to play on" in answer.summary()
    for width in (640, 340):
        assert answer.chart(width=width).to_dict()["vconcat"]
    assert json.loads(answer.to_json())["map"]["other"] == "harm"


def test_frozen_factors_stand_still_and_the_rest_is_a_smaller_game(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.questions.swept.FINE", 2)
    answer = tipping(
        border(), "raid_weight", outcome="clashes", freeze=["talks", "border", "cabinet"], asking=asking(0)
    )
    levels = answer.ensemble.solutions.structure.states.levels
    names = [factor.name for factor in border().factors]
    moving = [len(set(levels[:, names.index(name)])) for name in names]
    assert [names[k] for k, count in enumerate(moving) if count > 1] == ["front", "troops", "trade"]
    assert answer.summary().startswith("With talks, border and cabinet frozen: clashes")
    assert answer.provenance()["frozen"] == "talks, border, cabinet"


def test_the_range_can_be_widened_and_is_told() -> None:
    answer = tipping(tug(), "harm", **ASKED, beyond=1.5, asking=asking(0))
    assert answer.swept is not None
    assert [answer.swept.low, answer.swept.high] == [9.0, 15.0]
    assert "from 9 to 15" in answer.summary()


def test_without_a_named_parameter_the_slopes_choose() -> None:
    answer = tipping(tug(), **ASKED, asking=asking(0))
    assert answer.swept is not None
    assert answer.swept.parameter.name == "worth"
    assert "worth moves the outcome most over its range, by its slope" in answer.summary()
    assert answer.stepped is None  # its only factor is what the outcome says


def test_pictures_are_drawn_at_both_widths() -> None:
    for answer in (tips(), bordered()):
        for width in (640, 340):
            panels = answer.chart(width=width).to_dict()["vconcat"]
            assert all(panel["width"] <= width for panel in panels)


def mark(p: float, side: str, kind: str = "fold", chance: float = 50.0) -> dict[str, Any]:
    return {"p": p, "chance": chance, "text": f"{kind} {p:.3g}", "side": side}


def test_labels_of_near_marks_are_told_once() -> None:
    def told(marks: list[dict[str, Any]]) -> list[tuple[float, str]]:
        return [(one["p"], one["text"]) for one in _told_once(marks, (1 / 500, 0.1))]

    near = [mark(0.86, "left"), mark(0.84, "left")]
    assert told(near) == [(0.84, "fold 0.86 and 0.84")]
    assert told([mark(0.1, "right"), mark(0.12, "right")]) == [(0.12, "fold 0.1 and 0.12")]
    assert told([mark(0.86, "left"), mark(0.5, "left")]) == [(0.86, "fold 0.86"), (0.5, "fold 0.5")]
    assert len(told([mark(0.5, "left"), mark(0.52, "right")])) == 2
    assert len(told([mark(0.5, "left"), mark(0.52, "left", chance=52.0)])) == 2
    assert len(told([mark(0.86, "left"), mark(0.85, "left", "branch point")])) == 2
    assert told([mark(0.861, "left"), mark(0.8612, "left")]) == [(0.861, "fold 0.861")]


def test_a_label_stands_on_the_side_where_the_line_does_not_run() -> None:
    one = bordered().swept
    assert one is not None
    grid = np.linspace(one.low, one.high, 50)
    for slope, side in product((1.0, -1.0), ("left", "right")):
        rows = [{"p": p, "chance": 50 + slope * (p - 1.0)} for p in grid]
        above = slope > 0 if side == "right" else slope < 0  # the line, beside the mark
        assert _off(rows, mark(1.0, side), one) == (13 if above else -13)


def two_levels() -> Scenario:
    return load_text(TEXT + "noise: errors\n", "tug.yaml")


@pytest.mark.parametrize(
    ("along", "ways", "says"),
    [
        ("wroth", {}, "no parameter or factor 'wroth'. Did you mean 'worth'"),
        ("fixed", {}, "fixed cannot run from 2 to 2"),
        ("side", {"low": 0.0}, "'side' is a factor: it has levels, and no range"),
        ("worth", {"low": 2.0, "high": 1.0}, "worth cannot run from 2 to 1"),
        ("worth", {"beyond": 0.0}, "as a number above 0 says"),
        ("worth", {"across": "side"}, "factors have levels, and are stepped"),
        ("worth", {"across": "worth"}, "two different parameters"),
        ("worth", {"across": "fixed"}, "no range"),
        ("worth", {"points": 1}, "at least 2 points"),
        ("worth", {"points": 10_001}, "at most 10,000 points .*not 10,001; where those do not reach, a narrower range"),
        ("worth", {"freeze": ["sides"]}, "no factor 'sides' to freeze. Did you mean 'side'"),
        ("worth", {"freeze": ["side"]}, "hangs on frozen factors only"),
        ("sharpness", {"low": -1.0}, "sharpness cannot run to -1"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_solved(
    along: str, ways: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    with pytest.raises(DetenteError, match=says):
        tipping(two_levels(), along, **ASKED, **ways)


def test_what_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DetenteError, match="'cabinet' has kinds"):
        tipping(border(), "cabinet")
    with pytest.raises(DetenteError, match="Nothing that can happen depends on hawks_loss"):
        tipping(border(), "hawks_loss", outcome="clashes", freeze=["cabinet"])
    monkeypatch.setattr("detente.questions.swept.FINE", 2)
    instead = tipping(border(), outcome="clashes", freeze=["cabinet", "talks", "border"], asking=asking(0))
    assert instead.swept is not None
    assert instead.swept.parameter.name != "hawks_loss"
