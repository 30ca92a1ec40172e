"""The picture of tracing: the chances of each decision's actions against precision, a panel a decision.

The axis runs from 0 to infinity, or as far as the branch is known: precision p stands at p / (p + m), with m that at
which half of what changes has changed (:func:`detente.questions.trace_course.middle`). So whatever the precision told
and however far the limit, neither what happens early nor what happens late is squeezed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import numpy as np

from detente.look import AGAINST, DARK, INK, LINE, NARROW, RULE, SOFT, framed, wrapped
from detente.questions.asked import ends
from detente.questions.trace_course import middle
from detente.questions.trace_details import known_ends, of, shown
from detente.questions.trace_turns import WAIT

if TYPE_CHECKING:
    from detente.questions.trace import Principal
    from detente.questions.trace_turns import Turn

PANELS = 6  # decisions drawn
HEIGHT, AXIS = 150, 50  # pixels: of a panel, and of its axis at the left
LABELS = 96  # pixels at most: at the right, for the names of actions
LETTER = 6.2  # pixels
NEAR = 9.0  # points of a chance: labels nearer than that would touch
WAITING, COLOURS = AGAINST, (LINE, AGAINST, SOFT, DARK)  # an action has the same one in all panels of its player
OWN = "#f3f3f3"  # precisions of the draws
APART = 24  # pixels between a figure on the axis and its ends, at least


@dataclass(frozen=True)
class Axis:
    """Where precisions stand, from 0 to 1: ``half`` in the middle of all there are, ``end`` at the right."""

    title: str
    half: float
    end: float

    @classmethod
    def of(cls, answer: Principal) -> Axis:
        """That of an answer; where precisions differ it says whose stands on it."""
        first = max(answer.precisions, key=lambda name: answer.precisions[name])
        title = f"precision of {first}, 1 / payoff" if answer.uneven else "precision, 1 / payoff"
        branch = answer.limit or answer.line
        end = math.inf if answer.limit else float(branch.path.precision.max()) or 1.0
        return cls(title, middle(answer.play, branch), end)

    def at(self, precision: float) -> float:
        """The place of a precision, from 0 to 1."""
        return min(self._share(precision) / self._share(self.end), 1.0)

    def drawn(self, width: int) -> alt.X:
        """The axis of a panel so many pixels wide."""
        many = max(2, width // 42)
        shares = (n / many * self._share(self.end) for n in range(1, many))
        told = [0.0, *sorted({_plain(self.half * share / (1 - share)) for share in shares})]
        told.append(float(f"{self.end:.4g}"))
        places = [round(self.at(each), 6) for each in told]
        kept = [n for n, place in enumerate(places) if place in (0.0, 1.0) or APART / width < place < 1 - APART / width]
        names = [f"{told[n]:,.12g}" if told[n] < math.inf else "∞" for n in kept]
        values = [places[n] for n in kept]
        axis = alt.Axis(
            values=values, labelExpr=f"{names}[indexof({values}, datum.value)]", grid=False, labelOverlap=True
        )
        return alt.X("p:Q", title=self.title, scale=alt.Scale(domain=[0, 1], nice=False, zero=False), axis=axis)

    def _share(self, precision: float) -> float:
        return 1.0 if math.isinf(precision) else precision / (precision + self.half)


def _plain(value: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten, by ratio."""
    tens = math.floor(math.log10(value))
    near = (digit * 10.0**power for power in (tens, tens + 1) for digit in (1, 2, 5))
    return float(f"{min(near, key=lambda one: abs(math.log(one / value))):.3g}")


def picture(answer: Principal, width: int) -> alt.ConcatChart:
    """Panels in one column on a phone, else in two, so many pixels wide."""
    order, axis = shown(answer, PANELS), Axis.of(answer)
    columns = 1 if width < NARROW or len(order) == 1 else 2
    longest = max(len(name) for t in order for name in answer.play.turns[t].actions)
    labels = min(LABELS, int(LETTER * longest) + 16)
    inner = (width - 12) // columns - AXIS - labels - 8 * (columns - 1)
    panels = [_panel(answer, t, axis, inner, labels) for t in order]
    more = len(answer.play.turns) - len(order)
    left = f" {more:,} more decisions are not drawn." if more else ""
    title = wrapped(f"{answer.play.title}: what each does, by precision", width, 15)
    drawn = alt.concat(*panels, columns=columns, spacing={"row": 18, "column": 12}).resolve_scale(color="independent")
    lines = cast("str", title if len(title) > 1 else title[0])
    return framed(cast("alt.ConcatChart", drawn), lines, wrapped(_legend(answer) + left, width - 20))


def _legend(answer: Principal) -> str:
    """What the marks mean, those that are there."""
    told = ["Precision: 0 is chance; the higher, the more surely the better action is taken."]
    if _shown_precision(answer) is not None:
        told.append("Vertical line: the precision told.")
    if answer.data.sizes["draw"] and _shown_precision(answer) is not None:
        low, high = ends(answer.data["drawn_precision"].values)
        told.append(f"Bars: middle 90% of draws{'; grey: their precisions' if high > low else ''}.")
    if answer.limit is not None:
        told.append("Rings at the right edge, ∞: where it leads in the limit.")
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
    end = math.inf if answer.limit is not None else float(answer.line.path.precision.max())
    return [one for one in (*answer.met, *answer.later) if one.precision <= end]


def _panel(answer: Principal, t: int, axis: Axis, width: int, labels: int) -> alt.LayerChart:
    """One decision."""
    turn, at, data = answer.play.turns[t], of(answer, t), answer.data
    order = np.argsort(-data["chance"].values[at], kind="stable")[: len(COLOURS)].tolist()
    x = axis.drawn(width)
    y = alt.Y("chance:Q", title="chance, %", scale=alt.Scale(domain=[0, 100]),
              axis=alt.Axis(values=[0, 25, 50, 75, 100], minExtent=30, maxExtent=30))  # fmt: skip
    layers: list[alt.Chart] = []
    low, high = ends(data["drawn_precision"].values)
    if data.sizes["draw"] and high > low and not answer.to_limit:
        band = _data([{"p": axis.at(low), "to": min(axis.at(high), 1.0)}])
        layers.append(band.mark_rect(color=OWN).encode(x=x, x2="to:Q"))
    here = _shown_precision(answer)
    if here is not None:
        layers.append(_data([{"p": axis.at(here)}]).mark_rule(color=RULE, strokeWidth=1.2).encode(x=x))
    for rank, k in enumerate(order):
        aside = (rank - (len(order) - 1) / 2) / 70
        layers += _action(answer, at[k], axis, _colour(turn, k, rank), (x, y), aside)
    layers += _names(answer, t, order, (x, y))
    who = wrapped(answer.play.players[turn.player], width + labels, 13)
    where = wrapped(turn.where, width + labels) if turn.where else alt.Undefined
    title = alt.TitleParams(text=who, subtitle=where, fontSize=12, subtitleFontSize=11, color=INK, subtitleColor=SOFT,
                            anchor="start", fontWeight="normal", offset=6)  # fmt: skip
    return cast("alt.LayerChart", alt.layer(*layers).properties(width=width, height=HEIGHT, title=title))


def _colour(turn: Turn, at: int, rank: int) -> str:
    """The colour of an action: by its place, where there are colours enough; waiting has its own."""
    if len(turn.actions) > len(COLOURS):
        return COLOURS[rank]
    if turn.actions[0] == WAIT:
        return WAITING if at == 0 else [each for each in COLOURS if each != WAITING][at - 1]
    return COLOURS[at]


def _action(
    answer: Principal, choice: int, axis: Axis, colour: str, axes: tuple[alt.X, alt.Y], aside: float
) -> list[alt.Chart]:
    """One action: its line, the draws' bar at the precision told, its limit, what the branch met."""
    (x, y), data = axes, answer.data
    name, limit = str(data["action"].values[choice]), float(data["limit"].values[choice])
    known = zip(answer.line.path.precision.tolist(), data["along"].values[:, choice].tolist(), strict=True)
    line = [*known, *[(math.inf, limit)] * math.isfinite(limit)]
    points = [{"p": axis.at(p), "precision": f"{p:.3g}", "chance": 100 * chance, "order": n, "action": name}
              for n, (p, chance) in enumerate(line)]  # fmt: skip
    tips = [
        alt.Tooltip("action:N"),
        alt.Tooltip("precision:N"),
        alt.Tooltip("chance:Q", format=".3~g", title="chance, %"),
    ]
    layers = []
    low, high = known_ends(data["drawn"].values[:, choice])
    here = _shown_precision(answer)
    if here is not None and np.isfinite(low):
        bar = _data([{"p": min(max(axis.at(here) + aside, 0.0), 1.0), "chance": 100 * low, "high": 100 * high}])
        layers.append(bar.mark_rule(color=colour, strokeWidth=5, opacity=0.4).encode(x=x, y=y, y2="high:Q"))
    layers.append(_data(points).mark_line(color=colour, strokeWidth=2.2)
                  .encode(x=x, y=y, order="order:Q", tooltip=tips))  # fmt: skip
    if math.isfinite(limit):
        ring = _data([{"p": 1.0, "chance": 100 * limit}])
        layers.append(ring.mark_point(size=50, filled=True, fill="white", stroke=colour, strokeWidth=1.6, opacity=1)
                      .encode(x=x, y=y))  # fmt: skip
    column = np.flatnonzero(data["turn"].values == data["turn"].values[choice]).tolist().index(choice)
    turn = answer.play.turns[int(data["turn"].values[choice])]
    dots = [{"p": axis.at(float(one.precision)),
             "chance": 100 * float(one.policy[turn.row, turn.player, turn.columns[column]])}
            for one in _met(answer)]  # fmt: skip
    if dots:
        layers.append(_data(dots).mark_point(size=36, filled=True, color=INK, opacity=1).encode(x=x, y=y))
    return layers


def _names(answer: Principal, t: int, order: list[int], axes: tuple[alt.X, alt.Y]) -> list[alt.Chart]:
    """The names of the actions at the right end of their lines, kept apart."""
    turn, at, (x, y) = answer.play.turns[t], of(answer, t), axes
    ends_at = answer.data["along"].values[-1] if answer.limit is None else answer.data["limit"].values
    placed = _apart([100 * float(ends_at[at[k]]) for k in order])
    most = int(LABELS / LETTER) - 1
    layers = []
    for rank, (k, place) in enumerate(zip(order, placed, strict=True)):
        name = turn.actions[k]
        short = name if len(name) <= most else f"{name[: most - 1]}…"
        text = _data([{"p": 1.0, "chance": place, "text": short}]).mark_text(
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
