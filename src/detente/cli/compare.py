"""Command: situations of a case, or cases, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.arguments import in_time
from detente.cli.asking import Horizon, Way, question
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="Scenario files, or the names of cases.", show_default=False),
]
Since = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="[CASE=]SITUATION",
        help="A situation to compare; of several cases with the case's name before it. Give it once a side.  "
        "[default: all of one case; of several each before its settlement]",
        show_default=False,
    ),
]


@question
def compare(
    files: Files,
    since: Since = None,
    months: Horizon = None,
    *,
    way: Way,
) -> None:
    """How it compares: situations, or cases, side by side.

    What differs, the chance of each outcome of the same name, what each actor would gain by the case's deal, who
    blocks it; and why here and not there.

    \b
    Examples:
      detente compare korea
      detente compare korea --from 2012-04 --from 2018-03 --chart korea.svg
      detente compare korea iran cuba vietnam --from korea=2012-04 --from iran=2013-08
    """
    cases = {file: in_time(file) for file in files}
    scenarios, situations = _sides(cases, since or [])
    from detente.questions.asked import months_of
    from detente.questions.compare import chosen
    from detente.questions.compare import compare as ask

    chosen(scenarios, situations)  # wrong names are told before anything is solved
    months_of(scenarios[0], months)
    way.answer(lambda how: ask(scenarios, situations, months=months, asking=how), *scenarios)


def _sides(cases: dict[str, Scenario], since: list[str]) -> tuple[list[Scenario], list[str | None] | None]:
    """The cases and the situation of each side; a case that is named several times stands on several sides."""
    if len(cases) == 1:
        (file, scenario), *_ = cases.items()
        known = {each.name for each in scenario.situations}
        names = [text if text in known else text.removeprefix(f"{file}=").removeprefix(f"{scenario.name}=")
                 for text in since]  # fmt: skip
        return [scenario], list(names) if names else None
    wanted: dict[str, list[str]] = {file: [] for file in cases}
    for text in since:
        name, found, situation = text.partition("=")
        if not found:
            raise DetenteError(f"Say whose situation {text!r} is, such as --from {next(iter(cases))}={text}.")
        files = [file for file, scenario in cases.items() if name in (file, scenario.name)]
        if len(files) != 1:
            hint = did_you_mean(name, list(cases)) or f"The cases are: {', '.join(cases)}."
            raise DetenteError(f"There is no case {name!r} among those compared. {hint}")
        wanted[files[0]].append(situation)
    sides = [(scenario, name or None) for file, scenario in cases.items() for name in wanted[file] or [""]]
    return [scenario for scenario, _ in sides], [name for _, name in sides]
