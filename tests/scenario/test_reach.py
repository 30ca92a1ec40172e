"""The closure, against a slow search state by state (`tests/plain_reading.py`), and its limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.problems import DetenteError
from detente.scenario.cases import case
from detente.scenario.load import load_text
from detente.scenario.lookup import Batch, Space, distinct, known, without
from detente.scenario.model import Factor, Scenario
from detente.scenario.reach import closure, reachable
from detente.scenario.steps import after_refusal, fires, open_in, possible, successors
from tests.plain_reading import Reading, State
from tests.strategies import scenarios, text_of

Data = dict[str, Any]


def loaded(data: Data) -> Scenario:
    """The scenario, whatever the checks would say about it."""
    with patch("detente.scenario.checks.check", return_value=()):
        return load_text(text_of(data))


def named(scenario: Scenario, levels: np.ndarray) -> list[State]:
    return [tuple(f.levels[at] for f, at in zip(scenario.factors, row, strict=True)) for row in levels.tolist()]


@settings(max_examples=40)
@given(scenarios())
def test_the_reachable_states_are_those_of_a_slow_search(data: Data) -> None:
    scenario = loaded(data)
    found = named(scenario, reachable(scenario))
    assert len(found) == len(set(found))
    assert set(found) == Reading(data).states()


@settings(max_examples=20)
@given(scenarios(with_never=False), st.data())
def test_steps_into_never_are_found_and_not_followed(data: Data, draw: st.DataObject) -> None:
    factors = {name: entry.get("levels") or entry["kinds"] for name, entry in data["factors"].items()}
    tests = [f"{name} is {draw.draw(st.sampled_from(levels))}" for name, levels in list(factors.items())[:2]]
    data = {**data, "never": [" and ".join(tests)]}
    scenario, reading = loaded(data), Reading(data)
    reach = closure(scenario)
    assert set(named(scenario, reach.levels)) == reading.states()
    steps = [*reading.actions.values(), *reading.rules.values()]
    expected = {
        at
        for at, step in enumerate(steps)
        for state in reading.states()
        for after in reading.following(step, state)
        if not reading.allowed(after)
    }
    places = {id(step): at for at, step in enumerate((*scenario.actions, *scenario.rules))}
    assert {places[id(way.step)] for way in reach.forbidden} == expected
    for way in reach.forbidden:
        before, after = named(scenario, np.array([way.before, way.following]))
        assert reading.allowed(before)
        assert not reading.allowed(after)
        assert after in reading.following(steps[places[id(way.step)]], before)


@settings(max_examples=20)
@given(scenarios())
def test_array_semantics_agree_with_the_tables_of_the_search(data: Data) -> None:
    scenario = loaded(data)
    reach = closure(scenario)
    batch, levels, ranges = Batch(reach.space, reach.codes), reach.levels, reach.ranges
    for move in reach.moves:
        is_open = open_in(move.step, levels)
        if hasattr(move.step, "rate"):
            is_open = is_open & fires(move.step, levels, ranges)
        assert (move.open(batch) == is_open).all()
        following = {at: reach.space.code(to) for at, to in enumerate(successors(move.step, levels))}
        if getattr(move.step, "refused", None):
            following[-1] = reach.space.code(after_refusal(move.step, levels))
        for branch, before, to in move.ways(batch):
            at = np.searchsorted(reach.codes, before)
            assert (following[branch][at] == to).all()
            if branch >= 0:
                can = possible(move.step.branches[branch], levels, ranges)
                assert (np.flatnonzero(is_open & can & (following[branch] != reach.codes)) == at).all()


FILE = """
actors:
  us: {tempo: 1, discount: 0.9, precision: 0.3}
  them: {tempo: 1, discount: 0.9, precision: 0.3}
factors:
  a: {levels: [a0, a1, a2]}
  b: {levels: [b0, b1]}
parameters:
  p: {likely: 0, low: 0, high: 0, unit: x, basis: judgement}
actions:
  us: {ACTION}
chance: RULES
situations:
  2020-01: {a: a0, b: b0}
