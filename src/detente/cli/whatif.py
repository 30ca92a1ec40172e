"""Command: what if."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.arguments import File, opened
from detente.cli.asking import Horizon, Outcome, Way, question
from detente.problems import DetenteError

What = Annotated[
    str | None, typer.Argument(metavar="WHAT-IF", help="A what-if of the case.  [default: all]", show_default=False)
]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="SITUATION",
        help="Where it starts.  [default: the what-if's, or the case's]",
        show_default=False,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A factor's level, or a parameter.", show_default=False),
]
Never = Annotated[
    list[str] | None,
    typer.Option("--not", metavar="ACTOR.ACTION", help="An act that is not taken.", show_default=False),
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="RULE", help="A chance rule that does not happen.", show_default=False),
]
Known = Annotated[bool, typer.Option("--known", help="All know which acts are not taken; solved again.")]


@question
def whatif(
    file: File,
    what: What = None,
    since: Since = None,
    settings: Settings = None,
    never: Never = None,
    without: Without = None,
    known: Known = False,
    outcome: Outcome = None,
    months: Horizon = None,
    *,
    way: Way,
) -> None:
    """What if: the same forecast with something changed.

    And the difference. The change is named in the case, or typed, or both; with the case's name alone, all its what-ifs
    side by side. Each draw has the same numbers on both sides, so that differences are told more closely than chances.

    \b
    Examples:
      detente whatif korea
      detente whatif korea "no ICBM" --outcome summit
      detente whatif korea --set us_president=strategist --from 2019-02 --set precision=0.2
      detente whatif korea --not us.walk_out --from 2019-02 --known
      detente whatif korea --without "US inauguration" --chart whatif.svg
    """
    scenario = opened(file)
    from detente.questions.asked import outcome_of
    from detente.questions.typed import Typed, change_of

    outcome_of(scenario, outcome)  # wrong names are told before anything is solved
    if what is None and not settings and not never and not without:
        from detente.questions.whatifs import whatifs

        if since is not None:
            raise DetenteError("Each what-if of the case has a start of its own; --from goes with one, or with --set.")
        way.answer(lambda how: whatifs(scenario, known=known, outcome=outcome, months=months, asking=how), scenario)
        return
    from detente.questions.whatif import whatif as ask

    typed = Typed(since=since, settings=_settings(settings or []), never=never or [], without=without or [])
    change = change_of(scenario, what, **typed)
    way.answer(lambda how: ask(scenario, change, known=known, outcome=outcome, months=months, asking=how), scenario)


def _settings(given: list[str]) -> dict[str, str | float]:
    """name=value, one after the other."""
    found: dict[str, str | float] = {}
    for text in given:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise DetenteError(f"--set {text!r} is not NAME=VALUE, such as --set us_president=dealmaker.")
        if name in found:
            raise DetenteError(f"--set names {name!r} twice.")
        found[name] = value
    return found
