"""Fan charts of a forecast, one an outcome: chance in percent by date.

Line: likely numbers. Dark band: the middle half of the draws; light band: the middle 90 of 100. Dashed: half precision;
dotted: double precision. An outcome that holds at the start is shown by the chance that it still holds. Each outcome
has its own scale, since a chance of war is small beside others and matters more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

if TYPE_CHECKING:
    from detente.questions.forecast import Forecast

INK, LINE, LIGHT, DARK, SOFT = "#1a1a1a", "#1f5a8a", "#d5e3ef", "#9fc0dc", "#6b6b6b"
MOST = 240  # points of a line: more cannot be seen
WIDTH, HEIGHT = 300, 150  # of one chart, pixels


def fan_charts(forecast: Forecast, columns: int = 2) -> alt.FacetChart:
    """The charts of all outcomes, side by side."""
    names = [str(name) for name in forecast.data["outcome"].values]
    titles = {name: f"{name} (still so)" if forecast.data["standing"].sel(outcome=name) else name for name in names}
    rows = [row for name in names for row in _rows(forecast, name, titles[name])]
    date = alt.X("date:T", title=None, axis=alt.Axis(grid=False, tickCount=5, labelFlush=True, labelOverlap=True))
    base = alt.Chart().encode(x=date)
    axis = alt.Axis(tickCount=4, labelExpr="format(datum.value, '.4~f') + '%'")
    y: dict[str, Any] = {"title": None, "axis": axis, "scale": alt.Scale(domainMin=0, nice=True)}
    thin: dict[str, Any] = {"color": SOFT, "strokeWidth": 1.2}
    layers = alt.layer(
        base.mark_area(color=LIGHT).encode(y=alt.Y("q05:Q", **y), y2="q95:Q"),
        base.mark_area(color=DARK).encode(y=alt.Y("q25:Q", **y), y2="q75:Q"),
        base.mark_line(strokeDash=[6, 4], **thin).encode(y=alt.Y("half:Q", **y)),
        base.mark_line(strokeDash=[1.5, 3], **thin).encode(y=alt.Y("double:Q", **y)),
        base.mark_line(color=LINE, strokeWidth=2.2).encode(y=alt.Y("likely:Q", **y), tooltip=_tooltip()),
    ).properties(width=WIDTH, height=HEIGHT)
    header = alt.Header(title=None, labelFontSize=13, labelFontWeight="bold", labelAnchor="start", labelColor=INK)
    facet = alt.Facet("outcome:N", header=header, sort=list(titles.values()))
    charts: alt.FacetChart = (
        layers.facet(facet=facet, columns=columns, data=alt.InlineData(values=rows), bounds="flush", spacing=56)
        .resolve_scale(y="independent")
        .resolve_axis(x="independent")
        .properties(title=_title(forecast))
        .configure_view(stroke=None)
        .configure_axis(labelColor=SOFT, gridColor="#ececec", domainColor="#c8c8c8", tickColor="#c8c8c8")
    )
    return charts


def _rows(forecast: Forecast, name: str, title: str) -> list[dict[str, Any]]:
    """One outcome's lines, a row a month, chances in percent."""
    data = forecast.data.sel(outcome=name)
    kind = "at" if data["standing"] else "by"
    months = _months(data.sizes["month"])
    lines = {which: data[f"{key}_{kind}"].values for which, key in
             (("likely", "central"), ("half", "half"), ("double", "double"))}  # fmt: skip
    for quantile, values in zip(("q05", "q25", "q75", "q95"), forecast.ranges(kind).sel(outcome=name), strict=True):
        lines[quantile] = values.values
    dates = data["date"].values
    return [
        {"outcome": title, "date": f"{dates[n]}-01T00:00:00"} | {key: _percent(line[n]) for key, line in lines.items()}
        for n in months
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
    made = forecast.data.attrs
    draws = f"bands: middle half and middle 90 of 100 of {made['draws']} draws; " if made["draws"] else ""
    certified = "" if made["double_certified"] else " (not certified)"
    return alt.TitleParams(
        text=f"{made['title']}: chance from {made['since']}",
        subtitle=[f"Line: likely numbers; {draws}dashed: half precision; dotted: double precision{certified}"],
        anchor="start",
        color=INK,
        subtitleColor=SOFT,
        offset=14,
    )
