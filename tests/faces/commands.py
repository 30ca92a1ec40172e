"""A command run in this process, and what holds of any answer and of any refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from detente.cli.app import app


def detente(*arguments: object, **more: Any) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], **more)


def answered(result: Result) -> str:
    """What an answer says, its lines joined."""
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def answered_as_json(result: Result, picture: str) -> dict[str, Any]:
    """An answer as JSON, which is all there is on stdout, with its picture in a file."""
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    assert set(content) >= {"summary", "findings", "provenance"}
    assert Path(picture).read_text(encoding="utf-8").startswith("<svg")
    return content


def told(result: Result) -> str:
    """What a refusal says; it has exit code 2, one sentence on stderr and nothing else."""
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    return " ".join(result.stderr.split())
