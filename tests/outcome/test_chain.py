"""The chain of play against a plain re-reading of the same game, event by event."""

from collections import defaultdict
from functools import cache
from types import SimpleNamespace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.response import respond
from detente.game.arrays import Chance
from detente.game.double import double_precision
from detente.outcome.chain import Play, chain_of, chain_of_play
from detente.problems import DetenteError
from detente.scenario.model import Calendar, Month
from tests.random_games import random_game

DATED = {1: 8}  # rule -> every


def scenario_of(rules=3, actions=6):
    calendars = [Calendar(DATED[rule], Month(2029, 1)) if rule in DATED else None for rule in range(rules)]
    named = tuple(SimpleNamespace(name=f"rule {rule}", calendar=calendar) for rule, calendar in enumerate(calendars))
    return SimpleNamespace(actions=(None,) * actions, rules=named)


@cache
def solved(seed, reached=1.0):
    """A random game, values that need not be its own, and what everybody does against them."""
    game = random_game(seed, states=20, precision=1.5)
    value = np.random.default_rng(seed).normal(0, 2, (20, 3))
    with double_precision():
        play = eqx.filter_jit(respond)(game, jnp.asarray(value), jnp.asarray(reached))
        policy, accepted = (tuple(np.asarray(each) for each in field) for field in (play.policy, play.accepted))
    return game, SimpleNamespace(value=value, policy=policy, accepted=accepted, reached=reached), play


def expected(game, play, reached):
    """(state, next, action, rule, refused, slip) -> rate."""
    found = defaultdict(float)
    game, play = (jax.tree.map(np.asarray, each) for each in (game, play))
    for c, column in enumerate(game.columns):
        lam = float(game.precision[column.actor]) * reached
        for s in range(game.shape[0]):
            rate = float(game.tempo[column.actor]) * float(play.policy[c][s])
            slip = lam > 0 and float(play.advantage[c][s]) < -2 / lam
            yes = float(play.accepted[c][s])
            for k in range(column.succ.shape[1]):
                goes = int(column.succ[s, k])
                found[s, goes, int(column.action[s]), -1, False, slip] += rate * yes * float(column.chance[s, k])
            back = s if column.refused is None else int(column.refused[s])
            found[s, back, int(column.action[s]), -1, True, slip] += rate * (1 - yes)
    for s in range(game.shape[0]):
        for k in range(game.chance.succ.shape[1]):
            rule, goes = int(game.chance.rule[s, k]), int(game.chance.succ[s, k])
            if rule not in (-1, *DATED) and goes != s:
                found[s, goes, -1, rule, False, False] += float(game.chance.rate[s, k])
    return {key: rate for key, rate in found.items() if rate > 0}


@pytest.mark.parametrize(("seed", "reached"), [(1, 1.0), (1, 0.0), (2, 0.5)])
def test_every_event_is_there_with_its_rate(seed, reached):
    game, equilibrium, play = solved(seed, reached)
    chain = chain_of(SimpleNamespace(scenario=scenario_of()), game, equilibrium)
    found = defaultdict(float)
    rows = (chain.source, chain.target, chain.action, chain.rule, chain.refused, chain.slip, chain.rate)
    for *key, rate in zip(*(row.tolist() for row in rows), strict=True):
        found[tuple(key)] += rate
    wanted = expected(game, play, reached)
    assert found.keys() == wanted.keys()
    assert [found[key] for key in wanted] == pytest.approx(list(wanted.values()), rel=1e-12)
    assert reached == 0 or any(chain.slip)


def test_a_dated_rule_is_a_jump_and_no_rate():
    game, equilibrium, _ = solved(1)
    chain = chain_of(SimpleNamespace(scenario=scenario_of()), game, equilibrium)
    assert list(chain.dated) == [1]
    assert 1 not in chain.rule
    jump = chain.dated[1]
    matrix = jump.matrix.toarray()
    assert matrix.sum(axis=1) == pytest.approx(np.ones(20), abs=1e-15)
    for s in range(20):
        there = [k for k in range(3) if int(game.chance.rule[s, k]) == 1]
        assert jump.holds[s] == bool(there)
        wanted = np.eye(20)[s]
        for k in there:
            chance = 8 * float(game.chance.rate[s, k])
            wanted += chance * (np.eye(20)[int(game.chance.succ[s, k])] - np.eye(20)[s])
        assert matrix[s] == pytest.approx(wanted, abs=1e-15)


def test_a_dated_rule_whose_chances_pass_one_is_refused():
    game, equilibrium, _ = solved(1)
    fast = Chance(game.chance.succ, np.asarray(game.chance.rate) * 30, game.chance.rule)
    with double_precision():
        fields = {name: getattr(game, name) for name in ("noise", "columns", "flow", "tempo", "discount", "precision")}
        faster = type(game)(chance=fast, **fields)
    acts = Play(equilibrium.policy, equilibrium.accepted, [np.zeros(20, dtype=bool)] * len(game.columns))
    with pytest.raises(DetenteError, match="rule 1"):
        chain_of_play(scenario_of(), faster, acts)
