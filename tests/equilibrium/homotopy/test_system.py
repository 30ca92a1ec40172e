"""The equations' derivative and the solver of its linear systems."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.homotopy import system as equations
from detente.equilibrium.homotopy.contract import leave_one_out
from detente.equilibrium.homotopy.path import Walker
from detente.equilibrium.homotopy.system import Bordered, Direction, Noise, System
from detente.game.stochastic import Floats
from tests.equilibrium.homotopy.dense_games import random_game

SEEDS = st.integers(0, 10_000)
NOISE: st.SearchStrategy[Noise] = st.sampled_from(["errors", "shocks"])
FEW = settings(max_examples=15)


def somewhere(seed: int, noise: Noise, players: int = 3) -> tuple[System, Direction, Direction]:
    """A system, a place and a direction; references and closed actions stay at 0."""
    rng = np.random.default_rng(seed)
    system = System(random_game(seed, states=2, players=players, masked=True), rng.uniform(0.2, 1, size=players), noise)

    def drawn(lam: float) -> Direction:
        u = np.where(system.free, rng.normal(size=system.free.shape), 0.0)
        return Direction(u, rng.normal(size=(2, players)), lam)

    return system, drawn(rng.uniform(0, 3)), drawn(rng.normal())


def image(system: System, place: Direction, along: Direction) -> tuple[Floats, Floats]:
    """The derivative of the equations along a direction, from its blocks."""
    point = system.at(place.u, place.value, place.lam)
    odds, ways, values, stay = point.blocks
    each = np.arange(len(system.owner))
    first = (odds @ along.u[:, :, None])[:, :, 0] + (ways @ along.value)[:, each, system.owner]
    second = (values @ along.u[:, :, None])[:, :, 0] + np.einsum("snt,tn->sn", stay, along.value)
    return first + point.by_lam[0] * along.lam, second + point.by_lam[1] * along.lam


@FEW
@given(SEEDS, NOISE, st.integers(1, 4))
def test_the_derivative_is_that_of_finite_differences(seed: int, noise: Noise, players: int) -> None:
    system, place, along = somewhere(seed, noise, players)
    step = 1e-6
    ends = [place + along * sign for sign in (step, -step)]
    ahead, behind = (system.at(end.u, end.value, end.lam).residual for end in ends)
    for found, one, other in zip(image(system, place, along), ahead, behind, strict=True):
        np.testing.assert_allclose(found, (one - other) / (2 * step), atol=2e-7)


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_the_derivative_at_precision_zero(noise: Noise) -> None:
    system, place, along = somewhere(3, noise)
    place, along = Direction(place.u, place.value, 0.0), Direction(along.u, along.value, 1.0)
    step = 1e-4
    here = system.at(place.u, place.value, 0.0).residual
    near, far = (
        system.at(end.u, end.value, end.lam).residual for end in (place + along * step, place + along * 2 * step)
    )
    for found, zero, one, two in zip(image(system, place, along), here, near, far, strict=True):
        np.testing.assert_allclose(found, (4 * one - two - 3 * zero) / (2 * step), atol=1e-5)


@FEW
@given(SEEDS, NOISE)
def test_by_blocks_and_densely_the_same_system_is_solved(seed: int, noise: Noise) -> None:
    system, place, along = somewhere(seed, noise)
    walker = Walker(system)
    row = walker.row(along)
    right = image(system, place, along)
    answers, signs = [], []
    for small in (0, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(equations, "SMALL", small)
            bordered = Bordered(system.at(place.u, place.value, place.lam), row)
            assert bordered.dense == (small > 0)
            answers.append(bordered.solve(*right, walker.dot(along, along)))
            signs.append((bordered.sign, bordered.log))
    for found in answers:
        np.testing.assert_allclose(found.u, along.u, atol=1e-6)
        np.testing.assert_allclose(found.value, along.value, atol=1e-6)
        assert found.lam == pytest.approx(along.lam, abs=1e-6)
    assert signs[0][0] == signs[1][0]
    assert signs[0][1] == pytest.approx(signs[1][1], abs=1e-8)


@FEW
@given(SEEDS, st.integers(1, 5))
def test_leaving_one_out_is_the_sum_over_all_others(seed: int, players: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 4, size=players)
    tensor = rng.normal(size=(2, *sizes, 3))
    chances = {n + 1: rng.dirichlet(np.ones(size), size=2) for n, size in enumerate(sizes)}
    found = leave_one_out(tensor, chances, range(1, players + 1))
    letters = "abcde"[:players]
    for n in range(players):
        others = [m for m in range(players) if m != n]
        terms = ",".join([f"s{letters}t", *(f"s{letters[m]}" for m in others)])
        plain = np.einsum(f"{terms}->s{letters[n]}t", tensor, *(chances[m + 1] for m in others))
        np.testing.assert_allclose(found[n + 1], plain, atol=1e-12)
