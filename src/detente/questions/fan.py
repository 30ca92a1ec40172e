"""Fan charts of a forecast, one an outcome: chance in percent by date.

Line: likely numbers. Dark band: the middle half of the draws; light band: the middle 90%. Dashed: half precision;
dotted: double precision. An outcome that holds at the start is shown by the chance that it still holds. Each outcome
has its own scale, since a chance of war is small beside others and matters more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import DARK, FAINT, INK, LIGHT, LINE, RULE, SOFT
from detente.questions.saying import NO_ANSWER, PRECISIONS, solved

if TYPE_CHECKING:
    from detente.questions.forecast import Forecast

MOST = 240  # points of a line: more cannot be seen
WIDTH, HEIGHT = 300, 150  # of one chart, pixels


def fan_charts(forecast: Forecast, columns: int = 2) -> alt.ConcatChart:
    """The charts of all outcomes, side by side."""
    charts: alt.ConcatChart = (
        alt.concat(*(_fan(forecast, str(name)) for name in forecast.shown["outcome"].values), columns=columns)
        .properties(title=_title(forecast), spacing=24)
        .configure_view(stroke=None)
        .configure_axis(labelFlush=False, labelColor=SOFT, gridColor=FAINT, domainColor=RULE, tickColor=RULE)
        .configure_title(anchor="start", color=INK, subtitleColor=SOFT, fontSize=13)
    )
    return charts


def _fan(forecast: Forecast, name: str) -> alt.LayerChart:
    """The chart of one outcome."""
    rows = _rows(forecast, name)
    step, top = scale_to(max((x for row in rows for x in row.values() if isinstance(x, float)), default=0.0))
    date = alt.X("date:T", title=None, axis=alt.Axis(grid=False, tickCount=5, labelOverlap=True))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=date)
    ticks = [step * n for n in range(round(top / step) + 1)]
    axis = alt.Axis(values=ticks, labelExpr="format(datum.value, '.4~f') + '%'", minExtent=40)
    y: dict[str, Any] = {"title": None, "axis": axis, "scale": alt.Scale(domain=[0, top], nice=False)}
    thin: dict[str, Any] = {"color": SOFT, "strokeWidth": 1.2}
    holds = bool(forecast.shown["standing"].sel(outcome=name))
    layers = alt.layer(
        base.mark_area(color=LIGHT).encode(y=alt.Y("q05:Q", **y), y2="q95:Q"),
        base.mark_area(color=DARK).encode(y=alt.Y("q25:Q", **y), y2="q75:Q"),
        base.mark_line(strokeDash=[6, 4], **thin).encode(y=alt.Y("half:Q", **y)),
        base.mark_line(strokeDash=[1.5, 3], **thin).encode(y=alt.Y("double:Q", **y)),
        base.mark_line(color=LINE, strokeWidth=2.2).encode(y=alt.Y("likely:Q", **y), tooltip=_tooltip()),
    ).properties(width=WIDTH, height=HEIGHT, title=f"{name} (still)" if holds else name)
    return cast("alt.LayerChart", layers)  # a facet only with facet encodings


def scale_to(most: float) -> tuple[float, float]:
    """A step between ticks and a top of the axis, both round numbers of percent, for values up to ``most``."""
    if not most > 0:
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(most))
    step = next(share * power for share in (0.2, 0.25, 0.5, 1.0, 2.0, 2.5) if most / (share * power) <= 5)
    return step, min(step * math.ceil(most / step - 1e-9), max(100.0, step))


def _rows(forecast: Forecast, name: str) -> list[dict[str, Any]]:
    """One outcome's lines, a row a month, chances in percent."""
    data = forecast.shown.sel(outcome=name)
    kind = "at" if data["standing"] else "by"
    months = _months(data.sizes["month"])
    lines = {which: data[f"{key}_{kind}"].values for which, key in
             (("likely", "central"), ("half", "half"), ("double", "double"))}  # fmt: skip
    lines |= {which: np.full(len(lines[which]), np.nan) for which in PRECISIONS if which not in solved(forecast)}
    for quantile, values in zip(("q05", "q25", "q75", "q95"), forecast.ranges(kind).sel(outcome=name), strict=True):
        lines[quantile] = values.values
    dates = data["date"].values
    return [
        {"date": f"{dates[n]}-01T00:00:00"} | {key: _percent(line[n]) for key, line in lines.items()} for n in months
    ]


def _months(count: int) -> list[int]:
    """All months, or as many of them as can be seen, the first and the last included."""
    return sorted({round(x) for x in np.linspace(0, count - 1, min(count, MOST))})


def _percent(p: float) -> float | None:
    return None if math.isnan(p) else round(100 * float(p), 6)


def _tooltip() -> list[alt.Tooltip]:
    named = {"likely": "likely", "q05": "5th percentile", "q95": "95th percentile", "half": "half precision",
             "double": "double precision"}  # fmt: skip
    shown = [alt.Tooltip(f"{key}:Q", title=f"{title}, %", format=".3~g") for key, title in named.items()]
    return [alt.Tooltip("date:T", format="%Y-%m"), *shown]


def _title(forecast: Forecast) -> alt.TitleParams:
    made = forecast.shown.attrs
    draws = f"; bands: middle half and middle 90% of {made['draws']} draws" if made["draws"] else ""
    certified = "" if made["double_certified"] else " (not certified)"
    found = solved(forecast)
    half = "; dashed: half precision" if "half" in found else ""
    double = f"; dotted: double precision{certified}" if "double" in found else ""
    star = "" if made["converged"] else "*"
    return alt.TitleParams(
        text=f"{made['title']}: chance from {made['since']}",
        subtitle=[f"Line: likely numbers{star}{draws}{half}{double}", *([NO_ANSWER] if star else [])],
        fontSize=16,
        offset=14,
    )
