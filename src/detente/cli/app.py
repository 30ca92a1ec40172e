"""The commands, gathered; each imports what it needs when it runs, so that ``detente --help`` answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli import (
    cache,
    compare,
    deals,
    forecast,
    hindcast,
    language,
    path,
    report,
    sensitivity,
    stability,
    tipping,
    trace,
    whatif,
    why,
)
from detente.version import VERSION

ABOUT = """
Stalled conflicts made computable.

From one readable scenario file: what comes next, who is likely to do what, and how sure that is. FILE is a scenario
file, or the name of a case that comes with detente (see detente cases).
"""

app = typer.Typer(
    name="detente",
    help=ABOUT,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help comes in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)
language.add_to(app)
forecast.add_to(app)
why.add_to(app)
whatif.add_to(app)
deals.add_to(app)
compare.add_to(app)
path.add_to(app)
sensitivity.add_to(app)
tipping.add_to(app)
stability.add_to(app)
trace.add_to(app)
hindcast.add_to(app)
report.add_to(app)
cache.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"detente {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What holds for all commands."""


def run() -> int:
    """Run the command line of this process; its exit code."""
    code: object = 0
    try:
        app()
    except SystemExit as leaving:
        code = leaving.code
    return code if isinstance(code, int) else 0 if code is None else 1
