"""What the commands of questions share: how a case is asked, and how an answer is told at the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detente.questions.answer import Answer
    from detente.questions.asked import Asking
    from detente.scenario.model import Scenario

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


def check_chart(chart: Path | None, *read: Scenario | Path) -> None:
    """Refuse, before anything is solved, a file that the picture cannot be written to or that is being read."""
    from detente.files import check_output
    from detente.questions.picture import FORMATS, format_of

    if chart is not None:
        format_of(chart)
        for one in read:
            check_output(chart, FORMATS, (one,) if isinstance(one, Path) else (one.path, one.claims.path))


@contextmanager
def asking(draws: int, seed: int, no_cache: bool, *, alone: bool = False) -> Iterator[Asking]:
    """How much is solved, with a bar on stderr while it goes on. ``alone``: no other question will be asked of it."""
    from detente.cli.bar import bar
    from detente.ensemble.cache import standard
    from detente.questions.asked import Asking

    with bar() as progress:
        usual = None if no_cache or alone else ask_the_usual
        yield Asking(draws, seed, progress, standard(active=not no_cache), usual=usual)


def ask_the_usual(asking: Asking, scenario: Scenario) -> None:
    """Read of a case's draws, once they are solved, what the next questions will ask for."""
    from detente.report.asked import usual

    usual(asking, scenario)


def tell(answer: Answer, as_json: bool, chart: Path | None) -> None:
    """The answer on stdout: as JSON, or its table and its paragraph; the picture where it is asked for."""
    if chart is not None:
        answer.save_chart(chart)
    if as_json:
        typer.echo(answer.to_json())
        return
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