"""


def states(action: str = "", rules: str = "[]", more: str = "") -> set[State]:
    text = FILE.replace("ACTION", action).replace("RULES", rules) + more
    with patch("detente.scenario.checks.check", return_value=()):
        scenario = load_text(text)
    return set(named(scenario, reachable(scenario)))


A0, A1, A2 = ("a0", "b0"), ("a1", "b0"), ("a2", "b0")


@pytest.mark.parametrize(
    ("action", "rules", "more", "found"),
    [
        ("", "[]", "", {A0}),
        ("go: {then: {a: +1}}", "[]", "", {A0, A1, A2}),
        ("go: {when: a < a1, then: {a: +1}}", "[]", "", {A0, A1}),
        ("go: {needs: [them], then: {a: a1}, refused: {a: a2}}", "[]", "", {A0, A1, A2}),
        ("go: {then: {a: a1}, chance: [{p: p, then: {a: a2}}]}", "[]", "", {A0, A1}),
        ("go: {then: {a: a1}, chance: [{p: 1, then: {a: a2}}]}", "[]", "", {A0, A2}),
        ("go: {then: {a: {a1: p, a2: 1 - p}}}", "[]", "", {A0, A2}),
        ("", "[{about: it, rate: p, then: {a: a1}}]", "", {A0}),
        (
            "",
            "[{about: it, rate: p, then: {a: a1}}]",
            "what_if:\n  more: {from: 2020-01, set: {p: 0.1}}",
            {A0, A1},
        ),
        ("", "[{about: it, every: 12 months, next: 2020-05, then: {a: a1}}]", "", {A0, A1}),
        (
            "swap: {then: {a: a1 if b is b0 else a0, b: b1 if a is a0 else b}}",
            "[]",
            "",
            {A0, ("a1", "b1"), ("a0", "b1")},
        ),
    ],
)  # fmt: skip
def test_what_can_happen(action: str, rules: str, more: str, found: set[State]) -> None:
    assert states(action, rules, more) == found


def counters(count: int, levels: int) -> str:
    """So many factors, each of which a step can raise on its own."""
    names = [f"f{number}" for number in range(count)]
    listed = ", ".join(f"l{level}" for level in range(levels))
    return "\n".join(
        [
            "actors:\n  us: {tempo: 1, discount: 0.9, precision: 0.3}",
            "factors:",
            *(f"  {name}: {{levels: [{listed}]}}" for name in names),
            "actions:\n  us:",
            *(f"    go{name}: {{then: {{{name}: +1}}}}" for name in names),
            f"situations:\n  2020-01: {{{', '.join(f'{name}: l0' for name in names)}}}",
        ]
    )


def refused(text: str) -> str:
    with patch("detente.scenario.checks.check", return_value=()):
        scenario = load_text(text)
    with pytest.raises(DetenteError) as refusal:
        reachable(scenario)
    return str(refusal.value)


def test_too_many_states_name_the_factors_to_merge() -> None:
    message = refused(counters(12, 4))
    assert "More than 200,000 states" in message
    assert "without 'f" in message
    assert "(4 levels in use)" in message
    assert "% of them would be left" in message


def test_a_product_that_overflows_is_refused_before_anything_is_numbered() -> None:
    assert "10^66 combinations" in refused(counters(95, 5))


def test_a_counter_is_refused() -> None:
    """Two hands of a clock: one state a round, and 65,536 rounds."""
    text = counters(2, 256).replace("gof0: {", "gof0: {when: f1 is l255, ").replace("{f0: +1}", "{f0: +1, f1: l0}")
    with patch("detente.scenario.reach._MOST_TURNS", 500):
        assert "as if a factor were a counter" in refused(text)


def test_a_factor_with_more_levels_than_a_byte_tells_is_refused() -> None:
    with patch("detente.scenario.checks.check", return_value=()):
        scenario = load_text(counters(1, 2))
    wide = Factor("f0", tuple(f"l{level}" for level in range(10_000)), True, ())
    with pytest.raises(DetenteError, match="10,000 levels; at most 256"):
        Space.of(replace(scenario, factors=(wide,)))


def test_too_many_mixtures_are_refused() -> None:
    """Two situations that differ in 25 forces have 2 to the 25th mixtures."""
    text = counters(25, 2)
    later = ", ".join(f"f{number}: l1" for number in range(25))
    forces = ", ".join(f"force{number}: [f{number}]" for number in range(25))
    assert "more than 4,000,000 mixtures" in refused(f"{text}\n  2021-01: {{{later}}}\nforces: {{{forces}}}\n")


def test_the_search_stops_soon_after_the_limit() -> None:
    """Never more than the limit and one round's merged successors are held."""
    held: list[int] = []

    def watch(*parts: np.ndarray) -> np.ndarray:
        held.append(sum(map(len, parts)))
        return distinct(*parts)

    with patch("detente.scenario.checks.check", return_value=()):
        scenario = load_text(counters(38, 3))
    with patch("detente.scenario.reach.distinct", watch), pytest.raises(DetenteError, match="More than 5,000"):
        reachable(scenario, limit=5_000)
    assert max(held) < 100_000


@given(st.lists(st.integers(-9, 9)), st.lists(st.integers(-9, 9)))
def test_sets_as_sorted_arrays(one: list[int], other: list[int]) -> None:
    first, second = np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)
    assert distinct(first, second).tolist() == sorted({*one, *other})
    assert known(first, distinct(second)).tolist() == [number in other for number in one]
    assert without(distinct(first), distinct(second)).tolist() == sorted(set(one) - set(other))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_numbers_and_levels_are_two_writings_of_a_state(sizes: list[int]) -> None:
    space = Space.numbered(sizes)
    codes = np.arange(space.combinations(range(len(sizes))), dtype=np.int64)
    levels = space.levels(codes)
    assert (space.code(levels) == codes).all()
    assert (space.spread(range(len(sizes)), codes) == levels).all()


def test_the_last_answer_is_kept_for_the_same_case_alone() -> None:
    korea = case("korea")
    found = closure(korea)
    assert closure(replace(korea, warnings=())) is found
    assert closure(replace(korea, situations=(*korea.situations,))) is found
    still = closure(replace(korea, rules=korea.rules[:0], actions=korea.actions[:0]))
    assert len(still.codes) < len(found.codes)
    assert closure(korea) is not found  # one is kept
    np.testing.assert_array_equal(closure(korea).codes, found.codes)
    with pytest.raises(DetenteError, match="Merge levels"):
        closure(korea, limit=100)
