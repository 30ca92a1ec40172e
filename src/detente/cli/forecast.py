"""Command: what next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.cli.arguments import Agreement, File, Since, proposed
from detente.cli.asking import Horizon, Way, question

if TYPE_CHECKING:
    from detente.questions.forecast import Forecast


@question
def forecast(
    file: File,
    since: Since = None,
    months: Horizon = None,
    agreement: Agreement = None,
    *,
    way: Way,
) -> None:
    """What comes next: the chance of each outcome by date.

    With ranges over draws of the uncertain numbers, and with what each actor would do next. Solved draws are kept, so
    that asking again is quick.

    \b
    Examples:
      detente forecast korea --from 2025-06 --months 60 --draws 50
      detente forecast korea --chart next.svg
      detente forecast korea --agreement "tests for exercises"
    """
    scenario = proposed(file, agreement)
    if since is not None:
        scenario.situation(since)  # a wrong name is told before anything is loaded or solved
    from detente.questions.forecast import forecast as ask

    way.answer(lambda how: ask(scenario, since, months, asking=how), scenario, alone=agreement is not None, show=_show)


def _show(answer: Forecast) -> None:
    from rich.console import Console

    from detente.cli.table import show

    show(answer, Console())
