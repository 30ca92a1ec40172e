"""Jumps as tipping tells them: how far the chance goes, what a branch given up may say, what users of `new` see."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from detente.questions.given_up import given_up
from detente.questions.jump_size import landed, left, passes
from detente.questions.swept import Swept
from detente.questions.tipping import Tipping, tipping
from detente.questions.tipping_jumps import one_tip, sudden_along, told_tips, verdict
from detente.questions.tipping_turns import along
from detente.questions.words import distinct, from_to
from tests.border import asking, border
from tests.equilibrium.tipping import Pair
from tests.questions.pictures import drawn
from tests.questions.test_tipping import chance, tips


@cache
def new(points: int | None = None) -> Tipping:
    """The border as `detente new` writes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detente.questions.swept.FINE", 6)
        return tipping(border(), points=points, asking=asking(0 if points else 2))


def line(answer: Tipping) -> Swept:
    assert answer.swept is not None
    return answer.swept


def test_the_new_border_has_a_fold_that_the_chance_hardly_feels() -> None:
    answer = new()
    one, told = line(answer), answer.summary()
    assert [round(tip.p, 2) for tip in one.tips()] == [1.36]
    assert one.tips()[0].size < 0.02 < abs(one.tips()[0].after - one.tips()[0].before)  # the next step is far beyond
    assert "play jumps there, but the chance, 48%, by 0." in told
    assert "points only: not sudden" in told
    assert "a sudden move above: not shown along 'what hawks lose by any line'" in told
    assert "a tenth of the range moves it by" in told


def test_a_branch_cut_off_speaks_for_the_stretch_followed() -> None:
    answer = new(5)
    one, told = line(answer), answer.summary()
    assert one.curve is not None
    assert one.unfinished == (1, -1)
    assert f"The branch was followed from 0.8 to {one.curve['p'].max():.3g} only, cut off after 5 points" in told
    assert "meets no tipping point" not in told
    assert "The chance goes from 56% to 46%" in told  # the sweep's, over the whole range
    np.testing.assert_array_equal(one.line()[0], one.central["grid"])
    (tip,) = one.tips()  # where the sweep jumps
    assert not tip.exact
    assert tip.p == pytest.approx(1.36, abs=0.01)
    quiet = replace(one, curve=one.curve | {"status": np.array("")})  # told by why it stopped, and not by prose
    assert "cut off after 5 points" in told_tips(quiet)
    lost = replace(one, curve=one.curve | {"stopped": np.array(["lost", "lost"])})
    assert "and could not be followed further" in told_tips(lost)
    calm = replace(one, central=one.central | {"jumps": np.zeros((0, 3))})
    assert told_tips(calm).endswith("does not jump; a fold off its way would not be seen.")
    assert f"to {one.curve['p'].max():.3g}, as far as the branch was followed, makes it tip" in along(answer, calm)
    half = replace(calm, curve=one.curve | {"kind": np.array(["end", "start", "", "", ""])})
    assert told_tips(half).startswith("Upwards the branch was followed to")


def test_the_picture_of_a_branch_cut_off_shows_the_sweep_as_well() -> None:
    def lines(answer: Tipping) -> list[list[dict[str, Any]]]:
        made = answer.chart().to_dict()
        names = [one["data"]["name"] for one in made["vconcat"][0]["layer"] if one["mark"]["type"] == "line"]
        return [made["datasets"][name] for name in names]

    (whole,), (ways, cut) = lines(new()), lines(new(5))
    one = line(new(5))
    assert [row["p"] for row in ways if row["way"] == "up"] == pytest.approx(one.central["grid"])
    assert [row["chance"] / 100 for row in ways if row["way"] == "up"] == pytest.approx(one.central["up"])
    assert any(row["way"] == "down" for row in ways) == one.central["differ"].any()
    assert len({row["run"] for row in ways if row["way"] == "up"}) == 2  # it jumps once
    assert len(cut) == 5 < len(whole)
    for width in (640, 340):
        told = drawn(new(5), width)
        assert "Thin, with small dots: a sweep" in told
        assert "jump 1.36" in told
        assert "Thin" not in drawn(new(), width)


def test_a_branch_is_given_up_where_it_ends_within_the_range_without_a_fold() -> None:
    def ways(p: list[float], *kinds: str) -> tuple[int, ...]:
        return given_up({"p": np.array(p), "kind": np.array(kinds)}, 0.0, 1.0)

    assert ways([0.0, 0.5, 1.0], "end", "start", "end") == ()
    assert ways([0.0, 0.5, 0.9], "end", "start", "") == (1,)
    assert ways([0.1, 0.5, 1.0], "", "start", "end") == (-1,)
    assert ways([0.1, 0.5, 0.9, 0.8], "", "start", "fold", "") == (-1,)
    assert ways([0.0, 0.5], "start", "") == (1,)
    assert ways([0.0], "start") == (1,)
    assert ways([0.5, 0.9, 0.1, 0.5], "start", "fold", "fold", "end") == ()
    assert ways([0.5, 1.0, 0.0], "start", "end", "end") == (-1,)


