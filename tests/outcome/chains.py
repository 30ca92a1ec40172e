"""Small chains for the tests, made of plain arrays."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from detente.outcome.calendar import Schedule
from detente.outcome.process import Chain, Events, Jump, assemble
from detente.outcome.targets import Target
from detente.scenario.model import Month

SINCE = Month(2025, 6)


def random_chain(seed: int, size: int = 6, actions: int = 3, rules: int = 2, *, speed: float = 1.0) -> Chain:
    """Actions with two outcomes (one is the state itself in half of the states) and refusals, rules, and two dates."""
    rng = np.random.default_rng(seed)
    here = np.arange(size)
    events = []
    for action in range(actions):
        rate = speed * rng.random(size) * (rng.random(size) < 0.7)
        yes, works = rng.random(size), rng.random(size)
        slip = rng.random(size) < 0.3
        stays = np.where(rng.random(size) < 0.5, here, rng.integers(size, size=size))
        events += [
            Events(rng.integers(size, size=size), rate * yes * works, action, slip=slip),
            Events(stays, rate * yes * (1 - works), action, slip=slip),
            Events(rng.integers(size, size=size), rate * (1 - yes) * (action % 2), action, refused=True, slip=slip),
            Events(here, rate * (1 - yes) * (1 - action % 2), action, refused=True, slip=slip),
        ]
    for rule in range(rules):
        events.append(Events(rng.integers(size, size=size), 0.3 * speed * rng.random(size), rule=rule))
    dated = {rule: random_jump(rng, size) for rule in (rules, rules + 1)}
    return assemble(size, actions, events, dated)


def random_jump(rng: np.random.Generator, size: int) -> Jump:
    holds = rng.random(size) < 0.7
    chance = rng.random((size, size)) ** 3
    matrix = np.where(holds[:, None], chance / chance.sum(axis=1, keepdims=True), np.eye(size))
    return Jump(sparse.csr_array(matrix), holds)


def schedule(months: int, *events: tuple[int, int]) -> Schedule:
    return Schedule(SINCE, months, tuple(sorted(events)))


def target(size: int, *states: int, name: str = "there") -> Target:
    return Target(name, np.isin(np.arange(size), states))


def line(*rates: float, slip: bool = False) -> Chain:
    """States 0, 1, .. in a row; action 0 leads from s to s + 1 at rates[s]."""
    size = len(rates) + 1
    ahead = np.minimum(np.arange(size) + 1, size - 1)
    return assemble(size, 1, [Events(ahead, np.array([*rates, 0.0]), 0, slip=slip)])
