"""Command: whether anyone could do better by moving alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.arguments import File, Since, opened
from detente.cli.asking import Way, check_chart, question
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

Replies = Annotated[
    str,
    typer.Option("--replies", metavar="RULE", help="'single move', 'each at most once' or 'legal sequences'."),
]
GRAPH, SCENARIO = "detente-graph/", "detente/1"


@question
def stability(
    file: File,
    since: Since = None,
    replies: Replies = "legal sequences",
    *,
    way: Way,
) -> None:
    """Whether anyone could do better by moving alone: Nash, GMR, SMR, SEQ and SSEQ.

    Of a case, on its own moves and monthly payoffs, or on its profiles of actions where all move at once and once; or
    of a file of options, moves and rankings (format: detente-graph/1).

    \b
    Examples:
      detente stability korea
      detente stability korea --from 2018-03 --replies "single move"
      detente stability prisoners-dilemma
      detente stability prisoners.yaml
    """
    stated = _format(file)
    if stated.startswith(GRAPH):
        if since is not None:
            raise DetenteError("A graph model has no situations; leave --from out.")
        _graph(Path(file), replies, way)
        return
    scenario = _case(file, stated)
    if scenario.moves != "continuous":
        from detente.questions.profiles import profiled

        check_chart(way.chart, scenario)
        way.tell(profiled(scenario, since, replies, way.draws, way.seed))
        return
    from detente.graph.replies import checked
    from detente.questions.asked import situation_of
    from detente.questions.stability import stability as ask

    situation_of(scenario, since), checked(replies, len(scenario.actors))
    way.answer(lambda how: ask(scenario, since, replies, asking=how), scenario)


def _format(file: str) -> str:
    """The format that a file states near its beginning; '' where it states none or cannot be read."""
    try:
        with Path(file).open(encoding="utf-8") as lines:
            for line, _ in zip(lines, range(200), strict=False):
                if line.startswith("format:"):
                    return line.removeprefix("format:").partition("#")[0].strip(" \t\n\"'")
    except (OSError, UnicodeDecodeError):
        pass
    return ""


def _case(file: str, stated: str) -> Scenario:
    """The scenario; what is wrong with a file that does not say that it is one tells of graph models too."""
    try:
        return opened(file)
    except DetenteError as error:
        if stated == SCENARIO or not Path(file).is_file():
            raise
        raise DetenteError(f"{error}\nGraph models are read too: files with the line 'format: {GRAPH}1'.") from None


def _graph(path: Path, replies: str, way: Way) -> None:
    """A graph model from a file."""
    from detente.questions.graphed import graphed

    check_chart(way.chart, path)
    way.tell(graphed(path, replies))
