"""Hindcasts in a picture: what was said at each situation as dots with ranges, and what happened as filled or open."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import altair as alt

from detente.look import DARK, INK, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.asked import ends

if TYPE_CHECKING:
    from detente.questions.hindcast import Hindcast

ROW = 17  # pixels
NAMES, NARROW_NAMES = 160, 118  # pixels for the outcomes' names


def panels(answer: Hindcast, width: int) -> alt.VConcatChart:
    """A panel a situation, one below the other; a row an outcome."""
    data, narrow = answer.data, width < NARROW
    body = width - (NARROW_NAMES if narrow else NAMES) - 30
    drawn = []
    for s, name in enumerate(data["situation"].values):
        rows = [_row(answer, s, k) for at, k in answer.known() if at == s]
        if rows:
            drawn.append(_panel(rows, str(name), body, narrow))
    title = "What the case would have said"
    under = (
        f"Chances within {answer.months} months. Dot: at the likely numbers, filled if it came; line: middle 90% of "
        "draws; cross: base rate known then."
    )
    stacked: alt.VConcatChart = alt.vconcat(*drawn, spacing=10).resolve_scale(x="shared")
    return framed(stacked, title, wrapped(under, width - 20))


def _row(answer: Hindcast, s: int, k: int) -> dict[str, Any]:
    data = answer.data
    low, high = ends(data["drawn"].values[:, s, k])
    base = float(data["base"][s, k])
    still = " (still)" if bool(data["holding"].values[s, k]) else ""
    return {
        "outcome": f"{data['outcome'].values[k]}{still}",
        "chance": 100 * float(data["chance"][s, k]),
        "low": _percent(low),
        "high": _percent(high),
        "base": _percent(base),
        "came": "it came about" if data["happened"].values[s, k] == 1.0 else "it did not",
    }


def _percent(p: float) -> float | None:
    return None if math.isnan(p) else 100 * p


def _panel(rows: list[dict[str, Any]], name: str, width: int, narrow: bool) -> alt.LayerChart:
    axis = alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + '%'")
    x: dict[str, Any] = {"scale": alt.Scale(domain=[-3, 103]), "title": None, "axis": axis}
    names = NARROW_NAMES if narrow else NAMES
    y = alt.Y("outcome:N", sort=[row["outcome"] for row in rows], title=None,
              axis=alt.Axis(labelLimit=names - 6, labelColor=INK, ticks=False, domain=False, minExtent=names,
                            maxExtent=names))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    fill = alt.condition(alt.datum.came == "it came about", alt.value(LINE), alt.value("white"))
    tips = [
        alt.Tooltip("outcome:N"),
        alt.Tooltip("chance:Q", format=".3~g", title="chance, %"),
        alt.Tooltip("base:Q", format=".3~g", title="base rate, %"),
        alt.Tooltip("came:N", title="what came"),
    ]
    layers = alt.layer(
        base.mark_rule(color=DARK, strokeWidth=4).encode(x=alt.X("low:Q", **x), x2="high:Q"),
        base.mark_point(shape="cross", size=45, color=SOFT, strokeWidth=0, filled=True).encode(x=alt.X("base:Q", **x)),
        base.mark_point(size=70, stroke=LINE, strokeWidth=1.6, filled=True, opacity=1)
        .encode(x=alt.X("chance:Q", **x), fill=fill, tooltip=tips),
    )  # fmt: skip
    title = alt.TitleParams(name, fontSize=12, offset=4, anchor="start", frame="bounds")
    layers = layers.properties(width=width, height=ROW * len(rows), title=title)
    return cast("alt.LayerChart", layers)
