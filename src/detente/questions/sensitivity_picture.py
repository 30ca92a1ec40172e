"""The tornado: the chance of an outcome with one parameter at either end of its range, widest bars first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, cast

import altair as alt

from detente.look import AGAINST, INK, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.sensitivity_words import SHOWN, end_solved
from detente.questions.words import month, percent

if TYPE_CHECKING:
    from detente.questions.sensitivity import Sensitivity

BAR, LABEL = (38, 30), (130, 230)  # pixels a row, and of its label; on a narrow and on a wide picture

BESIDE, DIGIT, DOT = 11, 6, 5  # pixels: beside a figure, of each of its signs, and from a dot's middle to its rim


def tornado(answer: Sensitivity, width: int) -> alt.LayerChart:
    """Bars by slope, from the likely numbers to each end: blue for the high, red for the low; dots where solved."""
    data, narrow = answer.data, width < NARROW
    shown = [int(i) for i in answer.order()[: SHOWN if not narrow else 8]]
    shown.sort(key=lambda i: -abs(float(data["at_high"][i]) - float(data["at_low"][i])))
    bar, room_of_label = BAR[not narrow], LABEL[not narrow]
    names = ["\n".join(wrapped(answer.ensemble.scenario.parameters[i].label, room_of_label, 10)) for i in shown]
    centre = 100 * answer.central
    rows: list[dict[str, Any]] = []
    dots: list[dict[str, Any]] = []
    for i, name in zip(shown, names, strict=True):
        for end in ("low", "high"):
            there = 100 * float(data[f"at_{end}"][i])
            number = f"{float(data[end][i]):.3g}"
            solved = end_solved(answer, i, end)
            edge = there if solved is None else max(there, 100 * solved, key=lambda chance: abs(chance - centre))
            rows.append({"name": name, "end": f"at its {end} end", "there": there, "centre": centre, "number": number,
                         "edge": edge, "side": "left" if edge < centre else "right"})  # fmt: skip
            if solved is not None:
                dots.append({"name": name, "end": f"at its {end} end", "there": 100 * solved, "number": number})
    body = width - room_of_label - 20
    low, high = reach(rows, [row["there"] for row in rows + dots], body)
    x: dict[str, Any] = {
        "scale": alt.Scale(domain=[low, high], nice=False, zero=False),
        "title": f"chance, %, by {month(answer.situation.date.after(answer.months))}",
        "axis": alt.Axis(values=ticks(low, high, 4 if narrow else 6), format=".3~g"),
    }
    lines = "split(datum.label, '\\n')"
    higher = [{"test": f"length(split(datum.value, '\\n')) == {n}", "value": -6 * (n - 1)} for n in (2, 3)]
    up: Any = {"condition": higher, "value": 0}  # several lines stand about the middle of the bar
    label = alt.Axis(
        labelLimit=room_of_label, labelColor=INK, ticks=False, domain=False, labelExpr=lines, labelOffset=up
    )
    y = alt.Y("name:N", sort=names, title=None, axis=label)
    colours = alt.Scale(domain=["at its low end", "at its high end"], range=[AGAINST, LINE])
    colour = alt.Color("end:N", title=None, legend=alt.Legend(orient="bottom", columns=2), scale=colours)
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    tips = [
        alt.Tooltip("name:N"),
        alt.Tooltip("number:N", title="value"),
        alt.Tooltip("there:Q", format=".3~g", title="chance, %, by slope"),
    ]
    solved_tips = [*tips[:2], alt.Tooltip("there:Q", format=".3~g", title="chance, %, solved")]
    layers: list[Any] = [
        base.mark_bar(height=12).encode(x=alt.X("centre:Q", **x), x2="there:Q", color=colour, tooltip=tips),
        _ends(base, x, "left"),
        _ends(base, x, "right"),
        alt.Chart(alt.InlineData(values=[{"centre": centre}])).mark_rule(color=INK).encode(x=alt.X("centre:Q", **x)),
    ]
    if dots:
        point = alt.Chart(alt.InlineData(values=dots)).mark_point(size=50, fill="white", stroke=INK, opacity=1)
        layers.append(point.encode(x=alt.X("there:Q", **x), y=y, tooltip=solved_tips))
    title = f"What {answer.outcome.name} rests on"
    under = wrapped(
        f"Line: {percent(answer.central)} at the likely numbers. Bars: by slope, one number at an end of its range; "
        f"{'dots: the same, solved; ' if dots else ''}shown are {len(names)} of {len(data['parameter'])}.",
        width - 20,
    )
    drawn = cast("alt.LayerChart", alt.layer(*layers).properties(width=body, height=bar * len(names)))
    return framed(drawn, title, under)


def reach(rows: list[dict[str, Any]], drawn: list[float], body: float) -> tuple[float, float]:
    """The ends of an axis of ``body`` pixels that has room for all that is drawn and its figures: none lies on a name.

    Below 0% and above 100% there may be room for figures; no tick stands there.
    """
    low, high = min(drawn), max(drawn)
    for _ in range(40):  # the room that figures take, in percent, grows with the axis, by a share below one
        pixel = max(high - low, 1e-6) / body
        low, high = min(low, min(drawn) - DOT * pixel), max(high, max(drawn) + DOT * pixel)
        for row in rows:
            figure = (BESIDE + DIGIT * len(row["number"])) * pixel
            low = min(low, row["edge"] - (figure if row["side"] == "left" else 0.0))
            high = max(high, row["edge"] + (figure if row["side"] == "right" else 0.0))
    return low, high


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round chances within an axis, in percent, and between 0 and 100."""
    low, high = max(low, 0.0), min(high, 100.0)
    power = 10.0 ** math.floor(math.log10(max(high - low, 1e-9) / most))
    step = next(share * power for share in (1.0, 2.0, 5.0, 10.0) if (high - low) / (share * power) <= most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def _ends(base: alt.Chart, x: dict[str, Any], side: Literal["left", "right"]) -> alt.LayerChart:
    """The value of the parameter at the end of its bar, or beside the dot that lies beyond it."""
    align: Literal["left", "right"] = "right" if side == "left" else "left"
    return cast(
        "alt.LayerChart",
        (
            base.transform_filter(alt.datum.side == side)
            .mark_text(align=align, dx=-7 if side == "left" else 7, color=SOFT, fontSize=10)
            .encode(x=alt.X("edge:Q", **x), text="number:N")
        ),
    )
