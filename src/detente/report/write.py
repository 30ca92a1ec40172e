"""The report's front door: from a scenario to the page, its print and its figures, each written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detente.ensemble.cache import shared
from detente.ensemble.processes import Processes
from detente.ensemble.progress import Stage
from detente.files import check_folder, check_output, write_whole
from detente.given import file_of
from detente.problems import DetenteError
from detente.questions.asked import Asking, months_of
from detente.questions.forecast import forecast_of
from detente.report import browser, paint
from detente.report.asked import asked, rehearse
from detente.report.gather import gather
from detente.report.render import pictures, render
from detente.report.words import capital, month
from detente.scenario.given import of_a_case
from detente.version import VERSION

if TYPE_CHECKING:
    from detente.ensemble.cache import Cache
    from detente.ensemble.progress import Progress
    from detente.report.paint import Picture
    from detente.report.view import Page
    from detente.scenario.model import Scenario

DRAWS = 50
PAGE, PRINT = (".html", ".htm"), (".pdf",)


@of_a_case
def report(  # noqa: PLR0913 - the options of one command
    scenario: Scenario,
    out: Path | str,
    *,
    since: str | None = None,
    months: int | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    pdf: Path | str | bool | None = None,
    figures: Path | str | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> list[Path]:
    """Write the report on a scenario as one HTML file, and return the files written.

    ``months``: how far it looks ahead, by default as far as the case asks, or 60.
    ``pdf``: a path, or True for one beside the page; needs an installed Chromium, Chrome or Edge. ``figures``: a folder
    for each chart as SVG and PNG. Before anything is solved, raises DetenteError for a situation that is not there, a
    page that would be its own PDF or take the place of a file that was read, or a browser that cannot be found, and
    OSError for a place where nothing can be written.
    """
    page_path = file_of(out)
    pdf_path = _pdf_path(page_path, pdf)
    read = (scenario.path, scenario.claims.path)
    check_output(page_path, PAGE, read)
    if pdf_path is not None:
        check_output(pdf_path, PRINT, read)
    if figures is not None:
        check_folder(figures)
    found = browser.find() if pdf_path else None
    ahead, cache = months_of(scenario, months), shared(cache)
    with Processes(cache) as pool:
        page = answered(scenario, since, ahead, Asking(draws, seed, progress, cache, pool=pool))
    text = draw(page, progress)
    write_whole(page_path, text)
    written = [page_path]
    if pdf_path and found:
        write_whole(pdf_path, browser.printed(found, text))
        written.append(pdf_path)
    if figures is not None:
        written += write_figures(page, Path(figures))
    return written


def answered(scenario: Scenario, since: str | None, months: int, asking: Asking) -> Page:
    """The forecast and all questions, answered."""
    rehearse(scenario, since, months, asking)
    ahead = forecast_of(asking.solved(scenario), since, months, asking.progress)
    return gather(ahead, asked(scenario, since, months, asking))


def draw(page: Page, progress: Progress | None = None) -> str:
    """The page as HTML text."""
    stage = Stage(progress, "charts", len(pictures(page)))
    return render(page, VERSION, stage.step)


def write_figures(page: Page, folder: Path) -> list[Path]:
    """Each chart as SVG and PNG, at its desk width, with its title."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for picture in pictures(page):
        svg = paint.standalone(paint.draw(_titled(picture, page)), picture.finding)
        for ending, content in ((".svg", svg.encode("utf-8")), (".png", paint.png(svg))):
            path = folder / f"{picture.key}{ending}"
            write_whole(path, content)
            written.append(path)
    return written


def _titled(picture: Picture, page: Page) -> paint.Spec:
    if "title" in picture.charts["desk"]:  # a question's picture names itself
        return picture.charts["desk"]
    subtitle = [f"{page.title}, from {month(page.date)}", *picture.legend]
    return paint.titled(picture.charts["desk"], capital(picture.title), subtitle)


def _pdf_path(page: Path, pdf: Path | str | bool | None) -> Path | None:
    if pdf is None or pdf is False:
        return None
    path = page.with_suffix(".pdf") if pdf is True else file_of(pdf)
    if path == page:
        raise DetenteError(f"The page and its print cannot both be {str(page)!r}; give the page another name.")
    return path
