"""From a scenario to a game: what is refused, what is told, and that numbers can be traced."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.game.double import double_precision
from detente.game.structure import Structure, compile  # noqa: A004
from detente.problems import DetenteError
from detente.scenario.load import load_text
from tests.game.small import TEXT


@pytest.fixture(scope="module")
def structure() -> Structure:
    return compile(load_text(TEXT, "fence"))


def test_a_state_is_found_by_every_way_of_saying_it(structure: Structure) -> None:
    situation = structure.scenario.situation("2021-06")
    state = structure.index("2021-06")
    assert structure.describe(state) == {"fence": "low", "mood": "sweet"}
    assert structure.index(situation) == state
    assert structure.index({"fence": "low", "mood": "sweet"}) == state
    assert structure.index(situation.levels) == state
    assert [structure.index(list(levels)) for levels in structure.states.levels] == list(range(len(structure.states)))


def test_what_is_no_state_is_refused_with_a_sentence(structure: Structure) -> None:
    with pytest.raises(DetenteError, match="There is no situation '2021-07'"):
        structure.index("2021-07")
    with pytest.raises(DetenteError, match="fence is 'tall'; its levels are none, low, high"):
        structure.index({"fence": "tall", "mood": "sour"})
    with pytest.raises(DetenteError, match="mood is missing; its levels are sour, sweet"):
        structure.index({"fence": "low"})
    with pytest.raises(DetenteError, match="not among the 6 states"):
        structure.index([0])


@pytest.mark.parametrize("moves", ["in_turn", "simultaneous"])
def test_discrete_periods_are_no_game_in_continuous_time(moves: str) -> None:
    scenario = load_text(TEXT.replace("unit: month\n", f"unit: month\nmoves: {moves}\n"), "fence")
    with pytest.raises(DetenteError, match=f"`moves: {moves}`.*dt.trace"):
        compile(scenario)


def test_numbers_arrive_where_they_belong(structure: Structure) -> None:
    game = structure.game({"pace": 1.5, "pain": 2.5})
    np.testing.assert_allclose(game.tempo, [1.5, 0.5, 0])
    np.testing.assert_allclose(game.discount, -np.log([0.9, 0.8, 0.95]) / 12)
    state = structure.index({"fence": "high", "mood": "sour"})
    np.testing.assert_allclose(np.asarray(game.flow)[state], [-2.5 - 0.05, -2.5, 0])
    assert structure.interests({"pain": 2.5})[state].tolist() == [-2.5, -2.5]
    assert all(leaf.dtype in (np.float64, np.int32) for leaf in jax.tree.leaves(game))


def test_a_dated_rule_can_be_told_apart(structure: Structure) -> None:
    chance, state = structure.game().chance, structure.index({"fence": "low", "mood": "sour"})
    rows = zip(*(np.asarray(x)[state].tolist() for x in (chance.rule, chance.succ, chance.rate)), strict=True)
    sweet, rotten = structure.index("2021-06"), structure.index("2020-01")
    assert list(rows) == [(0, sweet, pytest.approx(0.3 / 12)), (1, rotten, 0.05)]


def test_what_numbers_cannot_be_is_told_with_its_place(structure: Structure) -> None:
    with pytest.raises(DetenteError, match=r"A chance of ours.build is 1.5; it must be between 0 and 1"):
        structure.game({"luck": 1.5})
    with pytest.raises(DetenteError, match="A tempo is -1; it must be at least 0"):
        structure.game({"pace": -1})
    with pytest.raises(DetenteError, match=r"The gain or cost of ours.build is nan; it must be a finite number"):
        structure.game({"pain": float("nan")})
    with pytest.raises(DetenteError, match=r"There is no parameter 'pian'\. Did you mean 'pain'"):
        structure.game({"pian": 1})


@pytest.mark.parametrize(("where", "told"), [("ours: 0.7", "lean of theirs.ask"), ("discount: 0.8", "discount")])
def test_leans_and_discounts_exclude_both_ends(where: str, told: str) -> None:
    structure = compile(load_text(TEXT.replace(where, f"{where.split()[0]} luck"), "fence"))
    structure.game({"luck": 1 - 1e-12})
    for end in (0.0, 1.0):
        with pytest.raises(DetenteError, match=f"A {told} is {end:g}.*; it must be between .* and 1, both excluded"):
            structure.game({"luck": end})


def test_what_is_impossible_within_the_ranges_must_stay_so() -> None:
    text = TEXT.replace("{p: luck, then", '{p: "max(0, luck - 0.6)", then')
    structure = compile(load_text(text, "fence"))
    structure.game({"luck": 0.6})
    with pytest.raises(DetenteError, match=r"A chance of ours\.build is 0\.1.* for all numbers in the declared ranges"):
        structure.game({"luck": 0.7})


def test_traced_numbers_give_the_same_game_and_draws_a_leading_axis(structure: Structure) -> None:
    pains = np.array([1.0, 2.0, 2.7])
    with double_precision():
        drawn = jax.jit(jax.vmap(lambda pain: structure.game({"pain": pain}, jnp)))(jnp.asarray(pains))
    for k, pain in enumerate(pains):
        one, other = jax.tree.leaves(structure.game({"pain": float(pain)})), jax.tree.leaves(drawn)
        for leaf, draw in zip(one, other, strict=True):
            np.testing.assert_allclose(np.asarray(draw)[k], np.asarray(leaf), rtol=1e-14)


def test_games_are_of_numpy_and_what_they_share_cannot_be_written_to(structure: Structure) -> None:
    one, other = structure.game(), structure.game({"pain": 2.5})
    assert all(type(leaf) is np.ndarray for leaf in jax.tree.leaves(one))
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    shared = [leaf for leaf, same in pairs if leaf is same]
    assert len(shared) > len(one.columns)
    assert not any(leaf.flags.writeable for leaf in shared)


def test_a_struck_action_is_open_nowhere(structure: Structure) -> None:
    build = next(a for a, action in enumerate(structure.scenario.actions) if action.name == "build")
    game = structure.game()
    struck = game.without([build])
    for before, after in zip(game.columns, struck.columns, strict=True):
        gone = np.asarray(before.action) == build
        assert (np.asarray(after.action) == np.where(gone, -1, before.action)).all()
        assert (np.asarray(after.weight) == np.where(gone, 0, before.weight)).all()
    assert any((np.asarray(column.action) == build).any() for column in game.columns)


def test_a_scenario_without_steps_is_a_game_without_columns() -> None:
    cut = TEXT[: TEXT.index("actions:")] + TEXT[TEXT.index("interests:") :]
    game = compile(load_text(cut.replace(", a fence built: ours.build", ""), "fence")).game()
    assert game.columns == ()
    assert game.chance.succ.shape == (2, 0)
