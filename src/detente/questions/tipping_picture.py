"""The picture of tipping: the chance against the parameter, its branches and folds; by level of the factor; a map."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, INK, LIGHT, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.asked import ends
from detente.questions.words import month, percent

if TYPE_CHECKING:
    from detente.questions.regions import Regions
    from detente.questions.stepped import Stepped
    from detente.questions.swept import Swept
    from detente.questions.tipping import Tipping
    from detente.scenario.model import Parameter

HEIGHT, EDGE = 230, 62  # pixels: of a panel, and of its axis at the left
LEAST_HIGH = 5.0  # points: no axis is shorter, so that what hardly moves looks so
LABEL, LINE_HIGH = 90, 14  # pixels that the label of a mark takes
OWN = "#f3f3f3"  # the parameter's own range, where the axis goes beyond it


def picture(answer: Tipping, width: int) -> alt.VConcatChart:
    """One panel below the other, so many pixels wide."""
    inner, narrow = width - EDGE - 14, width < NARROW
    panels: list[alt.Chart | alt.LayerChart] = []
    if answer.swept is not None:
        panels.append(_curve(answer.swept, inner, narrow))
    if answer.stepped is not None:
        panels.append(_steps(answer.stepped, inner))
    if answer.regions is not None:
        panels.append(_map(answer.regions, inner, narrow))
    about = answer.about
    by = "at" if about.kind == "at" else "by"
    title = wrapped(f"Where the chance of {about.outcome.name} tips", width, 15)
    until, since = month(about.situation.date.after(about.months)), month(about.situation.date)
    under = wrapped(f"Chance {by} {until}, from {since}. {_legend(answer)}", width)
    drawn = alt.vconcat(*panels, spacing=22).resolve_scale(color="independent")
    return framed(cast("alt.VConcatChart", drawn), cast("str", title if len(title) > 1 else title[0]), under)


def _legend(answer: Tipping) -> str:
    """What the marks mean, those that are there."""
    told = []
    one = answer.swept
    if one is not None:
        told.append("Vertical line: likely value.")
        if one.curve is not None:
            also = {"unstable": "dashed: not", "unknown": "dotted: not known"}
            marks = [words for kind, words in also.items() if kind in {row["stability"] for row in _segments(one)}]
            told += [f"Solid: stable; {'; '.join(marks)}."] if marks else []
        if _marks(one):
            told.append("Dots: where it tips.")
        if one.curve is None and one.central["differ"].any():
            told.append("Second line: coming down.")
        if one.low < one.parameter.low or one.high > one.parameter.high:
            told.append("Grey: the stated range.")
    drawn = (one is not None and one.drawn) or (answer.stepped is not None and len(answer.stepped.chance) > 1)
    if drawn:
        told.append(f"{'Band (on the way up)' if one is not None and one.drawn else 'Bars'}: middle 90% of draws.")
    return " ".join(told)


def _y(values: list[float]) -> tuple[alt.Y, alt.Scale]:
    known = [value for value in values if np.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = max(0.12 * (high - low), (LEAST_HIGH - (high - low)) / 2)
    scale = alt.Scale(domain=[max(0.0, low - room), min(100.0, high + room)], nice=False, zero=False)
    axis = alt.Axis(tickCount=5, minExtent=34, maxExtent=34)
    return alt.Y("chance:Q", title="chance, %", scale=scale, axis=axis), scale


def _curve(one: Swept, width: int, narrow: bool) -> alt.LayerChart:
    """The chance along the parameter."""
    grid, rows, band = one.central["grid"], _segments(one), _band(one)
    span = np.array([one.low, one.high])
    x = alt.X(
        "p:Q",
        title=_named(one.parameter, width),
        scale=alt.Scale(domain=[float(span[0]), float(span[1])], nice=False, zero=False),
        axis=alt.Axis(tickCount=4 if narrow else 8, grid=False),
    )
    y, scale = _y([row["chance"] for row in rows] + [row[key] for row in band for key in ("low", "high")])
    layers: list[alt.Chart | alt.LayerChart] = []
    if one.low < one.parameter.low or one.high > one.parameter.high:
        own = [{"p": max(one.parameter.low, one.low), "to": min(one.parameter.high, one.high)}]
        layers.append(_data(own).mark_rect(color=OWN).encode(x=x, x2="to:Q"))
    if band:
        shape = _data(band).mark_area(color=LIGHT, opacity=0.7)
        layers.append(shape.encode(x=x, y=alt.Y("low:Q", title="chance, %", scale=scale), y2="high:Q"))
    if one.low <= one.today <= one.high:
        layers.append(_data([{"p": one.today}]).mark_rule(color=INK, strokeWidth=1).encode(x=x))
    lines = _data(rows).encode(x=x, y=y, detail="run:N", order="order:Q")
    dash = alt.StrokeDash("stability:N", legend=None, scale=alt.Scale(
        domain=["stable", "unstable", "unknown"], range=[[1, 0], [5, 4], [2, 2]]))  # fmt: skip
    colour = alt.Color("way:N", legend=None, scale=alt.Scale(domain=["up", "down"], range=[LINE, AGAINST]))
    tips = [alt.Tooltip("p:Q", format=".4~g", title=one.parameter.label),
            alt.Tooltip("chance:Q", format=".3~g", title="chance, %"), alt.Tooltip("stability:N")]  # fmt: skip
    layers.append(lines.mark_line(strokeWidth=2.2, clip=True).encode(strokeDash=dash, color=colour, tooltip=tips))
    if one.curve is None:
        dots = [{"p": float(p), "chance": 100 * float(c)} for p, c in zip(grid, one.central["up"], strict=True)
                if np.isfinite(c)]  # fmt: skip
        layers.append(_data(dots).mark_circle(size=22, color=LINE, opacity=1).encode(x=x, y=y))
    marks = _marks(one)
    if marks:
        layers.append(_data(marks).encode(x=x, y=y).mark_point(size=70, filled=True, color=AGAINST, opacity=1))
    heights = [row["chance"] for row in rows if np.isfinite(row["chance"])]
    pixels = (one.high - one.low) / width, max(np.ptp(heights or [0.0]), LEAST_HIGH) / HEIGHT
    for mark in _told_once(marks, pixels):
        look: dict[str, Any] = {"align": "right", "dx": -8} if mark["side"] == "left" else {"align": "left", "dx": 8}
        shape = _data([mark]).mark_text(dy=_off(rows, mark, one), color=AGAINST, fontSize=11, **look)
        layers.append(shape.encode(x=x, y=y, text="text:N"))
    return cast("alt.LayerChart", alt.layer(*layers).properties(width=width, height=HEIGHT))


def _segments(one: Swept) -> list[dict[str, Any]]:
    """The lines: runs of one stability along the branch, and the ways up and down where there is no branch."""
    rows: list[dict[str, Any]] = []
    if one.curve is not None:
        p, chance, told = one.curve["p"], one.curve["chance"], one.curve["stability"]
        run, last = -1, ""
        for k, (a, b) in enumerate(pairwise(told)):
            here = next((word for word in ("unstable", "stable") if word in (a, b)), "unknown")
            fresh = here != last
            run, last = run + fresh, here
            rows += [_point(p[j], chance[j], here, "up", f"b{run}", j) for j in ((k, k + 1) if fresh else (k + 1,))]
        return rows
    for way in ("up", "down"):
        run = 0
        for k, p in enumerate(one.central["grid"]):
            chance = one.central[way][k]
            jumped = any(min(a, b) < p and max(a, b) > one.central["grid"][k - 1] and (which > 0) == (way == "up")
                         for a, b, which in one.central["jumps"]) if k else False  # fmt: skip
            run += jumped or not np.isfinite(chance)
            if np.isfinite(chance) and (way == "up" or one.central["differ"][k]):
                rows.append(_point(p, chance, "stable", way, f"{way}{run}", k))
    return rows


def _point(p: float, chance: float, stability: str, way: str, run: str, order: int) -> dict[str, Any]:
    return {
        "p": float(p),
        "chance": 100 * float(chance),
        "stability": stability,
        "way": way,
        "run": run,
        "order": order,
    }


def _band(one: Swept) -> list[dict[str, Any]]:
    """The middle 90% of draws, going up."""
    if not one.drawn:
        return []
    each = np.stack([arrays["up"] for arrays in one.drawn])
    found = [(float(p), *ends(each[:, k])) for k, p in enumerate(one.central["grid"])]
    return [{"p": p, "low": 100 * low, "high": 100 * high} for p, low, high in found if np.isfinite(low + high)]


def _marks(one: Swept) -> list[dict[str, Any]]:
    """Folds, branch points, or the jumps of a sweep."""
    if one.curve is not None:
        kinds = one.curve["kind"]
        found = [(float(one.curve["p"][k]), float(one.curve["chance"][k]), str(kinds[k]))
                 for k in np.flatnonzero((kinds == "fold") | (kinds == "branch point"))]  # fmt: skip
    else:
        found = [(tip.p, tip.before, "jump") for tip in one.tips() if np.isfinite(tip.before)]
    return [{"p": p, "chance": 100 * chance, "text": f"{kind} {p:.3g}", "side": _side(one, p)}
            for p, chance, kind in found]  # fmt: skip


def _told_once(marks: list[dict[str, Any]], pixels: tuple[float, float]) -> list[dict[str, Any]]:
    """The marks' labels; those that would lie on one another as one.

    ``pixels``: how much of the parameter and of the chance, in percent, one is.
    """
    told: list[dict[str, Any]] = []
    wide, high = LABEL * pixels[0], LINE_HIGH * pixels[1]
    for mark in sorted(marks, key=lambda one: -one["p"] if one["side"] == "left" else one["p"]):
        kind, number = mark["text"].rsplit(" ", 1)
        near = next((one for one in told if one["side"] == mark["side"] and one["text"].startswith(kind)
                     and abs(one["p"] - mark["p"]) < wide and abs(one["chance"] - mark["chance"]) < high),
                    None)  # fmt: skip
        if near is None:
            told.append(dict(mark))
            continue
        near["p"] = mark["p"]
        if number not in near["text"].split():
            near["text"] += f" and {number}"
    return told


def _off(rows: list[dict[str, Any]], mark: dict[str, Any], one: Swept) -> int:
    """How far below its mark a label stands, in pixels: on the side of the line where the line does not run."""
    reach = 0.2 * (one.high - one.low) * (-1 if mark["side"] == "left" else 1)
    low, high = sorted((mark["p"], mark["p"] + reach))
    beside = [row["chance"] for row in rows if low <= row["p"] <= high and np.isfinite(row["chance"])]
    return 13 if not beside or float(np.mean(beside)) >= mark["chance"] else -13


def _side(one: Swept, p: float) -> str:
    """Where a mark's label stands: away from the branch, or inside the picture where it would leave it."""
    at = (p - one.low) / (one.high - one.low)
    if one.curve is None or not 0.2 < at < 0.8:
        return "left" if at > 0.5 else "right"
    k = int(np.argmin(np.abs(one.curve["p"] - p)))
    beside = one.curve["p"][[max(k - 1, 0), min(k + 1, len(one.curve["p"]) - 1)]]
    return "right" if beside.mean() < p else "left"


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
    y, scale = _y([row["chance"] for row in rows] + [row[key] for row in ranged for key in ("low", "high")])
    axis = alt.Axis(labelAngle=0, labelLimit=max(60, width // len(rows)), labelColor=INK, grid=False)
    x = alt.X("level:N", sort=order, title=one.factor.name.replace("_", " ") + ", by level", axis=axis)
    base = _data([{key: value for key, value in row.items() if value == value} for row in rows]).encode(x=x, y=y)
    layers: list[alt.Chart | alt.LayerChart] = []
    if ranged:
        bars = _data(ranged).mark_rule(color=LIGHT, strokeWidth=9)
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

    across = axis("x", _named(one.along, width), one.across, half_x, 4 if narrow else 8)
    down = axis("y", _named(one.other, HEIGHT), one.down, half_y, 5)
    legend = alt.Legend(orient="bottom", gradientLength=min(200, width - 20), tickCount=4)
    colour = alt.Color("chance:Q", title="chance, % (way up)", scale=alt.Scale(range=["#f2f6fa", LINE]), legend=legend)
    tips = [alt.Tooltip("p:Q", title=one.along.label), alt.Tooltip("q:Q", title=one.other.label),
            alt.Tooltip("chance:Q", format=".3~g", title="chance, %")]  # fmt: skip
    cells = _data(rows).mark_rect().encode(x=alt.X(**across), x2="x2:Q", y=alt.Y(**down), y2="y2:Q", color=colour,
                                           tooltip=tips)  # fmt: skip
    two = _data([row for row in rows if row["several"]]).mark_circle(size=16, color=AGAINST, opacity=1)
    at = two.encode(x=alt.X(**{**across, "shorthand": "p:Q"}), y=alt.Y(**{**down, "shorthand": "q:Q"}))
    told = ["Dots: two ways to play, coming from above or from below"] if any(row["several"] for row in rows) else [""]
    title = alt.TitleParams(text=wrapped(told[0], width), fontSize=11, color=SOFT, anchor="start", fontWeight="normal")
    return cast("alt.LayerChart", alt.layer(cells, at).properties(width=width, height=HEIGHT, title=title))


def _named(parameter: Parameter, room: int) -> list[str]:
    """An axis' title: what the parameter is called, and its unit, in lines that fit so many pixels."""
    whole = wrapped(f"{parameter.label}, {parameter.unit}", room)
    return whole if len(whole) == 1 else [*wrapped(parameter.label, room), *wrapped(parameter.unit, room)]


def _data(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))
