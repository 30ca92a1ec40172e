"""Derivatives of chances over time: against differences of solved forecasts, and of dense exponentials."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.linalg import expm

from detente.outcome import passage as passages
from detente.outcome.calendar import Schedule, schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import Forward, forward
from detente.outcome.gradient import chance_gradient
from detente.outcome.passage import Flows, passage
from detente.outcome.targets import Target, targets_of
from detente.problems import DetenteError
from tests.outcome.chains import random_jump
from tests.outcome.chains import schedule as dates
from tests.outcome.differences import Differences, Solution, differences

MONTHS = {"2025-06": 30, "2020-01": 12, "later": 12}  # by start: each sees a date, the last one at its horizon


def asked(case: Differences) -> tuple[tuple[Target, ...], int, Schedule]:
    start = next(each for each in case.structure.scenario.situations if each.name in MONTHS)
    calendar = schedule(case.structure.scenario, start, MONTHS[start.name])
    assert calendar.events
    return targets_of(case.structure), case.structure.index(start), calendar


def forecast(case: Differences, solution: Solution) -> Forward:
    targets, start, calendar = asked(case)
    return forward(chain_of(case.structure, solution.game, solution.equilibrium), targets, start, calendar)


def ends(found: Forward) -> np.ndarray:
    return np.stack([found.by[:, -1], found.at[:, -1]])


@pytest.mark.parametrize("name", ["border", "fence, shocks", "two"])
def test_every_derivative_is_that_of_forecasts_nearby(name: str) -> None:
    case = differences(name)
    targets, start, calendar = asked(case)
    assert {target.holds is None for target in targets} == {True, False}
    central = forecast(case, case.central)
    expected = {parameter: case.by(parameter, lambda one: ends(forecast(case, one))) for parameter in case.numbers}
    for k, target in enumerate(targets):
        for which, kind in enumerate(("by", "at") if target.holds is not None else ("by",)):
            chance, slopes = chance_gradient(
                case.structure, case.numbers, case.central.equilibrium, target, start, calendar, kind=kind
            )
            assert chance == pytest.approx(ends(central)[which, k], abs=1e-10)
            assert list(slopes) == list(case.numbers)
            differs = [expected[parameter][which, k] for parameter in slopes]
            np.testing.assert_allclose(list(slopes.values()), differs, rtol=1e-6, atol=1e-8)
            assert np.abs(differs).max() > 1e-4


def test_an_event_that_cannot_happen_yet_has_a_slope_into_its_range() -> None:
    case = differences("border")
    targets, start, calendar = asked(case)
    numbers = case.numbers | {"clash_rate": 0.0}
    still = case.solved(numbers, case.central)
    _, slopes = chance_gradient(case.structure, numbers, still.equilibrium, targets[1], start, calendar)
    width = 1e-5
    ahead = [forecast(case, case.solved(numbers | {"clash_rate": n * width}, still)).by[1, -1] for n in (0, 1, 2)]
    assert slopes["clash_rate"] == pytest.approx((-3 * ahead[0] + 4 * ahead[1] - ahead[2]) / (2 * width), rel=1e-5)


def test_what_has_been_reached_at_the_start_changes_with_nothing() -> None:
    case = differences("border")
    targets, _, calendar = asked(case)
    clashes = next(target for target in targets if target.name == "clashes")
    assert clashes.holds is not None
    start = int(np.flatnonzero(clashes.holds)[0])
    chance, slopes = chance_gradient(case.structure, case.numbers, case.central.equilibrium, clashes, start, calendar)
    assert chance == pytest.approx(1.0, abs=1e-12)
    assert set(slopes.values()) == {0.0}


def test_a_start_in_several_states_is_the_mean_of_them() -> None:
    case = differences("fence, shocks")
    targets, _, calendar = asked(case)
    share = np.random.default_rng(0).dirichlet(np.ones(len(case.structure.states)))

    def found(start: int | np.ndarray) -> np.ndarray:
        chance, slopes = chance_gradient(
            case.structure, case.numbers, case.central.equilibrium, targets[0], start, calendar
        )
        return np.array([chance, *slopes.values()])

    mean = sum(weight * found(state) for state, weight in enumerate(share))
    np.testing.assert_allclose(found(share), mean, rtol=1e-9, atol=1e-11)


def test_no_time_is_no_change() -> None:
    case = differences("fence, shocks")
    targets, start, _ = asked(case)
    now = schedule(case.structure.scenario, case.structure.scenario.situations[-1], 0)
    chance, slopes = chance_gradient(case.structure, case.numbers, case.central.equilibrium, targets[1], start, now)
    assert chance == 0.0
    assert set(slopes.values()) == {0.0}


def test_an_action_does_not_hold() -> None:
    case = differences("border")
    targets, start, calendar = asked(case)
    raid = next(target for target in targets if target.holds is None)
    with pytest.raises(DetenteError, match="ask for `by`"):
        chance_gradient(case.structure, case.numbers, case.central.equilibrium, raid, start, calendar, kind="at")


def process(seed: int, size: int = 5) -> tuple[Flows, dict[int, sparse.csr_array], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    source, after = (each.ravel() for each in np.meshgrid(range(size), range(size), indexing="ij"))
    rate = rng.random(size**2) * (rng.random(size**2) < 0.7)
    jumps = {rule: random_jump(rng, size).matrix for rule in (0, 1)}
    return Flows(size, source, after, rate), jumps, rng.dirichlet(np.ones(size)), rng.random(size)


def densely(
    flows: Flows, jumps: dict[int, sparse.csr_array], first: np.ndarray, last: np.ndarray, when: Schedule
) -> float:
    rates = np.zeros((flows.states,) * 2)
    np.add.at(rates, (flows.source, flows.after), flows.rate)
    generator = rates - np.diag(rates.sum(axis=1))
    x = first
    for interval in when.intervals:
        x = x @ expm(generator * (interval.last - interval.first))
        for rule in interval.rules:
            x = x @ jumps[rule].toarray()
    return float(x @ last)


@pytest.mark.parametrize("piece", [1 << 24, 60])
def test_a_passage_is_the_dense_exponential_and_so_are_its_slopes(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "PIECE", piece)
    for seed in range(3):
        flows, jumps, first, last = process(seed)
        when = dates(20, (3, 0), (3, 1), (11, 0))
        found = passage(flows, jumps, first, last, when)
        assert found.chance == pytest.approx(densely(flows, jumps, first, last, when), abs=1e-11)
        for pair in range(len(flows.rate)):
            ends = []
            for step in (1e-4, -1e-4):
                rate = flows.rate.copy()
                rate[pair] += step
                moved = Flows(flows.states, flows.source, flows.after, rate)
                ends.append(densely(moved, jumps, first, last, when))
            assert found.by_rate[pair] == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=1e-6, abs=1e-7)


def test_dates_are_told_in_order_with_what_is_before_and_after_them() -> None:
    flows, jumps, first, last = process(4)
    found = passage(flows, jumps, first, last, dates(9, (2, 1), (5, 0), (5, 1)))
    assert [date.rule for date in found.dates] == [1, 0, 1]
    for date in found.dates:
        assert date.x @ jumps[date.rule] @ date.v == pytest.approx(found.chance, abs=1e-11)
