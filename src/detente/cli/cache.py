"""Command: what has been solved and kept."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.arguments import Json
from detente.cli.told import told

if TYPE_CHECKING:
    from detente.ensemble.cache import Entry


@told
def cache(
    action: Annotated[
        str, typer.Argument(metavar="[show|clear]", help="Show what is kept, or remove it.", show_default=False)
    ] = "show",
    as_json: Json = False,
) -> None:
    """Show where solved draws are kept, or clear them.

    The environment variable DETENTE_CACHE moves the folder.

    \b
    Examples:
      detente cache
      detente cache clear
    """
    from detente.ensemble.cache import LIMIT, standard
    from detente.problems import DetenteError

    kept = standard()
    if action not in ("show", "clear"):
        raise DetenteError(f"The cache can be shown or cleared: detente cache, or detente cache clear; not {action!r}.")
    if action == "clear":
        entries = len(kept.entries())
        kept.clear()
        typer.echo(f"{entries} entries removed from {kept.folder}.")
        return
    cases = by_case(kept.entries())
    if as_json:
        rows = [{"case": name, "entries": count, "bytes": size} for name, (count, size) in cases.items()]
        typer.echo(json.dumps({"folder": str(kept.folder), "limit": LIMIT, "cases": rows}, indent=2))
        return
    typer.echo(f"{kept.folder}, up to {megabytes(LIMIT)}")
    for name, (count, size) in cases.items():
        typer.echo(f"  {name}: {count} entries, {megabytes(size)}")
    if not cases:
        typer.echo("  nothing is kept")


def by_case(entries: list[Entry]) -> dict[str, tuple[int, int]]:
    """Case -> (entries, bytes), the largest first."""
    found: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        found[entry.case].append(entry.size)
    return {name: (len(sizes), sum(sizes)) for name, sizes in sorted(found.items(), key=lambda item: -sum(item[1]))}


def megabytes(size: int) -> str:
    """A size as people say it."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
