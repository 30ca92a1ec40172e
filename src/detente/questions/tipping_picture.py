"""The picture of tipping: the chance against the parameter, by level of the factor, and a map in two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, INK, LIGHT, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.asked import ends
from detente.questions.tipping_curve import HEIGHT, chance_axis, inline, legend, named, panel
from detente.questions.words import month, percent

if TYPE_CHECKING:
    from detente.questions.regions import Regions
    from detente.questions.stepped import Stepped
    from detente.questions.tipping import Tipping

EDGE = 62  # pixels of a panel's axis at the left


def picture(answer: Tipping, width: int) -> alt.VConcatChart:
    """One panel below the other, so many pixels wide."""
    inner, narrow = width - EDGE - 14, width < NARROW
    panels: list[alt.Chart | alt.LayerChart] = []
    if answer.swept is not None:
        panels.append(panel(answer.swept, inner, narrow))
    if answer.stepped is not None:
        panels.append(_steps(answer.stepped, inner))
    if answer.regions is not None:
        panels.append(_map(answer.regions, inner, narrow))
    about = answer.about
    by = "at" if about.kind == "at" else "by"
    title = wrapped(f"Where the chance of {about.outcome.name} tips", width, 15)
    until, since = month(about.situation.date.after(about.months)), month(about.situation.date)
    under = wrapped(f"Chance {by} {until}, from {since}. {_legend(answer)}", width - 20)
    drawn = alt.vconcat(*panels, spacing=22).resolve_scale(color="independent")
    return framed(cast("alt.VConcatChart", drawn), cast("str", title if len(title) > 1 else title[0]), under)


def _legend(answer: Tipping) -> str:
    """What the marks mean, those that are there."""
    one = answer.swept
    told = [] if one is None else legend(one)
    drawn = (one is not None and one.drawn) or (answer.stepped is not None and len(answer.stepped.chance) > 1)
    if drawn:
        told.append(f"{'Band (on the way up)' if one is not None and one.drawn else 'Bars'}: middle 90% of draws.")
    return " ".join(told)


def _steps(one: Stepped, width: int) -> alt.LayerChart:
    """The chance by level, with ranges."""
    rows = list[dict[str, Any]]()
    for k, name in enumerate(one.names):
        low, high = ends(one.chance[1:, k])
        now = one.levels[k] == one.today
        label = name.replace("_", " ") + (" (now)" if now else "")
        chance = float(one.chance[0, k])
        rows.append({"level": label, "chance": 100 * chance, "low": 100 * low, "high": 100 * high,
                     "text": percent(chance)})  # fmt: skip
    for row, following in zip(rows, [*rows[1:], rows[-1]], strict=True):
        row["rises"] = following["chance"] > row["chance"]  # the label then stands below the line
    order = [row["level"] for row in rows]
    ranged = [row for row in rows if np.isfinite(row["low"])]
    y, scale = chance_axis([row["chance"] for row in rows] + [row[key] for row in ranged for key in ("low", "high")])
    axis = alt.Axis(labelAngle=0, labelLimit=max(60, width // len(rows)), labelColor=INK, grid=False)
    x = alt.X("level:N", sort=order, title=one.factor.name.replace("_", " ") + ", by level", axis=axis)
    base = inline([{key: value for key, value in row.items() if value == value} for row in rows]).encode(x=x, y=y)
    layers: list[alt.Chart | alt.LayerChart] = []
    if ranged:
        bars = inline(ranged).mark_rule(color=LIGHT, strokeWidth=9)
        layers.append(bars.encode(x=x, y=alt.Y("low:Q", title="chance, %", scale=scale), y2="high:Q"))
    layers += [
        base.mark_line(color=SOFT, strokeWidth=1, strokeDash=[2, 3]),
        base.mark_circle(size=75, color=LINE, opacity=1),
        *(
            base.transform_filter(alt.datum.rises == rises)
            .mark_text(align="left", dx=9, dy=9 if rises else -9, color=INK, fontSize=11)
            .encode(text="text:N")
            for rises in (True, False)
        ),
    ]
    return cast("alt.LayerChart", alt.layer(*layers).properties(width=width, height=HEIGHT * 0.75))


def _map(one: Regions, width: int, narrow: bool) -> alt.LayerChart:
    """The chance in two parameters; dots where there are two ways to play."""
    half_x, half_y = np.diff(one.across).max() / 2, np.diff(one.down).max() / 2
    rows = [
        {"x": float(p - half_x), "x2": float(p + half_x), "y": float(q - half_y), "y2": float(q + half_y),
         "p": float(p), "q": float(q), "chance": 100 * float(one.chance[r, k]), "several": bool(one.several[r, k])}
        for r, q in enumerate(one.down) for k, p in enumerate(one.across) if np.isfinite(one.chance[r, k])
    ]  # fmt: skip

    def axis(which: str, title: list[str], values: np.ndarray, half: float, ticks: int) -> dict[str, Any]:
        scale = alt.Scale(domain=[float(values[0] - half), float(values[-1] + half)], nice=False, zero=False)
        return {
            "shorthand": f"{which}:Q",
            "title": title,
            "scale": scale,
            "axis": alt.Axis(tickCount=ticks, grid=False),
        }

    across = axis("x", named(one.along, width), one.across, half_x, 4 if narrow else 8)
    down = axis("y", named(one.other, HEIGHT), one.down, half_y, 5)
    legend = alt.Legend(orient="bottom", gradientLength=min(200, width - 20), tickCount=4)
    colour = alt.Color("chance:Q", title="chance, % (way up)", scale=alt.Scale(range=["#f2f6fa", LINE]), legend=legend)
    tips = [alt.Tooltip("p:Q", title=one.along.label), alt.Tooltip("q:Q", title=one.other.label),
            alt.Tooltip("chance:Q", format=".3~g", title="chance, %")]  # fmt: skip
    cells = inline(rows).mark_rect().encode(x=alt.X(**across), x2="x2:Q", y=alt.Y(**down), y2="y2:Q", color=colour,
                                           tooltip=tips)  # fmt: skip
    two = inline([row for row in rows if row["several"]]).mark_circle(size=16, color=AGAINST, opacity=1)
    at = two.encode(x=alt.X(**{**across, "shorthand": "p:Q"}), y=alt.Y(**{**down, "shorthand": "q:Q"}))
    told = ["Dots: two ways to play, coming from above or from below"] if any(row["several"] for row in rows) else [""]
    title = alt.TitleParams(text=wrapped(told[0], width), fontSize=11, color=SOFT, anchor="start", fontWeight="normal")
    return cast("alt.LayerChart", alt.layer(cells, at).properties(width=width, height=HEIGHT, title=title))
