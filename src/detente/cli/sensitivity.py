"""Command: what an answer rests on."""

from __future__ import annotations

from detente.cli.arguments import File, Since, opened
from detente.cli.asking import Horizon, Outcome, Way, question


@question
def sensitivity(
    file: File,
    outcome: Outcome = None,
    since: Since = None,
    months: Horizon = None,
    *,
    way: Way,
) -> None:
    """What the answer rests on: which numbers, which claims.

    Those that move an outcome most: by exact slopes, rank correlations over the draws, and shares of the variance; and
    how much the range would shrink if a claim were settled.

    \b
    Examples:
      detente sensitivity korea
      detente sensitivity korea --outcome war --draws 50 --chart tornado.svg
    """
    scenario = opened(file)
    from detente.questions.asked import outcome_of, situation_of
    from detente.questions.sensitivity import sensitivity as ask

    outcome_of(scenario, outcome), situation_of(scenario, since)
    way.answer(lambda how: ask(scenario, outcome, since, months, asking=how), scenario)
