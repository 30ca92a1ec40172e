"""What the commands of questions share: how a case is asked, and how an answer is told at the terminal.

A command names the options of its own; those that all questions take are :class:`Way`, and :func:`question` adds them.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from detente.cli.arguments import Ahead, Draws, Json, NoCache, Seed
from detente.cli.told import told
from detente.problems import DetenteError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detente.questions.answer import Answer
    from detente.questions.asked import Asking
    from detente.scenario.model import Scenario

A = TypeVar("A", bound="Answer")

FEW = 20  # draws below which a range hardly tells more than its ends

Chart = Annotated[
    Path | None,
    typer.Option("--chart", metavar="FILE", help="Write the picture: .svg, .png, .pdf or .html.", show_default=False),
]
Outcome = Annotated[
    str | None,
    typer.Option(
        "--outcome", metavar="NAME", help="The outcome asked about.  [default: the case's]", show_default=False
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option("--months", min=1, max=1200, help="How far ahead.  [default: the case's, or 60]", show_default=False),
]


@dataclass(frozen=True)
class Way:
    """How a question is asked, and where its answer goes: the options that the commands of questions share."""

    draws: Draws = 20
    seed: Seed = 0
    as_json: Json = False
    chart: Chart = None
    no_cache: NoCache = False
    ahead: Ahead = None

    def answer(
        self,
        ask: Callable[[Asking], A],
        *read: Scenario,
        alone: bool = False,
        show: Callable[[A], None] | None = None,
    ) -> None:
        """Ask, and tell; ``read``: whose files the picture may not overwrite; ``show``: by default table and paragraph.

        ``alone``: no other question will be asked of what is solved.
        """
        from detente.cli.bar import bar
        from detente.ensemble.cache import standard
        from detente.questions.asked import Asking

        check_chart(self.chart, *read)
        anew: list[Scenario] = []  # what had to be solved

        def usual(asking: Asking, scenario: Scenario) -> None:
            ask_the_usual(asking, scenario)
            anew.append(scenario)

        last = self.no_cache or alone or len(read) != 1
        if self.ahead and last:
            raise DetenteError(
                "Nothing is solved ahead with --no-cache, with an agreement or for several cases; leave --ahead out."
            )
        how = Asking(self.draws, self.seed, cache=standard(active=not self.no_cache))
        with bar() as progress:
            answer = ask(replace(how, progress=progress, usual=None if self.no_cache or alone else usual))
        self.tell(answer, show)
        by_itself = self.ahead is None and bool(anew) and os.environ.get("DETENTE_AHEAD") != "0"
        if not last and (self.ahead or by_itself):
            ask_the_rest(how, *read)

    def tell(self, answer: A, show: Callable[[A], None] | None = None) -> None:
        """The answer on stdout, and its picture in its file."""
        tell(answer, self.as_json, self.chart, show)


def question(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the shared options after its own; it gets them as ``way``. Its failures are told."""
    own, shared = (inspect.signature(each, eval_str=True) for each in (command, Way))
    options = [*(each for each in own.parameters.values() if each.name != "way"), *shared.parameters.values()]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        way = Way(**{name: given.pop(name) for name in shared.parameters})
        command(**given, way=way)

    vars(run)["__signature__"] = own.replace(parameters=options)  # which typer reads
    return told(run)


def check_chart(chart: Path | None, *read: Scenario | Path) -> None:
    """Refuse, before anything is solved, a file that the picture cannot be written to or that is being read."""
    from detente.files import check_output
    from detente.questions.picture import FORMATS, format_of

    if chart is not None:
        format_of(chart)
        for one in read:
            check_output(chart, FORMATS, (one,) if isinstance(one, Path) else (one.path, one.claims.path))


def ask_the_usual(asking: Asking, scenario: Scenario) -> None:
    """Read of a case's draws, once they are solved, what the next questions will ask for."""
    from detente.report.asked import usual

    usual(asking, scenario)


def ask_the_rest(asking: Asking, scenario: Scenario) -> None:
    """Ask the questions for which more is solved, so that they are known when somebody asks."""
    from detente.cli.bar import bar
    from detente.report.asked import ahead

    sys.stdout.flush()
    what = "Now solving what whatif, tipping and sensitivity ask for, so that they answer at once."
    typer.echo(f"{what} Ctrl-C ends it, and nothing is lost.", err=True)
    with bar() as progress:
        ahead(replace(asking, progress=progress), scenario)


def tell(answer: A, as_json: bool, chart: Path | None, show: Callable[[A], None] | None = None) -> None:
    """The answer on stdout: as JSON, or shown; the picture where it is asked for."""
    if chart is not None:
        answer.save_chart(chart)
    if as_json:
        typer.echo(answer.to_json())
    else:
        (show or shown)(answer)


def shown(answer: Answer) -> None:
    """The table and the paragraph, fitted to the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from detente.cli.told import writes_all

    console = Console()
    plain = not writes_all(console.encoding)
    signs = str.maketrans("–—", "--") if plain else {}
    table = answer.table()
    if table.rows:
        gap, widths = fitted((table.head, *table.rows), console.width)
        drawn = Table(box=box.ASCII if plain else box.SIMPLE, padding=(0, gap))
        for n, (head, width) in enumerate(zip(table.head, widths, strict=True)):
            drawn.add_column(head, justify="left" if n < table.left else "right", width=width, overflow="fold")
        for row in table.rows:
            drawn.add_row(*(Text(cell.translate(signs)) for cell in row))
        console.print(drawn)
    if table.note:
        console.print(Text(table.note.translate(signs), "dim"))
    console.print(Text(answer.summary().translate(signs)))
    draws = answer.provenance().get("draws")
    if draws and table.rows:
        few = ", and few of them" if 1 < draws < FEW else ""
        many = "1 draw" if draws == 1 else f"{draws} draws"
        note = f"Ranges are over {many} of the case's numbers{few}: robustness to what it states, no evidence."
        console.print(Text(note, "dim"))


def fitted(rows: Sequence[Sequence[str]], room: int) -> tuple[int, list[int | None]]:
    """The space beside a cell, and the columns' widths, of a table in ``room`` characters.

    The widest column is narrowed first and none below its longest word; where that is not enough, without space beside
    cells; where that is not either, widths are left open, and words are folded.
    """
    from rich.cells import cell_len

    columns = list(zip(*rows, strict=True))
    least = [max(cell_len(word) for cell in column for word in cell.split() or [""]) for column in columns]
    for gap in (1, 0):
        widths = [max(map(cell_len, column)) for column in columns]
        over = sum(widths) + len(widths) * (1 + 2 * gap) + 1 - room  # a line before, between and after columns
        while over > 0 and widths != least:
            widest = max((n for n in range(len(widths)) if widths[n] > least[n]), key=widths.__getitem__)
            widths[widest] -= 1
            over -= 1
        if over <= 0:
            return gap, list(widths)
    return 0, [None] * len(columns)
