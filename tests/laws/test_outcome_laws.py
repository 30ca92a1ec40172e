"""What must be true of every forecast, on random scenarios whose actors play against random values."""

from __future__ import annotations

import math
from typing import Any

import equinox as eqx
import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detente.equilibrium.response import respond
from detente.game.double import double_precision
from detente.game.structure import compile  # noqa: A004
from detente.outcome.backward import backward
from detente.outcome.calendar import Schedule, schedule
from detente.outcome.chain import Chain, Play, chain_of_play
from detente.outcome.forward import Forward, forward
from detente.outcome.process import Events, assemble
from detente.outcome.slips import slips
from detente.outcome.tally import tally
from detente.outcome.targets import Target, targets_of
from detente.scenario.load import load_text
from detente.scenario.starter import starter
from tests.outcome.chains import random_chain, target
from tests.outcome.chains import schedule as dates_of
from tests.outcome.plain_forecast import PlainForecast
from tests.plain_reading import Reading, State
from tests.strategies import scenarios, text_of

MONTHS = 26
MOST_STATES = 60  # the plain reading takes exponentials of dense matrices
ROUNDING = 1e-10

Data = dict[str, Any]


class Forecast:
    """A random scenario, compiled, played against random values, and forecast from its first situation."""

    def __init__(self, data: Data):
        self.scenario = load_text(text_of(data), "random")
        self.structure = compile(self.scenario)
        assume(len(self.structure.states) <= MOST_STATES)
        self.reading = Reading(data)
        self.names: list[State] = [
            tuple(self.structure.describe(s).values()) for s in range(len(self.structure.states))
        ]
        rng = np.random.default_rng(len(self.names))
        self.value = rng.normal(0, 3, (len(self.names), len(self.scenario.actors)))
        self.plain = PlainForecast(self.reading, dict(zip(self.names, self.value.tolist(), strict=True)))
        self.targets: tuple[Target, ...] = targets_of(self.structure)
        self.schedule: Schedule = schedule(self.scenario, self.scenario.situations[0], MONTHS)
        self.start = self.structure.index(self.scenario.situations[0])
        self.chain: Chain = self._chain()

    def _chain(self) -> Chain:
        """Policies and consents come from the plain reading, everything else from the compiled game."""
        game = self.structure.game()
        policy, accepted = [], []
        for column in game.columns:
            chosen, agreed = np.zeros(len(self.names)), np.ones(len(self.names))
            for s in np.flatnonzero(np.asarray(column.action) >= 0):
                action = self.scenario.actions[int(column.action[s])]
                key = self.scenario.actors[action.actor].name, action.name
                play = self.plain.plays[self.names[s]]
                chosen[s], agreed[s] = play.chance[key], math.prod(play.yes[key].values())
            policy.append(chosen)
            accepted.append(agreed)
        slip = slips(game, self.value, accepted, np.asarray(game.precision))
        return chain_of_play(self.scenario, game, Play(policy, accepted, slip))

    def forward(self) -> Forward:
        return forward(self.chain, self.targets, self.start, self.schedule)


@settings(max_examples=30)
@given(scenarios())
def test_a_forecast_is_the_scenario_read_plainly(data: Data) -> None:
    case = Forecast(data)
    found = case.forward()
    for k, name in enumerate(data["outcomes"]):
        by, part = case.plain.by_and_slips(data["outcomes"][name], case.names[case.start], MONTHS)
        np.testing.assert_allclose(found.by[k], by, atol=ROUNDING, err_msg=name)
        np.testing.assert_allclose(found.slips[k], part, atol=ROUNDING, err_msg=name)


@settings(max_examples=15)
@given(scenarios())
def test_chances_over_time_are_chances(data: Data) -> None:
    case = Forecast(data)
    found = case.forward()
    assert found.error <= 1e-12 * len(case.schedule.intervals)
    assert (found.by >= 0).all()
    assert (found.by <= 1 + ROUNDING).all()
    assert (np.diff(found.by) >= -ROUNDING).all()
    assert (np.diff(found.slips) >= -ROUNDING).all()
    assert (np.diff(found.counts) >= -ROUNDING).all()
    assert (found.slips <= found.by + ROUNDING).all()
    np.testing.assert_allclose(found.occupancy.sum(), 1, atol=ROUNDING)
    np.testing.assert_allclose(found.arrival.sum(axis=1), found.by[:, -1], atol=ROUNDING)
    for k, wanted in enumerate(case.targets):
        if wanted.holds is None:  # an action has been taken with a chance of at most the mean number of times
            assert np.isnan(found.at[k]).all()
            assert (found.by[k] <= found.counts[list(wanted.actions)].sum(axis=0) + ROUNDING).all()
        else:
            assert (found.at[k] <= found.by[k] + ROUNDING).all()
            np.testing.assert_allclose(found.at[k, -1], found.occupancy @ wanted.holds, atol=ROUNDING)


