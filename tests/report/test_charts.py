"""Charts: valid specifications, drawn at their width, labels apart, findings in words."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report import bars, diverging, fan, paint, view
from detente.report.render import pictures
from tests.questions.pictures import stand_at_their_ticks
from tests.report import made_up

SIZES = {"desk": paint.DESK, "phone": paint.PHONE}


def some() -> list[paint.Picture]:
    """One picture of each kind, and all fan charts' kinds of outcome."""
    found = pictures(made_up.page())
    return [found[0], found[2], found[3], found[-1 - len(made_up.STAKES)], found[-1]]


@pytest.mark.parametrize("picture", some(), ids=lambda picture: picture.key)
def test_every_chart_is_valid_and_fits_its_width(picture: paint.Picture) -> None:
    for name, spec in picture.charts.items():
        alt.Chart.from_dict(spec)  # raises where altair's schema does not hold
        root = ET.fromstring(paint.draw(spec))
        assert float(root.get("width", "nan")) <= SIZES[name].width + 1
        stand_at_their_ticks(paint.draw(spec))


def test_findings_say_what_the_charts_show() -> None:
    war = fan.finding(made_up.OUTCOMES[1])
    assert war.startswith("War. Chance: ")
    assert "at half and" in war
    assert "at double precision" in war
    assert "waits 52%" in bars.finding(made_up.MOVERS[0])
    overview = diverging.overview_picture(made_up.STAKES, made_up.OUTCOMES).finding
    assert "War: gain nobody" in overview


@given(st.lists(st.tuples(st.integers(1, 60), st.text("abcdefgh ", min_size=1, max_size=30)), max_size=8, unique=True))
def test_names_of_events_lie_on_no_other_name(given: list[tuple[int, str]]) -> None:
    events = [view.Event(months, made_up.START.after(months), name) for months, name in given]
    for size in SIZES.values():
        labels = fan._labels(events, 60, size)
        assert {label.event for label in labels} == set(events)
        for one in labels:
            for other in labels:
                if one is not other:
                    assert one.row != other.row or one.right <= other.left or other.right <= one.left


def test_where_names_have_room_no_rule_crosses_them() -> None:
    for size in SIZES.values():
        labels = fan._labels(made_up.EVENTS, 60, size)
        for one in labels:
            for other in labels:
                assert one is other or one.row <= other.row or not other.left < one.at < other.right


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.floats(0.01, 0.1))
def test_labels_at_line_ends_are_kept_apart(wanted: list[float], gap: float) -> None:
    placed = sorted(paint.apart(wanted, gap, 0.0, 1.0))
    assert all(b - a >= gap - 1e-12 for a, b in pairwise(placed))
    assert placed[-1] <= 1.0


@given(st.floats(1e-9, 1e6))
def test_axes_end_at_round_numbers_beyond_the_data(top: float) -> None:
    end, step = paint.nice_top(top)
    assert end >= top * 0.99
    assert end <= 3 * top
    assert round(end / step) == pytest.approx(end / step)
    assert top * 0.99 <= paint.round_up(top) <= 2.1 * top


def test_a_panel_far_longer_than_the_others_has_its_own_scale() -> None:
    panels = [
        diverging.Panel("peace", (1.0, -0.5)),
        diverging.Panel("war", (-100.0, -40.0)),
        diverging.Panel("test", (0.6, 0.0)),
    ]
    common, own = diverging.scales(panels)
    assert common == 1.0
    assert own == {id(panels[1]): 100.0}


def test_bars_of_all_actors_share_a_scale_with_room_for_their_figures() -> None:
    scale = bars.shared_scale(made_up.MOVERS, paint.DESK)
    assert scale.top == pytest.approx(0.4)
    assert scale.end >= scale.top


@pytest.mark.parametrize("step", [0.1, 0.2, 0.25, 0.05, 0.025, 0.02, 0.01, 0.0025, 0.001, 0.0005])
def test_a_tick_says_exactly_where_it_is(step: float) -> None:
    """As 2.5%, not 3%."""
    written = paint.percents(step)
    said = f"{step:{written}}"
    assert float(said.rstrip("%")) / 100 == pytest.approx(step)
    digits = int(written[1])
    assert digits == 0 or float(f"{step:.{digits - 1}%}".rstrip("%")) / 100 != pytest.approx(step)


def test_the_names_of_lines_end_below_those_of_events() -> None:
    """A line that ends at 100% does not have its name beside that of an event above the plot."""
    sure = replace(made_up.OUTCOMES[0].fan, likely=[1.0] * 61, half=[1.0] * 61, double=[1.0] * 61)
    for size in SIZES.values():
        layers = fan._ends(replace(made_up.OUTCOMES[0], fan=sure), 1.0, 190, size)
        highest = max(layer["data"]["values"][0]["at"] for layer in layers)
        assert (1.0 - highest) * 190 >= size.text / 2


def test_a_fan_without_draws_or_with_missing_lines_is_drawn() -> None:
    bare = tuple([math.nan] * 61)
    shape = replace(made_up.fan(0.1), low=bare, quarter=bare, three_quarters=bare, high=bare)
    outcome = replace(made_up.OUTCOMES[0], fan=shape)
    for size in SIZES.values():
        assert "<svg" in paint.draw(fan.fan_chart(outcome, made_up.START, (), size))


def test_a_short_horizon_names_months() -> None:
    outcome = replace(made_up.OUTCOMES[0], fan=made_up.fan(0.1, 12))
    svg = paint.draw(fan.fan_chart(outcome, made_up.START, (), paint.DESK))
    assert ">Sep 2025<" in svg
