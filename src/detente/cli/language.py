"""Commands about the file itself: check, new, schema, cases, show, claims. They load no solver."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.arguments import File, Json, Out, opened
from detente.cli.told import BAD_INPUT, say, told
from detente.files import check_output, write_whole
from detente.problems import DetenteError, Problems

if TYPE_CHECKING:
    from detente.problems import Problem


@told
def check(file: File, as_json: Json = False) -> None:
    """What is wrong with a scenario file, and how to mend it.

    Every mistake is told at once, with its place and the likely fix. Leaves with 0 if there is no error (warnings are
    allowed), with 2 otherwise.

    \b
    Examples:
      detente check korea
      detente check border.yaml --json
    """
    found, summary = _findings(file)
    errors = sum(problem.severity == "error" for problem in found)
    counts = f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}"
    if as_json:
        content = {"file": file, "errors": errors, "warnings": len(found) - errors, "found": [_plain(p) for p in found]}
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        for problem in found:
            typer.echo(problem.render() + "\n")
        typer.echo(f"{counts}." if errors else f"{summary}: {counts}.")
    if errors:
        raise typer.Exit(BAD_INPUT)


@told
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the new case, or of its file.", show_default=False)
    ],
) -> None:
    """Write a commented scenario to start from.

    Its claims file is written beside it; it passes the check. Nothing is overwritten.

    \b
    Examples:
      detente new border
      detente new cases/border.yaml
    """
    from detente.scenario.starter import starter

    if not any(map(str.isalnum, Path(name).stem)) or name.endswith(("/", "\\")) or not name.isprintable():
        raise DetenteError(f"{name!r} names no case: give a word, or the path of its file, such as border.yaml.")
    path = Path(name) if name.endswith((".yaml", ".yml")) else Path(f"{name}.yaml")
    claims_path = path.with_name(f"{path.stem}-claims.yaml")
    scenario, its_claims = starter(path.stem)
    write_whole(path, scenario, replace=False)
    try:
        write_whole(claims_path, its_claims, replace=False)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    typer.echo(f"{path} and {claims_path} are written. Change them, then:  detente check {path}")


@told
def schema(out: Out = None) -> None:
    """The JSON Schema of scenario files, for editors.

    With it an editor completes and checks while one writes.

    \b
    Examples:
      detente schema
      detente schema -o scenario.schema.json
    """
    from detente.scenario.schema import schema as make

    if out is not None:
        check_output(out, (".json",))
    text = json.dumps(make(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)


@told
def cases(as_json: Json = False) -> None:
    """List the cases that come with detente.

    \b
    Examples:
      detente cases
      detente cases --json
    """
    from detente.scenario.cases import case, case_names

    listed = {name: case(name) for name in case_names()}
    if as_json:
        typer.echo(
            json.dumps([{"name": name, "title": one.title, "file": str(one.path)} for name, one in listed.items()])
        )
        return
    width = max(map(len, listed), default=0)
    for name, one in listed.items():
        where = "" if one.moves == "continuous" else " (in months: detente trace)"
        typer.echo(f"{name:{width}}  {one.title}{where}")


@told
def show(file: File) -> None:
    """Tell a scenario back in plain sentences.

    They are to be read against what was meant.

    \b
    Examples:
      detente show korea
      detente show border.yaml | less
    """
    from detente.scenario.telling import tell

    typer.echo(tell(opened(file)))


@told
def claims(file: File, as_json: Json = False) -> None:
    """Which claim bears on what, and which on nothing.

    \b
    Examples:
      detente claims korea
      detente claims korea --json
    """
    from detente.scenario.bearing import bearing

    scenario = opened(file)
    uses = bearing(scenario)
    if as_json:
        typer.echo(json.dumps({claim: list(places) for claim, places in uses.items()}, indent=2, ensure_ascii=False))
        return
    for claim, places in uses.items():
        if places:
            typer.echo(f"{claim}: {scenario.claims[claim].says}\n    bears on {'; '.join(places)}")
    idle = [claim for claim, places in uses.items() if not places]
    say(f"{len(uses) - len(idle)} of {_count(len(uses), 'claim')} bear on something.")
    if idle:
        typer.echo(f"Bearing on nothing: {', '.join(idle)}.")


def _findings(file: str) -> tuple[tuple[Problem, ...], str]:
    """Everything found in a file, and what the file is about if it can be read."""
    try:
        scenario = opened(file)
    except Problems as problems:
        return problems.found, ""
    return scenario.warnings, f"{scenario.title} can be read"


def _plain(problem: Problem) -> dict[str, Any]:
    where = problem.place
    return {
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "hint": problem.hint,
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
