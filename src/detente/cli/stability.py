"""Command: whether anyone could do better by moving alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.arguments import Since, no_draws, opened, unused
from detente.cli.asking import Way, check_chart, question
from detente.kinds import kind_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

Model = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A scenario file, the name of a case, a graph model, or a .nfg file of Gambit.",
        show_default=False,
    ),
]
Replies = Annotated[
    str,
    typer.Option("--replies", metavar="RULE", help="'single move', 'each at most once' or 'legal sequences'."),
]
GRAPH, SCENARIO = "detente-graph/", "detente/1"


@question
def stability(
    context: typer.Context,
    file: Model,
    since: Since = None,
    replies: Replies = "legal sequences",
    *,
    way: Way,
) -> None:
    """Whether anyone could do better by moving alone.

    By Nash, GMR, SMR, SEQ and SSEQ; of a case, on its own moves and monthly payoffs, or on its profiles of actions
    where all move at once and once; of a file of options, moves and rankings (format: detente-graph/1); or of a .nfg
    file of Gambit.

    \b
    Examples:
      detente stability korea
      detente stability korea --from 2018-03 --replies "single move"
      detente stability prisoners-dilemma
      detente stability prisoners.yaml
      detente stability game.nfg
    """
    stated, kind = _format(file), kind_of(Path(file))
    if stated.startswith(GRAPH):
        _at_once(context, "A graph model")
        _graph(Path(file), replies, way)
        return
    if kind in ("nfg", "efg"):
        _at_once(context, "A game of Gambit")
        _gambit(Path(file), replies, way)
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


def _at_once(context: typer.Context, what: str) -> None:
    """Refuse the options that are for cases only."""
    no_draws(context, what)
    unused(context, f"{what} is solved at once, so nothing is kept", no_cache="--no-cache")


def _gambit(path: Path, replies: str, way: Way) -> None:
    """A game of Gambit that is played once."""
    from detente.game.gambit import Extensive, read_gambit
    from detente.questions.profiles import profiled

    game = read_gambit(path)
    if isinstance(game, Extensive):
        raise DetenteError(
            f"In {path} one decides after another; the graph model of a game is made where all decide at once and once "
            f"(.nfg). What each does is told by: detente trace {path}."
        )
    check_chart(way.chart, path)
    way.tell(profiled(game, replies=replies, draws=0))


def _format(file: str) -> str:
    """The format that a file states near its beginning; '' where it states none or cannot be read."""
    if not Path(file).is_file():
        return ""
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
