"""The cases that come with the package: each a folder with a scenario, its claims and a README."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detente.problems import DetenteError, did_you_mean
from detente.scenario.load import load

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

_FOLDER = Path(__file__).resolve().parent.parent / "cases"


def case_names() -> tuple[str, ...]:
    """The names of the cases there are, in alphabetical order."""
    if not _FOLDER.is_dir():
        return ()
    return tuple(sorted(entry.parent.name for entry in _FOLDER.glob("*/scenario.yaml")))


def case_path(name: str) -> Path:
    """The scenario file of a case, or a DetenteError that lists those there are."""
    names = case_names()
    if name not in names:
        hint = did_you_mean(name, names) or f"There are: {', '.join(names) or 'none'}."
        raise DetenteError(f"There is no case {name!r}. {hint}")
    return _FOLDER / name / "scenario.yaml"


def case(name: str) -> Scenario:
    """The scenario of a case."""
    return load(case_path(name))
