"""From a chart's specification to a safe picture: palette, type, rendering, and the picture as it stands in the page.

Charts are Vega-Lite specifications, drawn by vl-convert without a browser and without the network. They are written as
plain records: building the same through altair takes ten times as long as drawing it; the tests hold them to altair's
schema. What comes back is taken apart and put together again from a short list of elements and attributes, so that
nothing a scenario says can become markup; ids get a prefix, since several pictures share one page; and the palette's
colours become CSS variables there, so that the page's light and dark schemes and its print style apply to pictures too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import vl_convert
from markupsafe import Markup

from detente.look import (
    AGAINST,
    AGAINST_LIGHT,
    DARK,
    FAINT,
    FONT,
    INK,
    LIGHT,
    LINE,
    PAPER,
    RULE,
    SOFT,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Spec = dict[str, Any]  # a Vega-Lite specification, or a part of one

ACCENT, MIDDLE, LOSS = LINE, DARK, AGAINST
ZERO = "datum.value === 0 ? '0%' : datum.label"  # the label of a tick on an axis of chances
_NAMES = {INK: "ink", SOFT: "soft", RULE: "rule", FAINT: "faint", PAPER: "paper", ACCENT: "accent", MIDDLE: "middle",
          LIGHT: "light", LOSS: "loss", AGAINST_LIGHT: "loss-light"}  # fmt: skip

_LINE = 104  # letters of a subtitle's line
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset({"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clipPath"})
_ATTRIBUTES = frozenset({
    "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "dx", "dy", "width", "height", "viewBox", "transform",
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "stroke-opacity", "opacity", "text-anchor", "font-size", "font-weight", "font-style", "clip-path", "id",
})  # fmt: skip
_DEFAULTS = {"opacity": "1", "stroke-width": "1", "font-weight": "normal"}


@dataclass(frozen=True)
class Size:
    """One of the two widths in which every chart is drawn."""

    name: str
    width: int
    text: int  # font size in pixels

    @property
    def narrow(self) -> bool:
        """Whether labels must go above what they name rather than beside it."""
        return self.width < 500


DESK, PHONE = Size("desk", 720, 13), Size("phone", 340, 12)


@dataclass(frozen=True)
class Picture:
    """A chart in both widths, what it shows in a sentence, and the file name it gets."""

    key: str  # unique on the page; letters, digits, hyphens
    title: str
    finding: str  # the text alternative
    charts: dict[str, Spec] = field(repr=False)  # size name -> chart
    legend: tuple[str, ...] = ()  # lines that a picture on its own needs


def config(size: Size) -> Spec:
    """The look that all charts share."""
    text = {"labelFontSize": size.text, "titleFontSize": size.text, "labelColor": SOFT, "titleColor": SOFT}
    axis = text | {"labelFont": FONT, "titleFont": FONT, "titleFontWeight": "normal", "domain": False, "ticks": False,
                   "labelFlush": False}  # fmt: skip
    return {
        "background": PAPER,
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis | {"gridColor": FAINT, "labelPadding": 5},
        "text": {"font": FONT, "fontSize": size.text, "color": INK},
        "title": {"font": FONT, "fontSize": size.text + 2, "color": INK, "anchor": "start", "fontWeight": 600,
                  "subtitleFont": FONT, "subtitleFontSize": size.text, "subtitleColor": SOFT},
    }  # fmt: skip


def chart(size: Size, **parts: Any) -> Spec:
    """A whole chart of these parts, with the look that all share."""
    schema = "https://vega.github.io/schema/vega-lite/v6.json"  # a name; nothing is fetched
    return {
        "$schema": schema,
        "config": config(size),
        "padding": {"left": 2, "top": 2, "right": 8, "bottom": 2},
        **parts,
    }


def framed(layers: Sequence[Spec], size: Size, height: float) -> Spec:
    """Layers as one chart at exactly the size's width, whatever its labels take."""
    fit = {"type": "fit", "contains": "padding"}
    return chart(size, width=size.width, height=height, autosize=fit, layer=list(layers))


def layer(values: Sequence[dict[str, Any]], mark: str, look: Spec, **encoding: Any) -> Spec:
    """One layer: its data, its mark and how the mark looks, what is shown by what."""
    return {"data": {"values": list(values)}, "mark": {"type": mark, **look}, "encoding": encoding}


def quantity(name: str, **more: Any) -> Spec:
    """The encoding of a quantity."""
    return {"field": name, "type": "quantitative", **more}


