"""Command: the whole report as one offline page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.arguments import Draws, File, NoCache, Seed, Since, opened
from detente.cli.asking import Horizon
from detente.cli.told import told


@told
def report(
    file: File,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The page to write.")] = Path("report.html"),
    since: Since = None,
    months: Horizon = None,
    draws: Draws = 50,
    seed: Seed = 0,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print it to a PDF beside the page as well.")] = False,
    figures: Annotated[
        Path | None, typer.Option("--figures", metavar="DIR", help="Write each chart there too.", show_default=False)
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Write the whole answer as one offline page.

    What comes next, who is likely to do what and why, ranges, sources and how it was made.

    \b
    Examples:
      detente report korea -o report.html
      detente report korea --draws 10 --pdf --figures figures
    """
    from detente.cli.bar import bar

    scenario = opened(file)
    if since is not None:
        scenario.situation(since)
    from detente.ensemble.cache import standard
    from detente.report import report as write

    with bar() as progress:
        written = write(
            scenario, out, since=since, months=months, draws=draws, seed=seed, pdf=pdf, figures=figures,
            progress=progress, cache=standard(active=not no_cache),
        )  # fmt: skip
    for path in written:
        typer.echo(str(path))
