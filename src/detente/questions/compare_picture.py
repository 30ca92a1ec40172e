"""A comparison in a picture: dots for gains and chances, lines for the middle 90% of draws.

Of one case: a panel an actor, a row a situation. Of cases, which have actors of their own: a panel a case, a row an
actor. Panels of chances stand beside or below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt

from detente.look import AGAINST, INK, LINE, NARROW, SOFT, framed, wrapped
from detente.questions.agreement import moved
from detente.questions.asked import ends
from detente.questions.compare_words import called
from detente.questions.deals_words import payoff
from detente.questions.sides import TERMS
from detente.questions.words import month, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from detente.questions.compare import Compare
    from detente.questions.sides import Side

ROW, GAP, FIGURE = 18, 12, 38  # pixels: of a row, between panels, of the figure at a panel's right
NAMES, LEAST = 92, 62  # pixels: for the names of rows, and the least for a panel's plot
CHANCES = 4  # outcomes drawn
WHOLE = [-5.0, 105.0]  # the axis of chances, with room for a dot at either end


def picture(answer: Compare, width: int = 640) -> alt.TopLevelMixin:
    """The picture, so many pixels wide."""
    panels = _situations(answer, width) if answer.one_case else _cases(answer, width)
    draws = answer.draws
    dots = f"Dots: likely numbers; lines: middle 90% of {draws} draws." if draws else "At the likely numbers."
    deals = {one.deal for one in answer.sides if one.deal}
    deal = f"'{deals.pop()}'" if len(deals) == 1 else "each case's deal"
    grey = ", grey neither" if any(one.indifferent() for one in answer.sides) else ""
    note = (
        f"What each who must agree would gain by {deal}, over the present (blue gains, orange loses{grey}), and "
        f"chances within {answer.months} months. {dots}"
    )
    note += " Each actor has a scale of its own." if answer.one_case else ""
    holding = any(one.holds(name) for one in answer.sides for name in _drawn(answer) if name in one.asked)
    note += " †: holds already; the chance that it does at the end." if holding else ""
    made = panels.properties(padding={"left": 4, "top": 4, "bottom": 4, "right": 6})
    return framed(made, "What sets them apart?", wrapped(note, width - 16))


def _situations(answer: Compare, width: int) -> alt.VConcatChart:
    """A panel an actor and an outcome, a row a situation."""
    labels = [one.label for one in answer.sides]
    side = min(NAMES, 14 + 7 * max(map(len, labels)))
    room = width - side - 16
    told = [
        (
            [_gain_row(one, one.label, name) for one in answer.sides],
            called(answer, name),
            _reach(answer, [name]),
            "payoff",
        )
        for name in answer.actors
    ]  # a scale each: payoffs compare an actor with itself
    told = [each for each in told if any(row["value"] is not None for row in each[0])]
    told += [([_chance_row(one, one.label, name) for one in answer.sides], f"{name}, chance", WHOLE, "%")
             for name in _drawn(answer)]  # fmt: skip
    fitting = max(1, room // (LEAST + FIGURE + GAP))
    columns = -(-len(told) // -(-len(told) // fitting))  # rows of like length
    plot = room // columns - FIGURE - GAP
    rows = [
        alt.hconcat(
            *(
                _panel(rows, labels, title, domain, unit, plot, side if at == 0 else 0)
                for at, (rows, title, domain, unit) in enumerate(told[start : start + columns])
            ),
            spacing=GAP,
        )
        for start in range(0, len(told), columns)
    ]
    return alt.vconcat(*rows, spacing=16)


def _cases(answer: Compare, width: int) -> alt.VConcatChart:
    """A row of two panels a side: gains of those who must agree, and chances; on a phone one below the other."""
    narrow = width < NARROW
    reach, drawn = _reach(answer, answer.actors), _drawn(answer)
    room = (width - 16) if narrow else (width - 16 - GAP) // 2
    plot = room - NAMES - FIGURE
    blocks: list[alt.LayerChart | alt.HConcatChart] = []
    for one in answer.sides:
        names = [one.scenario.actors[i].name for i in one.must]
        gains = [_gain_row(one, called(answer, name), name) for name in names] if one.standing == "open" else []
        chances = [_chance_row(one, name, name) for name in drawn if one.chance_of(name) is not None]
        deal = f": {one.deal}" if one.deal else ""
        title = (
            f"{one.label}, {month(one.situation.date)}{deal}{'' if one.standing == 'open' else f' ({one.standing})'}"
        )
        parts = [
            _panel(rows, [str(row["row"]) for row in rows], said, domain, unit, plot, NAMES)
            for rows, said, domain, unit in (
                (gains, title, reach, "payoff"),
                (chances, f"{one.label}: chances", WHOLE, "%"),
            )
            if rows
        ]
        blocks += parts if narrow else [alt.hconcat(*parts, spacing=GAP)]
    return alt.vconcat(*blocks, spacing=14)


def _panel(
    rows: list[dict[str, Any]], order: list[str], title: str, domain: list[float], unit: str, plot: int, side: int
) -> alt.LayerChart:
    """Dots with lines, and their figures at the right."""
    names = alt.Axis(ticks=False, domain=False, minExtent=side - 8, maxExtent=side - 8, labelLimit=side - 12,
                     labelColor=INK)  # fmt: skip
    y = alt.Y("row:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=names if side else None)
    ticks: dict[str, Any] = {"values": [0, 50, 100]} if domain is WHOLE else {"tickCount": 3, "labelOverlap": True}
    axis = alt.Axis(domain=False, titleFontSize=10, labelFontSize=9, **ticks)
    x: dict[str, Any] = {"scale": alt.Scale(domain=domain, nice=False), "axis": axis, "title": unit}
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    zero = alt.Chart(alt.InlineData(values=[{"x": 0}])).mark_rule(color=SOFT, strokeWidth=1).encode(x=alt.X("x:Q", **x))
    scale = alt.Scale(domain=["gain", "neither", "loss"], range=[LINE, SOFT, AGAINST])
    colour = alt.Color("kind:N", scale=scale, legend=None)
    there = base.transform_filter("isValid(datum.value)")
    tips = [alt.Tooltip("row:N", title=" "), alt.Tooltip("figure:N", title=title[:40])]
    layers = alt.layer(
        zero,
        there.mark_rule(strokeWidth=1.6).encode(x=alt.X("low:Q", **x), x2="high:Q", color=colour),
        there.mark_point(filled=True, size=46, opacity=1).encode(x=alt.X("value:Q", **x), color=colour, tooltip=tips),
        base.mark_text(align="left", fontSize=10, color=INK).encode(x=alt.value(plot + 4), text="figure:N"),
    ).properties(
        width=plot,
        height=ROW * len(order),
        title=alt.TitleParams(
            wrapped(title, plot + FIGURE + (side if plot > 110 else 0), 12), anchor="start", fontSize=11,
            offset=6, color=INK, frame="bounds" if side and plot > 110 else "group",
        ),
    )  # fmt: skip
    return cast("alt.LayerChart", layers)


def _gain_row(one: Side, row: str, actor: str) -> dict[str, Any]:
    return _row(row, one.gain(actor), 1.0, lambda value: payoff(value).replace("-", "−"), one.standing, moved)


def _chance_row(one: Side, row: str, name: str) -> dict[str, Any]:
    held = " †" if name in one.asked and one.holds(name) else ""
    return _row(row, one.chance_of(name), 100.0, lambda value: f"{percent(value / 100)}{held}", "", lambda _: "gain")


def _row(
    row: str, values: np.ndarray | None, by: float, told: Any, without: str, kind: Callable[[float], str]
) -> dict[str, Any]:
    if values is None:
        return {
            "row": row,
            "value": None,
            "low": None,
            "high": None,
            "kind": "gain",
            "figure": _SHORT.get(without, "—"),
        }
    value = by * float(values[0])
    low, high = (by * end for end in ends(values[1:])) if len(values) > 1 else (value, value)
    return {"row": row, "value": value, "low": low, "high": high, "kind": kind(value), "figure": told(value)}


_SHORT = {"in force": "in force"}


def _drawn(answer: Compare) -> list[str]:
    """The chances drawn: what the case asks about, then those that lie furthest apart, and the deal's terms."""
    asked = answer.sides[0].scenario.ask.outcome
    gap = {}
    for name in answer.outcomes:
        here = [float(chance[0]) for one in answer.sides if (chance := one.chance_of(name)) is not None]
        gap[name] = (name == asked, max(here) - min(here))
    chosen = sorted((name for name in answer.outcomes if name != TERMS), key=lambda name: gap[name], reverse=True)
    most = (1 if answer.one_case else CHANCES) - 1
    return [*chosen[: most + 1], *(name for name in answer.outcomes if name == TERMS)]


def _reach(answer: Compare, actors: Sequence[str]) -> list[float]:
    """One scale for the gains of these actors."""
    found = [0.0]
    for one in answer.sides:
        for name in actors:
            row = _gain_row(one, "", name)
            found += [row[key] for key in ("low", "high", "value") if row[key] is not None]
    room = 0.06 * (max(found) - min(found) or 1.0)
    return [min(found) - room, max(found) + room]
