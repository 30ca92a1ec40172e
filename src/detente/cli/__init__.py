"""The command ``detente``. It knows questions and reports, not equilibria; what is heavy is imported when needed."""

from detente.cli.app import main

__all__ = ["main"]
