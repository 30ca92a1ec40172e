"""One solution of a case by itself: solved, kept in one file with all that it was made from, read, started from.

The file (.npz) holds the scenario and its claims as text, the numbers, the settings, the values and policies, and what
the solver said. Reading it needs nothing else, and solving it again gives the same arrays.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.ensemble.play import game_at
from detente.ensemble.record import equilibrium_from, to_arrays
from detente.equilibrium.stationary import solve as solve_game
from detente.files import write_whole
from detente.game.structure import Structure, compile  # noqa: A004
from detente.problems import DetenteError, did_you_mean
from detente.scenario.load import load_text
from detente.source import read_bytes
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.equilibrium.result import Equilibrium, Level, Progress
    from detente.scenario.model import Scenario

MAGIC = "detente solution 1"


@dataclass(frozen=True, eq=False)
class Solution:
    """A case solved at given numbers. ``equilibrium`` has the arrays, and how far they can be trusted."""

    scenario: Scenario = field(repr=False)
    numbers: Mapping[str, float] = field(repr=False)  # parameter -> value
    structure: Structure = field(repr=False)
    equilibrium: Equilibrium = field(repr=False)

    @property
    def statement(self) -> str:
        """What the solver says of it, in a sentence or two."""
        return self.equilibrium.statement

    @property
    def values(self) -> xr.DataArray:
        """What the future is worth to each actor in each state, payoff (state, actor); a coordinate for each factor."""
        scenario, states = self.scenario, self.structure.states
        named = {
            factor.name: ("state", np.array(factor.levels)[states.levels[:, f]])
            for f, factor in enumerate(scenario.factors)
        }
        actors = {"actor": [actor.name for actor in scenario.actors]}
        return xr.DataArray(self.equilibrium.value, dims=("state", "actor"), coords=actors | named, name="value")

    def save(self, path: Path | str) -> None:
        """Keep it in one file, whole or not at all."""
        claims = self.scenario.claims.path
        told = {
            "magic": MAGIC,
            "version": VERSION,
            "name": self.scenario.name,
            "scenario": self.scenario.text,
            "claims": None if claims is None else read_bytes(claims, "claims file").decode("utf-8"),
            "numbers": {name: float(value).hex() for name, value in self.numbers.items()},
        }
        arrays: dict[str, Any] = {"told": np.array(json.dumps(told)), **to_arrays(self.equilibrium)}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        write_whole(Path(path), buffer.getvalue())

    @classmethod
    def load(cls, path: Path | str) -> Solution:
        """Read back what was kept; DetenteError for a file that is none."""
        try:
            with np.load(Path(path), allow_pickle=False) as file:
                arrays = dict(file)
            told = json.loads(str(arrays["told"]))
            if told["magic"] != MAGIC:
                raise ValueError("another kind of file")
            numbers = {name: float.fromhex(value) for name, value in told["numbers"].items()}
            found = equilibrium_from(arrays)
        except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as wrong:
            raise DetenteError(f"{path} holds no solution that can be read: {wrong}") from wrong
        if found is None:
            raise DetenteError(f"{path} holds no whole solution; it was cut short or changed.")
        scenario = load_text(told["scenario"], told["name"], told["claims"])
        return cls(scenario, numbers, compile(scenario), found)


def solve(
    scenario: Scenario,
    numbers: Mapping[str, float] | None = None,
    *,
    start: Solution | None = None,
    tolerance: float = 1e-8,
    certify: bool | Level = True,
    progress: Progress | None = None,
) -> Solution:
    """The stationary equilibrium of a case, at its likely numbers but for those given.

    ``start``: a solution of the same case at other numbers, from which this one is continued. ``tolerance``: largest
    error of log odds. ``certify``: 'full' tries other starts, 'index' counts eigenvalues only, 'none'; True is 'full',
    or 'index' from a start. DetenteError for an unknown parameter, or a start of another case.
    """
    known = scenario.likely
    for name in numbers or {}:
        if name not in known:
            hint = did_you_mean(name, known)
            raise DetenteError(f"There is no parameter {name!r}. {hint or ''}".rstrip())
    wanted = {**known, **(numbers or {})}
    structure = compile(scenario) if start is None else start.structure
    if start is not None and len(start.scenario.text) and start.scenario.text != scenario.text:
        raise DetenteError("The start is a solution of another case; solve this one without it.")
    game = game_at(structure, wanted)
    near = None if start is None else game_at(structure, start.numbers)
    found = solve_game(
        game,
        start=None if start is None else start.equilibrium,
        neighbour=near,
        tolerance=tolerance,
        certify=certify,
        progress=progress,
    )
    return Solution(scenario, wanted, structure, found)
