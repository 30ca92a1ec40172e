"""An outcome that holds at the start: the part of its later chance that has come back by a slip.

First passage has nothing to say of a war that is on. What can be asked of it month by month is how it last came about:
it has held from the start, or has ended and come about again, by a slip or otherwise. So the states where it holds are
taken twice, once more for 'last come about by a slip', and the forward equation is solved on them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from detente.outcome.forward import present
from detente.outcome.process import Chain, Jump

if TYPE_CHECKING:
    from detente.outcome.calendar import Schedule
    from detente.outcome.targets import Target


def back_by_slip(chain: Chain, target: Target, start: int, schedule: Schedule) -> np.ndarray:
    """(T + 1,) the chance that the outcome holds in each month and last came about by a slip.

    Holding from the start counts as no slip, coming about on a date neither. Actions make no such outcome: ValueError.
    """
    if target.holds is None:
        raise ValueError(f"{target.name} is an action; it does not hold.")
    twice = _Twice(target.holds)
    slipped = np.arange(twice.size) >= len(chain)
    return np.asarray(present(twice.chain(chain), slipped[:, None].astype(np.float64), start, schedule)[0])


class _Twice:
    """States s, then those where the outcome holds a second time: 'last come about by a slip'."""

    def __init__(self, holds: np.ndarray):
        self.holds = holds
        self.again = np.flatnonzero(holds)
        self.size = len(holds) + len(self.again)
        self.copy = np.arange(len(holds))  # where a state goes that keeps the mark: itself where there is no copy
        self.copy[self.again] = np.arange(len(holds), self.size)

    def chain(self, chain: Chain) -> Chain:
        """The chain on both: the mark is made by a slip into the outcome, kept within it and lost outside."""
        counts = np.diff(chain.first)
        events = np.concatenate([np.arange(len(chain.rate)), _rows(chain.first, self.again)])
        marked = np.arange(len(events)) >= len(chain.rate)
        target = chain.target[events]
        enters = chain.slip[events] & self.holds[target] & ~self.holds[chain.source[events]]
        return Chain(
            actions=chain.actions,
            first=np.concatenate([[0], np.cumsum(np.concatenate([counts, counts[self.again]]))]),
            target=np.where(marked | enters, self.copy[target], target).astype(chain.target.dtype),
            rate=chain.rate[events],
            action=chain.action[events],
            rule=chain.rule[events],
            refused=chain.refused[events],
            slip=chain.slip[events],
            dated={rule: self._jump(jump) for rule, jump in chain.dated.items()},
        )

    def _jump(self, jump: Jump) -> Jump:
        plain, marked = jump.matrix.tocoo(), jump.matrix[self.again].tocoo()
        rows = np.concatenate([plain.row, marked.row + len(self.holds)])
        columns = np.concatenate([plain.col, self.copy[marked.col]])
        entries = (np.concatenate([plain.data, marked.data]), (rows, columns))
        matrix = sparse.csr_array(sparse.coo_array(entries, shape=(self.size, self.size)))
        return Jump(matrix, np.concatenate([jump.holds, jump.holds[self.again]]))


def _rows(first: np.ndarray, states: np.ndarray) -> np.ndarray:
    """The events of some states, one state after another."""
    parts = [np.arange(first[state], first[state + 1]) for state in states]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.intp)
