"""The commands, gathered; each imports what it needs when it runs, so that ``detente --help`` answers at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Annotated

import typer

from detente.cli import cache, forecast, language, report
from detente.files import give_up
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


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    code: object = 0
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except SystemExit as leaving:
        code = leaving.code
    number = code if isinstance(code, int) else 0 if code is None else 1
    if threading.active_count() > 1 and number:  # interrupted while draws were being solved: do not wait for them
        sys.stdout.flush()
        sys.stderr.flush()
        give_up()
        os._exit(number)
    sys.exit(number)


def _terminated(*_signal: object) -> None:
    """A polite request to end, as `timeout` makes it: leave as after an interrupt, nothing half-written."""
    sys.exit(128 + signal.SIGTERM)
