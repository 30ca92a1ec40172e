"""What is kept of a member, and what is made of it only when it is asked for."""

import dataclasses

import numpy as np
import pytest

from detente.ensemble import solutions as module
from detente.ensemble.cache import Cache
from detente.ensemble.record import chain_from, chain_to_arrays
from detente.ensemble.solutions import Numbers, Solutions
from detente.outcome.chain import chain_of
from detente.outcome.process import Chain, assemble
from detente.scenario.load import load_text
from detente.scenario.starter import starter
from tests.outcome.chains import random_chain


def same(one: Chain, other: Chain) -> None:
    for field in dataclasses.fields(Chain):
        if field.name != "dated":
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)
    assert list(one.dated) == list(other.dated)
    for rule, jump in one.dated.items():
        np.testing.assert_array_equal(jump.matrix.toarray(), other.dated[rule].matrix.toarray())
        np.testing.assert_array_equal(jump.holds, other.dated[rule].holds)


@pytest.mark.parametrize("chain", [random_chain(3), random_chain(4, size=21, rules=0), assemble(2, 1, [])])
def test_play_is_got_back_bit_by_bit(chain, tmp_path):
    cache = Cache(tmp_path)
    cache.put("case", "play", chain_to_arrays(chain), plain=("rate",))
    same(chain_from(cache.get("case", "play")), chain)
    assert chain_from(cache.get("case", "play", ["rate"])) is None


def refuse(*_args, **_more):
    raise AssertionError("not to be made")


@pytest.mark.parametrize("large", [True, False])
def test_the_play_of_a_large_case_is_kept_and_needs_neither_game_nor_solution(tmp_path, monkeypatch, large):
    monkeypatch.setattr(module, "LARGE", 1 if large else 10**6)
    text, claims = starter("border")
    solutions = Solutions(load_text(text, "border", claims), Cache(tmp_path))
    member = solutions.solve(Numbers("central", solutions.scenario.likely))
    made = solutions.solved(member)
    same(made.chain, chain_of(made.structure, made.game, made.equilibrium))
    monkeypatch.setattr(module, "game_at", refuse)
    again = solutions.solved(dataclasses.replace(member, kept=None))
    if large:
        same(again.chain, made.chain)
        assert again.equilibrium.value.tolist() == made.equilibrium.value.tolist()
    for part in ("game",) if large else ("game", "chain"):
        with pytest.raises(AssertionError, match="not to be made"):
            getattr(again, part)


def test_an_outlook_is_taken_from_a_forecast_that_is_there(tmp_path, monkeypatch):
    text, claims = starter("border")
    solutions = Solutions(load_text(text, "border", claims), Cache(tmp_path))
    solved = solutions.solved(solutions.solve(Numbers("central", solutions.scenario.likely)))
    since = solutions.scenario.situations[0]
    alone, whole = solved.outlook(since, 24), solved.ahead(since, 24)
    np.testing.assert_array_equal(alone.by, whole.by)
    np.testing.assert_array_equal(alone.at, whole.at)
    assert solved.outlook(since, 24) is whole
