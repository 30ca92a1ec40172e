"""Two forecasts in one picture, and what is between them as bars; whiskers and bands are the middle 90% of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, AGAINST_LIGHT, INK, LIGHT, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.asked import ends
from detente.questions.difference import points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.questions.whatif import Whatif
    from detente.questions.whatifs import Whatifs

ROW, HEIGHT = 24, 200  # pixels: a bar, the forecast
FIGURES = 48  # pixels for the figures at the right
NAMES, NARROW_NAMES = 200, 112  # pixels for names at the left, at most
AXIS = 44  # pixels for the forecast's own axis
MOST = 240  # points of a line


def sides_and_differences(answer: Whatif, width: int = 640) -> alt.VConcatChart:
    """The outcome asked about over time on both sides; below, the difference in every outcome."""
    rows = {name: answer.differences(name) for name in answer.order}
    names = _names(rows, width)
    top = _forecasts(answer, width, width - max(names, AXIS + 22) - 24)
    below = bars(rows, width, names).properties(title=alt.TitleParams("Difference in each outcome", fontSize=12))
    picture: alt.VConcatChart = alt.vconcat(top, below, spacing=18).resolve_scale(color="independent", x="independent")
    draws = answer.data.sizes["draw"]
    spread = f" Bands and thin lines: the middle 90% of {draws} draws." if draws else ""
    title = f"{answer.outcome.name}: what if?"
    told = f"Changed from {answer.pair.before.name}: {answer.about}. Thick lines and bars: likely numbers.{spread}"
    return framed(picture, title[0].upper() + title[1:], wrapped(told, width - 20))


def all_differences(answer: Whatifs, width: int = 640) -> alt.LayerChart:
    """What each what-if changes, the largest rise first."""
    rows = {name: answer.differences(name) for name in answer.order}
    draws = answer.data.sizes["draw"]
    spread = f" Lines: middle 90% of {draws} draws." if draws else ""
    told = f"Change in the chance of {answer.outcome.name} within {answer.months} months, in points.{spread}"
    picture = bars(rows, width, _names(rows, width))
    return framed(picture, f"What if? Chance of {answer.outcome.name}", wrapped(told, width - 20))


def bars(rows: Mapping[str, np.ndarray], width: int, names: int) -> alt.LayerChart:
    """Differences (1 + D,) by name as bars from zero, with whiskers and figures."""
    values = [_bar(name, d) for name, d in rows.items()]
    reach = [x for row in values for x in (row["value"], row["low"], row["high"])]
    low, high = min(0.0, *reach), max(0.0, *reach)
    room = 0.05 * (high - low) or 1.0
    domain = [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]
    inner = width - names - FIGURES - 24
    labels = alt.Axis(labelLimit=names, minExtent=names, ticks=False, domain=False)
    axis = alt.Axis(tickCount=4 if width < NARROW else 7, labelExpr=_SIGNED, domain=False)
    base = alt.Chart(alt.InlineData(values=values)).encode(y=alt.Y("name:N", sort=list(rows), title=None, axis=labels))
    x: dict[str, Any] = {"axis": axis, "scale": alt.Scale(domain=domain, nice=False)}
    colour = alt.condition("datum.value < 0", alt.value(AGAINST), alt.value(LINE))
    tips = [alt.Tooltip("name:N", title="what"), alt.Tooltip("figure:N", title="points")]
    drawn = base.mark_bar(height=12).encode(
        x=alt.X("value:Q", title="points", **x), x2=alt.datum(0), color=colour, tooltip=tips
    )
    whiskers = base.transform_filter("datum.drawn").mark_rule(color=INK, strokeWidth=1.3).encode(x="low:Q", x2="high:Q")
    figures = base.mark_text(align="left", fontSize=11, color=INK).encode(x=alt.value(inner + 6), text="figure:N")
    zero = alt.Chart(alt.InlineData(values=[{"at": 0}])).mark_rule(color=SOFT, strokeWidth=0.8).encode(x="at:Q")
    layers = alt.layer(zero, drawn, whiskers, figures).properties(width=inner, height=ROW * len(rows))
    return cast("alt.LayerChart", layers)  # a facet only with facet encodings


def _bar(name: str, d: np.ndarray) -> dict[str, Any]:
    low, high = ends(d[1:]) if len(d) > 1 else (d[0], d[0])
    figure = points(float(d[0]), "").replace("-", "−")
    return {"name": name, "value": 100 * float(d[0]), "low": 100 * low, "high": 100 * high, "figure": figure,
            "drawn": len(d) > 1}  # fmt: skip


def _names(rows: Mapping[str, np.ndarray], width: int) -> int:
    """Pixels for the names."""
    return min(NARROW_NAMES if width < NARROW else NAMES, 12 + max(6 * len(name) for name in rows))


def _forecasts(answer: Whatif, width: int, inner: int) -> alt.LayerChart:
    one = answer.data.sel(outcome=answer.outcome.name)
    at = sorted({round(n) for n in np.linspace(0, answer.months, min(answer.months + 1, MOST))})
    sides = [str(side) for side in one["side"].values]
    values = []
    for side in sides:
        line, drawn = one["central_chance"].sel(side=side).values, one["chance"].sel(side=side).values
        low, high = np.quantile(drawn, (0.05, 0.95), axis=0) if len(drawn) else (line, line)
        values += [
            {"date": f"{one['date'].values[n]}-01T00:00:00", "side": side, "likely": 100 * float(line[n]),
             "low": 100 * float(low[n]), "high": 100 * float(high[n])}
            for n in at
        ]  # fmt: skip
    date = alt.X(
        "date:T", title=None, axis=alt.Axis(grid=False, tickCount=4 if width < NARROW else 8, labelOverlap=True)
    )
    title = f"chance of {answer.outcome.name}"
    y: dict[str, Any] = {"axis": alt.Axis(tickCount=5, minExtent=AXIS, labelExpr="format(datum.value, '.3~g') + '%'"),
         "scale": alt.Scale(domainMin=0, nice=True)}  # fmt: skip
    base = alt.Chart(alt.InlineData(values=values)).encode(x=date)
    legend = alt.Legend(title=None, orient="top", offset=2)
    bands = base.mark_area(opacity=0.55).encode(
        y=alt.Y("low:Q", title=title, **y), y2="high:Q",
        color=alt.Color("side:N", scale=alt.Scale(domain=sides, range=[LIGHT, AGAINST_LIGHT]), legend=None),
    )  # fmt: skip
    lines = base.mark_line(strokeWidth=2.4).encode(
        y=alt.Y("likely:Q", title=title),
        color=alt.Color("side:N", scale=alt.Scale(domain=sides, range=[LINE, AGAINST]), legend=legend),
        tooltip=[alt.Tooltip("side:N"), alt.Tooltip("date:T", format="%Y-%m"),
                 *(alt.Tooltip(f"{key}:Q", title=f"{name}, %", format=".3~g") for key, name in
                   (("likely", "likely"), ("low", "5th percentile"), ("high", "95th percentile")))],
    )  # fmt: skip
    layers = alt.layer(bands, lines).resolve_scale(color="independent")
    return cast("alt.LayerChart", layers.properties(width=inner, height=HEIGHT))


_SIGNED = "(datum.value > 0 ? '+' : '') + format(datum.value, '.3~g')"
