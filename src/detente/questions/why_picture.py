"""The waterfall: from one situation's chance to the other's, a bar a force; whiskers are the middle 90% of draws."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import altair as alt

from detente.look import AGAINST, INK, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.asked import ends
from detente.questions.difference import points
from detente.questions.words import percent

if TYPE_CHECKING:
    import numpy as np

    from detente.questions.why import Why

ROW = 30  # pixels a bar
FIGURES = 54  # pixels for the figures at the right
NAMES, NARROW_NAMES = 150, 92  # pixels for names at the left, at most
END = "#b5b5b5"  # the chances at both ends


def waterfall(answer: Why, width: int = 640) -> alt.LayerChart:
    """The picture, so many pixels wide."""
    rows = _rows(answer)
    names = min(NARROW_NAMES if width < NARROW else NAMES, 12 + max(6 * len(row["name"]) for row in rows))
    order = [row["name"] for row in rows]
    reach = [row[key] for row in rows for key in ("low", "high", "from", "to")]
    low, high = min(reach), max(reach)
    room = 0.04 * (high - low)
    domain = [low - room if low < 0 else 0.0, high + room]
    y = alt.Y(
        "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=names, minExtent=names, ticks=False, domain=False)
    )
    axis = alt.Axis(tickCount=4 if width < NARROW else 7, labelExpr="format(datum.value, '.3~g') + '%'", domain=False)
    x: dict[str, Any] = {"axis": axis, "scale": alt.Scale(domain=domain, nice=False)}
    title = f"chance of {answer.split.outcome.name}"
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    colours = alt.Scale(domain=["end", "up", "down"], range=[END, LINE, AGAINST])
    bars = base.mark_bar(height=14).encode(
        x=alt.X("from:Q", title=title, **x),
        x2="to:Q",
        color=alt.Color("kind:N", scale=colours, legend=None),
        tooltip=[alt.Tooltip("name:N", title="force"), alt.Tooltip("figure:N", title="points, or chance"),
                 alt.Tooltip("differs:N", title="what differs")],
    )  # fmt: skip
    steps = base.transform_filter("datum.next != null").mark_rule(color=SOFT, strokeWidth=0.8, strokeDash=[2, 2])
    links = steps.encode(
        x="to:Q", y=alt.Y("name:N", sort=order, bandPosition=0.5), y2=alt.Y2("next:N", bandPosition=0.5)
    )
    whiskers = base.transform_filter("datum.drawn").mark_rule(color=INK, strokeWidth=1.4).encode(x="low:Q", x2="high:Q")
    figures = base.mark_text(align="left", fontSize=11, color=INK).encode(
        x=alt.value(_inner(width, names) + 6), text="figure:N"
    )
    picture = alt.layer(links, bars, whiskers, figures).properties(
        width=_inner(width, names), height=ROW * len(rows), padding={"left": 4, "top": 4, "bottom": 4, "right": 8}
    )
    return framed(cast("alt.LayerChart", picture), *_titles(answer, width))  # a facet only with facet encodings


def _inner(width: int, names: int) -> int:
    return width - names - FIGURES - 24


def _rows(answer: Why) -> list[dict[str, Any]]:
    """Bars from top to bottom, chances in percent: the first chance, the forces, the last."""
    one = answer.split
    rows = [_end(one.first.name, one.worth[:, 0])]
    at = float(one.worth[0, 0])
    for n in answer.order:
        share = float(one.shares[0, n])
        low, high = ends(one.shares[1:, n])
        kind = "up" if share >= 0 else "down"
        drawn = len(one.shares) > 1
        spread = (at + low, at + high) if drawn else (at, at)
        rows.append(_row(one.forces[n], (at, at + share), spread, kind, points(share, "").replace("-", "−"))
                    | {"differs": answer.differs(n), "drawn": drawn})  # fmt: skip
        at += share
    rows.append(_end(one.second.name, one.worth[:, -1]))
    for row, following in pairwise(rows):
        row["next"] = following["name"]
    return rows


def _end(name: str, chance: np.ndarray) -> dict[str, Any]:
    low, high = ends(chance[1:])
    value, drawn = float(chance[0]), len(chance) > 1
    row = _row(name, (0.0, value), (low, high) if drawn else (value, value), "end", percent(value))
    return row | {"differs": "", "drawn": drawn}


def _row(name: str, bar: tuple[float, float], spread: tuple[float, float], kind: str, figure: str) -> dict[str, Any]:
    return {
        "name": name,
        "from": 100 * bar[0],
        "to": 100 * bar[1],
        "low": 100 * spread[0],
        "high": 100 * spread[1],
        "kind": kind,
        "figure": figure,
        "next": None,
    }


def _titles(answer: Why, width: int) -> tuple[str, list[str]]:
    one = answer.split
    when = f"within {one.months} months" if one.kind == "by" else f"{one.months} months later"
    draws = len(one.worth) - 1
    bars = f"Bars: likely numbers. Lines: middle 90% of {draws} draws." if draws else "At the likely numbers."
    told = (
        f"Chance of {one.outcome.name} {when}, from {one.first.name} to {one.second.name}, in points by force. {bars}"
    )
    return f"Why {one.outcome.name}?", wrapped(told, width - 20)
