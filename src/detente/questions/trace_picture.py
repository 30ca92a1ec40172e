"""The picture of tracing: the chances of each decision's actions against precision, a panel a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, DARK, INK, LINE, NARROW, RULE, SOFT, framed, wrapped
from detente.questions.asked import ends
from detente.questions.trace_details import known_ends, of, shown
from detente.questions.trace_turns import WAIT

if TYPE_CHECKING:
    from detente.game.stochastic import Floats
    from detente.questions.trace import Principal
    from detente.questions.trace_turns import Turn

PANELS = 6  # decisions drawn
HEIGHT, AXIS = 150, 50  # pixels: of a panel, and of its axis at the left
LABELS = 96  # pixels at most: at the right, for the names of actions
LETTER = 6.2  # pixels
NEAR = 9.0  # points of a chance: labels nearer than that would touch
WAITING, COLOURS = AGAINST, (LINE, AGAINST, SOFT, DARK)  # an action has the same one in all panels of its player
OWN = "#f3f3f3"  # precisions of the draws


def picture(answer: Principal, width: int) -> alt.ConcatChart:
    """Panels in one column on a phone, else in two, so many pixels wide."""
    order = shown(answer, PANELS)
    columns = 1 if width < NARROW or len(order) == 1 else 2
    longest = max(len(name) for t in order for name in answer.play.turns[t].actions)
    labels = min(LABELS, int(LETTER * longest) + 16)
    inner = (width - 12) // columns - AXIS - labels - 8 * (columns - 1)
    panels = [_panel(answer, t, inner, labels) for t in order]
    more = len(answer.play.turns) - len(order)
    left = f" {more:,} more decisions are not drawn." if more else ""
    title = wrapped(f"{answer.play.title}: what each does, by precision", width, 15)
    drawn = alt.concat(*panels, columns=columns, spacing={"row": 18, "column": 12}).resolve_scale(color="independent")
    lines = cast("str", title if len(title) > 1 else title[0])
    return framed(cast("alt.ConcatChart", drawn), lines, wrapped(_legend(answer) + left, width))


def _legend(answer: Principal) -> str:
    """What the marks mean, those that are there."""
    told = ["Precision: 0 is chance; the higher, the more surely the better action is taken."]
    if _shown_precision(answer) is not None:
        told.append("Vertical line: the precision told.")
    if answer.data.sizes["draw"] and _shown_precision(answer) is not None:
        low, high = ends(answer.data["drawn_precision"].values)
        told.append(f"Bars: middle 90% of draws{'; grey: their precisions' if high > low else ''}.")
    if answer.limit is not None:
        told.append("Rings: where it leads in the limit.")
    kinds = {one.kind for one in _met(answer)}
    if kinds:
        told.append(
            f"Dots: {' and '.join({'fold': 'folds', 'bifurcation': 'crossings'}[kind] for kind in sorted(kinds))}."
        )
    return " ".join(told)


def _shown_precision(answer: Principal) -> float | None:
    """Where the vertical line stands; None in the limit and at chance play."""
    return None if answer.to_limit or answer.found.precision == 0 else float(answer.found.precision)


def _met(answer: Principal) -> list[Any]:
    """Folds and bifurcations within the axis."""
    end = float(answer.line.path.precision.max())
    return [one for one in (*answer.met, *answer.later) if one.precision <= end]


def _panel(answer: Principal, t: int, width: int, labels: int) -> alt.LayerChart:
    """One decision."""
    turn, at = answer.play.turns[t], of(answer, t)
    data, precision = answer.data, answer.line.path.precision
    along = 100 * data["along"].values[:, at]
    end = float(precision.max()) or 1.0
    order = np.argsort(-data["chance"].values[at], kind="stable")[: len(COLOURS)].tolist()
    scale = alt.Scale(domain=[0, end], nice=False, zero=False)
    ticks = alt.Axis(tickCount=4 if width < 200 else 6, grid=False, format="~g")
    x = alt.X("p:Q", title=_axis(answer), scale=scale, axis=ticks)
    y = alt.Y("chance:Q", title="chance, %", scale=alt.Scale(domain=[0, 100]),
              axis=alt.Axis(values=[0, 25, 50, 75, 100], minExtent=30, maxExtent=30))  # fmt: skip
    layers: list[alt.Chart] = []
    low, high = ends(data["drawn_precision"].values)
    if data.sizes["draw"] and high > low and not answer.to_limit:
        layers.append(_data([{"p": low, "to": min(high, end)}]).mark_rect(color=OWN).encode(x=x, x2="to:Q"))
    here = _shown_precision(answer)
    if here is not None:
        layers.append(_data([{"p": here}]).mark_rule(color=RULE, strokeWidth=1.2).encode(x=x))
    for rank, k in enumerate(order):
        aside = (rank - (len(order) - 1) / 2) * end / 70
        layers += _action(answer, at[k], along[:, k], _colour(turn, k, rank), (x, y), aside)
    layers += _names(answer, t, order, along, (x, y), end)
    who = wrapped(answer.play.players[turn.player], width + labels, 13)
    where = wrapped(turn.where, width + labels) if turn.where else alt.Undefined
    title = alt.TitleParams(text=who, subtitle=where, fontSize=12, subtitleFontSize=11, color=INK, subtitleColor=SOFT,
                            anchor="start", fontWeight="normal", offset=6)  # fmt: skip
    return cast("alt.LayerChart", alt.layer(*layers).properties(width=width, height=HEIGHT, title=title))


def _axis(answer: Principal) -> str:
    """What stands on the axis; where precisions differ, whose."""
    first = max(answer.precisions, key=lambda name: answer.precisions[name])
    return f"precision of {first}, 1 / payoff" if answer.uneven else "precision, 1 / payoff"


def _colour(turn: Turn, at: int, rank: int) -> str:
    """The colour of an action: by its place, where there are colours enough; waiting has its own."""
    if len(turn.actions) > len(COLOURS):
        return COLOURS[rank]
    if turn.actions[0] == WAIT:
        return WAITING if at == 0 else [each for each in COLOURS if each != WAITING][at - 1]
    return COLOURS[at]


def _action(
    answer: Principal, choice: int, along: Floats, colour: str, axes: tuple[alt.X, alt.Y], aside: float
) -> list[alt.Chart]:
    """One action: its line, the draws' bar at the precision told, its limit, what the branch met."""
    x, y = axes
    precision, data = answer.line.path.precision, answer.data
    name = str(data["action"].values[choice])
    points = [{"p": float(p), "chance": float(c), "order": n, "action": name}
              for n, (p, c) in enumerate(zip(precision, along, strict=True))]  # fmt: skip
    tips = [alt.Tooltip("action:N"), alt.Tooltip("p:Q", format=".3~g", title="precision"),
            alt.Tooltip("chance:Q", format=".3~g", title="chance, %")]  # fmt: skip
    layers = []
    low, high = known_ends(data["drawn"].values[:, choice])
    here = _shown_precision(answer)
    if here is not None and np.isfinite(low):
        bar = _data([{"p": here + aside, "chance": 100 * low, "high": 100 * high}])
        layers.append(bar.mark_rule(color=colour, strokeWidth=5, opacity=0.4).encode(x=x, y=y, y2="high:Q"))
    layers.append(_data(points).mark_line(color=colour, strokeWidth=2.2, clip=True)
                  .encode(x=x, y=y, order="order:Q", tooltip=tips))  # fmt: skip
    limit = 100 * float(data["limit"].values[choice])
    if np.isfinite(limit):
        ring = _data([{"p": float(precision.max()), "chance": limit}])
        layers.append(ring.mark_point(size=50, filled=True, fill="white", stroke=colour, strokeWidth=1.6, opacity=1)
                      .encode(x=x, y=y))  # fmt: skip
    column = np.flatnonzero(data["turn"].values == data["turn"].values[choice]).tolist().index(choice)
    turn = answer.play.turns[int(data["turn"].values[choice])]
    dots = [{"p": float(one.precision), "chance": 100 * float(one.policy[turn.row, turn.player, turn.columns[column]])}
            for one in _met(answer)]  # fmt: skip
    if dots:
        layers.append(_data(dots).mark_point(size=36, filled=True, color=INK, opacity=1).encode(x=x, y=y))
    return layers


