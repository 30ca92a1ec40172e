"""How pictures look: one ink, one blue, few lines; and what a picture of any question is framed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

INK, SOFT, RULE, FAINT, PAPER = "#1b2430", "#56606e", "#b9c0c9", "#e6e9ed", "#ffffff"
LINE, DARK, LIGHT = "#0b4f71", "#86b3ca", "#d2e4ee"  # the answer, its middle half, its middle 90%
AGAINST, AGAINST_LIGHT = "#a8560a", "#ecd3bb"  # beside the blue: apart in every common colour blindness
FONT = "'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"  # of one width, so that labels keep their room
WIDE = 0.55  # of the size: a letter of a sentence, with room for wider fonts where none of these is installed
NARROW = 480  # pixels: narrower pictures are for phones

Chart = TypeVar("Chart", bound="alt.TopLevelMixin")


def framed(chart: Chart, title: str, subtitle: Sequence[str] = ()) -> Chart:
    """A chart with its title and the house's colours; at the top level only."""
    import altair as alt

    grey = {"labelColor": SOFT, "titleColor": SOFT, "titleFontWeight": "normal"}
    titled: Chart = (
        chart.properties(title=alt.TitleParams(text=title, subtitle=list(subtitle), fontSize=15, offset=12))
        .configure(font=FONT, background=PAPER)
        .configure_view(stroke=None)
        .configure_axis(labelFlush=False, gridColor=FAINT, domainColor=RULE, tickColor=RULE, **grey)
        .configure_legend(**grey)
        .configure_title(anchor="start", color=INK, subtitleColor=SOFT)
    )
    return titled


def wrapped(text: str, width: int, size: int = 11) -> list[str]:
    """A sentence in lines that fit so many pixels, at a font size; for titles and notes in a picture."""
    import textwrap

    return textwrap.wrap(text, max(20, int(width / (WIDE * size)))) or [""]
