"""The timeline: a row a step, in order. Bars are slacks, whiskers the middle 90% of draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, INK, LINE, NARROW, SOFT, framed, wrapped
from detente.outcome.telling import Teller
from detente.questions.asked import ends
from detente.questions.mending import deciders
from detente.questions.path_words import heading, label, one_by_one, waiting
from detente.questions.steps import NOBODY
from detente.questions.words import percent

if TYPE_CHECKING:
    from detente.questions.path import Path, Route

TEXT, SMALL, BAR, GAP = 12, 10, 12, 10  # pixels: letters, small letters, a bar, between rows
MONTHS = 64  # pixels for the months at the right
SURE = 1 - 1e-9


@dataclass
class _Drawn:
    """What is drawn, from top to bottom; ``at`` is the next free pixel."""

    width: int
    at: float = 4.0
    lines: list[dict[str, Any]] = field(default_factory=list)
    bars: list[dict[str, Any]] = field(default_factory=list)

    def write(self, text: str, kind: str, size: int = TEXT) -> None:
        """A line of text of its own."""
        self.lines.append({"text": text, "y": self.at + size / 2, "kind": kind})
        self.at += size + 4


def timeline(answer: Path, width: int = 640) -> alt.LayerChart:
    """The picture, so many pixels wide."""
    drawn = _Drawn(width - 24)
    if answer.said:
        for line in wrapped(answer.said, drawn.width, TEXT):
            drawn.write(line, "note")
        drawn.at += GAP
    for route in one_by_one(answer):
        _block(answer, route, drawn)
    picture = alt.layer(*_layers(drawn, width)).properties(
        width=drawn.width, height=drawn.at, padding={"left": 8, "top": 4, "bottom": 4, "right": 12}
    )
    spread = f" Thin lines: the middle 90% of {answer.draws} draws." if answer.draws else ""
    told = (
        "Bars: slack, the smallest gain of those who decide the step; to the left of zero somebody loses by it."
        f"{spread} Months: until it comes if nothing else does."
    )
    title = wrapped(f"By what path to {answer.goal.name}?", width - 20, 15)
    return framed(cast("alt.LayerChart", picture), cast("str", title if len(title) > 1 else title[0]),
                  wrapped(told, width - 20))  # fmt: skip


def _block(answer: Path, route: Route, drawn: _Drawn) -> None:
    """One path: its title, then its steps."""
    for line in wrapped(_title(answer, route), drawn.width, TEXT + 1):
        drawn.write(line, "head", TEXT + 1)
    drawn.at += 4
    scenario = answer.ensemble.scenario
    for k, leg in enumerate(route.legs):
        share = float(route.found["share"][0, k])
        lucky = leg.taken.rule == NOBODY and not leg.shut and share < SURE
        months = "" if leg.shut else waiting(float(route.waits[0, k])) + " mo"
        drawn.lines.append({"text": months, "y": drawn.at + TEXT / 2, "kind": "months"})
        step = f"{k + 1}  {label(scenario, leg.taken)}{f' (luck, {percent(share)})' if lucky else ''}"
        for line in wrapped(step, drawn.width - MONTHS, TEXT):
            drawn.write(line, "step")
        teller, yes = Teller(scenario), route.found["yes"][0, k]
        asked = deciders(scenario, leg.taken)[1:]
        if leg.shut:
            for line in wrapped(f"not open: asks that {', and that '.join(leg.shut)}", drawn.width - 16, SMALL):
                drawn.write(line, "shut", SMALL)
        elif leg.taken.rule != NOBODY:
            drawn.write("luck: nobody decides it", "asked", SMALL)
        elif asked:
            consents = ", ".join(f"{teller.actor(r)} ({percent(float(yes[r]))})" for r in asked)
            for line in wrapped(f"asks for a yes: {consents}", drawn.width - 16, SMALL):
                drawn.write(line, "asked", SMALL)
        slack = route.slack[:, k]
        if np.isfinite(slack[0]):
            low, high = ends(slack[1:]) if answer.draws else (slack[0], slack[0])
            drawn.bars.append({"y": drawn.at + BAR / 2, "slack": float(slack[0]),
                               "low": float(low), "high": float(high), "good": bool(slack[0] >= 0),
                               "step": label(scenario, leg.taken),
                               "holds": f"{int(route.holds[1:, k].sum())} of {answer.draws}"})  # fmt: skip
            drawn.at += BAR
        drawn.at += GAP
    drawn.at += GAP


def _title(answer: Path, route: Route) -> str:
    if route.kind == "likeliest":
        return f"Likeliest path: {percent(float(route.likelihood[0]))} that just these come one after the other"
    good = int(route.holds[0].sum())
    name = f"{heading(answer, route)} path" if route.kind == "widest" else heading(answer, route)
    kept = f"; all hold in {int(route.holds[1:].all(axis=1).sum())} of {answer.draws} draws" if answer.draws else ""
    return f"{name}, from {route.situation.name}: {good} of {len(route.legs)} steps hold{kept}"


def _layers(drawn: _Drawn, width: int) -> list[alt.Chart]:
    """Text, then bars on a common axis."""
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, drawn.at], range=[0, drawn.at], nice=False), axis=None)
    looks: dict[str, dict[str, Any]] = {
        "head": {"fontSize": TEXT + 1, "fontWeight": "bold", "color": INK},
        "step": {"fontSize": TEXT, "color": INK, "limit": drawn.width - MONTHS},
        "note": {"fontSize": TEXT, "color": INK},
        "asked": {"fontSize": SMALL, "color": SOFT, "dx": 16},
        "shut": {"fontSize": SMALL, "color": AGAINST, "dx": 16},
        "months": {"fontSize": SMALL, "color": SOFT, "align": "right"},
    }
    written = [
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(**{"align": "left", "baseline": "middle", **look})
        .encode(y=y, x=alt.value(drawn.width if kind == "months" else 0), text="text:N")
        for kind, look in looks.items()
        if (rows := [line for line in drawn.lines if line["kind"] == kind])
    ]
    if not drawn.bars:
        return written
    reach = [row[key] for row in drawn.bars for key in ("slack", "low", "high")]
    low, high = min(0.0, *reach), max(0.0, *reach)
    room = 0.04 * (high - low) or 1.0
    axis = alt.Axis(tickCount=5 if width < NARROW else 8, domain=False, grid=False, format=".3~g")
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    x: dict[str, Any] = {"scale": scale, "axis": axis, "title": "slack, payoff (1: a month's main grievance)"}
    base = alt.Chart(alt.InlineData(values=drawn.bars)).encode(y=y)
    tips = [alt.Tooltip("step:N"), alt.Tooltip("slack:Q", format=".2g"), alt.Tooltip("holds:N", title="holds in draws")]
    zero = base.mark_tick(color=SOFT, size=BAR + 6, thickness=1, orient="vertical").encode(x=alt.X(datum=0, **x))
    colour = alt.Color("good:N", legend=None, scale=alt.Scale(domain=[True, False], range=[LINE, AGAINST]))
    bars = base.mark_bar(height=BAR - 2).encode(
        x=alt.X("slack:Q", **x), x2=alt.X2(datum=0), color=colour, tooltip=tips)  # fmt: skip
    whiskers = base.mark_rule(color=INK, strokeWidth=1.4).encode(x=alt.X("low:Q", **x), x2="high:Q")
    return [bars, whiskers, zero, *written]
