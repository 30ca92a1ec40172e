"""The command ``detente``. It knows questions and reports, not equilibria; what is heavy is imported when needed."""

from __future__ import annotations

import sys

__all__ = ["SENTENCE", "main"]

SENTENCE = "Interrupted; nothing half-done is left behind.\n"


def main() -> None:
    """Run the command line of this process and leave with its exit code; an interrupt is heeded from here on."""
    try:
        from detente.cli.leaving import leave, watched  # light, unlike the rest

        with watched():
            from detente.cli.app import run

            leave(run())
    except KeyboardInterrupt:  # before it was watched
        sys.stderr.write(SENTENCE)
        sys.exit(130)
