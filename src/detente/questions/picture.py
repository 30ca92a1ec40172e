"""A chart as a file or as text: SVG, PNG, PDF, or HTML with its script inside. Nothing is fetched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from detente.files import write_whole
from detente.problems import DetenteError

if TYPE_CHECKING:
    import altair as alt

FORMATS = (".svg", ".png", ".pdf", ".html")


def save(chart: alt.TopLevelMixin, path: Path | str) -> None:
    """Write a chart in the format that the file's ending names, whole or not at all."""
    ending = format_of(path)
    write_whole(path, _drawn(chart, ending))


def format_of(path: Path | str) -> str:
    """The ending of a chart's file, or a DetenteError that lists those there are."""
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        raise DetenteError(f"A chart can be written as {', '.join(FORMATS)}; {str(path)!r} ends in none of them.")
    return ending


def svg(chart: alt.TopLevelMixin) -> str:
    """A chart as an SVG element."""
    return str(_drawn(chart, ".svg"))


def _drawn(chart: alt.TopLevelMixin, ending: str) -> bytes | str:
    import vl_convert

    plain = chart.to_dict()
    plain["usermeta"] = {**plain.get("usermeta", {}), "embedOptions": {"actions": False}}  # no menu of links elsewhere
    specification = json.dumps(plain)
    if ending == ".svg":
        text: str = vl_convert.vegalite_to_svg(specification)
        return text
    if ending == ".html":
        page: str = vl_convert.vegalite_to_html(specification, bundle=True)
        return page
    drawn: bytes = (vl_convert.vegalite_to_png(specification, scale=2) if ending == ".png"
                    else vl_convert.vegalite_to_pdf(specification))  # fmt: skip
    return drawn
