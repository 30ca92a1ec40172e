"""Folders to run commands in, each with the starter scenario in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.scenario.starter import starter
from tests.border import answer, folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the starter scenario in it, to work in, and an empty cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETENTE_CACHE", str(tmp_path / "cache"))
    scenario, claims = starter("border")
    Path("border.yaml").write_text(scenario, encoding="utf-8")
    Path("border-claims.yaml").write_text(claims, encoding="utf-8")
    return tmp_path


@pytest.fixture
def solved(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, its forecast solved and kept."""
    answer()
    monkeypatch.setenv("DETENTE_CACHE", str(folder()))
    return here


@pytest.fixture
def unsolved(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, where solving for a question is a failure of the test."""
    monkeypatch.setattr("detente.questions.asked.ensemble", lambda *_: pytest.fail("it was solved"))
    return here
