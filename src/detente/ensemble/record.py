"""A solved set of numbers as arrays, to be kept and got back bit by bit.

The report of a solution (how good it is, how it was reached) is one JSON text beside the arrays, so that it can be read
without them. Its play as a jump process is kept as well: on a large case it is got back in a tenth of the time that
making it from game and solution takes.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from detente.equilibrium.result import Equilibrium, Settings
from detente.outcome.process import Chain, Jump

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT = "report"
_ARRAYS = ("value", "policy", "accepted")
RATE = "rate"  # of events: numbers in which nothing repeats
_EVENTS = ("target", RATE, "action", "rule")
_FLAGS = ("refused", "slip")


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
    turned: bool = False

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


def chain_to_arrays(chain: Chain) -> dict[str, np.ndarray]:
    """A jump process as plain arrays."""
    found = {name: getattr(chain, name) for name in _EVENTS} | {name: np.packbits(getattr(chain, name))
                                                                 for name in _FLAGS}  # fmt: skip
    found["events"] = np.diff(chain.first).astype(np.int32)  # of each state
    for rule, jump in chain.dated.items():
        matrix = jump.matrix
        parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr, "holds": jump.holds}
        found |= {f"{rule} {name}": part for name, part in parts.items()}
    return found | {"actions": np.array(chain.actions), "dated": np.array(list(chain.dated), dtype=np.int64)}


def chain_from(arrays: Mapping[str, np.ndarray]) -> Chain | None:
    """The jump process of which these are the arrays, or None where some are missing."""
    try:
        first = np.concatenate([[0], np.cumsum(arrays["events"], dtype=np.int64)])
        count, size = int(first[-1]), len(first) - 1
        dated = {}
        for rule in arrays["dated"].tolist():
            parts = tuple(arrays[f"{rule} {name}"] for name in ("data", "indices", "indptr"))
            dated[rule] = Jump(sparse.csr_array(parts, shape=(size, size)), arrays[f"{rule} holds"])
        flags = {name: np.unpackbits(arrays[name], count=count).astype(bool) for name in _FLAGS}
        return Chain(int(arrays["actions"]), first, **{name: arrays[name] for name in _EVENTS}, **flags, dated=dated)
    except KeyError:
        return None
