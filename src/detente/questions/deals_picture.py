"""A panel a deal, a row an actor: what each gains and loses over now; lines are the middle 90% of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt

from detente.look import AGAINST, INK, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.agreement import NEAREST, moved
from detente.questions.asked import ends
from detente.questions.deals_words import payoff
from detente.questions.words import month, percent

if TYPE_CHECKING:
    from detente.questions.deals_answer import Deals

ROW = 19  # pixels an actor
NAMES = 92  # pixels for their names
FIGURES = 34  # pixels for the figure at the right of a panel
GAP = 14
LEAST = 112  # pixels of a panel's plot: more panels than fit so stand in rows


def picture(answer: Deals, width: int = 640) -> alt.TopLevelMixin:
    """The picture, so many pixels wide; on a phone the panels stand below one another."""
    shown = answer.shown
    fitting = max(1, (width - NAMES - 20) // (LEAST + FIGURES + GAP))
    columns = 1 if width < NARROW else min(fitting, len(shown))
    if len(shown) % columns and -(-len(shown) // columns) == -(-len(shown) // (columns - 1)):
        columns -= 1  # rows of like length
    plot = (width - NAMES - 24) // columns - FIGURES - GAP
    rows = [[_panel(answer, n, plot, first=at == 0) for at, n in enumerate(shown[start : start + columns])]
            for start in range(0, len(shown), columns)]  # fmt: skip
    stacked = alt.vconcat(*(alt.hconcat(*row, spacing=GAP) for row in rows), spacing=22)
    draws = len(answer.gains) - 1
    dots = f"Dots: likely numbers; lines: middle 90% of {draws} draws." if draws else "At the likely numbers."
    unmoved = any(row["kind"] == "neither" for n in shown for row in _rows(answer, n))
    hollow = "; hollow has no say" if len(answer.must) < len(answer.names) else ""
    note = (
        f"Value of each deal to each actor less the value of the present, {month(answer.situation.date)}: blue gains, "
        f"orange loses{', grey neither' * unmoved}{hollow}. {dots}"
    )
    made = stacked.properties(padding={"left": 4, "top": 4, "bottom": 4, "right": 6})
    return framed(made, "Which deals would all agree to?", wrapped(note, width - 16))


def _panel(answer: Deals, n: int, plot: int, *, first: bool) -> alt.LayerChart:
    """One deal."""
    rows, domain = _rows(answer, n), _domain(answer)
    order = [row["actor"] for row in rows]
    names = alt.Axis(ticks=False, domain=False, minExtent=NAMES - 8, maxExtent=NAMES - 8, labelLimit=NAMES - 12)
    y = alt.Y("actor:N", sort=order, title=None, axis=names if first else None)
    x: dict[str, Any] = {
        "scale": alt.Scale(domain=domain, nice=False),
        "axis": alt.Axis(tickCount=4, domain=False, titleFontSize=10),
    }
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    zero = alt.Chart(alt.InlineData(values=[{"x": 0}])).mark_rule(color=SOFT, strokeWidth=1).encode(x=alt.X("x:Q", **x))
    scale = alt.Scale(domain=["gain", "neither", "loss"], range=[LINE, SOFT, AGAINST])
    colour = alt.Color("kind:N", scale=scale, legend=None)
    lines = base.mark_rule(strokeWidth=1.6).encode(x=alt.X("low:Q", title="payoff", **x), x2="high:Q", color=colour)
    tip = [alt.Tooltip("actor:N"), alt.Tooltip("role:N"), alt.Tooltip("figure:N", title="gain"),
           alt.Tooltip("draws:N", title="gains in draws")]  # fmt: skip
    dots = base.mark_point(filled=True, size=52, opacity=1, strokeWidth=1.4).encode(
        x=alt.X("value:Q", **x), color=colour, tooltip=tip
    )
    hollow = dots.transform_filter("datum.role == 'has no say'").mark_point(filled=True, size=20, opacity=1)
    hollow = hollow.encode(color=alt.value("white"))
    figures = base.mark_text(align="left", fontSize=11, color=INK).encode(x=alt.value(plot + 5), text="figure:N")
    title = alt.TitleParams(
        text=wrapped(_heading(answer, n), plot + FIGURES, 12),
        subtitle=_subtitle(answer, n, plot + FIGURES), anchor="start", fontSize=12, offset=8, color=INK,
        subtitleColor=SOFT, subtitleFontSize=11,
    )  # fmt: skip
    panel = alt.layer(zero, lines, dots, hollow, figures).properties(width=plot, height=ROW * len(rows), title=title)
    return cast("alt.LayerChart", panel)


def _heading(answer: Deals, n: int) -> str:
    one = answer.chosen[n]
    if one.named:
        return f"{one.name[:1].upper()}{one.name[1:]}"
    return "Nearest to agreement" if one.name == NEAREST else f"An arbiter's pick ({one.name.split(',')[0]})"


def _subtitle(answer: Deals, n: int, width: int) -> list[str]:
    """Who refuses, and how long it would last; of a point first what it is."""
    one = answer.chosen[n]
    terms = [] if one.named else wrapped(answer.told(n), width)
    chances, unmoved = answer.stands[0, n], len(answer.indifferent(n))
    lasting = [f"lasts a year: {percent(chances[12])}", f"five years: {percent(chances[60])}"]
    if answer.in_force(n):
        return [*terms, "in force already", *lasting]
    agreed = "all gain" if answer.agreed_in(n)[0] else f"{len(answer.blockers(n))} of {len(answer.must)} refuse"
    agreed += f", {unmoved} indifferent" if unmoved else ""
    drawn = answer.agreed_in(n)[1:]
    likely = [f"likely: {agreed}", f"draws: all gain in {int(drawn.sum())} of {len(drawn)}"] if len(drawn) else [agreed]
    return [*terms, *likely, *lasting]


def _rows(answer: Deals, n: int) -> list[dict[str, Any]]:
    """Parties, then those who must consent, then the others."""
    found = []
    for actor in (*answer.must, *(a for a in range(len(answer.names)) if a not in answer.must)):
        gains = answer.chosen_gains[:, n, actor]
        value, drawn = float(gains[0]), gains[1:]
        low, high = ends(drawn) if len(drawn) else (value, value)
        found.append({
            "actor": answer.called[actor],
            "role": answer.role(actor),
            "value": value,
            "low": low,
            "high": high,
            "kind": moved(value),
            "figure": "" if answer.in_force(n) else payoff(value).replace("-", "−"),
            "draws": f"{int((drawn > 0).sum())} of {len(drawn)}" if len(drawn) and not answer.in_force(n) else "",
        })  # fmt: skip
    return found


def _domain(answer: Deals) -> list[float]:
    """One scale for all panels."""
    rows = [row for n in answer.shown for row in _rows(answer, n)]
    reach = [row[key] for row in rows for key in ("low", "high", "value")]
    low, high = min(*reach, 0.0), max(*reach, 0.0)
    room = 0.06 * (high - low or 1.0)
    return [low - room, high + room]
