"""Command: whether anyone could do better by moving alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.arguments import Draws, File, Json, NoCache, Seed, Since, opened
from detente.cli.asking import Chart, asking, check_chart, tell
from detente.cli.told import told
from detente.problems import DetenteError

Replies = Annotated[
    str,
    typer.Option("--replies", metavar="RULE", help="'single move', 'each at most once' or 'legal sequences'."),
]
GRAPH = "detente-graph/"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(stability)


@told
def stability(
    file: File,
    since: Since = None,
    replies: Replies = "legal sequences",
    draws: Draws = 20,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
    no_cache: NoCache = False,
) -> None:
    """Whether anyone could do better by moving alone: Nash, GMR, SMR, SEQ and SSEQ.

    Of a case, on its own moves and monthly payoffs; or of a file of options, moves and rankings
    (format: detente-graph/1).

    \b
    Examples:
      detente stability korea
      detente stability korea --from 2018-03 --replies "single move"
      detente stability prisoners.yaml
    """
    if _is_graph(file):
        if since is not None:
            raise DetenteError("A graph model has no situations; leave --from out.")
        _graph(Path(file), replies, as_json, chart)
        return
    scenario = opened(file)
    from detente.graph.replies import checked
    from detente.questions.asked import situation_of
    from detente.questions.stability import stability as ask

    situation_of(scenario, since), checked(replies, len(scenario.actors))
    check_chart(chart, scenario)
    with asking(draws, seed, no_cache) as how:
        answer = ask(scenario, since, replies, asking=how)
    tell(answer, as_json, chart)


def _is_graph(file: str) -> bool:
    """Whether a file says that it holds a graph model; a scenario, or no file, if it cannot be read."""
    try:
        with Path(file).open(encoding="utf-8") as lines:
            return any(line.startswith("format:") and GRAPH in line for line, _ in zip(lines, range(200), strict=False))
    except (OSError, UnicodeDecodeError):
        return False


def _graph(path: Path, replies: str, as_json: bool, chart: Path | None) -> None:
    """A graph model from a file."""
    from detente.questions.graphed import graphed

    check_chart(chart, path)
    tell(graphed(path, replies), as_json, chart)
