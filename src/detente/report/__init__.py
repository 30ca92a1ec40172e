"""The report: one offline page about a case, its charts, and its print.

``report`` is loaded when it is first asked for: drawing a page needs no solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.report.write import report

__all__ = ["report"]


def __getattr__(name: str) -> object:
    if name != "report":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from detente.report.write import report

    return report