def test_the_size_of_a_jump_is_what_the_game_has_at_the_fold() -> None:
    pair = Pair()
    top = max(pair.folds())
    (there,) = [d for d in pair.zeros(lambda d: pair.modes(d)[0]) if pair.flow(d) == top]
    (tip,) = line(tips()).tips()
    assert tip.size == pytest.approx(chance(pair.alike(top)[-1]) - chance(there), abs=2e-3)


def test_a_landing_is_read_off_the_branch_or_carried_back_along_the_slope() -> None:
    grid = np.arange(6.0)
    found = {"grid": grid, "up": 0.1 * grid, "down": 0.1 * grid, "jumps": np.array([[2.5, 2.51, 1.0]])}
    assert landed(found, 1, 2.5) == pytest.approx(0.25)
    assert landed(found, -1, 2.5) == pytest.approx(0.25)
    assert np.isnan(landed(found, 1, 5.0))
    assert landed(found, 1, 4.5) == pytest.approx(0.45)  # one step beyond: the slope before it
    assert left(found, 1, 2.5) == pytest.approx(0.25)
    assert left(found, -1, 2.5) == pytest.approx(0.25)
    assert left(found, 1, 0.5) == 0.0  # one step before: no slope
    again = found | {"jumps": np.array([[2.5, 2.51, 1.0], [3.5, 3.51, 1.0]])}
    assert landed(again | {"up": np.maximum(0.1 * grid, 0.9 * (grid > 3.5))}, 1, 2.5) == pytest.approx(0.25)  # no slope
    curve = {"p": np.array([2.5, 2.0, 2.4, 4.0]), "chance": np.array([0.1, 0.2, 0.21, 0.36]),
             "stability": np.array(["unstable", "stable", "stable", "stable"])}  # fmt: skip
    assert passes(curve, 2.2) == pytest.approx([0.205])
    assert landed(found, 1, 2.2, curve) == pytest.approx(0.25 - 0.03)  # the branch is elsewhere at 3
    near = curve | {"chance": np.array([0.1, 0.2, 0.24, 0.4])}
    assert landed(found, 1, 2.2, near) == pytest.approx(0.22)


def test_a_jump_below_two_points_is_no_sudden_move_and_shown_says_in_how_many_draws() -> None:
    one = line(tips())
    (tip,) = one.tips()
    assert verdict(one, 2) == "shown along worth (shown in 2 of 2 draws)"
    assert verdict(replace(one, drawn=()), 2).endswith("(at the likely numbers: no draw was followed)")
    assert verdict(replace(one, drawn=()), 0) == "shown along worth"
    flat = {name: np.full(21, 0.5) for name in ("up", "down")}
    still = tuple(each | flat | {"jumps": np.zeros((0, 3))} for each in one.drawn)
    assert verdict(replace(one, drawn=still), 2) == "shown along worth (at the likely numbers, but in 0 of 2 draws)"
    assert "but the chance, 40%, by 0.31 points only: not sudden" in one_tip(one, replace(tip, before=0.4, size=0.0031))
    assert "and to which is not known" in one_tip(one, replace(tip, size=np.nan))
    assert one.curve is not None
    small = replace(one, central=one.central | flat, curve=one.curve | {"chance": np.full(len(one.curve["p"]), 0.5)})
    assert small.tips()
    assert not sudden_along(small)
    alone = replace(one, central=one.central | {"differ": one.central["grid"] == 1.0})
    assert "At worth = 1, alone of the values swept, play depends" in told_tips(alone)


def test_numbers_that_differ_are_told_apart() -> None:
    assert distinct([0.1849, 0.1852]) == ["0.1849", "0.1852"]
    assert distinct([0.5, 0.5, 1.0]) == ["0.5", "0.5", "1"]
    assert from_to(0.941, 0.938) == ("94.1%", "93.8%")
    assert from_to(0.2, 0.7) == ("20%", "70%")
    assert from_to(0.3, 0.3) == ("30%", "30%")


def test_a_map_without_two_ways_to_play_speaks_for_its_points() -> None:
    from detente.questions.regions import Regions

    answer = tips()
    one = line(answer)
    empty = np.zeros((2, 3))
    drawn = Regions(one.parameter, one.parameter, np.arange(3.0), np.arange(2.0), empty, empty, empty > 1, empty[:, 0])
    told = replace(answer, regions=drawn).summary()
    assert "two ways to play at none of its 2 x 3 points, too few to show those at worth = -2 to 2.5." in told
    assert "nowhere" not in told
