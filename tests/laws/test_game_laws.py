"""What must be true of every compiled game, on random scenarios."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.response import Response, residual, respond
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.game.structure import Structure, compile  # noqa: A004
from detente.scenario.load import load_text
from tests.plain_reading import Reading, State
from tests.strategies import scenarios, text_of

EXACT = {"rtol": 1e-12, "atol": 1e-12}
Data = dict[str, Any]


def structure_of(data: Data) -> Structure:
    return compile(load_text(text_of(data), "random"))


def names_of(structure: Structure) -> list[State]:
    return [tuple(structure.describe(s).values()) for s in range(len(structure.states))]


def some_values(states: list[State], actors: list[str], seed: int = 0) -> dict[State, dict[str, float]]:
    """A value for each state and actor that does not depend on the order of either."""
    rng = np.random.default_rng(seed)
    return {s: {a: float(rng.uniform(-5, 5)) for a in sorted(actors)} for s in sorted(states)}


def padded(tree: Any, states: int) -> Any:
    """Arrays over states made longer by repeating the last state, so that JAX meets few different shapes."""
    room = -states % 128

    def longer(array: Any) -> Any:
        array = np.asarray(array)
        return jnp.asarray(np.concatenate([array, np.repeat(array[-1:], room, axis=0)]))

    return jax.tree.map(longer, tree)


def pad_game(game: Game) -> Game:
    states = game.shape[0]
    return eqx.tree_at(
        lambda g: (g.columns, g.chance, g.flow), game, padded((game.columns, game.chance, game.flow), states)
    )


class Played:
    """A scenario compiled, and its play at some values, by name."""

    def __init__(
        self,
        data: Data,
        values: dict[State, dict[str, float]] | None = None,
        scale: float = 1.0,
        numbers: dict[str, float] | None = None,
    ):
        self.structure = structure_of(data)
        self.states = names_of(self.structure)
        self.actors = [actor.name for actor in self.structure.scenario.actors]
        self.values = values or some_values(self.states, self.actors)
        with double_precision():
            self.game = self.structure.game(numbers)
            game = pad_game(self.game)
            value = scale * np.array([[self.values[s][a] for a in self.actors] for s in self.states])
            value = padded(value, len(self.states))
            self.response: Response = respond(game, value)
            self.residual = np.asarray(residual(game, value, play=self.response))[: len(self.states)]

    def by_action(self) -> dict[tuple[State, str, str], tuple[float, dict[str, float]]]:
        """(state, actor, action) -> chance of choosing it, and each consenter's chance of yes."""
        found = {}
        scenario = self.structure.scenario
        for c, column in enumerate(self.game.columns):
            policy, opened = np.asarray(self.response.policy[c]), np.asarray(column.action)
            yes = None if self.response.yes[c] is None else np.asarray(self.response.yes[c])
            for s in np.flatnonzero(opened >= 0):
                action = scenario.actions[opened[s]]
                asked = {} if yes is None else dict(zip(column.consenters, yes[s], strict=True))
                key = self.states[s], self.actors[action.actor], action.name
                found[key] = float(policy[s]), {self.actors[r]: float(y) for r, y in asked.items()}
        return found

    def flows(self) -> dict[tuple[State, str], float]:
        """(state, actor) -> residual of the backward equation."""
        return {(s, a): self.residual[k, i] for k, s in enumerate(self.states) for i, a in enumerate(self.actors)}

    def rates(self) -> dict[tuple[State, str, State], float]:
        found: dict[tuple[State, str, State], float] = defaultdict(float)
        succ, rate, rule = (
            np.asarray(x) for x in (self.game.chance.succ, self.game.chance.rate, self.game.chance.rule)
        )
        for s, c in zip(*np.nonzero(rule >= 0), strict=True):
            name = self.structure.scenario.rules[rule[s, c]].name
            found[self.states[s], name, self.states[succ[s, c]]] += float(rate[s, c])
        return {key: rate for key, rate in found.items() if rate > 0}


def agree(one: dict[Any, Any], other: dict[Any, Any]) -> None:
    assert one.keys() == other.keys()
    for key, value in one.items():
        np.testing.assert_allclose(value, other[key], **EXACT, err_msg=str(key))


def agree_on_play(one: Played, other: Played) -> None:
    agree({k: v[0] for k, v in one.by_action().items()}, {k: v[0] for k, v in other.by_action().items()})
    agree(
        {(*k, r): y for k, v in one.by_action().items() for r, y in v[1].items()},
        {(*k, r): y for k, v in other.by_action().items() for r, y in v[1].items()},
    )


