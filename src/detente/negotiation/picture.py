"""Outcomes in the plane of two parties' utilities, with the frontier and the points; more parties: pairs, or lines.

Grey: outcomes (all of them, or some thousands drawn at random). Blue: the Pareto frontier, pale outside the zone of
agreement. Dashed: reservation values. With more than two parties a frontier outcome need not look undominated in the
plane of two of them. With more than five each point is a line over the parties: the share of its ideal gain.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import DARK, FAINT, INK, LINE, RULE, SOFT
from detente.negotiation.outcomes import sample

if TYPE_CHECKING:
    from detente.negotiation.bargain import Bargain

PALE, DOT = DARK, "#cfcfcf"
COLOURS = ("#b8442c", "#2e7d4f", "#8a5a9e", "#c28a1e")
SHAPES = ("diamond", "square", "triangle-up", "cross")
MOST_DRAWN = 3000  # outcomes, and outcomes of the frontier
MOST_PAIRS = 5  # parties


def picture(bargain: Bargain) -> alt.TopLevelMixin:
    """The chart of a bargain."""
    parties = bargain.domain.parties
    if len(parties) > MOST_PAIRS:
        chart: Any = _best(bargain) if bargain.empty else _lines(bargain)
    else:
        most = MOST_DRAWN // (1 if len(parties) == 2 else 3)
        every = sample(bargain.domain, MOST_DRAWN)
        every = every[_spread(len(every), most)]
        front = _thinned(bargain, most)
        size = 360 if len(parties) == 2 else 200
        panels = [_panel(bargain, every, front, pair, size) for pair in combinations(range(len(parties)), 2)]
        chart = panels[0] if len(panels) == 1 else alt.concat(*panels, columns=3)
    made: alt.TopLevelMixin = (
        chart.properties(title=_title(bargain))
        .configure_view(stroke=None)
        .configure_axis(labelColor=SOFT, gridColor=FAINT, domainColor=RULE, tickColor=RULE)
        .configure_legend(labelColor=INK, titleColor=INK, orient="bottom", labelLimit=400, columns=2)
        .configure_title(anchor="start", color=INK, subtitleColor=SOFT, fontSize=13)
    )
    return made


def _panel(bargain: Bargain, every: np.ndarray, front: np.ndarray, pair: tuple[int, int], size: int) -> alt.LayerChart:
    """One pair of parties."""
    names = [bargain.domain.parties[n] for n in pair]
    floor = bargain.domain.floor[list(pair)]
    worth = bargain.frontier.utilities
    inside = np.isin(front, bargain.zone.rows)
    x = alt.X("x:Q", title=f"utility of {names[0]}", scale=alt.Scale(zero=False))
    y = alt.Y("y:Q", title=f"utility of {names[1]}", scale=alt.Scale(zero=False))
    layers = [_dots(_rows(every, pair), DOT, 8, x, y)]
    layers.append(_dots(_rows(worth[front[~inside]], pair), PALE, 20, x, y))
    layers.append(_dots(_rows(worth[front[inside]], pair), LINE, 24, x, y))
    rule: dict[str, Any] = {"color": SOFT, "strokeDash": [5, 4], "strokeWidth": 1}
    for n, encoding in enumerate(("x", "y")):
        if np.isfinite(bargain.domain.reservation[pair[n]]):
            data = alt.InlineData(values=[{encoding: float(floor[n])}])
            layers.append(alt.Chart(data).mark_rule(**rule).encode(**{encoding: x if encoding == "x" else y}))
    marks = [{**_rows(worth[[row]], pair)[0], "point": _label(names)} for row, names in bargain.zone.picks().items()]
    if marks:
        shown = alt.Chart(alt.InlineData(values=marks)).encode(x=x, y=y, tooltip=["point:N"])
        shown = shown.encode(color=_colour(bargain), shape=_shape(bargain))
        layers.append(shown.mark_point(filled=True, opacity=0.9, stroke="white", strokeWidth=0.8, size=150))
    return cast("alt.LayerChart", alt.layer(*layers).properties(width=size, height=size))


def _dots(rows: list[dict[str, float]], colour: str, size: int, x: alt.X, y: alt.Y) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows)).mark_circle(color=colour, size=size, opacity=1).encode(x=x, y=y)
    )
    return chart


def _lines(bargain: Bargain) -> alt.Chart:
    """A line a point: the share of its ideal gain that each party gets."""
    parties = list(bargain.domain.parties)
    ideal = np.where(bargain.zone.ideal > 0, bargain.zone.ideal, 1.0)
    rows = []
    for row, names in bargain.zone.picks().items():
        shares = (bargain.frontier.utilities[row] - bargain.domain.floor) / ideal
        label = _label(names)
        rows += [{"party": p, "share": float(100 * x), "point": label} for p, x in zip(parties, shares, strict=True)]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("party:N", sort=parties, title=None, axis=alt.Axis(labelAngle=-40)),
            y=alt.Y("share:Q", title="share of the ideal gain, %", scale=alt.Scale(domain=[0, 100])),
            color=_colour(bargain),
        )
        .properties(width=max(360, 40 * len(parties)), height=260)
    )
    return chart


def _best(bargain: Bargain) -> alt.Chart:
    """Of an empty zone: the best that each party could get, beside its reservation value."""
    parties = list(bargain.domain.parties)
    told = {"best outcome for it": bargain.domain.best, "reservation value": bargain.domain.floor}
    rows = [{"party": p, "utility": float(x), "what": what}
            for what, numbers in told.items() for p, x in zip(parties, numbers, strict=True)]  # fmt: skip
    colour = alt.Color("what:N", scale=alt.Scale(domain=list(told), range=[LINE, COLOURS[0]]), title=None)
    x = alt.X("party:N", sort=parties, title=None, axis=alt.Axis(labelAngle=-40))
    dots = alt.Chart(alt.InlineData(values=rows)).mark_point(filled=True, size=80, opacity=1)
    chart: alt.Chart = dots.encode(x=x, y="utility:Q", color=colour).properties(width=40 * len(parties), height=260)
    return chart


def _scale(bargain: Bargain, of: tuple[Any, ...]) -> alt.Scale:
    names = [_label(names) for names in bargain.zone.picks().values()]
    return alt.Scale(domain=names, range=list(of[: len(names)]))


def _colour(bargain: Bargain) -> alt.Color:
    return alt.Color("point:N", scale=_scale(bargain, COLOURS), title=None)


def _shape(bargain: Bargain) -> alt.Shape:
    return alt.Shape("point:N", scale=_scale(bargain, SHAPES), title=None)


def _label(names: list[str]) -> str:
    return ", ".join(names)


def _rows(points: np.ndarray, pair: tuple[int, int]) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in points[:, list(pair)].tolist()]


def _thinned(bargain: Bargain, most: int) -> np.ndarray:
    """Rows of the frontier, evenly spread over its order, those of the points among them."""
    picked = np.array(list(bargain.zone.picks()), dtype=int)
    rows: np.ndarray = np.union1d(_spread(len(bargain.frontier), most), picked)
    return rows


def _spread(count: int, most: int) -> np.ndarray:
    rows: np.ndarray = np.unique(np.linspace(0, max(count - 1, 0), min(count, most)).round().astype(int))
    return rows


def _title(bargain: Bargain) -> alt.TitleParams:
    domain, front = bargain.domain, bargain.frontier
    if len(domain.parties) > MOST_PAIRS:
        told = [] if bargain.empty else ["What each point gives each party"]
    else:
        drawn = "outcomes" if domain.size <= MOST_DRAWN else f"some of {domain.size:,} outcomes"
        told = [f"Grey: {drawn}; blue: the Pareto frontier ({front.count:,})", "Pale: outside the zone of agreement"]
        told[1] += "; dashed: reservation values" if np.isfinite(domain.reservation).any() else ""
    if bargain.empty:
        told = ["The zone of agreement is empty", *told]
    return alt.TitleParams(text=domain.name or "Negotiation", subtitle=told, fontSize=16, offset=14)
