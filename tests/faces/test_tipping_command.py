"""The command `detente tipping`: an answer with the case's name alone, JSON, a picture, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detente.cli.app import app
from detente.scenario.starter import starter
from tests.border import folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the starter scenario in it, and a cache that knows it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    monkeypatch.setattr("detente.questions.swept.FINE", 6)
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    return tmp_path


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["tipping", "border.yaml", "--draws", "1", *arguments])


def test_the_name_alone_gets_an_answer(here: Path) -> None:
    result = asked()
    assert result.exit_code == 0
    for words in ("hawks_loss", "meets no tipping point between 0.4 and 1.5", "talks", "not shown along"):
        assert words in " ".join(result.output.split())


def test_json_is_all_there_is_on_stdout_and_a_picture_is_written(here: Path) -> None:
    result = asked("--along", "talks", "--from", "2024-06", "--months", "12", "--json", "--chart", "tips.svg")
    told = json.loads(result.stdout)
    assert set(told) >= {"summary", "findings", "provenance", "factor"}
    assert told["provenance"]["situation"] == "2024-06"
    assert told["factor"]["levels"] == ["none", "envoys", "summit"]
    assert "parameter" not in told
    assert Path("tips.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--along", "hawk_loss"], "Did you mean 'hawks_loss'"),
        (["--along", "cabinet"], "has kinds"),
        (["--along", "precision", "--low", "1", "--high", "0.5"], "cannot run from 1 to 0.5"),
        (["--along", "breakthrough", "--high", "2"], "cannot run to 2"),
        (["--map", "talks"], "factors have levels"),
        (["--from", "2030-01"], "There is no situation '2030-01'"),
        (["--outcome", "agreements"], "Did you mean 'agreement'"),
        (["--freeze", "front", "--outcome", "clashes"], "hangs on frozen factors only"),
        (["--chart", "tips.doc"], "A chart can be written as"),
    ],
)
def test_bad_input_is_told_before_anything_is_solved(
    here: Path, given: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    result = asked(*given)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert says in " ".join(result.stderr.split())