@settings(max_examples=50)
@given(scenarios(), st.sampled_from([0.0, 0.3, 1.0]))
def test_the_compiled_game_is_the_scenario_read_plainly(data: Data, share: float) -> None:
    ranges = {name: (entry["low"], entry["high"]) for name, entry in data["parameters"].items()}
    numbers = {name: low + share * (high - low) for name, (low, high) in ranges.items()}
    played, reading = Played(data, numbers=numbers), Reading(data, numbers)
    assert set(played.states) == reading.states()
    values = {s: [played.values[s][a] for a in reading.actors] for s in played.states}
    acts, flows, rates = {}, {}, {}
    for s in played.states:
        play = reading.play(s, values)
        acts |= {(s, *key): (chance, play.yes[key]) for key, chance in play.chance.items()}
        flows |= {(s, a): g for a, g in zip(reading.actors, reading.residual(s, values), strict=True)}
        rates |= {(s, *key): rate for key, rate in reading.transitions(s).items()}
    found = played.by_action()
    agree({k: v[0] for k, v in found.items()}, {k: v[0] for k, v in acts.items()})
    for key, (_, yes) in acts.items():
        agree(found[key][1], yes)
    agree(played.flows(), flows)
    agree(played.rates(), rates)
    interests = played.structure.interests(numbers)
    for number, interest in enumerate(played.structure.scenario.interests):
        for k, s in enumerate(played.states):
            plain = reading.interests(s)[reading.actors[interest.actor], interest.name]
            np.testing.assert_allclose(interests[k, number], plain, **EXACT)


@settings(max_examples=12)
@given(scenarios())
def test_chances_are_chances(data: Data) -> None:
    played, reading = Played(data), Reading(data)
    values = {s: [played.values[s][a] for a in reading.actors] for s in played.states}
    total: dict[tuple[State, str], float] = defaultdict(float)
    for (s, actor, _), (chance, yes) in played.by_action().items():
        assert 0 <= chance <= 1
        assert all(0 <= y <= 1 for y in yes.values())
        total[s, actor] += chance
    for (s, actor), chosen in total.items():
        np.testing.assert_allclose(chosen + reading.play(s, values).waits[actor], 1, **EXACT)
    for column in played.game.columns:
        np.testing.assert_allclose(np.asarray(column.chance).sum(axis=1), 1, **EXACT)
        assert (np.asarray(column.weight) >= 0).all()
    assert (np.asarray(played.game.chance.rate) >= 0).all()


def reordered(data: Data) -> Data:
    """The same scenario with factors, kinds, actors, rules, parameters and actions written in the opposite order."""

    def back(mapping: Data) -> Data:
        return dict(reversed(mapping.items()))

    factors = {
        name: {**factor, "kinds": factor["kinds"][::-1]} if "kinds" in factor else factor
        for name, factor in back(data["factors"]).items()
    }
    actions = {actor: back(own) for actor, own in back(data["actions"]).items()}
    changed = {"factors": factors, "actions": actions, "chance": data["chance"][::-1]}
    return {**data, **{k: back(data[k]) for k in ("actors", "parameters", "interests")}, **changed}


@settings(max_examples=15)
@given(scenarios())
def test_order_changes_nothing(data: Data) -> None:
    one = Played(data)
    order = list(data["factors"])
    values = {tuple(reversed(s)): v for s, v in one.values.items()}
    other = Played(reordered(data), values)
    other.states = [tuple(dict(zip(order[::-1], s, strict=True))[f] for f in order) for s in other.states]
    agree_on_play(one, other)
    agree(one.flows(), other.flows())
    agree(one.rates(), other.rates())


@settings(max_examples=15)
@given(scenarios())
def test_names_change_nothing(data: Data) -> None:
    words = sorted({*data["actors"], *data["factors"], *data["parameters"]} | {x for s in names(data) for x in s})
    new = {word: f"{word}_{number}x" for number, word in enumerate(reversed(words))}
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b")

    def renamed(part: Any) -> Any:
        if isinstance(part, dict):
            return {renamed(key): renamed(value) for key, value in part.items()}
        if isinstance(part, list):
            return [renamed(value) for value in part]
        return pattern.sub(lambda match: new[match[0]], part) if isinstance(part, str) else part

    told = {key: renamed(data[key]) for key in data if key not in ("format", "title", "unit", "noise")}
    told["actors"] = {new[a]: {**renamed(entry), "name": "Someone"} for a, entry in data["actors"].items()}
    told["parameters"] = {new[p]: entry for p, entry in data["parameters"].items()}
    one = Played(data)
    values = {tuple(new[x] for x in s): {new[a]: v for a, v in own.items()} for s, own in one.values.items()}
    other = Played({**{k: v for k, v in data.items() if k not in told}, **told}, values)
    agree(
        {(tuple(new[x] for x in s), new[a], n): v[0] for (s, a, n), v in one.by_action().items()},
        {key: v[0] for key, v in other.by_action().items()},
    )
    agree({(tuple(new[x] for x in s), new[a]): g for (s, a), g in one.flows().items()}, other.flows())


