"""Bar charts of what each actor does next: chosen, accepted, and the range of both over parameter draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detente.report.paint import (
    ACCENT,
    DESK,
    INK,
    MIDDLE,
    PAPER,
    PHONE,
    Picture,
    Size,
    Spec,
    framed,
    layer,
    nice_top,
    quantity,
    text,
)
from detente.report.words import chance, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.report.view import MoverView, MoveView

LEGEND = (
    "Whole bar: the move is chosen. Dark part: chosen and accepted by all whose consent it needs. "
    "Thin line: 90 of 100 draws. Waiting has what remains of 100%."
)

NAMES = 300  # pixels for the names of moves beside their bars


def moves_picture(mover: MoverView, top: float) -> Picture:
    """What an actor does at its next decision; ``top`` is the largest chance on the axis, the same for all actors."""
    charts = {size.name: moves_chart(mover, top, size) for size in (DESK, PHONE)}
    return Picture(f"moves-{mover.anchor}", mover.name, finding(mover), charts, (LEGEND,))


def axis_top(movers: Sequence[MoverView]) -> float:
    """One axis for all actors, so that bars compare across them."""
    ends = [end for mover in movers for move in mover.moves for end in (move.chosen.likely, move.chosen.high)]
    top, _ = nice_top(max((end for end in ends if not math.isnan(end)), default=1.0))
    return min(1.0, top)


def finding(mover: MoverView) -> str:
    """What the chart shows, in a sentence."""
    likeliest = sorted(mover.moves, key=lambda move: -move.chosen.likely)[:3]
    said = "; ".join(f"{move.name} {chance(move.chosen.likely)}" for move in likeliest)
    return f"{mover.name} at its next decision: waits {chance(mover.waits.likely)}; {said}."


def moves_chart(mover: MoverView, top: float, size: Size) -> Spec:
    """A row for each open move, likeliest first; on a narrow picture its name stands above its bar."""
    rows = [_row(move, k) for k, move in enumerate(mover.moves)]
    line, lower = (38, 9) if size.narrow else (26, 0)
    top, step = nice_top(top)
    axis = {
        "values": [step * k for k in range(round(top / step) + 1)],
        "format": ".0%" if step >= 0.0099 else ".1%",
        "title": "chance at its next decision",
        "titleAnchor": "start",
        "labelFlush": True,
    }
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0}}
    x = quantity("chosen", scale={"domain": [0, top], "nice": False}, axis=axis)
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


def _row(move: MoveView, k: int) -> dict[str, object]:
    likely, low, high = move.chosen.likely, move.chosen.low, move.chosen.high
    known = move.chosen.known
    said = chance(likely) + (f"  ({spread(low, high)})" if known else "")
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