def _names(
    answer: Principal, t: int, order: list[int], along: Floats, axes: tuple[alt.X, alt.Y], end: float
) -> list[alt.Chart]:
    """The names of the actions at the right end of their lines, kept apart."""
    turn, (x, y) = answer.play.turns[t], axes
    wanted = [float(along[-1, k]) for k in order]
    placed = _apart(wanted)
    most = int(LABELS / LETTER) - 1
    layers = []
    for rank, (k, at) in enumerate(zip(order, placed, strict=True)):
        name = turn.actions[k]
        short = name if len(name) <= most else f"{name[: most - 1]}…"
        text = _data([{"p": end, "chance": at, "text": short}]).mark_text(
            align="left", dx=9, color=_colour(turn, k, rank), fontSize=11
        )
        layers.append(text.encode(x=x, y=y, text="text:N"))
    return layers


def _apart(wanted: list[float]) -> list[float]:
    """Places near those wanted, so far from each other that labels do not touch, within 0 and 100."""
    placed = [0.0] * len(wanted)
    floor = 0.0
    for k in sorted(range(len(wanted)), key=wanted.__getitem__):
        placed[k] = max(wanted[k], floor)
        floor = placed[k] + NEAR
    ceiling = 100.0
    for k in sorted(range(len(wanted)), key=lambda k: -placed[k]):
        placed[k] = min(placed[k], ceiling)
        ceiling = placed[k] - NEAR
    return placed


def _data(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))