def text(name: str) -> Spec:
    """The encoding of words."""
    return {"field": name, "type": "nominal"}


def titled(spec: Spec, title: str, subtitle: Sequence[str] = ()) -> Spec:
    """The chart with its title, for a file of its own; in the page the caption says it."""
    lines = [line for part in subtitle for line in wrap(part, _LINE)]
    taller = {"height": spec["height"] + 36 + 16 * len(lines)} if "height" in spec else {}
    return spec | taller | {"title": {"text": title, "subtitle": lines, "offset": 14}}


def draw(spec: Spec) -> str:
    """The chart as SVG text, made without any request."""
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return svg


def inline(svg: str, prefix: str, finding: str) -> Markup:
    """The picture as it stands in a page: only known elements, ids with a prefix, colours as CSS variables."""
    root = _Rebuild(prefix, themed=True)(_parse(svg))
    root.set("role", "img")
    root.set("aria-label", finding)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - built from the short list above, text escaped


def standalone(svg: str, finding: str) -> str:
    """The picture as a file: the same short list, its colours as they are."""
    root = _Rebuild("", themed=False)(_parse(svg))
    root.set("xmlns", _SVG)
    root.set("font-family", FONT)
    root.set("role", "img")
    root.set("aria-label", finding)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def png(svg: str, scale: float = 2.0) -> bytes:
    """The picture as pixels."""
    pixels: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return pixels


def _parse(svg: str) -> ET.Element:
    if "<!" in svg:
        raise ValueError("a drawn chart holds a document type or a comment, which no chart needs")
    return ET.fromstring(svg)  # noqa: S314 - no document type, so no entities


class _Rebuild:
    """Puts a drawing together again. Ids are numbered afresh: the renderer counts on from one chart to the next."""

    def __init__(self, prefix: str, themed: bool):
        self.prefix, self.themed = prefix, themed
        self.ids: dict[str, str] = {}

    def __call__(self, element: ET.Element) -> ET.Element:
        kept = ET.Element(element.tag.removeprefix(f"{{{_SVG}}}"))
        for name, value in element.attrib.items():
            if name in _ATTRIBUTES and value != _DEFAULTS.get(name):
                kept.set(name, self._value(name, value))
        kept.text = element.text
        for child in element:
            tag = child.tag.removeprefix(f"{{{_SVG}}}")
            if tag in _ELEMENTS and child.get("display") != "none" and not _empty(tag, child):
                kept.append(self(child))
        return kept

    def _value(self, name: str, value: str) -> str:
        if name == "id":
            return self._id(value)
        if value.startswith("url("):
            inside = value.removeprefix("url(").rstrip(")").strip("'\"")
            return f"url(#{self._id(inside[1:])})" if inside.startswith("#") else "none"
        if self.themed and name in ("fill", "stroke"):
            known = _NAMES.get(PAPER if value == "white" else value)
            return f"var(--{known})" if known else value
        return value

    def _id(self, given: str) -> str:
        return self.ids.setdefault(given, f"{self.prefix}{len(self.ids) + 1}")


def _empty(tag: str, element: ET.Element) -> bool:
    return (tag == "path" and element.get("d") in ("", "M0,0h0v0h0Z")) or (tag == "g" and len(element) == 0)


def text_width(text: str, size: Size) -> float:
    """About how many pixels a text takes; enough to keep labels apart."""
    return 0.56 * size.text * len(text)


def nice_top(top: float, steps: int = 4) -> tuple[float, float]:
    """A round upper end of an axis from zero, and the step between its ticks."""
    if not top > 0 or not math.isfinite(top):
        return 1.0, 0.25
    rough = top / steps
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= rough * 0.999)
    return step * math.ceil(top / step * 0.999), step


def percents(step: float) -> str:
    """How to write the ticks of an axis of chances: with as many digits as tell its step exactly, at most four."""
    exact = (d for d in range(4) if abs(step * 10 ** (d + 2) - round(step * 10 ** (d + 2))) < 1e-6 and step > 0)
    return f".{next(exact, 4)}%"


def round_up(x: float) -> float:
    """The next round number up, for the end of a small axis."""
    if not x > 0 or not math.isfinite(x):
        return 1.0
    size = 10.0 ** math.floor(math.log10(x))
    return next(m * size for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * size >= x * 0.999)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near those wanted, at least ``gap`` from each other where there is room, between low and high."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    floor = low
    for i in order:
        placed[i] = max(wanted[i], floor)
        floor = placed[i] + gap
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed
