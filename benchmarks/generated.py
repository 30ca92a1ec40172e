"""Scenarios of any size, for benchmarks: ``text(states, actors, actions, rules)`` is a file that loads.

They are made like a worked case: factors of two to four levels that actions move by a step, guards that read another
factor, a third of the actions with luck, some with consent, prices and interests that read parameters. Each factor goes
up by somebody's act and down by somebody's or by chance, so that nearly all combinations of levels can come about.

With ``rivals`` three actors or more pursue one another in a ring, as guard and evader do, or as arms are built up
because another did and cut when it did not: each has one factor of many levels, gains as it comes near the next
actor's, and loses as the actor before comes near its own, which gains by as much. Prices are small beside that, nobody
is asked for consent, and luck decides whether an act succeeds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import yaml

from detente.scenario.load import load_text
from detente.scenario.model import Scenario

_RANGES = {
    "luck": (0.3, 0.1, 0.45),
    "drift": (0.03, 0.01, 0.1),
    "worth": (1.0, 0.4, 1.6),
    "pain": (0.6, 0.2, 1.2),
    "ease": (0.5, 0.3, 0.8),
}
_RIVALS = {**_RANGES, "pain": (0.2, 0.1, 0.4)}


def scenario(
    states: int = 25_000, actors: int = 8, actions: int = 40, rules: int = 15, seed: int = 0, rivals: bool = False
) -> Scenario:
    """The scenario of ``text``, loaded."""
    kind = "rivals" if rivals else "generated"
    return load_text(
        text(states, actors, actions, rules, seed, rivals), f"{kind}-{states}-{actors}-{actions}-{rules}-{seed}"
    )


def text(
    states: int = 25_000, actors: int = 8, actions: int = 40, rules: int = 15, seed: int = 0, rivals: bool = False
) -> str:
    """A scenario file with about so many states; ``actions`` in all, dealt out to the actors in turn."""
    if rivals and actors < 3:
        raise ValueError(f"Of {actors} rivals, who pursues the other flees as much: take three at least.")
    rng = np.random.default_rng(seed)
    sizes = [round(states ** (1.0 / actors))] * actors if rivals else _sizes(states, rng)
    factors = {f"factor{f}": [f"f{f}_{level}" for level in range(size)] for f, size in enumerate(sizes)}
    names = [f"actor{a}" for a in range(actors)]
    deeds: dict[str, dict[str, Any]] = {name: {} for name in names}
    for k in range(actions):
        mover = names[k % actors]
        deeds[mover][f"deed{k}"] = _action(k, mover, names, factors, rng, rivals)
    data: dict[str, Any] = {
        "format": "detente/1",
        "title": "Generated",
        "actors": {name: {"tempo": 1, "discount": 0.9, "precision": 0.3} for name in names},
        "factors": {name: {"levels": levels} for name, levels in factors.items()},
        "parameters": {
            name: {"likely": likely, "low": low, "high": high, "unit": "of its own", "basis": "judgement"}
            for name, (likely, low, high) in (_RIVALS if rivals else _RANGES).items()
        },
        "actions": {name: own for name, own in deeds.items() if own},
        "chance": [_rule(k, factors) for k in range(rules)],
        "interests": _pursuit(names, factors) if rivals else {name: _interests(factors, rng) for name in names},
        "situations": {"2020-01": {name: levels[0] for name, levels in factors.items()}},
    }
    return yaml.safe_dump(data, sort_keys=False, width=200)


def _sizes(states: int, rng: np.random.Generator) -> list[int]:
    """Two to four levels a factor, with a product as near to ``states`` as the last factor can bring it."""
    sizes: list[int] = []
    while math.prod(sizes) * 4 < states:
        sizes.append(int(rng.integers(2, 5)))
    return [*sizes, max(2, round(states / math.prod(sizes)))]


def _action(
    k: int, mover: str, names: list[str], factors: dict[str, list[str]], rng: np.random.Generator, rivals: bool
) -> dict[str, Any]:
    own, other, third = (list(factors)[(k + shift) % len(factors)] for shift in (0, 1, 3))
    upward = (k // len(factors)) % 2 == 0
    found: dict[str, Any] = {
        "when": f"{own} {'<' if upward else '>'} {factors[own][-1 if upward else 0]}",
        "then": {own: "+1" if upward else "-1"},
    }
    if k >= 2 * len(factors):
        found["when"] += f" and {third} is not {factors[third][int(rng.integers(len(factors[third])))]}"
    if k % 3 == 0:
        found["chance"] = [{"p": "luck", "then": {own: own} if rivals else {other: "-1"}}]
    if k % 5 in (1, 2) and not rivals:
        found["needs"] = {name: "ease" for name in names if name != mover and rng.random() < 2 / len(names)}
    if k % 2:
        found["cost"] = {mover: f"pain * (1 + {other})"}
    if k % 4 == 0:
        found["gain"] = {names[int(rng.integers(len(names)))]: f"worth if {third} is {factors[third][0]} else 0"}
    return {key: value for key, value in found.items() if value}


def _rule(k: int, factors: dict[str, list[str]]) -> dict[str, Any]:
    own, other = list(factors)[k % len(factors)], list(factors)[(k + 2) % len(factors)]
    found: dict[str, Any] = {"about": f"event {k}", "when": f"{own} > {factors[own][0]}", "then": {own: "-1"}}
    if k % 5 == 4:
        return {**found, "every": "48 months", "next": "2021-05"}
    return {**found, "rate": f"drift * (0.5 if {other} is {factors[other][0]} else 1)"}


def _interests(factors: dict[str, list[str]], rng: np.random.Generator) -> dict[str, str]:
    names = list(factors)
    picked = rng.permutation(len(names))[:6]
    return {
        "wealth": f"worth * {names[picked[0]]} - pain * {names[picked[1]]}",
        "safety": f"-pain * {names[picked[2]]} * (1 - 0.5 * {names[picked[3 % len(picked)]]})",
        "standing": f"worth if {names[picked[-1]]} is {factors[names[picked[-1]]][-1]} else 0",
    }


def _pursuit(names: list[str], factors: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """Near the next one, and away from the one before."""
    own = list(factors)
    near = [f"1 - abs({own[a - 1]} - {own[a]})" for a in range(len(own))]  # each to the one before
    return {
        name: {"pursuit": f"worth * ({near[(a + 1) % len(own)]})", "escape": f"-worth * ({near[a]})"}
        for a, name in enumerate(names)
    }
