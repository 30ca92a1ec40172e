"""Fan charts: an outcome's chance month by month, with the range over parameter draws.

The line is the likely parameters; the inner band holds the middle half of the draws, the outer one 90%. Dashed
and dotted lines are the same forecast at half and at double precision. Thin upright rules are dated events.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.look import FAINT, INK, LIGHT, RULE, SOFT
from detente.report.paint import (
    ACCENT,
    DESK,
    MIDDLE,
    PHONE,
    ZERO,
    Picture,
    Size,
    Spec,
    apart,
    framed,
    layer,
    nice_top,
    percents,
    quantity,
    text,
    text_width,
)
from detente.report.said import slips_said
from detente.report.words import capital, chance, month, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.report.view import Event, OutcomeView
    from detente.scenario.model import Month

LEGEND = (
    "Line: likely numbers. Inner band: middle half of the draws. Outer band: middle 90% of draws. "
    "Dashed: half precision. Dotted: double precision."
)
_LONGEST = 32  # letters of an event's name
_ROW = 15  # pixels a row of event labels takes


def fan_picture(outcome: OutcomeView, start: Month, events: Sequence[Event], star: str = "") -> Picture:
    """The fan chart of one outcome in both widths; ``star``: what stands behind figures at the likely numbers."""
    charts = {size.name: fan_chart(outcome, start, events, size, star) for size in (DESK, PHONE)}
    found = finding(outcome, star)
    return Picture(f"chance-{outcome.anchor}", outcome.name, found, charts, (LEGEND, slips_said(outcome)))


def finding(outcome: OutcomeView, star: str = "") -> str:
    """What the chart shows, in a sentence."""
    verb = "Chance that it holds" if outcome.standing else "Chance"
    said = ", ".join(f"{chance(mark.chance.likely)}{star} by {month(mark.date)}" for mark in outcome.marks)
    last = outcome.last
    draws = f" 90% of draws end within {spread(last.chance.low, last.chance.high)}." if last.chance.known else ""
    ends = (("half", last.half), ("double", last.double))
    precision = " and ".join(f"{chance(end)} at {which}" for which, end in ends if not math.isnan(end))
    at_end = f" At the end {precision} precision." if precision else ""
    return f"{capital(outcome.name)}. {verb}: {said}.{draws}{at_end} {slips_said(outcome)}".rstrip()


def fan_chart(outcome: OutcomeView, start: Month, events: Sequence[Event], size: Size, star: str = "") -> Spec:
    """The fan chart of one outcome at one width."""
    fan = outcome.fan
    top, step = nice_top(min(1.0, fan.top * 1.02))
    top = min(1.0, top)
    labels = _labels([event for event in events if event.labelled], fan.months, size)
    above = _ROW * (1 + max((label.row for label in labels), default=-1))
    height = 190 if size.narrow else 240
    x = quantity("month", axis=_dates(start, fan.months, size), scale={"domain": [0, fan.months], "nice": False})
    scale = {"domain": [0, top], "nice": False}
    axis = _chances(step, top, outcome.standing, above)
    layers = [*_bands(outcome, x, scale, axis), *_events(events, labels), *_ends(outcome, top, height, size, star)]
    return framed(layers, size, height + above + 56)


def _dates(start: Month, months: int, size: Size) -> Spec:
    """Ticks at each January, or every few months of a short horizon."""
    if months <= 18:
        ticks = list(range(0, months + 1, 6 if size.narrow else 3))
        names = {tick: month(start.after(tick), short=True) for tick in ticks}
    else:
        every = 12 * math.ceil(months / (12 * (8 if size.narrow else 12)))
        ticks = list(range((13 - start.month) % 12, months + 1, every))
        names = {tick: str(start.after(tick).year) for tick in ticks}
    return {
        "values": ticks,
        "labelExpr": f"{json.dumps({str(k): v for k, v in names.items()})}[datum.value]",
        "title": f"date, from {month(start)} to {month(start.after(months))}",
        "titleAnchor": "start",
        "grid": False,
        "domain": True,
        "domainColor": RULE,
        "ticks": True,
        "tickColor": RULE,
        "labelOverlap": False,
    }


def _chances(step: float, top: float, standing: bool, above: float) -> Spec:
    """Percentages with as many digits as the step needs; its title lies above the labels of events."""
    return {
        "values": [step * k for k in range(round(top / step) + 1)],
        "format": percents(step),
        "labelExpr": ZERO,
        "title": "chance that it holds at the date" if standing else "chance by the date",
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleY": -4 - above,
        "titleX": 0,
        "grid": True,
        "gridColor": FAINT,
    }


def _bands(outcome: OutcomeView, x: Spec, scale: Spec, axis: Spec) -> list[Spec]:
    fan = outcome.fan
    lines = {
        "low": fan.low,
        "quarter": fan.quarter,
        "likely": fan.likely,
        "upper": fan.three_quarters,
        "high": fan.high,
        "half": fan.half,
        "double": fan.double,
    }
    rows = [{"month": t, **{key: _plain(line[t]) for key, line in lines.items()}} for t in range(fan.months + 1)]
    shape: Spec = {"interpolate": "monotone", "clip": True}
    thin = shape | {"color": SOFT, "strokeWidth": 1.4}
    thick = shape | {"color": ACCENT, "strokeWidth": 2.4}

    def y(name: str) -> Spec:
        return quantity(name, scale=scale, axis=axis)

    return [
        layer(rows, "area", shape | {"color": LIGHT}, x=x, y=y("low"), y2={"field": "high"}),
        layer(rows, "area", shape | {"color": MIDDLE}, x=x, y=y("quarter"), y2={"field": "upper"}),
        layer(rows, "line", thin | {"strokeDash": [7, 4]}, x=x, y=y("half")),
        layer(rows, "line", thin | {"strokeDash": [1.5, 3]}, x=x, y=y("double")),
        layer(rows, "line", thick, x=x, y=y("likely")),
    ]


@dataclass(frozen=True)
class _Label:
    """An event's name above the plot: its row from the bottom, and whether it runs leftward from its rule."""

    event: Event
    row: int
    leftward: bool
    left: float
    right: float
    at: float