def names(data: Data) -> list[list[str]]:
    return [factor.get("levels") or factor["kinds"] for factor in data["factors"].values()]


@settings(max_examples=12)
@given(scenarios(), st.data())
def test_splitting_an_action_changes_nothing(data: Data, choose: st.DataObject) -> None:
    acts = [(actor, name) for actor, own in data["actions"].items() for name in own]
    if not acts:
        return
    actor, name = choose.draw(st.sampled_from(acts))
    action = data["actions"][actor][name]
    half = {**action, "weight": f"({action.get('weight', 1)}) / 2"}
    own = {**{k: v for k, v in data["actions"][actor].items() if k != name}, name: half, "other_half": half}
    one, other = Played(data), Played({**data, "actions": {**data["actions"], actor: own}})
    agree(one.flows(), other.flows())
    found = other.by_action()
    for (s, a, n), (chance, _) in one.by_action().items():
        split = (a, n) == (actor, name)
        np.testing.assert_allclose(found[s, a, n][0] + (found[s, a, "other_half"][0] if split else 0), chance, **EXACT)


@settings(max_examples=12)
@given(scenarios(), st.sampled_from([0.25, 3.0, 40.0]))
def test_the_unit_of_payoffs_changes_nothing(data: Data, unit: float) -> None:
    def scaled(entries: Data) -> Data:
        return {key: f"{unit} * ({text})" for key, text in entries.items()}

    def step(entry: Data) -> Data:
        return {**entry, **{key: scaled(entry[key]) for key in ("gain", "cost", "asking") if key in entry}}

    other = {
        **data,
        "actors": {a: {**e, "precision": f"({e['precision']}) / {unit}"} for a, e in data["actors"].items()},
        "actions": {a: {n: step(e) for n, e in own.items()} for a, own in data["actions"].items()},
        "chance": [step(rule) for rule in data["chance"]],
        "interests": {
            a: {n: f"{unit} * ({e['value'] if isinstance(e, dict) else e})" for n, e in own.items()}
            for a, own in data["interests"].items()
        },
    }
    one = Played(data)
    two = Played(other, one.values, scale=unit)
    agree_on_play(one, two)
    agree({k: unit * g for k, g in one.flows().items()}, two.flows())


@settings(max_examples=6)
@given(scenarios())
def test_derivatives_are_those_of_finite_differences(data: Data) -> None:
    structure = structure_of(data)
    step = 1e-6
    likely = {  # a little inside the ranges, since likely numbers are round and may stand on a corner, such as abs(0)
        each.name: 0.9 * each.likely + 0.1 * (0.553 * each.low + 0.447 * each.high)
        for each in structure.scenario.parameters
    }
    direction = {name: float(np.cos(k)) * 0.1 for k, name in enumerate(sorted(likely))}

    def at(t: float) -> list[np.ndarray]:
        moved = {name: value + t * direction[name] for name, value in likely.items()}
        return [np.asarray(leaf) for leaf in jax.tree.leaves(structure.game(moved))]

    with double_precision():
        point = {name: jnp.asarray(value) for name, value in likely.items()}
        along = {name: jnp.asarray(value) for name, value in direction.items()}
        values, slopes = jax.jit(lambda at, to: jax.jvp(partial(structure.game, xp=jnp), (at,), (to,)))(point, along)
    ahead, behind = at(step), at(-step)
    for value, here, slope, more, less in zip(
        jax.tree.leaves(values), at(0.0), jax.tree.leaves(slopes), ahead, behind, strict=True
    ):
        np.testing.assert_allclose(value, here, **EXACT)
        if np.issubdtype(here.dtype, np.floating):
            np.testing.assert_allclose(slope, (more - less) / (2 * step), rtol=1e-6, atol=1e-7)
