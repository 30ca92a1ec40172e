"""The split of a change: mixtures, those that cannot be, and shares against a second way of computing them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.ensemble.solve import Ensemble
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward
from detente.outcome.targets import targets_of
from detente.questions.split import differing, filled, mixtures, split
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from detente.scenario.starter import starter
from tests.border import asking, border

MONTHS = 30  # so that a vote falls within the horizon of one of the two


@cache
def dated() -> Scenario:
    """The border, with a third situation that differs in many ways and has another calendar ahead."""
    text, claims = starter("border")
    later = (
        "\n  2026-06: {like: 2025-06, troops: thinned, trade: open, talks: summit, next: {Southland votes: 2028-10}}"
    )
    line = "  2025-06: {like: 2024-06, about: Doves win the vote, cabinet: doves, talks: envoys}"
    assert line in text
    return load_text(text.replace(line, line + later), "border.yaml", claims)


@cache
def solved() -> Ensemble:
    return asking(2).solved(dated())


def chance_of(member, levels, since: str, outcome: str) -> float:
    """By a forward pass from that start, at those dates."""
    one = solved().solved(member)
    chain = chain_of(one.structure, one.game, one.equilibrium)
    (target,) = targets_of(one.structure, [dated().outcome(outcome)])
    return float(forward(chain, [target], one.structure.index(levels), schedule(dated(), since, MONTHS)).by[0, -1])


def test_shares_are_the_mean_over_orders_of_switching_forces_one_by_one() -> None:
    """Each order from the first situation to the last: factors and dates exchanged one after another, then forecast."""
    first, second = dated().situation("2024-06"), dated().situation("2026-06")
    found = split(solved(), dated().outcome("agreement"), first, second, MONTHS)
    assert found.forces == ("government", "diplomacy", "other", "calendar")
    assert found.exists.all()
    members = (solved().central, *solved().draws)
    for m, member in enumerate(members):
        shares = np.zeros(4)
        for order in permutations(range(4)):
            levels, since = list(first.levels), first.name
            before = chance_of(member, levels, since, "agreement")
            for force in order:
                if force == 3:
                    since = second.name
                for factor in found.factors[force]:
                    levels[factor] = second.levels[factor]
                after = chance_of(member, levels, since, "agreement")
                shares[force] += (after - before) / 24
                before = after
        np.testing.assert_allclose(found.shares[m], shares, atol=1e-8)
    assert abs(found.shares[0, 3]) > 1e-5  # the dates matter here


def test_they_sum_to_the_change_and_turning_round_turns_the_signs() -> None:
    first, second = dated().situation("2024-06"), dated().situation("2026-06")
    there = split(solved(), dated().outcome("clashes"), first, second, MONTHS)
    back = split(solved(), dated().outcome("clashes"), second, first, MONTHS)
    np.testing.assert_allclose(there.shares.sum(axis=1), there.change, atol=1e-12)
    np.testing.assert_allclose(there.shares, -back.shares, atol=1e-12)
    assert there.direction == -back.direction


def test_the_calendar_is_no_force_where_the_dates_ahead_are_the_same() -> None:
    first = dated().situation("2024-06")
    second = replace(dated().situation("2025-06"), date=first.date)
    assert "calendar" not in split(solved(), dated().outcome("clashes"), first, second, MONTHS).forces


def test_a_factor_that_defines_the_outcome_is_taken_out_of_its_force() -> None:
    scenario, (first, second) = dated(), dated().situations[0::2]
    talks = next(f for f, factor in enumerate(scenario.factors) if factor.name == "talks")
    outcome = replace(scenario.outcome("clashes"), when=scenario.actions[5].when)
    assert talks in outcome.when.factors
    forces, moved = differing(scenario, outcome, first, second)
    assert moved == (("diplomacy", talks),)
    assert "diplomacy" not in forces
    assert talks in forces["other"]


def test_an_outcome_that_holds_at_one_end_is_told_by_whether_it_holds_at_the_horizon() -> None:
    first, second = dated().situation("2024-06"), dated().situation("2026-06")
    here = next(f for f, factor in enumerate(dated().factors) if factor.name == "border")
    agreed = replace(second, levels=tuple(1 if f == here else level for f, level in enumerate(second.levels)))
    found = split(solved(), dated().outcome("agreement"), first, agreed, MONTHS)
    assert found.kind == "at"
    assert found.worth[0, -1] < 1  # hawks may renounce it
    assert split(solved(), dated().outcome("raid"), first, agreed, MONTHS).kind == "by"


def test_mixtures_that_never_excludes_are_scored_and_told() -> None:
    """Clashes with envoys' talks turned into a summit: fighting at a summit cannot be."""
    names = [factor.name for factor in dated().factors]
    front = names.index("front")
    first = dated().situation("2024-06")
    fighting = replace(first, levels=tuple(1 if f == front else level for f, level in enumerate(first.levels)))
    found = split(solved(), dated().outcome("raid"), fighting, dated().situation("2026-06"), MONTHS)
    without = ~found.exists
    assert without.any()
    assert (found.excluded > 0).any()
    levels = mixtures(fighting.levels, dated().situation("2026-06").levels, [found.factors[n] for n in range(3)])
    excluded = np.array([bool(dated().never[0](row, {})) for row in levels])
    assert np.array_equal(without, np.tile(excluded, 2))
    np.testing.assert_allclose(found.shares.sum(axis=1), found.change, atol=1e-12)


@st.composite
def broken_games(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    count = draw(st.integers(1, 5))
    exists = draw(arrays(np.bool_, 1 << count))
    exists[[0, -1]] = True
    return draw(arrays(np.float64, 1 << count, elements=st.floats(0, 1))), exists


@given(broken_games())
def test_what_cannot_be_is_scored_by_the_nearest_that_can(game: tuple[np.ndarray, np.ndarray]) -> None:
    worth, exists = game
    scored = filled(worth, exists)
    assert np.array_equal(scored[exists], worth[exists])
    for mixture in np.flatnonzero(~exists):
        for far in range(1, 6):
            near = [other for other in np.flatnonzero(exists) if (int(other) ^ int(mixture)).bit_count() == far]
            if near:
                assert scored[mixture] == pytest.approx(np.mean(worth[near]))
                break


def test_mixtures_take_their_levels_from_both_ends() -> None:
    got = mixtures((0, 0, 0), (1, 2, 3), [(0, 2), (1,)])
    assert got.tolist() == [[0, 0, 0], [1, 0, 3], [0, 2, 0], [1, 2, 3]]


def test_the_border_has_two_forces_and_nothing_else() -> None:
    first, second = border().situations
    forces, moved = differing(border(), border().outcome("agreement"), first, second)
    assert list(forces) == ["government", "diplomacy"]
    assert moved == ()
