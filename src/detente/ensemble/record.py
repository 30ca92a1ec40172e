"""A solved set of numbers as arrays, to be kept and got back bit by bit.

The report of a solution (how good it is, how it was reached) is one JSON text beside the arrays, so that it can be read
without them.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.equilibrium.result import Equilibrium, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT = "report"
_ARRAYS = ("value", "policy", "accepted")


@dataclass(frozen=True)
class Report:
    """What a solver said of one solution, without its arrays; names as in :class:`Equilibrium`."""

    residual: float
    regret: float
    sweeps: int
    rightmost: tuple[complex, ...]
    reached: float
    converged: bool
    certified: bool
    statement: str
    settings: Settings

    @classmethod
    def of(cls, equilibrium: Equilibrium) -> Report:
        """The report of a solution."""
        return cls(**{field.name: getattr(equilibrium, field.name) for field in dataclasses.fields(cls)})

    def equilibrium(self, value: np.ndarray, policy: np.ndarray, accepted: np.ndarray) -> Equilibrium:
        """The solution again: (S, N), (C, S), (C, S)."""
        told = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return Equilibrium(value=value, policy=tuple(policy), accepted=tuple(accepted), **told)


def to_arrays(equilibrium: Equilibrium) -> dict[str, np.ndarray]:
    """The solution as plain arrays, none of them of objects."""
    states = len(equilibrium.value)
    told = dataclasses.asdict(Report.of(equilibrium))
    told["rightmost"] = [[z.real, z.imag] for z in equilibrium.rightmost]
    return {
        REPORT: np.array(json.dumps(told)),
        "value": equilibrium.value,
        "policy": np.array(equilibrium.policy, dtype=np.float64).reshape(-1, states),
        "accepted": np.array(equilibrium.accepted, dtype=np.float64).reshape(-1, states),
    }


def report_from(arrays: Mapping[str, np.ndarray]) -> Report | None:
    """The report among the arrays, or None where they hold none that can be read."""
    try:
        told: dict[str, Any] = json.loads(str(arrays[REPORT]))
        told["rightmost"] = tuple(complex(real, imaginary) for real, imaginary in told["rightmost"])
        return Report(**{**told, "settings": Settings(**told["settings"])})
    except (KeyError, TypeError, ValueError):
        return None


def equilibrium_from(arrays: Mapping[str, np.ndarray]) -> Equilibrium | None:
    """The solution of which these are the arrays, or None where some are missing."""
    report = report_from(arrays)
    if report is None or any(name not in arrays for name in _ARRAYS):
        return None
    return report.equilibrium(arrays["value"], arrays["policy"], arrays["accepted"])
