"""Stability in a picture: actors by concepts, and in how many draws the present state is stable for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import altair as alt

from detente.graph.concepts import CONCEPTS
from detente.look import AGAINST, INK, LINE, NARROW, PAPER, framed, wrapped
from detente.questions.words import month

if TYPE_CHECKING:
    from detente.questions.stability import CaseStability

ROW = 30  # pixels


def grid(answer: CaseStability, width: int) -> alt.LayerChart:
    """Filled: stable at the likely numbers; the figure: in how many draws."""
    narrow, draws = width < NARROW, answer.data.sizes["draw"]
    rows = []
    for one in answer.reasons:
        title = next(actor.title for actor in answer.ensemble.scenario.actors if actor.name == one.actor)
        for concept in CONCEPTS:
            here = answer.data.sel(actor=one.actor, concept=concept)
            holds = bool(here["stable"])
            share = str(int(here["drawn"].sum())) if draws else ("yes" if holds else "no")
            rows.append({"actor": title, "concept": concept, "is": "stable" if holds else "not stable", "share": share,
                         "why": one.text})  # fmt: skip
    names = list(dict.fromkeys(str(row["actor"]) for row in rows))
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("concept:N", sort=list(CONCEPTS), title=None,
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelColor=INK)),
        y=alt.Y("actor:N", sort=names, title=None,
                axis=alt.Axis(domain=False, ticks=False, labelLimit=120 if narrow else 200, labelColor=INK)),
    )  # fmt: skip
    colours = alt.Scale(domain=["stable", "not stable"], range=[LINE, AGAINST])
    colour = alt.Color("is:N", title=None, scale=colours, legend=alt.Legend(orient="bottom"))
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(color=colour, tooltip=[alt.Tooltip("why:N")]),
        base.mark_text(color=PAPER, fontSize=12).encode(text="share:N"),
    ).properties(width=width - (140 if narrow else 220), height=ROW * len(names))
    figure = f"; figures: in how many of {draws} draws it is stable" if draws else ""
    under = f"By actor and concept; replies by {answer.replies}. Colours: at the likely numbers{figure}."
    title = f"Is the state of {month(answer.situation.date)} stable?"
    return framed(cast("alt.LayerChart", layers), title, wrapped(under, width - 20))
