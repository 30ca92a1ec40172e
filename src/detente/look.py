"""How pictures look: one ink, one blue, few lines; and what a picture of any question is framed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, SOFT, RULE = "#1a1a1a", "#6b6b6b", "#ececec"
LINE, DARK, LIGHT = "#1f5a8a", "#9fc0dc", "#d5e3ef"  # the answer, its middle half, its middle 90 of 100
AGAINST, AGAINST_LIGHT = "#a8412f", "#ecc9c1"  # what works the other way
NARROW = 480  # pixels: narrower pictures are for phones

Chart = TypeVar("Chart", bound=alt.TopLevelMixin)


def framed(chart: Chart, title: str, subtitle: Sequence[str] = ()) -> Chart:
    """A chart with its title and the house's colours; at the top level only."""
    grey = {"labelColor": SOFT, "titleColor": SOFT, "titleFontWeight": "normal"}
    titled: Chart = (
        chart.properties(title=alt.TitleParams(text=title, subtitle=list(subtitle), fontSize=15, offset=12))
        .configure_view(stroke=None)
        .configure_axis(gridColor=RULE, domainColor="#c8c8c8", tickColor="#c8c8c8", **grey)
        .configure_legend(**grey)
        .configure_title(anchor="start", color=INK, subtitleColor=SOFT)
    )
    return titled


def wrapped(text: str, width: int, size: int = 11) -> list[str]:
    """A sentence in lines that fit so many pixels, at a font size; for titles and notes in a picture."""
    import textwrap

    return textwrap.wrap(text, max(20, int(width / (0.52 * size)))) or [""]
