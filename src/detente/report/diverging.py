"""Diverging bar charts: what actors gain (to the right) and lose (to the left) when an outcome comes about.

A grid of small panels with one list of rows. Panels share one scale, so that bars compare, except a panel more than
twice as long as the next: it would flatten all the others, so it has a scale of its own and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.look import FAINT, INK, RULE
from detente.report.paint import (
    ACCENT,
    DESK,
    LOSS,
    PHONE,
    Picture,
    Size,
    Spec,
    chart,
    layer,
    quantity,
    round_up,
    text,
    text_width,
)
from detente.report.words import capital, digits_for, payoff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.report.view import OutcomeView, StakeView

LEGEND = "Bars to the right: gain. To the left: loss. Payoff, discounted."
_SHORT, _TIGHT = 130, 140  # pixels: names that leave room for four panels, a panel that needs more room for figures
_APART = 2.0  # a panel so many times as long as the next longest has a scale of its own


@dataclass(frozen=True)
class Panel:
    """One panel: its title and a value for each row (nan: nothing is drawn)."""

    title: str
    values: tuple[float, ...]
    note: str = ""  # why nothing is drawn

    @property
    def reach(self) -> float:
        """The longest bar."""
        return max((abs(v) for v in self.values if not math.isnan(v)), default=0.0)


def overview_picture(stakes: Sequence[StakeView], outcomes: Sequence[OutcomeView]) -> Picture:
    """A panel for each outcome, a row for each actor."""
    panels = [Panel(capital(o.name), tuple(s.change[k] for s in stakes), _note(o)) for k, o in enumerate(outcomes)]
    said = [_who(panel, [stake.name for stake in stakes]) for panel in panels]
    title = "What each actor gains or loses with each outcome"
    return _picture("gains", title, " ".join(said), [stake.name for stake in stakes], panels)


def actor_picture(stake: StakeView, outcomes: Sequence[OutcomeView]) -> Picture:
    """A panel for each outcome, a row for each interest of one actor, and the whole."""
    rows = [capital(part.name) for part in stake.parts] + ["Together"]
    panels = [
        Panel(capital(o.name), (*(part.change[k] for part in stake.parts), stake.change[k]), _note(o))
        for k, o in enumerate(outcomes)
    ]
    finding = f"{stake.name}: " + "; ".join(
        f"{o.name} {payoff(stake.change[k], 1, signed=True)}" for k, o in enumerate(outcomes)
    )
    return _picture(f"gains-{stake.anchor}", f"{stake.name}: by interest", f"{finding}.", rows, panels)


def _note(outcome: OutcomeView) -> str:
    return "holds now" if outcome.standing else "not reached"


def _who(panel: Panel, actors: Sequence[str]) -> str:
    gain = [name for name, value in zip(actors, panel.values, strict=True) if value > 0]
    lose = [name for name, value in zip(actors, panel.values, strict=True) if value < 0]
    return f"{panel.title}: gain {', '.join(gain) or 'nobody'}; lose {', '.join(lose) or 'nobody'}."


def _picture(key: str, title: str, finding: str, rows: Sequence[str], panels: Sequence[Panel]) -> Picture:
    return Picture(key, title, finding, {size.name: grid(rows, panels, size) for size in (DESK, PHONE)}, (LEGEND,))


def grid(rows: Sequence[str], panels: Sequence[Panel], size: Size) -> Spec:
    """The panels in rows of three or four (desk) or two (phone), row names at the left of each row of panels."""
    names = min(_room(size), max(text_width(row, size) for row in rows) + 8)
    across = 2 if size.narrow else 4 if names <= _SHORT else 3
    width = (size.width - names - 20) / across - 12  # the outer axis labels reach a little beyond
    common, own = scales(panels)
    bands = []
    for start in range(0, len(panels), across):
        some = panels[start : start + across]
        row = [
            _panel(rows, panel, own.get(id(panel), common), id(panel) in own, (width, names if k == 0 else 0.0), size)
            for k, panel in enumerate(some)
        ]
        bands.append({"hconcat": row, "spacing": 12})
    return chart(size, vconcat=bands, spacing=18)


def scales(panels: Sequence[Panel]) -> tuple[float, dict[int, float]]:
    """The common reach, and the reach of each panel (by id) that stands alone."""
    own: dict[int, float] = {}
    left = sorted(panels, key=lambda panel: -panel.reach)
    while len(left) > 1 and left[0].reach > _APART * left[1].reach > 0:
        own[id(left[0])] = round_up(left[0].reach)
        left = left[1:]
    return round_up(left[0].reach if left else 0.0), own


def _panel(rows: Sequence[str], panel: Panel, reach: float, own: bool, widths: tuple[float, float], size: Size) -> Spec:
    width, names = widths
    room = 1.7 if width < _TIGHT else 1.45  # for the figures at the bars' ends
    axis = {"values": [-reach, 0, reach], "labelExpr": _axis_labels(reach), "title": None, "gridColor": FAINT}
    x = quantity("value", scale={"domain": [-room * reach, room * reach], "nice": False}, axis=axis)
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"domain": list(range(len(rows)))}}
    layers = [*_bars(panel, x, y, size), layer([{"value": 0}], "rule", {"color": RULE}, x=x)]
    if names:
        layers += _row_names(rows, y, names, size)
    note = "its own scale" if own else "" if panel.reach else panel.note
    title = {
        "text": wrapped(panel.title, size, width + 8),
        "subtitle": [note],
        "anchor": "middle",
        "fontSize": size.text,
        "offset": 6,
        "limit": width + 12,
        "frame": "group",
    }
    return {"width": width, "height": _line(rows, size) * len(rows), "title": title, "layer": layers}


def _row_names(rows: Sequence[str], y: Spec, width: float, size: Size) -> list[Spec]:
    """The names of the rows; one too long for a line takes two."""
    layers = []
    for lines, up in ((1, 0), (2, -0.45 * size.text)):
        some = [(k, wrapped(row, size, _room(size) - 8)) for k, row in enumerate(rows)]
        values = [{"row": k, "name": "\n".join(name)} for k, name in some if len(name) == lines]
        look = {"align": "left", "limit": width - 4, "lineBreak": "\n", "lineHeight": 0.95 * size.text, "dy": up}
        layers.append(layer(values, "text", look, y=y, x={"value": -width}, text=text("name")))
    return layers


def wrapped(name: str, size: Size, room: float) -> list[str]:
    """A name in one line, or in two of about the same length."""
    words = name.split(" ")
    if text_width(name, size) <= room or len(words) == 1:
        return [name]
    cuts = [[" ".join(words[:k]), " ".join(words[k:])] for k in range(1, len(words))]
    return min(cuts, key=lambda cut: max(map(len, cut)))


def _room(size: Size) -> float:
    """Pixels for the names of rows."""
    return 108 if size.narrow else 176


def _line(rows: Sequence[str], size: Size) -> int:
    return 24 if any(len(wrapped(row, size, _room(size) - 8)) > 1 for row in rows) else 19


def _bars(panel: Panel, x: Spec, y: Spec, size: Size) -> list[Spec]:
    """The bars and the figures at their ends: gains in the accent to the right, losses in ochre to the left."""
    digits = digits_for(list(panel.values))
    figures = {"fontSize": size.text - 1, "color": INK}
    gains = [(k, v) for k, v in enumerate(panel.values) if v >= 0]
    losses = [(k, v) for k, v in enumerate(panel.values) if v < 0]
    layers = []
    for color, side, some in (
        (ACCENT, {"align": "left", "dx": 3}, gains),
        (LOSS, {"align": "right", "dx": -3}, losses),
    ):
        rows = [{"row": k, "value": v, "said": payoff(v, digits, signed=True)} for k, v in some]
        layers.append(layer(rows, "bar", {"height": 11, "color": color}, x=x, y=y))
        layers.append(layer(rows, "text", figures | side, x=x, y=y, text=text("said")))
    return layers


def _axis_labels(reach: float) -> str:
    digits = 0 if reach == round(reach) else 1 if reach >= 0.1 else digits_for([reach]) + 1
    low, high = payoff(-reach, digits), payoff(reach, digits, signed=True)
    return f"datum.value < 0 ? '{low}' : datum.value > 0 ? '{high}' : '0'"
