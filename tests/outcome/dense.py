"""Chances over time the dense way: event by event into a matrix with two sinks, and its exponential."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from detente.outcome.calendar import Schedule
from detente.outcome.process import Chain
from detente.outcome.targets import Target


def generator(chain: Chain, target: Target | None) -> np.ndarray:
    """(S + 2, S + 2): what reaches the target goes to the sink S, or, by a slip, to the sink S + 1."""
    size = len(chain)
    out = np.zeros((size + 2, size + 2))
    for event in range(len(chain.rate)):
        before, after, rate = int(chain.source[event]), int(chain.target[event]), chain.rate[event]
        if target is not None and reaches(chain, target, event):
            after = size + int(chain.slip[event])
        if after != before:
            out[before, after] += rate
            out[before, before] -= rate
    return out


def reaches(chain: Chain, target: Target, event: int) -> bool:
    if target.holds is None:
        return chain.action[event] in target.actions and not chain.refused[event]
    return bool(target.holds[chain.target[event]] and not target.holds[chain.source[event]])


def by_and_slips(chain: Chain, target: Target, start: int, schedule: Schedule) -> tuple[np.ndarray, np.ndarray]:
    """First passage by month 0 .. T, and its part by slips."""
    size = len(chain)
    month = expm(generator(chain, target))
    state = np.zeros(size + 2)
    state[start] = 1.0
    gather = _gather(size, target)
    state = state @ gather
    rows = [state]
    for now in range(1, schedule.months + 1):
        state = state @ month
        for rule in schedule.due(now):
            state = state @ _widen(chain.dated[rule].matrix.toarray()) @ gather
        rows.append(state)
    out = np.array(rows)
    return out[:, size] + out[:, size + 1], out[:, size + 1]


def occupied(chain: Chain, start: int, schedule: Schedule) -> np.ndarray:
    """(T + 1, S) distribution of the state."""
    month = expm(generator(chain, None)[:-2, :-2])
    state = np.zeros(len(chain))
    state[start] = 1.0
    rows = [state]
    for now in range(1, schedule.months + 1):
        state = state @ month
        for rule in schedule.due(now):
            state = state @ chain.dated[rule].matrix.toarray()
        rows.append(state)
    return np.array(rows)


def _widen(jump: np.ndarray) -> np.ndarray:
    out = np.eye(len(jump) + 2)
    out[:-2, :-2] = jump
    return out


def _gather(size: int, target: Target) -> np.ndarray:
    """Moves what is where the target holds to the sink."""
    out = np.eye(size + 2)
    if target.holds is not None:
        for state in np.flatnonzero(target.holds):
            out[state, state], out[state, size] = 0.0, 1.0
    return out