@settings(max_examples=15)
@given(scenarios())
def test_backward_from_a_state_is_forward_from_it(data: Data) -> None:
    case = Forecast(data)
    found = backward(case.chain, case.targets, case.schedule, slips=True)
    assert found.slips is not None
    for start in {case.start, 0, len(case.names) - 1, len(case.names) // 2}:
        ahead = forward(case.chain, case.targets, start, case.schedule)
        np.testing.assert_allclose(found.by[start], ahead.by[:, -1], atol=ROUNDING)
        np.testing.assert_allclose(found.slips[start], ahead.slips[:, -1], atol=ROUNDING)


chains = st.builds(random_chain, st.integers(0, 10_000), st.integers(2, 9), st.integers(0, 3), st.integers(0, 3))


@settings(max_examples=40)
@given(chains, st.integers(1, 20), st.integers(1, 20))
def test_a_forecast_cut_in_two_is_the_same(chain: Chain, first: int, second: int) -> None:
    last = len(chain) - 1
    there = [target(len(chain), last)]
    whole = forward(chain, [], 0, dates_of(first + second))
    half = forward(chain, [], 0, dates_of(first))
    np.testing.assert_allclose(
        forward(chain, [], half.occupancy, dates_of(second)).occupancy, whole.occupancy, atol=ROUNDING
    )
    long = forward(chain, there, 0, dates_of(first + second)).by[0]
    np.testing.assert_allclose(forward(chain, there, 0, dates_of(first)).by[0], long[: first + 1], atol=ROUNDING)


@settings(max_examples=40)
@given(chains, st.randoms(use_true_random=False))
def test_the_numbering_of_states_changes_nothing(chain: Chain, random: Any) -> None:
    size = len(chain)
    order = list(range(size))
    random.shuffle(order)
    new = np.argsort(order)  # state order[i] becomes i
    events = [_single(chain, e, new) for e in range(len(chain.rate))]
    other = assemble(size, chain.actions, events)
    acts = [Target("act", None, (0,))] if chain.actions else []
    one = forward(chain, [target(size, size - 1), *acts], 0, dates_of(15))
    two = forward(other, [target(size, int(new[size - 1])), *acts], int(new[0]), dates_of(15))
    np.testing.assert_allclose(two.by, one.by, atol=ROUNDING)
    np.testing.assert_allclose(two.slips, one.slips, atol=ROUNDING)
    np.testing.assert_allclose(two.arrival[:, new], one.arrival, atol=ROUNDING)


def _single(chain: Chain, event: int, new: np.ndarray) -> Events:
    rate = np.zeros(len(chain))
    rate[new[chain.source[event]]] = chain.rate[event]
    goes = np.full(len(chain), new[chain.target[event]])
    what = int(chain.action[event]), int(chain.rule[event]), bool(chain.refused[event]), bool(chain.slip[event])
    return Events(goes, rate, *what)


@settings(max_examples=25)
@given(chains, st.integers(1, 12))
def test_twice_as_fast_is_half_as_long(chain: Chain, months: int) -> None:
    fields = {name: getattr(chain, name) for name in chain.__dataclass_fields__}
    faster = Chain(**{**fields, "rate": 2 * chain.rate})
    there = [target(len(chain), len(chain) - 1)]
    one, two = forward(chain, there, 0, dates_of(2 * months)), forward(faster, there, 0, dates_of(months))
    np.testing.assert_allclose(one.by[:, ::2], two.by, atol=ROUNDING)
    np.testing.assert_allclose(one.counts[:, ::2], two.counts, atol=ROUNDING)


def test_a_million_sampled_histories_agree_with_the_forecast() -> None:
    """The starting scenario of `detente new`, everybody playing against the payoffs of one year."""
    text, claims = starter("border")
    structure = compile(load_text(text, "border", claims))
    game, count = structure.game(), 1_000_000
    with double_precision():
        value = 12 * game.flow
        play = eqx.filter_jit(respond)(game, value)
        policy, accepted = (tuple(np.asarray(each) for each in field) for field in (play.policy, play.accepted))
    slip = slips(game, np.asarray(value), accepted, np.asarray(game.precision))
    chain = chain_of_play(structure.scenario, game, Play(policy, accepted, slip))
    targets, start = targets_of(structure), structure.index(structure.scenario.situations[0])
    election = next(at for at, rule in enumerate(structure.scenario.rules) if rule.calendar)
    dates = Schedule(structure.scenario.situations[0].date, 24, ((7, election),))
    exact, sampled = forward(chain, targets, start, dates), tally(chain, targets, start, dates, count, seed=3)
    for one, other in ((exact.by, sampled.by), (exact.slips, sampled.slips), (exact.at, sampled.at)):
        held = ~np.isnan(one)
        assert (held == ~np.isnan(other)).all()
        spread = np.sqrt(np.maximum(one * (1 - one), 0) / count)
        assert (np.abs(one - other)[held] <= (5 * spread + 1e-9)[held]).all()
    assert exact.by[:, -1].max() > 0.05