def _labels(events: Sequence[Event], months: int, size: Size) -> list[_Label]:
    """Rows for the events' names, so that no name lies on another, nor, where it can be helped, on another's rule.

    Names run rightward from their rule, or leftward where they would leave the picture. Placed from the last to the
    first, each lies above those later than it; should that leave a rule across a name, the other order is tried.
    """
    margin = (36, 66) if size.narrow else (44, 140)
    month_width = (size.width - sum(margin)) / max(1, months)
    edge = size.width - margin[0]
    late = sorted(events, key=lambda event: -event.months)
    plans = [_plan(order, month_width, edge, size) for order in (late, late[::-1])]
    return next((labels for labels, clean in plans if clean), plans[0][0])


def _plan(order: Sequence[Event], month_width: float, edge: float, size: Size) -> tuple[list[_Label], bool]:
    """The names placed in this order, and whether every rule keeps clear of them."""
    placed: list[_Label] = []
    clean = True
    for event in order:
        wide = text_width(shown(event), size) + 6
        at = event.months * month_width
        sides = [(True, at - wide, at)] if at + wide > edge else [(False, at, at + wide), (True, at - wide, at)]
        tries = [_Label(event, row, *side, at) for row in range(len(order) + 1) for side in sides]
        label = next((label for label in tries if _free(label, placed)), None)
        if label is None:
            clean = False
            label = _Label(event, 1 + max(other.row for other in placed), *sides[0], at)
        placed.append(label)
    return placed, clean


def shown(event: Event, leftward: bool = False) -> str:
    """An event's name, cut where it is too long for a picture; one left of its rule points to it."""
    name = event.name if len(event.name) <= _LONGEST else f"{event.name[: _LONGEST - 1].rstrip()}…"
    return f"{name} →" if leftward else name


def _free(label: _Label, placed: Sequence[_Label]) -> bool:
    """Whether a name lies on no other, its rule crosses none, and no rule crosses it."""
    for other in placed:
        beside = other.right <= label.left or label.right <= other.left
        if other.row == label.row and not beside:
            return False
        if other.row < label.row and other.left < label.at < other.right:
            return False
        if other.row > label.row and label.left < other.at < label.right:
            return False
    return True


def _events(events: Sequence[Event], labels: Sequence[_Label]) -> list[Spec]:
    """A thin rule for each event, up to its name where it has one."""
    rows = {label.event: label.row for label in labels}
    x = quantity("month")
    layers = []
    for event in events:
        up = {"value": -_ROW * (rows[event] + 1) if event in rows else 0}
        look = {"color": RULE, "strokeWidth": 1}
        layers.append(layer([{"month": event.months}], "rule", look, x=x, y=up, y2={"value": "height"}))
    for label in labels:
        side = {"align": "right", "dx": -4} if label.leftward else {"align": "left", "dx": 4}
        one = [{"month": label.event.months, "name": shown(label.event, label.leftward)}]
        look = {"color": SOFT, "baseline": "bottom", **side}
        layers.append(layer(one, "text", look, x=x, y={"value": -_ROW * label.row - 1}, text=text("name")))
    return layers


def _ends(outcome: OutcomeView, top: float, height: int, size: Size, star: str = "") -> list[Spec]:
    """The lines' names and values at their right ends, kept apart."""
    fan = outcome.fan
    names = ("", "½× ", "2× ") if size.narrow else ("likely numbers ", "half precision ", "double precision ")
    ends = (fan.likely[-1], fan.half[-1], fan.double[-1])
    kept = [(name, end) for name, end in zip(names, ends, strict=True) if not math.isnan(end)]
    line = (size.text + 2) / height * top  # the topmost stays below the names of events
    places = apart([end for _, end in kept], line, 0.0, top - line / 2)
    layers = []
    for (name, end), place in zip(kept, places, strict=True):
        bold = name == names[0]
        look = {"align": "left", "dx": 6, "color": INK if bold else SOFT, "fontWeight": 600 if bold else "normal"}
        row = {"month": fan.months, "at": place, "said": f"{name}{chance(end)}{star if bold else ''}"}
        layers.append(layer([row], "text", look, x=quantity("month"), y=quantity("at"), text=text("said")))
    return layers


def _plain(x: float) -> float | None:
    return None if math.isnan(x) else float(x)
