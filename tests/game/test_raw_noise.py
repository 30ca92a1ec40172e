"""``noise: raw``: the flow that stands for having many choices, against a fixed point that knows nothing of it."""

from __future__ import annotations

from collections import defaultdict

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.game.structure import Structure, compile  # noqa: A004
from detente.problems import DetenteError, Problems
from detente.scenario.load import load_text
from tests.game.small import TEXT

RAW = TEXT.replace("unit: month\n", "unit: month\nnoise: raw\n")
ERRORS = compile(load_text(TEXT, "fence"))


@pytest.fixture(scope="module")
def structure() -> Structure:
    return compile(load_text(RAW, "fence"))


def direct(game: Game, tolerance: float = 1e-12) -> np.ndarray:
    """Values with the mover's (1/lam) log sum w exp(lam Q), by plain sweeps over a game compiled without raw noise."""
    states, actors = game.shape
    flow, tempo, lam = (np.asarray(each) for each in (game.flow, game.tempo, game.precision))
    rate, succ, rho = np.asarray(game.chance.rate), np.asarray(game.chance.succ), np.asarray(game.discount)
    total = tempo.sum() + rate.sum(axis=1).max() + rho.max()
    columns = [(c, {k: np.asarray(v) for k, v in vars(c).items() if v is not None}) for c in game.columns]
    value = np.zeros((states, actors))
    for _ in range(100_000):
        change = flow - rho * value
        for s in range(states):
            change[s] += (rate[s][:, None] * (value[succ[s]] - value[s])).sum(axis=0)
            options: dict[int, list[tuple[float, np.ndarray]]] = defaultdict(list)
            for column, part in columns:
                if part["action"][s] >= 0:
                    options[column.actor].append((part["weight"][s], worth(column, part, value, lam, s)))
            for mover in range(actors):
                own = [(1.0, value[s]), *options[mover]]
                scores = np.array([w * np.exp(lam[mover] * (q[mover] - value[s, mover])) for w, q in own])
                moved = sum(p * (q - value[s]) for p, (_, q) in zip(scores / scores.sum(), own, strict=True))
                moved[mover] = np.log(scores.sum()) / lam[mover]
                change[s] += tempo[mover] * moved
        value = value + change / total
        if np.abs(change).max() < tolerance * 100:
            return value
    raise AssertionError("the sweeps did not settle")


def worth(column, part, value, lam, s):  # type: ignore[no-untyped-def]
    taken = part["chance"][s] @ value[part["succ"][s]] + (part["pay"][s] if "pay" in part else 0.0)
    if column.consenters:
        refused = value[part["refused"][s]] if "refused" in part else value[s]
        accepted = 1.0
        for k, who in enumerate(column.consenters):
            lean = part["lean"][s, k]
            up = lean * np.exp(lam[who] * (taken[who] - refused[who]))
            accepted *= up / (up + 1.0 - lean)
        taken = accepted * taken + (1.0 - accepted) * refused
    return taken - (part["asking"][s] if "asking" in part else 0.0)


def test_values_and_play_are_those_of_the_inclusive_value(structure: Structure) -> None:
    quick = {"pace": 1.5}
    found = solve(structure.game(quick), tolerance=1e-12)
    expected = direct(ERRORS.game(quick))
    np.testing.assert_allclose(found.value, expected, rtol=1e-8)
    shocks = solve(compile(load_text(RAW.replace("raw", "shocks"), "fence")).game(quick), tolerance=1e-12)
    assert np.abs(shocks.value - expected).max() > 1.0


def test_who_has_nothing_open_gets_nothing_and_who_has_gets_the_logarithm(structure: Structure) -> None:
    more = np.asarray(structure.game().flow) - np.asarray(ERRORS.game().flow)
    here = structure.index({"fence": "none", "mood": "sour"})
    np.testing.assert_allclose(more[here], [np.log(3) / 0.5, 0.5 * np.log(1.01) / 0.4, 0.0])
    there = structure.index({"fence": "high", "mood": "sweet"})
    np.testing.assert_allclose(more[there], [0.0, 0.5 * np.log(2) / 0.4, 0.0], atol=1e-12)


def test_sharper_play_and_struck_actions_take_the_flow_along(structure: Structure) -> None:
    game = structure.game()
    twice = RAW.replace("precision: 0.5", "precision: 1").replace("precision: 0.4", "precision: 0.8")
    sharp = compile(load_text(twice, "fence")).game()
    np.testing.assert_allclose(game.sharper(2.0).flow, sharp.flow, rtol=1e-14)
    build = next(k for k, action in enumerate(structure.scenario.actions) if action.name == "build")
    struck = game.without([build])
    here = structure.index({"fence": "none", "mood": "sour"})
    assert float(game.flow[here, 0] - struck.flow[here, 0]) == pytest.approx((np.log(3) - np.log(2)) / 0.5)
    plain = ERRORS.game()
    np.testing.assert_array_equal(plain.without([build]).flow, plain.flow)


def test_the_flow_is_differentiable_in_the_numbers() -> None:
    text = RAW.replace("weight: 0.01", "weight: luck").replace("precision: 0.5", "precision: luck")
    structure = compile(load_text(text, "fence"))

    def total(luck, pace):  # type: ignore[no-untyped-def]
        return structure.game({"luck": luck, "pace": pace}, jnp).flow.sum()

    with double_precision():
        slopes = jax.grad(total, argnums=(0, 1))(0.3, 1.2)
    for k, slope in enumerate(slopes):
        ends = []
        for by in (1e-5, -1e-5):
            at = [0.3, 1.2]
            at[k] += by
            ends.append(float(np.asarray(structure.game({"luck": at[0], "pace": at[1]}).flow).sum()))
        assert float(slope) == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)


def test_precision_zero_is_refused_where_it_counts(structure: Structure) -> None:
    free = RAW.replace("precision: 0.5", "precision: luck - 0.3")
    loaded = load_text(free.replace("low: 0.1, high: 0.6", "low: 0.31, high: 0.6").replace("0.3, low", "0.4, low"))
    with pytest.raises(DetenteError, match=r"precision of ours is 0\. With `noise: raw` it must be above 0"):
        compile(loaded).game({"luck": 0.3})
    with pytest.raises(Problems, match="precision"):
        load_text(free, "fence")
    court = compile(load_text(RAW.replace("precision: 1}", "precision: 0.001}"), "fence")).game()
    assert not np.asarray(court.flow)[:, 2].any()  # who only consents has no choices of its own
