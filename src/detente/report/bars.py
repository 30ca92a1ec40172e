"""Bar charts of what each actor does next: chosen, accepted, and the range of both over parameter draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.look import INK, PAPER
from detente.report.paint import (
    ACCENT,
    DESK,
    MIDDLE,
    PHONE,
    ZERO,
    Picture,
    Size,
    Spec,
    framed,
    layer,
    nice_top,
    percents,
    quantity,
    text,
    text_width,
)
from detente.report.words import chance, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.report.view import MoverView, MoveView

LEGEND = (
    "Whole bar: the move is chosen. Stronger colour: chosen and accepted by all whose consent it needs. "
    "Thin line: 90% of draws. Waiting has what remains of 100%."
)

NAMES = 300  # pixels for the names of moves beside their bars


@dataclass(frozen=True)
class Scale:
    """The axis that all actors' bars share: last tick, step between ticks, and its end, with room for the figures."""

    top: float
    step: float
    end: float


def moves_pictures(movers: Sequence[MoverView], star: str = "") -> list[Picture]:
    """What each actor that can move would do at its next decision, bars on one scale so that they compare.

    ``star``: what stands behind figures at the likely numbers.
    """
    scales = {size: shared_scale(movers, size, star) for size in (DESK, PHONE)}
    return [
        Picture(
            key=f"moves-{mover.anchor}",
            title=mover.name,
            finding=finding(mover, star),
            charts={size.name: moves_chart(mover, scale, size, star) for size, scale in scales.items()},
            legend=(LEGEND,),
        )
        for mover in movers
        if mover.moves
    ]


def shared_scale(movers: Sequence[MoverView], size: Size, star: str = "") -> Scale:
    """An axis long enough for every bar, and for the figures at its end."""
    rows = [_row(move, 0, star) for mover in movers for move in mover.moves]
    top, step = nice_top(max((row["end"] for row in rows), default=1.0))
    room = size.width - (12 if size.narrow else NAMES + 12)
    needed = (row["end"] / max(0.2, 1 - (text_width(row["said"], size) + 8) / room) for row in rows)
    return Scale(min(1.0, top), step, max(top, *needed, 0.0))


def finding(mover: MoverView, star: str = "") -> str:
    """What the chart shows, in a sentence."""
    likeliest = sorted(mover.moves, key=lambda move: -move.chosen.likely)[:3]
    said = "; ".join(f"{move.name} {chance(move.chosen.likely)}{star}" for move in likeliest)
    return f"{mover.name} at its next decision: waits {chance(mover.waits.likely)}{star}; {said}."


def moves_chart(mover: MoverView, scale: Scale, size: Size, star: str = "") -> Spec:
    """A row for each open move, likeliest first; on a narrow picture its name stands above its bar."""
    rows = [_row(move, k, star) for k, move in enumerate(mover.moves)]
    line, lower = (38, 9) if size.narrow else (26, 0)
    axis = {
        "values": [scale.step * k for k in range(round(scale.top / scale.step) + 1)],
        "format": percents(scale.step),
        "labelExpr": ZERO,
        "title": "chance at its next decision",
        "titleAnchor": "start",
    }
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0}}
    x = quantity("chosen", scale={"domain": [0, scale.end], "nice": False}, axis=axis)
    bar = {"height": 12, "yOffset": lower}
    span: Spec = {"y": y, "x": quantity("low"), "x2": {"field": "high"}}
    room, across, up = (size.width - 20, 0, -8) if size.narrow else (NAMES - 10, -NAMES, 0)
    layers = [
        layer(rows, "bar", bar | {"color": MIDDLE}, y=y, x=x),
        layer(rows, "bar", bar | {"color": ACCENT}, y=y, x=quantity("taken")),
        layer(rows, "rule", {"color": PAPER, "strokeWidth": 4, "yOffset": lower}, **span),
        layer(rows, "rule", {"color": INK, "strokeWidth": 1.4, "yOffset": lower}, **span),
        layer(rows, "text", {"align": "left", "dx": 6, "dy": lower}, y=y, x=quantity("end"), text=text("said")),
        layer(rows, "text", {"align": "left", "dy": up, "limit": room}, y=y, x={"value": across}, text=text("name")),
    ]
    return framed(layers, size, line * len(rows) + 48)


def _row(move: MoveView, k: int, star: str) -> dict[str, Any]:
    likely, low, high = move.chosen.likely, move.chosen.low, move.chosen.high
    known = move.chosen.known
    said = chance(likely) + star + (f"  ({spread(low, high)})" if known else "")
    return {
        "row": k,
        "name": move.name,
        "chosen": likely,
        "taken": move.taken.likely,
        "low": low if known else likely,
        "high": high if known else likely,
        "end": max(high, likely) if known else likely,
        "said": said + (", a slip" if move.slip else ""),
    }
