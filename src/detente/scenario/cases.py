"""The cases that come with the package: a folder with a scenario, its claims and a README; or one file of a set.

A folder ``NAME`` with a ``scenario.yaml`` is the case NAME. A folder without one is a set: every other file
``NAME.yaml`` in it but ``claims.yaml``, which they share, is the case NAME.
"""

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
    return tuple(sorted(_files()))


def case_path(name: str) -> Path:
    """The scenario file of a case, or a DetenteError that lists those there are."""
    files = _files()
    if not isinstance(name, str) or name not in files:
        hint = did_you_mean(name, sorted(files)) or f"There are: {', '.join(sorted(files)) or 'none'}."
        raise DetenteError(f"There is no case {name!r}. {hint}")
    return files[name]


def case(name: str) -> Scenario:
    """The scenario of a case."""
    return load(case_path(name))


def _files() -> dict[str, Path]:
    """The scenario file of each case, by name."""
    whole = {path.parent.name: path for path in _FOLDER.glob("*/scenario.yaml")}
    loose = {path.stem: path for path in _FOLDER.glob("*/*.yaml") if path.parent.name not in whole}
    return {name: path for name, path in loose.items() if name != "claims"} | whole
