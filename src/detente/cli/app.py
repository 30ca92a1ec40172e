"""The commands, gathered; each imports what it needs when it runs, so that ``detente --help`` answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.cache import cache
from detente.cli.compare import compare
from detente.cli.deals import deals
from detente.cli.forecast import forecast
from detente.cli.hindcast import hindcast
from detente.cli.language import cases, check, claims, new, schema, show
from detente.cli.path import path
from detente.cli.report import report
from detente.cli.sensitivity import sensitivity
from detente.cli.stability import stability
from detente.cli.tipping import tipping
from detente.cli.trace import trace
from detente.cli.whatif import whatif
from detente.cli.why import why
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
for command in (
    check, new, schema, cases, show, claims,
    forecast, why, whatif, deals, compare, path, sensitivity, tipping, stability, trace, hindcast,
    report, cache,
):  # fmt: skip
    app.command()(command)


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
