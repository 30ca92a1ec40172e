"""From the view-model to the page: one HTML file that needs no script and makes no request.

The template escapes everything (``autoescape``); only pictures enter as markup, and they are rebuilt from a short list
of elements first (:mod:`detente.report.paint`). The page's own policy (CSP) forbids every load besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from detente.questions.saying import NO_ANSWER
from detente.report import bars, diverging, fan, paint, reading, said, words
from detente.report.paint import Picture
from detente.report.slugs import slugs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.report.view import Page, ParameterView, StakeView

BEFORE = (
    ("answers", "What to expect"),
    ("situation", "The situation"),
    ("moves", "Who moves next"),
    ("chances", "Chances over time"),
    ("stakes", "Gains and losses"),
    ("histories", "How it might go"),
)
AFTER = (
    ("numbers", "The numbers"),
    ("claims", "Claims"),
    ("made", "How it was made"),
    ("reading", "How to read it"),
)

_WORDS = ("capital", "chance", "listed", "month", "number", "payoff", "sentence", "spread")
_SAID = ("answer", "counts", "decides", "provenance", "reasons")


@dataclass(frozen=True)
class Drawn:
    """A picture in both widths, ready for the page."""

    key: str
    desk: Markup
    phone: Markup


def contents(page: Page) -> tuple[tuple[str, str], ...]:
    """The sections in their order: anchors and titles."""
    return (*BEFORE, *((view.anchor, view.title) for view in page.answers), *AFTER)


def pictures(page: Page) -> list[Picture]:
    """Every chart of the page, in its order."""
    return [
        *bars.moves_pictures(page.movers, page.standing.star),
        *(fan.fan_picture(outcome, page.date, page.events, page.standing.star) for outcome in page.outcomes),
        *([diverging.overview_picture(page.stakes, page.outcomes)] if page.stakes else []),
        *(diverging.actor_picture(stake, page.outcomes) for stake in page.stakes),
        *(Picture(view.anchor, view.title, view.summary, view.charts) for view in page.answers if view.charts),
    ]


def render(page: Page, version: str, each: Callable[[], None] | None = None) -> str:
    """The page as HTML text; ``each`` is called after every chart, for progress."""
    drawn = {}
    for picture in pictures(page):
        drawn[picture.key] = _drawn(picture)
        if each:
            each()
    used = [claim for claim in page.claims if claim.cited_by]
    unused = [claim for claim in page.claims if not claim.cited_by]
    return _environment().get_template("page.html.jinja").render(
        page=page,
        version=version,
        css=Markup(_text("page.css")),  # noqa: S704 - the package's own file
        contents=contents(page),
        pictures=drawn,
        anchors=slugs((claim.id for claim in page.claims), "claim-"),
        legend=said.legend(page),
        starred=page.standing.star and NO_ANSWER,
        used=used,
        unused=unused,
        still=said.still(page.movers),
        next_moves=said.next_moves(page.movers),
        left_out=reading.SHORTLY,
        samples=said.samples(page.histories, page.months),
        basis=said.basis(page.parameters),
        claims_said=said.claims_said(used, unused),
        reading=(*reading.reading(), *reading.LEFT_OUT),
        moves_legend=bars.LEGEND,
        fan_legend=fan.LEGEND,
    )  # fmt: skip


def _drawn(picture: Picture) -> Drawn:
    made = {
        name: paint.inline(paint.draw(chart), f"{picture.key}-{name}-", picture.finding)
        for name, chart in picture.charts.items()
    }
    return Drawn(picture.key, made["desk"], made["phone"])


def _environment() -> jinja2.Environment:
    loader = jinja2.FunctionLoader(_text)
    env = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    for module, names in ((words, _WORDS), (said, _SAID)):
        env.globals |= {name: getattr(module, name) for name in names}
    env.globals |= {"digits": _digits, "flow": _flow, "dot": _dot}
    return env


def _text(name: str) -> str:
    return files("detente.report").joinpath(name).read_text(encoding="utf-8")


def _digits(values: Sequence[float]) -> int:
    return max(1, words.digits_for(list(values)))


def _flow(stake: StakeView) -> float:
    """An actor's payoff a month now: its interests together, without what is paid once."""
    return sum(part.flow for part in stake.parts if part.flow == part.flow)


def _dot(parameter: ParameterView) -> float:
    """Where the likely value lies on its range's glyph."""
    width = parameter.high - parameter.low
    return round(4 + 76 * (parameter.likely - parameter.low) / width, 1) if width > 0 else 42.0
