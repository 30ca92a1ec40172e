"""Failures at the terminal: a sentence on stderr and an exit code, never a traceback for what a user can mend.

Exit codes: 0 done, 2 the input or a file is at fault, 130 interrupted (which :mod:`detente.cli.leaving` tells), 141 the
reader of a pipe has gone. A traceback (1) means a mistake in the program itself.
"""

from __future__ import annotations

import functools
import io
import os
import sys
import warnings
from typing import TYPE_CHECKING, ParamSpec

import typer

from detente.files import sentence
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

BAD_INPUT, INTERRUPTED, PIPE_CLOSED = 2, 130, 141


def told(command: Callable[P, None]) -> Callable[P, None]:
    """The command with its failures told, and its warnings as sentences on stderr."""

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and not writes_all(stream.encoding):
                stream.reconfigure(errors="replace")
        with warnings.catch_warnings():
            warnings.simplefilter("default", UserWarning)
            warnings.showwarning = _show_warning
            try:
                command(*args, **options)
                sys.stdout.flush()
            except KeyboardInterrupt:
                raise typer.Exit(INTERRUPTED) from None
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the last flush is quiet
                raise typer.Exit(PIPE_CLOSED) from None
            except DetenteError as error:
                say(str(error))
                raise typer.Exit(BAD_INPUT) from None
            except OSError as error:
                say(sentence(error))
                raise typer.Exit(BAD_INPUT) from None
            except MemoryError:
                say("There is not enough memory for this; fewer states or fewer draws would help.")
                raise typer.Exit(BAD_INPUT) from None

    return run


def writes_all(encoding: str | None) -> bool:
    """Whether an output's encoding has a sign for every character."""
    return (encoding or "").lower().replace("-", "").startswith("utf")


def say(text: str) -> None:
    """A line on stderr."""
    typer.echo(text, err=True)


def _show_warning(message: Warning | str, *_where: object, **_more: object) -> None:
    say(f"warning: {message}")
