"""The report: one offline page about a case, its charts, and its print."""

from detente.report.write import report

__all__ = ["report"]
