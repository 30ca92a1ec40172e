"""The panel of tipping's picture along a parameter: the branch with its folds, the sweep up and down again, or both.

A branch that was given up before a fold or the end of the range speaks for the stretch followed; the sweep, which
speaks for the rest, is drawn beside it with a thin line.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, INK, LIGHT, LINE, wrapped
from detente.questions.asked import ends

if TYPE_CHECKING:
    from detente.questions.swept import Swept
    from detente.scenario.model import Parameter

HEIGHT, THIN = 230, 1.1  # pixels: of a panel, and of the line of a sweep beside a branch
LEAST_HIGH = 5.0  # points: no axis is shorter, so that what hardly moves looks so
LABEL, LINE_HIGH = 90, 14  # pixels that the label of a mark takes
OWN = "#f3f3f3"  # the parameter's own range, where the axis goes beyond it


def panel(one: Swept, width: int, narrow: bool) -> alt.LayerChart:
    """The chance along the parameter."""
    grid, branch, ways, band = one.central["grid"], _branch(one), _ways(one), _band(one)
    rows = [*branch, *ways]
    span = np.array([one.low, one.high])
    x = alt.X(
        "p:Q",
        title=named(one.parameter, width),
        scale=alt.Scale(domain=[float(span[0]), float(span[1])], nice=False, zero=False),
        axis=alt.Axis(tickCount=4 if narrow else 8, grid=False),
    )
    y, scale = chance_axis([row["chance"] for row in rows] + [row[key] for row in band for key in ("low", "high")])
    layers: list[alt.Chart | alt.LayerChart] = []
    if one.low < one.parameter.low or one.high > one.parameter.high:
        own = [{"p": max(one.parameter.low, one.low), "to": min(one.parameter.high, one.high)}]
        layers.append(inline(own).mark_rect(color=OWN).encode(x=x, x2="to:Q"))
    if band:
        shape = inline(band).mark_area(color=LIGHT, opacity=0.7)
        layers.append(shape.encode(x=x, y=alt.Y("low:Q", title="chance, %", scale=scale), y2="high:Q"))
    if one.low <= one.today <= one.high:
        layers.append(inline([{"p": one.today}]).mark_rule(color=INK, strokeWidth=1).encode(x=x))
    dash = alt.StrokeDash("stability:N", legend=None, scale=alt.Scale(
        domain=["stable", "unstable", "unknown"], range=[[1, 0], [5, 4], [2, 2]]))  # fmt: skip
    colour = alt.Color("way:N", legend=None, scale=alt.Scale(domain=["up", "down"], range=[LINE, AGAINST]))
    tips = [alt.Tooltip("p:Q", format=".4~g", title=one.parameter.label),
            alt.Tooltip("chance:Q", format=".3~g", title="chance, %"), alt.Tooltip("stability:N")]  # fmt: skip
    for part, wide in ((ways, 2.2 if one.curve is None else THIN), (branch, 2.2)):
        if part:
            lines = inline(part).encode(x=x, y=y, detail="run:N", order="order:Q")
            lines = lines.mark_line(strokeWidth=wide, clip=True)
            layers.append(lines.encode(strokeDash=dash, color=colour, tooltip=tips))
    if ways:  # where a stretch has one value only its dot is all there is of it
        dots = [{"p": float(p), "chance": 100 * float(c)} for p, c in zip(grid, one.central["up"], strict=True)
                if np.isfinite(c)]  # fmt: skip
        layers.append(
            inline(dots).mark_circle(size=22 if one.curve is None else 14, color=LINE, opacity=1).encode(x=x, y=y)
        )
    marks = _marks(one)
    if marks:
        layers.append(inline(marks).encode(x=x, y=y).mark_point(size=70, filled=True, color=AGAINST, opacity=1))
    heights = [row["chance"] for row in rows if np.isfinite(row["chance"])]
    pixels = (one.high - one.low) / width, max(np.ptp(heights or [0.0]), LEAST_HIGH) / HEIGHT
    for mark in _told_once(marks, pixels):
        look: dict[str, Any] = {"align": "right", "dx": -8} if mark["side"] == "left" else {"align": "left", "dx": 8}
        shape = inline([mark]).mark_text(dy=_off(rows, mark, one), color=AGAINST, fontSize=11, **look)
        layers.append(shape.encode(x=x, y=y, text="text:N"))
    return cast("alt.LayerChart", alt.layer(*layers).properties(width=width, height=HEIGHT))


def legend(one: Swept) -> list[str]:
    """What the marks mean, those that are there."""
    told, followed = ["Vertical line: likely value."], {row["stability"] for row in _branch(one)}
    also = {"unstable": "dashed: not", "unknown": "dotted: not known"}
    unsure = [words for kind, words in also.items() if kind in followed]
    told += [f"Solid: stable; {'; '.join(unsure)}."] if unsure else []
    if one.unfinished:
        told.append("Thin, with small dots: a sweep up and down again, for the branch was not followed all the way.")
    if _marks(one):
        told.append(f"{'Large dots' if one.unfinished else 'Dots'}: where it tips.")
    if _by_sweep(one) and one.central["differ"].any():
        told.append("Second line: coming down.")
    if one.low < one.parameter.low or one.high > one.parameter.high:
        told.append("Grey: the stated range.")
    return told


def _by_sweep(one: Swept) -> bool:
    """Whether the sweep is drawn: there is no branch, or it does not say all."""
    return one.curve is None or bool(one.unfinished)


def _branch(one: Swept) -> list[dict[str, Any]]:
    """Runs of one stability along the branch."""
    if one.curve is None:
        return []
    rows: list[dict[str, Any]] = []
    p, chance, told = one.curve["p"], one.curve["chance"], one.curve["stability"]
    run, last = -1, ""
    for k, (a, b) in enumerate(pairwise(told)):
        here = next((word for word in ("unstable", "stable") if word in (a, b)), "unknown")
        fresh = here != last
        run, last = run + fresh, here
        rows += [_point(p[j], chance[j], here, "up", f"b{run}", j) for j in ((k, k + 1) if fresh else (k + 1,))]
    return rows


def _ways(one: Swept) -> list[dict[str, Any]]:
    """The ways up and down of the sweep, where it is drawn."""
    if not _by_sweep(one):
        return []
    rows: list[dict[str, Any]] = []
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
    """Folds and branch points, and the jumps of a sweep where it is told."""
    found = list[tuple[float, float, str]]()
    if one.curve is not None:
        kinds = one.curve["kind"]
        found = [(float(one.curve["p"][k]), float(one.curve["chance"][k]), str(kinds[k]))
                 for k in np.flatnonzero((kinds == "fold") | (kinds == "branch point"))]  # fmt: skip
    found += [(tip.p, tip.before, "jump") for tip in one.tips() if not tip.exact and np.isfinite(tip.before)]
    return [{"p": p, "chance": 100 * chance, "text": f"{kind} {p:.3g}", "side": _side(one, p, kind)}
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


def _side(one: Swept, p: float, kind: str) -> str:
    """Where a mark's label stands: away from the branch, or inside the picture where it would leave it."""
    at = (p - one.low) / (one.high - one.low)
    if one.curve is None or kind == "jump" or not 0.2 < at < 0.8:
        return "left" if at > 0.5 else "right"
    k = int(np.argmin(np.abs(one.curve["p"] - p)))
    beside = one.curve["p"][[max(k - 1, 0), min(k + 1, len(one.curve["p"]) - 1)]]
    return "right" if beside.mean() < p else "left"


def chance_axis(values: list[float]) -> tuple[alt.Y, alt.Scale]:
    """An axis of chances in percent that holds these values, and its scale."""
    known = [value for value in values if np.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = max(0.12 * (high - low), (LEAST_HIGH - (high - low)) / 2)
    scale = alt.Scale(domain=[max(0.0, low - room), min(100.0, high + room)], nice=False, zero=False)
    axis = alt.Axis(tickCount=5, minExtent=34, maxExtent=34)
    return alt.Y("chance:Q", title="chance, %", scale=scale, axis=axis), scale


def named(parameter: Parameter, room: int) -> list[str]:
    """An axis' title: what the parameter is called, and its unit, in lines that fit so many pixels."""
    whole = wrapped(f"{parameter.label}, {parameter.unit}", room)
    return whole if len(whole) == 1 else [*wrapped(parameter.label, room), *wrapped(parameter.unit, room)]


def inline(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which are written into it."""
    return alt.Chart(alt.InlineData(values=rows))
