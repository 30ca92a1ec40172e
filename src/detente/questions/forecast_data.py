"""What a forecast reads of each member of a solved case, and the labelled arrays that it becomes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.outcome.calendar import schedule
from detente.outcome.forward import outlook
from detente.outcome.relapse import back_by_slip
from detente.outcome.targets import targets_of
from detente.questions.asked import provenance
from detente.questions.next_moves import next_moves

if TYPE_CHECKING:
    from detente.ensemble.progress import Progress
    from detente.ensemble.readings import Who
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.outcome.calendar import Schedule
    from detente.scenario.model import Scenario, Situation

CHANCES = ("by", "at", "slips", "without_slips")
CLOSELY = ("slips", "without_slips", "value", "gain")  # what is not read of the draws until it is asked for
MOVES = ("chosen", "accepted", "taken", "advantage")


def closely_of(
    solved: Ensemble, situation: Situation, months: int, who: Who, progress: Progress | None = None
) -> list[dict[str, np.ndarray]]:
    """The chances and how they come about, of some members."""
    work = partial(_answer, situation=situation, dates=schedule(solved.scenario, situation, months))
    return solved.answers("forecast", work, who, progress, situation=situation.name, months=months)


def moves_of(solved: Solved, starts: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The next moves at all situations of the case, in front."""
    scenario = solved.structure.scenario
    found = [next_moves(solved, solved.structure.index(scenario.situation(name))) for name in starts]
    return {name: np.stack([one[name] for one in found]) for name in found[0]}


def _answer(solved: Solved, situation: Situation, dates: Schedule) -> dict[str, np.ndarray]:
    """What is kept of one member: chances (K, T + 1), value (N,), gain (K, N), the mass cut off."""
    state, value = solved.structure.index(situation), solved.equilibrium.value
    chain, targets = solved.chain, targets_of(solved.structure)
    found = solved.ahead(situation, dates.months)
    steady = outlook(chain.only(~chain.slip), targets, state, dates)
    slips, without = found.slips.copy(), steady.by.copy()
    for k, target in enumerate(targets):
        if target.holds is not None and target.holds[state]:
            slips[k], without[k] = back_by_slip(chain, target, state, dates), steady.at[k]
    chances = {"by": found.by, "at": found.at, "slips": slips, "without_slips": without}
    chances["error"] = np.array(max(found.error, steady.error))
    return {**chances, "value": value[state], "gain": found.on_arrival(value) - value[state]}


def data_of(
    solved: Ensemble,
    situation: Situation,
    months: int,
    closely: list[dict[str, np.ndarray]],
    drawn: list[dict[str, np.ndarray]],
    moves: list[dict[str, np.ndarray]],
) -> xr.Dataset:
    """All that is kept as labelled arrays: of the three precisions, of the draws, and everybody's next moves."""
    scenario, (central, half, double) = solved.scenario, closely
    chance, names = ("outcome", "month"), [outcome.name for outcome in scenario.outcomes]
    data: dict[str, Any] = {}
    for name in CHANCES:
        if name not in CLOSELY:
            data[name] = (("draw", *chance), stack(drawn, name, central[name].shape))
        for which, one in (("central", central), ("half", half), ("double", double)):
            data[f"{which}_{name}"] = (chance, one[name])
    for name, dims in (("value", ("actor",)), ("gain", ("outcome", "actor"))):
        data[f"central_{name}"] = (dims, central[name])
    options, rows = _options(scenario, moves[0])
    for name in (*MOVES, "yes"):
        dims = ("option", "actor") if name == "yes" else ("option",)
        likely = _by_option(moves[0], name, rows)
        data[f"central_{name}"] = (dims, likely)
        each = [{name: _by_option(one, name, rows)} for one in moves[1:]]
        data[name] = (("draw", *dims), stack(each, name, likely.shape))
    data["numbers"] = (("draw", "parameter"), solved.numbers)
    data["certified"] = (("draw",), solved.certified)
    data["standing"] = (("outcome",), (central["by"][:, 0] == 1.0) & ~np.isnan(central["at"][:, 0]))
    coordinates = {
        "outcome": names,
        "month": np.arange(months + 1),
        "date": (("month",), [str(situation.date.after(n)) for n in range(months + 1)]),
        "draw": np.arange(len(drawn)),
        "option": options,
        "actor": [actor.name for actor in scenario.actors],
        "parameter": [parameter.name for parameter in scenario.parameters],
    }
    error = max(float(one["error"]) for one in (*closely, *drawn))
    return xr.Dataset(data, coords=coordinates, attrs=_made(solved, situation, months, error))


def _options(scenario: Scenario, central: dict[str, np.ndarray]) -> tuple[list[str], list[tuple[str, int]]]:
    """What is open at the start, actor by actor, waiting last: labels, and where to find each (field, row)."""
    labels, rows = [], []
    for i, actor in enumerate(scenario.actors):
        if np.isnan(central["waits"][i]):
            continue
        for a, action in enumerate(scenario.actions):
            if action.actor == i and not np.isnan(central["chosen"][a]):
                labels.append(f"{actor.name}.{action.name}")
                rows.append(("action", a))
        labels.append(f"{actor.name}.wait")
        rows.append(("wait", i))
    return labels, rows


def _by_option(arrays: dict[str, np.ndarray], name: str, rows: list[tuple[str, int]]) -> np.ndarray:
    """One of the next moves' arrays in the order of the options; of waiting only the chance that it is chosen."""
    actors = len(arrays["waits"])
    missing = np.full(actors, np.nan) if name == "yes" else np.nan
    picked = [arrays[name][n] if kind == "action" else arrays["waits"][n] if name == "chosen" else missing
              for kind, n in rows]  # fmt: skip
    return np.array(picked, dtype=float).reshape((len(rows), actors) if name == "yes" else (len(rows),))


def stack(drawn: list[dict[str, np.ndarray]], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """One array of all draws, in front; of such a shape without any."""
    return np.stack([one[name] for one in drawn]) if drawn else np.empty((0, *shape))


def _made(solved: Ensemble, situation: Situation, months: int, error: float) -> dict[str, Any]:
    """How it was made, as text and numbers."""
    precisions = {"half_certified": int(solved.half.certified), "double_certified": int(solved.double.certified),
                  "half_converged": int(solved.half.report.converged),
                  "double_converged": int(solved.double.report.converged)}  # fmt: skip
    asked = {"situation": situation.name, "since": str(situation.date), "months": months}
    return provenance(solved, **asked, **precisions, mass_cut_off=error)
